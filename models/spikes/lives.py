"""A warning's states day by day, as each morning would have told them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.spikes.episodes import Episode, episode_state


class Stretch(NamedTuple):
    """Days in one state, as indices; both are included."""

    state: str
    first: int
    last: int


def stretches(
    episode: Episode,
    is_alarm: NDArray[np.bool_],
    window_of: NDArray[np.int64],
    excess: NDArray[np.float64],
    *,
    quiet_days: int,
) -> list[Stretch]:
    """Return the stretches of an episode, oldest first; the day on which it closed is the last.

    Parameters
    ----------
    episode : Episode
        Which episode.
    is_alarm : ndarray of bool, shape (n_days,)
        Which days were in alarm.
    window_of : ndarray of int, shape (n_days,)
        The window that speaks for each day in alarm.
    excess : ndarray of shape (n_windows, n_days)
        Complaints above the expected in each window.
    quiet_days : int
        An episode closes after so many days without an alarm.

    Examples
    --------
    >>> alarm = np.array([0, 1, 1, 0, 0, 0], dtype=bool)
    >>> above = np.array([[0.0, 5, 9, 4, 0, 0]])
    >>> for it in stretches(Episode(1, 2, 4), alarm, np.zeros(6, int), above, quiet_days=2):
    ...     print(*it)
    open 1 1
    grown 2 2
    eased 3 3
    closed 4 4
    """
    until = len(is_alarm) - 1 if episode.closed is None else episode.closed
    out: list[Stretch] = []
    last_alarm = episode.opened
    for day in range(episode.opened, until + 1):
        if is_alarm[day]:
            last_alarm = day
        quiet_until = last_alarm + quiet_days
        known = Episode(episode.opened, last_alarm, quiet_until if quiet_until <= day else None)
        state = episode_state(known, excess[window_of[last_alarm]], day)
        if out and out[-1].state == state:
            out[-1] = out[-1]._replace(last=day)
        else:
            out.append(Stretch(state, day, day))
    return out
