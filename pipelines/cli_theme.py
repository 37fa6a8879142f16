"""``issuecast theme``: look at themes and decide about them. Starts no flow and no encoder."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import DataContractError
from pipelines.console import console
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from models.themes.decisions import Decision
    from pipelines.settings import Settings
    from pipelines.theme_board import Board

_HELP = {
    "list": "all themes, their sizes and what was decided about them",
    "show": "one theme: its words, decisions and examples with their ids",
    "rename": "give a theme a name",
    "merge": "count themes in another one, past and future",
    "split": "divide a theme into named parts",
    "hide": "neither warn of a theme nor show it; it still counts in totals",
    "unhide": "show a hidden theme again",
    "pin": "keep a theme on top of the list, whatever a refit finds",
    "unpin": "pin it no longer",
    "undo": "take back the newest decision about a theme",
}
_TEXT_CHARS = 110  # of a complaint that is listed


def add_theme(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add ``issuecast theme ACTION`` to the command line."""
    theme = commands.add_parser(
        "theme",
        help="look at themes and decide: rename, merge, split, hide, pin",
        description="Look at themes and decide about them. Decisions stand in decisions.yaml of "
        "the workspace, survive refits and can be taken back. A THEME is an id or a title.",
    )
    actions = theme.add_subparsers(dest="action", required=True, metavar="ACTION")

    def add(name: str, *, is_decision: bool = True) -> argparse.ArgumentParser:
        action: argparse.ArgumentParser = actions.add_parser(
            name, help=_HELP[name], parents=[common]
        )
        action.set_defaults(work=work)
        if is_decision:
            action.add_argument("--by", metavar="NAME", help="who decides (default: you)")
            action.add_argument("--note", default="", metavar="TEXT", help="why")
            action.add_argument(
                "--at",
                metavar="MOMENT",
                help="since when it counts; a date: from that morning's run on (default: now)",
            )
        return action

    listed = add("list", is_decision=False)
    listed.add_argument("--json", action="store_true", help="as JSON")
    show = add("show", is_decision=False)
    show.add_argument("theme", metavar="THEME")
    show.add_argument("--like", default="", metavar="WORDS", help="only complaints that say this")
    show.add_argument("--examples", type=int, default=5, metavar="N", help="how many (default: 5)")
    rename = add("rename")
    rename.add_argument("theme", metavar="THEME")
    rename.add_argument("name", metavar="NAME")
    merge = add("merge")
    merge.add_argument("themes", nargs="+", metavar="THEME")
    merge.add_argument("--into", required=True, metavar="THEME")
    split = add("split")
    split.add_argument("theme", metavar="THEME")
    split.add_argument(
        "--part",
        action="append",
        default=[],
        metavar="NAME=EXAMPLE[,EXAMPLE...]",
        help="twice or more; an EXAMPLE is the id of a complaint, or words that some say",
    )
    for name in ("hide", "unhide", "pin", "unpin", "undo"):
        add(name).add_argument("theme", metavar="THEME")


def run_theme(options: argparse.Namespace, *, now: datetime) -> int:
    """Do what ``issuecast theme`` was asked to, and return the exit code."""
    from pipelines.settings import load_settings

    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    settings = load_settings(Path(options.params) if options.params else None)
    if options.action == "list":
        _list(place, settings, as_json=options.json)
    elif options.action == "show":
        _show(place, settings, options)
    else:
        _decide(place, settings, options, now)
    return 0


def _decide(
    place: Workspace, settings: Settings, options: argparse.Namespace, now: datetime
) -> None:
    import pandas as pd

    from pipelines import decisions
    from pipelines.moments import parse_as_of
    from pipelines.theme_board import look_at_themes

    moment = pd.Timestamp(now)
    if options.at:
        moment = parse_as_of(options.at, time_zone=settings.time_zone, option="--at")
    said: dict[str, Any] = {
        "by": options.by or _user(),
        "at": moment,
        "note": options.note,
        "settings": settings,
    }
    if options.action == "rename":
        made = [decisions.rename(place, options.theme, options.name, **said)]
    elif options.action == "merge":
        board = look_at_themes(place, settings=settings)
        # All or none: what is wrong is said before anything is written.
        target = board.find(options.into)
        named = list(dict.fromkeys(board.find(name) for name in options.themes))
        named.sort(key=lambda theme_id: theme_id != target)  # refused at once, if it is there
        made = [decisions.merge(place, name, target, **said) for name in named]
    elif options.action == "split":
        made = [decisions.split(place, options.theme, _parts(options.part), **said)]
    else:
        act = getattr(decisions, options.action)
        made = [act(place, options.theme, **said)]
    for decision in made:
        console.say(f"{_sentence(decision)}.")
    if options.action == "split":
        _say_parts(place, settings, made[0])
    console.say(f"Written: {place.decisions}")
    console.say(_when(place, settings, made[-1]))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError) as err:
        raise DataContractError("--by: say who decides; the system has no name for you.") from err


