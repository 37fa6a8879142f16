"""Many series on one calendar: the known past, and the days that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.series.calendar import holiday_flags

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Daily counts of many series before an origin, and the calendar after it.

    Parameters
    ----------
    dates : DatetimeIndex of length n_days
        Local dates without gaps; the origin is the day after the last.
    series_ids : tuple of str, length n_series
        Names of the rows of `y`.
    y : ndarray of shape (n_series, n_days)
        Complaints a day, >= 0; NaN where the count is not known or the series was not yet born.
    is_holiday : ndarray of bool, shape (n_days,)
        Public holidays of the past.
    horizon_is_holiday : ndarray of bool, shape (horizon,)
        Public holidays of the days asked for.
    """

    dates: pd.DatetimeIndex
    series_ids: tuple[str, ...]
    y: Floats
    is_holiday: NDArray[np.bool_]
    horizon_is_holiday: NDArray[np.bool_]

    @property
    def origin(self) -> pd.Timestamp:
        """Return the first date that is forecast."""
        return self.dates[-1] + pd.Timedelta(days=1)

    @property
    def horizon(self) -> int:
        """Return how many days are asked for."""
        return len(self.horizon_is_holiday)

    @property
    def horizon_dates(self) -> pd.DatetimeIndex:
        """Return the dates that are asked for."""
        return pd.date_range(self.origin, periods=self.horizon, freq="D").as_unit("us")

    def before(self, days: int) -> Panel:
        """Return what was known `days` days earlier, with the same number of days asked for."""
        if days == 0:
            return self
        calendar = np.concatenate([self.is_holiday, self.horizon_is_holiday])
        end = len(self.dates) - days
        ahead = calendar[end : end + self.horizon]
        return Panel(
            self.dates[:end], self.series_ids, self.y[:, :end], self.is_holiday[:end], ahead
        )

    def after(self, days: int) -> Floats:
        """Return what came after the panel of ``before(days)``: (n_series, horizon), NaN later."""
        actual = np.full((len(self.series_ids), self.horizon), np.nan)
        known = self.y[:, len(self.dates) - days :][:, : self.horizon]
        actual[:, : known.shape[1]] = known
        return actual


def panel_from_counts(
    counts: pd.DataFrame,
    *,
    origin: pd.Timestamp,
    horizon: int,
    countries: Sequence[str],
    max_history_days: int,
) -> Panel:
    """Return the panel of all series in a COUNTS frame as known at the start of `origin`.

    Provisional days are unknown (NaN), and so is a series before its first complaint: a theme
    that did not exist had no zeros.

    Parameters
    ----------
    counts : DataFrame
        A COUNTS frame; rows on or after `origin` are not read.
    origin : Timestamp
        The first date to forecast, a midnight without zone.
    horizon : int
        Days to forecast.
    countries : sequence of str
        Whose public holidays count.
    max_history_days : int
        Older days are not read.
    """
    first_allowed = origin - pd.Timedelta(days=max_history_days)
    rows = counts[(counts["date"] < origin) & (counts["date"] >= first_allowed)]
    first = rows["date"].min() if len(rows) else origin - pd.Timedelta(days=1)
    dates = pd.date_range(first, origin - pd.Timedelta(days=1), freq="D").as_unit("us")
    codes, names = pd.factorize(rows["series_id"], sort=True)
    y = np.full((len(names), len(dates)), np.nan)
    day = np.asarray((rows["date"] - first).dt.days, dtype=np.int64)
    y[codes, day] = np.where(rows["is_provisional"], np.nan, rows["count"].to_numpy(dtype=float))
    y = np.where(_is_born(counts, names, first, y), y, np.nan)
    calendar = pd.date_range(first, periods=len(dates) + horizon, freq="D")
    is_holiday = holiday_flags(calendar, countries)
    return Panel(
        dates, tuple(str(n) for n in names), y, is_holiday[: len(dates)], is_holiday[len(dates) :]
    )


def _is_born(
    counts: pd.DataFrame, names: pd.Index, first: pd.Timestamp, y: Floats
) -> NDArray[np.bool_]:
    seen = counts[(counts["count"] > 0)].groupby("series_id")["date"].min()
    birth = seen.reindex(names)
    # Never a complaint: taken as born with the first day, a series of zeros.
    offset = ((birth - first).dt.days).fillna(0).to_numpy(dtype=float)
    born: NDArray[np.bool_] = np.arange(y.shape[1])[None, :] >= offset[:, None]
    return born
