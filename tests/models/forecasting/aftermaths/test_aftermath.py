import dataclasses

import numpy as np
import pytest

from models.forecasting.aftermaths.aftermath import Aftermath, add_aftermath
from models.forecasting.aftermaths.past import SPREAD_DAY, SPREAD_WEEK, brought_by
from models.forecasting.forecast import Forecasts, forecast_panel
from models.forecasting.method import Method
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import make_panel, weekly_counts

ONE_A_DAY = np.ones(120)


def spiked(last: list[float], days: int = 120) -> np.ndarray:
    y = np.ones(days)
    y[-len(last) :] = last
    return y


def told(panel: Panel, level: float = 1.0, cap_multiple: float = 3.0) -> Aftermath:
    mean = np.full((len(panel.y), panel.horizon), level)
    return add_aftermath(mean, panel, cap_multiple=cap_multiple)


def test_quiet_series_keep_their_forecast_to_the_bit() -> None:
    rng = np.random.default_rng(2)
    y = np.stack([weekly_counts(3.0, 200), spiked([191.0], 200), weekly_counts(9.0, 200, seed=1)])
    mean = rng.random((3, 28)) + np.array([[3.0], [1.0], [9.0]])
    found = add_aftermath(mean, make_panel(y), cap_multiple=3)
    assert found.is_on.tolist() == [False, True, False]
    for i in (0, 2):
        assert found.mean[i].tobytes() == mean[i].tobytes()
        assert not found.wider_day[i].any()
        assert not found.wider_week[i].any()
    assert (found.mean[1] > mean[1]).all()


def test_hand_worked_aftermath_of_one_loud_day() -> None:
    found = told(make_panel(spiked([41.0])))
    # 40 too many yesterday bring 40 / (4 h) on day h: 10, 5, 3.3, 2.5, 2 ...
    np.testing.assert_allclose(found.mean[0, :5], 1 + np.array([10, 5, 10 / 3, 2.5, 2]))
    np.testing.assert_allclose(found.wider_day[0, 0], SPREAD_DAY * (10 / 11) ** 2)
    week = 10 * (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5 + 1 / 6 + 1 / 7)
    np.testing.assert_allclose(found.wider_week[0, 0], SPREAD_WEEK * (week / (week + 7)) ** 2)


def test_what_each_day_of_the_last_week_brings() -> None:
    excess = np.array([[0, 0, 0, 0, 8.0, 0, 4.0]])  # three days ago and yesterday
    # Day 1: 8 / (4·3) + 4 / (4·1); day 2: 8 / (4·4) + 4 / (4·2).
    np.testing.assert_allclose(brought_by(excess, 2), [[8 / 12 + 1, 0.5 + 0.5]])


def test_more_loud_days_bring_more_and_are_less_unsure() -> None:
    found = told(make_panel(np.stack([spiked([29.0]), spiked([5.0] * 7)])))  # 28 too many, both
    assert found.is_on.all()
    assert found.wider_week[1, 0] < found.wider_week[0, 0] / 4
    fresh, old = told(make_panel(np.stack([spiked([29.0]), spiked([29.0, 1, 1, 1, 1])]))).mean
    assert fresh[:7].sum() > 1.5 * old[:7].sum()


def test_a_level_that_two_days_made_is_not_believed() -> None:
    y = spiked([190.0, 70.0])
    jumped = told(make_panel(y), level=60.0)
    assert jumped.mean[0, 27] < 20  # the member says 60 for good, on two days of evidence
    settled = told(make_panel(spiked([60.0] * 7)), level=60.0)
    np.testing.assert_allclose(settled.mean[0], 60.0)


def test_the_cap_still_holds() -> None:
    y = np.stack([spiked([41.0]), ONE_A_DAY])
    found = told(make_panel(y), cap_multiple=0.1)
    np.testing.assert_allclose(found.mean[0, 0], 4.1)
    assert found.mean[0].max() == found.mean[0, 0]


