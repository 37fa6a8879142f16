r"""Is a spike on since this morning? Counts of the last hours against what was to be expected.

As :mod:`models.spikes.now`, by the hour: for the moment t and a window of w hours, observed S is
the sum of the last w hours and expected :math:`M = \lambda \sum x_i`. The exposure x of an hour is
its share of an ordinary week, learnt from all series together (few complaints of one theme fall
into one hour of one weekday): hours of the day, on working days and on weekends apart, times the
weekday; a public holiday is a Sunday. The level :math:`\lambda` is the series' own, from days that
end `gap_hours` before t, with days far out of the usual clipped. Then

.. math:: p = P(X \ge S),\quad X \sim NB(M, \alpha_w)

with :math:`\alpha_w` by moments from the series' past windows of the same length, shrunk to the
pool. A moment is an alarm when p is below the threshold in any window and the floors hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.forecasting.distribution import nb_tail
from models.spikes.exposure import weekday_factors
from models.spikes.rules import Seen

Floats = NDArray[np.float64]

DAY, WEEK = 24, 7
# With this share of budget / 8,766 hours as the threshold of p, simulated quiet series (.5 to 20
# complaints a day, dispersion 0 to 1 by the day) gave the figures in the tests.
THRESHOLD_SHARE = 0.5
_HOURS_OF_A_YEAR = 8766
_MIN_DAYS = 14  # fewer whole days say nothing of what is usual
_PRIOR_HOUR = 20.0  # complaints: the even profile's weight in the hours' shares
_CLIP_TIMES, _CLIP_MORE = 5.0, 3.0  # a past day counts as at most so many times the median, plus
_PRIOR_DISPERSION, _PRIOR_WINDOWS = 0.2, 30.0  # of the pool, before anything has been seen
_SERIES_PRIOR = 60.0  # the pool's weight in a series' dispersion, in windows
_MAX_DISPERSION = 5.0
_SUNDAY, _SATURDAY = 6, 5


def detect_hours(
    counts: NDArray[np.int64],
    hours: pd.DatetimeIndex,
    is_holiday: NDArray[np.bool_],
    *,
    last: int = 1,
    windows: Sequence[int] = (1, 3, 6, 24),
    false_alarms_per_theme_year: float = 1.0,
    baseline_days: int = 56,
    gap_hours: int = 48,
    min_observed: int = 5,
    min_ratio: float = 1.5,
) -> Seen:
    """Return which series were in alarm at the ends of the last hours, by what was known then.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_hours)
        Complaints an hour.
    hours : DatetimeIndex of length n_hours
        Local starts of the hours, without gaps.
    is_holiday : ndarray of bool, shape (n_hours,)
        Whether the hour's day is a public holiday.
    last : int
        How many of the last hours' ends are judged.
    windows, false_alarms_per_theme_year, baseline_days, gap_hours, min_observed, min_ratio
        See ``params.yaml``: ``watch``.

    Returns
    -------
    Seen
        Of the last `last` hours' ends (``dates``); what it says of one never changes when later
        hours are added.
    """
    y = np.asarray(counts, dtype=np.float64)
    n_series, n_hours = y.shape
    judged = range(max(n_hours - last, 0), n_hours)
    shape = (len(windows), n_series, len(judged))
    observed, expected, p_value = np.zeros(shape), np.zeros(shape), np.ones(shape)
    day_type = _day_types(hours, is_holiday)
    known: tuple[int, _Usual | None] = (-1, None)
    for k, t in enumerate(judged):
        # The past is read anew once a day: it ends with a whole day, so an hour changes nothing.
        end = (t + 1 - gap_hours) // DAY * DAY
        if known[0] != end:
            start = max(0, end - baseline_days * DAY)
            known = (end, _learn(y, hours, day_type, start, end, windows))
        usual = known[1]
        for j, w in enumerate(windows):
            first = max(0, t - w + 1)
            observed[j, :, k] = y[:, first : t + 1].sum(axis=1)
            if usual is not None:
                slots = _slots(hours[first : t + 1], day_type[first : t + 1])
                expected[j, :, k] = usual.level * usual.exposure[slots].sum()
        if usual is not None:
            p_value[:, :, k] = nb_tail(observed[:, :, k], expected[:, :, k], usual.dispersion)
    threshold = THRESHOLD_SHARE * false_alarms_per_theme_year / _HOURS_OF_A_YEAR
    is_high = (observed >= min_observed) & (observed >= min_ratio * expected)
    raised = (p_value < threshold) & is_high
    best = np.argmin(np.where(raised, p_value - 1.0, p_value), axis=0).astype(np.int64)
    moments = hours[judged.start :] + pd.Timedelta(hours=1)
    return Seen(
        moments,
        tuple(windows),
        observed,
        expected,
        p_value,
        np.asarray(raised.any(axis=0)),
        best,
    )


@dataclass(frozen=True)
class _Usual:
    """What is usual.

    Parameters
    ----------
    exposure : ndarray of shape (168,)
        Of each hour of the week, Monday first; its mean is 1.
    level : ndarray of shape (n_series,)
        Complaints in an hour of exposure 1.
    dispersion : ndarray of shape (n_windows, n_series)
        Of windows.
    """

    exposure: Floats
    level: Floats
    dispersion: Floats


def _day_types(hours: pd.DatetimeIndex, is_holiday: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the weekday of each hour; a public holiday is a Sunday."""
    weekday = np.asarray(hours.day_of_week, dtype=np.int64)
    return np.where(is_holiday, _SUNDAY, weekday)


