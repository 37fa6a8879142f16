"""When a warning is news: it opens, it gets worse, it closes; not that it is still there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from models.contracts import CLOSED, DIGEST_SENT, GROWN, OPENED
from models.spikes.routing import folded
from pipelines.settings import Destination

DIGEST_THREAD = "digest"


class Standing(NamedTuple):
    """A warning as a morning tells it."""

    warning_id: str
    level: int
    is_open: bool
    is_held: bool  # snoozed, or told in another warning: no reason to begin a thread
    owner: str


class Planned(NamedTuple):
    """A message that is due: the `number`-th of its thread."""

    thread: str
    number: int
    event: str
    level: int


def change(told: int, *, is_open: bool, level: int) -> str | None:
    """Return what is new about a warning, or None.

    Parameters
    ----------
    told : int
        The highest level told since it opened; 0 where it was not told of, or told as closed.
    is_open : bool
        Whether it is open now.
    level : int
        Its level now, 1 to 4.

    Examples
    --------
    >>> [change(0, is_open=True, level=2), change(2, is_open=True, level=3)]
    ['opened', 'grown']
    >>> [change(2, is_open=True, level=1), change(3, is_open=False, level=3)]
    [None, 'closed']
    """
    if not told:
        return OPENED if is_open else None
    if not is_open:
        return CLOSED
    return GROWN if level > told else None


def plan(
    destination: Destination,
    standing: Sequence[Standing],
    told: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    has_digest: bool,
) -> list[Planned]:
    """Return what a morning has to say at a destination that has not been said there.

    Parameters
    ----------
    destination : Destination
    standing : sequence of Standing
        The morning's warnings, closed ones too.
    told : DataFrame
        The destination's DELIVERIES rows. A row that is due or failed counts as told: it will be.
    as_of : Timestamp
        The morning. One that is before what was told already has nothing to say.
    has_digest : bool
        Whether the morning has a digest for it.
    """
    if len(told) and told["as_of"].max() > as_of:
        return []
    out = []
    digests = told[told["thread"] == DIGEST_THREAD]
    if has_digest and destination.what != "warnings" and as_of not in set(digests["as_of"]):
        out.append(Planned(DIGEST_THREAD, len(digests) + 1, DIGEST_SENT, 0))
    if destination.what != "digest":
        out += _warnings(destination, standing, told[told["thread"] != DIGEST_THREAD])
    return out


def _warnings(
    destination: Destination, standing: Iterable[Standing], told: pd.DataFrame
) -> list[Planned]:
    said = {str(name): rows.sort_values("number") for name, rows in told.groupby("thread")}
    own = [it for it in standing if _is_for(it, destination.department)]
    # What was told of and is listed no more (closed in between, hidden, another's now) is over.
    gone = sorted(said.keys() - {it.warning_id for it in own})
    own += [Standing(name, 1, False, False, "") for name in gone]
    out = []
    for it in own:
        rows = said.get(it.warning_id)
        level = 0 if rows is None else told_level(rows)
        event = change(level, is_open=it.is_open, level=it.level)
        if event is None:
            continue
        if event == OPENED and (it.is_held or it.level < destination.min_level):
            continue
        number = 1 if rows is None else len(rows) + 1
        told_as = level if event == CLOSED else it.level
        out.append(Planned(it.warning_id, number, event, told_as))
    return sorted(out, key=lambda it: (-it.level, it.thread))


def told_level(rows: pd.DataFrame) -> int:
    """Return the highest level told in a thread since its warning opened; 0 once it closed."""
    level = 0
    for row in rows.itertuples():
        level = 0 if row.event == CLOSED else max(level, int(row.level))
    return level


def _is_for(it: Standing, department: str) -> bool:
    return not department or folded(it.owner) == folded(department)
