"""People decide: rename, merge, split, hide, pin a theme, from a notebook or the command line.

Each function looks the theme up, checks the decision against all others and appends it to the
workspace's ``decisions.yaml``. It counts in runs as of its moment or later; the stored themes
stay as they were found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict, Unpack

import numpy as np
import pandas as pd

from models.errors import DataContractError
from models.themes.decisions import Decision, Part, check_decisions, standing
from pipelines.decisions_file import append_decision, check_parts, checked_name
from pipelines.settings import Settings
from pipelines.steps.themes_versions import Flags
from pipelines.theme_board import Board, look_at_themes
from pipelines.workspace import Workspace

_EXAMPLES = 5  # complaints that stand for a part that was described by words


class Said(TypedDict):
    """What every decision is made with.

    Attributes
    ----------
    by : str
        Who decides.
    at : Timestamp
        Since when it counts, with a time zone.
    note : str
        Why.
    settings : Settings, optional
        The parameters of the runs; those of ``params.yaml`` by default.
    """

    by: str
    at: pd.Timestamp
    note: NotRequired[str]
    settings: NotRequired[Settings | None]


def rename(
    place: Workspace,
    theme: str,
    name: str,
    **said: Unpack[Said],
) -> Decision:
    """Give a theme a name, and return the entry that was written.

    Parameters
    ----------
    place : Workspace
        Its file of decisions is appended to.
    theme : str
        Id or title.
    name : str
        At most 60 characters; no other theme's.
    **said : Said
        ``by`` and ``at``, and where wanted ``note`` and ``settings``.

    Raises
    ------
    DataContractError
        If the theme is not found, the name is no name or is taken, or the file is broken.
    """
    board = look_at_themes(place, settings=said.get("settings"))
    theme_id = board.find(theme)
    name = checked_name(name, "The new name")
    titles = board.live["title"]
    if titles[theme_id] == name:
        raise DataContractError(f"{theme_id} is called {name!r} already.")
    taken = titles[(titles.str.casefold() == name.casefold()) & (titles.index != theme_id)]
    if len(taken):
        raise DataContractError(
            f"{titles[theme_id]!r} ({theme_id}) cannot be called {name!r}: {taken.index[0]} is "
            "called so. Choose another name, or merge the two."
        )
    return _write(place, board, theme_id, "rename", {"name": name}, **said)


def merge(
    place: Workspace,
    theme: str,
    into: str,
    **said: Unpack[Said],
) -> Decision:
    """Count a theme's complaints, past and to come, in another theme; see :func:`rename`."""
    board = look_at_themes(place, settings=said.get("settings"))
    theme_id, target = board.find(theme), board.find(into)
    if theme_id == target:
        title = board.live["title"][target]
        raise DataContractError(f"{title!r} ({target}) cannot be merged into itself.")
    title = str(board.live["title"][target])
    fields = {"into": target, "into_title": title}
    return _write(place, board, theme_id, "merge", fields, **said)


def split(
    place: Workspace,
    theme: str,
    parts: Mapping[str, Sequence[str]],
    **said: Unpack[Said],
) -> Decision:
    """Divide a theme into named parts; each complaint goes to the part of its nearest example.

    See :func:`rename` for the other parameters and what it raises.

    Parameters
    ----------
    parts : mapping
        Name to examples: ids of the theme's complaints, or words. Of the complaints that say
        all of the words, and not those of another part, the five most typical are taken. The
        file holds ids alone.
    """
    board = look_at_themes(place, settings=said.get("settings"))
    theme_id = board.find(theme)
    examples = _examples(board, theme_id, parts)
    found = tuple(
        Part(checked_name(name, f"Part {name!r}"), tuple(dict.fromkeys(examples[name])))
        for name in parts
    )
    check_parts(found, "The split")
    taken = set(board.live["title"].drop(theme_id).str.casefold())
    for part in found:
        if part.name.casefold() in taken:
            raise DataContractError(f"Part {part.name!r}: another theme is called so.")
    return _write(place, board, theme_id, "split", {"parts": found}, **said)