def _slots(hours: pd.DatetimeIndex, day_type: NDArray[np.int64]) -> NDArray[np.int64]:
    return day_type * DAY + np.asarray(hours.hour, dtype=np.int64)


def _learn(
    y: Floats,
    hours: pd.DatetimeIndex,
    day_type: NDArray[np.int64],
    start: int,
    end: int,
    windows: Sequence[int],
) -> _Usual | None:
    """Return what is usual by the whole days of [start, end); None if these are too few."""
    start = end - (end - start) // DAY * DAY
    n_days = (end - start) // DAY
    if n_days < _MIN_DAYS:
        return None
    past = y[:, start:end]
    daily = past.reshape(len(y), n_days, DAY).sum(axis=2)
    most = _CLIP_TIMES * np.median(daily, axis=1, keepdims=True)
    most += _CLIP_MORE * np.sqrt(most + 1)
    keep = np.divide(np.minimum(daily, most), daily, out=np.ones_like(daily), where=daily > 0)
    tame = (past.reshape(len(y), n_days, DAY) * keep[:, :, None]).reshape(past.shape)
    exposure = _exposure(tame, hours[start:end], day_type[start:end])
    slots = _slots(hours[start:end], day_type[start:end])
    at = exposure[slots]
    # Half a complaint more: a theme never seen before expects little, not nothing.
    seen = tame.sum(axis=1)
    level = (seen + 0.5) / max(float(at.sum()), 1e-9)
    own = [_window_moments(tame, level, at, w) for w in windows]
    dispersion = np.stack([_shrunk(*moments) for moments in own])
    unsure = (1 + dispersion * level) / (seen + 1)
    return _Usual(exposure, level, np.minimum(dispersion, _MAX_DISPERSION) + unsure)


def _exposure(past: Floats, hours: pd.DatetimeIndex, day_type: NDArray[np.int64]) -> Floats:
    """Return each hour of the week's exposure: (168,), mean 1."""
    total = past.sum(axis=0)
    hour = np.asarray(hours.hour, dtype=np.int64)
    n_days = len(hours) // DAY
    by_day = total.reshape(n_days, DAY).sum(axis=1)[None]
    of_day = _types_of_days(hours, day_type, n_days)
    factor = weekday_factors(by_day, np.ones_like(by_day), of_day)[0]
    out = np.empty(WEEK * DAY)
    even = np.full(DAY, 1 / DAY)
    whole = np.bincount(hour, weights=total, minlength=DAY)
    share_all = (whole + _PRIOR_HOUR * even) / (whole.sum() + _PRIOR_HOUR)
    for weekend in (False, True):
        mine = (day_type >= _SATURDAY) == weekend
        seen = np.bincount(hour[mine], weights=total[mine], minlength=DAY)
        share = (seen + _PRIOR_HOUR * share_all) / (seen.sum() + _PRIOR_HOUR)
        for day in range(WEEK):
            if (day >= _SATURDAY) == weekend:
                out[day * DAY : (day + 1) * DAY] = factor[day] * share * DAY
    scaled: Floats = out / out.mean()
    return scaled


def _types_of_days(
    hours: pd.DatetimeIndex, day_type: NDArray[np.int64], n_days: int
) -> NDArray[np.int64]:
    """Return the day type of each 24 hours: of the first's date, and of those that follow it.

    Where clocks change, the same hour of the day comes twice or not at all, so dates are counted.
    """
    dates = hours.tz_localize(None).normalize()
    distinct, at = np.unique(dates.to_numpy(), return_index=True)
    asked = dates[0] + pd.to_timedelta(np.arange(n_days), unit="D")
    found: NDArray[np.int64] = day_type[at[np.searchsorted(distinct, asked.to_numpy())]]
    return found


def _window_moments(
    past: Floats, level: Floats, exposure: Floats, window: int
) -> tuple[Floats, Floats, int]:
    """Return the sums over windows side by side of (S - M)² - M and of M², and how many."""
    n = past.shape[1] // window
    s = past[:, : n * window].reshape(len(past), n, window).sum(axis=2)
    m = level[:, None] * exposure[: n * window].reshape(n, window).sum(axis=1)[None]
    return ((s - m) ** 2 - m).sum(axis=1), (m**2).sum(axis=1), n


def _shrunk(excess: Floats, square: Floats, n: int) -> Floats:
    """Return each series' dispersion, shrunk to that of all series."""
    typical = square.sum() / max(len(square) * n, 1)
    prior = _PRIOR_WINDOWS * max(typical, 1e-12)
    pool = (excess.sum() + prior * _PRIOR_DISPERSION) / (square.sum() + prior)
    own_prior = _SERIES_PRIOR * square / max(n, 1)
    shrunk: Floats = (excess + own_prior * pool) / np.maximum(square + own_prior, 1e-12)
    return np.clip(shrunk, 0.0, _MAX_DISPERSION)
