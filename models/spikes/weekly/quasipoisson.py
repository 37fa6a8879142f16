r"""Quasi-Poisson regressions of many short series at once: a level a season, and a trend.

For series i and week j of season g(j), at time :math:`t_j`:

.. math:: \log \mu_{ij} = a_{i,g(j)} + b_i t_j,\qquad \mathrm{var} = \phi_i \mu_{ij} / \omega_{ij}

fitted by iteratively reweighted least squares as R's ``glm.fit`` does: the same start, the same
stopping rule, hence the same figures. With a level a season the normal equations are solved by
sums: time is centred in each season, and what is left is one number a series. No matrix is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# R's ``glm.control``: the deviance moves by less than this share, or so many rounds have passed.
_EPSILON, _MAX_ROUNDS = 1e-8, 25
_START = 0.1  # added to the counts for the first guess at their means: log 0 is none
_MAX_ETA = 500.0  # exp of it is finite; a fit that wants more has not converged


@dataclass(frozen=True)
class Design:
    """The weeks that a regression is fitted on, season by season.

    Parameters
    ----------
    time : ndarray of shape (n_weeks,)
        Weeks, in any unit's origin.
    season : ndarray of int, shape (n_weeks,)
        The season of each week, ascending: 0, 0, ..., 1, 1, ... without gaps.
    """

    time: Floats
    season: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Return the index at which each season begins."""
        return np.flatnonzero(np.diff(self.season, prepend=-1))

    def sums(self, values: Floats) -> Floats:
        """Return the sum over each season: (n_fits, n_seasons)."""
        found: Floats = np.add.reduceat(values, self.starts, axis=-1)
        return found

    @property
    def n_seasons(self) -> int:
        """Return how many seasons there are."""
        return int(self.season[-1]) + 1


@dataclass
class Fit:
    """What was fitted, a row a regression.

    Attributes
    ----------
    mean : ndarray of shape (n_fits, n_weeks)
        Fitted means, complaints a week.
    working : ndarray of shape (n_fits, n_weeks)
        Weights of the last round: prior weight times the mean before it, as R keeps them.
    level, mass, centre : ndarray of shape (n_fits, n_seasons)
        Linear predictor at the season's centre, sum of its working weights, its mean time.
    slope, spread : ndarray of shape (n_fits,)
        The trend a week, and the weighted sum of squares of time around the centres; 0 and
        infinity where no trend was fitted.
    is_converged : ndarray of bool, shape (n_fits,)
        Whether the deviance came to rest.
    """

    mean: Floats
    working: Floats
    level: Floats
    mass: Floats
    centre: Floats
    slope: Floats
    spread: Floats
    is_converged: NDArray[np.bool_]

    def predicted(self, season: int, time: float) -> tuple[Floats, Floats]:
        """Return the linear predictor at a time of a season, and its variance over phi."""
        away = time - self.centre[:, season]
        eta = self.level[:, season] + self.slope * away
        return eta, 1 / self.mass[:, season] + away**2 / self.spread

    def leverage(self, design: Design) -> Floats:
        """Return the diagonal of the hat matrix."""
        away = design.time - self.centre[:, design.season]
        h: Floats = self.working * (
            1 / self.mass[:, design.season] + away**2 / self.spread[:, None]
        )
        return h

    def take(self, rows: NDArray[np.bool_], other: Self) -> None:
        """Put the rows of another fit in the place of these."""
        for name, values in vars(self).items():
            values[rows] = getattr(other, name)


def fit_quasipoisson(counts: Floats, prior: Floats, design: Design, *, with_trend: bool) -> Fit:
    """Return the regressions.

    Parameters
    ----------
    counts : ndarray of shape (n_fits, n_weeks)
        Complaints a week, in the order of the design.
    prior : ndarray of shape (n_fits, n_weeks)
        Prior weights, > 0.
    design : Design
        Weeks and their seasons, the same for all.
    with_trend : bool
        Whether time is a regressor.

    Returns
    -------
    Fit
        A row each. A season without any complaint has a mean that sinks towards 0 as far as the
        stopping rule lets it.
    """
    n_fits, n_weeks = counts.shape
    by_season = (n_fits, design.n_seasons)
    fit = Fit(
        mean=counts + _START,
        working=np.zeros((n_fits, n_weeks)),
        level=np.zeros(by_season),
        mass=np.ones(by_season),
        centre=np.zeros(by_season),
        slope=np.zeros(n_fits),
        spread=np.full(n_fits, np.inf),
        is_converged=np.zeros(n_fits, dtype=bool),
    )
    saturated = counts * np.log(np.where(counts > 0, counts, 1.0)) - counts
    eta = np.log(fit.mean)
    deviance = _deviance(counts, prior, saturated, eta, fit.mean)
    open_ = np.arange(n_fits)
    for _ in range(_MAX_ROUNDS):
        y, w0, mean, at = counts[open_], prior[open_], fit.mean[open_], eta[open_]
        weight = w0 * mean
        mass = design.sums(weight)
        target = at + (y - mean) / mean
        level = design.sums(weight * target) / mass
        centre = design.sums(weight * design.time) / mass
        fit.working[open_], fit.mass[open_] = weight, mass
        fit.level[open_], fit.centre[open_] = level, centre
        new = level[:, design.season]
        if with_trend:
            away = design.time - centre[:, design.season]
            spread = (weight * away**2).sum(axis=1)
            slope = (weight * away * target).sum(axis=1) / spread
            new = new + slope[:, None] * away
            fit.slope[open_], fit.spread[open_] = slope, spread
        new = np.clip(new, -_MAX_ETA, _MAX_ETA)
        eta[open_], fit.mean[open_] = new, np.exp(new)
        found = _deviance(y, w0, saturated[open_], new, fit.mean[open_])
        is_still = np.abs(found - deviance) / (np.abs(found) + 0.1) < _EPSILON
        fit.is_converged[open_] = is_still
        open_, deviance = open_[~is_still], found[~is_still]
        if not len(open_):
            break
    return fit


def _deviance(
    counts: Floats, prior: Floats, saturated: Floats, eta: Floats, mean: Floats
) -> Floats:
    found: Floats = 2 * (prior * (saturated - counts * eta + mean)).sum(axis=1)
    return found
