"""Running sums of many series, from which the mean of any window at any origin follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.forecasting.panel import Floats

Indices = NDArray[np.int64]


class RunningSums:
    """Sums up to each day, of all days and of every period-th.

    Parameters
    ----------
    y : ndarray of shape (n_series, n_days)
        Counts; NaN where not known.
    period : int
        Steps of a season.
    """

    def __init__(self, y: Floats, *, period: int) -> None:
        self.period = period
        count, known = np.nan_to_num(y), (~np.isnan(y)).astype(np.float64)
        self.count, self.known = _running(count), _running(known)
        self._squares, self._above_0 = _running(count**2), _running((count > 0).astype(float))
        self._season_count = _by_season(count, period)
        self._season_known = _by_season(known, period)

    def number(self, row: Indices, end: Indices, days: int) -> Floats:
        """Return how many of the `days` days before `end` are known: (n_rows,)."""
        return _window(self.known, row, end, days)

    def mean(self, row: Indices, end: Indices, days: int) -> Floats:
        """Return the mean of the known days among the `days` before `end`; NaN without any."""
        return self._mean_of(self.count, row, end, days)

    def mean_square(self, row: Indices, end: Indices, days: int) -> Floats:
        """Return the mean square of the same days."""
        return self._mean_of(self._squares, row, end, days)

    def share_above_0(self, row: Indices, end: Indices, days: int) -> Floats:
        """Return the share of the same days on which there was a complaint."""
        return self._mean_of(self._above_0, row, end, days)

    def season(self, row: Indices, last: Indices, seasons: int) -> tuple[Floats, Floats]:
        """Return sum and number of known days among `last` and those whole seasons before it.

        Parameters
        ----------
        row, last : ndarray of int, shape (n_rows,)
            Series, and the last of the days; negative: before the first.
        seasons : int
            How many days at most.
        """
        end = np.maximum(last, -self.period + last % self.period) + self.period
        start = np.maximum(end - seasons * self.period, last % self.period)
        out = [part[row, end] - part[row, start] for part in self._seasons]
        return out[0], out[1]

    def season_mean(self, row: Indices, last: Indices, seasons: int) -> Floats:
        """Return the mean of the same days; NaN without any known."""
        total, number = self.season(row, last, seasons)
        mean: Floats = np.divide(total, number, out=np.full(len(total), np.nan), where=number > 0)
        return mean

    @property
    def _seasons(self) -> tuple[Floats, Floats]:
        return self._season_count, self._season_known

    def _mean_of(self, sums: Floats, row: Indices, end: Indices, days: int) -> Floats:
        number = self.number(row, end, days)
        out = np.full(len(number), np.nan)
        mean: Floats = np.divide(_window(sums, row, end, days), number, out=out, where=number > 0)
        return mean


def _running(values: Floats) -> Floats:
    """Return sums of the days before each, one more than days."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _by_season(values: Floats, period: int) -> Floats:
    """Return sums over t, t - period, ... at place t + period; the first period is 0."""
    n_series, n_days = values.shape
    seasons = -(-n_days // period)
    whole = np.zeros((n_series, (seasons + 1) * period))
    whole[:, period : period + n_days] = values
    summed: Floats = np.cumsum(whole.reshape(n_series, seasons + 1, period), axis=1)
    return summed.reshape(whole.shape)


def _window(sums: Floats, row: Indices, end: Indices, days: int) -> Floats:
    window: Floats = sums[row, end] - sums[row, np.maximum(end - days, 0)]
    return window
