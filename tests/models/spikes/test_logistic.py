"""The regression with a prior: hand-worked ends, and the middle against a solver."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit

from models.spikes.logistic import fit_logistic


def test_without_rows_the_prior_is_the_answer():
    mean = np.array([-2.0, 0.3])
    weights = fit_logistic(np.zeros((0, 2)), np.zeros(0, dtype=bool), mean, np.ones(2))
    assert weights.tolist() == mean.tolist()


def test_a_flat_prior_gives_the_share_and_a_firm_one_stays():
    x, y = np.ones((50, 1)), np.arange(50) < 10
    flat = fit_logistic(x, y, np.zeros(1), np.full(1, 1e4))
    assert flat[0] == pytest.approx(logit(0.2), abs=1e-6)
    firm = fit_logistic(x, y, np.full(1, 1.5), np.full(1, 1e-4))
    assert firm[0] == pytest.approx(1.5, abs=1e-4)


def test_it_finds_what_a_general_solver_finds_and_no_order_of_rows_matters():
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 3))])
    y = rng.random(300) < expit(x @ np.array([-1.0, 0.8, 0.0, -0.4]))
    mean, sd = np.array([-2.0, 0.5, 0.5, 0.0]), np.array([1.0, 0.3, 0.1, 2.0])

    def loss(weights: np.ndarray) -> float:
        fits = log_expit(np.where(y, 1, -1) * (x @ weights)).sum()
        return float(-fits + 0.5 * (((weights - mean) / sd) ** 2).sum())

    ours = fit_logistic(x, y, mean, sd)
    theirs = minimize(loss, mean, method="BFGS", options={"gtol": 1e-8}).x
    assert ours == pytest.approx(theirs, abs=1e-4)
    again = rng.permutation(300)
    assert fit_logistic(x[again], y[again], mean, sd) == pytest.approx(ours, abs=1e-7)


def test_rows_that_never_happen_give_a_finite_answer():
    x = np.column_stack([np.ones(40), np.linspace(-1, 1, 40)])
    weights = fit_logistic(x, np.zeros(40, dtype=bool), np.array([-2.0, 0.0]), np.ones(2))
    assert np.isfinite(weights).all()
    assert weights[0] < -2


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="Expected 3 rows"):
        fit_logistic(np.ones((2, 1)), np.ones(3, dtype=bool), np.zeros(1), np.ones(1))
    with pytest.raises(ValueError, match="sd above 0"):
        fit_logistic(np.ones((3, 1)), np.ones(3, dtype=bool), np.zeros(1), np.zeros(1))
