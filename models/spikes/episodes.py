"""A warning's life: alarms of single days made into one warning that opens, grows, eases, closes.

Nothing is stored between mornings: the days are gone through from the first, so the same history
gives the same warnings, under the same names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Episode:
    """One run of alarms of one series.

    Parameters
    ----------
    opened : int
        Index of the first day in alarm.
    last_alarm : int
        Index of the last day in alarm so far.
    closed : int or None
        Index of the day on which it closed: the last of `quiet_days` days without an alarm.
    """

    opened: int
    last_alarm: int
    closed: int | None


def episodes(is_alarm: NDArray[np.bool_], *, quiet_days: int) -> list[Episode]:
    """Return the episodes of one series, oldest first.

    Parameters
    ----------
    is_alarm : ndarray of bool, shape (n_days,)
        Which days were in alarm.
    quiet_days : int
        An episode closes after so many days without an alarm; an alarm before that belongs to
        it still.

    Examples
    --------
    >>> episodes(np.array([0, 1, 0, 1, 0, 0, 0], dtype=bool), quiet_days=2)
    [Episode(opened=1, last_alarm=3, closed=5)]
    """
    days = np.flatnonzero(is_alarm)
    if not len(days):
        return []
    breaks = np.flatnonzero(np.diff(days) > quiet_days)
    firsts = days[np.concatenate([[0], breaks + 1])]
    lasts = days[np.concatenate([breaks, [len(days) - 1]])]
    return [
        Episode(
            int(first),
            int(last),
            int(last) + quiet_days if last + quiet_days < len(is_alarm) else None,
        )
        for first, last in zip(firsts, lasts, strict=True)
    ]


def episode_state(episode: Episode, excess: NDArray[np.float64], today: int) -> str:
    """Return ``open``, ``grown``, ``eased`` or ``closed`` as of a day.

    Parameters
    ----------
    episode : Episode
        Which episode.
    excess : ndarray of shape (n_days,)
        Complaints above the expected in the window, by day.
    today : int
        Index of the day.
    """
    if episode.closed is not None and episode.closed <= today:
        return "closed"
    if episode.opened >= today or excess[today] == excess[today - 1]:
        return "open"
    is_worse = excess[today] > excess[today - 1] and episode.last_alarm == today
    return "grown" if is_worse else "eased"


def warning_id(theme_id: str, opened_on: pd.Timestamp) -> str:
    """Return the name of the warning of a theme that opened on a date.

    Examples
    --------
    >>> warning_id("t-1", pd.Timestamp("2019-05-04"))
    'w-3ccc001872'
    """
    digest = hashlib.sha256(f"{theme_id}|{opened_on.date().isoformat()}".encode()).hexdigest()
    return f"w-{digest[:10]}"
