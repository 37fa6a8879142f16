"""What people decided about themes: the entries, which of them stand, and what is wrong with them.

A decision is an entry in a list that only grows. What counts on a morning is read off the entries
up to that morning, so a morning that is lived again decides as it did.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from models.errors import DataContractError

# What each action settles: of two entries that settle the same of a theme, the later one counts.
SETTLES = {
    "rename": "name",
    "merge": "place",
    "split": "place",
    "hide": "shown",
    "unhide": "shown",
    "pin": "kept",
    "unpin": "kept",
}
UNDO = "undo"  # takes back the newest entry about the theme that still stands
ACTIONS = (*SETTLES, UNDO)
_WITHDRAWALS = ("unhide", "unpin")  # they end an entry and do nothing else
_ID_DIGITS = 8


@dataclass(frozen=True)
class Part:
    """One part of a theme that is split: its name and complaints (ids) that show what it is."""

    name: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """One entry: who decided what about which theme, and when.

    Parameters
    ----------
    at : Timestamp
        With a time zone.
    by : str
        Who decided.
    action : str
        One of ``ACTIONS``.
    theme_id : str
        Of the theme that is decided about.
    title : str
        What the theme was called then: for readers of the file, and a sign that a command wrote
        the entry after it had looked the theme up.
    name : str
        The new name (``rename``).
    into, into_title : str
        The theme to merge into (``merge``), and what it was called.
    parts : tuple of Part
        At least two (``split``).
    note : str
        Why.
    place : str
        Where the entry stands, for messages, e.g. ``decisions.yaml, entry 3 (line 20)``.
    """

    at: pd.Timestamp
    by: str
    action: str
    theme_id: str
    title: str = ""
    name: str = ""
    into: str = ""
    into_title: str = ""
    parts: tuple[Part, ...] = ()
    note: str = ""
    place: str = ""

    @property
    def part_ids(self) -> tuple[str, ...]:
        """Return the ids of the parts: the same for the same theme, moment and number, for life."""
        moment = self.at.tz_convert("UTC").isoformat()
        return tuple(_part_id(self.theme_id, moment, n) for n in range(len(self.parts)))


def _part_id(theme_id: str, moment: str, number: int) -> str:
    digest = hashlib.sha256(f"{theme_id} {moment} {number}".encode()).hexdigest()
    return f"t-{digest[:_ID_DIGITS]}"


def standing(
    decisions: Iterable[Decision], *, as_of: pd.Timestamp | None = None
) -> tuple[Decision, ...]:
    """Return the decisions that count at a moment, in the order in which they were made.

    An entry counts if it is not after the moment, was not undone, and no later one settles the
    same of the same theme: of two names the later one is the name.

    Parameters
    ----------
    decisions : iterable of Decision
        In the file's order, which decides between entries of the same moment.
    as_of : Timestamp, optional
        All entries count by default.

    Raises
    ------
    DataContractError
        If there is nothing that an ``undo`` could take back.
    """
    kept: list[Decision] = []
    for decision in sorted(decisions, key=lambda d: d.at):
        if as_of is not None and decision.at > as_of:
            break
        if decision.action != UNDO:
            kept.append(decision)
            continue
        mine = [i for i, d in enumerate(kept) if d.theme_id == decision.theme_id]
        if not mine:
            raise DataContractError(
                f"{decision.place}: nothing was decided about {decision.theme_id} before that "
                "could be undone; remove this entry."
            )
        del kept[mine[-1]]
    last = {(d.theme_id, SETTLES[d.action]): d for d in kept}
    return tuple(
        d for d in kept if last[d.theme_id, SETTLES[d.action]] is d and d.action not in _WITHDRAWALS
    )


def check_decisions(decisions: Sequence[Decision], *, known_ids: Collection[str]) -> None:
    """Raise if the entries contradict each other or name a theme that never was.

    Parameters
    ----------
    decisions : sequence of Decision
        All entries.
    known_ids : collection of str
        Ids of all themes that were ever found; empty: not known, and no id is checked. An entry
        with a title was written by a command that found the theme, and is not checked either.

    Raises
    ------
    DataContractError
        If a theme is unknown, merged into itself or round in a circle, or an ``undo`` has nothing
        to take back; the message names the entry and the fix.
    """
    standing(decisions)
    for decision in decisions:
        if decision.action == "merge" and decision.into == decision.theme_id:
            raise DataContractError(
                f"{decision.place}: merges {decision.theme_id} into itself; "
                "name another theme under `into`, or remove the entry."
            )
    for moment in sorted({d.at for d in decisions if d.action == "merge"}):
        _check_circles(standing(decisions, as_of=moment))
    if known_ids:
        _check_ids(decisions, known_ids)


def _check_circles(decisions: Sequence[Decision]) -> None:
    merges = {d.theme_id: d for d in decisions if d.action == "merge"}
    for decision in merges.values():
        seen, here = [decision], decision.into
        while here in merges and here != decision.theme_id:
            seen.append(merges[here])
            here = merges[here].into
            if len(seen) > len(merges):  # a circle further on: found from one of its own
                break
        if here == decision.theme_id:
            newest = max(seen, key=lambda d: d.at)
            others = ", ".join(d.place for d in seen if d is not newest)
            raise DataContractError(
                f"{newest.place}: merges {newest.theme_id} into {newest.into}, which is itself "
                f"merged into {newest.theme_id} ({others}); remove one of these entries."
            )


def _check_ids(decisions: Sequence[Decision], known_ids: Collection[str]) -> None:
    known = {*known_ids, *(name for d in decisions for name in d.part_ids)}
    for decision in decisions:
        asked = [(decision.theme_id, decision.title, "theme")]
        if decision.action == "merge":
            asked.append((decision.into, decision.into_title, "into"))
        for theme_id, title, key in asked:
            if theme_id not in known and not title:
                close = difflib.get_close_matches(theme_id, sorted(known), n=1)
                hint = f"did you mean {close[0]}? " if close else ""
                raise DataContractError(
                    f"{decision.place}: `{key}`: no theme has the id {theme_id!r}; {hint}"
                    "`issuecast theme list` shows all."
                )
