"""Step: who may be next, to be told of a rise before they have to ask."""

from __future__ import annotations

import re

import pandas as pd

from models.spikes.episodes import episodes
from models.spikes.who_next import ContactRules, Segment, who_next
from pipelines.settings import Settings
from pipelines.steps.warnings.warnings import Watched

_CELL = re.compile(r"^(\w+)=(.*): (\d+) against <?([\d.]+) usual", re.DOTALL)


def recent_of(complaints: pd.DataFrame, *, settings: Settings, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the counted complaints, of any theme, of the days that ``contact.days`` says."""
    since = as_of - pd.Timedelta(days=settings.contact.days)
    is_recent = (complaints["created_at"] >= since) & (complaints["created_at"] < as_of)
    return complaints[is_recent & complaints["is_counted"].astype(bool)]


def contacts(
    warning: pd.Series,
    mine: pd.DataFrame,
    recent: pd.DataFrame,
    watched: Watched | None,
    *,
    first: pd.Timestamp,
    last: pd.Timestamp,
    settings: Settings,
) -> list[str]:
    """Return the segments that may be next, as texts; none of a rise that one source carries.

    Parameters
    ----------
    warning : Series
        A row of WARNINGS: its ``cells`` say what stands out.
    mine : DataFrame
        The theme's complaints, with local ``date``.
    recent : DataFrame
        See :func:`recent_of`.
    watched : Watched or None
        What was seen in the counts.
    first, last : Timestamp
        Local dates of the warning's window.
    settings : Settings
        ``contact`` and ``warnings`` are read.
    """
    lifts = lifts_of(warning["cells"])
    if not lifts or bool(warning["is_concentrated"]):
        return []
    rules = settings.contact
    found = who_next(
        mine,
        recent,
        lifts,
        first=first,
        last=last,
        openings=_openings(str(warning["theme_id"]), watched, settings),
        rules=ContactRules(
            min_complaints=rules.min_complaints,
            min_customers=rules.min_customers,
            max_segments=rules.max_segments,
        ),
    )
    return [_text(segment) for segment in found]


def lifts_of(cells: list[str]) -> dict[tuple[str, str], float]:
    """Return how many times its usual each axis and value has, from a warning's cells.

    Examples
    --------
    >>> lifts_of(["region=Queens: 24 against 3.0 usual (8.0x)", "product=A: 6 against <0.5 usual"])
    {('region', 'Queens'): 8.0, ('product', 'A'): 12.0}
    """
    out = {}
    for cell in cells:
        found = _CELL.match(cell)
        if found is not None and float(found[4]) > 0:
            out[found[1], found[2]] = int(found[3]) / float(found[4])
    return out


def _openings(theme_id: str, watched: Watched | None, settings: Settings) -> list[pd.Timestamp]:
    if watched is None or theme_id not in watched.theme_ids:
        return []
    seen = watched.detection
    is_alarm = seen.is_alarm[watched.theme_ids.index(theme_id)]
    rises = episodes(is_alarm, quiet_days=settings.warnings.quiet_days)
    return [seen.dates[it.opened] for it in rises]


def _text(it: Segment) -> str:
    """Return a segment as the table holds it; the report reads its numbers from the end."""
    parts = " & ".join(f"{axis}={value}" for axis, value in it.parts)
    text = f"{parts}: {it.customers} customers, {it.complaints} complaints"
    text += f", {it.shares} {it.lift:.1f}x"
    return text + (f", followed {it.followed} of {it.times}" if it.times else "")
