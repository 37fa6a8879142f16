import numpy as np
import pytest

from models.spikes.exposure import HolidayFactors, weekday_factors

WEEKDAY = np.arange(182) % 7


def test_the_rhythm_is_found_and_has_mean_one() -> None:
    rhythm = np.array([2.0, 1.5, 1.0, 1.0, 1.0, 0.3, 0.2])
    counts = 50 * rhythm[WEEKDAY][None, :]
    found = weekday_factors(counts, np.ones_like(counts), WEEKDAY)
    np.testing.assert_allclose(found[0], rhythm / rhythm.mean(), rtol=0.03)
    assert found.mean() == pytest.approx(1.0)


def test_a_sparse_series_takes_the_rhythm_of_all() -> None:
    rhythm = np.array([2.0, 1.5, 1.0, 1.0, 1.0, 0.3, 0.2])
    counts = np.stack([50 * rhythm[WEEKDAY], np.zeros(182)])
    counts[1, 5] = 1.0  # its one complaint came on a Saturday
    found = weekday_factors(counts, np.ones_like(counts), WEEKDAY)
    np.testing.assert_allclose(found[1], found[0], atol=0.15)


def test_days_left_out_do_not_count() -> None:
    counts = np.full((1, 182), 10.0)
    weights = np.ones_like(counts)
    counts[0, 0], weights[0, 0] = 5000.0, 0.0
    np.testing.assert_allclose(weekday_factors(counts, weights, WEEKDAY), 1.0)


def test_no_day_draws_nothing_at_all() -> None:
    counts = np.where(WEEKDAY >= 5, 0.0, 500.0)[None, :]
    assert (weekday_factors(counts, np.ones_like(counts), WEEKDAY) > 0).all()


def test_holidays_are_learnt_apart_for_working_days_and_weekends() -> None:
    factors = HolidayFactors(1)
    assert factors.of(0).tolist() == [1.0]
    for _ in range(6):
        factors.learn(np.array([10.0]), np.array([100.0]), weekday=2)
    assert 0.1 < factors.of(0)[0] < 0.13
    assert factors.of(6).tolist() == [1.0]
    factors.learn(np.array([90_000.0]), np.array([100.0]), weekday=2)  # a spike of its own
    assert factors.of(0)[0] < 0.9
