r"""Negative binomial regression on the calendar, all series at once.

.. math:: \log \mu_t = \beta_0 + \beta_{w(t)} + \beta_h\,\mathrm{holiday}_t
          + \sum_{k=1}^{2} (a_k \sin 2\pi k t/y + b_k \cos 2\pi k t/y),\quad
          \mathrm{Var}\,y_t = \mu_t + \alpha\mu_t^2

by iteratively reweighted least squares (McCullagh, Nelder 1989, doi:10.1201/9780203753736), each
day weighing half as much as one a half-life later. Alone such a regression explodes on a few
series, so coefficients are drawn to those that all series have in common (the year's waves to 0),
as if by some complaints, and the mean ahead is capped. The level is then set by the last weeks: an
intercept that follows them would leave the year's waves nothing to be learnt from.

Doubled counts double the mean to within 2 %: the dispersion weighs loud days and quiet ones
differently once the Poisson part of their variance is smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from models.forecasting.cap import highest_mean
from models.forecasting.members.base import MemberResult
from models.forecasting.panel import WEEKDAYS, Floats, Panel

_HALF_LIFE_DAYS = 365.0  # of the coefficients
_LEVEL_HALF_LIVES_DAYS = {1: (4.0, 12.0, 36.0, 108.0), 7: (20.0, 40.0, 80.0)}  # of the level
_LEAD, _WEEK_LEAD = 7, 4  # a level is judged by what it said so many steps ahead
_JUDGED, _WEEK_JUDGED = 0.99, 0.98  # of the errors so far that count, each step
_SHARPNESS = 0.5  # how clearly the better levels prevail: 0 not at all, 1/2 as by likelihood
_LEVEL_EVENTS = 2.0  # the level is drawn to the regression's own as if by so many events
# A coefficient is drawn to the common one, a wave of the year to 0, as if by so many complaints:
# to a normal prior's precision an unhurried complaint adds 1, one of a burst less.
_PRIOR_COMPLAINTS = 40.0
_YEAR_PRIOR_COMPLAINTS = 300.0
_POOL_PRIOR = 1e-3  # a little, so that a column that never varies has an answer
_HARMONICS = 2
_YEAR_DAYS = 365.25
_MAX_DISPERSION = 5.0  # beyond, loud days would count for nothing
_STEPS = 12
_LARGEST_STEP = 2.0  # of a coefficient: a first step from afar may overshoot
_RANGE = 8.0  # log mean ahead, at most so far from the log of the series' mean
_CAP_MULTIPLE = 3.0
_MIN_DAYS = 14


@dataclass(frozen=True)
class Regression:
    """Coefficients of all series.

    Attributes
    ----------
    beta : ndarray of shape (n_series, n_columns)
        NaN where there was too little to fit.
    """

    beta: Floats

    series_axis: ClassVar[dict[str, int | None]] = {"beta": 0}


class NegativeBinomialRegression:
    """Weekday, holiday and season of the year, in one regression a series."""

    name = "nb_glm"

    def fit(self, panel: Panel) -> Regression:
        """Return the coefficients of every series."""
        n_days = len(panel.dates)
        x = design(panel)[:n_days]
        age = (n_days - 1 - np.arange(n_days)) * panel.step_days
        weight = np.where(np.isnan(panel.y), 0.0, 0.5 ** (age / _HALF_LIFE_DAYS))
        y = np.nan_to_num(panel.y)
        total, event = (weight * y).sum(axis=1), _event(y)
        mean = total / np.maximum(weight.sum(axis=1), 1e-12)
        usable = ((~np.isnan(panel.y)).sum(axis=1) >= _MIN_DAYS) & (mean > 0)
        beta = np.full((len(y), x.shape[1]), np.nan)
        if usable.any():
            y, weight, mean = y[usable], weight[usable], mean[usable]
            events = total[usable] / event[usable]
            share = np.minimum(1.0, events / _PRIOR_COMPLAINTS) / mean
            common = _pooled(y, weight, x, share)
            common[_of_the_year(panel)] = 0.0
            prior = _prior(panel, x.shape[1])
            beta[usable] = irls(y, weight, x, prior=prior, centre=common, dispersion=None)
        return Regression(beta)

    def predict(self, panel: Panel, fitted: Regression) -> MemberResult:
        """Return the means ahead, at the level of the panel's last weeks."""
        n_days = len(panel.dates)
        x, y = design(panel), np.nan_to_num(panel.y)
        mu = np.exp(np.clip(fitted.beta @ x.T, -50, 50))
        level = _level(panel, y, mu[:, :n_days])
        mean = level[:, None] * mu[:, n_days:]
        known = ~np.isnan(panel.y)
        mean = np.minimum(mean, highest_mean(panel, cap_multiple=_CAP_MULTIPLE))
        never = known.any(axis=1) & (y.sum(axis=1) == 0)
        mean[never] = 0.0
        failures = {
            panel.series_ids[i]: f"{known[i].sum()} known steps, needs {_MIN_DAYS}"
            for i in np.flatnonzero(np.isnan(mean).any(axis=1))
        }
        return MemberResult(mean, failures)


