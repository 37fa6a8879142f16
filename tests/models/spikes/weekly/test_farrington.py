"""farringtonFlexible in numpy: by hand, and held against R."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.spikes.weekly.farrington import Verdict, farrington_flexible
from models.spikes.weekly.farrington_rules import FarringtonRules, reference_weeks
from tests.models.spikes.weekly.farrington_fixture import CASES, FIRST, FIXTURE, simulated
from tests.surveillance import INSTALL, ask_r, versions

Column = Iterable[float | None]
needs_r = pytest.mark.skipif(not versions(), reason=INSTALL)


def _rules(name: str) -> FarringtonRules:
    what, alpha, n_periods, years = CASES[name]
    return FarringtonRules(method=what, alpha=alpha, n_periods=n_periods, years=years)


def _holds(found: Verdict, alarm: Column, upper: Column, p: Column, trend: Column) -> None:
    """R's figures are given to nine digits; it has no word (NaN) where no model can be fitted."""
    shape = found.upper.shape
    alarms, bounds, chances, trends = (
        np.array([np.nan if v is None else v for v in column], dtype=float).reshape(shape)
        for column in (alarm, upper, p, trend)
    )
    assert np.array_equal(found.is_alarm, alarms == 1)  # every single alarm
    assert np.array_equal(found.has_trend, trends == 1)
    has_bound, has_p = ~np.isnan(bounds), ~np.isnan(chances)  # no bound below 5 in 4 weeks
    np.testing.assert_allclose(found.upper[has_bound], bounds[has_bound], rtol=1e-6)
    np.testing.assert_allclose(found.p_value[has_p], chances[has_p], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_every_alarm_is_that_of_r(name: str) -> None:
    reference = json.loads(FIXTURE.read_text(encoding="utf-8"))
    counts = np.array(reference["counts"])
    assert len(counts) == 14
    found = farrington_flexible(counts, first=reference["first"], rules=_rules(name))
    assert sum(a == 1 for a in reference[name]["alarm"]) >= 4  # there is something to agree on
    _holds(found, **reference[name])


@needs_r
@pytest.mark.parametrize("name", ["delta", "muan"])
def test_an_installed_r_says_the_same(name: str, tmp_path: Path) -> None:
    what, alpha, n_periods, years = CASES[name]
    counts = simulated()[[1, 5, 6, 10], :]
    judged = ask_r(
        counts, tmp_path, what=what, first=FIRST + 25, alpha=alpha, n_periods=n_periods,
        years=years,
    )  # fmt: skip
    found = farrington_flexible(counts, first=FIRST + 25, rules=_rules(name))
    _holds(found, judged["alarm"], judged["upper"], judged["p"], judged["trend"])


@needs_r
@pytest.mark.corpora
def test_an_installed_r_says_the_same_of_real_outbreaks(corpora: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(corpora / "outbreaks" / "weekly_counts.csv")
    counts = rows.pivot_table(index="series", columns="week", values="count").to_numpy()
    first, rules = counts.shape[1] - 15, FarringtonRules(years=3)
    judged = ask_r(counts, tmp_path, what="delta", first=first, years=3)
    found = farrington_flexible(counts, first=first, rules=rules)
    _holds(found, judged["alarm"], judged["upper"], judged["p"], judged["trend"])


def test_the_weeks_that_a_week_is_held_against() -> None:
    rules = FarringtonRules(years=2, half_window=3, n_periods=10, past_weeks_left_out=26)
    lags, season = reference_weeks(rules)
    of = dict(zip(lags.tolist(), season.tolist(), strict=True))
    # The same week of two years, three weeks either side; then nine seasons of five weeks.
    assert [lag for lag, g in of.items() if g == 9] == [*range(-107, -100), *range(-55, -48)]
    assert [lag for lag, g in of.items() if g == 0] == [*range(-100, -95), *range(-48, -43)]
    assert min(of) == -107
    assert max(of) == -27  # half a year is left out
    assert len(of) == 107 - 26


def test_a_level_series_has_the_bound_of_the_formula() -> None:
    counts = np.full((1, 60), 8)
    counts[0, 59] = 20
    rules = FarringtonRules(years=1, half_window=2, n_periods=1, past_weeks_left_out=0, alpha=0.025)
    found = farrington_flexible(counts, first=59, rules=rules)
    # mu = 8 from 5 weeks without any spread, so phi = 1 and the mean is known for certain:
    # U = (8^(2/3) + 1.96 * sqrt(4/9 * 8^(1/3)))^(3/2) = (4 + 1.96 * 0.9428)^(3/2) = 14.14
    assert found.expected[0, 0] == pytest.approx(8)
    assert found.upper[0, 0] == pytest.approx(14.1417, abs=1e-3)
    assert found.exceedance[0, 0] == pytest.approx((20 - 8) / (14.1417 - 8), abs=1e-3)
    assert found.is_alarm[0, 0]
    counts[0, 59] = 14
    assert not farrington_flexible(counts, first=59, rules=rules).is_alarm[0, 0]


def test_a_past_spike_hides_the_next_less_when_it_is_reweighted() -> None:
    counts = np.random.default_rng(3).poisson(5, (1, 330))
    counts[0, 330 - 53 : 330 - 51] = 60  # a year ago, in the same weeks
    high = FarringtonRules(reweight_above=1e9)
    naive, robust = (farrington_flexible(counts, first=329, rules=r) for r in (high, None))
    assert naive.upper[0, 0] > 1.5 * robust.upper[0, 0]


def test_later_weeks_and_other_series_change_nothing() -> None:
    counts = simulated()
    whole = farrington_flexible(counts, first=FIRST)
    early = farrington_flexible(counts[[4, 7], : FIRST + 10], first=FIRST)
    np.testing.assert_allclose(whole.p_value[[4, 7], :10], early.p_value, rtol=1e-12)
    np.testing.assert_array_equal(whole.is_alarm[[4, 7], :10], early.is_alarm)


def test_fewer_than_five_in_four_weeks_are_no_alarm() -> None:
    counts = np.zeros((2, 300), dtype=int)
    counts[:, 40:250:7] = 1
    counts[0, 299], counts[1, 299] = 4, 5
    found = farrington_flexible(counts, first=299)
    assert (found.exceedance > 1).all()
    assert found.is_alarm[:, 0].tolist() == [False, True]


def test_a_theme_never_heard_of_gets_no_word_rather_than_an_error() -> None:
    found = farrington_flexible(np.zeros((1, 300), dtype=int), first=299)
    assert not found.is_alarm.any()


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        (np.full((1, 300), -1), {}, "numbers >= 0"),
        (np.full((1, 300), np.nan), {}, "without gaps"),
        (np.zeros(300), {}, "series x weeks"),
        (np.zeros((1, 200)), {}, "give more history or fewer years"),
        (np.zeros((1, 300)), {"first": 100}, "263 weeks before it"),
        (np.zeros((1, 300)), {"rules": FarringtonRules(method="muon")}, "not 'muon'"),
        (np.zeros((1, 300)), {"rules": FarringtonRules(alpha=0.0)}, "0 < alpha"),
        (np.zeros((1, 300)), {"rules": FarringtonRules(n_periods=60)}, "cannot be cut"),
        (np.zeros((1, 300)), {"rules": FarringtonRules(years=0)}, "years >= 1"),
    ],
)
def test_bad_input_is_refused_with_the_rule(
    counts: np.ndarray, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        farrington_flexible(counts, **options)
