r"""The negative binomial around a mean: its probabilities, its quantiles and its dispersion.

NB2: variance = mean + dispersion · mean². With :math:`r = 1/\alpha` and
:math:`p = r / (r + \mu)` it is scipy's ``nbinom(r, p)``; dispersion 0 is the Poisson
distribution, mean 0 the certainty of 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Below this the negative binomial is a Poisson for all that can be computed.
MIN_DISPERSION = 1e-6
# Candidates for the dispersion: from nearly Poisson to far burstier than any theme seen.
DISPERSIONS = np.concatenate([[MIN_DISPERSION], np.geomspace(3e-3, 30.0, 70)])
# A mean below this says nothing of the dispersion, and an unforeseen complaint must not be
# impossible.
_MIN_MEAN = 1e-2


def _shape(mean: ArrayLike, dispersion: ArrayLike) -> tuple[Floats, Floats]:
    mu = np.asarray(mean, dtype=np.float64)
    r = 1.0 / np.maximum(np.asarray(dispersion, dtype=np.float64), MIN_DISPERSION)
    return r, r / (r + mu)


def nb_cdf(count: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    """Return P(X <= count).

    Examples
    --------
    >>> float(nb_cdf(0, 2.0, 0.5).round(6))  # (1 + alpha mean)^(-1/alpha)
    0.25
    """
    from scipy.special import betainc

    r, p = _shape(mean, dispersion)
    k = np.floor(np.asarray(count, dtype=np.float64))
    # The distribution function is the incomplete beta function; nbinom.cdf is the same, slower.
    return np.where(k < 0, 0.0, betainc(r, np.maximum(k, 0) + 1, p))


def nb_tail(count: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    """Return P(X >= count), exact far out in the tail too."""
    from scipy.special import betainc

    r, p = _shape(mean, dispersion)
    k = np.ceil(np.asarray(count, dtype=np.float64))
    return np.where(k <= 0, 1.0, betainc(np.maximum(k, 1), r, 1 - p))


def nb_quantiles(mean: ArrayLike, dispersion: ArrayLike, levels: Sequence[float]) -> Floats:
    """Return the integer quantiles: the least count that P(X <= count) reaches.

    Returns
    -------
    ndarray of shape (..., n_levels)
        Never crossing, since one distribution gives them all; 0 where the mean is 0.
    """
    from scipy.stats import nbinom

    r, p = _shape(mean, dispersion)
    r, p = np.broadcast_arrays(r, p)
    safe = np.where(p < 1, p, 0.5)[..., None]
    found = nbinom.ppf(np.asarray(levels), r[..., None], safe)
    return np.where(p[..., None] < 1, np.maximum(found, 0), 0.0)


def randomised_pit(
    actual: ArrayLike, mean: ArrayLike, dispersion: ArrayLike, uniform: ArrayLike
) -> Floats:
    r"""Return the randomised probability integral transform.

    .. math:: u = F(y - 1) + v\,(F(y) - F(y - 1)),\quad v \sim U(0, 1)

    Uniform where the forecast is right (Czado, Gneiting, Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x).

    Parameters
    ----------
    actual, mean, dispersion : array_like
        Counts and their forecast distributions.
    uniform : array_like
        The draws v in [0, 1].
    """
    y = np.asarray(actual, dtype=np.float64)
    below = nb_cdf(y - 1, mean, dispersion)
    pit = below + np.asarray(uniform) * (nb_cdf(y, mean, dispersion) - below)
    return np.clip(pit, 0.0, 1.0)


def log_likelihood(actual: Floats, mean: Floats) -> Floats:
    """Return the summed log-likelihood of each candidate dispersion.

    Parameters
    ----------
    actual, mean : ndarray of shape (n_series, n_errors)
        Out-of-sample pairs; NaN where there is none.

    Returns
    -------
    ndarray of shape (n_series, n_candidates)
    """
    from scipy.special import gammaln

    known = ~(np.isnan(actual) | np.isnan(mean))
    y = np.where(known, actual, 0.0)
    mu = np.where(known, np.maximum(mean, _MIN_MEAN), 1.0)
    total = np.empty((len(y), len(DISPERSIONS)))
    for j, alpha in enumerate(DISPERSIONS):
        r = 1.0 / alpha
        log_p = -np.log1p(alpha * mu)
        cell = gammaln(y + r) - gammaln(r) + r * log_p + y * (np.log(alpha * mu) + log_p)
        total[:, j] = np.where(known, cell, 0.0).sum(axis=1)
    return total


def fit_dispersion(
    likelihood: Floats, n_errors: NDArray[np.int64], *, prior_errors: float
) -> Floats:
    """Return each series' dispersion, shrunk to what the series have in common.

    The pool is the mean log-likelihood of one error, each series weighing n / (n + prior): long
    ones all the same, short ones little. It is added to a series' own log-likelihood
    `prior_errors` times, and the best candidate wins. So a series with as many errors as that is
    half its own, a short one is the pool.

    Parameters
    ----------
    likelihood : ndarray of shape (n_series, n_candidates)
        From :func:`log_likelihood`.
    n_errors : ndarray of shape (n_series,)
        How many pairs are behind each row.
    prior_errors : float
        The pool's weight, in errors.

    Returns
    -------
    ndarray of shape (n_series,)
        NB2 dispersions, >= 0. Without any error at all: 0.5, about what themes show.
    """
    has = n_errors > 0
    if not has.any():
        return np.full(len(likelihood), 0.5)
    weight = n_errors[has] / (n_errors[has] + prior_errors)
    pool = np.average(likelihood[has] / n_errors[has, None], axis=0, weights=weight)
    best: Floats = DISPERSIONS[np.argmax(likelihood + prior_errors * pool, axis=1)]
    return best
