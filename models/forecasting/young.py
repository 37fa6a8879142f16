r"""Themes too young to be forecast by themselves: their recent level, in the shape of their parent.

A young theme's forecast is its area's (else the total's) times the share that it has had of it
since it began,

.. math:: m_h = M_h\,\frac{c}{C}\,\frac{n}{n + \kappa}

c and C are the theme's and the parent's complaints on the n days since its first (the last 28 at
most), M the parent's forecast, with its weekdays, holidays and level. A theme is seen at all since
it began loudly, and most that begin loudly fade: the share is drawn to 0 as if by :math:`\kappa`
days without a complaint. :math:`\kappa` and the dispersions are learnt from how the panel's older
series began; they are those under which what came of them is most likely.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.forecasting.distribution import DISPERSIONS, log_likelihood
from models.forecasting.panel import Floats, weekly_sums

_RECENT_DAYS = 28
_AGES = (7, 14, 28, 42)  # at which the older series' beginnings are looked at
_AHEAD_DAYS = 28  # that each look is held against
_FIRST_DAY = 28  # a series that has complaints so early in the panel may be older than it
_MIN_COMPLAINTS = 5.0  # fewer since it began are no beginning that would be forecast
_KAPPAS = (0.0, 3.0, 7.0, 14.0, 28.0)
_MIN_LOOKS = 12  # of fewer beginnings nothing is learnt


class Beginnings(NamedTuple):
    """How young series went on: kappa in days, dispersions of days and of weeks, looks behind it.

    Where nothing is learnt: what New York's types and descriptors that began in 2015 to 2022 show.
    """

    kappa: float = 14.0
    day: float = 4.0
    week: float = 3.5
    n_looks: int = 0


def young_shares(
    y: Floats, rows: NDArray[np.int64], parents: NDArray[np.int64], *, kappa: float
) -> Floats:
    """Return which share of its parent's forecast each young series gets: (n_rows,), 0 to 1.

    Parameters
    ----------
    y : ndarray of shape (n_series, n_days)
        Complaints a day; NaN before a series began and where unknown.
    rows, parents : ndarray of int, shape (n_rows,)
        The young series and their parents.
    kappa : float
        Days without a complaint that the share is drawn to 0 by.

    Examples
    --------
    >>> y = np.array([[np.nan, 2.0, 4.0], [9.0, 8.0, 10.0]])
    >>> young_shares(y, np.array([0]), np.array([1]), kappa=2.0).round(4).tolist()  # 6/18 * 2/4
    [0.1667]
    """
    out = np.zeros(len(rows))
    for i, (row, parent) in enumerate(zip(rows, parents, strict=True)):
        life = np.flatnonzero(~np.isnan(y[row]) & ~np.isnan(y[parent]))[-_RECENT_DAYS:]
        whole = float(y[parent, life].sum())
        if whole > 0:
            part = min(float(y[row, life].sum()) / whole, 1.0)
            out[i] = part * len(life) / (len(life) + kappa)
    return out


def learn_beginnings(y: Floats) -> Beginnings:
    """Return how the panel's own series went on after they began; a prior where few began in it.

    Parameters
    ----------
    y : ndarray of shape (n_series, n_days)
        Complaints a day of themes, all before the origin; NaN where unknown or not yet born.
    """
    told, days, actual = _looks(y)
    if len(told) < _MIN_LOOKS:
        return Beginnings(n_looks=len(told))
    weeks = weekly_sums(actual)
    best, found = -np.inf, Beginnings()
    for kappa in _KAPPAS:
        mean = told * days / (days + kappa)
        by_week = _likelihood(weeks, 7 * mean)
        if by_week.max() > best:
            best, by_day = float(by_week.max()), _likelihood(actual, mean)
            day, week = (float(DISPERSIONS[at.argmax()]) for at in (by_day, by_week))
            found = Beginnings(kappa, day, week, len(told))
    return found


def _likelihood(actual: Floats, mean: Floats) -> Floats:
    """Return the log-likelihood of each dispersion, all looks and steps together."""
    each = np.repeat(mean, actual.shape[1])[None]
    found: Floats = log_likelihood(actual.reshape(1, -1), each)[0]
    return found


def _looks(y: Floats) -> tuple[Floats, Floats, Floats]:
    """Return what was seen a day, of how many days, and the days that came: a row a look."""
    told, days, came = [], [], []
    for row in y:
        seen = np.flatnonzero(np.nan_to_num(row) > 0)
        if not len(seen) or seen[0] < _FIRST_DAY:
            continue
        for age in _AGES:
            end = seen[0] + age
            ahead = row[end : end + _AHEAD_DAYS]
            life = row[seen[0] : end]
            if len(ahead) < _AHEAD_DAYS or np.isnan(life).any() or life.sum() < _MIN_COMPLAINTS:
                continue
            recent = life[-_RECENT_DAYS:]
            told.append(float(recent.mean()))
            days.append(float(len(recent)))
            came.append(ahead)
    return np.array(told), np.array(days), np.array(came).reshape(-1, _AHEAD_DAYS)
