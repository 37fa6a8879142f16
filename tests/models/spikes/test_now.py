from functools import cache

import numpy as np
import pandas as pd
import pytest

from models.spikes.episodes import episodes
from models.spikes.now import detect_now
from models.spikes.rules import Arrived, Detection, NowRules

RHYTHM = np.array([1.3, 1.2, 1.0, 1.0, 1.1, 0.8, 0.6])


def dates(n: int) -> pd.DatetimeIndex:
    return pd.date_range("2018-01-01", periods=n, freq="D")  # a Monday


def detect(
    counts: np.ndarray,
    is_holiday: np.ndarray | None = None,
    *,
    arrived: Arrived | None = None,
    **rules: float,
) -> Detection:
    counts = np.atleast_2d(counts).astype(np.int64)
    days = dates(counts.shape[1])
    none = np.zeros(len(days), dtype=bool)
    return detect_now(
        counts, days, none if is_holiday is None else is_holiday, arrived=arrived, **rules
    )


def quiet(level: float, n: int = 300, *, seed: int = 0, dispersion: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mean = level * RHYTHM[np.arange(n) % 7]
    return rng.poisson(rng.gamma(1 / dispersion, dispersion * mean))


def test_a_planted_spike_is_an_alarm_on_its_first_day() -> None:
    y = quiet(3.0, seed=11)
    y[250] += 25
    found = detect(y)
    assert found.is_alarm[0, 250]
    window = found.windows[found.best[0, 250]]
    assert (window, found.observed[0, 0, 250]) == (1, y[250])
    assert 1.5 < found.expected[0, 0, 250] < 6
    assert not found.is_alarm[0, 200:250].any()


def test_a_slow_build_up_is_seen_by_the_long_windows() -> None:
    y = quiet(3.0, dispersion=0.02, seed=1)
    y[250:257] = 7  # not one day of it stands out
    found = detect(y)
    assert found.is_alarm[0, 250:257].any()
    first = 250 + int(np.argmax(found.is_alarm[0, 250:257]))
    assert found.windows[found.best[0, first]] > 1


def test_a_weekday_rhythm_is_no_spike() -> None:
    weekly = np.tile([40, 12, 10, 10, 10, 1, 1], 45)
    assert not detect(weekly).is_alarm.any()


def test_a_holiday_is_no_spike_and_a_quiet_holiday_hides_nothing() -> None:
    y = np.tile([10, 10, 10, 10, 10, 10, 10], 60)
    is_holiday = np.zeros(len(y), dtype=bool)
    is_holiday[5::30] = True
    y[is_holiday] = 40  # each holiday brings four times as many
    found = detect(y, is_holiday)
    assert not found.is_alarm[0, 200:].any()
    assert detect(y).is_alarm[0, 200:].any()  # not knowing the calendar, it would be


def test_one_past_spike_does_not_hide_the_next() -> None:
    rng = np.random.default_rng(2)
    y = rng.poisson(2.0, 300)
    alone, second = y.copy(), y.copy()
    alone[280] += 14
    second[280] += 14
    second[230:240] += 40
    once, twice = detect(alone), detect(second)
    assert twice.is_alarm[0, 230]
    assert once.is_alarm[0, 280]
    assert twice.is_alarm[0, 280]
    assert twice.expected[0, 0, 280] < 1.3 * once.expected[0, 0, 280]


def test_a_level_that_stays_up_becomes_the_new_normal() -> None:
    rng = np.random.default_rng(3)
    y = np.concatenate([rng.poisson(3.0, 250), rng.poisson(12.0, 120)])
    found = detect(y)
    assert found.is_alarm[0, 250:254].any()
    shifts = np.flatnonzero(found.is_shift[0])
    assert len(shifts) == 1
    assert 250 + 20 <= shifts[0] <= 250 + 40
    assert not found.is_alarm[0, shifts[0] + 1 :].any()
    assert found.expected[0, 0, -1] == pytest.approx(12, rel=0.3)
    # And a spike above the new normal is seen.
    y[-1] = 60
    assert detect(y).is_alarm[0, -1]


def test_a_build_up_is_not_declared_usual_at_its_worst() -> None:
    # Two slightly high weeks, then ten rising days: four weeks above usual, but no new level.
    usual = np.tile([1, 0, 1, 1, 0, 1, 1], 40)
    high = np.tile([1, 1, 1, 1, 1, 1, 1], 2)
    rising = np.array([1, 2, 2, 3, 3, 4, 5, 5, 6, 8, 9, 10])
    found = detect(np.concatenate([usual, high, rising]))
    assert found.is_alarm[0, -1]
    assert not found.is_shift.any()
    assert found.expected[2, 0, -1] < 8


def test_a_level_that_falls_is_followed_so_that_the_next_rise_is_seen() -> None:
    rng = np.random.default_rng(4)
    y = np.concatenate([rng.poisson(20.0, 250), rng.poisson(3.0, 60)])
    y[-1] = 18
    found = detect(y)
    assert found.is_shift.any()
    assert found.is_alarm[0, -1]


def test_floors_hold() -> None:
    y = np.zeros(200, dtype=int)
    y[190] = 7
    assert not detect(y).is_alarm.any()
    y[190] = 8
    assert detect(y).is_alarm[0, 190]
    assert not detect(y, min_observed=9).is_alarm.any()
    big = np.full(200, 10_000)
    big[190] = 14_000
    assert not detect(big).is_alarm.any()  # surely more, but not half as much again
    big[190] = 16_000
    assert detect(big).is_alarm[0, 190]


def test_short_histories() -> None:
    six_weeks = quiet(2.0, 42, seed=5)
    six_weeks[-1] = 30
    assert detect(six_weeks).is_alarm[0, -1]
    for n in (1, 7, 20):
        few = np.full(n, 1)
        few[-1] = 500
        found = detect(few)
        assert not found.is_alarm.any()
        assert (found.p_value == 1).all()


@pytest.mark.parametrize("level", [0, 1, 7, 100_000])
def test_constant_series_are_quiet(level: int) -> None:
    found = detect(np.full(250, level))
    assert not found.is_alarm.any()
    assert np.isfinite(found.p_value).all()


def test_later_days_change_nothing_earlier() -> None:
    y = np.stack([quiet(2.0, 260, seed=6), quiet(9.0, 260, seed=7)])
    y[0, 120:125] += 20
    y[1, 180:] *= 4
    whole, part = detect(y), detect(y[:, :200])
    for name in ("is_alarm", "p_value", "expected", "observed", "best", "is_shift"):
        np.testing.assert_array_equal(getattr(whole, name)[..., :200], getattr(part, name))


def test_permuted_series_get_the_same_alarms() -> None:
    y = np.stack([quiet(level, 250, seed=8) for level in (0.3, 2.0, 9.0)])
    y[1, 200] += 30
    one, other = detect(y), detect(y[[2, 0, 1]])
    np.testing.assert_array_equal(one.is_alarm[[2, 0, 1]], other.is_alarm)
    np.testing.assert_allclose(one.p_value[:, [2, 0, 1]], other.p_value, rtol=1e-9)


@cache
def quiet_stream() -> np.ndarray:
    """Return 60 quiet series of two and a half years, 1 to 10 a day, dispersion 0 to 0.3."""
    levels = [(level, a) for level in (1.0, 2.0, 5.0, 10.0) for a in (1e-3, 0.1, 0.3)]
    rows = [quiet(m, 912, seed=i, dispersion=a) for i, (m, a) in enumerate(levels * 5)]
    return np.stack(rows)


@pytest.mark.parametrize("budget", [1.0, 3.0])
def test_the_budget_is_kept_on_quiet_series(budget: float) -> None:
    # With a floor of five, that keeps few alarms away here: it is the threshold that is tested.
    found = detect(quiet_stream(), false_alarms_per_theme_year=budget, min_observed=5)
    warned = [
        episode
        for row in found.is_alarm
        for episode in episodes(row, quiet_days=7)
        if episode.opened >= 182
    ]
    years = len(found.is_alarm) * (912 - 182) / 365
    assert 0.7 * budget < len(warned) / years < 1.3 * budget


def test_a_larger_budget_means_a_larger_threshold() -> None:
    small, large = NowRules(false_alarms_per_theme_year=0.5), NowRules()
    assert large.threshold == pytest.approx(2 * small.threshold)


def arrived_of(shape: tuple[int, int], shares: list[float], *, sd: float = 0.0) -> Arrived:
    """Return what has come in of the last days, the newest first; all of those before."""
    share = np.ones(shape)
    share[:, -1 : -len(shares) - 1 : -1] = shares
    return Arrived(share, np.where(share < 1, sd, 0.0))


def test_what_has_come_in_is_held_against_as_much_of_the_expected() -> None:
    y = np.full((1, 200), 12)
    y[0, -1] = 3  # a quarter has come in: a day like any other
    known = arrived_of(y.shape, [0.25])
    found = detect(y, arrived=known)
    assert found.expected[0, 0, -1] == pytest.approx(0.25 * found.expected[0, 0, -2])
    # Three days: 12 + 12 + 3 are expected where 36 would be.
    assert found.expected[1, 0, -1] == pytest.approx(27, rel=0.01)
    assert found.p_value[0, 0, -1] > 0.3
    assert not found.is_alarm.any()
    # As many as on a whole day, of a day of which a quarter is in, are four times as many.
    y[0, -1] = 14
    assert detect(y, arrived=known).is_alarm[0, -1]
    assert not detect(y).is_alarm[0, -1]
    # Where a night's load may bring anything, that says less.
    loose = detect(y, arrived=arrived_of(y.shape, [0.25], sd=0.2))
    assert loose.p_value[0, 0, -1] > 10 * detect(y, arrived=known).p_value[0, 0, -1]


def test_days_that_are_not_in_yet_make_no_baseline_low() -> None:
    y = np.full((1, 100), 40)
    shares = [0.1] * 20
    y[0, -20:] = 4
    found = detect(y, arrived=arrived_of(y.shape, shares), baseline_days=28)
    assert found.expected[0, 0, -1] == pytest.approx(4, rel=0.02)
    assert not found.is_alarm.any()


def test_a_complete_feed_is_watched_as_ever() -> None:
    y = np.stack([quiet(2.0, 200, seed=6), quiet(9.0, 200, seed=7)])
    y[0, 150:155] += 20
    plain, told = detect(y), detect(y, arrived=Arrived(np.ones(y.shape), np.zeros(y.shape)))
    for name in ("is_alarm", "p_value", "expected", "best", "is_shift"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(told, name))


def test_a_late_feed_keeps_the_budget_though_each_day_is_looked_at_again() -> None:
    # 30, 55, 75, 90 % of a day are in after 1, 2, 3, 4 mornings, more or less; 15 mornings.
    rng = np.random.default_rng(4)
    shares, scatter, budget = np.array([0.3, 0.55, 0.75, 0.9, 1.0]), 30, 4.0
    n, days, first = 600, 130, 115
    whole = np.stack([quiet(level, days, seed=i) for i, level in enumerate(np.geomspace(1, 10, n))])
    parts = [rng.multinomial(day, rng.dirichlet(scatter * np.diff(shares, prepend=0.0)))
             for day in whole.T]  # fmt: skip
    come = np.stack(parts, axis=1).cumsum(axis=2)  # (n, days, mornings since)
    sd = np.sqrt(shares * (1 - shares) / (scatter + 1))
    rules = {"baseline_days": 91, "false_alarms_per_theme_year": budget}
    last, warned = np.full(n, -99), 0
    for morning in range(first, days):
        age = np.minimum(np.arange(morning, 0, -1), 5) - 1
        seen = come[:, np.arange(morning), age]
        arrived = Arrived(np.tile(shares[age], (n, 1)), np.tile(sd[age], (n, 1)))
        on = detect(seen, arrived=arrived, **rules).is_alarm[:, -7:].any(axis=1)
        warned += int((on & (morning - last > 7)).sum())
        last[on] = morning
    rate = warned / (n * (days - first) / 365)
    assert 0.5 * budget < rate < 1.3 * budget
