import dataclasses

import numpy as np
import pandas as pd
import pandas.testing
import pytest

from models.contracts import FORECASTS, OUTLOOK, QUANTILE_LEVELS, SCORES, check
from models.forecasting.distribution import nb_tail
from models.forecasting.forecast import Forecasts, forecast_panel
from models.forecasting.frames import usual_week
from models.forecasting.method import Method
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import make_panel, weekly_counts


def forecast(panel: Panel, members: tuple[str, ...] = ("unobserved_components",)) -> Forecasts:
    found = forecast_panel(
        panel,
        Method(
            members=members,
            baseline="seasonal_naive",
            dispersion_origins=2,
            dispersion_prior=30,
            cap_multiple=3.0,
            seed=1,
        ),
    )
    check(found.daily, FORECASTS)
    check(found.weekly, OUTLOOK)
    check(found.scores, SCORES)
    return found


ODD = {
    "all zero": np.zeros(120),
    "constant": np.full(120, 7.0),
    "one point": np.where(np.arange(120) == 119, 3.0, np.nan),
    "one count": (np.arange(120) == 60).astype(float),
    "gaps": np.where(np.arange(120) % 5 == 0, np.nan, weekly_counts(4.0, 120)),
    "huge": 1e6 * weekly_counts(4.0, 120),
    "unknown": np.full(120, np.nan),
}


def test_odd_series_each_have_a_defined_answer() -> None:
    panel = make_panel(np.stack(list(ODD.values())))
    found = forecast(panel)
    daily = found.daily.set_index("series_id")["mean"]
    by_name = dict(zip(ODD, panel.series_ids, strict=True))
    assert len(found.daily) == len(ODD) * 28
    assert (daily[by_name["all zero"]] == 0).all()
    assert (daily[by_name["unknown"]] == 0).all()
    np.testing.assert_allclose(daily[by_name["constant"]], 7.0)
    np.testing.assert_allclose(daily[by_name["one point"]], 3.0)
    assert daily[by_name["one count"]].between(0, 0.2).all()
    assert daily[by_name["huge"]].mean() == pytest.approx(4e6, rel=0.4)
    assert {name for _, name in found.failures} == {by_name["one point"], by_name["unknown"]}


def test_quantiles_never_cross_and_the_seven_days_make_the_week() -> None:
    panel = make_panel(np.stack([weekly_counts(0.4, 200), weekly_counts(30.0, 200, seed=1)]))
    found = forecast(panel)
    for frame in (found.daily, found.weekly):
        assert (np.diff(frame[list(QUANTILE_LEVELS)].to_numpy(), axis=1) >= 0).all()
    first = found.daily[(found.daily["series_id"] == panel.series_ids[1])].head(7)
    week = found.weekly[found.weekly["series_id"] == panel.series_ids[1]].iloc[0]
    assert week["mean"] == pytest.approx(first["mean"].sum())
    assert (week["start"], week["end"]) == (pd.Timestamp("2019-06-03"), pd.Timestamp("2019-06-09"))
    # Independent errors cancel out over a week: narrower than seven times the day's spread.
    assert week["q95"] - week["q05"] < (first["q95"] - first["q05"]).sum()


def test_permuted_series_get_the_same_forecasts() -> None:
    rows = np.stack([weekly_counts(level, 150, seed=i) for i, level in enumerate((0.5, 4.0, 12.0))])
    panel = make_panel(rows)
    order = [2, 0, 1]
    names = tuple(panel.series_ids[i] for i in order)
    mixed = dataclasses.replace(panel, y=panel.y[order], series_ids=names)
    one, other = forecast(panel), forecast(mixed)
    for name in ("daily", "weekly", "scores"):
        a, b = getattr(one, name), getattr(other, name)
        keys = [c for c in ("series_id", "origin", "lead", "week") if c in a.columns]
        b = b.sort_values(keys, ignore_index=True)
        pandas.testing.assert_frame_equal(a.sort_values(keys, ignore_index=True), b, rtol=1e-9)


def test_doubled_counts_double_the_mean() -> None:
    y = weekly_counts(6.0, 150)
    once, twice = forecast(make_panel(y)).daily["mean"], forecast(make_panel(2 * y)).daily["mean"]
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-6)


def test_intervals_cover_what_they_say() -> None:
    y = np.stack([weekly_counts(5.0, 210, seed=i) for i in range(30)])
    scores = forecast(make_panel(y), ("unobserved_components",)).scores
    assert scores["pit"].between(0.1, 0.9).mean() == pytest.approx(0.80, abs=0.04)
    assert scores["pit"].between(0.025, 0.975).mean() == pytest.approx(0.95, abs=0.02)
    assert scores["crps"].mean() < 0.85 * scores["crps_baseline"].mean()


def test_usual_week_is_a_median_of_full_weeks() -> None:
    y = np.ones(40)
    y[-3] = 500.0  # one spike moves no median
    partly = np.where(np.arange(40) < 30, np.nan, 2.0)
    never = np.full(40, np.nan)
    never[-2:] = 3.0
    assert usual_week(make_panel(np.stack([y, partly, never]))).tolist() == [7.0, 14.0, 21.0]


def test_the_chance_to_double_is_the_tail_beyond_twice_the_usual() -> None:
    found = forecast(make_panel(weekly_counts(3.0, 150))).weekly.iloc[0]
    assert found["p_double"] == pytest.approx(
        float(nb_tail(np.floor(2 * found["usual"]) + 1, found["mean"], found["dispersion"]))
    )
    assert 0 < found["p_double"] < 0.2
    tiny = np.zeros(150)
    tiny[[20, 90]] = 1.0
    assert (forecast(make_panel(tiny)).weekly["p_double"] == 0).all()


def test_a_panel_without_series() -> None:
    found = forecast(make_panel(np.empty((0, 100))))
    assert found.daily.empty
    assert found.weekly.empty
    assert found.scores.empty


def test_series_of_any_name_are_forecast() -> None:
    panel = dataclasses.replace(make_panel(weekly_counts(3.0, 150)), series_ids=("Graffiti",))
    assert set(forecast(panel).daily["series_id"]) == {"Graffiti"}
