import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm

from models.forecasting.members import NegativeBinomialRegression
from models.forecasting.members.nb_glm import design, irls
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import make_panel, make_weeks, weekly_counts


def means(panel: Panel) -> np.ndarray:
    member = NegativeBinomialRegression()
    return member.predict(panel, member.fit(panel)).mean


def test_the_batch_agrees_with_statsmodels() -> None:
    y = np.stack([weekly_counts(level, 300, seed=5) for level in (1.5, 6.0, 20.0)])
    # Some holidays: a column of zeros has no coefficient that the two could agree on.
    is_holiday = np.arange(300) % 43 == 7
    panel = dataclasses.replace(make_panel(y), is_holiday=is_holiday)
    x = design(panel)[:300]
    weight = np.tile(0.5 ** ((299 - np.arange(300)) / 90), (3, 1))
    weight[1, 40:60] = 0.0
    alpha = np.array([0.0, 0.2, 0.5])
    zero = np.zeros((1, x.shape[1]))
    found = irls(y, weight, x, prior=zero, centre=zero[0], dispersion=alpha)
    for i in range(3):
        family = sm.families.NegativeBinomial(alpha=alpha[i]) if i else sm.families.Poisson()
        known = weight[i] > 0
        model = sm.GLM(y[i, known], x[known], family=family, freq_weights=weight[i, known])
        expected = model.fit(tol=1e-13, tol_criterion="params").params
        np.testing.assert_allclose(found[i], expected, rtol=1e-7, atol=1e-9)


def test_a_strong_prior_is_the_centre() -> None:
    y = weekly_counts(6.0, 200)[None]
    x = design(make_panel(y))[:200]
    centre = np.linspace(-0.2, 0.2, x.shape[1])
    prior = np.r_[0.0, np.full(x.shape[1] - 1, 1e6)][None]
    found = irls(y, np.ones_like(y), x, prior=prior, centre=centre, dispersion=None)
    np.testing.assert_allclose(found[0, 1:], centre[1:], atol=1e-4)
    fitted = np.exp(found @ x.T)
    assert fitted.sum() == pytest.approx(y.sum(), rel=0.05)  # the intercept is free


def test_the_last_weeks_set_the_level() -> None:
    y = np.concatenate([weekly_counts(5.0, 336), weekly_counts(20.0, 84, seed=1)])
    assert means(make_panel(y)).mean() > 11


def test_a_year_comes_again_in_weeks() -> None:
    weeks = np.arange(312)
    season = 1 + 0.6 * np.sin(2 * np.pi * weeks / 52.18)
    y = np.random.default_rng(2).poisson(60 * season[:-8]).astype(float)
    found = means(make_weeks(y, horizon=8))[0]
    np.testing.assert_allclose(found, 60 * season[-8:], rtol=0.2)


def test_no_mean_explodes() -> None:
    y = np.zeros(120)
    y[100:] = np.geomspace(1, 400, 20).round()
    assert means(make_panel(y)).max() <= 3 * 400
