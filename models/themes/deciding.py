"""What people decided, applied to a morning's themes: renamed, merged, split, hidden, pinned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import pandas as pd

from models.contracts import THEMES, conform, empty
from models.embedding.base import from_bytes, to_bytes, unit_length
from models.themes.decisions import Decision
from models.themes.parts import Parts

LIVE = ("active", "emerging")

_MERGED_BY_PEOPLE = "it is merged into {title} ({theme_id}) by people"
_SPLIT_BY_PEOPLE = "it is split by people"
_GONE = "the theme ended at a refit and nothing took its place"
_MOVED = "the theme ended at a refit; most of its complaints are now in {title} ({theme_id})"
_NO_EXAMPLES = "fewer than two of its parts have an example complaint that is still known"

Row = dict[str, Any]  # of contracts.THEMES
Splitter = Callable[[Mapping[str, Any], Decision, pd.Series], Parts | None]


@dataclass(frozen=True)
class Heir:
    """Where most complaints of a theme went that ended at a refit.

    Attributes
    ----------
    theme_id : str
        A theme of the morning.
    is_same : bool
        Whether it is mostly made of the ended theme: then it takes over its name, its parts and
        whether it is shown. Else it only takes over what is to be counted with it.
    """

    theme_id: str
    is_same: bool


@dataclass(frozen=True)
class Decided:
    """A morning's themes as people decided.

    Attributes
    ----------
    themes, assignments : DataFrame
        As given, changed. A theme that was merged or split stays in ``themes`` without
        complaints (``merged``, ``retired``), and what took its place names it among its parents.
    applied : tuple of Decision
        What did something, or found it done.
    dropped : tuple of (Decision, str)
        What no longer applies, and why.
    """

    themes: pd.DataFrame
    assignments: pd.DataFrame
    applied: tuple[Decision, ...]
    dropped: tuple[tuple[Decision, str], ...]


def apply_decisions(
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    decisions: Iterable[Decision],
    *,
    heirs: Mapping[str, Heir],
    splitter: Splitter,
) -> Decided:
    """Return the themes and assignments as people decided; the same again changes nothing.

    Decisions are applied one after the other, so each finds what the ones before it left. No
    complaint gets or loses a theme: their number in all is kept, and so is the sum of the live
    themes' sizes. Titles stay unique: what people named comes first, and where a name is taken
    the other title gets a number.

    Parameters
    ----------
    themes : DataFrame
        ``contracts.THEMES`` rows.
    assignments : DataFrame
        ``contracts.ASSIGNMENTS`` rows.
    decisions : iterable of Decision
        Of :func:`models.themes.decisions.standing`.
    heirs : mapping
        Themes that ended at a refit to what became of them.
    splitter : callable
        (the theme's row, the decision, ids of its complaints) to its parts; see
        :func:`models.themes.parts.split_theme`.
    """
    state = _Morning(themes, assignments, heirs, splitter)
    applied, dropped = [], []
    for decision in decisions:
        reason = _ACTS[decision.action](state, decision)
        if reason:
            dropped.append((decision, reason))
        else:
            applied.append(decision)
    _make_titles_unique(state.rows, state.named)
    rows = pd.DataFrame([state.rows[theme_id] for theme_id in sorted(state.rows)])
    return Decided(
        conform(rows, THEMES) if len(rows) else empty(THEMES),
        assignments.assign(theme_id=state.theme_of.astype(assignments["theme_id"].dtype)),
        tuple(applied),
        tuple(dropped),
    )


class _Morning:
    """The frames while decisions change them, and where each theme went."""

    def __init__(
        self,
        themes: pd.DataFrame,
        assignments: pd.DataFrame,
        heirs: Mapping[str, Heir],
        splitter: Splitter,
    ) -> None:
        self.rows: dict[str, Row] = {
            str(row["theme_id"]): row for row in conform(themes, THEMES).to_dict("records")
        }
        self.complaint_ids = assignments["complaint_id"]
        self.theme_of = assignments["theme_id"].astype(object)
        self.heirs, self.splitter = heirs, splitter
        self.merged: dict[str, str] = {}
        self.split: set[str] = set()
        self.turns = count()
        self.named: dict[str, int] = {}  # theme to the turn in which people named it

    def is_live(self, theme_id: str) -> bool:
        return theme_id in self.rows and self.rows[theme_id]["status"] in LIVE

    def find(self, theme_id: str, *, is_target: bool = False) -> tuple[str | None, str]:
        """Return the live theme that stands for an id, or None and why there is none."""
        if self.is_live(theme_id):
            return theme_id, ""
        if theme_id in self.merged:
            into = self.merged[theme_id]
            while into in self.merged:
                into = self.merged[into]
            return (into, "") if is_target else (None, self._say(_MERGED_BY_PEOPLE, into))
        if theme_id in self.split:
            return None, _SPLIT_BY_PEOPLE
        heir = self.heirs.get(theme_id)
        if heir is None:
            return None, _GONE
        found, reason = self.find(heir.theme_id, is_target=is_target)
        if found is None or is_target or heir.is_same:
            return found, reason
        return None, self._say(_MOVED, found)

    def _say(self, template: str, theme_id: str) -> str:
        title = self.rows[theme_id]["title"] if theme_id in self.rows else theme_id
        return template.format(title=title, theme_id=theme_id)


def _rename(state: _Morning, decision: Decision) -> str:
    theme_id, reason = state.find(decision.theme_id)
    if theme_id is not None:
        state.rows[theme_id]["title"] = decision.name
        state.named[theme_id] = next(state.turns)
    return reason


def _merge(state: _Morning, decision: Decision) -> str:
    into, reason = state.find(decision.into, is_target=True)
    if into is None:
        return f"of {decision.into}: {reason}"
    # What a refit (or this very decision, applied before) has put into the same theme is done.
    where, _ = state.find(decision.theme_id, is_target=True)
    if where == into or decision.theme_id in _merged_parents(state.rows, into):
        return ""
    theme_id, reason = state.find(decision.theme_id)
    if theme_id is None:
        return reason
    one, other = state.rows[theme_id], state.rows[into]
    state.theme_of[state.theme_of == theme_id] = into
    state.rows[into] = {
        **other,
        "parents": list(dict.fromkeys([*other["parents"], theme_id])),
        # A theme that is known is not new because a new one joined it.
        "status": "active" if "active" in (one["status"], other["status"]) else "emerging",
        "born_on": min(one["born_on"], other["born_on"]),
        "size": one["size"] + other["size"],
        "centroid": _centroid(one, other),
    }
    state.rows[theme_id] = {**one, "status": "merged", "size": 0}
    state.merged[theme_id] = into
    return ""


def _merged_parents(rows: Mapping[str, Row], into: str) -> list[str]:
    parents = [name for name in rows[into]["parents"] if name in rows]
    return [name for name in parents if rows[name]["status"] == "merged"]


def _centroid(one: Row, other: Row) -> bytes:
    weights = np.maximum([one["size"], other["size"]], 1)
    middle = weights @ from_bytes([one["centroid"], other["centroid"]])
    return to_bytes(unit_length(middle[None]))[0]


def _split(state: _Morning, decision: Decision) -> str:
    theme_id, reason = state.find(decision.theme_id)
    if theme_id is None:
        return "" if _name_parts(state, decision) else reason  # applied before, the parts are there
    row = state.rows[theme_id]
    is_mine = state.theme_of == theme_id
    parts = state.splitter(row, decision, state.complaint_ids[is_mine])
    if parts is None:
        return _NO_EXAMPLES
    state.theme_of[is_mine] = state.complaint_ids[is_mine].map(parts.theme_of).to_numpy()
    state.rows[theme_id] = {**row, "status": "retired", "size": 0}
    state.rows |= {part["theme_id"]: part for part in parts.themes.to_dict("records")}
    _name_parts(state, decision)
    state.split.add(theme_id)
    return ""


def _name_parts(state: _Morning, decision: Decision) -> bool:
    """Give the parts that are there their names; return whether there is any."""
    pairs = zip(decision.part_ids, decision.parts, strict=True)
    found = [(part_id, part) for part_id, part in pairs if state.is_live(part_id)]
    for part_id, part in found:
        state.rows[part_id]["title"] = part.name
        state.named[part_id] = next(state.turns)
    return bool(found)


def _hide(state: _Morning, decision: Decision) -> str:
    theme_id, reason = state.find(decision.theme_id)
    if theme_id is not None:
        state.rows[theme_id]["is_hidden"] = True
    return reason


def _pin(state: _Morning, decision: Decision) -> str:
    theme_id, reason = state.find(decision.theme_id)
    if theme_id is not None:
        state.rows[theme_id]["is_pinned"] = True
    return reason


_ACTS: Mapping[str, Callable[[_Morning, Decision], str]] = {
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "hide": _hide,
    "pin": _pin,
}


def _make_titles_unique(rows: Mapping[str, Row], named: Mapping[str, int]) -> None:
    """Give a number to the weaker of two titles that are the same but for capitals."""

    def strength(row: Row) -> tuple[int, bool, int, str]:
        turn = named.get(row["theme_id"], len(named))
        return turn, not row["is_pinned"], -row["size"], row["theme_id"]

    taken: set[str] = set()
    for row in sorted((row for row in rows.values() if row["status"] in LIVE), key=strength):
        title, number = row["title"], 2
        while title.casefold() in taken:
            title, number = f"{row['title']} ({number})", number + 1
        taken.add(title.casefold())
        row["title"] = title
