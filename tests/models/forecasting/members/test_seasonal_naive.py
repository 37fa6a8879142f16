import numpy as np

from models.forecasting.members import SeasonalNaive
from tests.models.forecasting.panels import make_panel, make_weeks


def test_the_last_week_comes_again() -> None:
    panel = make_panel(np.arange(1.0, 17.0), horizon=9)
    found = SeasonalNaive().predict(panel).mean
    assert found.tolist() == [[10, 11, 12, 13, 14, 15, 16, 10, 11]]


def test_an_unknown_day_takes_the_week_before() -> None:
    y = np.arange(1.0, 15.0)
    y[[9, 13]] = np.nan
    assert SeasonalNaive().predict(make_panel(y, horizon=7)).mean.tolist() == [
        [8, 9, 3, 11, 12, 13, 7]
    ]


def test_short_and_empty_series() -> None:
    found = SeasonalNaive().predict(make_panel([[np.nan, 2.0, 4.0], [np.nan] * 3], horizon=7)).mean
    assert found.tolist() == [[3, 3, 3, 3, 3, 2, 4], [0] * 7]


def test_of_weeks_the_same_week_of_a_year_ago() -> None:
    y = np.arange(60.0)
    assert SeasonalNaive().predict(make_weeks(y, horizon=3)).mean.tolist() == [[8, 9, 10]]
    young = np.where(np.arange(60) < 50, np.nan, 4.0)
    young[-1] = 7.0
    found = SeasonalNaive().predict(make_weeks(young, horizon=3)).mean
    np.testing.assert_allclose(found, 4.3)  # no year ago: the mean of all
