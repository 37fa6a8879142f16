import dataclasses

import numpy as np
import pytest

from models.forecasting.members import UnobservedComponents
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import RHYTHM, make_panel, weekly_counts


def means(panel: Panel) -> np.ndarray:
    member = UnobservedComponents()
    result = member.predict(panel, member.fit(panel))
    assert not result.failures
    return result.mean


def test_level_and_weekday_rhythm_are_found() -> None:
    found = means(make_panel(weekly_counts(20.0, 364)))[0]
    np.testing.assert_allclose(found[:7], 20 * RHYTHM, rtol=0.25)
    assert found.mean() == pytest.approx(20, rel=0.12)


def test_doubled_counts_double_the_mean() -> None:
    y = weekly_counts(6.0, 300)
    np.testing.assert_allclose(means(make_panel(2 * y)), 2 * means(make_panel(y)), rtol=1e-6)


def test_a_new_level_is_followed() -> None:
    y = np.concatenate([weekly_counts(5.0, 300), weekly_counts(25.0, 28, seed=1)])
    assert means(make_panel(y)).mean() > 15


def test_sparse_weekends_are_not_lifted_by_noisy_weekdays() -> None:
    rng = np.random.default_rng(3)
    weekend = (np.arange(364) - 364) % 7 >= 5
    busy = rng.negative_binomial(3, 3 / 23, 364)
    y = np.where(weekend, rng.poisson(0.2, 364), busy).astype(float)
    found = means(make_panel(y))[0]
    assert found[5:7].mean() < 1.0
    assert found[:5].mean() == pytest.approx(20, rel=0.25)


def test_holidays_have_their_factor() -> None:
    y = np.full(364, 16.0) + np.tile([1.0, -1.0], 182)
    is_holiday = np.zeros(364, dtype=bool)
    is_holiday[20:360:45] = True
    y[is_holiday] = 1.0
    ahead = np.zeros(28, dtype=bool)
    ahead[9] = True
    panel = dataclasses.replace(make_panel(y), is_holiday=is_holiday, horizon_is_holiday=ahead)
    found = means(panel)[0]
    assert found[9] < 0.35 * 16  # shrunk towards a usual day, since there were few
    np.testing.assert_allclose(np.delete(found, 9), 16, rtol=0.1)


@pytest.mark.parametrize(("y", "expected"), [(np.zeros(60), 0.0), (np.full(60, 4.0), 4.0)])
def test_series_without_variation(y: np.ndarray, expected: float) -> None:
    np.testing.assert_allclose(means(make_panel(y)), expected)


def test_gaps_and_huge_counts_give_finite_means() -> None:
    gappy = weekly_counts(10.0, 200)
    gappy[50:90] = np.nan
    gappy[::9] = np.nan
    huge = 1e7 * weekly_counts(10.0, 200)
    found = means(make_panel(np.stack([gappy, huge])))
    assert np.isfinite(found).all()
    assert found[0].mean() == pytest.approx(10, rel=0.3)
    assert found[1].mean() == pytest.approx(1e8, rel=0.3)


def test_too_short_a_series_is_a_named_failure() -> None:
    member = UnobservedComponents()
    short = np.full((1, 60), np.nan)
    short[0, -5:] = 3.0
    panel = make_panel(short)
    result = member.predict(panel, member.fit(panel))
    assert result.failures == {panel.series_ids[0]: "5 known days, needs 21"}
    assert np.isnan(result.mean).all()
