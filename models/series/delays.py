r"""How late complaints are told: the share of a day's complaints that have come in by a morning.

Day d is E days old on the morning of day d + E. Of the complaints of a group (a source's channel)
that come in within four weeks of their day, let a(d, k) be those that come in k days after it. By
the morning of age E

.. math:: F_g(E) = \frac{\sum_d \sum_{k<E} a(d, k) + n_0 F(E)}{\sum_d \sum_{k<28} a(d, k) + n_0}

has come in, over days d that are at least four weeks old, with F the same over all groups and,
for it, everything at once (the chain-ladder's development pattern, Mack 1993,
doi:10.2143/AST.23.2.2005092). Only mornings before which the group delivered something are looked
at: where files come on Mondays, complaints of a Saturday are not "late", there was no load before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A day is taken as complete after so many days: what comes later still is not waited for.
MATURE_DAYS = 28
_LEARNT_DAYS = 182  # half a year of mature days tells the delays
_PRIOR = 50.0  # complaints after which a group's own delays count as much as those of all
_MIX_PRIOR = 20.0  # the same for how a series is made up of groups
# More than this has come in: the day counts as complete, as it does where nothing is ever late.
_COMPLETE = 0.99


@dataclass(frozen=True)
class Delays:
    """What has come in of the last days.

    Parameters
    ----------
    share : ndarray of shape (n_groups, 28)
        Of the complaints of a day that is 1, 2, ... 28 days old, 0 to 1.
    share_sd : ndarray of shape (n_groups, 28)
        How much that differs from day to day, beyond chance.
    """

    share: Floats
    share_sd: Floats


def learn_delays(
    day: Ints, received: Ints, group: Ints, *, n_groups: int, today: int
) -> Delays | None:
    """Return how much of the last days has come in, per group; None where nothing is late.

    Parameters
    ----------
    day, received : ndarray of int, shape (n_rows,)
        Local day of each complaint and of its receipt, as whole numbers. Rows received on
        `today` or later are not read.
    group : ndarray of int, shape (n_rows,)
        0..n_groups-1.
    n_groups : int
        How many groups.
    today : int
        The morning that is lived.
    """
    known = received < today
    day, received, group = day[known], np.maximum(received[known], day[known]), group[known]
    mature = today - MATURE_DAYS
    first = max(mature - _LEARNT_DAYS, int(day.min(initial=today)))
    late = received - day
    is_read = (day >= first) & (day < mature) & (late < MATURE_DAYS)
    if not (late[is_read] > 0).any():
        return None
    n_days = mature - first
    came = np.zeros((n_groups, n_days, MATURE_DAYS))
    np.add.at(came, (group[is_read], day[is_read] - first, late[is_read]), 1.0)
    has_news = np.zeros((n_groups, today - first), dtype=bool)
    is_news = received >= first
    has_news[group[is_news], received[is_news] - first] = True
    # Day d at age E: the morning of d + E, before which day d + E - 1 brought something.
    at = np.arange(n_days)[:, None] + np.arange(MATURE_DAYS)[None, :]
    is_fresh_now = has_news[:, -1]
    looked = np.where(is_fresh_now[:, None, None], has_news[:, at], True)
    arrived, total = came.cumsum(axis=2), came.sum(axis=2, keepdims=True)
    own, of = (arrived * looked).sum(axis=1), (total * looked).sum(axis=1)
    pool = (own.sum(axis=0) + _PRIOR) / (of.sum(axis=0) + _PRIOR)
    share = (own + _PRIOR * pool) / (of + _PRIOR)
    share = np.maximum.accumulate(share, axis=1)
    return Delays(share, _scatter(arrived, total, looked, share))


def _scatter(arrived: Floats, total: Floats, looked: NDArray[np.bool_], share: Floats) -> Floats:
    r"""Return the sd of a day's share beyond what chance gives, by moments: (n_groups, 28).

    With n_d complaints on day d, :math:`E(a_d - n_d F)^2 = n_d F(1-F) + n_d (n_d - 1) \sigma^2`.
    """
    n = total * looked
    squares = ((arrived - total * share[:, None, :]) ** 2 * looked).sum(axis=1)
    chance = (n * (share * (1 - share))[:, None, :]).sum(axis=1)
    pairs = (n * np.maximum(n - 1, 0)).sum(axis=1)
    variance = np.maximum(squares - chance, 0.0) / (pairs + _PRIOR)
    sd: Floats = np.minimum(np.sqrt(variance), 0.5)
    return sd


def arrived_by_series(delays: Delays, mix: Floats, ages: Ints) -> tuple[Floats, Floats]:
    """Return the share of each series' days that has come in, and its sd; NaN where all has.

    Parameters
    ----------
    delays : Delays
        By group.
    mix : ndarray of shape (n_series, n_groups)
        Complaints of each series by group; shrunk to what all series are made up of.
    ages : ndarray of int, shape (n_days,)
        Age of each day in days; below 1: not over yet; above 28: complete.

    Returns
    -------
    share, share_sd : ndarray of shape (n_series, n_days)
    """
    overall = mix.sum(axis=0) / max(float(mix.sum()), 1.0)
    weight = (mix + _MIX_PRIOR * overall) / (mix.sum(axis=1, keepdims=True) + _MIX_PRIOR)
    share = np.full((len(mix), len(ages)), np.nan)
    share_sd = share.copy()
    is_young = (ages >= 1) & (ages <= MATURE_DAYS)
    share[:, is_young] = _mixed(weight, delays.share[:, ages[is_young] - 1])
    # Groups are late together (one night's load): their scatter adds up.
    share_sd[:, is_young] = _mixed(weight, delays.share_sd[:, ages[is_young] - 1])
    is_complete = ~(share < _COMPLETE)
    share[is_complete], share_sd[is_complete] = np.nan, np.nan
    return share, share_sd


def _mixed(weight: Floats, values: Floats) -> Floats:
    # No matrix product: its sums depend on where a series stands among the others.
    mixed: Floats = (weight[:, :, None] * values[None, :, :]).sum(axis=1)
    return np.minimum(mixed, 1.0)
