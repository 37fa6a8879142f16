"""Which members make the median of each volume band: by back-test, all of them unless in doubt.

Choosing the best member for each series is worse than the median of all: it chases noise. What
the back-test can say is that a member is no help to series of a size; then it is left out there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.errors import DataContractError, SettingsError
from models.forecasting.bands import BANDS, volume_bands
from models.forecasting.distribution import fit_dispersion, log_likelihood
from models.forecasting.panel import Floats, Panel
from models.forecasting.scoring.backtest import EarlierForecasts
from models.forecasting.scoring.scores import crps_nb

# Fewer series or errors in a band are too thin: its median is that of all members.
_MIN_SERIES = 8
_MIN_ERRORS = 400
# A gain is worth a member from this share of the score on, and from so many standard errors over
# series. At .005 and 2 one of the five was left out of a band on every second morning, and what
# came was told no better for it (New York's days before the benchmark's window: scaled CRPS .6256,
# of all five .6252; weeks .3908 and .3900). At .01 and 3 the five stay but for few bands of weeks,
# and a member that misleads still goes.
_MIN_GAIN = 0.01
_STANDARD_ERRORS = 3.0

AUTO, ALL = "auto", "all"  # how the members of a band are found

_KEYS = ["series_id", "origin", "lead"]
_COLUMNS = (*_KEYS, "date", "band", "actual", "scale")


def membership_of(
    earlier: EarlierForecasts, panel: Panel, *, members: Sequence[str], how: str
) -> dict[str, tuple[str, ...]]:
    """Return the members of each volume band: those that the earlier mornings speak for, or all.

    Parameters
    ----------
    earlier : EarlierForecasts
        With the members' own means, and what came.
    panel : Panel
        Of these series; at each earlier morning its past gives bands and scales.
    members : sequence of str
        All that may be chosen.
    how : str
        ``auto``: by :func:`choose_membership`; ``all``: all of them in every band.

    Raises
    ------
    SettingsError
        If `how` is neither.
    """
    if how not in (AUTO, ALL):
        raise SettingsError(f"forecast.membership: expected {AUTO} or {ALL}, got {how!r}.")
    everyone = dict.fromkeys(BANDS, tuple(members))
    if how == ALL or len(members) == 1 or not len(earlier.origins) or not panel.series_ids:
        return everyone
    steps = panel.steps_since(earlier.origins)
    rows = [_at_origin(earlier, k, panel.before(int(s)), members) for k, s in enumerate(steps)]
    means = pd.concat(rows, ignore_index=True)
    return choose_membership(means, members=members, before=panel.origin)


def _at_origin(
    earlier: EarlierForecasts, k: int, past: Panel, members: Sequence[str]
) -> pd.DataFrame:
    """Return what the members said on one earlier morning, as :func:`choose_membership` asks."""
    n_series, horizon = earlier.mean.shape[1:]
    step = np.abs(past.y[:, past.period :] - past.y[:, : -past.period])
    pairs = np.maximum((~np.isnan(step)).sum(axis=1), 1)
    lead = np.tile(np.arange(1, horizon + 1), n_series)
    return pd.DataFrame(
        {
            "series_id": np.repeat(np.asarray(past.series_ids, dtype=object), horizon),
            "origin": past.origin,
            "lead": lead,
            "date": past.origin + pd.to_timedelta((lead - 1) * past.step_days, unit="D"),
            "band": np.repeat(volume_bands(past), horizon),
            "scale": np.repeat(np.nansum(step, axis=1) / pairs, horizon),
            "actual": earlier.actual[k].ravel(),
            **{name: earlier.by_member[name][k].ravel() for name in members},
        }
    )


def choose_membership(
    means: pd.DataFrame, *, members: Sequence[str], before: pd.Timestamp
) -> dict[str, tuple[str, ...]]:
    """Return the members of each volume band, chosen on what had come before an origin.

    From all members, the one whose leaving improves the median's CRPS most is left out, as long
    as the gain is clear over series. The CRPS is that of a negative binomial whose dispersion is
    the band's own, divided by the series' scale.

    Parameters
    ----------
    means : DataFrame
        A row for each earlier forecast: ``series_id, origin, lead, date`` (the day that was
        forecast), ``band`` (of ``bands.BANDS``, at that origin), ``actual``, ``scale`` (the
        series' in-sample seasonal-naive error; rows with 0 are left out), and a column of means
        for each member.
    members : sequence of str
        All that may be chosen, in the order in which they are listed.
    before : Timestamp
        The first origin that is to be forecast with the choice: rows whose day is on or after it
        are not read.

    Returns
    -------
    dict of str to tuple of str
        For each of ``BANDS`` at least one member.

    Raises
    ------
    DataContractError
        If a column is missing.

    Notes
    -----
    Members that are equally good to leave out go in the order of their names.
    """
    missing = [name for name in (*_COLUMNS, *members) if name not in means.columns]
    if missing:
        raise DataContractError(f"Expected columns {', '.join(missing)} in the earlier forecasts.")
    past = means[(means["date"] < before) & (means["scale"] > 0)].dropna(
        subset=["actual", *members]
    )
    past = past.sort_values(_KEYS, ignore_index=True)  # so that sums have the same last bits
    return {band: _of_band(past[past["band"] == band], tuple(members)) for band in BANDS}


def _of_band(rows: pd.DataFrame, members: tuple[str, ...]) -> tuple[str, ...]:
    if rows["series_id"].nunique() < _MIN_SERIES or len(rows) < _MIN_ERRORS:
        return members
    chosen, score = members, _scores(rows, members)
    while len(chosen) > 1:
        fewer = {name: _scores(rows, tuple(m for m in chosen if m != name)) for name in chosen}
        left_out = min(sorted(fewer), key=lambda name: float(fewer[name].mean()))
        gain = score - fewer[left_out]
        error = gain.std(ddof=1) / np.sqrt(len(gain))
        if gain.mean() <= max(_MIN_GAIN * score.mean(), _STANDARD_ERRORS * error):
            break
        chosen = tuple(name for name in chosen if name != left_out)
        score = fewer[left_out]
    return chosen


def _scores(rows: pd.DataFrame, chosen: tuple[str, ...]) -> Floats:
    """Return each series' mean scaled CRPS of the median of those members: (n_series,)."""
    mean = np.median(rows[list(chosen)].to_numpy(dtype=np.float64), axis=1)
    actual = rows["actual"].to_numpy(dtype=np.float64)
    likelihood = log_likelihood(actual[None], mean[None])
    dispersion = fit_dispersion(likelihood, np.array([len(rows)]), prior_errors=0)[0]
    crps = crps_nb(actual, mean, dispersion) / rows["scale"].to_numpy(dtype=np.float64)
    of_series: Floats = pd.Series(crps).groupby(rows["series_id"].to_numpy()).mean().to_numpy()
    return of_series
