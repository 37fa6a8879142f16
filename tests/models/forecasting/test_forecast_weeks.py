from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.contracts import FORECASTS, OUTLOOK, SCORES, check
from models.forecasting.aftermaths.past import NOTHING_LEARNT
from models.forecasting.distribution import nb_quantiles
from models.forecasting.fitting.fitted import fit_panel
from models.forecasting.forecast import Forecasts, forecast_panel
from models.forecasting.members import THE_FIVE, SeasonalMean
from models.forecasting.method import Method
from models.forecasting.panel import Panel, weekly_panel, weekly_sums
from models.forecasting.scoring.backtest import earlier_origins
from tests.models.forecasting.panels import make_panel, make_weeks, odd_series, weekly_counts

METHOD = {
    "baseline": "seasonal_naive",
    "dispersion_origins": 4,
    "dispersion_prior": 30,
    "cap_multiple": 3.0,
    "seed": 1,
}


def forecast(panel: Panel, members: tuple[str, ...] = ("seasonal_mean",)) -> Forecasts:
    found = forecast_panel(panel, Method(members=members, **METHOD))
    for frame, table in ((found.daily, FORECASTS), (found.weekly, OUTLOOK), (found.scores, SCORES)):
        check(frame, table)
    return found


def weeks_of(level: float, weeks: int, *, seed: int = 0, dispersion: float = 0.05) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.poisson(rng.gamma(1 / dispersion, dispersion * level, weeks)).astype(float)


def test_sums_of_seven_days_and_of_single_weeks() -> None:
    assert weekly_sums(np.arange(16.0)).tolist() == [21.0, 70.0]
    assert weekly_sums(np.arange(3.0), step_days=7).tolist() == [0.0, 1.0, 2.0]
    assert weekly_sums(np.ones((2, 6))).shape == (2, 0)


def test_earlier_origins_of_weeks_lie_four_weeks_apart() -> None:
    found = earlier_origins(
        make_weeks(np.arange(120.0)),  # the last Monday is May 27, the origin June 3
        members=[SeasonalMean()],
        baseline=SeasonalMean(),
        n_origins=3,
        cap_multiple=3,
    )
    days = ["2019-05-06", "2019-04-08", "2019-03-11"]
    assert found.origins.tolist() == [pd.Timestamp(day) for day in days]
    # Four weeks back four of the eight weeks ahead are known, eight weeks back all.
    assert found.actual[0, 0, :4].tolist() == [116.0, 117.0, 118.0, 119.0]
    assert np.isnan(found.actual[0, 0, 4:]).all()
    assert found.actual[1, 0].tolist() == list(range(112, 120))
    assert found.wider_week.shape == (3, 1, 8)


def test_a_weekly_panel_is_told_by_week() -> None:
    y = np.stack([weeks_of(20.0, 130, seed=1), weeks_of(3.0, 130, seed=2)])
    found = forecast(make_weeks(y), THE_FIVE)
    week, step = found.weekly, found.daily
    assert week["week"].tolist() == [*range(1, 9)] * 2
    assert week["start"].iloc[0] == pd.Timestamp("2019-06-03")
    assert week["end"].iloc[1] == pd.Timestamp("2019-06-16")
    assert week["usual"].unique().tolist() == [np.median(row[-26:]) for row in y]
    # Its steps are weeks: the two frames say the same.
    for name in ("mean", "dispersion", "q05", "q50", "q95"):
        assert week[name].tolist() == step[name].tolist()
    assert step["date"].tolist() == week["start"].tolist()
    told = nb_quantiles(week["mean"], week["dispersion"], [0.05, 0.95])
    assert week[["q05", "q95"]].to_numpy().tolist() == told.tolist()


def test_weeks_know_no_aftermath() -> None:
    y = np.stack([weeks_of(20.0, 130, seed=1), weeks_of(20.0, 130, seed=2)])
    y[0, -1] = 400.0
    panel = make_weeks(y)
    fitted = fit_panel(panel, Method(members=["seasonal_mean"], **METHOD))
    assert fitted.aftermath == NOTHING_LEARNT
    assert not fitted.earlier.wider.any()
    # All weeks ahead are as wide as each other: nothing fades.
    width = forecast(panel).weekly["dispersion"].to_numpy().reshape(2, 8)
    assert (width == width[:, :1]).all()


