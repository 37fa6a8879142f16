r"""Structural model on √count: a drifting level and a drifting weekday rhythm.

.. math:: \sqrt{y_t} = \mu_t + \gamma_t + \varepsilon_t,\quad
          \mu_t = \mu_{t-1} + \eta_t,\quad
          \gamma_t = -\sum_{j=1}^{6}\gamma_{t-j} + \omega_t

The square root makes the variance of a count nearly free of its mean (Anscombe 1948,
doi:10.1093/biomet/35.3-4.246). With forecast mean m and variance v on that scale,
:math:`E[y] = m^2 + v`. Nearly free is not free: on days of few complaints v is far smaller, so
it is taken from the weekday's own recent one-day-ahead errors. Model: Harvey (1989),
doi:10.1017/CBO9781107049994.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.forecasting.members.base import MemberResult
from models.forecasting.panel import Floats, Panel

# Variances of level and weekday steps over that of the noise. The likelihood is flat around
# its top, so the best of a fixed grid forecasts as well as an optimum, never fails to converge
# and takes a fifth of the time.
_LEVEL_RATIOS = (0.0, 3e-4, 3e-3, 0.02, 0.1, 0.5)
_SEASON_RATIOS = (0.0, 1e-3)
_GRID = np.array([(1.0, level, season) for level in _LEVEL_RATIOS for season in _SEASON_RATIOS])

_FIT_DAYS = 364  # the ratios are chosen on so many last days: more hardly change them
_MIN_DAYS = 21  # three of each weekday
_ERROR_DAYS = 182  # errors of the last half-year give each weekday's variance ...
_ERROR_PRIOR = 0.5  # ... shrunk to that of all days as if by so many errors
_ERROR_CAP = 3.0  # errors beyond so many standard deviations are spikes, not noise
_HOLIDAY_PRIOR = 2.0  # a usual day's √count with which the holidays' factor is shrunk to 1
_HOLIDAY_WEEKS = 4  # a holiday is compared with its weekday in so many weeks before and after


class UnobservedComponents:
    """Local level and stochastic weekday seasonal on √count, by statsmodels.

    Public holidays are left out of the filter; their factor on √count is estimated against
    the same weekday in the weeks around, and applied to the holidays ahead.
    """

    name = "unobserved_components"

    def fit(self, panel: Panel) -> NDArray[np.float64]:
        """Return the variances (noise, level, season) of each series: (n_series, 3).

        They are relative: the noise is 1. A series too short or without variation gets NaN.
        """
        ordinary = _ordinary_days(panel)[:, -_FIT_DAYS:]
        fitted = np.full((len(ordinary), 3), np.nan)
        for i, root in enumerate(ordinary):
            if _can_filter(root):
                model = _model(_from_first(root))
                likelihoods = [model.loglike(point) for point in _GRID]
                fitted[i] = _GRID[int(np.argmax(likelihoods))]
        return fitted

    def predict(self, panel: Panel, fitted: NDArray[np.float64]) -> MemberResult:
        """Return the means ahead of the panel; too short a series is a failure."""
        ordinary = _ordinary_days(panel)
        factor = _holiday_factor(panel)
        ahead = np.where(panel.horizon_is_holiday, factor[:, None], 1.0)
        mean = np.full((len(panel.series_ids), panel.horizon), np.nan)
        failures: dict[str, str] = {}
        for i, (name, root) in enumerate(zip(panel.series_ids, ordinary, strict=True)):
            known = root[~np.isnan(root)]
            if len(known) < _MIN_DAYS:
                failures[name] = f"{len(known)} known days, needs {_MIN_DAYS}"
            elif np.ptp(known) == 0:
                mean[i] = known[0] ** 2 * ahead[i] ** 2
            else:
                relative = fitted[i] if np.isfinite(fitted[i]).all() else _GRID[len(_GRID) // 2]
                m, v = _filtered_forecast(_from_first(root), relative, panel.horizon)
                if np.isfinite(m).all() and np.isfinite(v).all():
                    mean[i] = ahead[i] ** 2 * (np.maximum(m, 0) ** 2 + v)
                else:
                    failures[name] = "the filter gave no finite forecast"
        return MemberResult(mean, failures)


def _ordinary_days(panel: Panel) -> Floats:
    return np.where(panel.is_holiday, np.nan, np.sqrt(panel.y))


def _from_first(root: Floats) -> Floats:
    return root[int(np.argmax(~np.isnan(root))) :]


def _can_filter(root: Floats) -> bool:
    known = root[~np.isnan(root)]
    return len(known) >= _MIN_DAYS and bool(np.ptp(known) > 0)


def _model(root: Floats) -> Any:
    from statsmodels.tsa.statespace.structural import UnobservedComponents as Structural

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on frequency-less input, which is meant
        scaled = root / np.nanstd(root)  # so that doubled counts choose the same ratios
        model = Structural(scaled, level="llevel", seasonal=7, stochastic_seasonal=True)
    model.ssm.filter_concentrated = True  # the noise's own size follows in closed form
    model.ssm.tolerance = 1e-6  # when the gain counts as settled; the default never does
    return model


def _filtered_forecast(root: Floats, relative: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Return mean and variance of √count on each day ahead."""
    result = _model(root).filter(relative, cov_type="none", return_ssm=True)
    size = float(np.nanstd(root))
    state, cov = result.predicted_state[:, -1], result.predicted_state_cov[:, :, -1]
    step = result.transition[:, :, -1]
    shock = result.selection[:, :, -1] @ result.state_cov[:, :, -1] @ result.selection[:, :, -1].T
    seen = result.design[0, :, -1]
    m, drift = np.empty(horizon), np.empty(horizon)
    for lead in range(horizon):
        m[lead] = seen @ state
        drift[lead] = seen @ cov @ seen  # how uncertain level and rhythm are by then
        state, cov = step @ state, step @ cov @ step.T + shock
    errors = np.where(np.isnan(root), np.nan, result.forecasts_error[0])[_MIN_DAYS:]
    one_day = _weekday_variance(errors, np.sqrt(drift[0] + result.obs_cov[0, 0, -1]))
    v = one_day[np.arange(horizon) % 7] + np.maximum(drift - drift[0], 0)
    return m * size, v * size**2


def _weekday_variance(errors: Floats, sd: float) -> Floats:
    """Return the mean square of recent errors by weekday, first the weekday of lead 1: (7,)."""
    recent = np.clip(errors[-_ERROR_DAYS:], -_ERROR_CAP * sd, _ERROR_CAP * sd) ** 2
    lead = (np.arange(len(recent)) - len(recent)) % 7
    known = ~np.isnan(recent)
    overall = recent[known].mean() if known.any() else sd**2
    sums = np.bincount(lead[known], weights=recent[known], minlength=7)
    days = np.bincount(lead[known], minlength=7)
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