def _level(panel: Panel, y: Floats, mu: Floats) -> Floats:
    """Return how the last weeks stand to the regression: (n_series,).

    Levels that forget quickly and slowly are held side by side; each counts by how well √count was
    told a while ahead.
    """
    is_daily = panel.step_days == 1
    lead, kept = (_LEAD, _JUDGED) if is_daily else (_WEEK_LEAD, _WEEK_JUDGED)
    known = ~np.isnan(panel.y)
    prior = _LEVEL_EVENTS * _event(y)[:, None]
    expected = np.where(known, mu, 0.0)
    levels, losses = [], []
    age = np.arange(y.shape[1])[::-1]
    for half_life in _LEVEL_HALF_LIVES_DAYS[panel.step_days]:
        decay = 0.5 ** (panel.step_days / half_life)
        top = _decayed(y, decay) + prior
        bottom = _decayed(expected, decay) + prior
        path = np.divide(top, bottom, out=np.ones_like(top), where=prior > 0)
        told = path[:, : max(y.shape[1] - lead, 0)] * mu[:, lead:]
        error = np.where(known[:, lead:], np.sqrt(y[:, lead:]) - np.sqrt(told), 0.0) ** 2
        losses.append((error * kept ** age[lead:]).sum(axis=1))
        levels.append(path[:, -1])
    number = (known[:, lead:] * kept ** age[lead:]).sum(axis=1)
    loss = np.stack(losses)
    best = np.maximum(loss.min(axis=0), 1e-300)
    weight = (np.maximum(loss, best) / best) ** (-_SHARPNESS * number)
    level: Floats = (np.stack(levels) * weight).sum(axis=0) / weight.sum(axis=0)
    return level


def _decayed(values: Floats, decay: float) -> Floats:
    """Return the sums of all days up to each, every day weighing `decay` times the next."""
    by_day = values.T.copy()
    for day in range(1, len(by_day)):
        by_day[day] += decay * by_day[day - 1]
    return by_day.T


def design(panel: Panel) -> Floats:
    """Return the columns of each date, past and asked for: (n_days + horizon, n_columns).

    The intercept, weekdays but the last (not of weeks), holiday, the year's waves.
    """
    dates = panel.all_dates
    columns = [np.ones(len(dates))]
    if panel.step_days == 1:
        columns += [(dates.day_of_week == d).astype(float) for d in range(WEEKDAYS - 1)]
    columns.append(panel.all_is_holiday.astype(float))
    turn = 2 * np.pi * np.asarray(dates.day_of_year, dtype=float) / _YEAR_DAYS
    for k in range(1, _HARMONICS + 1):
        columns += [np.sin(k * turn), np.cos(k * turn)]
    return np.column_stack(columns)


