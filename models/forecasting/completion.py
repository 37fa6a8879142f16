r"""The last days' counts as they will be when all complaints have come in, and how sure that is.

.. math:: \hat N = n / s,\qquad
          \mathrm{var}\,\hat N = (n + 1)\,\frac{1 - s}{s^2} + \Big(\frac{n\,\sigma_s}{s^2}\Big)^2

n complaints have come in, a share s of all by experience (:mod:`models.series.delays`), which
differs by :math:`\sigma_s` from day to day. The first term is the variance of what is still to
come of a day of which each complaint is told by now with probability s.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from models.forecasting.panel import Floats, Panel

# Of a day of which less has come in, nothing is said: one complaint more or less would be ten.
_LEAST_SHARE = 0.2


def complete_panel(panel: Panel, counts: pd.DataFrame) -> tuple[Panel, Floats]:
    """Return the panel with its last days completed, and the standard deviation of each count.

    Parameters
    ----------
    panel : Panel
        Made from `counts`.
    counts : DataFrame
        A COUNTS frame; where ``arrived`` is empty the day is complete.

    Returns
    -------
    Panel
        A day of which too little has come in is unknown (NaN), as are days that were.
    ndarray of shape (n_series, n_days)
        Complaints; 0 where the count is no estimate.
    """
    sd = np.zeros_like(panel.y)
    if "arrived" not in counts:  # counted by an earlier release
        return panel, sd
    open_days = counts[counts["arrived"].notna()]
    open_days = open_days[open_days["date"].between(panel.dates[0], panel.dates[-1])]
    place = {name: i for i, name in enumerate(panel.series_ids)}
    row = open_days["series_id"].map(place)
    open_days, row = open_days[row.notna()], row.dropna().to_numpy(dtype=np.int64)
    if not len(row):
        return panel, sd
    day = np.asarray((open_days["date"] - panel.dates[0]).dt.days, dtype=np.int64)
    share = open_days["arrived"].to_numpy(dtype=np.float64)
    spread = np.nan_to_num(open_days["arrived_sd"].to_numpy(dtype=np.float64))
    n = panel.y[row, day]
    safe = np.maximum(share, _LEAST_SHARE)
    variance = (n + 1) * (1 - safe) / safe**2 + (n * spread / safe**2) ** 2
    y = panel.y.copy()
    y[row, day] = np.where(share < _LEAST_SHARE, np.nan, n / safe)
    sd[row, day] = np.where(np.isnan(y[row, day]), 0.0, np.sqrt(np.nan_to_num(variance)))
    return replace(panel, y=y), sd
