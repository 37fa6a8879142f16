r"""Teunter-Syntetos-Babai: how often there is a complaint at all, and how many then.

.. math:: p_t = p_{t-1} + \beta\,([y_t > 0] - p_{t-1}),\quad
          z_t = z_{t-1} + \alpha\,[y_t > 0]\,(y_t - z_{t-1}),\quad E[y_{t+h}] = p_t z_t

Unlike Croston's, the chance falls with every day without a complaint, so that a theme that has
ended fades (Teunter, Syntetos, Babai 2011, doi:10.1016/j.ejor.2011.05.018). Two things are added
for daily counts: the level is the mean of the last seven, so that no weekend makes it lower, and
it is spread over weekdays and holidays by :mod:`models.forecasting.members.rhythm`. The first
days are averaged until the rates are smaller than that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forecasting.members.base import MemberResult
from models.forecasting.members.rhythm import Rhythm, phases
from models.forecasting.panel import Floats, Panel

# Smoothing of chance and size: beta, alpha. Slow to quick.
_RATES = np.array([(0.005, 0.01), (0.015, 0.02), (0.03, 0.05), (0.06, 0.1)])
_WEEK_RATES = np.array([(0.02, 0.03), (0.05, 0.08), (0.1, 0.15), (0.2, 0.25)])


@dataclass(frozen=True)
class _Pass:
    """What one pass over the days leaves.

    Attributes
    ----------
    level : ndarray of shape (n_series, n_rates)
        Complaints a day after the last, the mean of a week's; NaN without a known day.
    loss : ndarray of shape (n_series, n_rates)
        Squared errors of √ of the next week's mean.
    rhythm : Rhythm
        Weekdays and holidays.
    """

    level: Floats
    loss: Floats
    rhythm: Rhythm


class TeunterSyntetosBabai:
    """Chance times size, for series on which most days are 0."""

    name = "tsb"

    def fit(self, panel: Panel) -> NDArray[np.int64]:
        """Return which of the rates forecast each series' next week best: (n_series,)."""
        return np.asarray(_run(panel).loss.argmin(axis=1))

    def predict(self, panel: Panel, fitted: NDArray[np.int64]) -> MemberResult:
        """Return the means ahead; a series without a known day is a failure."""
        done = _run(panel)
        level = np.take_along_axis(done.level, fitted[:, None], axis=1)
        by_phase, holiday = done.rhythm.factors()
        ahead = by_phase[:, phases(panel)[0][len(panel.dates) :]]
        mean = level * ahead * np.where(panel.horizon_is_holiday, holiday[:, None], 1.0)
        unknown = np.flatnonzero(np.isnan(level[:, 0]))
        return MemberResult(mean, {panel.series_ids[i]: "no known day" for i in unknown})


def _run(panel: Panel) -> _Pass:
    """Pass over all days, learning chance, size and rhythm."""
    n_series, is_daily = len(panel.series_ids), panel.step_days == 1
    rates = _RATES if is_daily else _WEEK_RATES
    phase, n_phases = phases(panel)
    rhythm = Rhythm.new(n_series, n_phases)
    chance, size = (np.zeros((n_series, len(rates))) for _ in range(2))
    n_known, n_some = (np.zeros((n_series, 1)) for _ in range(2))
    # A ring of the last week's levels.
    levels = np.full((n_phases, n_series, len(rates)), np.nan)
    loss = np.zeros((n_series, len(rates)))
    level = np.full((n_series, len(rates)), np.nan)
    for day in range(len(panel.dates)):
        y, is_holiday = panel.y[:, day], bool(panel.is_holiday[day])
        if day % n_phases == 0:
            factor, usual = rhythm.factors()[0], np.nan_to_num(level.mean(axis=1))
        rhythm.update(y, usual, factor[:, phase[day]], int(phase[day]), is_holiday)
        known = (~np.isnan(y) & (not (is_holiday and is_daily)))[:, None]
        count = np.where(known, y[:, None], 0.0)
        n_known += known
        some = count > 0
        n_some += some
        # Means at first: one early day would be long remembered by slow rates.
        step = np.where(known, np.maximum(rates[:, 0], 1 / np.maximum(n_known, 1)), 0.0)
        chance += step * (some - chance)
        step = np.where(some, np.maximum(rates[:, 1], 1 / np.maximum(n_some, 1)), 0.0)
        size += step * (count - size)
        levels[day % n_phases] = np.where(n_known > 0, chance * size, np.nan)
        if day % n_phases == n_phases - 1:
            week = panel.y[:, day - n_phases + 1 : day + 1]
            seen = np.sqrt(week.mean(axis=1))[:, None]
            loss += np.nan_to_num((seen - np.sqrt(level)) ** 2)
            level = _mean_known(levels)
    return _Pass(_mean_known(levels), loss, rhythm)


def _mean_known(levels: Floats) -> Floats:
    known = ~np.isnan(levels)
    number = known.sum(axis=0)
    total = np.where(known, levels, 0.0).sum(axis=0)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)
