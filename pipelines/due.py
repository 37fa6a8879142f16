"""Which mornings a schedule owes: the one that is due, and those that were missed before it."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd
from cronsim import CronSim

from pipelines.heartbeat import write_whole
from pipelines.moments import iso, start_of_day
from pipelines.workspace import Workspace

_LEDGER = "schedule.json"
_MOST_KEPT = 400  # mornings of more than a year: none is made up after 31 days
_SECOND = pd.Timedelta(seconds=1)


def owed_mornings(
    cron: str,
    *,
    time_zone: str,
    day_zone: str,
    until: pd.Timestamp,
    days: int,
    lived: Collection[pd.Timestamp],
) -> list[pd.Timestamp]:
    """Return the mornings that were due and never lived, latest first.

    Parameters
    ----------
    cron : str
        When a morning is due.
    time_zone, day_zone : str
        Of the cron string; of the days themselves.
    until : Timestamp
        The moment, UTC: what is due then counts.
    days : int
        How many days before the newest due one a missed morning may lie.
    lived : collection of Timestamp
        The mornings that were lived, or tried. What lies before the first of them was never
        promised; without any, nothing was.

    Returns
    -------
    list of Timestamp
        Starts of local days, UTC.
    """
    if not lived:
        return []
    first, known = min(lived), set(lived)
    owed: list[pd.Timestamp] = []
    oldest: pd.Timestamp | None = None
    start = (until + _SECOND).tz_convert(time_zone).to_pydatetime()
    for moment in CronSim(cron, start, reverse=True):
        morning = start_of_day(pd.Timestamp(moment), time_zone=day_zone)
        if oldest is None:
            local = morning.tz_convert(day_zone) - pd.DateOffset(days=days)
            oldest = max(first, local.tz_convert("UTC"))
        if morning < oldest:
            break
        if morning not in known:
            owed.append(morning)
            known.add(morning)
    return owed


def lived_mornings(places: Workspace) -> dict[pd.Timestamp, int]:
    """Return the mornings that schedules tried, and those of finished runs, with exit codes."""
    out = {pd.Timestamp(name): int(code) for name, code in _ledger(places).items()}
    records = places.runs.glob("[0-9]*/run.json") if places.runs.exists() else []
    for record in records:
        as_of = json.loads(record.read_text(encoding="utf-8"))["as_of"]
        out.setdefault(pd.Timestamp(as_of), 0)
    return out


def note_lived(places: Workspace, morning: pd.Timestamp, code: int) -> None:
    """Note that a schedule has lived a morning, well or not: it is not made up again."""
    known = {**_ledger(places), iso(morning): code}
    kept = dict(sorted(known.items())[-_MOST_KEPT:])
    places.logs.mkdir(parents=True, exist_ok=True)
    write_whole(_file(places), json.dumps(kept, indent=1) + "\n")


def _ledger(places: Workspace) -> dict[str, int]:
    try:
        found = json.loads(_file(places).read_text(encoding="utf-8"))
        return {iso(pd.Timestamp(name)): int(code) for name, code in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # none yet, or broken: finished runs say what was lived


def _file(places: Workspace) -> Path:
    return places.logs / _LEDGER
