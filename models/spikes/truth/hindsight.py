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
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WEEK = 7
HALF_YEAR = 182
_SD_OF_MAD = 1.4826  # of a normal variable
_TIMES, _SPREADS, _LEAST = 2.0, 4.5, 10


class Rise(NamedTuple):
    """Days of one series that lie in one real rise: positions, both ends included."""

    series: int
    first: int
    peak: int
    last: int


def spike_days(counts: NDArray[np.int64] | Floats) -> Mask:
    """Return which days lie in a spike, told in hindsight from the days given.

    A spike's weeks hold more than twice the median week of the half-year around, more than 4.5
    robust standard deviations above it, and ten complaints; every day of such a week is meant.
    Near the ends the half-year is what there is of it, three months at least; with less nothing
    is a spike.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_days)
        Complaints a day.
    """
    heavy = heavy_weeks(counts)
    wide = np.pad(heavy, ((0, 0), (WEEK // 2, WEEK // 2)))
    around = np.lib.stride_tricks.sliding_window_view(wide, WEEK, axis=1)
    found: Mask = np.asarray(around.any(axis=2))
    return found


def heavy_weeks(counts: NDArray[np.int64] | Floats) -> Mask:
    """Return the middles of the weeks that :func:`spike_days` is about."""
    week = pd.DataFrame(np.asarray(counts, dtype=np.float64).T).rolling(WEEK, center=True).sum()

    def median(frame: pd.DataFrame) -> pd.DataFrame:
        around = frame.rolling(HALF_YEAR + 1, center=True, min_periods=HALF_YEAR // 2)
        return around.median()

    usual = median(week)
    spread = _SD_OF_MAD * median((week - usual).abs())
    is_heavy = (week > _TIMES * usual) & (week - usual > _SPREADS * spread) & (week >= _LEAST)
    found: Mask = is_heavy.to_numpy().T
    return found


def rises_of(counts: Floats, *, join_days: int = WEEK) -> list[Rise]:
    """Return the real rises of all series, by series and day.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_days)
        Complaints a day, NaN where not known. A rise's days are the middles of its weeks.
    join_days : int
        Rises with fewer days between them are one.
    """
    found = []
    for i, is_high in enumerate(heavy_weeks(counts)):
        days = np.flatnonzero(is_high)
        if not len(days):
            continue
        for part in np.split(days, np.flatnonzero(np.diff(days) > join_days) + 1):
            first, last = int(part[0]), int(part[-1])
            peak = first + int(np.nanargmax(counts[i, first : last + 1]))
            found.append(Rise(i, first, peak, last))
    return found
