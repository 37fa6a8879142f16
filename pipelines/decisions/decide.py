"""People decide: rename, merge, split, hide, pin a theme, from a notebook or the command line.

A line each, by id or title:

    from pipelines.decisions import decide as decisions

    decisions.themes("~/complaints")
    decisions.rename("~/complaints", "Cash withdrawal", "ATM eats card", by="Ada", at="2026-11-02")
    decisions.split("~/complaints", "Loading page", 3, by="Ada", at="2026-11-02")

Each function looks the theme up, checks the decision against all others and appends it to the
workspace's ``decisions.yaml``. It counts in runs as of its moment or later; the stored themes
stay as they were found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict, Unpack

import pandas as pd

from models.errors import DataContractError
from models.themes.decisions import SETTLES, Decision, Part, check_decisions, standing
from pipelines.decisions.board import Board, Place, look_at_themes, workspace_of
from pipelines.decisions.file import append_decision, check_parts, checked_name
from pipelines.decisions.parts import examples_of, found_parts
from pipelines.decisions.table import theme_rows
from pipelines.moments import parse_as_of
from pipelines.settings import Settings, load_settings


class Said(TypedDict):
    """What every decision is made with.

    Attributes
    ----------
    by : str
        Who decides.
    at : Timestamp or str
        Since when it counts: a moment with a time zone, or a date, which means that morning: with
        the last run's its report can be made again.
    note : str, optional
        Why.
    settings : Settings, optional
        The parameters of the runs; those of ``params.yaml`` by default.
    """

    by: str
    at: pd.Timestamp | str
    note: NotRequired[str]
    settings: NotRequired[Settings | None]


def themes(place: Place, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return all themes of today by id, the largest first, with what was decided about each.

    Parameters
    ----------
    place, settings
        As for :func:`rename`.

    Returns
    -------
    DataFrame of ``title, size, status, decisions``
        ``size``: complaints, those that joined since the themes were found too.
    """
    rows = theme_rows(look_at_themes(place, settings=settings))
    columns = ["theme_id", "title", "size", "status", "decisions"]
    return pd.DataFrame(rows, columns=columns).set_index("theme_id")


def rename(
    place: Place,
    theme: str,
    name: str,
    **said: Unpack[Said],
) -> Decision:
    """Give a theme a name, and return the entry that was written.

    Parameters
    ----------
    place : Workspace, Path or str
        The workspace, or its folder. Its file of decisions is appended to.
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
    place: Place,
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
    place: Place,
    theme: str,
    parts: Mapping[str, Sequence[str]] | int,
    **said: Unpack[Said],
) -> Decision:
    """Divide a theme into parts; each complaint goes to the part of its nearest example.

    See :func:`rename` for the other parameters and what it raises.

    Parameters
    ----------
    parts : mapping or int
        Name to examples: ids of the theme's complaints, or words. Of the complaints that say
        all of the words, and not those of another part, the five most typical are taken. Or a
        number: the parts that the theme's texts fall into are found, see
        :func:`models.themes.division.divide`, and named after what is said in them. The file
        holds names and ids alone, so a refit keeps the parts.
    """
    board = look_at_themes(place, settings=said.get("settings"))
    theme_id = board.find(theme)
    if isinstance(parts, int):
        found = found_parts(board, theme_id, parts, said.get("settings") or load_settings())
    else:
        examples = examples_of(board, theme_id, parts)
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


def hide(place: Place, theme: str, **said: Unpack[Said]) -> Decision:
    """Neither warn of a theme nor show it; it still counts in totals. See :func:`rename`."""
    return _flag(place, theme, "hide", "is_hidden", **said)


def unhide(place: Place, theme: str, **said: Unpack[Said]) -> Decision:
    """Show a hidden theme again; see :func:`rename`."""
    return _flag(place, theme, "unhide", "is_hidden", **said)


def pin(place: Place, theme: str, **said: Unpack[Said]) -> Decision:
    """Keep a theme on top of the list, whatever a refit finds; see :func:`rename`."""
    return _flag(place, theme, "pin", "is_pinned", **said)


def unpin(place: Place, theme: str, **said: Unpack[Said]) -> Decision:
    """Pin a theme no longer; see :func:`rename`."""
    return _flag(place, theme, "unpin", "is_pinned", **said)


def _flag(
    place: Place,
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


def _check_counts(board: Board, decision: Decision) -> None:
    """Raise where an entry would change nothing today: a later one, or another theme's, decides."""
    wanted = decision.action.removeprefix("un")
    mine = [d for d in board.decisions if d.theme_id == decision.theme_id]
    before, after = (
        any(d.action == wanted for d in kept)
        for kept in (standing(mine, as_of=decision.at), standing([*mine, decision]))
    )
    if after if decision.action == wanted else (before and not after):
        return
    theme = f"{decision.title!r} ({decision.theme_id})"
    later = [d for d in mine if d.at > decision.at and SETTLES.get(d.action) == SETTLES[wanted]]
    if later:
        newest = max(later, key=lambda d: d.at)
        moment = newest.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        raise DataContractError(
            f"at: {theme}: {decision.action} as of {decision.at:%Y-%m-%dT%H:%M:%SZ} would change "
            f"nothing, for {newest.by} decided otherwise later ({newest.action}, {moment}). "
            "Give that moment or a later one."
        )
    others = {d.theme_id for d in standing(board.decisions) if d.action == wanted}
    ids = ", ".join(sorted(others - set(board.live.index)))
    raise DataContractError(
        f"{theme}: {decision.action} would change nothing, for it has this from a theme that a "
        f"refit ended: `issuecast theme undo` with its id ({ids}) takes it back."
    )


def undo(
    place: Place,
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
    place: Place,
    board: Board,
    theme_id: str,
    action: str,
    fields: Mapping[str, Any],
    *,
    by: str,
    at: pd.Timestamp | str,
    note: str = "",
    settings: Settings | None = None,  # the board was looked at with them
) -> Decision:
    """Append an entry once it is known to be in order with all others."""
    workspace = workspace_of(place)
    moment = _moment(at, settings)
    by = " ".join(by.split())
    if not by:
        raise DataContractError("by: a decision needs the name of who decided.")
    titles = board.decided.themes.set_index("theme_id")["title"]
    decision = Decision(
        # The file holds whole seconds, and the ids of parts are made from this moment.
        at=moment.floor("s").as_unit("us"),
        by=by,
        action=action,
        theme_id=theme_id,
        title=str(titles.get(theme_id, "")),
        note=" ".join(note.split()),
        place=f"{workspace.decisions.name}, the new entry",
        **fields,
    )
    check_decisions((*board.decisions, decision), known_ids=())
    if SETTLES.get(action) in ("shown", "kept"):
        _check_counts(board, decision)
    append_decision(workspace.decisions, decision)
    return decision


def _moment(at: pd.Timestamp | str, settings: Settings | None) -> pd.Timestamp:
    """Return since when an entry counts, in UTC."""
    if isinstance(at, str):
        return parse_as_of(at, time_zone=(settings or load_settings()).time_zone, option="at")
    if at.tzinfo is None:
        raise DataContractError(f"at: expected a moment with a time zone, got {at}.")
    return at.tz_convert("UTC")
