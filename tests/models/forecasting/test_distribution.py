import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.forecasting.distribution import (
    fit_dispersion,
    log_likelihood,
    nb_cdf,
    nb_quantiles,
    nb_tail,
    randomised_pit,
)

LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
MEANS = st.floats(0, 1e5)
DISPERSIONS = st.floats(0, 20)


def test_hand_worked_probabilities() -> None:
    # Mean 1, dispersion 1 is the geometric distribution with p = 1/2.
    np.testing.assert_allclose(nb_cdf([0, 1, 2], 1.0, 1.0), [0.5, 0.75, 0.875])
    np.testing.assert_allclose(nb_tail([0, 1, 2], 1.0, 1.0), [1.0, 0.5, 0.25])
    # Dispersion 0 is Poisson: P(0) = exp(-2).
    np.testing.assert_allclose(nb_cdf(0, 2.0, 0.0), np.exp(-2), rtol=1e-5)
    assert nb_cdf(-1, 2.0, 0.5) == 0.0


def test_the_tail_does_not_round_to_nothing() -> None:
    assert nb_tail(100, 1.0, 1.0) == pytest.approx(0.5**100, rel=1e-9)


def test_a_certain_zero() -> None:
    assert nb_quantiles(0.0, 0.5, LEVELS).tolist() == [0.0] * 7
    assert float(nb_tail(1, 0.0, 0.5)) == 0.0
    assert float(nb_cdf(0, 0.0, 0.5)) == 1.0


def test_hand_worked_quantiles() -> None:
    # Geometric, p = 1/2: F = .5, .75, .875, .9375, .96875
    assert nb_quantiles(1.0, 1.0, LEVELS).tolist() == [0, 0, 0, 0, 1, 3, 4]


@given(mean=MEANS, dispersion=DISPERSIONS)
def test_quantiles_never_cross_and_are_counts(mean: float, dispersion: float) -> None:
    found = nb_quantiles(mean, dispersion, LEVELS)
    assert (np.diff(found) >= 0).all()
    assert (found >= 0).all()
    assert (found == np.round(found)).all()
    reached = nb_cdf(found, mean, dispersion)
    assert (reached >= np.array(LEVELS) - 1e-9).all()


@given(count=st.integers(0, 10_000), mean=MEANS, dispersion=DISPERSIONS)
def test_cdf_and_tail_add_to_one(count: int, mean: float, dispersion: float) -> None:
    total = float(nb_cdf(count, mean, dispersion) + nb_tail(count + 1, mean, dispersion))
    assert total == pytest.approx(1.0, abs=1e-9)


def test_hand_worked_pit() -> None:
    # Geometric: F(0) = .5, F(1) = .75; half way between is .625.
    assert float(randomised_pit(1, 1.0, 1.0, 0.5)) == pytest.approx(0.625)
    assert float(randomised_pit(0, 1.0, 1.0, 0.2)) == pytest.approx(0.1)


def test_pit_of_the_right_forecast_is_uniform() -> None:
    rng = np.random.default_rng(4)
    draws = rng.negative_binomial(2, 2 / (2 + 3.0), 20_000)
    pit = randomised_pit(draws, 3.0, 0.5, rng.random(20_000))
    shares = np.histogram(pit, bins=10, range=(0, 1))[0] / 20_000
    np.testing.assert_allclose(shares, 0.1, atol=0.01)


def test_dispersion_is_found_again() -> None:
    rng = np.random.default_rng(5)
    mean = np.full((3, 2000), 8.0)
    truth = np.array([0.05, 0.3, 2.0])
    actual = rng.poisson(rng.gamma(1 / truth[:, None], truth[:, None] * mean)).astype(float)
    likelihood = log_likelihood(actual, mean)
    found = fit_dispersion(likelihood, np.full(3, 2000), prior_errors=30)
    np.testing.assert_allclose(found, truth, rtol=0.2)


def test_few_errors_take_the_pool_and_missing_ones_do_not_count() -> None:
    rng = np.random.default_rng(6)
    mean = np.full((9, 200), 5.0)
    actual = rng.negative_binomial(2, 2 / 7, (9, 200)).astype(float)
    actual[8, 1:] = np.nan  # a series with one error, a wild one
    actual[8, 0] = 60.0
    n_errors = (~np.isnan(actual)).sum(axis=1)
    likelihood = log_likelihood(actual, mean)
    found = fit_dispersion(likelihood, n_errors, prior_errors=30)
    assert 0.3 < found[8] < 1.5  # the others' is 0.5
    alone = fit_dispersion(likelihood, n_errors, prior_errors=0)
    assert alone[8] > 3


def test_without_errors_there_is_an_answer() -> None:
    likelihood = log_likelihood(np.full((2, 3), np.nan), np.ones((2, 3)))
    assert fit_dispersion(likelihood, np.zeros(2, dtype=int), prior_errors=30).tolist() == [0.5] * 2
