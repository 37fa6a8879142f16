import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.forecasting.distribution import nb_cdf
from models.forecasting.scoring.scores import crps_nb, is_inside, stable_uniforms


def exact_sum(actual: int, mean: float, dispersion: float) -> float:
    """Return the CRPS by its definition: the sum of (F(k) - 1{y <= k})² over all k."""
    spread = np.sqrt(mean + dispersion * mean**2)
    k = np.arange(0, int(max(actual, mean) + 60 * spread) + 60)
    return float(((nb_cdf(k, mean, dispersion) - (k >= actual)) ** 2).sum())


def test_hand_worked_geometric() -> None:
    # Mean 1, dispersion 1: F(k) = 1 - 2^-(k+1), so for y = 0 the CRPS is the sum of
    # 4^-(k+1) = 1/3; for y = 1 it is 1/4 + 1/16 + 1/64 ... = 1/4 + 1/12 = 1/3.
    assert float(crps_nb(0, 1.0, 1.0)) == pytest.approx(1 / 3)
    assert float(crps_nb(1, 1.0, 1.0)) == pytest.approx(1 / 3)
    # y = 2: 1/4 + 9/16 + 1/64 + 1/256 ... = 13/16 + 1/48 = 5/6.
    assert float(crps_nb(2, 1.0, 1.0)) == pytest.approx(5 / 6)


def test_a_certain_forecast_is_scored_by_its_distance() -> None:
    assert crps_nb([0, 3], [0.0, 0.0], [1.0, 0.2]).tolist() == [0.0, 3.0]


@given(
    actual=st.integers(0, 400),
    mean=st.floats(0.01, 150),
    dispersion=st.one_of(st.just(0.0), st.floats(1e-5, 8)),
)
def test_closed_form_is_the_sum(actual: int, mean: float, dispersion: float) -> None:
    expected = exact_sum(actual, mean, dispersion)
    assert float(crps_nb(actual, mean, dispersion)) == pytest.approx(expected, rel=2e-3, abs=1e-6)


@pytest.mark.parametrize("dispersion", [0.0, 1e-3, 0.01, 0.5])
def test_large_means_are_close_to_the_sum(dispersion: float) -> None:
    for actual in (2_000, 3_000, 9_000):
        expected = exact_sum(actual, 3_000.0, dispersion)
        assert float(crps_nb(actual, 3_000.0, dispersion)) == pytest.approx(expected, rel=1e-3)


def test_the_true_distribution_scores_best() -> None:
    rng = np.random.default_rng(7)
    draws = rng.negative_binomial(2, 2 / 8, 20_000)
    scores = [crps_nb(draws, mean, a).mean() for mean, a in ((6, 0.5), (9, 0.5), (6, 0), (6, 4))]
    assert np.argmin(scores) == 0


def test_hand_worked_interval() -> None:
    # Geometric: the 80 % interval runs from the 10 % quantile, 0, to the 90 % one, 3.
    assert is_inside([0, 3, 4], 1.0, 1.0, coverage=0.80).tolist() == [True, True, False]


def test_draws_follow_the_series_not_its_place() -> None:
    one = stable_uniforms(["a", "b"], 3, seed=1)
    other = stable_uniforms(["b", "a"], 3, seed=1)
    np.testing.assert_array_equal(one, other[::-1])
    assert (one != stable_uniforms(["a", "b"], 3, seed=2)).all()
