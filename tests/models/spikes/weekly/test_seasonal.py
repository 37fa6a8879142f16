"""A week against its season, by a regression on years of weekly counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from models.spikes.weekly.seasonal import weekly_p_values


def _counts(
    n_series: int, *, level: float, swing: float, seed: int, weeks: int = 330
) -> np.ndarray:
    season = swing * np.cos(2 * np.pi * np.arange(weeks) / 52)
    return np.random.default_rng(seed).poisson(np.exp(np.log(level) + season), (n_series, weeks))


@pytest.mark.parametrize(("before", "now"), [(10, 20), (17, 17), (20, 12)])
def test_a_level_series_has_about_the_poisson_tails_of_one_week_and_two(
    before: int, now: int
) -> None:
    counts = np.tile([9, 10, 11, 10], 66)[None, :261].copy()
    counts[0, 259:] = before, now
    # mu = 10, phi = 1 as the counts spread less than Poisson's; that mu is not known for certain
    # makes what is high a little less rare.
    exact = np.sqrt(poisson.sf(now - 1, 10) * poisson.sf(before + now - 1, 20))
    assert exact < weekly_p_values(counts, first=260)[0, 0] < 1.4 * exact


def test_what_the_season_brings_is_no_surprise() -> None:
    counts = _counts(20, level=20, swing=0.8, seed=1)
    found = weekly_p_values(counts, first=270)
    high = np.arange(270, 330) % 52 < 5  # more than twice the mean
    assert (found[:, high] < 0.005).mean() < 0.02
    off_season = counts.copy()
    off_season[:, 286] = counts[:, 260]  # the peak's count half a year from the peak
    assert (weekly_p_values(off_season, first=286)[:, 0] < 1e-4).all()


@pytest.mark.parametrize("level", [0.5, 5.0, 50.0])
def test_a_quiet_week_is_as_rare_as_its_p_says(level: float) -> None:
    found = weekly_p_values(_counts(60, level=level, swing=0.3, seed=2), first=260)
    # Nominally .01; less where counts are few and whole.
    assert 0.001 < (found < 0.01).mean() < 0.014


def test_a_past_spike_hardly_hides_the_next() -> None:
    counts = _counts(1, level=8, swing=0.0, seed=3)
    counts[0, 329] = 25
    before = weekly_p_values(counts, first=329)[0, 0]
    counts[0, [277, 225, 310]] = 90
    assert weekly_p_values(counts, first=329)[0, 0] < max(30 * before, 1e-3)


def test_later_weeks_and_other_series_change_nothing() -> None:
    counts = _counts(4, level=6, swing=0.4, seed=4)
    whole = weekly_p_values(counts, first=300)
    early = weekly_p_values(counts[[2], :310], first=300)
    np.testing.assert_allclose(whole[[2], :10], early, rtol=1e-9)


def test_silence_and_its_first_complaint() -> None:
    counts = np.zeros((1, 262), dtype=int)
    assert weekly_p_values(counts)[0, -1] == 1.0
    counts[0, 261] = 6
    assert weekly_p_values(counts)[0, -1] < 1e-6


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        (np.full((1, 300), -1), {}, "numbers >= 0"),
        (np.full((1, 300), np.nan), {}, "without gaps"),
        (np.zeros((1, 260)), {}, "give more history or fewer years"),
        (np.zeros((1, 300)), {"first": 200}, "260 weeks before it"),
        (np.zeros((1, 300)), {"years": 0}, "fewer years"),
    ],
)
def test_bad_input_is_refused(counts: np.ndarray, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        weekly_p_values(counts, **options)
