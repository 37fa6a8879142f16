"""The seasonal naive: next Monday will be as the last Monday."""

from __future__ import annotations

import numpy as np

from models.forecasting.members.base import MemberResult
from models.forecasting.panel import Panel

_WEEK = 7


class SeasonalNaive:
    """Weekly seasonal naive: the last known count of the same weekday.

    A series without any known day gets 0.
    """

    name = "seasonal_naive"

    def fit(self, panel: Panel) -> None:
        """Do nothing: there is nothing to fit."""

    def predict(self, panel: Panel, fitted: None = None) -> MemberResult:
        """Return the last known count of each weekday, repeated over the horizon."""
        n_series, n_days = panel.y.shape
        weeks = -(-n_days // _WEEK)
        padded = np.full((n_series, weeks * _WEEK), np.nan)
        padded[:, weeks * _WEEK - n_days :] = panel.y  # column 0 of a week: the weekday of lead 1
        by_week = padded.reshape(n_series, weeks, _WEEK)[:, ::-1]
        is_known = ~np.isnan(by_week)
        newest = is_known.argmax(axis=1)
        last = np.take_along_axis(by_week, newest[:, None, :], axis=1)[:, 0]
        sums, days = np.nansum(panel.y, axis=1), np.maximum((~np.isnan(panel.y)).sum(axis=1), 1)
        last = np.where(is_known.any(axis=1), last, (sums / days)[:, None])
        return MemberResult(last[:, np.arange(panel.horizon) % _WEEK])
