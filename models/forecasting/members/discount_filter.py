r"""Gamma-Poisson discount filter: a level that forgets, in closed form.

.. math:: a_t = \delta a_{t-1} + y_t,\quad b_t = \delta b_{t-1} + f_t,\quad
          E[y_{t+h}] = f_{t+h}\, a_t / b_t

The level of a Poisson count with exposure :math:`f_t` (weekday and holiday,
:mod:`models.forecasting.members.rhythm`) is gamma distributed, and each day widens it by the
discount :math:`\delta` (West, Harrison 1997, doi:10.1007/b98971; Harvey, Fernandes 1989,
doi:10.1080/07350015.1989.10509750). Filters with several discounts run side by side; each counts
by how well it has forecast √count a while ahead. A day is learnt from the state alone: a panel
that has grown by a day costs a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from models.forecasting.members.base import MemberResult
from models.forecasting.members.rhythm import Rhythm, phases
from models.forecasting.panel import Floats, Panel

_DISCOUNTS = np.array([0.8, 0.9, 0.95, 0.975, 0.988, 0.995, 0.999])
_WEEK_DISCOUNTS = np.array([0.6, 0.75, 0.87, 0.94, 0.975])
_LEAD = 7  # a discount is judged by its forecasts so many steps ahead
_WEEK_LEAD = 4
_JUDGED = 0.99  # of the errors so far that count, each step
_WEEK_JUDGED = 0.98
# How clearly the better filters prevail. By likelihood it would be 1/2; half of that forecast New
# York's earlier days and weeks better: a spike makes the quick ones look good for a while.
_SHARPNESS = 0.25


@dataclass
class FilterState:
    """Everything that the next day needs.

    Attributes
    ----------
    origin : Timestamp
        The first date that has not been learnt.
    shape_sum, rate_sum : ndarray of shape (n_series, n_discounts)
        a and b of each filter.
    earlier : ndarray of shape (lead, n_series, n_discounts)
        The levels of the last days, a ring: today is judged by what was forecast `lead` days ago.
    loss, weight : ndarray of shape (n_series, n_discounts), (n_series,)
        Discounted squared errors on √count, and how many.
    rhythm : Rhythm
        Weekdays and holidays.
    """

    origin: pd.Timestamp
    shape_sum: Floats
    rate_sum: Floats
    earlier: Floats
    loss: Floats
    weight: Floats
    rhythm: Rhythm

    series_axis: ClassVar[dict[str, int | None]] = {
        **dict.fromkeys(("shape_sum", "rate_sum", "loss", "weight"), 0),
        "earlier": 1,
    }

    def copy(self) -> FilterState:
        """Return the same state, to be moved on apart."""
        parts = {k: v.copy() for k, v in vars(self).items() if k != "origin"}
        return FilterState(origin=self.origin, **parts)


class DiscountFilter:
    """Gamma-Poisson level with discounts, by weekday and holiday.

    There is nothing to fit: a forecast reads the whole past, so that counts that have been
    corrected since are read as they are now. Where the past does not change, :meth:`state`,
    :meth:`updated` and :meth:`ahead` forecast the same from a kept state and the new days alone.
    """

    name = "discount_filter"
    is_filter = True  # what is fitted is where the filter stands: a new series runs through it

    def fit(self, panel: Panel) -> None:
        """Do nothing: there is nothing to fit."""

    def predict(self, panel: Panel, fitted: None = None) -> MemberResult:
        """Return the means ahead; a series without a known day is a failure."""
        return self.ahead(self.state(panel), panel)

    def state(self, panel: Panel) -> FilterState:
        """Return the state after the panel's last day, from all its days."""
        n_series, n_discounts = len(panel.series_ids), len(_discounts(panel))
        by_filter = (n_series, n_discounts)
        empty = FilterState(
            panel.dates[0],
            np.zeros(by_filter),
            np.zeros(by_filter),
            np.full((_lead(panel), *by_filter), np.nan),
            np.zeros(by_filter),
            np.zeros(n_series),
            Rhythm.new(n_series, phases(panel)[1]),
        )
        return _moved_on(empty, panel)

    def updated(self, state: FilterState, panel: Panel) -> FilterState:
        """Return the state after the panel's last day, reading only days that it has not learnt.

        The panel has the same series, in the same order.

        Raises
        ------
        ValueError
            If the state has learnt days after the panel's last.
        """
        if state.origin > panel.origin:
            raise ValueError(
                f"The filter has learnt up to {state.origin:%Y-%m-%d}, "
                f"after the panel's {panel.origin:%Y-%m-%d}: begin anew."
            )
        return _moved_on(state.copy(), panel) if state.origin < panel.origin else state

    def ahead(self, state: FilterState, panel: Panel) -> MemberResult:
        """Return the means ahead of a panel whose days the state has learnt."""
        by_phase, holiday = state.rhythm.factors()
        factor = by_phase[:, phases(panel)[0][len(panel.dates) :]]
        factor = factor * np.where(panel.horizon_is_holiday, holiday[:, None], 1.0)
        mean = _level(state)[:, None] * factor
        unknown = np.flatnonzero(np.isnan(mean).any(axis=1))
        return MemberResult(mean, {panel.series_ids[i]: "no known day" for i in unknown})


