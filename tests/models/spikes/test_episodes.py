import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from models.spikes.episodes import Episode, episode_state, episodes, warning_id


def alarms(text: str) -> np.ndarray:
    return np.array([mark == "x" for mark in text])


def test_alarms_with_short_pauses_are_one_episode() -> None:
    assert episodes(alarms("..x.x..x....."), quiet_days=3) == [Episode(2, 7, 10)]


def test_a_long_pause_closes_and_the_next_alarm_opens_anew() -> None:
    assert episodes(alarms("x..x"), quiet_days=3) == [Episode(0, 3, None)]
    assert episodes(alarms("x...x"), quiet_days=3) == [Episode(0, 0, 3), Episode(4, 4, None)]


def test_no_alarm_no_episode() -> None:
    assert episodes(alarms("....."), quiet_days=3) == []
    assert episodes(alarms(""), quiet_days=3) == []


@given(
    text=st.text(alphabet="x.", min_size=2, max_size=40),
    quiet=st.integers(1, 7),
    cut=st.integers(1, 39),
)
def test_what_was_said_of_the_past_stands(text: str, quiet: int, cut: int) -> None:
    whole, part = (
        episodes(alarms(text), quiet_days=quiet),
        episodes(alarms(text[:cut]), quiet_days=quiet),
    )
    openings = [e.opened for e in whole if e.opened < min(cut, len(text))]
    assert [e.opened for e in part] == openings


def test_states() -> None:
    excess = np.array([0.0, 5.0, 9.0, 9.0, 4.0, 6.0, 0.0, 0.0, 0.0])
    going = Episode(1, 3, None)
    assert episode_state(Episode(1, 1, None), excess, 1) == "open"
    assert episode_state(Episode(1, 2, None), excess, 2) == "grown"
    assert episode_state(going, excess, 3) == "open"
    assert episode_state(going, excess, 4) == "eased"
    assert episode_state(going, excess, 5) == "eased"  # more again, but no alarm
    assert episode_state(Episode(1, 3, 6), excess, 6) == "closed"


def test_names_follow_theme_and_opening() -> None:
    day = pd.Timestamp("2019-05-04")
    assert warning_id("a", day) == warning_id("a", day)
    assert (
        len({warning_id("a", day), warning_id("b", day), warning_id("a", day + pd.Timedelta("1D"))})
        == 3
    )
