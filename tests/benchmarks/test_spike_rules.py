"""The spike benchmark's rules, scenarios and judgement against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tests.benchmarks.spike_panel import Panel, judged, watched
from tests.benchmarks.spike_rules import ears, mean_of_seven, now_p, z_score
from tests.benchmarks.spike_scenarios import (
    JUDGED,
    SCENARIOS,
    WEEKS,
    mean_of,
    simulate,
)
from tests.benchmarks.spikes import detected

SEVEN = [2, 4, 4, 4, 5, 5, 4]  # mean 4, sd 1


def test_the_vendors_rule_and_ears_are_standard_deviations_above_seven_before() -> None:
    counts = np.array([[*SEVEN, 7]])
    assert np.std(SEVEN, ddof=1) == pytest.approx(1)
    assert mean_of_seven(counts)[0, -1] == pytest.approx(norm.sf(3))
    assert ears(counts, "C1")[0, -1] == pytest.approx(norm.sf(3))
    assert z_score(counts, 7)[0, -1] == pytest.approx(norm.sf(3))
    assert mean_of_seven(counts)[0, 3] == pytest.approx(1)  # too little history: no alarm


def test_c2_leaves_two_weeks_out_and_c3_adds_three_up() -> None:
    counts = np.array([[*SEVEN, 50, 60, 7, 7]])
    assert ears(counts, "C2")[0, 9] == pytest.approx(norm.sf(3))
    calm = np.array([[4, 5, 3] * 5 + [6, 6, 6]])
    past = calm[0].astype(float)
    c2 = [(6 - past[t - 9 : t - 2].mean()) / past[t - 9 : t - 2].std(ddof=1) for t in (15, 16, 17)]
    assert ears(calm, "C3")[0, 17] == pytest.approx(norm.sf(sum(max(z - 1, 0) for z in c2)))


def test_equal_counts_make_no_rule_divide_by_nothing() -> None:
    counts = np.full((1, 12), 3)
    counts[0, -1] = 9
    for score in (mean_of_seven(counts), ears(counts, "C3"), z_score(counts, 7)):
        assert np.isfinite(score).all()
        assert score[0, -1] == score.min()


def test_nows_floors_are_part_of_its_score() -> None:
    p = np.full((2, 1, 3), 1e-6)
    p[1] = 1e-3
    observed = np.array([[[7, 8, 12]], [[9, 9, 12]]])
    expected = np.array([[[1, 1, 11]], [[3, 9, 3]]])
    assert now_p(p, observed, expected)[0].tolist() == [1e-3, 1e-6, 1e-3]


def test_there_are_42_scenarios_and_their_means_are_the_papers() -> None:
    assert len(SCENARIOS) == len(set(SCENARIOS)) == 42
    assert mean_of(SCENARIOS[0])[100] == pytest.approx(np.exp(0.1))
    # theta 1.5, beta .003, two waves at week 52: both cosines 1, both sines 0.
    assert mean_of(SCENARIOS[17])[51] == pytest.approx(np.exp(1.5 + 0.003 * 52 + 2 * 0.2))


def test_a_simulated_spike_is_marked_where_its_cases_are() -> None:
    quiet = simulate(1, seed=4, with_last=False)
    spiked = simulate(1, seed=4, with_last=True)
    assert quiet.counts.shape == spiked.counts.shape == (42, WEEKS)
    assert not quiet.spike.any()
    # Before the first scenario's last spike the draws are the same.
    marked = np.flatnonzero(spiked.spike[0]) + WEEKS - JUDGED
    extra = spiked.counts[0] - quiet.counts[0]
    assert extra[marked].sum() == extra.sum() > 0
    assert extra[marked[0]] > 0
    assert extra[marked[-1]] > 0


def test_detection_is_at_one_quiet_week_a_year_below() -> None:
    quiet = np.full((10, 104), 0.5)  # twenty theme-years, nothing rare
    score = np.array([[0.5, 0.4]] * 3)
    spike = np.array([[False, True], [True, False], [False, False]])
    assert detected(quiet, score, spike).tolist() == [True, False]


def _panel(counts: np.ndarray) -> Panel:
    dates = pd.date_range("2017-01-01", periods=counts.shape[1], freq="D")
    return Panel(dates, counts, np.ones(counts.shape, bool), 0)


def test_a_late_alarm_is_no_early_one_and_a_warning_is_false_once() -> None:
    counts = np.zeros((1, 731), dtype=int)
    counts[0, [400, 401, 402]] = 10, 20, 10
    alarm = np.zeros((1, 731), dtype=bool)
    alarm[0, [402, 500, 503, 600]] = True  # 500 and 503 are one warning
    found = judged(_panel(counts), alarm)
    assert (found["spikes"], found["pod"], found["before_peak_day"]) == (1, 1.0, 0.0)
    assert found["false_per_theme_year"] * found["theme_years"] == pytest.approx(2)


def test_a_series_is_a_theme_by_its_past_alone() -> None:
    counts = np.zeros((1, 800), dtype=int)
    counts[0, 100:136] = 1
    on = np.flatnonzero(watched(counts)[0])
    assert (on[0], on[-1]) == (143, 472)  # 36 of them a week ago; the first a year and a week ago
