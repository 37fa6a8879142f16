"""Many members, one mean: the median, with a cap, and the baseline where a member gave up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.forecasting.members.base import MemberResult
from models.forecasting.panel import Floats, Panel

_HALF_YEAR = 182

# A series that was silent for half a year may still stir: its cap is never below this.
_LEAST_CAP = 1.0


def with_fallback(result: MemberResult, baseline: MemberResult) -> Floats:
    """Return the member's means with the baseline's where the member failed."""
    return np.where(np.isnan(result.mean), baseline.mean, result.mean)


def combine(means: Sequence[Floats], panel: Panel, *, cap_multiple: float) -> Floats:
    """Return the median of the members' means, never above the cap.

    A median, since a mean follows the one member that explodes. The cap is `cap_multiple`
    times the largest count of the trailing half-year.

    Parameters
    ----------
    means : sequence of ndarray of shape (n_series, horizon)
        One a member, complaints a day.
    panel : Panel
        The past that the cap is taken from.
    cap_multiple : float
        How far above the past a mean may go.

    Returns
    -------
    ndarray of shape (n_series, horizon)
        Complaints a day, >= 0.
    """
    middle = np.median(np.stack(means), axis=0)
    capped: Floats = np.clip(middle, 0.0, highest_mean(panel, cap_multiple=cap_multiple))
    return capped


def highest_mean(panel: Panel, *, cap_multiple: float) -> Floats:
    """Return the cap: `cap_multiple` times the trailing half-year's maximum, (n_series, 1)."""
    recent = np.nan_to_num(panel.y[:, -_HALF_YEAR:])
    largest = np.maximum(recent.max(axis=1, initial=0.0), _LEAST_CAP)
    highest: Floats = cap_multiple * largest[:, None]
    return highest
