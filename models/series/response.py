"""How soon complaints are answered, channel by channel, and how many wait.

Of the complaints created in the 28 days before a moment t, with w the minutes from a complaint to
its first response and e the minutes expected on its channel:

    in time    answered before t, w <= e
    late       answered before t, w > e; or not answered, and created more than e before t
    left out   not answered, and e has not passed; or settled without a response that is known

What happened at t or later is not known at t. A channel of which no response at all is known has no
row: whether nobody answers or nobody writes it down cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import CHANNELS_UNKNOWN, RESPONSE, conform, empty

DAYS = 28
_SPAN = pd.Timedelta(days=DAYS)
_DAY = pd.Timedelta(days=1)
_MINUTE = pd.Timedelta(minutes=1)


def response_times(
    complaints: pd.DataFrame, expected: Mapping[str, float], *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return how soon each channel's complaints were answered, and how many wait.

    Parameters
    ----------
    complaints : DataFrame
        ``created_at, channel, first_response_at, resolved_at`` of complaints, UTC; those created
        at or after ``as_of`` are not read, and later responses are taken as not known.
    expected : mapping of str to float
        Minutes to the first response per channel, whatever the case of its name.
    as_of : Timestamp
        The moment, UTC.

    Returns
    -------
    DataFrame
        A RESPONSE frame, most complaints first; empty where no response is known at all.
    """
    rows = complaints[complaints["created_at"] < as_of]
    if not (rows["first_response_at"] < as_of).any():
        return empty(RESPONSE)
    rows = rows.assign(channel=rows["channel"].fillna(CHANNELS_UNKNOWN))
    wanted = {folded(name): float(minutes) for name, minutes in expected.items()}
    out = [
        _row(str(channel), its, wanted.get(folded(str(channel))), as_of)
        for channel, its in rows.groupby("channel", sort=True, observed=True)
        if (its["first_response_at"] < as_of).any()
    ]
    frame = pd.DataFrame([row for row in out if row["complaints"]])
    if frame.empty:
        return empty(RESPONSE)
    order = ["complaints", "channel"]
    frame = frame.sort_values(order, ascending=[False, True], ignore_index=True)
    return conform(frame.assign(as_of=as_of), RESPONSE)


def folded(channel: str) -> str:
    """Return a channel's name as names are compared: without case and blanks around."""
    return channel.strip().casefold()


def _row(
    channel: str, rows: pd.DataFrame, expected: float | None, as_of: pd.Timestamp
) -> dict[str, Any]:
    lately = rows[rows["created_at"] >= as_of - _SPAN]
    is_answered = (lately["first_response_at"] < as_of).to_numpy()
    is_open = _is_open(lately, as_of)
    waits = (lately["first_response_at"] - lately["created_at"]) / _MINUTE
    waits = waits.to_numpy(dtype=np.float64)
    ages = ((as_of - lately["created_at"]) / _MINUTE).to_numpy(dtype=np.float64)
    row: dict[str, Any] = {
        "channel": channel,
        "expected_minutes": expected,
        "complaints": len(lately),
        "answered": int(is_answered.sum()),
        "median_minutes": float(np.median(waits[is_answered])) if is_answered.any() else None,
        "open": int(is_open.sum()),
        "oldest_open_minutes": float(ages[is_open].max()) if is_open.any() else None,
        "usual_open": _usual_open(rows, as_of),
    }
    if expected is None:
        return row
    is_overdue = is_open & (ages > expected)
    in_time = int((waits[is_answered] <= expected).sum())
    due = int(is_answered.sum() + is_overdue.sum())
    share = in_time / due if due else None
    return {**row, "due": due, "in_time_share": share, "overdue": int(is_overdue.sum())}


def _is_open(rows: pd.DataFrame, moment: pd.Timestamp) -> NDArray[np.bool_]:
    """Return which complaints had been neither answered nor settled before a moment."""
    is_done = (rows["first_response_at"] < moment) | (rows["resolved_at"] < moment)
    is_open: NDArray[np.bool_] = ~is_done.to_numpy(dtype=bool)
    return is_open


def _usual_open(rows: pd.DataFrame, as_of: pd.Timestamp) -> float | None:
    """Return the median of how many waited at this hour on each of the 28 days before.

    None where complaints do not reach back far enough for the first of them, or no response is
    known from before it: what was not written down then would all seem to wait.
    """
    first = as_of - 2 * _SPAN
    known_then = rows["first_response_at"] < as_of - _SPAN
    if rows["created_at"].min() > first + _DAY or not known_then.any():
        return None
    moments = [as_of - back * _DAY for back in range(1, DAYS + 1)]
    waiting = []
    for moment in moments:
        created = rows["created_at"]
        then = rows[(created >= moment - _SPAN) & (created < moment)]
        waiting.append(int(_is_open(then, moment).sum()))
    return float(np.median(waiting))
