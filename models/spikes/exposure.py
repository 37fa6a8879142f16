"""How many complaints a day would usually draw, relative to an average day: weekday × holiday.

Factors of one series are noisy (half a year holds 26 Mondays), so each is shrunk to the factor
that all series have in common: a gamma prior worth so many complaints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The pool's weight in a series' factor, in expected complaints.
_PRIOR_COMPLAINTS = 10.0

# No day draws nothing at all: a single complaint on a day never seen must not be impossible.
_LEAST_FACTOR = 0.02

# A holiday that drew more than this many times a usual day was a spike of its own.
_MOST_TIMES = 5.0

_WEEK = 7
_SATURDAY = 5


def weekday_factors(counts: Floats, weights: Floats, weekday: NDArray[np.int64]) -> Floats:
    """Return each series' factor of each weekday, mean 1: (n_series, 7).

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_days)
        Complaints of the baseline's days.
    weights : ndarray of shape (n_series, n_days)
        1 for a day that counts, 0 for one that is left out (a past spike, a holiday).
    weekday : ndarray of shape (n_days,)
        0 is Monday.
    """
    is_day = (weekday[:, None] == np.arange(_WEEK)).astype(float)
    seen = (counts * weights) @ is_day
    days = weights @ is_day
    pool = _shrunk_rates(seen.sum(axis=0), days.sum(axis=0), np.ones(_WEEK))
    return _shrunk_rates(seen, days, pool)


def _shrunk_rates(seen: Floats, days: Floats, prior: Floats) -> Floats:
    # The level that the prior's rhythm implies; then each weekday against that level.
    at_prior = (days * prior).sum(axis=-1, keepdims=True)
    level = seen.sum(axis=-1, keepdims=True) / np.maximum(at_prior, 1e-9)
    factor = (seen + _PRIOR_COMPLAINTS * prior) / (level * days + _PRIOR_COMPLAINTS)
    factor = np.maximum(factor, _LEAST_FACTOR)
    scaled: Floats = factor / factor.mean(axis=-1, keepdims=True)
    return scaled


class HolidayFactors:
    """Running factors of public holidays, on working days and on weekends apart.

    There are few holidays in half a year, so all that have passed are used.

    Parameters
    ----------
    n_series : int
        How many series are watched.
    """

    def __init__(self, n_series: int) -> None:
        self._seen = np.zeros((2, n_series))
        self._expected = np.zeros((2, n_series))

    def learn(self, counts: Floats, expected: Floats, weekday: int) -> None:
        """Take in one past holiday: counts and what its weekday alone would have given.

        An alarm on a holiday may be the holiday's own doing, so it counts too, up to a limit.
        """
        kind = int(weekday >= _SATURDAY)
        self._seen[kind] += np.minimum(counts, _MOST_TIMES * expected + 1)
        self._expected[kind] += expected

    def of(self, weekday: int) -> Floats:
        """Return each series' factor of a holiday on that weekday: (n_series,)."""
        kind = int(weekday >= _SATURDAY)
        seen, expected = self._seen[kind], self._expected[kind]
        prior = _PRIOR_COMPLAINTS
        pool = (seen.sum() + prior) / (expected.sum() + prior)
        factor: Floats = (seen + prior * pool) / (expected + prior)
        return np.maximum(factor, _LEAST_FACTOR)
