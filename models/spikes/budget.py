r"""The p below which a day is an alarm, so that false alarms cost what was asked.

A p-value says how rare a count is if the model is right; what the reader was promised is a number
of false alarms per theme and year. So the threshold is read off the past: on days that no spike
touched, how many warnings would a threshold have raised? A warning begins on day d at threshold t
if :math:`p_d < t` and no p of the week before was below t, that is for
:math:`p_d < t \le m_d = \min(p_{d-7}, \dots, p_{d-1})`: so

.. math:: N(t) = \#\{d\ \text{quiet} : p_d < t \le m_d\}

and the threshold is the greatest t up to which N stays within the budget. Themes of few and of
many complaints err differently, so each band of volume has its own (``thresholds.py``).

Whether a past day was quiet is told by what people said of its warning, else in hindsight, from
counts alone (:func:`spike_days`), but never with a later day, or a later word, than the threshold
is used on: thresholds are set anew on the first of each month, on what was known that morning.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.spikes.said import Said, real_days
from models.spikes.thresholds import BudgetRules, thresholds
from models.spikes.truth.hindsight import HALF_YEAR, spike_days

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def monthly_thresholds(
    p: Floats,
    expected: Floats,
    counts: NDArray[np.int64] | Floats,
    dates: pd.DatetimeIndex,
    is_watched: Mask,
    rules: BudgetRules | None = None,
    *,
    said: Sequence[Said] = (),
) -> Floats:
    """Return the threshold of each series and day, by what was known on the first of its month.

    Parameters
    ----------
    p : ndarray of shape (n_series, n_days)
        The least p of the day's windows, 1 where the floors do not hold.
    expected : ndarray of shape (n_series, n_days)
        Expected complaints in the week that ends on the day.
    counts : ndarray of shape (n_series, n_days)
        Complaints a day.
    dates : DatetimeIndex of length n_days
        Local dates without gaps.
    is_watched : ndarray of bool, shape (n_series, n_days)
        Days on which a series was a theme; others teach nothing.
    rules : BudgetRules, optional
    said : sequence of Said
        What people said of warnings; it counts from the first of the month after.

    Returns
    -------
    ndarray of shape (n_series, n_days)
        Later days, and later words, never change an earlier day's.

    Raises
    ------
    ValueError
        If the tables are not of one shape, or the budget is not above 0.
    """
    rules = BudgetRules() if rules is None else rules
    shapes = {np.shape(table) for table in (p, expected, counts, is_watched)}
    if shapes != {(len(p), len(dates))}:
        raise ValueError(f"Expected tables of one shape, a column a date, but got {shapes}.")
    if rules.false_alarms_per_theme_year <= 0:
        raise ValueError(
            f"Expected a budget above 0, but got {rules.false_alarms_per_theme_year} false "
            "alarms per theme-year."
        )
    band = np.searchsorted(rules.bands, expected, side="right")
    before = _least_before(p, rules.quiet_days)
    is_spike = np.zeros(p.shape, dtype=bool)
    out = np.full(p.shape, rules.default)
    firsts = np.flatnonzero((dates.day == 1) & (np.arange(len(dates)) > 0)).tolist()
    for first, last in itertools.pairwise([*firsts, len(dates)]):
        # Hindsight of the last half-year is not yet settled: it is told anew.
        told_from = max(0, first - HALF_YEAR - 31)
        from_ = max(0, told_from - HALF_YEAR)
        is_spike[:, told_from:first] = spike_days(counts[:, from_:first])[:, told_from - from_ :]
        past = slice(max(0, first - rules.history_days), first)
        heard = [it for it in said if it.given < first]
        is_real = is_spike[:, :first]
        if heard:
            is_alarm = p[:, :first] < out[:, :first]
            is_real = real_days(is_real, is_alarm, heard, quiet_days=rules.quiet_days)
        quiet = is_watched[:, past] & ~is_real[:, past]
        found = thresholds(p[:, past][quiet], before[:, past][quiet], band[:, past][quiet], rules)
        out[:, first:last] = found[band[:, first:last]]
    return out


def _least_before(p: Floats, days: int) -> Floats:
    """Return the least p of so many days before each day."""
    padded = np.pad(p, ((0, 0), (days, 0)), constant_values=1.0)[:, :-1]
    least: Floats = np.lib.stride_tricks.sliding_window_view(padded, days, axis=1).min(axis=2)
    return least
