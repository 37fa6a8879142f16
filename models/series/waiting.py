"""What waits for a first response: how much in each theme, and what most people can see.

In time, late and open mean what they mean in :mod:`models.series.response`; each complaint is held
against what its own channel expects. Channels of which no response at all is known are left out:
whether nobody answers or nobody writes it down cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.contracts import CHANNELS_UNKNOWN, THEME_WAITS, WAITING, conform, empty
from models.series.response import DAYS, folded

_MINUTE = pd.Timedelta(minutes=1)
_MAX_TEXT = 280  # of a complaint that waits: as much as a reader needs to answer it


def waits_by_theme(
    complaints: pd.DataFrame, expected: Mapping[str, float], *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return how soon each theme's complaints of 28 days were answered, and how many wait.

    Parameters
    ----------
    complaints : DataFrame
        ``created_at, channel, theme_id, first_response_at, resolved_at``, UTC; what was created or
        answered at or after ``as_of`` is not known.
    expected : mapping of str to float
        Minutes to the first response per channel, whatever the case of its name.
    as_of : Timestamp
        The moment, UTC.

    Returns
    -------
    DataFrame
        A THEME_WAITS frame, the most overdue first.
    """
    rows = _lately(complaints, expected, as_of).dropna(subset=["theme_id"])
    out = [_row(str(theme), its) for theme, its in rows.groupby("theme_id", sort=True)]
    if not out:
        return empty(THEME_WAITS)
    frame = pd.DataFrame(out).sort_values(
        ["overdue", "open", "theme_id"], ascending=[False, False, True], ignore_index=True
    )
    return conform(frame.assign(as_of=as_of), THEME_WAITS)


def waiting_in_public(
    complaints: pd.DataFrame, expected: Mapping[str, float], *, as_of: pd.Timestamp, most: int
) -> pd.DataFrame:
    """Return the complaints that wait longer than expected where others read along.

    Where a channel has no expectation, all that wait are meant.

    Parameters
    ----------
    complaints : DataFrame
        As for :func:`waits_by_theme`, with ``complaint_id, text, reach``.
    expected, as_of
        As there.
    most : int
        So many at most: the widest reach first, then the longest wait.

    Returns
    -------
    DataFrame
        A WAITING frame.
    """
    rows = _lately(complaints, expected, as_of)
    rows = rows[rows["is_open"] & (rows["reach"] >= 1)]
    rows = rows[rows["is_overdue"] | rows["expected_minutes"].isna()]
    if rows.empty:
        return empty(WAITING)
    rows = rows.sort_values(
        ["reach", "minutes", "complaint_id"], ascending=[False, False, True], ignore_index=True
    ).head(most)
    return conform(rows.assign(text=rows["text"].str.slice(0, _MAX_TEXT), as_of=as_of), WAITING)


def _lately(
    complaints: pd.DataFrame, expected: Mapping[str, float], as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return the last 28 days' complaints of channels that are known to answer, judged."""
    rows = complaints[complaints["created_at"] < as_of]
    rows = rows.assign(channel=rows["channel"].fillna(CHANNELS_UNKNOWN))
    answering = rows.loc[rows["first_response_at"] < as_of, "channel"].unique()
    is_meant = rows["channel"].isin(answering)
    rows = rows[is_meant & (rows["created_at"] >= as_of - pd.Timedelta(days=DAYS))]
    wanted = {folded(name): float(minutes) for name, minutes in expected.items()}
    limit = rows["channel"].map(lambda name: wanted.get(folded(str(name)), np.nan))
    limit = limit.astype(np.float64)
    is_answered = rows["first_response_at"] < as_of
    is_open = ~(is_answered | (rows["resolved_at"] < as_of))
    minutes = (as_of - rows["created_at"]) / _MINUTE
    wait = ((rows["first_response_at"] - rows["created_at"]) / _MINUTE).where(is_answered)
    is_overdue = is_open & (minutes > limit)
    return rows.assign(
        minutes=minutes,
        wait=wait,
        expected_minutes=limit,
        is_answered=is_answered,
        is_open=is_open,
        is_overdue=is_overdue,
        is_due=limit.notna() & (is_answered | is_overdue),
        is_in_time=wait <= limit,
    )


def _row(theme: str, rows: pd.DataFrame) -> dict[str, Any]:
    due, waiting = int(rows["is_due"].sum()), rows.loc[rows["is_open"], "minutes"]
    return {
        "theme_id": theme,
        "complaints": len(rows),
        "answered": int(rows["is_answered"].sum()),
        "due": due,
        "in_time_share": float(rows["is_in_time"].sum() / due) if due else None,
        "median_minutes": float(rows["wait"].median()) if rows["is_answered"].any() else None,
        "open": len(waiting),
        "overdue": int(rows["is_overdue"].sum()),
        "oldest_open_minutes": float(waiting.max()) if len(waiting) else None,
    }
