r"""How good quantile forecasts are, by the same code for every method.

Every method is asked for the same eleven quantiles, those of its 20, 40, 60, 80 and 95 %
intervals and the median. Its CRPS is taken from them alone:

.. math:: \mathrm{CRPS}(y) \approx \frac{2}{11} \sum_{\tau} (\tau - 1[y < q_\tau])(y - q_\tau)

(Gneiting, Raftery 2007, doi:10.1198/016214506000001437), and divided by the series' in-sample
seasonal-naive error (Hyndman, Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.forecasting.distribution import nb_cdf

Floats = npt.NDArray[np.float64]

LEVELS = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
_MEDIAN = LEVELS.index(0.5)


def quantile_loss(actual: Floats, quantiles: Floats) -> Floats:
    """Return the pinball loss of each quantile.

    Parameters
    ----------
    actual : ndarray of shape (...)
        What came.
    quantiles : ndarray of shape (..., 11)
        At ``LEVELS``.

    Returns
    -------
    ndarray of shape (..., 11)
        In complaints, >= 0.
    """
    error = actual[..., None] - quantiles
    levels = np.asarray(LEVELS)
    return np.maximum(levels * error, (levels - 1) * error)


def quantile_crps(actual: Floats, quantiles: Floats) -> Floats:
    """Return the CRPS from eleven quantiles: (...), in complaints.

    Examples
    --------
    >>> bool(np.isclose(quantile_crps(np.array(3.0), np.full(11, 1.0)), 2.0))
    True
    """
    crps: Floats = 2 * quantile_loss(actual, quantiles).mean(axis=-1)
    return crps


def naive_error(past: Floats, season: int) -> Floats:
    """Return each series' mean absolute difference of counts a season apart: (n_series,).

    Only pairs with both counts known; NaN without any. A constant series has 0.
    """
    step = np.abs(past[:, season:] - past[:, :-season])
    pairs = (~np.isnan(step)).sum(axis=1)
    error: Floats = np.nansum(step, axis=1) / np.where(pairs > 0, pairs, np.nan)
    return error


def scores(actual: Floats, quantiles: Floats, past: Floats, season: int) -> dict[str, Floats]:
    """Return each series' scores at one origin.

    Returns
    -------
    dict of ndarray of shape (n_series,)
        ``scrps`` and ``mase`` (over the in-sample seasonal-naive error; NaN where that is 0),
        ``loss`` (twice the summed pinball losses over the levels), ``total`` (summed counts),
        ``inside_80``, ``inside_95`` (share in the interval, its ends included), ``above_90``
        and ``above_975`` (share above the quantile).
    """
    scale = naive_error(past, season)
    scale = np.where(scale > 0, scale, np.nan)
    crps = quantile_crps(actual, quantiles)
    low, low_95 = quantiles[..., LEVELS.index(0.1)], quantiles[..., 0]
    high, high_95 = quantiles[..., LEVELS.index(0.9)], quantiles[..., -1]
    return {
        "scrps": crps.mean(axis=1) / scale,
        "mase": np.abs(actual - quantiles[..., _MEDIAN]).mean(axis=1) / scale,
        "loss": crps.sum(axis=1),
        "total": np.abs(actual).sum(axis=1),
        "inside_80": ((actual >= low) & (actual <= high)).mean(axis=1),
        "inside_95": ((actual >= low_95) & (actual <= high_95)).mean(axis=1),
        "above_90": (actual > high).mean(axis=1),
        "above_975": (actual > high_95).mean(axis=1),
    }


def pit_rates(actual: Floats, mean: Floats, dispersion: Floats) -> dict[str, Floats]:
    """Return each series' rates of the randomised PIT of negative binomials: (n_series,).

    Not drawn but expected: of a count's stretch from F(y - 1) to F(y), the share that lies
    where it is asked for. Counts that sit on an interval's end are so neither inside nor out.

    Returns
    -------
    dict of ndarray of shape (n_series,)
        ``pit80``, ``pit95`` (inside the central intervals), ``tail90``, ``tail975``, ``tail99``
        (above).
    """
    low, high = nb_cdf(actual - 1, mean, dispersion), nb_cdf(actual, mean, dispersion)
    # Where rounding leaves no stretch, the count is so far out that its place is known.
    length = np.maximum(high - low, 1e-12)

    def between(a: float, b: float) -> Floats:
        inside = np.clip(np.minimum(high, b) - np.maximum(low, a), 0, None) / length
        rate: Floats = np.where(high - low > 1e-12, inside, (low >= a) & (low <= b)).mean(axis=1)
        return rate

    return {
        "pit80": between(0.1, 0.9),
        "pit95": between(0.025, 0.975),
        "tail90": between(0.9, 1.0),
        "tail975": between(0.975, 1.0),
        "tail99": between(0.99, 1.0),
    }
