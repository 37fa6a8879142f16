"""What was a real rise, seen from afterwards."""

import numpy as np

from models.spikes.truth.hindsight import heavy_weeks, rises_of, spike_days


def quiet(days: int, every: int = 3) -> np.ndarray:
    """Return a series with one complaint every third day."""
    return np.tile(np.r_[1.0, np.zeros(every - 1)], days)[:days][None]


def test_a_week_of_many_is_a_rise_and_its_peak_is_its_busiest_day():
    y = quiet(200)
    y[0, 100:103] = 6, 9, 4
    [rise] = rises_of(y)
    assert (rise.series, rise.peak) == (0, 101)
    # Days whose seven-day sum holds enough of it: the centred week reaches three days around.
    assert (rise.first, rise.last) == (98, 104)


def test_fewer_than_ten_in_seven_days_are_no_rise_whatever_is_usual():
    y = np.zeros((1, 200))
    y[0, 100] = 9
    assert not heavy_weeks(y).any()
    y[0, 101] = 1
    assert heavy_weeks(y)[0, 100]


def test_what_is_usual_for_a_busy_theme_is_no_rise():
    rng = np.random.default_rng(5)
    assert not heavy_weeks(rng.poisson(12.0, size=(5, 400)).astype(float)).any()


def test_doubling_is_not_enough_and_more_than_doubling_is():
    # Seven a week, exactly: the spread is 0, so twice the median decides.
    y = np.ones((1, 200))
    y[0, 100] = 8  # 14 in seven days: twice
    assert not heavy_weeks(y).any()
    y[0, 100] = 9
    assert heavy_weeks(y)[0, 97:104].all()


def test_rises_near_each_other_are_one_and_far_ones_two():
    y = np.zeros((1, 300))
    y[0, [100, 110, 200]] = 20
    assert [(r.first, r.last) for r in rises_of(y)] == [(97, 113), (197, 203)]


def test_unknown_days_and_short_series_say_nothing():
    y = np.zeros((2, 200))
    y[0, 100] = 30
    y[0, 103] = np.nan
    y[1, :180] = np.nan
    y[1, 190] = 30
    found = heavy_weeks(y)
    # A week with an unknown day in it is unknown; the second series is too short to be usual.
    assert found[0, 97:100].all()
    assert not found[0, 100:].any()
    assert not found[1].any()
    assert not heavy_weeks(np.ones((1, 3))).any()


def test_a_spike_is_a_week_of_twice_the_usual_and_every_day_of_it() -> None:
    counts = np.tile([1, 2, 1, 2, 1, 2, 1], 60)[None, :]  # ten a week, spread nil
    counts[0, 200] += 15
    assert np.flatnonzero(heavy_weeks(counts)[0]).tolist() == list(range(197, 204))
    assert np.flatnonzero(spike_days(counts)[0]).tolist() == list(range(194, 207))
    counts[0, 200] -= 6  # 19 in the week: not twice ten
    assert not spike_days(counts).any()


def test_fewer_than_ten_in_a_week_are_no_spike() -> None:
    counts = np.zeros((2, 300), int)
    counts[0, 150], counts[1, 150] = 9, 10
    assert spike_days(counts).any(axis=1).tolist() == [False, True]