def _examples(
    board: Board, theme_id: str, parts: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return the complaints (ids) that each part's examples name, words among them looked up."""
    rows = board.complaints(theme_id, ["text_hash", "text"])
    ids, texts = frozenset(rows["complaint_id"]), rows["text"].str.casefold()
    words = {name: [it for it in given if it not in ids] for name, given in parts.items()}
    said = {it: _says(texts, it) for given in words.values() for it in given}
    out = {name: [it for it in given if it in ids] for name, given in parts.items()}
    for name, given in words.items():
        others = [said[it] for other, its in words.items() if other != name for it in its]
        is_others = np.any(others, axis=0) if others else np.zeros(len(rows), dtype=bool)
        for it in given:
            _check_words(board, it, int(said[it].sum()), theme_id)
            mine = rows[said[it] & ~is_others]
            if mine.empty:
                raise DataContractError(
                    f"Part {name!r}: every complaint that says {it!r} says the words of another "
                    "part, too; name complaints by their ids."
                )
            out[name] += board.typical(mine, count=_EXAMPLES)["complaint_id"].tolist()
    return out


def _says(texts: pd.Series, words: str) -> Flags:
    """Return which texts, in small letters, hold all of the words."""
    wanted = words.casefold().split()
    return np.array([all(word in text for word in wanted) for text in texts], dtype=bool)


def _check_words(board: Board, words: str, count: int, theme_id: str) -> None:
    if count:
        return
    title = board.live["title"][theme_id]
    rows = board.decided.assignments
    elsewhere = rows.loc[rows["complaint_id"] == words, "theme_id"].dropna()
    if len(elsewhere):
        raise DataContractError(f"{words}: not of {title!r} ({theme_id}), but {elsewhere.iloc[0]}.")
    raise DataContractError(
        f"{words!r}: neither the id of a complaint of {title!r} ({theme_id}) nor words that one "
        f"says; `issuecast theme show {theme_id} --like WORDS` lists complaints."
    )


def hide(place: Workspace, theme: str, **said: Unpack[Said]) -> Decision:
    """Neither warn of a theme nor show it; it still counts in totals. See :func:`rename`."""
    return _flag(place, theme, "hide", "is_hidden", **said)


def unhide(place: Workspace, theme: str, **said: Unpack[Said]) -> Decision:
    """Show a hidden theme again; see :func:`rename`."""
    return _flag(place, theme, "unhide", "is_hidden", **said)


def pin(place: Workspace, theme: str, **said: Unpack[Said]) -> Decision:
    """Keep a theme on top of the list, whatever a refit finds; see :func:`rename`."""
    return _flag(place, theme, "pin", "is_pinned", **said)


def unpin(place: Workspace, theme: str, **said: Unpack[Said]) -> Decision:
    """Pin a theme no longer; see :func:`rename`."""
    return _flag(place, theme, "unpin", "is_pinned", **said)


def _flag(
    place: Workspace,
    theme: str,
    action: str,
    flag: str,
    **said: Unpack[Said],
) -> Decision:
    board = look_at_themes(place, settings=said.get("settings"))
    theme_id = board.find(theme)
    row, wanted = board.live.loc[theme_id], not action.startswith("un")
    if bool(row[flag]) == wanted:
        state = flag.removeprefix("is_") if wanted else f"not {flag.removeprefix('is_')}"
        raise DataContractError(f"{row['title']!r} ({theme_id}) is {state} already.")
    return _write(place, board, theme_id, action, {}, **said)


def undo(
    place: Workspace,
    theme: str,
    **said: Unpack[Said],
) -> Decision:
    """Take back the newest decision about a theme that still stands; see :func:`rename`.

    A theme that was merged or split is named by its id, or by the title it had then.
    """
    board = look_at_themes(place, settings=said.get("settings"))
    stand = standing(board.decisions)
    wanted = theme.casefold()
    mine = [d.theme_id for d in stand if wanted in (d.theme_id.casefold(), d.title.casefold())]
    theme_id = mine[-1] if mine else board.find(theme)
    if not any(d.theme_id == theme_id for d in stand):
        raise DataContractError(f"Nothing was decided about {theme_id} that could be undone.")
    return _write(place, board, theme_id, "undo", {}, **said)


def _write(
    place: Workspace,
    board: Board,
    theme_id: str,
    action: str,
    fields: Mapping[str, Any],
    *,
    by: str,
    at: pd.Timestamp,
    note: str = "",
    settings: Settings | None = None,  # the board was looked at with them
) -> Decision:
    """Append an entry once it is known to be in order with all others."""
    if at.tzinfo is None:
        raise DataContractError(f"at: expected a moment with a time zone, got {at}.")
    by = " ".join(by.split())
    if not by:
        raise DataContractError("by: a decision needs the name of who decided.")
    titles = board.decided.themes.set_index("theme_id")["title"]
    decision = Decision(
        # The file holds whole seconds, and the ids of parts are made from this moment.
        at=at.tz_convert("UTC").floor("s").as_unit("us"),
        by=by,
        action=action,
        theme_id=theme_id,
        title=str(titles.get(theme_id, "")),
        note=" ".join(note.split()),
        place=f"{place.decisions.name}, the new entry",
        **fields,
    )
    check_decisions((*board.decisions, decision), known_ids=())
    append_decision(place.decisions, decision)
    return decision
