"""Means and dispersions as tables: a row a day and series, a row a week and series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.contracts import FORECASTS, OUTLOOK, QUANTILE_LEVELS, conform, empty
from models.forecasting.distribution import nb_quantiles, nb_tail
from models.forecasting.panel import WEEKDAYS, Floats, Panel, weekly_sums

_USUAL_WEEKS = 26  # half a year tells a usual week

# Twice nothing is nothing: a series that expects and usually has less than one complaint a
# week does not "double".
_TINY_WEEK = 1.0


def usual_week(panel: Panel) -> Floats:
    """Return a usual week's complaints: the median of the last 26 full weeks, (n_series,).

    Weeks end the day before the origin. Where no week is fully known, seven times the mean of
    the known days; 0 without any.
    """
    each = WEEKDAYS // panel.step_days
    weeks = min(panel.y.shape[1] // each, _USUAL_WEEKS)
    recent = panel.y[:, panel.y.shape[1] - weeks * each :]
    sums = weekly_sums(recent, step_days=panel.step_days)
    steps = np.maximum((~np.isnan(panel.y)).sum(axis=1), 1)
    usual: Floats = each * np.nansum(panel.y, axis=1) / steps
    whole = (~np.isnan(sums)).any(axis=1)
    if whole.any():
        usual[whole] = np.nanmedian(sums[whole], axis=1)
    return usual


def _quantile_columns(mean: Floats, dispersion: Floats) -> dict[str, Floats]:
    found = nb_quantiles(mean, dispersion, list(QUANTILE_LEVELS.values()))
    return {name: found[..., i].ravel() for i, name in enumerate(QUANTILE_LEVELS)}


def daily_frame(panel: Panel, mean: Floats, dispersion: Floats) -> pd.DataFrame:
    """Return a FORECASTS frame.

    Parameters
    ----------
    panel : Panel
        Whose origin and first days ahead these are; of weeks, a row is a week by its Monday.
    mean, dispersion : ndarray of shape (n_series, n_days)
        Complaints a day and the NB2 dispersion; at most as many days as the panel asks for.
    """
    n_series, horizon = mean.shape
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(np.asarray(panel.series_ids, dtype=object), horizon),
            "origin": panel.origin,
            "date": np.tile(panel.horizon_dates[:horizon].to_numpy(), n_series),
            "lead": np.tile(np.arange(1, horizon + 1), n_series),
            "mean": mean.ravel(),
            "dispersion": dispersion.ravel(),
            **_quantile_columns(mean, dispersion),
        }
    )
    return conform(frame, FORECASTS)


def weekly_frame(panel: Panel, mean: Floats, dispersion: Floats) -> pd.DataFrame:
    """Return an OUTLOOK frame.

    Parameters
    ----------
    panel : Panel
        Whose origin and past these are.
    mean, dispersion : ndarray of shape (n_series, n_weeks)
        Complaints in each seven days ahead and the NB2 dispersion of these sums.
    """
    n_series, weeks = mean.shape
    if not weeks:
        return empty(OUTLOOK)
    usual = np.broadcast_to(usual_week(panel)[:, None], mean.shape)
    more_than = 2 * np.maximum(usual, 1.0)
    p_double = nb_tail(np.floor(more_than) + 1, mean, dispersion)
    p_double = np.where((usual < _TINY_WEEK) & (mean < _TINY_WEEK), 0.0, p_double)
    starts = pd.date_range(panel.origin, periods=weeks, freq="7D").as_unit("us")
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(np.asarray(panel.series_ids, dtype=object), weeks),
            "origin": panel.origin,
            "week": np.tile(np.arange(1, weeks + 1), n_series),
            "start": np.tile(starts.to_numpy(), n_series),
            "end": np.tile((starts + pd.Timedelta(days=WEEKDAYS - 1)).to_numpy(), n_series),
            "usual": usual.ravel(),
            "mean": mean.ravel(),
            "dispersion": dispersion.ravel(),
            **_quantile_columns(mean, dispersion),
            "p_double": np.clip(p_double, 0.0, 1.0).ravel(),
        }
    )
    return conform(frame, OUTLOOK)
