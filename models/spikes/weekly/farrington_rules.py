"""What the flexible Farrington method is told, and which past weeks a week is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.spikes.weekly.weeks import WEEKS_A_YEAR

METHODS = ("delta", "nbPlugin", "muan")


@dataclass(frozen=True, kw_only=True)
class FarringtonRules:
    """How a week is judged; the defaults are those of the paper's recommended variant.

    Parameters
    ----------
    years : int
        b, the years before the week that it is held against.
    half_window : int
        w, weeks on either side of the same week of a past year.
    n_periods : int
        Seasons of the year; 1: only the weeks around the same week are used.
    past_weeks_left_out : int
        The weeks just before that are not used.
    reweight_above : float
        Anscombe residuals above this weigh less in the second fit.
    alpha : float
        One-sided level of the bound, 0 < alpha < .5.
    method : str
        ``delta``, ``nbPlugin`` or ``muan``.
    min_cases, min_cases_weeks : int
        No alarm with fewer counts in so many weeks, this one included.
    p_trend : float
        A trend stays if its p is below this.
    """

    years: int = 5
    half_window: int = 3
    n_periods: int = 10
    past_weeks_left_out: int = 26
    reweight_above: float = 2.58
    alpha: float = 0.05
    method: str = "delta"
    min_cases: int = 5
    min_cases_weeks: int = 4
    p_trend: float = 0.05

    @property
    def first_week(self) -> int:
        """Return the index of the first week that has the whole past behind it."""
        return WEEKS_A_YEAR * self.years + self.half_window


def reference_weeks(rules: FarringtonRules) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the weeks that a week is held against, counted from it, and their seasons.

    Returns
    -------
    lags, season : ndarray of int, shape (n_weeks,)
        Lags are negative. Seasons ascend from 0; the last is that of the week itself.

    Examples
    --------
    >>> lags, season = reference_weeks(FarringtonRules(years=1, half_window=1, n_periods=1))
    >>> lags.tolist(), season.tolist()
    ([-53, -52, -51], [0, 0, 0])
    """
    w, n_others = rules.half_window, rules.n_periods - 1
    season = {-lag: n_others for lag in range(w + 1)}
    for year in range(1, rules.years + 1):
        same = -WEEKS_A_YEAR * year
        season |= {same + step: n_others for step in range(-w, w + 1)}
        if n_others:
            between = range(same + w + 1, same + WEEKS_A_YEAR - w)
            # As even as can be, the first seasons one week longer where it does not come out.
            lengths = [len(between) // n_others] * n_others
            for j in range(len(between) % n_others):
                lengths[j] += 1
            season |= dict(zip(between, np.repeat(np.arange(n_others), lengths), strict=True))
    kept = sorted((int(g), lag) for lag, g in season.items() if lag < -rules.past_weeks_left_out)
    return np.array([lag for _, lag in kept]), np.array([g for g, _ in kept])


def check(rules: FarringtonRules) -> None:
    """Raise a ValueError that says what of the rules cannot be, and the fix."""
    if rules.method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {rules.method!r}.")
    if not 0 < rules.alpha < 0.5:
        raise ValueError(f"Expected 0 < alpha < .5, but got {rules.alpha}.")
    if min(rules.years, rules.n_periods) < 1 or rules.half_window < 0:
        raise ValueError("Expected years >= 1, n_periods >= 1 and half_window >= 0.")
    between = WEEKS_A_YEAR - 2 * rules.half_window - 1
    if rules.n_periods - 1 > between:
        raise ValueError(f"{between} weeks cannot be cut into {rules.n_periods - 1} seasons.")
