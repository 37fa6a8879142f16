"""Spikes by the hour: found in their first hour, at a stated rate of false alarms."""

import numpy as np
import pandas as pd
import pytest

from models.spikes.hourly import _types_of_days, detect_hours

DAYS = 100
HOURS = pd.date_range("2026-01-05", periods=DAYS * 24, freq="h")  # begins on a Monday
NO_HOLIDAY = np.zeros(len(HOURS), dtype=bool)
_DAYTIME = np.r_[np.full(7, 0.2), np.full(14, 1.5), np.full(3, 0.53)]
_WEEK = np.array([1.2, 1.1, 1.1, 1.0, 1.0, 0.8, 0.8])


def quiet(n_series: int, a_day: float, *, dispersion: float = 0.0, seed: int = 1) -> np.ndarray:
    """Return counts an hour: busy by day, quiet by night, days of differing level."""
    rng = np.random.default_rng(seed)
    rate = a_day * (_WEEK / _WEEK.mean())[HOURS.day_of_week] * (_DAYTIME / 24)[HOURS.hour]
    day = np.ones((n_series, DAYS))
    if dispersion:
        day = rng.gamma(1 / dispersion, dispersion, size=day.shape)
    return rng.poisson(rate * day.repeat(24, axis=1))


def episodes(is_alarm: np.ndarray) -> int:
    """Return how often an alarm followed seven days without one."""
    found = 0
    for row in is_alarm:
        days = np.flatnonzero(row)
        found += int(len(days) > 0) + int((np.diff(days) > 7 * 24).sum())
    return found


# Asked are 4 a year. Where counts are few, floors and whole numbers keep most of them away; of
# some 50 alarms a seventh is chance.
@pytest.mark.parametrize(
    ("a_day", "dispersion", "least"), [(2.0, 0.3, 0.3), (8.0, 0.3, 1.6), (20.0, 0.6, 1.2)]
)
def test_quiet_series_raise_about_as_many_alarms_as_asked(a_day, dispersion, least):
    n, days = 80, 60
    y = quiet(n, a_day, dispersion=dispersion)
    found = detect_hours(y, HOURS, NO_HOLIDAY, last=days * 24, false_alarms_per_theme_year=4.0)
    a_year = episodes(found.is_alarm) / (n * days / 365.25)
    assert least <= a_year <= 6.0


def test_a_spike_is_seen_at_the_end_of_its_first_hour():
    y = quiet(6, 6.0)
    t = 90 * 24 + 1
    y[2, t] = 13
    found = detect_hours(y[:, : t + 1], HOURS[: t + 1], NO_HOLIDAY[: t + 1], last=2)
    assert found.dates[-1] == HOURS[t] + pd.Timedelta(hours=1)
    assert found.is_alarm[:, -1].tolist() == [False, False, True, False, False, False]
    assert not found.is_alarm[:, 0].any()
    k = found.best[2, -1]
    assert found.windows[k] == 1
    assert found.observed[k, 2, -1] == 13
    assert found.expected[k, 2, -1] < 1


def test_what_is_many_by_night_is_few_by_day():
    y = quiet(4, 24.0)
    night, noon = 90 * 24 + 3, 90 * 24 + 12
    for t in (night, noon):
        y[0, t] = 5
    found = detect_hours(y, HOURS, NO_HOLIDAY, last=(DAYS - 90) * 24, windows=(1,))
    at = {t: t - 90 * 24 for t in (night, noon)}
    assert found.p_value[0, 0, at[night]] < 1e-4
    assert found.p_value[0, 0, at[noon]] > 1e-3
    assert found.expected[0, 0, at[noon]] > 4 * found.expected[0, 0, at[night]]


def test_what_is_said_of_an_hour_never_changes_when_later_hours_come():
    y = quiet(5, 5.0, dispersion=0.5)
    y[1, 80 * 24 + 5 :] += 3
    end = 82 * 24 + 7
    now = detect_hours(y[:, :end], HOURS[:end], NO_HOLIDAY[:end], last=30)
    later = detect_hours(y, HOURS, NO_HOLIDAY, last=len(HOURS) - end + 30)
    np.testing.assert_array_equal(now.p_value, later.p_value[:, :, :30])
    np.testing.assert_array_equal(now.is_alarm, later.is_alarm[:, :30])


def test_a_public_holiday_is_taken_for_a_sunday():
    y = quiet(3, 40.0)
    is_holiday = NO_HOLIDAY.copy()
    is_holiday[95 * 24 : 96 * 24] = True  # a Friday
    on, off = (
        detect_hours(y[:, : 96 * 24], HOURS[: 96 * 24], flags[: 96 * 24], windows=(24,))
        for flags in (is_holiday, NO_HOLIDAY)
    )
    assert (on.expected < off.expected).all()


def test_a_short_past_says_nothing_and_a_series_of_zeros_is_quiet():
    y = quiet(2, 5.0)
    y[0] = 0
    short = detect_hours(y[:, : 15 * 24], HOURS[: 15 * 24], NO_HOLIDAY[: 15 * 24])
    assert (short.p_value == 1).all()
    assert not short.is_alarm.any()
    whole = detect_hours(y, HOURS, NO_HOLIDAY, last=24)
    assert not whole.is_alarm[0].any()
    assert (whole.expected[:, 0] < 0.05).all()


def test_a_spike_of_the_past_does_not_hide_the_next():
    y = quiet(4, 3.0)
    y[1, 70 * 24 : 72 * 24] += 10
    y[1, 90 * 24] = 9
    found = detect_hours(y[:, : 90 * 24 + 1], HOURS[: 90 * 24 + 1], NO_HOLIDAY[: 90 * 24 + 1])
    assert found.is_alarm[1, 0]


@pytest.mark.parametrize(
    ("start", "change"),
    [
        ("2026-03-16T01:00Z", "2026-03-29"),  # 02:00 is skipped on a Sunday; blocks begin at 02:00
        ("2026-10-12T00:00Z", "2026-10-25"),  # 02:00 comes twice; blocks begin at 02:00
        ("2026-10-11T22:00Z", "2026-10-25"),  # blocks begin at midnight, then at 23:00
    ],
)
def test_days_keep_their_weekdays_where_clocks_change(start, change):
    hours = pd.date_range(start, periods=28 * 24, freq="h").tz_convert("Europe/Berlin")
    weekday = np.asarray(hours.day_of_week, dtype=np.int64)
    found = _types_of_days(hours, weekday, 28)
    # Both series begin on a Monday, and a change of clocks skips no day.
    assert found.tolist() == [0, 1, 2, 3, 4, 5, 6] * 4
    assert pd.Timestamp(change) in hours.tz_localize(None).normalize()
