"""Several methods' forecasts of the same days side by side, by how many complaints a series has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.forecasting.bands import BANDS
from models.forecasting.panel import Floats
from models.forecasting.scoring.bootstrap import mean_interval, ratio_interval

ALL_BANDS = "all"

_WEEK = 7


def usual_error(past: Floats) -> Floats:
    """Return each series' mean absolute difference of counts a week apart: (n_series,).

    The seasonal naive's error in the past, by which errors of series of all sizes compare
    (Hyndman, Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001).

    Parameters
    ----------
    past : ndarray of shape (n_series, n_days)
        Counts; NaN where unknown. A series without a pair of days, or without any difference,
        gets NaN.
    """
    step = np.abs(past[:, _WEEK:] - past[:, :-_WEEK])
    pairs = (~np.isnan(step)).sum(axis=1)
    error = np.nansum(step, axis=1) / np.maximum(pairs, 1)
    scale: Floats = np.where(error > 0, error, np.nan)
    return scale


def summarise(rows: pd.DataFrame, *, baseline: str) -> pd.DataFrame:
    """Return each method's figures in each band, all series together first.

    Parameters
    ----------
    rows : DataFrame
        ``method, band, series_id, origin`` and, a row a day, ``actual, mean, crps, scale, pit``
        as in a SCORES frame, with the series' usual error before the origin.
    baseline : str
        The method that the others' errors are divided by.

    Returns
    -------
    DataFrame of ``band, method, series, crps_scaled, crps_scaled_lo, crps_scaled_hi, ratio,
        ratio_lo, ratio_hi, coverage_80, coverage_95, bias``
        ``ratio`` is the scaled CRPS over the baseline's; coverage is the randomised PIT's.
        Intervals are bootstrapped over series.
    """
    by_series = rows.assign(scaled=rows["crps"] / rows["scale"])
    out = []
    for band in (ALL_BANDS, *BANDS):
        mine = by_series if band == ALL_BANDS else by_series[by_series["band"] == band]
        if mine.empty:
            continue
        scaled = mine.groupby(["method", "series_id"])["scaled"].mean()
        naive = scaled[baseline]
        for method in pd.unique(mine["method"]):
            own, told = scaled[method], mine[mine["method"] == method]
            actual = float(told["actual"].sum())
            mean, low, high = mean_interval(own.to_numpy())
            ratio = ratio_interval(own.to_numpy(), naive.reindex(own.index).to_numpy())
            out.append(
                {
                    "band": band,
                    "method": method,
                    "series": len(own),
                    "crps_scaled": mean,
                    "crps_scaled_lo": low,
                    "crps_scaled_hi": high,
                    "ratio": ratio[0],
                    "ratio_lo": ratio[1],
                    "ratio_hi": ratio[2],
                    "coverage_80": float(told["pit"].between(0.10, 0.90).mean()),
                    "coverage_95": float(told["pit"].between(0.025, 0.975).mean()),
                    "bias": float(told["mean"].sum()) / actual - 1 if actual else float("nan"),
                }
            )
    return pd.DataFrame(out)
