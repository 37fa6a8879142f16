r"""Whether the last days lie clearly above what is forecast as usual, and by how much.

For windows of the last 1, 3 and 7 days: observed S is the sum of the window, expected M the sum
of what the forecast takes for the same weekdays. The window is clearly high when

.. math:: P(X \ge S) < 10^{-3},\ X \sim NB(M, \alpha_w),\quad S - M \ge 5,\quad S \ge 1.5\,M

with :math:`\alpha_w` by moments from the series' own last half-year. This is no alarm: an alarm
counts false ones against a budget (``models.spikes.now``), here a forecast asks what to add.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.forecasting.distribution import nb_tail
from models.forecasting.panel import Floats

WINDOWS = (1, 3, 7)
WEEK = 7

# On New York's complaints of 2015-2018 thresholds of 1e-2, 1e-3 and 1e-4 fitted aftermaths about
# as well; 1e-3 is the largest at which what came next was still clearly above the forecast.
_MAX_P = 1e-3
_MIN_EXCESS = 5.0  # the floors of the warnings: fewer complaints above usual move no staff
_MIN_RATIO = 1.5

USUAL_WEEKS = 8  # what was usual on a past day: the mean of so many weeks, a week's gap before it
_WEEKS = 26  # half a year, without the last week, tells how far the series scatters by itself
# The moments' prior: a dispersion of 0.3, as most series show, with the weight of 20 days of one
# complaint (M² = 1 each).
_PRIOR_DISPERSION, _PRIOR_SQUARES = 0.3, 20.0
_MAX_DISPERSION = 5.0
# Days above mean + 3 sd (at dispersion 0.5) + 2 are cut there: a past spike must not hide this one.
_CLIP_SD, _CLIP_DISPERSION, _CLIP_LEAST = 3.0, 0.5, 2.0


def usual_by_weekday(mean: Floats, is_holiday: NDArray[np.bool_]) -> Floats:
    """Return what the forecast takes for usual on each of the seven days before it.

    Parameters
    ----------
    mean : ndarray of shape (n_series, horizon)
        The forecast, complaints a day.
    is_holiday : ndarray of bool, shape (horizon,)
        Days ahead that are left out, since their weekday is not as usual.

    Returns
    -------
    ndarray of shape (n_series, 7)
        Oldest day first: the mean forecast of that weekday; of all days, where the horizon has
        no ordinary day of that weekday.
    """
    n_series, horizon = mean.shape
    weeks = -(-horizon // WEEK)
    ordinary = np.zeros(weeks * WEEK)
    ordinary[:horizon] = ~is_holiday
    padded = np.zeros((n_series, weeks * WEEK))
    padded[:, :horizon] = mean
    sums = (padded * ordinary).reshape(n_series, weeks, WEEK).sum(axis=1)
    days = ordinary.reshape(weeks, WEEK).sum(axis=0)
    overall = mean.mean(axis=1, keepdims=True) if horizon else np.zeros((n_series, 1))
    return np.where(days > 0, sums / np.maximum(days, 1), overall)


def cut_spikes(y: Floats) -> Floats:
    """Return the counts, those far above their series' mean cut to where quiet days end.

    Twice, since the first mean is lifted by the spikes themselves. NaN stays NaN.
    """
    tame = y
    known = np.maximum((~np.isnan(y)).sum(axis=1, keepdims=True), 1)
    for _ in range(2):
        mean = np.nansum(tame, axis=1, keepdims=True) / known
        variance = mean + _CLIP_DISPERSION * mean**2
        tame = np.minimum(tame, mean + _CLIP_SD * np.sqrt(variance) + _CLIP_LEAST)
    return tame


def usual_then(y: Floats) -> Floats:
    """Return what was usual on each day: its weekday's mean of eight weeks before the last week.

    Parameters
    ----------
    y : ndarray of shape (n_series, n_days)
        Complaints a day; NaN where unknown.

    Returns
    -------
    ndarray of shape (n_series, n_days - 63)
        From day 63 on; NaN where at most four of the eight are known.
    """
    tame = cut_spikes(y)
    n_days = max(y.shape[1] - (USUAL_WEEKS + 1) * WEEK, 0)
    total, known = np.zeros((len(y), n_days)), np.zeros((len(y), n_days))
    for back in range(2, USUAL_WEEKS + 2):
        start = (USUAL_WEEKS + 1 - back) * WEEK
        part = tame[:, start : start + n_days]
        total += np.nan_to_num(part)
        known += ~np.isnan(part)
    return np.where(known > USUAL_WEEKS / 2, total / np.maximum(known, 1), np.nan)


def own_dispersion(past: Floats) -> Floats:
    r"""Return the dispersion of the windows' sums by moments: (n_windows, n_series).

    .. math:: \alpha_w = \frac{\sum_t (S_t - M_t)^2 - M_t + 0.3 \cdot 20 w}
              {\sum_t M_t^2 + 20 w}

    over the windows of the last 26 weeks, M from the weekday means of the same weeks.

    Parameters
    ----------
    past : ndarray of shape (n_series, n_days)
        Complaints a day; NaN where unknown. The last week is not read.
    """
    days = min((past.shape[1] - WEEK) // WEEK, _WEEKS) * WEEK
    if days <= 0:
        return np.full((len(WINDOWS), len(past)), _PRIOR_DISPERSION)
    y = cut_spikes(past[:, past.shape[1] - WEEK - days : past.shape[1] - WEEK])
    known = ~np.isnan(y)
    blocks = (len(y), days // WEEK, WEEK)
    sums = np.where(known, y, 0.0).reshape(blocks).sum(axis=1)
    usual = sums / np.maximum(known.reshape(blocks).sum(axis=1), 1)
    mean = np.where(known, np.tile(usual, (1, blocks[1])), 0.0)
    error = np.where(known, y, 0.0) - mean
    found = np.empty((len(WINDOWS), len(y)))
    for k, w in enumerate(WINDOWS):
        m = window_sums(mean, w)
        more = (window_sums(error, w) ** 2 - m).sum(axis=1)
        prior = _PRIOR_SQUARES * w
        found[k] = (more + _PRIOR_DISPERSION * prior) / ((m**2).sum(axis=1) + prior)
    return np.clip(found, 0.0, _MAX_DISPERSION)


def window_sums(daily: Floats, length: int) -> Floats:
    """Return the sums of every `length` days on end: (n_series, n_days - length + 1)."""
    total = np.cumsum(np.pad(daily, ((0, 0), (1, 0))), axis=1)
    sums: Floats = total[:, length:] - total[:, :-length]
    return sums


def is_clearly_high(observed: Floats, expected: Floats, dispersion: Floats) -> NDArray[np.bool_]:
    """Return whether sums lie so far above the expected that something is going on."""
    maybe = (observed - expected >= _MIN_EXCESS) & (observed >= _MIN_RATIO * expected)
    high = np.zeros(maybe.shape, dtype=bool)
    alpha = np.broadcast_to(dispersion, maybe.shape)[maybe]
    high[maybe] = nb_tail(observed[maybe], expected[maybe], alpha) < _MAX_P
    return high
