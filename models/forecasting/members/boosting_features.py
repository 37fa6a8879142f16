"""What the global boosting is told of a series at an origin: ratios, free of the series' size.

Everything is divided by what the series' own past makes of the day asked for, so that a quiet
theme and a loud one are the same to the model, and doubled counts are the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forecasting.members.running_sums import RunningSums
from models.forecasting.panel import WEEKDAYS, Floats, Panel

Indices = NDArray[np.int64]

_YEAR_DAYS = 365.25
_PRIOR_EVENTS = 40.0  # a weekday's factor is drawn to the common one as if by so many events
_RHYTHM_DAYS = 364  # it is taken from so many days
_POOL_PRIOR = 1.0  # series that stand behind "no rhythm" in the common factor


@dataclass(frozen=True)
class _Windows:
    """Of how many last steps means are told: by day, by week.

    Their mean is the level: the last weeks tell most, the last year keeps it above 0.
    """

    level: tuple[int, ...]
    told: tuple[int, ...]
    half_year: int
    year: int
    near: int  # so many steps around the same time a year ago ...
    before: int  # ... against so many before that origin


_BY_STEP = {
    1: _Windows((28, 91, 364), (7, 28, 91, 364), half_year=182, year=364, near=7, before=28),
    7: _Windows((8, 26, 52), (1, 2, 4, 8, 13, 26, 52), half_year=26, year=52, near=2, before=8),
}
_LARGEST_RATIO = 50.0  # of what is told; beyond, it is a spike and no more is learnt


@dataclass(frozen=True)
class Rows:
    """What the model is told, one row a series, origin and lead.

    Attributes
    ----------
    features : ndarray of shape (n_rows, n_features)
        NaN where the past does not reach back far enough.
    usual : ndarray of shape (n_rows,)
        Complaints on the day asked for, were it as the last weeks and its weekday; 0 for a series
        that has none.
    noise : ndarray of shape (n_rows,)
        Squared coefficient of variation of the last half-year's days; NaN without a complaint.
    """

    features: Floats
    usual: Floats
    noise: Floats


def rows_of(panel: Panel, row: Indices, origin: Indices, lead: Indices) -> Rows:
    """Return what is told of each series (`row`) at each origin about the day `lead` days on.

    Parameters
    ----------
    panel : Panel
        Nothing of it from a row's origin on is read, but the calendar.
    row, origin, lead : ndarray of int, shape (n_rows,)
        Series, the index of the first day not known, and the day asked for: origin + lead - 1.
    """
    windows, is_daily = _BY_STEP[panel.step_days], panel.step_days == 1
    ordinary = np.where(panel.is_holiday & is_daily, np.nan, panel.y)
    sums = RunningSums(ordinary, period=panel.period)
    target = origin + lead - 1
    means = {days: sums.mean(row, origin, days) for days in {*windows.level, *windows.told}}
    level = _mean_known([means[days] for days in windows.level])
    usual = level * _weekday_factor(sums, row, origin, target) if is_daily else level
    mean = sums.mean(row, origin, windows.half_year)
    noise = ratio(sums.mean_square(row, origin, windows.half_year), mean**2) - 1
    columns = [ratio(means[days], level) for days in windows.told]
    columns += [sums.share_above_0(row, origin, windows.half_year), noise]
    if is_daily:
        same = _last_same(target, origin)
        columns += [ratio(sums.season_mean(row, same, weeks), usual) for weeks in (4, 8)]
    columns += _a_year_ago(sums, row, origin, target, level, windows)
    columns += _calendar(panel, target, lead)
    columns.append(sums.number(row, origin, windows.half_year) / windows.half_year)
    features = np.column_stack(columns)
    features[:, : len(windows.told) + 2] = np.minimum(
        features[:, : len(windows.told) + 2], _LARGEST_RATIO
    )
    return Rows(features, usual, noise)


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom, NaN where bottom is not above 0."""
    out = np.full(np.shape(top), np.nan)
    found: Floats = np.divide(top, bottom, out=out, where=bottom > 0)
    return found


def _mean_known(values: list[Floats]) -> Floats:
    stacked = np.stack(values)
    known = ~np.isnan(stacked)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    return np.asarray(total / np.maximum(known.sum(axis=0), 1))


def _last_same(target: Indices, origin: Indices) -> Indices:
    """Return the last day before the origin that has the target's weekday."""
    return target - WEEKDAYS * ((target - origin) // WEEKDAYS + 1)


def _weekday_factor(sums: RunningSums, row: Indices, origin: Indices, target: Indices) -> Floats:
    """Return the target weekday's factor in the year before the origin: (n_rows,).

    Drawn to what all series have in common at that origin.
    """
    n_series = len(sums.count)
    common = np.ones(len(row))
    weekday = target % WEEKDAYS
    for day in range(WEEKDAYS):
        here = np.flatnonzero(weekday == day)
        origins, place = np.unique(origin[here], return_inverse=True)
        every = np.repeat(np.arange(n_series), len(origins))
        seen, expected, mean, _ = _seen_on(
            sums, every, np.tile(origins, n_series), np.full(len(every), day)
        )
        weight = np.divide(1.0, mean, out=np.zeros_like(mean), where=mean > 0)
        shape = (n_series, len(origins))
        top = (weight * seen).reshape(shape).sum(axis=0) + _POOL_PRIOR
        bottom = (weight * expected).reshape(shape).sum(axis=0) + _POOL_PRIOR
        common[here] = (top / bottom)[place]
    seen, expected, _, event = _seen_on(sums, row, origin, weekday)
    prior = _PRIOR_EVENTS * event
    safe = np.where(prior > 0, expected + prior, 1.0)
    return np.where(prior > 0, (seen + prior * common) / safe, 1.0)


def _seen_on(
    sums: RunningSums, row: Indices, origin: Indices, weekday: Indices
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return a weekday's complaints, those of as many mean days, the mean, and an event's size."""
    mean = np.nan_to_num(sums.mean(row, origin, _RHYTHM_DAYS))
    share = sums.share_above_0(row, origin, _RHYTHM_DAYS)
    last = origin - 1 - (origin - 1 - weekday) % WEEKDAYS
    seen, number = sums.season(row, last, _RHYTHM_DAYS // WEEKDAYS)
    return seen, mean * number, mean, np.nan_to_num(ratio(mean, np.nan_to_num(share)))


def _a_year_ago(
    sums: RunningSums,
    row: Indices,
    origin: Indices,
    target: Indices,
    level: Floats,
    windows: _Windows,
) -> list[Floats]:
    """Return the days around the same one last year: over the level now, over that of then."""
    last = target - windows.year
    end = np.minimum(np.maximum(last + windows.near + 1, 0), origin)
    then = sums.mean(row, end, 2 * windows.near + 1)
    then = np.where(last >= windows.near, then, np.nan)
    before = sums.mean(row, np.maximum(origin - windows.year, 0), windows.before)
    return [ratio(then, level), ratio(then, before)]


def _calendar(panel: Panel, target: Indices, lead: Indices) -> list[Floats]:
    dates = panel.all_dates[target]
    turn = 2 * np.pi * np.asarray(dates.day_of_year, dtype=np.float64) / _YEAR_DAYS
    columns = [lead, panel.all_is_holiday[target], np.sin(turn), np.cos(turn)]
    if panel.step_days == 1:
        columns.append(np.asarray(dates.day_of_week))
    return [np.asarray(column, dtype=np.float64) for column in columns]
