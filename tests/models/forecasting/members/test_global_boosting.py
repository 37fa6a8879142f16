import dataclasses

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from models.forecasting.members import GlobalBoosting
from models.forecasting.members.boosted_trees import from_sklearn
from models.forecasting.members.boosting_features import rows_of
from models.forecasting.members.running_sums import RunningSums
from tests.models.forecasting.panels import make_panel, weekly_counts


def test_trees_as_arrays_forecast_as_sklearn_does() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3000, 4))
    x[rng.random(3000) < 0.2, 1] = np.nan
    y = rng.poisson(np.exp(0.5 * x[:, 0] + np.where(np.isnan(x[:, 1]), 1.0, 0.0)))
    model = HistGradientBoostingRegressor(loss="poisson", max_iter=20, early_stopping=False)
    model.fit(x, y)
    np.testing.assert_allclose(from_sklearn(model).predict(x), model.predict(x), rtol=1e-10)


def test_running_sums_are_sums() -> None:
    rng = np.random.default_rng(2)
    y = rng.poisson(3.0, (4, 61)).astype(float)
    y[rng.random(y.shape) < 0.2] = np.nan
    sums = RunningSums(y, period=7)
    row, end = rng.integers(0, 4, 50), rng.integers(0, 62, 50)
    for i in range(50):
        part = y[row[i], max(end[i] - 10, 0) : end[i]]
        known = part[~np.isnan(part)]
        assert sums.number(row, end, 10)[i] == len(known)
        if len(known):
            assert sums.mean(row, end, 10)[i] == pytest.approx(known.mean())
            assert sums.mean_square(row, end, 10)[i] == pytest.approx((known**2).mean())
            assert sums.share_above_0(row, end, 10)[i] == pytest.approx((known > 0).mean())
    last = np.clip(end - 1, -7, 60)
    last[:7] = np.arange(-7, 0)
    total, number = sums.season(row, last, 3)
    for i in range(50):
        days = [d for d in (last[i], last[i] - 7, last[i] - 14) if d >= 0]
        same = y[row[i], days]
        assert number[i] == (~np.isnan(same)).sum()
        assert total[i] == pytest.approx(np.nansum(same))


def test_nothing_from_the_origin_on_is_told() -> None:
    y = np.stack([weekly_counts(v, 400, seed=i) for i, v in enumerate((0.5, 3.0, 9.0))])
    changed = y.copy()
    changed[:, 371:] = 77.0
    row, lead = np.repeat([0, 1, 2], 28), np.tile(np.arange(1, 29), 3)
    one, other = (rows_of(make_panel(v), row, np.full(84, 371), lead) for v in (y, changed))
    np.testing.assert_array_equal(one.features, other.features)
    np.testing.assert_array_equal(one.usual, other.usual)


def test_hand_worked_usual_day() -> None:
    # One series of 2 a day: no rhythm, so the blend of three means, 2.
    told = rows_of(
        make_panel(np.full(400, 2.0)), np.zeros(7, int), np.full(7, 400), np.arange(1, 8)
    )
    np.testing.assert_allclose(told.usual, 2.0)
    np.testing.assert_allclose(told.noise, 0.0, atol=1e-12)
    # The last 28 days at 5: (5 + (28·5 + 63·2)/91 + (28·5 + 336·2)/364) / 3.
    y = np.full(400, 2.0)
    y[-28:] = 5.0
    told = rows_of(make_panel(y), np.zeros(7, int), np.full(7, 400), np.arange(1, 8))
    level = (5 + 266 / 91 + 812 / 364) / 3
    assert told.usual.mean() == pytest.approx(level, rel=1e-3)


def test_what_all_series_show_is_learnt() -> None:
    # In every series a loud week is followed by a quiet one.
    rng = np.random.default_rng(4)
    week = np.arange(60 * 7) // 7
    y = np.stack([rng.poisson(np.where((week + i) % 2, 2.0, 10.0)) for i in range(20)]).astype(
        float
    )
    member = GlobalBoosting()
    panel = make_panel(y, horizon=7)
    found = member.predict(panel, member.fit(panel)).mean.mean(axis=1)
    after_loud = (59 + np.arange(20)) % 2 == 0
    assert found[after_loud].mean() < 0.5 * found[~after_loud].mean()


def test_a_young_series_is_forecast_by_what_others_show() -> None:
    y = np.stack([weekly_counts(10.0, 420, seed=s) for s in range(12)])
    y[0, :-5] = np.nan
    y[0, -5:] = [6.0, 6.0, 6.0, 4.0, 3.0]  # Wednesday to Sunday
    member = GlobalBoosting()
    panel = make_panel(y)
    found = member.predict(panel, member.fit(panel))
    assert not found.failures
    assert found.mean[0, 0] / found.mean[0, 6] == pytest.approx(1.3 / 0.6, rel=0.35)


def test_a_series_more_changes_little_and_holes_are_no_zeros() -> None:
    y = np.stack([weekly_counts(10.0, 420, seed=s) for s in range(12)])
    y[3, ::3] = np.nan
    member = GlobalBoosting()
    panel = make_panel(y)
    found = member.predict(panel, member.fit(panel)).mean
    assert found[3].mean() == pytest.approx(10.0, rel=0.2)
    fewer = dataclasses.replace(panel, y=y[:-1], series_ids=panel.series_ids[:-1])
    again = member.predict(fewer, member.fit(fewer)).mean
    np.testing.assert_allclose(again, found[:-1], rtol=0.25)


def test_too_little_to_learn_from_is_the_blend_itself() -> None:
    panel = make_panel(np.full((1, 20), 3.0))
    member = GlobalBoosting()
    assert member.fit(panel) is None
    np.testing.assert_allclose(member.predict(panel, None).mean, 3.0)
