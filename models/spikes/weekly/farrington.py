r"""Is this week out of the ordinary? The flexible Farrington method for weekly series.

A second opinion on a theme with years of history, as epidemiologists have it: Farrington and
others 1996 (doi:10.2307/2983331), improved by Noufaily and others 2013 (doi:10.1002/sim.5595).
Week k is held against the `b` years before it. The year is cut into `n_periods` seasons, one of
them the 2w + 1 weeks around the same week; the last `past_weeks_left_out` weeks are left out,
so that a spike that grows slowly does not become its own baseline:

.. math:: \log \mu_t = a_{g(t)} + \beta t, \qquad \mathrm{var}(y_t) = \phi \mu_t

1. The dispersion is Pearson's, :math:`\phi = \max(1, \sum \omega (y - \mu)^2 / \mu / (n - p))`.
2. Past spikes count less: with :math:`s_t = \frac{3}{2}
   \frac{y_t^{2/3} \mu_t^{-1/6} - \mu_t^{1/2}}{\sqrt{\phi (1 - h_t)}}` (Anscombe's residual),
   :math:`\omega_t = \gamma s_t^{-2}` where :math:`s_t > 2.58`, else :math:`\gamma`, mean 1; then
   the fit is made again.
3. A trend stays if it is significant at .05, at least three years are behind it, and what it
   foretells is no more than the most that was seen. Else all is fitted without it.
4. The upper bound U at level alpha: ``delta``, of :math:`y^{2/3}` as a normal variable with the
   mean's own uncertainty; ``nbPlugin``, the quantile of a negative binomial with mean
   :math:`\mu` and variance :math:`\phi \mu`; ``muan``, the same at the upper limit of :math:`\mu`.
5. The exceedance is :math:`(y - \mu) / (U - \mu)`, an alarm is more than 1, and never one where
   fewer than 5 were counted in the last 4 weeks.

It agrees with R's ``surveillance::farringtonFlexible`` in every alarm, and in bounds and p to the
rounding. Two of R's habits are kept on purpose, because an alarm may hang on them: after the second
fit the variance of the mean is scaled by :math:`\sum \omega ((y - \mu) / \mu)^2 / (n - p)`, and the
exceedance of the last two methods has :math:`\log \mu` where the formula has :math:`\mu`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from models.spikes.weekly.farrington_rules import FarringtonRules, check, reference_weeks
from models.spikes.weekly.quasipoisson import Design, Fit, Floats, fit_quasipoisson
from models.spikes.weekly.weeks import weekly_table

_MIN_YEARS_FOR_TREND = 3
_CELLS = 200_000  # counts worked on at a time: what a processor's cache holds
_MAX_ETA = 30.0  # a mean of e^30 complaints a week is none


@dataclass(frozen=True)
class Verdict:
    """What was found of each week asked for.

    Parameters
    ----------
    is_alarm : ndarray of bool, shape (n_series, n_asked)
        Whether the week is out of the ordinary; never where no model could be fitted.
    upper, expected, p_value, exceedance : ndarray of shape (n_series, n_asked)
        The bound, the fitted mean, the chance of as many or more, and how far the count goes of
        the way from the mean to the bound; NaN where no model could be fitted.
    has_trend : ndarray of bool, shape (n_series, n_asked)
        Whether the trend stayed.
    """

    is_alarm: NDArray[np.bool_]
    upper: Floats
    expected: Floats
    p_value: Floats
    exceedance: Floats
    has_trend: NDArray[np.bool_]


def farrington_flexible(
    counts: NDArray[np.int64] | Floats,
    *,
    first: int | None = None,
    rules: FarringtonRules | None = None,
) -> Verdict:
    """Return which weeks of many series are out of the ordinary, each by its own past.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_weeks)
        Complaints a week without gaps, years of 52 weeks.
    first : int, optional
        Index of the first week to judge; by default the first that has its whole past.
    rules : FarringtonRules, optional

    Returns
    -------
    Verdict
        Of the weeks from `first` on.

    Raises
    ------
    ValueError
        If counts are negative or missing, if a week asked for has no whole past, or if a rule
        is out of its range.
    """
    rules = FarringtonRules() if rules is None else rules
    check(rules)
    y, first = weekly_table(counts, first=first, needed=rules.first_week)
    lags, season = reference_weeks(rules)
    design = Design(lags.astype(np.float64), season)
    weeks = np.arange(first, y.shape[1])
    series, asked = (a.ravel() for a in np.indices((len(y), len(weeks))))
    parts = []
    for rows in _blocks(len(series), len(lags)):
        past = y[series[rows, None], weeks[asked[rows], None] + lags]
        parts.append(_judge(past, y[series[rows], weeks[asked[rows]]], design, rules))
    shape = (len(y), len(weeks))
    upper, expected, p_value, exceedance, trend = (
        np.concatenate(column).reshape(shape) for column in zip(*parts, strict=True)
    )
    running = np.cumsum(np.pad(y, ((0, 0), (1, 0))), axis=1)
    lately = running[:, first + 1 :] - running[:, weeks + 1 - rules.min_cases_weeks]
    is_alarm = (exceedance > 1) & (y[:, first:] > 0) & (lately >= rules.min_cases)
    return Verdict(is_alarm, upper, expected, p_value, exceedance, trend.astype(bool))


def _blocks(n_rows: int, width: int) -> Iterator[slice]:
    size = max(1, _CELLS // width)
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))


def _judge(past: Floats, now: Floats, design: Design, rules: FarringtonRules) -> tuple[Floats, ...]:
    """Return bound, mean, p, exceedance and whether the trend stayed, by row."""
    own = design.n_seasons - 1
    fit, phi, scale, trend = _fit(past, design, rules)
    eta, variance = fit.predicted(own, 0.0)
    upper, p = _bound(now, eta, np.sqrt(variance * scale), phi, rules)
    mean = np.exp(eta)
    base = mean if rules.method == "delta" else eta
    with np.errstate(divide="ignore", invalid="ignore"):
        exceedance = (now - base) / (upper - base)
    found = [upper, mean, p, exceedance]
    return (*(np.where(fit.is_converged, values, np.nan) for values in found), trend)


def _fit(
    past: Floats, design: Design, rules: FarringtonRules
) -> tuple[Fit, Floats, Floats, NDArray[np.bool_]]:
    """Return the final fit, phi, the scale of the mean's variance, and whether the trend stayed."""
    from scipy.stats import t as student

    fit, phi, scale, trend = _reweighted(past, design, rules, with_trend=True)
    eta, _ = fit.predicted(design.n_seasons - 1, 0.0)
    df = past.shape[1] - design.n_seasons - 1
    with np.errstate(invalid="ignore"):  # 0 / 0 where no trend was fitted
        p = 2 * student.sf(np.abs(fit.slope) / np.sqrt(scale / fit.spread), df)
    stays = trend & (p < rules.p_trend) & (np.exp(eta) <= past.max(axis=1))
    stays &= rules.years >= _MIN_YEARS_FOR_TREND
    again = trend & ~stays
    if again.any():
        flat, flat_phi, flat_scale, _ = _reweighted(past[again], design, rules, with_trend=False)
        fit.take(again, flat)
        phi[again], scale[again] = flat_phi, flat_scale
    return fit, phi, scale, stays


