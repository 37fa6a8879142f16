r"""The seasonal mean: next Monday will be as the last eight Mondays were.

By week: the mean of the last eight weeks, times how these weeks of the year stood to the eight
before them in earlier years, drawn to 1:

.. math:: m_h = \bar y_8\,\frac{s_h + \kappa\,\bar y}{u_h + \kappa\,\bar y}

with :math:`s_h` the counts of the five weeks around that week, one to three years ago, and
:math:`u_h` what the eight weeks before those origins would have made of them.
"""

from __future__ import annotations

import numpy as np

from models.forecasting.members.base import MemberResult
from models.forecasting.panel import Floats, Panel

_SEASONS = 8  # of the same weekday, or weeks
_YEARS = 3
_NEAR_WEEKS = 2  # before and after the same week of another year
_PRIOR_WEEKS = 20.0  # usual weeks with which the year's factor is drawn to 1


class SeasonalMean:
    """Mean of the last eight known counts of the same weekday; of weeks, with the time of year."""

    name = "seasonal_mean"

    def fit(self, panel: Panel) -> None:
        """Do nothing: there is nothing to fit."""

    def predict(self, panel: Panel, fitted: None = None) -> MemberResult:
        """Return the means ahead; a weekday never seen gets the mean of all days, else 0."""
        step = panel.period if panel.step_days == 1 else 1
        n_series, n_days = panel.y.shape
        short = -n_days % step
        seasons = np.pad(panel.y, ((0, 0), (short, 0)), constant_values=np.nan)
        seasons = seasons.reshape(n_series, (n_days + short) // step, step)
        recent = _mean_of_last(seasons, _SEASONS)
        days = np.maximum((~np.isnan(panel.y)).sum(axis=1), 1)
        overall = np.nansum(panel.y, axis=1) / days
        recent = np.where(np.isnan(recent), overall[:, None], recent)
        mean = recent[:, np.arange(panel.horizon) % step]
        return MemberResult(mean if panel.step_days == 1 else mean * _time_of_year(panel))


def _mean_of_last(seasons: Floats, n: int) -> Floats:
    """Return the mean of the last n known seasons: (n_series, n_phases), NaN without any."""
    newest = seasons[:, ::-1]
    known = ~np.isnan(newest)
    counts = known & (np.cumsum(known, axis=1) <= n)
    number = counts.sum(axis=1)
    total = np.where(counts, newest, 0.0).sum(axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _time_of_year(panel: Panel) -> Floats:
    """Return how the weeks ahead stand to the last eight, by earlier years: (n_series, horizon)."""
    y, n_weeks = panel.y, panel.y.shape[1]
    seen, usual = np.zeros((len(y), panel.horizon)), np.zeros((len(y), panel.horizon))
    for year in range(1, _YEARS + 1):
        origin = n_weeks - year * panel.period
        if origin < _SEASONS:
            break
        before = y[:, origin - _SEASONS : origin]
        known = ~np.isnan(before)
        level = np.where(known, before, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        for lead in range(panel.horizon):
            near = y[:, max(origin + lead - _NEAR_WEEKS, 0) : origin + lead + _NEAR_WEEKS + 1]
            is_known = ~np.isnan(near) & (known.sum(axis=1) > 0)[:, None]
            seen[:, lead] += np.where(is_known, near, 0.0).sum(axis=1)
            usual[:, lead] += level * is_known.sum(axis=1)
    weeks = np.maximum((~np.isnan(y)).sum(axis=1), 1)
    prior = (_PRIOR_WEEKS * np.nansum(y, axis=1) / weeks)[:, None]
    out = np.ones_like(seen)
    factor: Floats = np.divide(seen + prior, usual + prior, out=out, where=prior > 0)
    return factor
