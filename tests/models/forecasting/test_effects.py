import dataclasses

import numpy as np
import pytest

from models.forecasting.effects import without_signals
from models.forecasting.members import MEMBERS, make_member
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import make_panel

DAYS, EVENTS, COMING = 140, (50, 80, 110), 145


def signalled(y: np.ndarray, *, value: float = 1.0) -> Panel:
    x = np.zeros((DAYS + 28, 1))
    x[list(EVENTS)] = 1.0
    x[COMING] = value
    return dataclasses.replace(make_panel(y), regressors=x, regressor_names=("campaign",))


def test_the_effect_by_hand() -> None:
    y = np.full((1, DAYS), 10.0)
    y[0, list(EVENTS)] = 30.0
    found = without_signals(signalled(y))
    # Twice the usual more, of 30 usual complaints: common 60 / (30 + 10), own (60 + 10 c) / 40.
    common = 60 / 40
    effect = (60 + 10 * common) / 40
    expected = np.ones(28)
    expected[COMING - DAYS] = 1 + effect
    np.testing.assert_allclose(found.ahead[0], expected)
    assert found.panel.y[0, EVENTS[0]] == pytest.approx(30 / (1 + effect))
    assert found.panel.y[0, 0] == 10
    assert found.panel.regressor_names == ()


def test_a_stronger_signal_brings_more_and_a_called_off_one_nothing() -> None:
    y = np.full((1, DAYS), 10.0)
    y[0, list(EVENTS)] = 30.0
    once = without_signals(signalled(y)).ahead[0, COMING - DAYS]
    twice = without_signals(signalled(y, value=2.0)).ahead[0, COMING - DAYS]
    assert twice - 1 == pytest.approx(2 * (once - 1))
    assert (without_signals(signalled(y, value=0.0)).ahead == 1).all()


def test_each_series_has_its_own_effect_and_rare_ones_the_common() -> None:
    y = np.stack([np.full(DAYS, 50.0), np.full(DAYS, 50.0), np.full(DAYS, 0.1)])
    y[0, list(EVENTS)] = 150.0
    ahead = without_signals(signalled(y)).ahead[:, COMING - DAYS]
    assert ahead[0] == pytest.approx(3.0, abs=0.1)
    assert ahead[1] == pytest.approx(1.0, abs=0.1)
    assert ahead[2] == pytest.approx(2.0, abs=0.1)  # nearly the mean of all


def test_factors_stay_within_reason() -> None:
    y = np.ones((1, DAYS))
    y[0, list(EVENTS)] = 1e6
    assert without_signals(signalled(y)).ahead.max() == 20.0
    none = np.full((2, DAYS), np.nan)
    none[1] = 0.0
    found = without_signals(signalled(none))
    assert np.isfinite(found.ahead).all()
    np.testing.assert_array_equal(found.panel.y, none)


def test_without_signals_nothing_changes() -> None:
    panel = make_panel(np.ones((2, DAYS)))
    found = without_signals(panel)
    assert found.panel is panel
    assert (found.ahead == 1).all()


@pytest.mark.parametrize("name", MEMBERS)
def test_no_member_reads_signals_by_itself(name: str) -> None:
    rng = np.random.default_rng(3)
    y = rng.poisson(4.0, (3, 200)).astype(float)
    campaign = (np.arange(228) % 20 == 0).astype(float)[:, None]
    told = dataclasses.replace(make_panel(y), regressors=campaign, regressor_names=("campaign",))
    means = []
    for panel in (told, dataclasses.replace(told, regressors=np.empty((0, 0)), regressor_names=())):
        member = make_member(name)
        means.append(member.predict(panel, member.fit(panel)).mean)
    np.testing.assert_array_equal(*means)