def _discounts(panel: Panel) -> Floats:
    return _DISCOUNTS if panel.step_days == 1 else _WEEK_DISCOUNTS


def _lead(panel: Panel) -> int:
    return _LEAD if panel.step_days == 1 else _WEEK_LEAD


def _level(state: FilterState) -> Floats:
    """Return each series' level: the filters', the better ones weighing more."""
    rate = np.where(state.rate_sum > 0, state.rate_sum, np.nan)
    best = np.maximum(state.loss.min(axis=1, keepdims=True), 1e-300)
    ratio = np.maximum(state.loss, best) / best
    weight = ratio ** (-_SHARPNESS * state.weight[:, None])
    level: Floats = (state.shape_sum / rate * weight).sum(axis=1) / weight.sum(axis=1)
    return level


def _moved_on(state: FilterState, panel: Panel) -> FilterState:
    """Learn the panel's days from the state's origin on; the state itself is changed."""
    phase, _ = phases(panel)
    discounts, lead = _discounts(panel), _lead(panel)
    kept = _JUDGED if panel.step_days == 1 else _WEEK_JUDGED
    first = int((state.origin - panel.dates[0]).days) // panel.step_days
    # A day's place in the ring of levels is its own, wherever the panel begins.
    place = (panel.dates.to_julian_date().to_numpy() // panel.step_days).astype(int) % lead
    known = ~np.isnan(panel.y)
    for day in range(first, len(panel.dates)):
        count, is_known = np.where(known[:, day], panel.y[:, day], 0.0), known[:, day]
        is_holiday = bool(panel.is_holiday[day])
        if phase[day] == 0:
            state.rhythm.refresh()
        factor = state.rhythm.by_phase[:, phase[day]]
        exposure = factor * state.rhythm.holiday if is_holiday else factor
        earlier = state.earlier[place[day]]
        error = np.sqrt(count)[:, None] - np.sqrt(earlier * exposure[:, None])
        judged = is_known & ~np.isnan(earlier[:, 0])
        state.loss = kept * state.loss + np.where(judged[:, None], error**2, 0.0)
        state.weight = kept * state.weight + judged
        # What the day is held against by the rhythm is all filters' level: the mean will do.
        safe = np.where(state.rate_sum > 0, state.rate_sum, 1.0)
        usual = (state.shape_sum / safe).mean(axis=1)
        state.rhythm.update(panel.y[:, day], usual, factor, int(phase[day]), is_holiday)
        state.shape_sum = discounts * state.shape_sum + count[:, None]
        state.rate_sum = discounts * state.rate_sum + (is_known * exposure)[:, None]
        rate = np.where(state.rate_sum > 0, state.rate_sum, np.nan)
        state.earlier[place[day]] = state.shape_sum / rate
    state.origin = panel.origin
    return state
