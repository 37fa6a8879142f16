"""Will it stay: hand-worked lessons, a prior where there are none, and what is still to come."""

import numpy as np
import pytest
from scipy.special import expit

from models.spikes.last import (
    NAMES,
    PRIOR_WEIGHTS,
    chances_to_last,
    last_features,
    last_lessons,
    learn_last,
)
from tests.models.spikes.panels import seen

DAYS = 60


def one_spike(height: int = 9, days: int = 3) -> tuple[np.ndarray, np.ndarray]:
    counts = np.ones((1, DAYS), dtype=np.int64)
    alarms = np.zeros((1, DAYS), dtype=bool)
    counts[0, 30 : 30 + days] = height
    alarms[0, 30 : 30 + days] = True
    return counts, alarms


def test_features_of_a_day():
    counts, alarms = one_spike()
    found = dict(zip(NAMES, last_features(seen(counts, alarms), 0, 30, 34), strict=True))
    assert found["age"] == pytest.approx(np.log1p(4))
    assert found["since"] == 2
    assert found["level"] == pytest.approx(np.log(7.5))
    assert found["above_day"] == pytest.approx(0)
    assert found["above_three"] == pytest.approx(np.log((11 + 0.5) / 3.5))  # 9, 1, 1
    assert found["above_week"] == pytest.approx(np.log((31 + 0.5) / 7.5))  # 1, 1, 9, 9, 9, 1, 1
    assert found["height"] == found["above_week"]


def test_lessons_are_the_days_of_open_warnings_whose_next_week_is_known():
    counts, alarms = one_spike()
    lessons = last_lessons(seen(counts, alarms), counts, quiet_days=7)
    assert len(lessons.lasted) == 9  # the 30th to the 38th; it closed on the 39th
    # After the first day 9 + 9 + 5 came in a week, of 7 usual; after the second 9 + 6; then 7.
    assert lessons.lasted.tolist() == [True, True] + [False] * 7
    assert lessons.excess[0] == 8  # 6 + 9 less 7
    assert lessons.extra[0] == 16  # two more days of 8 above usual
    assert lessons.has_closed.all()
    early = last_lessons(seen(counts[:, :40], alarms[:, :40]), counts[:, :40], quiet_days=7)
    assert len(early.lasted) == 3
    assert early.lasted.tolist() == [True, True, False]


def test_without_lessons_it_says_what_other_spikes_taught():
    counts, alarms = np.ones((1, DAYS), dtype=np.int64), np.zeros((1, DAYS), dtype=bool)
    model = learn_last(last_lessons(seen(counts, alarms), counts, quiet_days=7))
    assert model.weights.tolist() == list(PRIOR_WEIGHTS)
    assert 0.2 < expit(PRIOR_WEIGHTS[0]) < 0.4  # a third of such days are followed by another week


def test_a_workspace_whose_spikes_end_at_once_learns_it():
    one, alarm = one_spike(days=1)
    counts, alarms = np.tile(one, (40, 3)), np.tile(alarm, (40, 3))
    start = learn_last(last_lessons(seen(one * 0 + 1, alarm & False), one, quiet_days=7))
    taught = learn_last(last_lessons(seen(counts, alarms), counts, quiet_days=7))
    x = last_features(seen(counts, alarms), 0, 30, 30)
    assert taught.say(x, 8.0).chance < start.say(x, 8.0).chance / 2
    assert taught.say(x, 8.0).extra < start.say(x, 8.0).extra


def test_only_open_warnings_are_asked_about_and_a_higher_one_is_likelier_to_stay():
    low, alarm = one_spike(height=9, days=3)
    high = np.where(low > 1, 40, 1)
    still = np.zeros((1, DAYS), dtype=bool)
    counts = np.concatenate([low, high, low])[:, :33]
    alarms = np.concatenate([alarm, alarm, still])[:, :33]
    found = chances_to_last(seen(counts, alarms), counts, quiet_days=7)
    assert set(found) == {(0, 30), (1, 30)}
    assert found[1, 30].chance > found[0, 30].chance
    assert found[1, 30].extra > found[0, 30].extra > 0
    counts, alarms = one_spike()
    assert chances_to_last(seen(counts, alarms), counts, quiet_days=7) == {}
