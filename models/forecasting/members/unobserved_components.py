r"""Structural model on √count: a drifting level and a drifting weekday rhythm.

.. math:: \sqrt{y_t} = \mu_t + \gamma_t + \varepsilon_t,\quad
          \mu_t = \mu_{t-1} + \eta_t,\quad
          \gamma_t = -\sum_{j=1}^{6}\gamma_{t-j} + \omega_t

The square root makes the variance of a count nearly free of its mean (Anscombe 1948,
doi:10.1093/biomet/35.3-4.246). With forecast mean m and variance v on that scale,
:math:`E[y] = m^2 + v`. Nearly free is not free: on days of few complaints v is far smaller, so
it is taken from the weekday's own recent one-day-ahead errors. Model: Harvey (1989),
doi:10.1017/CBO9781107049994. Of weeks the level alone is kept: a year's rhythm of 52 free values
cannot be told from a few years.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.forecasting.members.base import MemberResult
from models.forecasting.members.structural_filter import Filtered, filter_all, moved, moved_cov
from models.forecasting.panel import WEEKDAYS, Floats, Panel

# Variances of level and weekday steps over that of the noise. The likelihood is flat around
# its top, so the best of a fixed grid forecasts as well as an optimum and never fails to
# converge.
_LEVEL_RATIOS = (0.0, 3e-4, 3e-3, 0.02, 0.1, 0.5)
_SEASON_RATIOS = (0.0, 1e-3)
_GRID = np.array([(1.0, level, season) for level in _LEVEL_RATIOS for season in _SEASON_RATIOS])

_FIT_DAYS = 364  # the ratios are chosen on so many last days: more hardly change them
_FIT_WEEKS = 208
_MIN_STEPS = 21  # three of each weekday
_ERROR_DAYS = 182  # errors of the last half-year give each weekday's variance ...
_ERROR_PRIOR = 0.5  # ... shrunk to that of all days as if by so many errors
_ERROR_CAP = 3.0  # errors beyond so many standard deviations are spikes, not noise
_HOLIDAY_PRIOR = 2.0  # a usual day's √count with which the holidays' factor is shrunk to 1
_HOLIDAY_WEEKS = 4  # a holiday is compared with its weekday in so many weeks before and after


class UnobservedComponents:
    """Local level and stochastic weekday seasonal on √count.

    Public holidays are left out of the filter; their factor on √count is estimated against
    the same weekday in the weeks around, and applied to the holidays ahead. Weeks with a holiday
    are weeks like others.
    """

    name = "unobserved_components"

    def fit(self, panel: Panel) -> NDArray[np.float64]:
        """Return the variances (noise, level, season) of each series: (n_series, 3).

        They are relative: the noise is 1. A series too short or without variation gets NaN.
        """
        last = _FIT_DAYS if panel.step_days == 1 else _FIT_WEEKS
        ordinary = _ordinary_days(panel)[:, -last:]
        fitted = np.full((len(ordinary), 3), np.nan)
        usable = _can_filter(ordinary)
        if usable.any():
            root = ordinary[usable]
            n = len(root)
            level, season = (np.tile(_GRID[:, j], (n, 1)) for j in (1, 2))
            found = filter_all(root / _size(root), level, season, n_states=_n_states(panel))
            fitted[usable] = _GRID[found.likelihood.argmax(axis=1)]
        return fitted

    def predict(self, panel: Panel, fitted: NDArray[np.float64]) -> MemberResult:
        """Return the means ahead of the panel; too short a series is a failure."""
        ordinary = _ordinary_days(panel)
        known = (~np.isnan(ordinary)).sum(axis=1)
        mean = np.full((len(panel.series_ids), panel.horizon), np.nan)
        usable = _can_filter(ordinary)
        if usable.any():
            root = ordinary[usable]
            ratios = np.where(np.isnan(fitted[usable]), _GRID[len(_GRID) // 2], fitted[usable])
            found = filter_all(
                root / _size(root), ratios[:, 1:2], ratios[:, 2:3], n_states=_n_states(panel)
            )
            m, v = _ahead(found, ratios, panel)
            mean[usable] = (np.maximum(m, 0) ** 2 + v) * _size(root) ** 2
        flat = (known >= _MIN_STEPS) & ~usable
        mean[flat] = np.nanmax(ordinary[flat], axis=1, initial=0.0)[:, None] ** 2
        if panel.step_days == 1:
            factor = _holiday_factor(panel)[:, None]
            mean = mean * np.where(panel.horizon_is_holiday, factor**2, 1.0)
        steps = "days" if panel.step_days == 1 else "weeks"
        failures = {
            panel.series_ids[i]: f"{known[i]} known {steps}, needs {_MIN_STEPS}"
            for i in np.flatnonzero(known < _MIN_STEPS)
        }
        return MemberResult(mean, failures)


def _n_states(panel: Panel) -> int:
    return WEEKDAYS if panel.step_days == 1 else 1


def _ordinary_days(panel: Panel) -> Floats:
    root = np.sqrt(panel.y)
    return np.where(panel.is_holiday, np.nan, root) if panel.step_days == 1 else root


def _can_filter(root: Floats) -> NDArray[np.bool_]:
    known = ~np.isnan(root)
    high = np.where(known, root, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(known, root, np.inf).min(axis=1, initial=np.inf)
    return np.asarray((known.sum(axis=1) >= _MIN_STEPS) & (high > low))


def _size(root: Floats) -> Floats:
    """Return what the counts are divided by, so that doubled ones choose the same ratios."""
    return np.asarray(np.nanstd(root, axis=1, keepdims=True))


def _ahead(found: Filtered, ratios: Floats, panel: Panel) -> tuple[Floats, Floats]:
    """Return mean and variance of the scaled √count on each day ahead: (n_series, horizon)."""
    n_states = _n_states(panel)
    state, cov, scale = found.state[:, 0], found.cov[:, 0], found.scale[:, :1]
    m, drift = (np.empty((len(state), panel.horizon)) for _ in range(2))
    seen = np.r_[np.ones(min(n_states, 2)), np.zeros(max(n_states - 2, 0))]
    for lead in range(panel.horizon):
        m[:, lead] = state @ seen
        drift[:, lead] = cov @ seen @ seen  # how uncertain level and rhythm are by then
        state, cov = moved(state), moved_cov(cov)
        cov[:, 0, 0] += ratios[:, 1]
        if n_states > 1:
            cov[:, 1, 1] += ratios[:, 2]
    drift *= scale
    errors = found.errors[:, 0].copy()
    begun = np.cumsum(np.logical_or.accumulate(~np.isnan(errors), axis=1), axis=1)
    errors[begun <= _MIN_STEPS] = np.nan
    one_step = _phase_variance(errors, np.sqrt(drift[:, :1] + scale), n_states)
    v = one_step[:, np.arange(panel.horizon) % n_states] + np.maximum(drift - drift[:, :1], 0)
    return m, v


def _phase_variance(errors: Floats, sd: Floats, n_phases: int) -> Floats:
    """Return the mean square of recent errors by weekday, first the weekday of lead 1.

    Returns
    -------
    ndarray of shape (n_series, n_phases)
    """
    recent = np.clip(errors[:, -_ERROR_DAYS:], -_ERROR_CAP * sd, _ERROR_CAP * sd) ** 2
    short = -recent.shape[1] % n_phases
    recent = np.pad(recent, ((0, 0), (short, 0)), constant_values=np.nan)
    recent = recent.reshape(len(recent), -1, n_phases)
    known = ~np.isnan(recent)
    sums, days = np.where(known, recent, 0.0).sum(axis=1), known.sum(axis=1)
    n = days.sum(axis=1, keepdims=True)
    overall = np.where(n > 0, sums.sum(axis=1, keepdims=True) / np.maximum(n, 1), sd**2)
    variance: Floats = (sums + _ERROR_PRIOR * overall) / (days + _ERROR_PRIOR)
    return variance


def _holiday_factor(panel: Panel) -> Floats:
    """Return, for each series, a holiday's √count over that of usual days of its weekday."""
    holidays = np.flatnonzero(panel.is_holiday)
    root = _ordinary_days(panel)
    seen, usual = np.zeros(len(root)), np.zeros(len(root))
    weeks = 7 * np.arange(-_HOLIDAY_WEEKS, _HOLIDAY_WEEKS + 1)
    for day in holidays:
        around = day + weeks
        around = around[(around >= 0) & (around < root.shape[1])]
        near = root[:, around]
        is_known = ~np.isnan(near)
        level = np.where(is_known, near, 0).sum(axis=1) / np.maximum(is_known.sum(axis=1), 1)
        counts = ~np.isnan(panel.y[:, day]) & is_known.any(axis=1)
        seen += np.where(counts, np.sqrt(np.nan_to_num(panel.y[:, day])), 0)
        usual += np.where(counts, level, 0)
    prior = _HOLIDAY_PRIOR * np.divide(
        usual, max(len(holidays), 1), out=np.zeros_like(usual)
    )  # in days of this series, so that doubled counts give the same factor
    total = usual + prior
    return np.divide(seen + prior, total, out=np.ones_like(total), where=total > 0)
