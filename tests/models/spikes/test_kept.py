"""Alarms at the budget asked for: thresholds from quiet history, by volume, anew each month."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.spikes.episodes import episodes
from models.spikes.kept import FALSE_ALARM, MISSED, judged_year, keep_budget, realised
from models.spikes.now import detect_now
from models.spikes.rules import Detection, NowRules
from models.spikes.said import Said

DATES = pd.date_range("2023-01-01", periods=1100)
RULES = NowRules()


def quiet(n_series: int, a_day: float, dispersion: float, seed: int = 2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rate = np.full((n_series, len(DATES)), a_day)
    if dispersion:
        rate = rate * rng.gamma(1 / dispersion, dispersion, size=rate.shape)
    return rng.poisson(rate)


def seen_in(counts: np.ndarray, days: int | None = None) -> Detection:
    y = counts[:, :days]
    return detect_now(y, DATES[: y.shape[1]], np.zeros(y.shape[1], dtype=bool))


def a_theme_year(is_alarm: np.ndarray, from_: int) -> float:
    found = sum(len(episodes(row[from_:], quiet_days=7)) for row in is_alarm)
    return found / (len(is_alarm) * (is_alarm.shape[1] - from_) / 365.25)


@pytest.mark.parametrize(("a_day", "dispersion"), [(2.0, 0.0), (4.0, 0.5)])
def test_the_budget_is_kept_where_the_nominal_threshold_is_too_strict_or_too_loose(
    a_day, dispersion
):
    y = quiet(60, a_day, dispersion)
    seen = seen_in(y)
    kept = keep_budget(seen, y, RULES, quiet_days=7)
    last_year = len(DATES) - 366
    realised = a_theme_year(kept.is_alarm, last_year)
    assert 0.6 <= realised <= 1.5  # 60 theme-years: about 60 warnings, by chance 45 to 75
    nominal = a_theme_year(seen.is_alarm, last_year)
    assert abs(np.log(realised)) < abs(np.log(nominal))


def test_of_too_little_history_the_nominal_threshold_stands():
    y = quiet(5, 3.0, 0.3)
    seen = seen_in(y, 400)
    kept = keep_budget(seen, y[:, :400], RULES, quiet_days=7)
    np.testing.assert_array_equal(kept.is_alarm, seen.is_alarm)
    np.testing.assert_array_equal(kept.best, seen.best)


def test_later_days_change_no_earlier_alarm():
    y = quiet(40, 3.0, 0.3)
    y[3, 800:830] += 20
    whole = keep_budget(seen_in(y), y, RULES, quiet_days=7)
    cut = 815
    part = keep_budget(seen_in(y, cut), y[:, :cut], RULES, quiet_days=7)
    np.testing.assert_array_equal(part.is_alarm, whole.is_alarm[:, :cut])
    assert whole.is_alarm[3, 800:803].any()


def test_what_has_half_come_in_is_judged_more_strictly():
    y = quiet(40, 3.0, 0.0)
    seen = seen_in(y)
    kept = keep_budget(seen, y, RULES, quiet_days=7)
    half = Detection(
        seen.dates, seen.windows, seen.observed, seen.expected, seen.p_value, seen.is_alarm,
        seen.best, seen.is_shift, np.full_like(seen.strict, 1e-9),
    )  # fmt: skip
    assert kept.is_alarm.any()
    last_year = slice(len(DATES) - 366, None)
    strict = keep_budget(half, y, RULES, quiet_days=7)
    # A p over a billionth of its threshold is 1 and no alarm, whatever the budget.
    assert strict.is_alarm[:, last_year].sum() < kept.is_alarm[:, last_year].sum()


def test_what_was_realised_counts_alarms_without_a_real_rise_over_quiet_theme_years():
    y = np.tile([1, 0, 0], 367)[None, : len(DATES)].repeat(2, axis=0)
    day = len(DATES) - 200
    y[0, day] = 30  # a real rise
    seen = seen_in(y)
    alarms = np.zeros_like(seen.is_alarm)
    alarms[0, day] = True  # of the rise
    alarms[1, [day, day + 3, day + 40]] = True  # two warnings of nothing
    alarms[1, 300] = True  # longer ago than a year
    found = realised(replace(seen, is_alarm=alarms), y, quiet_days=7)
    assert found.false_alarms == 2
    # Two themes for 365 days; the rise's weeks (13 days) are not quiet.
    assert found.theme_years == pytest.approx((2 * 365 - 13) / 365.25)
    assert (found.warnings, found.rises, found.missed) == (3, 1, 0)
    _, wrong = judged_year(replace(seen, is_alarm=alarms), y, quiet_days=7)
    of_nothing = [(FALSE_ALARM, 1, day, day + 3), (FALSE_ALARM, 1, day + 40, day + 40)]
    assert [tuple(it) for it in wrong] == of_nothing
    alarms[0, day] = False
    _, wrong = judged_year(replace(seen, is_alarm=alarms), y, quiet_days=7)
    # The rise that nobody was warned of: the week around its one day.
    assert [tuple(it) for it in wrong] == [(MISSED, 0, day - 3, day + 3), *of_nothing]
    found = realised(replace(seen, is_alarm=alarms), y, quiet_days=7)
    assert (found.warnings, found.false_alarms, found.rises, found.missed) == (2, 2, 1, 1)


def test_a_warning_of_the_last_days_is_neither_right_nor_wrong_yet():
    y = np.tile([1, 0, 0], 367)[None, : len(DATES)]
    alarms = np.zeros_like(y, dtype=bool)
    alarms[0, -6] = True  # the last week that holds it ends tomorrow
    seen = replace(seen_in(y), is_alarm=alarms)
    found = realised(seen, y, quiet_days=7)
    assert (found.warnings, found.false_alarms) == (0, 0)
    alarms[0] = np.roll(alarms[0], -1)
    found = realised(replace(seen, is_alarm=alarms), y, quiet_days=7)
    assert (found.warnings, found.false_alarms) == (1, 1)


def test_what_people_said_wins_over_hindsight_in_the_realised_rate():
    y = np.tile([1, 0, 0], 367)[None, : len(DATES)].repeat(2, axis=0)
    day = len(DATES) - 200
    y[0, day] = 30  # hindsight: a real rise, 13 days of it
    alarms = np.zeros_like(y, dtype=bool)
    alarms[0, day] = True
    alarms[1, [day, day + 3, day + 40]] = True  # two warnings of nothing, by hindsight
    seen = replace(seen_in(y), is_alarm=alarms)

    def found(*said):
        return realised(seen, y, quiet_days=7, said=said)

    useful = Said(series=1, first=day, last=day, given=day + 1, is_useful=True)
    assert found(useful).false_alarms == 1
    # Its four days, from the first alarm to the last, are no longer quiet either.
    assert found(useful).theme_years == pytest.approx((2 * 365 - 13 - 4) / 365.25)
    useless = Said(series=0, first=day, last=day, given=day + 1, is_useful=False)
    assert found(useless).false_alarms == 3
    assert found(useless).theme_years == pytest.approx((2 * 365 - 12) / 365.25)
    assert found(useful, useless).false_alarms == 2


def test_later_words_change_no_earlier_alarm():
    y = quiet(40, 3.0, 0.3)
    seen = seen_in(y)
    plain = keep_budget(seen, y, RULES, quiet_days=7)
    given = int(DATES.get_loc("2025-07-10"))
    raised = [
        Said(i, int(d), int(d), given, True)
        for i, d in zip(*np.nonzero(plain.is_alarm[:, :given]), strict=True)
    ]
    assert len(raised) > 20
    kept = keep_budget(seen, y, RULES, quiet_days=7, said=raised)
    august = int(DATES.get_loc("2025-08-01"))
    np.testing.assert_array_equal(kept.is_alarm[:, :august], plain.is_alarm[:, :august])
    # Were all of them real, none is left to spend the budget: thresholds rise from August on.
    assert kept.is_alarm[:, august:].sum() > plain.is_alarm[:, august:].sum()
