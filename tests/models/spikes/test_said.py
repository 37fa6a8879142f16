"""What people said of warnings against what hindsight says of days."""

import numpy as np

from models.spikes.said import Said, real_days

# Two series of 12 days. In alarm: days 2, 3 and 5 of the first (one episode), day 4 of the other.
ALARMS = np.zeros((2, 12), dtype=bool)
ALARMS[0, [2, 3, 5]] = True
ALARMS[1, 4] = True
SPIKES = np.zeros((2, 12), dtype=bool)
SPIKES[1, 3:7] = True


def real(*said):
    found = real_days(SPIKES, ALARMS, said, quiet_days=3)
    return [np.flatnonzero(row).tolist() for row in found]


def test_where_nobody_said_anything_hindsight_tells():
    assert real() == [[], [3, 4, 5, 6]]


def test_a_word_holds_for_the_whole_episode_and_wins_over_hindsight():
    useful = Said(series=0, first=2, last=2, given=3, is_useful=True)
    assert real(useful) == [[2, 3, 4, 5], [3, 4, 5, 6]]
    # Days 3, 5 and 6 were high, but not in alarm, nor was the warning on.
    useless = Said(series=1, first=4, last=4, given=6, is_useful=False)
    assert real(useful, useless) == [[2, 3, 4, 5], [3, 5, 6]]


def test_who_speaks_last_is_heard():
    first = Said(series=0, first=2, last=5, given=6, is_useful=True)
    second = first._replace(given=8, is_useful=False)
    assert real(second, first)[0] == []
    assert real(first, second._replace(given=5))[0] == [2, 3, 4, 5]


def test_a_warning_of_before_the_counts_or_without_alarms_is_no_fault():
    assert real(Said(series=0, first=-9, last=-2, given=0, is_useful=True))[0] == []
    assert real(Said(series=0, first=9, last=30, given=31, is_useful=True))[0] == [9, 10, 11]
