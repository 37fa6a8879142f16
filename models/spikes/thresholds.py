r"""The thresholds of the volume bands: what each may spend of the budget, and what is left over.

A band spends N(t) warnings at threshold t (see :mod:`models.spikes.budget`) in its Y years of
themes. All are allowed the same number a theme-year,

.. math:: t_k = \max\{t : N_k(t) \le r\,Y_k\},\qquad
          \sum_k N_k(t_k) \le b \sum_k Y_k,\qquad b \le r \le 2 b

with b the budget. Where no band is short of alarms, r is b. Themes of a complaint a week hardly
ever reach the floors, though, and never spend theirs: what they leave lets the others warn more
readily, up to twice the budget, so that all themes together cost what was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HIGHEST = 0.2  # no threshold above: every fifth day is no alarm
_MOST = 2.0  # times the budget: what a band may spend where others leave theirs
_HALVINGS = 12  # of the search for what each may spend: to a 4,000th of the budget


@dataclass(frozen=True, kw_only=True)
class BudgetRules:
    """How thresholds are set.

    Parameters
    ----------
    false_alarms_per_theme_year : float
        The budget, > 0.
    default : float
        The threshold while there is too little history.
    bands : tuple of float
        Ascending limits between the bands, in expected complaints a week.
    min_theme_years : float
        Quiet theme-years that a band needs for a threshold of its own; with fewer it has that
        of all bands together, and if these have fewer too, the default.
    history_days : int
        How far back the quiet history goes.
    quiet_days : int
        A warning is new after so many days without an alarm.
    """

    false_alarms_per_theme_year: float = 1.0
    default: float = 0.55 / 365
    bands: tuple[float, ...] = (1.4, 3.5, 7.0, 14.0, 35.0)
    min_theme_years: float = 20.0
    history_days: int = 1096
    quiet_days: int = 7


class _Spending:
    """How many warnings each threshold would have raised on the quiet days of a band."""

    def __init__(self, p: Floats, before: Floats) -> None:
        may_start = (p < before) & (p < _HIGHEST)
        at = np.concatenate([p[may_start], before[may_start]])
        step = np.repeat([1, -1], may_start.sum())
        order = np.lexsort((step, at))  # at a tie the end comes first
        self.theme_years = len(p) / 365.25
        self.at, self.raised = at[order], np.cumsum(step[order])

    def greatest(self, allowed: float) -> float:
        """Return the greatest threshold up to which so many warnings are never exceeded."""
        is_over = self.raised > allowed
        return float(min(self.at[is_over.argmax()], _HIGHEST)) if is_over.any() else _HIGHEST

    def spent(self, threshold: float) -> int:
        """Return how many warnings a threshold would have raised."""
        below = int(np.searchsorted(self.at, threshold, side="left"))
        return int(self.raised[below - 1]) if below else 0


def threshold_of(p: Floats, before: Floats, allowed: float) -> float:
    """Return the greatest threshold up to which no more warnings are raised than allowed.

    Parameters
    ----------
    p, before : ndarray of shape (n_quiet_days,)
        p of quiet days, 1 where the floors do not hold, and the least p of the days before
        each within which an alarm would be the same warning.
    allowed : float
        Warnings on these days.

    Examples
    --------
    Four quiet days and two warnings, the last in the same warning as a clearer day before:

    >>> p, before = np.array([0.001, 0.01, 0.02, 0.03]), np.array([1, 1, 1, 0.002])
    >>> threshold_of(p, before, 2.0)
    0.02
    """
    return _Spending(p, before).greatest(allowed)


def thresholds(p: Floats, before: Floats, band: NDArray[np.int64], rules: BudgetRules) -> Floats:
    """Return the threshold of each band: (n_bands,).

    Parameters
    ----------
    p, before : ndarray of shape (n_quiet_days,)
        See :func:`threshold_of`.
    band : ndarray of int, shape (n_quiet_days,)
        The band of each.

    Examples
    --------
    A band of few complaints spends 10 warnings in 40 theme-years, one of many has 120 days that
    would each be a warning in as many. At one a theme-year both together may raise 80: 70 in the
    second, whose share alone would be 40.

    >>> days = 40 * 365 + 10
    >>> few, many = np.ones(days), np.ones(days)
    >>> few[:10], many[:120] = 0.001, np.arange(1, 121) / 1000
    >>> band = np.repeat([0, 1], days)
    >>> rules = BudgetRules(bands=(7.0,))
    >>> thresholds(np.r_[few, many], np.ones(2 * days), band, rules).tolist()
    [0.2, 0.071]
    """
    found = np.full(len(rules.bands) + 1, rules.default)
    asked, least = rules.false_alarms_per_theme_year, rules.min_theme_years
    whole = _Spending(p, before)
    if whole.theme_years < least:
        return found
    found[:] = whole.greatest(asked * whole.theme_years)
    bands = {k: _Spending(p[band == k], before[band == k]) for k in range(len(found))}
    own = {k: spending for k, spending in bands.items() if spending.theme_years >= least}
    rate = _rate(list(own.values()), asked)
    for k, spending in own.items():
        found[k] = spending.greatest(rate * spending.theme_years)
    return found


def _rate(bands: Sequence[_Spending], asked: float) -> float:
    """Return the greatest rate that all bands may be given with the budget kept by their sum."""

    def is_kept(rate: float) -> bool:
        spent = sum(band.spent(band.greatest(rate * band.theme_years)) for band in bands)
        return spent <= asked * sum(band.theme_years for band in bands)

    low, high = asked, _MOST * asked
    if is_kept(high):
        return high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_kept(middle) else (low, middle)
    return low