def _parts(given: Sequence[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for text in given:
        name, mark, examples = text.partition("=")
        found = [example.strip() for example in examples.split(",") if example.strip()]
        if not mark or not name.strip() or not found:
            raise DataContractError(
                f"--part: expected NAME=EXAMPLE[,EXAMPLE...], got {text!r}; an EXAMPLE is the id "
                "of a complaint, or words that some complaints say."
            )
        if name.strip() in parts:
            raise DataContractError(f"--part: {name.strip()!r} is given twice.")
        parts[name.strip()] = found
    return parts


def _sentence(decision: Decision) -> str:
    """Return what an entry says, for people."""
    theme = f"{decision.title!r} ({decision.theme_id})" if decision.title else decision.theme_id
    into = f"{decision.into_title!r} ({decision.into})" if decision.into_title else decision.into
    parts = ", ".join(repr(part.name) for part in decision.parts)
    return {
        "rename": f"{theme} is now called {decision.name!r}",
        "merge": f"{theme} is now counted in {into}",
        "split": f"{theme} is now split into {parts}",
        "hide": f"{theme} is now hidden",
        "unhide": f"{theme} is shown again",
        "pin": f"{theme} is now pinned",
        "unpin": f"{theme} is pinned no longer",
        "undo": f"The newest decision about {theme} is taken back",
    }[decision.action]


def _say_parts(place: Workspace, settings: Settings, decision: Decision) -> None:
    from pipelines.theme_board import look_at_themes

    sizes = look_at_themes(place, settings=settings).sizes
    for part_id, part in zip(decision.part_ids, decision.parts, strict=True):
        console.say(f"  {part_id}  {int(sizes.get(part_id, 0)):>8,}  {part.name}")


def _when(place: Workspace, settings: Settings, decision: Decision) -> str:
    """Return when an entry takes effect: in the last run if that is made again, or the next."""
    import pandas as pd

    from models.series.calendar import local_date
    from pipelines.moments import iso

    runs = sorted(place.runs.glob("[0-9]*/run.json")) if place.runs.exists() else []
    last = json.loads(runs[-1].read_text(encoding="utf-8")) if runs else None
    if last is not None and pd.Timestamp(last["as_of"]) >= decision.at:
        return (
            f"Takes effect in the next run. `issuecast run --as-of {runs[-1].parent.name}` makes "
            "the last report again with it."
        )
    day = local_date(decision.at, settings.time_zone)
    return (
        f"Takes effect in runs as of {iso(decision.at)} or later; earlier mornings stay as they "
        f"were. (With --at {day.date()} it would count from that morning's run on.)"
    )


def _list(place: Workspace, settings: Settings, *, as_json: bool) -> None:
    from pipelines.theme_board import look_at_themes

    board = look_at_themes(place, settings=settings)
    rows = _rows(board)
    dropped = [(_sentence(d), d.place, why) for d, why in board.decided.dropped]
    if as_json:
        left = [{"decision": said, "place": where, "why": why} for said, where, why in dropped]
        found = {"version": board.version, "themes": rows, "no_longer": left}
        console.say(json.dumps(found, indent=1, ensure_ascii=False))
        return
    console.say(f"{len(board.live)} themes, found {board.version[:10]}:")
    width = max(len(row["title"]) for row in rows)
    for row in rows:
        line = (
            f"  {row['theme_id']}  {row['title']:<{width}}  {row['size']:>8,}  {row['status']:<8}"
        )
        console.say(f"{line}  {'; '.join(row['decisions'])}".rstrip())
    for said, where, why in dropped:
        console.say(f"No longer applies: {said} ({where}): {why}.")


def _rows(board: Board) -> list[dict[str, Any]]:
    """Return the themes to list, the largest first, with what was decided about each."""
    sizes = board.sizes
    rows = []
    for theme_id, row in board.decided.themes.set_index("theme_id").iterrows():
        told = [_short(d) for d in board.decided.applied if _is_about(d, str(theme_id))]
        is_live = theme_id in board.live.index
        if is_live or told:
            flags = [name for name in ("hidden", "pinned") if row[f"is_{name}"] and is_live]
            size = int(sizes.get(theme_id, 0))
            status = ", ".join(flags) or ("split" if row["status"] == "retired" else row["status"])
            rows.append(
                {
                    "theme_id": str(theme_id),
                    "title": _plain(str(row["title"])),
                    "size": size,
                    "status": status,
                    "decisions": told,
                }
            )
    return sorted(rows, key=lambda row: (-row["size"], row["theme_id"]))


def _is_about(decision: Decision, theme_id: str) -> bool:
    return theme_id in (decision.theme_id, *decision.part_ids)


def _short(decision: Decision) -> str:
    done = {
        "rename": f"was {decision.title!r}" if decision.title else "renamed",
        "merge": f"into {decision.into_title or decision.into}",
    }
    what = done.get(decision.action, decision.action)
    return f"{what} ({decision.by}, {decision.at.date()})"


def _show(place: Workspace, settings: Settings, options: argparse.Namespace) -> None:
    from pipelines.theme_board import look_at_themes

    board = look_at_themes(place, settings=settings, has_words=True)
    theme_id = board.find(options.theme)
    row = board.live.loc[theme_id]
    complaints = board.complaints(theme_id, ["created_at", "text_hash", "text"])
    console.say(
        f"{_plain(row['title'])} ({theme_id}), {row['status']}, since {row['born_on'].date()}"
    )
    console.say(f"  {_plain(row['label'])}")
    console.say(f"  words: {_plain(', '.join(row['keywords']))}")
    console.say(f"  {len(complaints):,} complaints")
    if row["parents"]:
        console.say(f"  made of: {', '.join(row['parents'])}")
    for decision in board.decided.applied:
        if _is_about(decision, theme_id) or decision.into == theme_id:
            note = f": {decision.note}" if decision.note else ""
            console.say(f"  {_sentence(decision)} ({decision.by}, {decision.at.date()}){note}")
    wanted = options.like.casefold().split()
    if wanted:
        says = complaints["text"].str.casefold().map(lambda text: all(w in text for w in wanted))
        complaints = complaints[says.astype(bool)]
        console.say(f"  {len(complaints):,} of them say {options.like!r}")
    for complaint in board.typical(complaints, count=max(0, options.examples)).itertuples():
        console.say(f"    {complaint.complaint_id}  {_plain(str(complaint.text))[:_TEXT_CHARS]}")


def _plain(text: str) -> str:
    """Return a stranger's text on one line, without what would steer a terminal."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
