"""What the watch for spikes is given and gives: the rules, how much has come in, what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.spikes.exposure import Floats

# The three windows overlap, and alarms on consecutive days are one warning. With this share of
# budget / 365 as the threshold of p, simulated quiet series of 0.5 to 10 complaints a day and
# dispersion 0 to 1 gave 0.99 of the budget in warnings: 0.2 to 0.5 of it where counts are few or
# Poisson (floors, whole numbers), up to 1.7 where they are bursty.
_THRESHOLD_SHARE = 0.55


@dataclass(frozen=True)
class Seen:
    """What was seen on each day or at each full hour, window by window.

    Parameters
    ----------
    dates : DatetimeIndex of length n_times
        The days, or the hours at whose end the windows end.
    windows : tuple of int
        Lengths in days, or hours.
    observed, expected, p_value : ndarray of shape (n_windows, n_series, n_times)
        Complaints in the window that ends then, what was to be expected, and the chance of as
        many or more; p is 1 where the baseline is too short.
    is_alarm : ndarray of bool, shape (n_series, n_times)
        Whether any window raised an alarm.
    best : ndarray of int, shape (n_series, n_times)
        Index of the window with the smallest p among those that raised it; else of the
        smallest p.
    """

    dates: pd.DatetimeIndex
    windows: tuple[int, ...]
    observed: Floats
    expected: Floats
    p_value: Floats
    is_alarm: NDArray[np.bool_]
    best: NDArray[np.int64]


@dataclass(frozen=True)
class Detection(Seen):
    """What was seen on each day.

    Parameters
    ----------
    is_shift : ndarray of bool, shape (n_series, n_days)
        Days on which a level that had stayed up or down became the new normal.
    strict : ndarray of shape (n_windows, n_series, n_days)
        The share of a threshold by which a window is judged: 1 where all of it has come in.
    """

    is_shift: NDArray[np.bool_]
    strict: Floats


class Arrived(NamedTuple):
    """How much of each day's complaints has come in.

    Parameters
    ----------
    share : ndarray of shape (n_series, n_days)
        Above 0, up to 1.
    sd : ndarray of shape (n_series, n_days)
        How much that differs from day to day.
    """

    share: Floats
    sd: Floats


@dataclass(frozen=True, kw_only=True)
class NowRules:
    """The user's rules, see ``params.yaml``: ``warnings``."""

    windows: tuple[int, ...] = (1, 3, 7)
    false_alarms_per_theme_year: float = 1.0
    baseline_days: int = 182
    gap_days: int = 7
    min_observed: int = 8
    min_ratio: float = 1.5
    level_shift_days: int = 28

    @property
    def gap(self) -> int:
        """Return the days left out before a day: never fewer than the longest window."""
        return max(self.gap_days, *self.windows)

    @property
    def threshold(self) -> float:
        """Return the p below which a day is an alarm."""
        return _THRESHOLD_SHARE * self.false_alarms_per_theme_year / 365
