r"""Forecasts that add up: levels from the top where there is none, then weighted least squares.

Of all forecasts that add up and are not negative, the nearest to the forecasts b that were made,
each error counted against the forecast itself:

.. math:: \min_{x \ge 0} \sum_i \frac{(x_i - b_i)^2}{b_i}\quad\text{with}\quad C x = 0,\qquad
          x = b - W C' (C W C')^{-1} C b,\ W = \mathrm{diag}(b)

C has a row for each group: 1 for the parent, -1 for its children (Wickramasuriya, Athanasopoulos,
Hyndman 2019, doi:10.1080/01621459.2018.1448825, in its zero-constraint form; W by the forecasts'
means, since a count's variance grows with its mean). Where a forecast would become negative it is
held at 0 and the others are solved again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from models.forecasting.coherence.structure import Structure
from models.forecasting.panel import Floats
from models.forecasting.young import Beginnings, young_shares

_YEAR_DAYS = 364  # 52 weeks: every weekday alike
# A pair's share of its theme is the channel's share of all complaints until it has so many of its
# own. On New York's types by borough 0 to 100 came out alike.
_SHARE_PRIOR = 20.0
# Weights below this part of the largest count as that: nothing is moved where nothing is expected.
_LEAST_WEIGHT = 1e-6
# Groups can say the same twice (a full table's margins), which leaves C W C' without an inverse:
# a ridge of this size gives it one, and repeating the step takes its error away.
_RIDGE = 1e-11
_MAX_STEPS = 50
_INCOHERENT = 1e-12  # of the largest mean
_NEGATIVE = 1e-12
_SMALLEST = 1e-3  # complaints a day: sums need not agree beyond this one's last digits


def levels_from_top(
    mean: Floats, y: Floats, structure: Structure, *, kappa: float = Beginnings().kappa
) -> Floats:
    """Return the means, missing ones filled in as the parent's mean times a 52-week share.

    On New York's complaints (41 types by 6 boroughs, 12 origins) a pair's share of its type's
    forecast is as good as a forecast of its own: error over sum of the weeks .465 against .463,
    seasonal naive .584. A level from the top for series that have a forecast of their own made
    them worse (types .269 to .293): they keep it.

    Parameters
    ----------
    mean : ndarray of shape (n_series, horizon)
        Complaints a day; NaN in rows that have no forecast of their own.
    y : ndarray of shape (n_series, n_days)
        The past, oldest day first; NaN where unknown.
    structure : Structure
        Of these series. A total without a forecast leaves everything as it is.
    kappa : float
        See :func:`models.forecasting.young.young_shares`.
    """
    count = np.nansum(y[:, -_YEAR_DAYS:], axis=1)
    share = _shares(count, structure)
    young = np.flatnonzero(structure.is_young)
    share[young] = young_shares(y, young, structure.parent[young], kappa=kappa)
    out = mean.copy()
    missing = np.isnan(mean).any(axis=1) & (structure.parent >= 0)
    # Parents before children: pairs hang on themes, themes on areas, areas on the total.
    for _ in range(4):
        ready = missing & ~np.isnan(out[structure.parent]).any(axis=1)
        rows = np.flatnonzero(ready)
        out[rows] = share[rows, None] * out[structure.parent[rows]]
        missing &= ~ready
    return out


def _shares(count: Floats, structure: Structure) -> Floats:
    """Return each series' share of its parent: of pairs, shrunk to the channels' of all."""
    share = np.ones(len(count))
    total = float(count[structure.parent < 0].max(initial=0.0))
    channel = np.full(len(count), np.nan)  # of a pair: what its channel has of all complaints
    for parent, children in structure.groups:
        for child in children:
            if structure.parent[child] != parent:
                channel[child] = count[parent] / total if total > 0 else 0.0
    for parent, children in structure.groups:
        mine = [c for c in children if structure.parent[c] == parent]
        own = count[mine]
        if len(mine) == len(children) and not np.isnan(channel[mine]).all():
            usual = np.nan_to_num(channel[mine])
            # What is in none of the channels kept is the rest's.
            usual = np.where(np.isnan(channel[mine]), max(1 - usual.sum(), 0.0), usual)
            own = own + _SHARE_PRIOR * usual / max(float(usual.sum()), _LEAST_WEIGHT)
            # Where neither the pairs nor their channels had a complaint, none is likelier.
            share[mine] = own / own.sum() if own.sum() > 0 else 1 / len(mine)
        else:
            share[mine] = own / count[parent] if count[parent] > 0 else 0.0
    return share


def reconcile(mean: Floats, structure: Structure, *, unsure: Floats | None = None) -> Floats:
    """Return the nearest means that add up and are not negative.

    Parameters
    ----------
    mean : ndarray of shape (n_series, horizon)
        Complaints a day, >= 0, no NaN.
    structure : Structure
        Which series add up to which.
    unsure : ndarray of shape (n_series,), optional
        How many times as far as its mean says a series may be moved, in variance; by default 1.

    Returns
    -------
    ndarray of shape (n_series, horizon)
        Each parent the sum of its children within 1e-9 of the largest mean.
    """
    if not structure.groups or not mean.size:
        return mean
    rows = _constraints(structure.groups, len(mean))
    times = np.ones(len(mean)) if unsure is None else unsure
    return np.stack([_nearest(day, rows, times) for day in mean.T], axis=1)


def _constraints(groups: Sequence[tuple[int, tuple[int, ...]]], n_series: int) -> sparse.csr_matrix:
    row = [g for g, (_, children) in enumerate(groups) for _ in range(len(children) + 1)]
    column = [i for parent, children in groups for i in (parent, *children)]
    value = [v for _, children in groups for v in (1.0, *[-1.0] * len(children))]
    return sparse.csr_matrix((value, (row, column)), shape=(len(groups), n_series))


def _nearest(base: Floats, rows: sparse.csr_matrix, times: Floats) -> Floats:
    largest = float(base.max())
    if largest == 0:
        return base
    weight = np.maximum(base * times, _LEAST_WEIGHT * largest)
    is_free = np.ones(len(base), dtype=bool)
    while True:
        x = _projected(np.where(is_free, base, 0.0), np.where(is_free, weight, 0.0), rows, largest)
        # What is cut off at 0 below must be nothing beside what comes out, however large the base.
        is_negative = is_free & (x < -_NEGATIVE * min(largest, max(np.abs(x).max(), _SMALLEST)))
        if not is_negative.any():
            return np.maximum(x, 0.0)
        is_free &= ~is_negative


def _projected(base: Floats, weight: Floats, rows: sparse.csr_matrix, largest: float) -> Floats:
    normal = rows.multiply(weight[None, :]) @ rows.T
    diagonal = np.maximum(normal.diagonal(), _LEAST_WEIGHT * largest)
    factor = splu(sparse.csc_matrix(normal + sparse.diags(_RIDGE * diagonal)))
    x = base
    for _ in range(_MAX_STEPS):
        error = rows @ x
        # Of what comes out, too: means that are far apart may meet far below the largest of them.
        if np.abs(error).max() <= _INCOHERENT * min(largest, max(np.abs(x).max(), _SMALLEST)):
            break
        x = x - weight * (rows.T @ factor.solve(error))
    return x


def incoherence(mean: Floats, structure: Structure) -> NDArray[np.float64]:
    """Return by how much each parent differs from the sum of its children: (n_groups, horizon)."""
    gaps = [np.abs(mean[p] - mean[list(children)].sum(axis=0)) for p, children in structure.groups]
    return np.array(gaps).reshape(len(gaps), mean.shape[1])
