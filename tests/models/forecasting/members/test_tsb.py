import numpy as np
import pytest

from models.forecasting.members import TeunterSyntetosBabai, tsb
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import make_panel, make_weeks, weekly_counts


def means(panel: Panel) -> np.ndarray:
    member = TeunterSyntetosBabai()
    return member.predict(panel, member.fit(panel)).mean


def test_hand_worked_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tsb, "_WEEK_RATES", np.array([(0.5, 0.25)]))
    # Chance: 0, 1/2, 1/4, 5/8, 13/16, 29/32; size: none, 2, 2, 3 (a mean of two), 4 (of three:
    # 2, 4, 6), then 4 + (8 - 4)/4 = 5, since a quarter is as much as the mean of four.
    y = [0.0, 2.0, 0.0, 4.0, 6.0, 8.0]
    np.testing.assert_allclose(means(make_weeks(y, horizon=2)), 5 * 29 / 32)
    np.testing.assert_allclose(means(make_weeks([0.0, 2.0, np.nan, 4.0], horizon=1)), 3 * 3 / 4)


def test_a_day_is_the_mean_of_seven_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tsb, "_RATES", np.array([(0.5, 0.5)]))
    y = np.zeros(7)
    y[0] = 8.0  # chance 1, 1/2, 1/4 ... of size 8
    level = 8 * sum(0.5**k for k in range(7)) / 7
    assert means(make_panel(y, horizon=7)).mean() == pytest.approx(level)


def test_a_theme_that_has_ended_fades() -> None:
    y = weekly_counts(0.5, 400)
    ended = y.copy()
    ended[-120:] = 0.0
    going, gone = means(make_panel(np.stack([y, ended]))).mean(axis=1)
    assert going == pytest.approx(0.5, rel=0.5)
    assert gone < 0.3 * going


def test_rates_are_chosen_for_each_series() -> None:
    steady = weekly_counts(2.0, 700, dispersion=0.01)
    jumping = np.concatenate(
        [weekly_counts(v, 70, seed=3) for v in (1, 9, 2, 12, 1, 10, 3, 8, 1, 9)]
    )
    slow, quick = TeunterSyntetosBabai().fit(make_panel(np.stack([steady, jumping])))
    assert slow < quick
