import numpy as np
import pytest

from models.forecasting.members.rhythm import Rhythm

NO = np.array([np.nan])


def test_nothing_known_is_no_rhythm() -> None:
    by_phase, holiday = Rhythm.new(2, 7).factors()
    assert by_phase.tolist() == [[1.0] * 7] * 2
    assert holiday.tolist() == [1.0, 1.0]


def test_hand_worked_holiday_of_one_series() -> None:
    rhythm = Rhythm.new(1, 7)
    rhythm.holiday_seen[:], rhythm.holiday_expected[:] = 2.0, 10.0
    rhythm.event_sum[:], rhythm.event_days[:] = 5.0, 5.0  # one complaint an event
    # Ten events of the twelve that count fully: weight 1/12 a complaint. In common
    # (2/12 + 1/2) / (10/12 + 1/2) = 1/2, so (2 + 12/2) / (10 + 12).
    assert rhythm.factors()[1].tolist() == pytest.approx([8 / 22])


def test_days_are_learnt_against_the_level() -> None:
    rhythm = Rhythm.new(1, 7)
    one = np.ones(1)
    for day in range(700):
        rhythm.update(np.array([12.0 if day % 7 == 0 else 5.0]), 6 * one, one, day % 7, False)
    found = rhythm.factors()[0][0]
    assert found[0] == pytest.approx(2.0, rel=0.08)  # drawn to 1
    assert found.mean() == pytest.approx(1.0)
    before = rhythm.factors()[0]
    rhythm.update(np.zeros(1), 6 * one, one, 0, True)  # a holiday tells nothing of Mondays
    np.testing.assert_array_equal(rhythm.factors()[0], before)
    assert rhythm.factors()[1][0] < 1.0


def test_unknown_days_tell_nothing() -> None:
    rhythm = Rhythm.new(1, 7)
    rhythm.update(np.array([4.0]), np.array([2.0]), np.ones(1), 0, False)
    before = rhythm.factors()[0]
    rhythm.update(NO, np.array([2.0]), np.ones(1), 3, False)
    np.testing.assert_allclose(rhythm.factors()[0], before, rtol=1e-3)  # but a little is forgotten


def test_a_series_with_few_events_takes_what_is_common() -> None:
    rhythm = Rhythm.new(3, 2)
    rhythm.seen[:] = [[90.0, 30.0], [45.0, 15.0], [0.0, 0.0]]
    rhythm.expected[:] = [[60.0, 60.0], [30.0, 30.0], [0.0, 0.0]]
    rhythm.event_sum[:], rhythm.event_days[:] = 1.0, 1.0
    np.testing.assert_allclose(rhythm.factors()[0][2], [1.5, 0.5], rtol=0.25)
    np.testing.assert_allclose(rhythm.factors()[0][0], [1.5, 0.5], rtol=0.05)
