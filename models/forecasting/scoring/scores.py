"""How good a forecast was: CRPS of a negative binomial and whether its intervals held."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from models.forecasting.distribution import MIN_DISPERSION, Floats, nb_cdf, nb_quantiles

# Above this mean the gamma distribution stands for the negative binomial in the spread term
# where its exact form overflows: relative error below 4e-4.
_LARGE_MEAN = 200.0


def crps_nb(actual: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    r"""Return the continuous ranked probability score of negative binomial forecasts.

    .. math::
        \mathrm{CRPS} = E|X - y| - \tfrac12 E|X - X'|
          = y\,(2F_{r,p}(y) - 1)
            - \frac{r q}{p^2}\Big(p\,(2F_{r+1,p}(y-1) - 1)
            + {}_2F_1\big(r+1, \tfrac12; 2; -\tfrac{4q}{p^2}\big)\Big)

    with :math:`r = 1/\alpha`, :math:`p = r/(r+\mu)`, :math:`q = 1-p` (Wei, Held 2014,
    doi:10.1007/s11749-014-0380-8; Jordan, Krüger, Lerch 2019, doi:10.18637/jss.v090.i12).

    Parameters
    ----------
    actual : array_like
        Counts, >= 0.
    mean, dispersion : array_like
        Of the forecasts; mean 0 gives :math:`|y|`.

    Returns
    -------
    ndarray
        In complaints, >= 0; 0 only for a certain and right forecast.

    Examples
    --------
    >>> float(crps_nb(2, 0.0, 1.0))
    2.0
    """
    y, mu, alpha = np.broadcast_arrays(
        np.asarray(actual, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.maximum(np.asarray(dispersion, dtype=np.float64), MIN_DISPERSION),
    )
    # E|X - y| = y (2F(y) - 1) - mu (2G(y - 1) - 1), G: one more success, mean (r + 1) q / p.
    longer = alpha / (1 + alpha)
    shifted = mu * (1 + alpha)
    distance = y * (2 * nb_cdf(y, mu, alpha) - 1) - mu * (2 * nb_cdf(y - 1, shifted, longer) - 1)
    return np.maximum(distance - _half_spread(mu, alpha), 0.0)


def _half_spread(mu: Floats, alpha: Floats) -> Floats:
    """Return half the mean distance of two draws, E|X - X'| / 2."""
    from scipy.special import gammaln, hyp2f1, i0e, i1e

    variance = mu * (1 + alpha * mu)
    with np.errstate(all="ignore"):
        exact = variance * hyp2f1(1 / alpha + 1, 0.5, 2.0, -4 * alpha * variance)
        k = np.where(mu > 0, mu / (1 + alpha * mu), 1.0)  # the gamma distribution's shape
        gamma = np.where(
            k > 1e6,
            np.sqrt(variance / np.pi),
            mu * np.exp(gammaln(k + 0.5) - gammaln(k + 1)) / np.sqrt(np.pi),
        )
        poisson = mu * (i0e(2 * mu) + i1e(2 * mu)) * np.sqrt(1 + alpha * mu)
    near = np.where(mu > _LARGE_MEAN, gamma, poisson)
    is_usable = np.isfinite(exact) & (exact >= 0) & (exact <= mu)
    return np.where(is_usable, exact, near)


def is_inside(
    actual: ArrayLike, mean: ArrayLike, dispersion: ArrayLike, *, coverage: float
) -> np.ndarray:
    """Return whether the count lies in the central interval of the given coverage.

    Both ends belong to the interval, so that for small counts it covers more than it says.
    """
    tail = (1 - coverage) / 2
    ends = nb_quantiles(mean, dispersion, (tail, 1 - tail))
    y = np.asarray(actual, dtype=np.float64)
    inside: np.ndarray = (y >= ends[..., 0]) & (y <= ends[..., 1])
    return inside


def stable_uniforms(series_ids: Sequence[str], n: int, *, seed: int) -> Floats:
    """Return draws in [0, 1) that depend on the series' name, not on its place.

    Returns
    -------
    ndarray of shape (n_series, n)
    """
    rows = [
        np.random.default_rng([seed, zlib.crc32(name.encode())]).random(n) for name in series_ids
    ]
    return np.array(rows).reshape(len(series_ids), n)
