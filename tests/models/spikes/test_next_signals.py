"""Signals on a morning: what was known by then, and how each theme answered their like."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from models.spikes.next import NextRules, known_on, learn_next
from models.spikes.next_features import Past
from models.spikes.next_signals import SignalPast
from tests.models.spikes.panels import seen

START = pd.Timestamp("2020-01-01", tz="UTC")
DAYS = 900


def at(day: float) -> pd.Timestamp:
    return START + pd.Timedelta(days=day)


def signals(rows: list[tuple[str, float, str, float, float]]) -> pd.DataFrame:
    """Return a frame of (name, day, kind, value, day it was known)."""
    frame = pd.DataFrame(rows, columns=["name", "at", "kind", "value", "known_at"])
    return frame.assign(
        at=[at(d) for d in frame["at"]],
        known_at=[at(d) for d in frame["known_at"]],
        brand=None,
        product=None,
    )


def past_of(alarms: np.ndarray) -> Past:
    counts = np.ones(alarms.shape, dtype=np.int64)
    return Past(seen(counts, alarms), counts, np.ones(alarms.shape, dtype=bool))


def made(rows: list[tuple[str, float, str, float, float]], alarms: np.ndarray) -> SignalPast:
    past = past_of(alarms)
    return SignalPast(signals(rows), pd.date_range("2020-01-01", periods=DAYS),
                      time_zone="UTC", past=past)  # fmt: skip


def test_a_theme_that_answered_releases_before_answers_the_next_one():
    alarms = np.zeros((2, DAYS), dtype=bool)
    days = [100, 200, 300, 400]
    alarms[0, [101, 202, 301, 403]] = True
    plan = [("v1", d, "release", 1, d - 5) for d in days] + [("v5", 500, "release", 1, 490)]
    found = made(plan, alarms)
    now = found.known(495, 7)[:, 0]
    assert now[0] > 1.5 > now[1]
    assert now[1] == 0  # four releases brought it nothing
    # A theme that spikes at releases alone is calmer than usual where none is known to come.
    assert found.known(485, 28)[0, 0] < -1  # not known yet
    assert found.known(492, 7)[0, 0] < -1  # known, but beyond the week
    assert found.known(492, 28)[0, 0] > 2
    # By hand: four answers of four, 4 pseudo-events at its own rate of weeks. It lies five days
    # ahead, so its first two days are within the week: two of four answers came so soon, and of
    # one pseudo-answer two days of seven.
    weeks = 495 / 7
    usual = (4 + 4 * (4 / (weeks * 2))) / (weeks + 4)
    without = (0 + 4 * usual) / (weeks - 4 + 4)
    without = max(without, 0.005)
    rate = without + ((4 + 4 * without) / 8 - without) * (2 + 2 / 7) / 5
    assert now[0] == pytest.approx(logit(rate) - logit(usual))


def test_what_was_called_off_or_changed_later_counts_as_it_was_told_then():
    alarms = np.zeros((1, DAYS), dtype=bool)
    alarms[0, [101, 201]] = True
    rows = [
        ("v1", 100, "release", 1, 90), ("v2", 200, "release", 1, 190),
        ("v3", 300, "release", 1, 280), ("v3", 300, "release", 0, 295),
    ]  # fmt: skip
    found = made(rows, alarms)
    assert found.known(294, 28)[0, 0] > 0
    assert found.known(297, 28)[0, 0] < 0  # as without any


def test_a_reading_of_each_day_is_known_the_morning_after():
    alarms = np.zeros((1, DAYS), dtype=bool)
    rows = [("sulphur", d, "sensor", float(d), d + 0.5) for d in range(DAYS)]
    found = made(rows, alarms)
    assert found.n_columns == 3
    response, last, mean = found.known(50, 7)[0]
    assert response == pytest.approx(0)
    assert last == 49
    assert mean == pytest.approx(np.mean(range(43, 50)))


def test_signals_give_the_skill_that_counts_cannot():
    """Semi-synthetic: releases at random, after which seven in ten times theme 0 spikes."""
    rng = np.random.default_rng(5)
    alarms = rng.random((6, DAYS)) < 0.002
    days = np.sort(rng.choice(np.arange(30, DAYS - 40), 60, replace=False))
    for day in days:
        if rng.random() < 0.7:
            alarms[0, day + rng.integers(1, 4)] = True
    found = made([(f"v{d}", d, "release", 1, d - 10) for d in days], alarms)
    origin, skill = 500, {}
    for name, given in (("without", None), ("with", found)):
        model = learn_next(found.past, origin, 7, rules=NextRules(step_days=1), signals=given)
        said, came = [], []
        for morning in range(origin, DAYS - 7):
            if found.past.is_quiet(morning)[0]:
                said.append(model.chance(known_on(found.past, morning, 7, given)[:1])[0])
                came.append(found.past.exceeds(morning, 7)[0])
        p, y = np.array(said), np.array(came)
        skill[name] = 1 - ((p - y) ** 2).mean() / ((y.mean() - y) ** 2).mean()
    assert skill["with"] > skill["without"] + 0.1
    assert skill["with"] > 0.23
