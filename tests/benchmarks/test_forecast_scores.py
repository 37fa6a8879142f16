"""The forecast benchmark's scores against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.forecast_scores import (
    LEVELS,
    naive_error,
    pit_rates,
    quantile_crps,
    quantile_loss,
    scores,
)


def test_the_levels_are_the_ends_of_five_intervals_and_the_median() -> None:
    assert len(LEVELS) == 11
    assert np.allclose(np.add(LEVELS, LEVELS[::-1]), 1.0)


def test_a_quantile_costs_its_level_below_the_count_and_the_rest_above() -> None:
    quantiles = np.full(11, 4.0)
    assert np.allclose(quantile_loss(np.array(6.0), quantiles), 2 * np.asarray(LEVELS))
    assert np.allclose(quantile_loss(np.array(1.0), quantiles), 3 * (1 - np.asarray(LEVELS)))


def test_crps_of_a_spread_forecast() -> None:
    # Quantiles 0..10 around a 5. Below: .025*5 + .1*4 + .2*3 + .3*2 + .4*1 = 2.125; above the
    # same by symmetry; the median costs nothing. 2/11 * 4.25.
    assert quantile_crps(np.array(5.0), np.arange(11.0)) == pytest.approx(2 * 4.25 / 11)


def test_crps_of_a_certain_forecast_is_its_absolute_error() -> None:
    actual = np.array([[0.0, 3.0], [7.0, 2.0]])
    found = quantile_crps(actual, np.full((2, 2, 11), 2.0))
    assert np.allclose(found, [[2, 1], [5, 0]])


def test_naive_error_takes_known_pairs_a_season_apart() -> None:
    past = np.array([[1, 2, 4, 8, 3], [np.nan, 2, 4, 2, 9], [5, 5, 5, 5, 5], [np.nan] * 5])
    # |4-1|, |8-2|, |3-4| -> 10/3; |2-2|, |9-4| -> 5/2; constant -> 0; nothing known -> NaN.
    assert np.allclose(naive_error(past, 2), [10 / 3, 2.5, 0, np.nan], equal_nan=True)


def test_scores_of_two_series() -> None:
    past = np.array([[0.0, 2, 0, 2], [1, 1, 1, 1]])  # a step of 2; a constant
    actual = np.array([[3.0, 0], [1, 1]])
    quantiles = np.tile(np.arange(11.0) - 4, (2, 2, 1))  # median 1, 80 % from -3 to 5, 95 % -4..6
    found = scores(actual, quantiles, past, 1)
    crps = [quantile_crps(np.array(y), np.arange(11.0) - 4) for y in (3.0, 0.0, 1.0)]
    assert found["scrps"][0] == pytest.approx((crps[0] + crps[1]) / 2 / 2)
    assert np.isnan(found["scrps"][1])  # nothing to scale by
    assert found["mase"][0] == pytest.approx((2 + 1) / 2 / 2)
    assert found["loss"] == pytest.approx([crps[0] + crps[1], 2 * crps[2]])
    assert found["total"] == pytest.approx([3, 2])
    assert found["inside_80"] == pytest.approx([1, 1])


def test_the_ends_of_an_interval_belong_to_it() -> None:
    quantiles = np.tile(np.arange(11.0), (1, 4, 1))  # 80 %: 1 to 9, 95 %: 0 to 10
    found = scores(np.array([[1.0, 9, 10, 11]]), quantiles, np.array([[0.0, 1]]), 1)
    assert found["inside_80"] == pytest.approx([0.5])
    assert found["inside_95"] == pytest.approx([0.75])
    assert found["above_90"] == pytest.approx([0.5])
    assert found["above_975"] == pytest.approx([0.25])


def test_pit_rates_are_shares_of_a_counts_stretch() -> None:
    # Mean 2, dispersion 1/2: P(0) = 1/4, so a zero stretches from 0 to .25 of the PIT.
    found = pit_rates(np.array([[0.0]]), np.array([[2.0]]), np.array([[0.5]]))
    assert found["pit80"] == pytest.approx([0.15 / 0.25])
    assert found["pit95"] == pytest.approx([0.225 / 0.25])
    assert found["tail90"] == pytest.approx([0.0])


def test_pit_rates_of_a_certain_zero() -> None:
    # Certain and right: the whole of [0, 1]. Certain and wrong: beyond everything.
    found = pit_rates(np.array([[0.0], [1.0]]), np.zeros((2, 1)), np.ones((2, 1)))
    assert found["pit80"] == pytest.approx([0.8, 0.0])
    assert found["pit95"] == pytest.approx([0.95, 0.0])
    assert found["tail99"] == pytest.approx([0.01, 1.0])
