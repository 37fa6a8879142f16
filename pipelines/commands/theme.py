"""``issuecast theme``: look at themes and decide about them. Starts no flow and no encoder."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.commands import theme_decide as cli_theme_decide
from pipelines.commands import theme_show as cli_theme_show
from pipelines.workspace import Workspace

_HELP = {
    "list": "all themes, their sizes and what was decided about them",
    "show": "one theme: its words, decisions and examples with their ids",
    "history": "what refits made of a theme; its counts as then known and as re-read today",
    "rename": "give a theme a name",
    "merge": "count themes in another one, past and future",
    "split": "divide a theme: into so many parts as it falls into, or into parts that you name",
    "hide": "neither warn of a theme nor show it; it still counts in totals",
    "unhide": "show a hidden theme again",
    "pin": "keep a theme on top of the list, whatever a refit finds",
    "unpin": "pin it no longer",
    "undo": "take back the newest decision about a theme",
}


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
    past = add("history", is_decision=False)
    past.add_argument("theme", metavar="THEME")
    past.add_argument("--json", action="store_true", help="as JSON, a count a day")
    rename = add("rename")
    rename.add_argument("theme", metavar="THEME")
    rename.add_argument("name", metavar="NAME")
    merge = add("merge")
    merge.add_argument("themes", nargs="+", metavar="THEME")
    merge.add_argument("--into", required=True, metavar="THEME")
    split = add("split")
    split.add_argument("theme", metavar="THEME")
    ways = split.add_mutually_exclusive_group(required=True)
    ways.add_argument(
        "--parts",
        type=int,
        metavar="N",
        help="the N parts that its texts fall into, named after what is said in them",
    )
    ways.add_argument(
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
        cli_theme_show.list_themes(place, settings, as_json=options.json)
    elif options.action == "show":
        cli_theme_show.show(place, settings, options)
    elif options.action == "history":
        cli_theme_show.show_history(place, settings, options)
    else:
        cli_theme_decide.decide(place, settings, options, now)
    return 0