@pytest.mark.parametrize(
    ("last", "expected"),
    [([5.0], False), ([7.0], True), ([2.0] * 7, False), ([4.0] * 7, True)],
)
def test_what_counts_as_clearly_high(last: list[float], expected: bool) -> None:
    assert told(make_panel(spiked(last))).is_on.tolist() == [expected]


def test_the_rhythm_of_the_week_is_kept() -> None:
    weekend = (np.arange(120) - 120) % 7 >= 5
    y = np.where(weekend, 0.2, 5.0)
    y[-3] = 105.0  # a Friday
    mean = np.where((np.arange(28)) % 7 >= 5, 0.2, 5.0)[None]
    brought = add_aftermath(mean, make_panel(y), cap_multiple=3).mean[0] - mean[0]
    assert brought[4] > 2 * brought[5]
    assert brought[7] > 2 * brought[6]


def test_a_holiday_ahead_is_not_what_is_usual() -> None:
    panel = make_panel(np.full(120, 20.0))
    holiday = np.zeros(28, dtype=bool)
    holiday[6] = True
    panel = dataclasses.replace(panel, horizon_is_holiday=holiday)
    mean = np.where(holiday, 1.0, 20.0)[None]
    assert not add_aftermath(mean, panel, cap_multiple=3).is_on.any()


def test_unknown_and_short_pasts_and_horizons() -> None:
    y = spiked([41.0])
    y[-4:-1] = np.nan
    assert np.isfinite(told(make_panel(y)).mean).all()
    for days, horizon in ((3, 28), (20, 3), (70, 1)):
        found = told(make_panel(spiked([41.0], days), horizon=horizon))
        assert found.is_on.tolist() == [True]
        assert found.mean.shape == (1, horizon)
        assert found.wider_week.shape == (1, horizon // 7)
    assert not told(make_panel(np.full((2, 90), np.nan))).is_on.any()


def panel_forecast(y: np.ndarray, origins: int = 2) -> Forecasts:
    return forecast_panel(
        make_panel(y),
        Method(
            members=["unobserved_components"],
            baseline="seasonal_naive",
            dispersion_origins=origins,
            dispersion_prior=30,
            cap_multiple=3.0,
            seed=1,
        ),
    )


def test_a_spike_yesterday_widens_and_lifts_the_week_it_stands_in() -> None:
    y = np.stack([weekly_counts(1.5, 150, seed=s) for s in range(6)])
    quiet = panel_forecast(y).weekly.groupby("series_id").head(1)
    y[0, -1] = 191.0
    found = panel_forecast(y).weekly.groupby("series_id").head(1)
    before, after = quiet.iloc[0], found.iloc[0]
    assert after["mean"] > 5 * before["mean"]
    assert after["q95"] > 200
    assert after["q10"] < 20  # most are over the next day
    assert 0.1 < after["p_double"] < 0.9
    assert found.iloc[1:]["mean"].tolist() == quiet.iloc[1:]["mean"].tolist()
    # Of that week one series in six fewer is behind the pool; the spike itself widens no other.
    change = found.iloc[1:]["dispersion"].to_numpy() / quiet.iloc[1:]["dispersion"].to_numpy()
    assert (change < 1.1).all()


def test_errors_after_a_spike_set_no_other_days_width() -> None:
    y = np.stack([weekly_counts(2.0, 150, seed=s) for s in range(3)])
    y[1, -29] = 120.0  # the day before the only earlier origin: its errors are the aftermath's
    others = panel_forecast(np.delete(y, 1, axis=0), origins=1)
    found = panel_forecast(y, origins=1)
    for one, other in ((found.daily, others.daily), (found.weekly, others.weekly)):
        assert one["dispersion"].max() <= other["dispersion"].max()
    # The score is of the forecast as it was used: the mean of the first days stands high.
    spiking = found.scores[found.scores["series_id"] == found.scores["series_id"].unique()[1]]
    assert spiking["mean"].iloc[0] > 15
    assert spiking["mean"].iloc[27] < 5
