import numpy as np
import pytest

from models.spikes.episodes import Episode, episode_state, episodes
from models.spikes.lives import stretches

ALARM = np.array([0, 1, 1, 0, 1, 0, 0, 0, 0], dtype=bool)
EXCESS = np.array([[0.0, 5, 9, 4, 6, 3, 2, 1, 0]])
WINDOW = np.zeros(9, dtype=int)


def test_the_states_worked_by_hand():
    (episode,) = episodes(ALARM, quiet_days=3)
    found = stretches(episode, ALARM, WINDOW, EXCESS, quiet_days=3)
    assert [tuple(it) for it in found] == [
        ("open", 1, 1), ("grown", 2, 2), ("eased", 3, 3), ("grown", 4, 4), ("eased", 5, 6),
        ("closed", 7, 7),
    ]  # fmt: skip


@pytest.mark.parametrize("today", range(2, 9))
def test_each_day_is_what_that_morning_told(today):
    # Lived day by day, with nothing known of the days after.
    known = ALARM[: today + 1]
    episode = episodes(known, quiet_days=3)[-1]
    (whole,) = episodes(ALARM, quiet_days=3)
    found = stretches(whole, ALARM, WINDOW, EXCESS, quiet_days=3)
    told = [it.state for it in found if it.first <= today <= it.last]
    if told:
        assert told == [episode_state(episode, EXCESS[0], today)]


def test_the_window_that_raised_the_last_alarm_speaks():
    excess = np.array([[0.0, 5, 9], [0.0, 5, 1]])
    alarm = np.array([0, 1, 1], dtype=bool)
    narrow = stretches(Episode(1, 2, None), alarm, np.array([0, 0, 0]), excess, quiet_days=3)
    wide = stretches(Episode(1, 2, None), alarm, np.array([0, 0, 1]), excess, quiet_days=3)
    assert [it.state for it in narrow] == ["open", "grown"]
    assert [it.state for it in wide] == ["open", "eased"]
