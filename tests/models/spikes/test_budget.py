"""Thresholds that keep the budget, set on quiet history."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.spikes.budget import monthly_thresholds
from models.spikes.said import Said
from models.spikes.thresholds import BudgetRules, threshold_of, thresholds


def test_the_threshold_is_the_last_within_the_budget() -> None:
    # Each quiet day is a warning of its own: with .01 there are two below, with .05 three.
    p, alone = np.array([0.2, 0.004, 0.05, 0.01, 0.002]), np.ones(5)
    assert threshold_of(p, alone, 2) == 0.01
    assert threshold_of(p, alone, 3) == 0.05
    assert threshold_of(p, alone, 0.4) == 0.002


def test_alarms_of_one_warning_count_once() -> None:
    # .002, then .001 the day after: at thresholds above .002 these are one warning, not two.
    p, before = np.array([0.002, 0.001, 0.03]), np.array([1.0, 0.002, 1.0])
    assert threshold_of(p, before, 1) == 0.03


def test_a_budget_that_is_never_spent_has_a_highest_threshold() -> None:
    assert threshold_of(np.array([0.01]), np.ones(1), 5) == 0.2


def test_a_band_with_little_history_has_the_threshold_of_all_and_a_short_past_the_default() -> None:
    rng = np.random.default_rng(5)
    n = 40 * 365
    p, band = rng.uniform(size=n), np.where(np.arange(n) < 39 * 365, 0, 1)
    p[band == 0] *= 0.5
    rules = BudgetRules(bands=(7.0,), default=0.123, min_theme_years=20)
    found = thresholds(p, np.ones(n), band, rules)
    own = threshold_of(p[band == 0], np.ones(39 * 365), 39 * 365 / 365.25)
    whole = threshold_of(p, np.ones(n), n / 365.25)
    assert found.tolist() == [own, whole]
    assert own != whole
    short = thresholds(p[:1000], np.ones(1000), band[:1000], rules)
    assert short.tolist() == [0.123, 0.123]


def test_what_calm_bands_leave_is_spent_by_the_others_up_to_twice_the_budget() -> None:
    """A band of 40 theme-years that never warns, and one of 40 or of 400 that always could."""
    rng = np.random.default_rng(6)
    rules = BudgetRules(bands=(7.0,))
    for years, times in ((40, 2.0), (400, 1.1)):
        calm, lively = np.ones(40 * 365), rng.uniform(size=years * 365)
        band = np.repeat([0, 1], [len(calm), len(lively)])
        p = np.concatenate([calm, lively])
        found = thresholds(p, np.ones(len(p)), band, rules)
        raised = (lively < found[1]).sum() / (years * 365 / 365.25)
        assert raised == pytest.approx(times, rel=0.02)
    # Where each could spend its own, none is given more.
    both = rng.uniform(size=p.shape)
    found = thresholds(both, np.ones(len(p)), band, rules)
    for k in (0, 1):
        raised = (both[band == k] < found[k]).sum() / ((band == k).sum() / 365.25)
        assert 0.97 < raised <= 1.0


def _years(n_series: int, n_days: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return p of a model that thinks a day twice as rare as it is, and expected counts."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(size=(n_series, n_days)) / 2
    return p, np.repeat(np.array([1.0, 20.0]), n_series // 2)[:, None] * np.ones((1, n_days))


def test_the_realised_rate_is_what_was_asked_for() -> None:
    dates = pd.date_range("2015-01-01", periods=1500, freq="D")
    p, expected = _years(60, 1500, 1)
    flat = np.full(p.shape, 3)
    for asked in (1.0, 4.0):
        rules = BudgetRules(false_alarms_per_theme_year=asked)
        found = monthly_thresholds(p, expected, flat, dates, np.ones(p.shape, bool), rules)
        later = np.arange(1500) >= 500
        realised = (p < found)[:, later].sum() / (60 * later.sum() / 365.25)
        assert 0.8 < realised / asked < 1.25
    # The default (.55 / 365) would have raised twice .55 a year.
    assert found[0, 0] == BudgetRules().default


def test_spikes_of_the_past_cost_no_budget() -> None:
    dates = pd.date_range("2015-01-01", periods=900, freq="D")
    p, expected = _years(60, 900, 2)
    counts = np.random.default_rng(3).poisson(2, p.shape)
    watched = np.ones(p.shape, bool)
    quiet = monthly_thresholds(p, expected, counts, dates, watched)[:, -1]
    spiky, spiky_p = counts.copy(), p.copy()
    for day in range(200, 850, 90):
        spiky[:, day : day + 5] += 30
        spiky_p[:, day : day + 5] = 1e-9
    found = monthly_thresholds(spiky_p, expected, spiky, dates, watched)[:, -1]
    assert 0.8 < np.median(found / quiet) < 1.25
    naive = thresholds(spiky_p.ravel(), np.ones(p.size), np.zeros(p.size, int), BudgetRules())
    assert naive[0] < 1e-6  # what it would be if they did


def test_no_later_day_changes_an_earlier_threshold() -> None:
    dates = pd.date_range("2015-01-01", periods=800, freq="D")
    p, expected = _years(60, 800, 4)
    counts = np.random.default_rng(4).poisson(2, p.shape)
    counts[:, 600:] *= 9
    whole = monthly_thresholds(p, expected, counts, dates, np.ones(p.shape, bool))
    upto = 640
    cut = monthly_thresholds(
        p[:, :upto], expected[:, :upto], counts[:, :upto], dates[:upto], np.ones((60, upto), bool)
    )
    np.testing.assert_array_equal(whole[:, :upto], cut)


def test_bad_input_is_refused() -> None:
    dates = pd.date_range("2015-01-01", periods=10, freq="D")
    table = np.ones((2, 10))
    with pytest.raises(ValueError, match="one shape"):
        monthly_thresholds(table, table[:, :9], table, dates, table > 0)
    with pytest.raises(ValueError, match="budget above 0"):
        monthly_thresholds(
            table, table, table, dates, table > 0, BudgetRules(false_alarms_per_theme_year=0)
        )


def test_days_without_a_first_of_a_month_have_the_default() -> None:
    dates = pd.date_range("2015-01-05", periods=10, freq="D")
    table = np.full((2, 10), 0.5)
    found = monthly_thresholds(table, table, table, dates, table > 0)
    assert (found == BudgetRules().default).all()


def test_days_that_people_called_useful_teach_nothing_and_those_called_useless_do() -> None:
    """Two alarms a theme-year more than the budget, on flat counts: the threshold is below them."""
    n, days = 30, 800
    dates = pd.date_range("2021-01-01", periods=days, freq="D")
    p, flat = np.full((n, days), 0.5), np.full((n, days), 3)
    at = [100, 200, 300, 400, 500]
    p[:, at] = 0.001
    watched = np.ones(p.shape, bool)

    def threshold(*said: Said) -> float:
        return float(monthly_thresholds(p, p * 0 + 20, flat, dates, watched, said=said)[0, -1])

    # 150 warnings in 65 theme-years: they do not fit, so none may be raised at .001.
    assert threshold() == 0.001
    useful = [Said(i, day, day, day + 1, True) for i in range(n) for day in at[:3]]
    assert threshold(*useful) == 0.2  # 60 in 65 do fit
    assert threshold(*(it._replace(given=days - 1) for it in useful)) == 0.001  # said this month
    # A rise by hindsight on a day that people called useless is a false alarm again.
    spiky = flat.copy()
    spiky[:, [100, 200, 300]] = 80
    said = [Said(i, day, day, day + 1, False) for i in range(n) for day in at[:3]]
    low, high = (
        monthly_thresholds(p, p * 0 + 20, spiky, dates, watched, said=it)[0, -1]
        for it in (said, ())
    )
    assert (low, high) == (0.001, 0.2)
