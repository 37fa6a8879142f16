r"""Is this week out of the ordinary for the season? A regression on years of weekly counts.

For a theme with years of history: of the weeks before week k, the last few left out,

.. math:: \log \mu_t = \beta_0 + \beta_1 t + \sum_{j=1}^{2} (a_j \cos \frac{2\pi j t}{52}
          + b_j \sin \frac{2\pi j t}{52}),\qquad \mathrm{var} = \phi \mu_t

with all but the level drawn to 0 by a normal prior, so that a rare theme gets no season out of
noise. Past spikes weigh less in a second fit, as in Farrington's method (``farrington.py``:
Anscombe residuals above 2.58 by their inverse square). Then for the last one and two weeks, since a
spike seldom keeps to one and what is chance in one seldom is in the next,

.. math:: p = P(X \ge S),\quad X \sim NB,\quad E X = \sum \mu,\quad
          \mathrm{var}\, X = \phi \sum \mu + g' V g

where g is the gradient of the summed mean and V the coefficients' covariance; the week's is the
geometric mean of the two p, which alarms no more often than it says but by a factor of at most e
(Vovk, Wang 2020, doi:10.1093/biomet/asaa027), and seldom that. Two waves and a slope need fewer
weeks than ten seasonal levels: at equal false alarms it finds more than farringtonFlexible
(``tests/benchmarks/spikes.py``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.forecasting.distribution import nb_tail
from models.spikes.weekly.weeks import WEEKS_A_YEAR, Floats, weekly_table

_WAVES = 2
_LEFT_OUT = 4  # weeks before the week: a spike that began is no baseline
_WINDOWS = (1, 2)
_SLOPE_WEEKS = 104.0  # the slope's unit: two years
# Precisions: level free, slope and first wave within about e^±.5 each, the second within e^±.25.
_PRIOR = np.array([1e-6, 4.0, 4.0, 4.0, 16.0, 16.0])
_REWEIGHT_ABOVE = 2.58
_ROUNDS = (8, 4)  # Newton steps of the first fit and of the second, which starts from it
_LARGEST_STEP, _LARGEST_ETA = 1.5, 12.0  # a first step from afar may overshoot
_START = 0.05
_LEAST_P = 1e-300


def weekly_p_values(
    counts: NDArray[np.int64] | Floats, *, first: int | None = None, years: int = 5
) -> Floats:
    """Return how likely as many complaints as in each week, or more, would be in quiet times.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_weeks)
        Complaints a week without gaps, years of 52 weeks.
    first : int, optional
        Index of the first week asked for; by default the first with its whole past.
    years : int
        How many years before a week it is held against.

    Returns
    -------
    ndarray of shape (n_series, n_weeks - first)
        In (0, 1]. Later weeks never change an earlier one's.

    Raises
    ------
    ValueError
        If counts are negative or missing, or a week asked for has no whole past.
    """
    needed = WEEKS_A_YEAR * years
    y, first = weekly_table(counts, first=first, needed=needed)
    lags = np.arange(-needed, -_LEFT_OUT)
    regressors = _regressors(lags)
    weeks = np.arange(first, y.shape[1])
    found = np.empty((len(y), len(weeks)))
    for i, row in enumerate(y):
        beta, covariance, phi = _fit(row[weeks[:, None] + lags], regressors)
        found[i] = _mean_p(row, weeks, beta, covariance, phi)
    return found


def _regressors(lags: NDArray[np.int64]) -> Floats:
    angles = [2 * np.pi * j * lags / WEEKS_A_YEAR for j in range(1, _WAVES + 1)]
    waves = [f(angle) for angle in angles for f in (np.cos, np.sin)]
    return np.stack([np.ones(len(lags)), lags / _SLOPE_WEEKS + 1, *waves], axis=1)


def _fit(past: Floats, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, their covariance and phi of each row: (n, 6), (n, 6, 6), (n,)."""
    upper = np.triu_indices(x.shape[1])
    products = x[:, upper[0]] * x[:, upper[1]]

    def precision(weight: Floats, phi: Floats) -> Floats:
        square = np.empty((len(weight), x.shape[1], x.shape[1]))
        square[:, upper[0], upper[1]] = square[:, upper[1], upper[0]] = weight @ products
        whole: Floats = square / phi[:, None, None] + np.diag(_PRIOR)
        return whole

    omega, phi = np.ones_like(past), np.ones(len(past))
    beta: Floats = np.zeros((len(past), x.shape[1]))
    beta[:, 0] = np.log(past.mean(axis=1) + _START)
    covariance = np.empty(0)
    for rounds in _ROUNDS:
        for _ in range(rounds):
            mean = _mean(beta, x)
            score = ((omega * (past - mean)) @ x) / phi[:, None] - beta * _PRIOR
            step = np.linalg.solve(precision(omega * mean, phi), score[..., None])[..., 0]
            beta = beta + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
        mean = _mean(beta, x)
        pearson = (omega * (past - mean) ** 2 / mean).sum(axis=1)
        phi = np.asarray(np.maximum(1.0, pearson / (past.shape[1] - x.shape[1])))
        covariance = np.asarray(np.linalg.inv(precision(omega * mean, phi)))
        residual = 1.5 * (past ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean))
        residual /= np.sqrt(phi)[:, None]
        omega = np.where(residual > _REWEIGHT_ABOVE, np.maximum(residual, 1.0) ** -2.0, 1.0)
        omega /= omega.mean(axis=1, keepdims=True)
    return beta, covariance, phi


def _mean(beta: Floats, x: Floats) -> Floats:
    mean: Floats = np.exp(np.clip(beta @ x.T, -_LARGEST_ETA, _LARGEST_ETA))
    return mean


def _mean_p(
    row: Floats, weeks: NDArray[np.int64], beta: Floats, covariance: Floats, phi: Floats
) -> Floats:
    log_p = np.zeros(len(weeks))
    for window in _WINDOWS:
        lags = np.arange(1 - window, 1)
        x = _regressors(lags)
        mean = _mean(beta, x)
        total, gradient = mean.sum(axis=1), mean @ x
        unsure = np.einsum("ni,nij,nj->n", gradient, covariance, gradient)
        excess = (phi - 1) * total + unsure
        p = nb_tail(row[weeks[:, None] + lags].sum(axis=1), total, excess / total**2)
        log_p += np.log(np.maximum(p, _LEAST_P))
    together: Floats = np.exp(log_p / len(_WINDOWS))
    return together
