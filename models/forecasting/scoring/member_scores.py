"""How good each member would have been alone, at the same earlier mornings as the forecast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.forecasting.panel import Floats
from models.forecasting.scoring.backtest import EarlierForecasts, dispersion_without_own
from models.forecasting.scoring.scores import crps_nb

COLUMNS = ("member", "series_id", "n", "crps", "mean", "actual")


def score_members(
    earlier: EarlierForecasts, series_ids: Sequence[str], *, prior_errors: float
) -> pd.DataFrame:
    """Return each member's CRPS, mean forecast and mean count, by series.

    Each member's mean gets a negative binomial of its own, whose dispersion comes from the other
    mornings, as the forecast's does.

    Parameters
    ----------
    earlier : EarlierForecasts
        With the members' own means.
    series_ids : sequence of str
        Names of its series.
    prior_errors : float
        The pool's weight in a dispersion.

    Returns
    -------
    DataFrame
        ``member, series_id, n`` (days forecast and known), ``crps, mean, actual`` (complaints a
        day); a series that was never forecast and known is left out.
    """
    frames = [
        _one_member(name, mean, earlier, series_ids, prior_errors)
        for name, mean in earlier.by_member.items()
    ]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        text, number = pd.Series([], dtype="str"), pd.Series([], dtype="float64")
        kinds = [text, text, pd.Series([], dtype="int64"), number, number, number]
        return pd.DataFrame(dict(zip(COLUMNS, kinds, strict=True)))
    found = pd.concat(frames, ignore_index=True)
    return found.sort_values(["member", "series_id"], ignore_index=True)


def _one_member(
    name: str,
    mean: Floats,
    earlier: EarlierForecasts,
    series_ids: Sequence[str],
    prior_errors: float,
) -> pd.DataFrame:
    known = ~(np.isnan(earlier.actual) | np.isnan(mean))
    if not known.any():
        return pd.DataFrame(columns=list(COLUMNS))
    alpha = dispersion_without_own(mean, earlier.actual, prior_errors)
    origin, series, _ = np.nonzero(known)
    y, mu = earlier.actual[known], mean[known]
    size = len(series_ids)
    days = np.bincount(series, minlength=size)
    has = days > 0

    def averaged(values: Floats) -> Floats:
        total: Floats = np.bincount(series, weights=values, minlength=size)[has] / days[has]
        return total

    return pd.DataFrame(
        {
            "member": pd.Series([name] * int(has.sum()), dtype="str"),
            "series_id": pd.Series(np.asarray(series_ids, dtype=object)[has], dtype="str"),
            "n": days[has].astype(np.int64),
            "crps": averaged(crps_nb(y, mu, alpha[origin, series])),
            "mean": averaged(mu),
            "actual": averaged(y),
        }
    )
