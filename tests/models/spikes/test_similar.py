"""The earlier rise that is most like one that is on, by hand-worked counts."""

import numpy as np
import pandas as pd
import pytest

from models.spikes.rules import Seen
from models.spikes.similar import Past, most_alike, most_similar

QUIET = 3


def seen(counts, alarms, *, windows=(1,), usual=2.0, best=None):
    """Return what was seen of series whose usual is so many a day."""
    y = np.atleast_2d(np.array(counts, dtype=float))
    is_alarm = np.zeros(y.shape, dtype=bool)
    for i, days in enumerate(alarms):
        is_alarm[i, days] = True
    shape = (len(windows), *y.shape)
    observed, expected = np.zeros(shape), np.zeros(shape)
    for k, w in enumerate(windows):
        padded = np.pad(y, ((0, 0), (w - 1, 0)))
        observed[k] = np.lib.stride_tricks.sliding_window_view(padded, w, axis=1).sum(axis=2)
        expected[k] = usual * w
    best = np.zeros(y.shape, dtype=np.int64) if best is None else np.full(y.shape, best)
    dates = pd.date_range("2019-01-01", periods=y.shape[1])
    return Seen(dates, windows, observed, expected, np.ones(shape), is_alarm, best)


# A small rise (days 3 and 4), a large one (days 10 to 12), and one that began yesterday.
COUNTS = [2, 2, 2, 8, 6, 2, 2, 2, 2, 2, 40, 30, 10, 2, 2, 2, 2, 2, 2, 2]
SMALL = Past(series=0, opened=3, last_alarm=4, closed=7, ratio=4.0, extra=10.0)
LARGE = Past(series=0, opened=10, last_alarm=12, closed=15, ratio=20.0, extra=74.0)


def find(*today, alarms=(3, 4, 10, 11, 12), among=(0,)):
    counts = [*COUNTS, *today]
    alarms = [*alarms, *range(len(COUNTS), len(counts))]
    return most_similar(
        seen(counts, [alarms]), series=0, opened=len(COUNTS), among=among, quiet_days=QUIET
    )


def test_the_one_that_had_risen_as_high_by_its_second_day_is_told_of():
    # The small one: 4 times the usual, 6 then 10 extra. The large one: 20 times, 38 then 66.
    assert find(9, 5) == SMALL
    assert find(35, 33) == LARGE


def test_rises_are_compared_at_the_same_age():
    # On its first day the large rise had been at 20 times and 38 extra, not at 74.
    middle = find(17)  # 8.5 times and 15 extra: ln 8.5 - ln 4 = .75, ln 20 - ln 8.5 = .86
    assert middle == SMALL
    assert find(22) == LARGE  # 11 times and 20 extra: 1.01 and 1.10 against .60 and .62


def test_of_two_that_are_equal_the_later_is_told_of():
    counts = [2, 2, 8, 2, 2, 2, 2, 2, 8, 2, 2, 2, 2, 2, 8]
    found = most_similar(
        seen(counts, [[2, 8, 14]]), series=0, opened=14, among=[0], quiet_days=QUIET
    )
    assert found == Past(0, 8, 8, 11, 4.0, 6.0)


def test_one_that_has_not_closed_is_no_past_and_nor_is_the_rise_itself():
    assert find(9, alarms=()) is None
    counts = [2, 2, 2, 8, 6, 2, 9]
    assert most_similar(seen(counts, [[3, 4, 6]]), series=0, opened=3, among=[0], quiet_days=1) is (
        None
    )


def test_without_a_past_of_its_own_the_first_of_the_others_that_has_one_is_looked_through():
    counts = [[*[2] * 20, 9, 5], [*COUNTS, 2, 2], [*COUNTS, 2, 2]]
    it = seen(counts, [[20, 21], [], [3, 4, 10, 11, 12]])
    found = most_similar(it, series=0, opened=20, among=[0, 1, 2], quiet_days=QUIET)
    assert found == SMALL._replace(series=2)


def test_a_window_of_a_week_holds_what_came_before_its_alarm():
    # 14 in a week are usual. The alarm of day 9 is of the week of days 3 to 9: 34 in it, 20 extra,
    # of which 14 came before that day. Then days 10 and 11 bring 4 extra.
    counts = [2, 2, 2, 4, 4, 4, 4, 4, 6, 8, 4, 4, 2, 2, 2, 2, 2, 2, 4]
    it = seen(counts, [[9, 10, 11, 18]], windows=(1, 7), best=1)
    found = most_similar(it, series=0, opened=18, among=[0], quiet_days=QUIET)
    assert (found.opened, found.last_alarm, found.days) == (9, 11, 3)
    assert found.extra == 20 + 4
    assert found.ratio == pytest.approx(34 / 14)


def test_many_times_next_to_nothing_is_not_told_as_many_times():
    it = seen([0, 0, 6, 0, 0, 0, 0, 5], [[2, 7]], usual=0.01)
    found = most_similar(it, series=0, opened=7, among=[0], quiet_days=QUIET)
    assert found.ratio == 12.0  # 6 over half a complaint


def test_later_days_change_no_earlier_rise():
    counts = np.array([*COUNTS, 9, 5, 2, 2, 2, 2, 2, 60])
    alarms = [3, 4, 10, 11, 12, 20, 21, 27]
    whole = seen(counts, [alarms])
    part = seen(counts[:22], [alarms[:-1]])
    found = most_similar(part, series=0, opened=20, among=[0], quiet_days=QUIET)
    assert found == SMALL
    later = most_similar(whole, series=0, opened=27, among=[0], quiet_days=QUIET)
    assert later.opened in (3, 10, 20)


def test_themes_alike_share_two_words_and_a_fifth():
    words = {
        "t": frozenset("abcdefghij"),
        "near": frozenset("abcxyz"),  # 3 of 13
        "few": frozenset("axyz"),
        "far": frozenset("abklmnopqrstuvw"),  # 2 of 23
        "nearer": frozenset("abcdx"),  # 4 of 11
    }
    assert most_alike("t", words, sorted(words)) == ["nearer", "near"]
    assert most_alike("gone", words, sorted(words)) == []
