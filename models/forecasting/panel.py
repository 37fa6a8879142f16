"""Many series on one calendar: the known past, and the days that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import DataContractError
from models.series.calendar import holiday_flags

Floats = NDArray[np.float64]

WEEKDAYS = 7  # the season of daily counts, and the days of a week
WEEKS_OF_A_YEAR = 52  # the season of weekly counts


def _none() -> Floats:
    return np.empty((0, 0))


def weekly_sums(values: Floats, *, step_days: int = 1) -> Floats:
    """Return the sums of seven days each along the last axis; days after the last week are left.

    Parameters
    ----------
    values : ndarray of shape (..., n_steps)
        By day, or by week where ``step_days`` is 7: then they are returned as they are.
    step_days : int
        Days of a step, 1 or 7.
    """
    each = WEEKDAYS // step_days
    weeks = values.shape[-1] // each
    sums: Floats = values[..., : weeks * each].reshape(*values.shape[:-1], weeks, each).sum(axis=-1)
    return sums


@dataclass(frozen=True)
class Panel:
    """Counts of many series before an origin, by day or by week, and the calendar after it.

    "Day" below is the panel's step: a week where ``step_days`` is 7.

    Parameters
    ----------
    dates : DatetimeIndex of length n_days
        Local dates without gaps, weeks by their Monday; the origin is one step after the last.
    series_ids : tuple of str, length n_series
        Names of the rows of `y`.
    y : ndarray of shape (n_series, n_days)
        Complaints a day, >= 0; NaN where the count is not known or the series was not yet born.
    is_holiday : ndarray of bool, shape (n_days,)
        Public holidays of the past; of weeks: whether there is one in it.
    horizon_is_holiday : ndarray of bool, shape (horizon,)
        Public holidays of the days asked for.
    period : int
        Steps of a season: 7 for days, 52 for weeks.
    step_days : int
        Days from one date to the next: 1 or 7.
    regressors : ndarray of shape (n_days + horizon, n_regressors)
        What else is known of each day, those asked for too (planned events, signals whose future
        is known). Whoever fills it in takes only what was known a horizon ahead of each day: a
        back-test moves the origin back and reads them as they are. Left out: none. They are read
        by :mod:`models.forecasting.effects` for all members together, and by no member.
    regressor_names : tuple of str, length n_regressors
        Names of the columns of `regressors`.

    Raises
    ------
    DataContractError
        If the regressors do not cover every day or are not numbers.
    """

    dates: pd.DatetimeIndex
    series_ids: tuple[str, ...]
    y: Floats
    is_holiday: NDArray[np.bool_]
    horizon_is_holiday: NDArray[np.bool_]
    period: int = WEEKDAYS
    step_days: int = 1
    regressors: Floats = field(default_factory=_none)
    regressor_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.dates) + self.horizon, len(self.regressor_names))
        if not self.regressor_names and not self.regressors.size:
            object.__setattr__(self, "regressors", np.zeros(shape))
        if self.regressors.shape != shape:
            raise DataContractError(
                f"Expected regressors of {shape[0]} days (past and horizon) and {shape[1]} names, "
                f"but got an array of shape {self.regressors.shape}."
            )
        if not np.isfinite(self.regressors).all():
            bad = np.flatnonzero(~np.isfinite(self.regressors).all(axis=0))
            names = ", ".join(self.regressor_names[j] for j in bad)
            raise DataContractError(
                f"Regressors must be known on every day, past and ahead; missing values in {names}."
            )

    @property
    def origin(self) -> pd.Timestamp:
        """Return the first date that is forecast."""
        return self.dates[-1] + pd.Timedelta(days=self.step_days)

    @property
    def horizon(self) -> int:
        """Return how many steps are asked for."""
        return len(self.horizon_is_holiday)

    @property
    def weeks(self) -> int:
        """Return how many whole weeks are asked for."""
        return self.horizon * self.step_days // WEEKDAYS

    @property
    def horizon_dates(self) -> pd.DatetimeIndex:
        """Return the dates that are asked for."""
        freq = f"{self.step_days}D"
        return pd.date_range(self.origin, periods=self.horizon, freq=freq).as_unit("us")

    @property
    def all_dates(self) -> pd.DatetimeIndex:
        """Return the dates of the past and those asked for: n_days + horizon."""
        return self.dates.append(self.horizon_dates)

    @property
    def all_is_holiday(self) -> NDArray[np.bool_]:
        """Return the holidays of the past and of the days asked for: (n_days + horizon,)."""
        return np.concatenate([self.is_holiday, self.horizon_is_holiday])

    def steps_since(self, origins: pd.DatetimeIndex) -> NDArray[np.int64]:
        """Return how many steps lie between earlier origins and this one: (n_origins,)."""
        return np.asarray((self.origin - origins).days, dtype=np.int64) // self.step_days

    def before(self, steps: int) -> Panel:
        """Return what was known `steps` steps earlier, with the same number of steps asked for."""
        if steps == 0:
            return self
        end = len(self.dates) - steps
        return replace(
            self,
            dates=self.dates[:end],
            y=self.y[:, :end],
            is_holiday=self.is_holiday[:end],
            horizon_is_holiday=self.all_is_holiday[end : end + self.horizon],
            regressors=self.regressors[: end + self.horizon],
        )

    def after(self, steps: int) -> Floats:
        """Return what came after the panel of ``before(steps)``: (n_series, horizon), NaN later."""
        actual = np.full((len(self.series_ids), self.horizon), np.nan)
        known = self.y[:, len(self.dates) - steps :][:, : self.horizon]
        actual[:, : known.shape[1]] = known
        return actual


def weekly_panel(panel: Panel, *, horizon: int) -> Panel:
    """Return the panel of weekly sums: closed weeks, each labelled by its Monday.

    The week in which the origin lies is not over: it is the first that is asked for, and its
    days so far are not read. A week with an unknown day is unknown.

    Parameters
    ----------
    panel : Panel
        Daily counts; its horizon reaches to the end of the last week asked for.
    horizon : int
        Weeks to forecast.

    Returns
    -------
    Panel
        With ``step_days`` 7 and ``period`` 52; a regressor of a week is the mean of its days'.

    Raises
    ------
    DataContractError
        If the panel is not daily, its horizon too short, or no week of it is closed.
    """
    if panel.step_days != 1:
        raise DataContractError(f"Expected a daily panel, but got steps of {panel.step_days} days.")
    monday = panel.origin - pd.Timedelta(days=int(panel.origin.day_of_week))
    start = int(-panel.dates[0].day_of_week % WEEKDAYS)
    weeks = ((monday - panel.dates[0]).days - start) // WEEKDAYS
    if weeks < 1:
        raise DataContractError(
            f"No week is closed between {panel.dates[0]:%Y-%m-%d} and {panel.origin:%Y-%m-%d}."
        )
    end, last = start + weeks * WEEKDAYS, start + (weeks + horizon) * WEEKDAYS
    if last > len(panel.regressors):
        raise DataContractError(
            f"{horizon} weeks need a daily horizon of {last - len(panel.dates)} days, "
            f"but it is {panel.horizon}."
        )
    flags = panel.all_is_holiday[start:last].reshape(-1, WEEKDAYS)
    is_holiday: NDArray[np.bool_] = np.any(flags, axis=1)
    k = len(panel.regressor_names)
    return Panel(
        dates=panel.dates[start:end:WEEKDAYS],
        series_ids=panel.series_ids,
        y=panel.y[:, start:end].reshape(len(panel.y), weeks, WEEKDAYS).sum(axis=2),
        is_holiday=is_holiday[:weeks],
        horizon_is_holiday=is_holiday[weeks:],
        period=WEEKS_OF_A_YEAR,
        step_days=WEEKDAYS,
        regressors=panel.regressors[start:last].reshape(weeks + horizon, WEEKDAYS, k).mean(axis=1),
        regressor_names=panel.regressor_names,
    )


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