def _of_the_year(panel: Panel) -> slice:
    """Return which columns are the year's waves."""
    first = WEEKDAYS + 1 if panel.step_days == 1 else 2
    return slice(first, first + 2 * _HARMONICS)


def _prior(panel: Panel, n_columns: int) -> Floats:
    """Return how strongly each coefficient is drawn to the common one, in events: (n_columns,)."""
    prior = np.full(n_columns, _PRIOR_COMPLAINTS)
    prior[0] = 0.0
    prior[_of_the_year(panel)] = _YEAR_PRIOR_COMPLAINTS
    return prior


def _event(y: Floats) -> Floats:
    """Return the mean of the counts above 0, 0 where there is none: (n_series,)."""
    return np.asarray(y.sum(axis=1) / np.maximum((y > 0).sum(axis=1), 1))


def _pooled(y: Floats, weight: Floats, x: Floats, share: Floats) -> Floats:
    """Return the coefficients of all series taken together, each by its share: (n_columns,)."""
    known = weight.max(axis=0, initial=0.0)
    pooled = (share[:, None] * weight * y).sum(axis=0)[None]
    exposure = (share[:, None] * weight).sum(axis=0)
    mean = pooled / np.where(exposure > 0, exposure, 1.0)
    zero = np.zeros(x.shape[1])
    prior = np.r_[0.0, np.full(x.shape[1] - 1, _POOL_PRIOR)][None]
    beta = irls(mean, known[None], x, prior=prior, centre=zero, dispersion=np.zeros(1))
    common: Floats = beta[0]
    return common


def irls(
    y: Floats,
    weight: Floats,
    x: Floats,
    *,
    prior: Floats,
    centre: Floats,
    dispersion: Floats | None,
) -> Floats:
    """Return the regression coefficients of every series.

    Parameters
    ----------
    y, weight : ndarray of shape (n_series, n_days)
        Counts and what each counts for; weight 0 where a count is not known. No series is all 0.
    x : ndarray of shape (n_days, n_columns)
        The intercept first.
    prior : ndarray of shape (n_series, n_columns) or (1, n_columns)
        Precisions with which the coefficients are drawn to the centre; the intercept's is 0.
    centre : ndarray of shape (n_columns,)
        Where to.
    dispersion : ndarray of shape (n_series,) or None
        NB2 dispersions; None: by moments, beside the coefficients.

    Returns
    -------
    ndarray of shape (n_series, n_columns)
    """
    n_columns = x.shape[1]
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    mean = (weight * y).sum(axis=1) / weight.sum(axis=1)
    middle = np.log(mean)
    beta = np.tile(centre, (len(y), 1))
    away = (weight @ np.exp(x[:, 1:] @ centre[1:])) / weight.sum(axis=1)
    beta[:, 0] = middle - np.log(away)  # the centre, at the series' own mean
    alpha = np.zeros(len(y)) if dispersion is None else dispersion
    for step in range(_STEPS):
        eta = np.clip(beta @ x.T, (middle - _RANGE)[:, None], (middle + _RANGE)[:, None])
        mu = np.exp(eta)
        if dispersion is None and step:
            extra = (weight * ((y - mu) ** 2 - mu)).sum(axis=1)
            alpha = np.clip(extra / (weight * mu**2).sum(axis=1), 0.0, _MAX_DISPERSION)
        shrunk = weight / (1 + alpha[:, None] * mu)
        information = ((shrunk * mu) @ products).reshape(len(y), n_columns, n_columns)
        score = (shrunk * (y - mu)) @ x - prior * (beta - centre)
        information[:, np.arange(n_columns), np.arange(n_columns)] += prior + 1e-12 * mean[:, None]
        change = np.linalg.solve(information, score[..., None])[..., 0]
        beta = beta + np.clip(change, -_LARGEST_STEP, _LARGEST_STEP)
    return beta
