r"""How much spikes brought after themselves: a prior, and what this panel's own past says.

A past day is looked at when its last 1, 3 or 7 days were clearly high; r is what the next seven
days brought beyond usual over what the prior says they bring. With n, the days that carried the
excess, as a spike's weight,

.. math:: g = \frac{N_0 + \sum n r}{N_0 + \sum n},\qquad
          k = \frac{K_0 + \sum n ((r - g)^2 - \nu) / \kappa}{K_0 + K}

over K past spikes; :math:`\nu` is the variance of r that ordinary scatter gives. So g multiplies
the aftermath and k its spread, both 1 in a panel without past spikes.
"""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

import numpy as np

from models.forecasting.aftermaths.excess import (
    USUAL_WEEKS,
    WEEK,
    WINDOWS,
    is_clearly_high,
    own_dispersion,
    usual_then,
    window_sums,
)
from models.forecasting.panel import Floats

# Fitted to 2,351 mornings on which one of 304 series of New York's complaints, 2015-07 to
# 2018-12, was clearly high. Best by CRPS of the four weeks ahead: a = .30, decay (h + j - 1)^-1.00,
# kappa 9.1 / n^1.03; a = .25 costs nothing there and leaves the mean less above what came.
_SIZE = 0.25  # a: a complaint too many brings a / (h + j - 1) on day h, 0.65 in the week
# Set so that on such mornings, the members' forecast and dispersion around it, the randomised PIT
# of the weeks 1, 2 and 3 ahead lay within its 80 % in .83, .80 and .82, its 95 % in .95, .92, .92.
SPREAD_WEEK = 9.0  # kappa of a week's sum after a spike of one day
SPREAD_DAY = 18.0  # ... and of a day: .84 / .97 on day 1, .82 / .95 on days 2-7
# The look at the past has no members at hand and takes the weeks before for usual, spikes cut:
# less than the members expect. So seen, spikes there brought 1.17 times as much; of that, their
# ratios scattered with variance 6.5 / n.
_RATIO_THERE, _SCATTER_THERE = 1.17, 6.5

# Panels differ in g by perhaps one half: 6.5 / 0.5² spikes of one day weigh as much as the prior.
_PRIOR_SPIKES = _SCATTER_THERE / 0.5**2
_PRIOR_SPREADS = 30.0  # so many spikes of the panel's own weigh as much as the prior spread
_MIN_RATIO, _MAX_RATIO = -1.0, 8.0  # one spike alone must not set what all others are given


class Learnt(NamedTuple):
    """What the panel's own past says: multiples of the prior."""

    size: float  # g
    spread: float  # k
    n_spikes: int


NOTHING_LEARNT = Learnt(1.0, 1.0, 0)  # the prior as it is


def brought_by(excess: Floats, horizon: int) -> Floats:
    """Return what a week's excess brings on the days ahead: (n_series, horizon).

    Parameters
    ----------
    excess : ndarray of shape (n_series, 7)
        Complaints above usual, oldest day first.
    horizon : int
        How many days ahead.
    """
    lag = np.arange(1, horizon + 1)[None, :] + np.arange(WEEK - 1, -1, -1)[:, None]
    # No matrix product: its sums depend on where in the panel a series stands.
    brought: Floats = (excess[:, :, None] * (_SIZE / lag)).sum(axis=1)
    return brought


def carrying_days(excess: Floats) -> Floats:
    """Return how many days carry the excess, 1 to 7: (Σe)² / Σe² over days above usual."""
    above = np.maximum(excess, 0.0)
    square = (above**2).sum(axis=1)
    days: Floats = np.divide(
        above.sum(axis=1) ** 2, square, out=np.ones(len(above)), where=square > 0
    )
    return days


def learn_aftermaths(y: Floats) -> Learnt:
    """Return how the panel's own past spikes differ from the prior.

    Parameters
    ----------
    y : ndarray of shape (n_series, n_days)
        Complaints a day, all before the origin; NaN where unknown.
    """
    known_from = (USUAL_WEEKS + 1) * WEEK  # the first day that has a usual
    if y.shape[1] < known_from + 2 * WEEK:
        return NOTHING_LEARNT
    usual = usual_then(y)
    days = y[:, known_from:]
    unknown = np.isnan(days) | np.isnan(usual)
    usual, days = np.where(unknown, 0.0, usual), np.where(unknown, 0.0, days)
    whole = window_sums((~unknown).astype(float), 2 * WEEK) > 2 * WEEK - 0.5
    # Column t: the spike ends with day t + 6, the seven days after it are t + 7 ... t + 13.
    dispersion = own_dispersion(y)
    seen = np.zeros_like(whole)
    for k, w in enumerate(WINDOWS):
        shift = slice(WEEK - w, WEEK - w + whole.shape[1])
        seen |= is_clearly_high(
            window_sums(days, w)[:, shift],
            window_sums(usual, w)[:, shift],
            dispersion[k][:, None],
        )
    series, day = np.nonzero(whole & seen)
    if not len(series):
        return NOTHING_LEARNT
    # One look a series and week, counted back from the origin: mornings in a row say the same.
    block = (y.shape[1] - day) // WEEK
    _, first = np.unique(series * (y.shape[1] + 1) + block, return_index=True)
    series, day = series[first], day[first]
    before = day[:, None] + np.arange(WEEK)
    excess = days[series[:, None], before] - usual[series[:, None], before]
    return _update(
        excess,
        usual_week=usual[series[:, None], before].sum(axis=1),
        after=days[series[:, None], before + WEEK].sum(axis=1),
        dispersion=dispersion[-1][series],
    )


def _update(excess: Floats, *, usual_week: Floats, after: Floats, dispersion: Floats) -> Learnt:
    said = _RATIO_THERE * brought_by(excess, WEEK).sum(axis=1)
    rises = said > 1.0  # less than a complaint more says nothing
    if not rises.any():
        return NOTHING_LEARNT
    excess, said = excess[rises], said[rises]
    usual_week, dispersion = usual_week[rises], dispersion[rises]
    ratio = np.clip((after[rises] - usual_week) / said, _MIN_RATIO, _MAX_RATIO)
    weight = carrying_days(excess)
    size = (_PRIOR_SPIKES + fsum(weight * ratio)) / (_PRIOR_SPIKES + fsum(weight))
    noise = (usual_week + said + dispersion * usual_week**2) / said**2
    squares = max(fsum(weight * ((ratio - size) ** 2 - noise)), 0.0) / (
        _SCATTER_THERE / _RATIO_THERE**2
    )
    spread = (_PRIOR_SPREADS + squares) / (_PRIOR_SPREADS + len(ratio))
    return Learnt(float(max(size, 0.0)), spread, len(ratio))
