"""Alarms at the budget that was asked for: what Now saw, judged by thresholds of quiet history.

The threshold that Now comes with is nominal: simulated quiet series keep it, real ones are calmer
or burstier. :mod:`models.spikes.budget` reads off the past what keeps the promise; here what was
seen is judged by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.spikes.budget import monthly_thresholds
from models.spikes.episodes import episodes
from models.spikes.rules import Detection, NowRules
from models.spikes.said import Said, real_days
from models.spikes.thresholds import BudgetRules
from models.spikes.truth.hindsight import WEEK, rises_of, spike_days

_YOUNG_DAYS = 28  # a series so young teaches nothing of false alarms


class Realised(NamedTuple):
    """How the promise was kept.

    Attributes
    ----------
    false_alarms : int
        Warnings that no real rise was behind, as people said or hindsight tells.
    theme_years : float
        Years of themes watched, days of real rises left out.
    warnings : int
        Warnings in all of which it can be told: each week that holds their last alarm is over.
    rises, missed : int
        Real rises, told in hindsight, and those of them without an alarm.
    """

    false_alarms: int
    theme_years: float
    warnings: int
    rises: int
    missed: int


def watched_days(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which days of each series teach something: those after its first four weeks.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_days)
        Complaints a day.
    """
    return np.asarray(np.cumsum(np.cumsum(counts, axis=1) > 0, axis=1) > _YOUNG_DAYS)


def keep_budget(
    seen: Detection,
    counts: NDArray[np.int64],
    rules: NowRules,
    *,
    quiet_days: int,
    said: Sequence[Said] = (),
) -> Detection:
    """Return the detection with alarms by each volume band's threshold of the month.

    Parameters
    ----------
    seen : Detection
        Of :func:`models.spikes.now.detect_now`; of overlapping windows the least p counts.
    counts : ndarray of shape (n_series, n_days)
        Complaints a day.
    rules : NowRules
        Budget and floors; its threshold holds while there is too little quiet history.
    quiet_days : int
        A warning is new after so many days without an alarm.
    said : sequence of Said
        What people said of warnings, see :func:`models.spikes.budget.monthly_thresholds`.

    Returns
    -------
    Detection
        What it says of a day never changes when later days are added, or later words.
    """
    is_high = (seen.observed >= rules.min_observed) & (
        seen.observed >= rules.min_ratio * seen.expected
    )
    p = np.where(is_high, np.minimum(seen.p_value / seen.strict, 1.0), 1.0)
    longest = int(np.argmax(seen.windows))
    a_week = seen.expected[longest] * 7 / seen.windows[longest]
    budget = BudgetRules(
        false_alarms_per_theme_year=rules.false_alarms_per_theme_year,
        default=rules.threshold,
        quiet_days=quiet_days,
    )
    is_watched = watched_days(counts)
    limit = monthly_thresholds(
        p.min(axis=0), a_week, counts, seen.dates, is_watched, budget, said=said
    )
    raised = p < limit
    # Among windows that raised the alarm the least p; the shortest where they tie.
    best = np.argmin(np.where(raised, seen.p_value - 1.0, seen.p_value), axis=0)
    return replace(seen, is_alarm=np.asarray(raised.any(axis=0)), best=best.astype(np.int64))


def realised(
    seen: Detection,
    counts: NDArray[np.int64],
    *,
    quiet_days: int,
    days: int = 365,
    said: Sequence[Said] = (),
) -> Realised:
    """Return how many false alarms the last year's watch raised, and in how many theme-years.

    Each day's alarms are by thresholds that were set before it, so the past is judged as it was
    lived. What was a real rise is told by those who said so, else in hindsight; a warning of the
    last days is not counted, for of these it cannot be told yet.

    Parameters
    ----------
    seen : Detection
        Of :func:`keep_budget`.
    counts : ndarray of shape (n_series, n_days)
        Complaints a day.
    quiet_days : int
        A warning is new after so many days without an alarm.
    days : int
        How far back.
    said : sequence of Said
        What people said of warnings: it wins over hindsight.
    """
    n_days = counts.shape[1]
    is_watched = watched_days(counts)
    is_watched[:, : max(0, n_days - days)] = False
    is_real = real_days(spike_days(counts), seen.is_alarm, said, quiet_days=quiet_days)
    settled = n_days - (WEEK - 1)  # of later days not all weeks that hold them are over
    false = warnings = 0
    for alarms, watched, real in zip(seen.is_alarm, is_watched, is_real, strict=True):
        found = episodes(alarms, quiet_days=quiet_days)
        own = [it for it in found if watched[it.opened] and it.last_alarm < settled]
        warnings += len(own)
        false += sum(not real[it.opened : it.last_alarm + 1].any() for it in own)
    around = [
        (rise.series, slice(max(0, rise.first - WEEK // 2), rise.last + WEEK // 2 + 1))
        for rise in rises_of(counts.astype(np.float64))
        if is_watched[rise.series, rise.first]
    ]
    missed = sum(not seen.is_alarm[i, days].any() for i, days in around)
    years = float((is_watched & ~is_real).sum() / 365.25)
    return Realised(false, years, warnings, len(around), missed)
