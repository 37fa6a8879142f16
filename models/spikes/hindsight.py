r"""What was a real rise, seen from afterwards: the truth that warnings are held against.

With the days that came after it, a rise is easy to see. With S the sum of the seven days around a
day, and half a year of such sums around it,

.. math:: S > 2 m,\qquad S - m > 4.5 \cdot 1.4826 \cdot \mathrm{MAD},\qquad S \ge 10

where m is their median and MAD their median absolute deviation. Nothing that warns may read this:
it looks into the future on purpose.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.forecasting.panel import Floats

WEEK = 7
_HALF = WEEK // 2
_HALF_YEAR = 182
_RATIO, _DEVIATIONS, _LEAST = 2.0, 4.5, 10.0
_MAD_TO_SD = 1.4826  # of a normal distribution
_MIN_KNOWN = 28  # fewer sums around a day: nobody can say what was usual


class Rise(NamedTuple):
    """Days of one series that lie in one real rise: positions, both ends included."""

    series: int
    first: int
    peak: int
    last: int


def real_rises(counts: Floats) -> NDArray[np.bool_]:
    """Return on which days a real rise was on.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_days)
        Complaints a day, NaN where not known. The first and last three days have no seven days
        around them: nothing is said of them.

    Returns
    -------
    ndarray of bool, shape (n_series, n_days)
    """
    n_series, n_days = counts.shape
    out = np.zeros((n_series, n_days), dtype=bool)
    if n_days < WEEK:
        return out
    sums = np.lib.stride_tricks.sliding_window_view(counts, WEEK, axis=1).sum(axis=2)
    padding = np.full((n_series, _HALF_YEAR // 2), np.nan)
    padded = np.concatenate([padding, sums, padding], axis=1)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * padding.shape[1] + 1, axis=1)
    for i in range(n_series):  # a series at a time: the windows of all would not fit in memory
        known = (~np.isnan(around[i])).sum(axis=1) >= _MIN_KNOWN
        if not known.any():
            continue
        rows = around[i][known]
        usual = np.nanmedian(rows, axis=1)
        spread = _MAD_TO_SD * np.nanmedian(np.abs(rows - usual[:, None]), axis=1)
        seen = sums[i][known]
        is_high = (seen > _RATIO * usual) & (seen - usual > _DEVIATIONS * spread)
        days = np.flatnonzero(known) + _HALF
        out[i, days] = is_high & (seen >= _LEAST)
    return out


def rises_of(counts: Floats, *, join_days: int = WEEK) -> list[Rise]:
    """Return the real rises of all series, by series and day.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_days)
        As for :func:`real_rises`.
    join_days : int
        Rises with fewer days between them are one.
    """
    found = []
    for i, is_high in enumerate(real_rises(counts)):
        days = np.flatnonzero(is_high)
        if not len(days):
            continue
        for part in np.split(days, np.flatnonzero(np.diff(days) > join_days) + 1):
            first, last = int(part[0]), int(part[-1])
            peak = first + int(np.nanargmax(counts[i, first : last + 1]))
            found.append(Rise(i, first, peak, last))
    return found
