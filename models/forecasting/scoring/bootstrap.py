"""How sure a mean over series is: percentile intervals from series drawn again and again.

Series are drawn, not days: the days of one series share its luck (Efron, Tibshirani 1993,
ISBN 978-0-412-04231-7, chapter 13).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.forecasting.panel import Floats

_DRAWS = 2000
_SEED = 5  # fixed: the same series give the same interval
_ENDS = (0.025, 0.975)


def mean_interval(values: Floats) -> tuple[float, float, float]:
    """Return the mean over series and the ends of its 95 % interval.

    Parameters
    ----------
    values : ndarray of shape (n_series,)
        NaN: not counted. Without any value all three are NaN.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan"), float("nan")
    return float(known.mean()), *_ends(known[_drawn(len(known))].mean(axis=1))


def ratio_interval(ours: Floats, theirs: Floats) -> tuple[float, float, float]:
    """Return the ratio of two means over the same series and the ends of its 95 % interval.

    Parameters
    ----------
    ours, theirs : ndarray of shape (n_series,)
        Paired; a series that is NaN in either is not counted.

    Examples
    --------
    >>> ratio_interval(np.array([1.0, 3.0]), np.array([2.0, 6.0]))
    (0.5, 0.5, 0.5)
    """
    known = ~(np.isnan(ours) | np.isnan(theirs))
    mine, other = ours[known], theirs[known]
    if not len(mine) or not other.any():
        return float("nan"), float("nan"), float("nan")
    rows = _drawn(len(mine))
    above, below = mine[rows].mean(axis=1), other[rows].mean(axis=1)
    ratios = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return float(mine.mean() / other.mean()), *_ends(ratios[~np.isnan(ratios)])


def _drawn(n_series: int) -> NDArray[np.int64]:
    return np.random.default_rng(_SEED).integers(0, n_series, (_DRAWS, n_series))


def _ends(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, _ENDS)
    return float(low), float(high)
