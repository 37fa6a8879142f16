r"""What a spike leaves behind: complaints that the members' forecast does not yet expect.

A structural model moves its level little after one loud day. When the last days lie clearly
above its forecast (:mod:`models.forecasting.aftermaths.excess`), each complaint in excess
brings more, fewer the longer ago: Omori's law of aftershocks, 1 / t (Utsu, Ogata, Matsu'ura 1995,
doi:10.4294/jpe1952.43.1).

.. math:: x_h = g\, w_h \sum_{j=1}^{7} \frac{a\, e_j}{h + j - 1},\qquad
          \alpha' = \alpha + \frac{k\,\kappa}{n} \Big(1 - \frac{u}{m + x}\Big)^2

:math:`e_j` is the excess j days ago in units of a usual day, :math:`w_h` the rhythm of the days
ahead, m the members' forecast, u the part of it that was usual before, :math:`\alpha` its
dispersion. Most spikes are over the next day and a few last, so :math:`\kappa` is large; it is
smaller when many days carry the excess, :math:`n = (\sum e)^2 / \sum e^2`. By the same n a level to
which a member has jumped is believed or not: after two loud days it may forecast them for good.
g and k are learnt from the panel's own past (:mod:`models.forecasting.aftermaths.past`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forecasting.aftermaths.excess import (
    WEEK,
    WINDOWS,
    is_clearly_high,
    own_dispersion,
    usual_by_weekday,
    usual_then,
)
from models.forecasting.aftermaths.past import (
    SPREAD_DAY,
    SPREAD_WEEK,
    Learnt,
    brought_by,
    carrying_days,
    learn_aftermaths,
)
from models.forecasting.cap import highest_mean
from models.forecasting.panel import Floats, Panel, weekly_sums

# The rhythm of an excess is flatter than that of usual days: a spike on a Sunday, when offices
# are shut, is not as many times larger on Monday. So much of a mean day is added to each day.
_FLATTEN = 0.25
# So many days that carry an excess make a level: a working week, since some themes have no
# weekends. With seven, the second and third week ahead came out further below what came.
_DAYS_OF_A_LEVEL = 5
_USUAL_AHEAD_DAYS = 28  # what is forecast for later may be of another season
_TINY = 1e-3  # complaints a day, so that a series without any has a rhythm too


@dataclass(frozen=True)
class Aftermath:
    """The forecast with what spikes leave behind.

    Parameters
    ----------
    mean : ndarray of shape (n_series, horizon)
        Complaints a day; as it came for series that are not spiking.
    wider_day : ndarray of shape (n_series, horizon)
        What is added to the dispersion of the days; 0 where nothing is on.
    wider_week : ndarray of shape (n_series, horizon // 7)
        The same for the sums of seven days.
    is_on : ndarray of bool, shape (n_series,)
        Whether the last days were clearly high.
    """

    mean: Floats
    wider_day: Floats
    wider_week: Floats
    is_on: NDArray[np.bool_]


def add_aftermath(
    mean: Floats, panel: Panel, *, cap_multiple: float, learnt: Learnt | None = None
) -> Aftermath:
    """Return the forecast with the aftermath of spikes that are on, and how unsure that is.

    An aftermath is a matter of days: a panel of weeks is returned as it came.

    Parameters
    ----------
    mean : ndarray of shape (n_series, horizon)
        The members' forecast, complaints a day.
    panel : Panel
        The past, up to the day before the first that is forecast.
    cap_multiple : float
        No mean gets above this many times the trailing half-year's maximum.
    learnt : Learnt, optional
        What past spikes brought, as a fitted forecaster knows it; learnt from the panel's own
        past by default.
    """
    horizon = mean.shape[1]
    if panel.step_days != 1:
        return _nothing_on(mean, panel)
    near = slice(0, _USUAL_AHEAD_DAYS)
    usual = usual_by_weekday(mean[:, near], panel.horizon_is_holiday[near])
    share = _calm_share(panel.y, usual)
    calm = usual * share
    is_on = _is_on(panel.y, calm)
    if not is_on.any():
        return _nothing_on(mean, panel)
    days = carrying_days(np.nan_to_num(_last_week(panel.y) - calm))
    held = np.where(is_on, _held(usual, calm, days), 1.0)[:, None]
    quiet, usual = mean * held, usual * held
    learnt = learnt or learn_aftermaths(panel.y)
    excess = np.nan_to_num(_last_week(panel.y) - usual) / _rhythm(usual, usual)
    brought = learnt.size * np.maximum(brought_by(excess, horizon), 0.0) * _rhythm(quiet, usual)
    # The members' median has been capped; what is added may not lift it over the cap.
    highest = highest_mean(panel, cap_multiple=cap_multiple)
    more = np.where(is_on[:, None], np.minimum(quiet + brought, np.maximum(highest, quiet)), mean)
    # All that stands above the weeks before is unsure, the members' part of it too.
    before = np.where(is_on[:, None], np.minimum(mean * share, more), mean)
    by_week = [weekly_sums(m) for m in (before, more)]
    spread = learnt.spread / days[:, None]
    return Aftermath(
        more,
        SPREAD_DAY * spread * _share(before, more) ** 2,
        SPREAD_WEEK * spread * _share(*by_week) ** 2,
        is_on,
    )


def _nothing_on(mean: Floats, panel: Panel) -> Aftermath:
    n_series, horizon = mean.shape
    none = np.zeros((n_series, horizon)), np.zeros((n_series, panel.weeks))
    return Aftermath(mean, *none, np.zeros(n_series, dtype=bool))


def _held(usual: Floats, calm: Floats, days: Floats) -> Floats:
    """Return how much of the members' forecast is believed, (n_series,).

    What they rose above the weeks before is believed as far as many days carry it: none of it
    after one loud day, all of it after five.
    """
    belief = np.minimum((days - 1) / (_DAYS_OF_A_LEVEL - 1), 1.0)[:, None]
    believed = (calm + belief * (usual - calm)).sum(axis=1)
    total = usual.sum(axis=1)
    share = np.divide(believed, total, out=np.ones(len(total)), where=total > 0)
    return np.asarray(np.minimum(share, 1.0))


def _rhythm(daily: Floats, usual: Floats) -> Floats:
    """Return how the days differ, usual days being 1: flatter than the counts themselves."""
    average = np.maximum(usual.mean(axis=1, keepdims=True), _TINY)
    flat: Floats = (daily + _FLATTEN * average) / ((1 + _FLATTEN) * average)
    return flat


def _calm_share(y: Floats, usual: Floats) -> Floats:
    """Return how much of the forecast was usual in the weeks before, at most all: (n_series, 1).

    After one loud day, or two, a member may take them for the new level.
    """
    before = usual_then(y)[:, -WEEK:]
    if before.shape[1] < WEEK:
        return np.ones((len(y), 1))
    known = ~np.isnan(before)
    then, now = np.where(known, before, 0).sum(axis=1), np.where(known, usual, 0).sum(axis=1)
    share = np.divide(then, now, out=np.ones(len(y)), where=now > 0)
    capped: Floats = np.minimum(share, 1.0)[:, None]
    return capped


def _last_week(y: Floats) -> Floats:
    short = max(WEEK - y.shape[1], 0)
    padded: Floats = np.pad(y[:, -WEEK:], ((0, 0), (short, 0)), constant_values=np.nan)
    return padded


def _is_on(y: Floats, usual: Floats) -> NDArray[np.bool_]:
    last = _last_week(y)
    expected = np.where(np.isnan(last), 0.0, usual)
    observed = np.nan_to_num(last)
    dispersion = own_dispersion(y)
    high = [
        is_clearly_high(observed[:, -w:].sum(axis=1), expected[:, -w:].sum(axis=1), dispersion[k])
        for k, w in enumerate(WINDOWS)
    ]
    is_on: NDArray[np.bool_] = np.any(high, axis=0)
    return is_on


def _share(before: Floats, after: Floats) -> Floats:
    """Return the part of the forecast that is above what was before, 0 to 1."""
    return np.divide(after - before, after, out=np.zeros_like(after), where=after > 0)
