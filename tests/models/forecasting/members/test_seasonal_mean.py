import numpy as np

from models.forecasting.members import SeasonalMean
from tests.models.forecasting.panels import make_panel, make_weeks


def test_the_mean_of_the_last_eight_weeks() -> None:
    y = np.repeat(np.arange(1.0, 13.0), 7)  # twelve weeks: the last eight are 5 to 12
    found = SeasonalMean().predict(make_panel(y, horizon=9)).mean
    np.testing.assert_allclose(found, 8.5)


def test_unknown_days_are_passed_over() -> None:
    y = np.repeat(np.arange(1.0, 11.0), 7)
    y[-7] = np.nan  # a Monday: the last eight known are 2 to 9, of the others 3 to 10
    found = SeasonalMean().predict(make_panel(y, horizon=2)).mean
    assert found.tolist() == [[5.5, 6.5]]


def test_a_weekday_never_seen_gets_the_mean_of_all() -> None:
    found = SeasonalMean().predict(make_panel([[2.0, 4.0]], horizon=7)).mean
    assert found.tolist() == [[3.0, 3.0, 3.0, 3.0, 3.0, 2.0, 4.0]]


def test_hand_worked_weeks_without_a_year() -> None:
    found = SeasonalMean().predict(make_weeks(np.arange(1.0, 13.0), horizon=2)).mean
    np.testing.assert_allclose(found, 8.5)


def test_hand_worked_time_of_year() -> None:
    # 60 weeks of 2, but 12 in the five weeks around the first one ahead, a year ago: weeks 6 to 10.
    y = np.full(60, 2.0)
    y[6:8] = 12.0  # before that origin (week 8): they are its level too
    y[8:11] = 12.0
    level = (6 * 2 + 2 * 12) / 8  # 4.5
    mean = y.mean()
    expected = 2 * (5 * 12 + 20 * mean) / (5 * level + 20 * mean)
    found = SeasonalMean().predict(make_weeks(y, horizon=1)).mean
    np.testing.assert_allclose(found, expected)
