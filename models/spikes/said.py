"""Which days were a real rise: as people said of warnings, and else as hindsight tells.

Whoever has read the texts behind a warning knows better than any rule on counts whether something
was the matter. Their word is about a whole warning: what they called useful was a real rise on
each of its days, what they called not useful was none, whatever the counts did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.spikes.episodes import episodes

Mask = NDArray[np.bool_]


class Said(NamedTuple):
    """What somebody said of one warning; positions are those of the counts' rows and days.

    Attributes
    ----------
    series : int
        Whose warning it was.
    first, last : int
        The days on which it was on, both included, as far as was known when this was said.
    given : int
        The day on which it was said: the mornings of later days know it.
    is_useful : bool
        Useful, or not.
    """

    series: int
    first: int
    last: int
    given: int
    is_useful: bool


def real_days(is_spike: Mask, is_alarm: Mask, said: Sequence[Said], *, quiet_days: int) -> Mask:
    """Return which days lie in a real rise; where nobody said anything, as hindsight tells.

    Parameters
    ----------
    is_spike : ndarray of bool, shape (n_series, n_days)
        Told in hindsight, see :func:`models.spikes.truth.hindsight.spike_days`.
    is_alarm : ndarray of bool, shape (n_series, n_days)
        A warning may have gone on after people spoke of it: what they said holds for all of the
        episodes that it reaches into.
    said : sequence of Said
        Of two that meet, the one given later holds; of two of one day the later in order.
    quiet_days : int
        An episode ends after so many days without an alarm.

    Examples
    --------
    A warning of days 1 to 3 was called useful on day 2, when it had been on for a day:

    >>> alarms = np.array([[0, 1, 0, 1, 0, 0, 0]], dtype=bool)
    >>> said = [Said(series=0, first=1, last=1, given=2, is_useful=True)]
    >>> real_days(np.zeros((1, 7), dtype=bool), alarms, said, quiet_days=2).astype(int)
    array([[0, 1, 1, 1, 0, 0, 0]])
    """
    out = is_spike.copy()
    for it in sorted(said, key=lambda one: one.given):
        first, last = it.first, it.last
        for episode in episodes(is_alarm[it.series], quiet_days=quiet_days):
            if episode.opened <= it.last and episode.last_alarm >= it.first:
                first, last = min(first, episode.opened), max(last, episode.last_alarm)
        out[it.series, max(first, 0) : max(last + 1, 0)] = it.is_useful
    return out
