"""Which members make the median of each volume band: by back-test, all of them unless in doubt.

Choosing the best member for each series is worse than the median of all: it chases noise. What
the back-test can say is that a member is no help to series of a size; then it is left out there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.errors import DataContractError
from models.forecasting.bands import BANDS
from models.forecasting.distribution import fit_dispersion, log_likelihood
from models.forecasting.panel import Floats
from models.forecasting.scores import crps_nb

# Fewer series or errors in a band are too thin: its median is that of all members.
_MIN_SERIES = 8
_MIN_ERRORS = 400
_MIN_GAIN = 0.005  # less than this share of the score is not worth a member
_STANDARD_ERRORS = 2.0  # the gain over series is at least so many standard errors from 0

_KEYS = ["series_id", "origin", "lead"]
_COLUMNS = (*_KEYS, "date", "band", "actual", "scale")


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
