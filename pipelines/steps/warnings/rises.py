"""Step: what the open warnings' rises are made of, and how the last weeks' warnings went."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.contracts import LIVES, MISJUDGED, SPLIT_AXES, SPLITS, conform, empty
from models.series.calendar import local_dates
from models.spikes.episodes import episodes, warning_id
from models.spikes.lives import stretches
from models.spikes.split import split
from pipelines.settings import Settings
from pipelines.steps.warnings.warnings import Watched

LIVES_DAYS = 84
_CLOSED = "closed"
_DAY = pd.Timedelta(days=1)


def splits_of(
    warnings: pd.DataFrame,
    complaints: pd.DataFrame,
    watched: Watched | None,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return how each open warning's window divides among channels and among products.

    Parameters
    ----------
    warnings : DataFrame
        A WARNINGS frame: the window of a row is its last ``window_days`` complete days, those that
        its ``observed`` and ``expected`` are of.
    complaints : DataFrame
        With ``theme_id, is_counted, created_at, channel, product``; rows created at or after
        `as_of` are not read.
    watched : Watched or None
        Says which day is the last complete one.
    settings : Settings
        ``time_zone`` and ``warnings`` are read.
    as_of : Timestamp
        The moment, UTC.

    Returns
    -------
    DataFrame
        A SPLITS frame. A theme that was just born and is not watched yet has no rows, and so has an
        axis of which no second value is known.
    """
    if watched is None:
        return empty(SPLITS)
    rules, last = settings.warnings, watched.detection.dates[-1]
    told = warnings[(warnings["state"] != _CLOSED) & warnings["theme_id"].isin(watched.theme_ids)]
    is_read = complaints["is_counted"].astype(bool) & complaints["theme_id"].isin(told["theme_id"])
    rows = complaints[is_read & (complaints["created_at"] < as_of)]
    rows = rows.assign(date=local_dates(rows["created_at"], settings.time_zone))
    found = []
    for warning in told.to_dict("records"):
        its = rows[rows["theme_id"] == warning["theme_id"]]
        days = int(warning["window_days"])
        window = its[its["date"].between(last - (days - 1) * _DAY, last)]
        end = last - max(rules.gap_days, *rules.windows_days) * _DAY
        past = its[its["date"].between(end - (rules.baseline_days - 1) * _DAY, end)]
        for axis in SPLIT_AXES:
            parts = split(window[axis], past[axis], expected=float(warning["expected"]))
            named = {"warning_id": warning["warning_id"], "as_of": as_of, "axis": axis}
            found += [{**named, **part._asdict()} for part in parts]
    return conform(pd.DataFrame(found), SPLITS) if found else empty(SPLITS)


def lives_of(
    warnings: pd.DataFrame, watched: Watched | None, *, settings: Settings
) -> pd.DataFrame:
    """Return the states of each warning of the last twelve weeks, lived again.

    As for the year's record, earlier mornings are lived again with today's themes and counts: a
    refit or late rows can have made them other than they were told.

    Parameters
    ----------
    warnings : DataFrame
        A WARNINGS frame of this morning: an open one keeps the name that it has there, and one that
        is not in the counts (a theme just born) stands with its state of today.
    watched : Watched or None
        Of :func:`pipelines.steps.warnings.warnings.watch_counts`.
    settings : Settings
        ``warnings.quiet_days`` is read.

    Returns
    -------
    DataFrame
        A LIVES frame.
    """
    if watched is None:
        return empty(LIVES)
    last = watched.detection.dates[-1]
    told = warnings[warnings["state"] != _CLOSED]
    names = dict(zip(told["theme_id"], told["warning_id"], strict=True))
    found = _lived(watched, names, quiet_days=settings.warnings.quiet_days)
    seen = {row["warning_id"] for row in found}
    found += [
        {
            **{name: row[name] for name in ("warning_id", "theme_id", "state")},
            "first": row["opened_on"],
            "last": max(row["opened_on"], last),
        }
        for row in told.to_dict("records")
        if row["warning_id"] not in seen
    ]
    if not found:
        return empty(LIVES)
    frame = pd.DataFrame(found).sort_values(["first", "warning_id"], ignore_index=True)
    return conform(frame, LIVES)


def _lived(watched: Watched, names: dict[str, str], *, quiet_days: int) -> list[dict[str, Any]]:
    seen = watched.detection
    start = len(seen.dates) - LIVES_DAYS
    excess = seen.observed - seen.expected
    found = []
    for i, theme_id in enumerate(watched.theme_ids):
        for episode in episodes(seen.is_alarm[i], quiet_days=quiet_days):
            if episode.closed is not None and episode.closed < start:
                continue
            name = warning_id(theme_id, seen.dates[episode.opened])
            if episode.closed is None:
                name = names.get(theme_id, name)
            lived = stretches(
                episode,
                seen.is_alarm[i],
                np.asarray(seen.best[i]),
                excess[:, i, :],
                quiet_days=quiet_days,
            )
            found += [
                {
                    "warning_id": name,
                    "theme_id": theme_id,
                    "state": state,
                    "first": seen.dates[first],
                    "last": seen.dates[end],
                }
                for state, first, end in lived
            ]
    return found


def misjudged_of(watched: Watched | None) -> pd.DataFrame:
    """Return by name what the last year's warnings got wrong, as a MISJUDGED frame.

    Parameters
    ----------
    watched : Watched or None
        Of :func:`pipelines.steps.warnings.warnings.watch_counts`.
    """
    if watched is None or not watched.misjudged:
        return empty(MISJUDGED)
    dates = watched.detection.dates
    rows = [
        {
            "theme_id": watched.theme_ids[it.series],
            "kind": it.kind,
            "first": dates[it.first],
            "last": dates[it.last],
            "complaints": int(watched.counts[it.series, it.first : it.last + 1].sum()),
        }
        for it in watched.misjudged
    ]
    return conform(pd.DataFrame(rows), MISJUDGED)
