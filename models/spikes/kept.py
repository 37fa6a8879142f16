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
from models.spikes.truth.hindsight import WEEK, Rise, rises_of, spike_days

FALSE_ALARM, MISSED = "false alarm", "missed"
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


class Misjudged(NamedTuple):
    """A warning without a real rise behind, or a real rise without a warning.

    Attributes
    ----------
    kind : str
        FALSE_ALARM or MISSED.
    series, first, last : int
        Which, and its days: positions, both ends included.
    """

    kind: str
    series: int
    first: int
    last: int


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

    Parameters
    ----------
    seen, counts, quiet_days, days, said
        As for :func:`judged_year`.
    """
    return judged_year(seen, counts, quiet_days=quiet_days, days=days, said=said)[0]


def judged_year(
    seen: Detection,
    counts: NDArray[np.int64],
    *,
    quiet_days: int,
    days: int = 365,
    said: Sequence[Said] = (),
) -> tuple[Realised, tuple[Misjudged, ...]]:
    """Return how the last year's watch kept its promise, and where it did not, oldest first.

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
    warnings = 0
    false: list[Misjudged] = []
    for i, alarms in enumerate(seen.is_alarm):
        found = episodes(alarms, quiet_days=quiet_days)
        own = [it for it in found if is_watched[i, it.opened] and it.last_alarm < settled]
        warnings += len(own)
        false += [
            Misjudged(FALSE_ALARM, i, it.opened, it.last_alarm)
            for it in own
            if not is_real[i, it.opened : it.last_alarm + 1].any()
        ]
    rises = [
        rise for rise in rises_of(counts.astype(np.float64)) if is_watched[rise.series, rise.first]
    ]
    missed = [
        Misjudged(MISSED, rise.series, rise.first, rise.last)
        for rise in rises
        if not seen.is_alarm[rise.series, _around(rise)].any()
    ]
    years = float((is_watched & ~is_real).sum() / 365.25)
    kept = Realised(len(false), years, warnings, len(rises), len(missed))
    misjudged = sorted([*false, *missed], key=lambda it: (it.first, it.series, it.kind))
    return kept, tuple(misjudged)


def _around(rise: Rise) -> slice:
    """Return the days on which an alarm is one of the rise."""
    return slice(max(0, rise.first - WEEK // 2), rise.last + WEEK // 2 + 1)
