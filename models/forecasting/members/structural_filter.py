r"""Kalman filter of level and weekday rhythm, for all series and several variances at once.

.. math:: y_t = \mu_t + \gamma_t + \varepsilon_t,\quad \mu_t = \mu_{t-1} + \eta_t,\quad
          \gamma_t = -\sum_{j=1}^{s-1}\gamma_{t-j} + \omega_t

The variances of the state do not depend on the counts, only on which of them are known: series
with the same known days share them, which is most of the work. The same numbers as statsmodels'
``UnobservedComponents`` with a concentrated scale, in a fraction of its time (Harvey 1989,
doi:10.1017/CBO9781107049994).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.forecasting.panel import Floats

_DIFFUSE = 1e6  # variance of a state of which nothing is known, in units of the noise


@dataclass(frozen=True)
class Filtered:
    """The state after the last day, and how well the days were foreseen.

    Attributes
    ----------
    state : ndarray of shape (n_series, n_ratios, n_states)
        Level, this season's part, and those before it.
    cov : ndarray of shape (n_series, n_ratios, n_states, n_states)
        Its covariance, in units of the noise's variance.
    errors : ndarray of shape (n_series, n_ratios, n_days)
        One-step errors; NaN where a day is not known.
    scale : ndarray of shape (n_series, n_ratios)
        The noise's variance, in closed form.
    likelihood : ndarray of shape (n_series, n_ratios)
        Log-likelihood up to a constant, the first n_states days left out.
    """

    state: Floats
    cov: Floats
    errors: Floats
    scale: Floats
    likelihood: Floats


def moved(state: Floats) -> Floats:
    """Return the state a step later, without shocks; its parts lie along the last axis."""
    out = np.empty_like(state)
    out[..., 0] = state[..., 0]
    if state.shape[-1] > 1:
        out[..., 1] = -state[..., 1:].sum(axis=-1)
        out[..., 2:] = state[..., 1:-1]
    return out


def moved_cov(cov: Floats) -> Floats:
    """Return the covariance of the state a step later, without shocks."""
    once = moved(cov)
    out = np.empty_like(once)
    out[..., 0, :] = once[..., 0, :]
    if cov.shape[-1] > 1:
        out[..., 1, :] = -once[..., 1:, :].sum(axis=-2)
        out[..., 2:, :] = once[..., 1:-1, :]
    return out


def filter_all(y: Floats, level: Floats, season: Floats, *, n_states: int) -> Filtered:
    """Return the filtered state of every series under every pair of variances.

    Parameters
    ----------
    y : ndarray of shape (n_series, n_days)
        NaN where not known; each series begins with its first known day.
    level, season : ndarray of shape (n_series, n_ratios)
        Variances of the steps of level and rhythm over that of the noise.
    n_states : int
        Steps of a season; 1: a level alone.
    """
    n_series, n_days = y.shape
    n_ratios = level.shape[1]
    known = ~np.isnan(y)
    # Series that share days and ratios share covariances.
    keys = np.concatenate([known.astype(float), level, season], axis=1)
    _, example, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    group = group.ravel()
    pattern, q_level, q_season = known[example], level[example], season[example]
    cov = np.zeros((len(example), n_ratios, n_states, n_states))
    cov[..., np.arange(n_states), np.arange(n_states)] = _DIFFUSE
    state = np.zeros((n_series, n_ratios, n_states))
    errors = np.full((n_series, n_ratios, n_days), np.nan)
    squares, logs = np.zeros((n_series, n_ratios)), np.zeros((len(example), n_ratios))
    has_begun = np.logical_or.accumulate(pattern, axis=1)
    since = np.cumsum(has_begun, axis=1)
    for day in range(n_days):
        seen = pattern[:, day]
        if seen.any():
            toward = cov[..., 0] + (cov[..., 1] if n_states > 1 else 0.0)
            variance = toward[..., 0] + (toward[..., 1] if n_states > 1 else 0.0) + 1.0
            gain = np.where(seen[:, None, None], toward / variance[..., None], 0.0)
            cov = cov - gain[..., :, None] * toward[..., None, :]
            foreseen = state[..., 0] + (state[..., 1] if n_states > 1 else 0.0)
            error = y[:, day, None] - foreseen
            errors[:, :, day] = error
            error = np.where(np.isnan(error), 0.0, error)
            state = state + gain[group] * error[..., None]
            counts = seen & (since[:, day] > n_states)
            logs += np.where(counts[:, None], np.log(variance), 0.0)
            squares += np.where(counts[group, None], error**2 / variance[group], 0.0)
        begun = has_begun[:, day, None, None]
        later = moved_cov(cov)
        later[..., 0, 0] += q_level
        if n_states > 1:
            later[..., 1, 1] += q_season
        cov = np.where(begun[..., None], later, cov)
        state = np.where(begun[group], moved(state), state)
    n = np.maximum((pattern & (since > n_states)).sum(axis=1), 1)[group, None]
    scale = squares / n
    likelihood = -0.5 * n * np.log(np.maximum(scale, 1e-300)) - 0.5 * logs[group]
    return Filtered(state, cov[group], errors, scale, likelihood)
