"""Who can have seen a rise: hand-worked sums, and what is not known changes nothing."""

import numpy as np
import pandas as pd
import pytest

from models.spikes.reach import Reach, is_widely_seen, reach_of
from models.spikes.severity import severity

# Ten pairs whose sums are 10, 20, ..., 100: their median is 55; the 95 % quantile is the largest.
PAIRS = pd.Series([x for total in range(10, 101, 10) for x in (total - 4.0, 4.0)])


def test_a_window_is_held_against_blocks_of_as_many_complaints():
    found = reach_of(pd.Series([10_000.0, np.nan, 2000.0]), PAIRS)
    assert found == Reach(12_000.0, 55.0, 100.0)
    assert found.is_wide()


def test_the_high_is_a_quantile_where_there_are_enough_blocks():
    # 40 blocks of one: 1 ... 40; 0.95 x 39 = 37.05, so the 39th of them.
    found = reach_of(pd.Series([7.0]), pd.Series(np.arange(1.0, 41.0)))
    assert found == Reach(7.0, 20.5, 39.0)


def test_one_loud_account_of_the_past_moves_no_median():
    loud = PAIRS.copy()
    loud[0] = 1e6
    assert reach_of(pd.Series([100.0, 20.0]), loud).usual == 65.0  # 10 became the largest


def test_the_newest_complaints_are_in_a_block_and_the_oldest_left_over():
    nineteen = PAIRS.drop(index=0)  # the pair of 10 is broken: nine blocks are left
    assert reach_of(pd.Series([1.0, 1.0]), nineteen).usual == 60.0


def test_too_short_a_past_of_the_theme_gives_way_to_that_of_all():
    own, everything = pd.Series([1.0] * 17), pd.Series([3.0] * 18)
    assert reach_of(pd.Series([1.0, 1.0]), own, everything) == Reach(2.0, 6.0, 6.0)
    assert reach_of(pd.Series([1.0, 1.0]), own, own) == Reach(2.0)


@pytest.mark.parametrize("window", [[], [np.nan, np.nan]])
def test_an_unknown_reach_is_nothing(window):
    found = reach_of(pd.Series(window, dtype="float64"), PAIRS)
    assert found == Reach(None, None, None)
    assert not found.is_wide()


@pytest.mark.parametrize(
    ("seen", "usual", "high", "is_wide"),
    [
        (5000.0, 1000.0, 4999.0, True),
        (4999.0, 1000.0, 4000.0, False),  # less than five times
        (5000.0, 1000.0, 5000.0, False),  # no more than is seen in 19 of 20
        (1000.0, 0.0, 0.0, True),
        (999.0, 0.0, 0.0, False),  # hardly anybody
        (1e6, None, None, False),
        (None, 1.0, 1.0, False),
    ],
)
def test_what_is_widely_seen(seen, usual, high, is_wide):
    assert is_widely_seen(seen, usual, high) is is_wide


@pytest.mark.parametrize(
    ("observed", "p", "is_concentrated", "plain", "seen"),
    [
        (300, 1e-30, False, 4, 4),  # never above 4
        (60, 1e-30, False, 3, 4),
        (9, 1e-5, False, 1, 2),
        (300, 1e-3, False, 1, 2),
        (300, 1e-30, True, 2, 2),  # never where one source carries it
        (9, 1e-5, True, 1, 1),
    ],
)
def test_a_widely_seen_rise_is_one_level_worse(observed, p, is_concentrated, plain, seen):
    rest = {"usual_total": 60, "is_concentrated": is_concentrated}
    assert severity(observed, 3.0, p, **rest) == plain
    assert severity(observed, 3.0, p, **rest, is_widely_seen=True) == seen