def _reweighted(
    past: Floats, design: Design, rules: FarringtonRules, *, with_trend: bool
) -> tuple[Fit, Floats, Floats, NDArray[np.bool_]]:
    """Return the second fit, its phi and scale, and whether time is in it."""
    even = np.ones_like(past)
    fit = fit_quasipoisson(past, even, design, with_trend=with_trend)
    trend = np.full(len(past), with_trend)
    lost = ~fit.is_converged
    if with_trend and lost.any():  # as R: what will not converge is tried without time
        fit.take(lost, fit_quasipoisson(past[lost], even[lost], design, with_trend=False))
        trend &= ~lost
    has_model = fit.is_converged.copy()
    df = past.shape[1] - design.n_seasons - trend
    omega = _weights(_anscombe(past, fit, design, _pearson(past, fit, df)), rules.reweight_above)
    second = fit_quasipoisson(past, omega, design, with_trend=with_trend)
    if not trend.all() and with_trend:
        flat = ~trend
        second.take(flat, fit_quasipoisson(past[flat], omega[flat], design, with_trend=False))
    second.is_converged[:] = has_model
    relative = (past - second.mean) / second.mean
    return second, _pearson(past, second, df), (omega * relative**2).sum(axis=1) / df, trend


def _pearson(past: Floats, fit: Fit, df: NDArray[np.int64]) -> Floats:
    phi = (fit.working * ((past - fit.mean) / fit.mean) ** 2).sum(axis=1) / df
    found: Floats = np.maximum(phi, 1.0)
    return found


def _anscombe(past: Floats, fit: Fit, design: Design, phi: Floats) -> Floats:
    raw = 1.5 * (past ** (2 / 3) * fit.mean ** (-1 / 6) - np.sqrt(fit.mean))
    free = np.maximum(1 - fit.leverage(design), 1e-12)
    scaled: Floats = raw / np.sqrt(phi[:, None] * free)
    return scaled


def _weights(residual: Floats, above: float) -> Floats:
    is_high = residual > above
    omega = np.where(is_high, 1 / np.where(is_high, residual, 1.0) ** 2, 1.0)
    weights: Floats = omega / omega.mean(axis=1, keepdims=True)
    return weights


def _bound(
    now: Floats, eta: Floats, se: Floats, phi: Floats, rules: FarringtonRules
) -> tuple[Floats, Floats]:
    """Return the upper bound and the chance of as many or more; `se` is of eta."""
    from scipy.stats import nbinom, norm, poisson

    z = NormalDist().inv_cdf(1 - rules.alpha)
    if rules.method == "delta":
        mean = np.exp(eta)
        tau = phi + mean * se**2
        sd = np.sqrt(4 / 9 * np.cbrt(mean) * tau)
        root = mean ** (2 / 3)
        bound: Floats = (root + z * sd) ** 1.5
        return bound, norm.sf(now ** (2 / 3), root, sd)
    highest = eta if rules.method == "nbPlugin" else eta + z * se
    # Beyond this so little is known that any count may be.
    is_known = highest < _MAX_ETA
    mean, phi = np.exp(np.where(is_known, highest, 0.0)), np.where(is_known, phi, 1.0)
    is_over = phi > 1
    wide = nbinom(mean / np.where(is_over, phi - 1, 1.0), 1 / np.where(is_over, phi, 2.0))
    narrow = poisson(mean)
    upper = np.where(is_over, wide.ppf(1 - rules.alpha), narrow.ppf(1 - rules.alpha))
    p = np.where(is_over, wide.sf(now - 1), narrow.sf(now - 1))
    return np.where(is_known, upper, np.inf), np.where(is_known, p, 1.0)