def test_intervals_of_weeks_cover_what_they_say() -> None:
    y = np.stack([weeks_of(15.0, 200, seed=i) for i in range(30)])
    pit = forecast(make_weeks(y), ("unobserved_components", "seasonal_mean", "tsb")).scores["pit"]
    assert len(pit) == 30 * (4 + 8 + 8 + 8)
    assert pit.between(0.1, 0.9).mean() == pytest.approx(0.80, abs=0.04)
    assert pit.between(0.025, 0.975).mean() == pytest.approx(0.95, abs=0.02)


def test_errors_of_long_ago_set_no_width() -> None:
    y = np.stack([weeks_of(15.0, 200, seed=i) for i in range(6)])
    wild = y.copy()
    wild[:, 60:110] = np.stack([weeks_of(15.0, 50, seed=i, dispersion=2.0) for i in range(6)])
    # Beyond the four origins of the last sixteen weeks; the seasonal naive reads a year back.
    one, other = (forecast(make_weeks(rows), ("tsb",)).weekly for rows in (y, wild))
    assert other["dispersion"].max() < 1.5 * one["dispersion"].max()


def test_days_summed_to_weeks_go_through_with_what_is_planned() -> None:
    days = make_panel(weekly_counts(4.0, 700), horizon=62)
    planned = np.zeros((len(days.dates) + days.horizon, 1))
    planned[-20:-13] = 1.0
    for start in range(100, 700, 100):
        planned[start : start + 7] = 1.0
        days.y[:, start : start + 7] *= 3.0
    days = replace(days, regressors=planned, regressor_names=("campaign",))
    found = forecast(weekly_panel(days, horizon=8)).weekly
    assert found["week"].tolist() == list(range(1, 9))
    busy = found["start"].isin(days.horizon_dates[-20:-13])
    assert found.loc[busy, "mean"].max() > 1.5 * found.loc[~busy, "mean"].min()


def test_odd_weekly_series_have_a_defined_answer() -> None:
    for name, row in odd_series(120).items():
        found = forecast(make_weeks(row), THE_FIVE)
        assert len(found.weekly) == 8, name
        assert np.isfinite(found.weekly[["mean", "dispersion"]].to_numpy()).all(), name


def test_more_weeks_than_are_told_by_day() -> None:
    y = np.stack([weekly_counts(5.0, 300, seed=1), weekly_counts(0.7, 300, seed=2)])
    y[0, -1] = 60.0  # a spike is on: what it adds to days and weeks must not shift either
    month, told = forecast(make_panel(y)), make_panel(y, horizon=56)
    longer = forecast_panel(told, Method(members=("seasonal_mean",), days=28, **METHOD))
    # Days and their scores are as if no later week had been asked for.
    pd.testing.assert_frame_equal(longer.daily, month.daily)
    pd.testing.assert_frame_equal(longer.scores, month.scores)
    pd.testing.assert_frame_equal(longer.member_scores, month.member_scores)
    weeks = longer.weekly
    assert weeks.groupby("series_id")["week"].apply(list).tolist() == [[*range(1, 9)]] * 2
    first = weeks[weeks["week"] <= 4]
    days = longer.daily.assign(week=(longer.daily["lead"] - 1) // 7 + 1)
    sums = days.groupby(["series_id", "week"])["mean"].sum()
    np.testing.assert_allclose(first["mean"], sums, rtol=1e-12)
    np.testing.assert_allclose(first["mean"], month.weekly["mean"], rtol=1e-12)
    assert weeks["start"].iloc[7] == told.origin + pd.Timedelta(days=49)


def test_weeks_already_known_change_with_no_later_one() -> None:
    y = np.stack([weeks_of(9.0, 160, seed=i) for i in range(3)])
    later = np.hstack([y, np.full((3, 1), 500.0)])
    one = forecast(make_weeks(y), THE_FIVE).weekly
    other = forecast(make_weeks(later, end="2019-06-03").before(1), THE_FIVE).weekly
    pd.testing.assert_frame_equal(one, other)
