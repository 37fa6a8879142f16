"""What is known of a theme on a morning: hand-worked, and never of a later day."""

import numpy as np
import pytest

from models.spikes.next_features import NAMES, Past
from tests.models.spikes.panels import seen

DAYS = 800


def made(counts: np.ndarray, alarms: list[tuple[int, int]] = ()) -> Past:
    is_alarm = np.zeros(counts.shape, dtype=bool)
    for series, day in alarms:
        is_alarm[series, day] = True
    return Past(seen(counts, is_alarm), counts, np.ones(counts.shape, dtype=bool))


def known(past: Past, origin: int, series: int = 0, days: int = 28) -> dict[str, float]:
    return dict(zip(NAMES, past.features(origin, days)[series], strict=True))


def test_of_a_steady_theme_nothing_grows_and_nothing_is_rare():
    found = known(made(np.ones((1, DAYS), dtype=np.int64)), 700)
    assert found["growth_week"] == pytest.approx(0)
    assert found["growth_month"] == pytest.approx(0)
    assert found["growth_year"] == pytest.approx(0)
    assert found["season"] == pytest.approx(0)
    assert (found["rare_month"], found["season_alarms"]) == (0, 0)
    assert found["near"] == pytest.approx(-np.log10(0.5))
    assert found["since"] == pytest.approx(np.log1p(365))


def test_growth_is_the_last_week_against_four():
    counts = np.ones((1, DAYS), dtype=np.int64)
    counts[0, 693:700] = 3  # 21 in the week, 42 in four: a quarter of these is 10.5
    assert known(made(counts), 700)["growth_week"] == pytest.approx(np.log(21.5 / 11))


def test_an_alarm_is_counted_from_the_morning_after():
    past = made(np.ones((2, DAYS), dtype=np.int64), [(0, 690)])
    assert known(past, 700)["since"] == pytest.approx(np.log1p(9))
    assert known(past, 700)["rare_month"] == 1
    assert known(past, 691)["since"] == 0
    assert past.is_quiet(690).tolist() == [True, True]
    assert past.is_quiet(691).tolist() == [False, True]
    assert past.is_quiet(698).tolist() == [True, True]
    assert past.exceeds(690, 1).tolist() == [True, False]
    assert past.exceeds(683, 7).tolist() == [False, False]
    assert past.exceeds(683, 8).tolist() == [True, False]
    # In the last week half of the themes had one.
    assert known(past, 695)["everywhere"] == pytest.approx(np.log(0.51))


def test_the_season_is_that_of_the_same_days_of_a_year_ago():
    counts = np.ones((1, DAYS), dtype=np.int64)
    counts[0, 336:364] = 4  # a year before the 28 days from 700
    past = made(counts, [(0, 340)])
    assert known(past, 700)["season"] > 0.8
    assert known(past, 700)["season_alarms"] == 1
    assert known(past, 600)["season"] < 0.1
    assert known(past, 600)["season_alarms"] == 0


def test_nothing_of_a_morning_changes_when_later_days_are_added():
    rng = np.random.default_rng(0)
    counts = rng.poisson(2.0, size=(4, DAYS))
    alarms = rng.random((4, DAYS)) < 0.02
    whole = Past(seen(counts, alarms), counts, np.ones(counts.shape, dtype=bool))
    for origin in (92, 400, 701):
        cut = Past(
            seen(counts[:, :origin], alarms[:, :origin]),
            counts[:, :origin],
            np.ones((4, origin), dtype=bool),
        )
        assert np.array_equal(whole.features(origin, 28), cut.features(origin, 28))
