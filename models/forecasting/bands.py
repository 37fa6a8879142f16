"""Series of alike volume: the bands in which methods are compared and members are chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.forecasting.cap import HALF_YEAR_DAYS
from models.forecasting.panel import Floats, Panel

# Series of alike volume need alike members: the bands' names, and the complaints a day at which
# each but the first begins.
BANDS = ("rare", "few", "some", "many")
BAND_EDGES = (0.2, 1.0, 5.0)


def band_of(past: Floats) -> list[str]:
    """Return each series' band by its mean a day; an edge belongs to the band above it.

    Parameters
    ----------
    past : ndarray of shape (n_series, n_days)
        Complaints a day; NaN where unknown. A series without a known day is rare.

    Examples
    --------
    >>> band_of(np.array([[0.0, 0.0], [1.0, 1.0], [9.0, 3.0]]))
    ['rare', 'some', 'many']
    """
    days = np.maximum((~np.isnan(past)).sum(axis=1), 1)
    a_day = np.nansum(past, axis=1) / days
    return [BANDS[i] for i in np.searchsorted(BAND_EDGES, a_day, side="right")]


def volume_bands(panel: Panel) -> NDArray[np.str_]:
    """Return each series' band by its mean in the trailing half-year: (n_series,) of ``BANDS``."""
    recent = panel.y[:, -(HALF_YEAR_DAYS // panel.step_days) :]
    bands: NDArray[np.str_] = np.array(band_of(recent / panel.step_days), dtype=str)
    return bands
