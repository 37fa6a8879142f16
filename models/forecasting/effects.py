r"""What signals (releases, campaigns, outages) bring on top of usual, for every member alike.

With :math:`x_t` the signals of a day and :math:`u_t` what is usual on it (the same weekday in the
weeks around, without signals), a series' mean is

.. math:: \mu_t = u_t f_t,\quad f_t = 1 + e'x_t,\qquad
          e = \Big(\sum_t u_t x_t x_t' + \kappa I\Big)^{-1}
              \Big(\sum_t (y_t - u_t)\,x_t + \kappa\,\bar e\Big)

least squares with each day's variance taken as its usual count, drawn to :math:`\bar e`, the same
over all series, and that to 0. Members are given the counts without it, :math:`y_t / f_t`, and
their forecast gets it back. This is the one way in which signals enter. Were they columns of the
members that can have some (the regression and the boosting), the median of five would drop what
only two of them can see, and a loud day that a campaign explains would pass for a spike. Simulated
(60 series of .3 to 20 a day that drift, two years, 28 days ahead, campaigns every 20 to 30 days
whose effects differ by series), mean over three draws on days with a campaign planned:

=================================  ==========================  ==========================
a campaign multiplies by (median)  scaled CRPS: so / as        forecast over what came:
                                   columns / not known         so / as columns / not known
=================================  ==========================  ==========================
1.0                                .559 / .608 / .613          1.04 / .98 / .98
1.6                                .656 / .752 / .769          1.01 / .65 / .63
3.0                                1.48 / 2.34 / 2.39          1.02 / .36 / .34
=================================  ==========================  ==========================

On other days the three are alike (.439 to .483).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.forecasting.panel import WEEKDAYS, Floats, Panel

_WEEKS = 4  # what is usual is read from so many weeks before and after
# Usual complaints on days with a signal after which a series' own effect weighs as much as the
# common one: ten say whether a campaign doubles them, two do not.
_PRIOR = 10.0
_LEAST, _MOST = 0.2, 20.0  # of the factor: one past outage must not forecast a thousandfold


@dataclass(frozen=True)
class Lifted:
    """A panel without what its signals brought, and what they will bring.

    Parameters
    ----------
    panel : Panel
        Counts without the signals' effects, and no regressors.
    ahead : ndarray of shape (n_series, horizon)
        By how much each day ahead is multiplied; 1 where nothing is planned.
    """

    panel: Panel
    ahead: Floats


def without_signals(panel: Panel) -> Lifted:
    """Return the panel without what its signals brought, and what they will bring.

    Parameters
    ----------
    panel : Panel
        Its regressors are known on its morning.
    """
    n_days, x = len(panel.dates), panel.regressors
    if not panel.regressor_names:
        return Lifted(panel, np.ones((len(panel.series_ids), panel.horizon)))
    past, ahead = x[:n_days], x[n_days:]
    effect = _effects(panel.y, past, WEEKDAYS // panel.step_days)
    calm = replace(
        panel, y=panel.y / _factor(effect, past), regressors=np.empty((0, 0)), regressor_names=()
    )
    return Lifted(calm, _factor(effect, ahead))


def _factor(effect: Floats, x: Floats) -> Floats:
    # No matrix product: its sums depend on where in the panel a series stands.
    brought = (effect[:, None, :] * x[None, :, :]).sum(axis=2)
    factor: Floats = np.clip(1 + brought, _LEAST, _MOST)
    return factor


def _effects(y: Floats, x: Floats, week: int) -> Floats:
    """Return what a unit of each signal brings, in usual days: (n_series, n_columns)."""
    days = np.flatnonzero((x != 0).any(axis=1))
    usual = _usual(y, x, days, week)
    known = ~np.isnan(usual) & ~np.isnan(y[:, days])
    u = np.where(known, usual, 0.0)
    more = np.where(known, y[:, days] - usual, 0.0)
    signals = x[days]
    squares = (u[:, :, None, None] * (signals[:, :, None] * signals[:, None, :])[None]).sum(axis=1)
    brought = (more[:, :, None] * signals[None]).sum(axis=1)
    ridge = _PRIOR * np.eye(x.shape[1])
    common = np.linalg.solve(squares.sum(axis=0) + ridge, brought.sum(axis=0))
    effects: Floats = np.linalg.solve(squares + ridge, (brought + _PRIOR * common)[:, :, None])[
        :, :, 0
    ]
    return effects


def _usual(y: Floats, x: Floats, days: np.ndarray, week: int) -> Floats:
    """Return what is usual on some days: (n_series, n_days_asked), NaN where nothing is near."""
    is_plain = ~(x != 0).any(axis=1)
    out = np.full((len(y), len(days)), np.nan)
    weeks = week * np.r_[-_WEEKS:0, 1 : _WEEKS + 1]
    for k, day in enumerate(days):
        around = day + weeks
        around = around[(around >= 0) & (around < y.shape[1])]
        near = y[:, around[is_plain[around]]]
        n = (~np.isnan(near)).sum(axis=1)
        sums = np.nansum(near, axis=1)
        out[:, k] = np.divide(sums, n, out=np.full(len(y), np.nan), where=n > 0)
    return out
