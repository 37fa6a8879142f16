"""The seasonal naive: next Monday will be as the last Monday, a week as a year ago."""

from __future__ import annotations

import numpy as np

from models.forecasting.members.base import MemberResult
from models.forecasting.panel import Panel


class SeasonalNaive:
    """The last known count of the same weekday; of weeks, of the same week of the year.

    Where that has never been seen, the mean of all; a series without any known day gets 0.
    """

    name = "seasonal_naive"

    def fit(self, panel: Panel) -> None:
        """Do nothing: there is nothing to fit."""

    def predict(self, panel: Panel, fitted: None = None) -> MemberResult:
        """Return the last known count a season before, repeated over the horizon."""
        n_series, n_days = panel.y.shape
        period = panel.period
        seasons = -(-n_days // period)
        padded = np.full((n_series, seasons * period), np.nan)
        padded[:, seasons * period - n_days :] = panel.y  # column 0 of a season: that of lead 1
        by_season = padded.reshape(n_series, seasons, period)[:, ::-1]
        is_known = ~np.isnan(by_season)
        newest = is_known.argmax(axis=1)
        last = np.take_along_axis(by_season, newest[:, None, :], axis=1)[:, 0]
        sums, days = np.nansum(panel.y, axis=1), np.maximum((~np.isnan(panel.y)).sum(axis=1), 1)
        last = np.where(is_known.any(axis=1), last, (sums / days)[:, None])
        return MemberResult(last[:, np.arange(panel.horizon) % period])
