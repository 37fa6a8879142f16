"""How high a mean may get: a multiple of what the last half-year has seen."""

from __future__ import annotations

import numpy as np

from models.forecasting.panel import Floats, Panel

HALF_YEAR_DAYS = 182

# A series that was silent for half a year may still stir: its cap is never below this.
_LEAST_CAP = 1.0


def highest_mean(panel: Panel, *, cap_multiple: float) -> Floats:
    """Return the cap: `cap_multiple` times the trailing half-year's maximum, (n_series, 1)."""
    recent = np.nan_to_num(panel.y[:, -(HALF_YEAR_DAYS // panel.step_days) :])
    largest = np.maximum(recent.max(axis=1, initial=0.0), _LEAST_CAP)
    highest: Floats = cap_multiple * largest[:, None]
    return highest
