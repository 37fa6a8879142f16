"""Alarms at the budget that was asked for: what Now saw, judged by thresholds of quiet history.

The threshold that Now comes with is nominal: simulated quiet series keep it, real ones are calmer
or burstier. :mod:`models.spikes.budget` reads off the past what keeps the promise; here what was
seen is judged by it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.spikes.budget import BudgetRules, monthly_thresholds
from models.spikes.rules import Detection, NowRules

_YOUNG_DAYS = 28  # a series so young teaches nothing of false alarms


def keep_budget(
    seen: Detection, counts: NDArray[np.int64], rules: NowRules, *, quiet_days: int
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

    Returns
    -------
    Detection
        What it says of a day never changes when later days are added.
    """
    is_high = (seen.observed >= rules.min_observed) & (
        seen.observed >= rules.min_ratio * seen.expected
    )
    p = np.where(is_high, np.minimum(seen.p_value / seen.strict, 1.0), 1.0)
    longest = int(np.argmax(seen.windows))
    a_week = seen.expected[longest] * 7 / seen.windows[longest]
    age = np.cumsum(np.cumsum(counts, axis=1) > 0, axis=1)
    budget = BudgetRules(
        false_alarms_per_theme_year=rules.false_alarms_per_theme_year,
        default=rules.threshold,
        quiet_days=quiet_days,
    )
    limit = monthly_thresholds(p.min(axis=0), a_week, counts, seen.dates, age > _YOUNG_DAYS, budget)
    raised = p < limit
    # Among windows that raised the alarm the least p; the shortest where they tie.
    best = np.argmin(np.where(raised, seen.p_value - 1.0, seen.p_value), axis=0)
    return replace(seen, is_alarm=np.asarray(raised.any(axis=0)), best=best.astype(np.int64))
