"""``issuecast feedback``: say of a warning what it was worth, or see what was said."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import DataContractError
from pipelines.commands.person import name_of
from pipelines.console import console
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from pipelines.settings import Settings

_VERDICTS = {"useful": "useful", "not-useful": "not useful", "snooze": "snooze"}


def add_feedback(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add ``issuecast feedback`` to the command line."""
    command = commands.add_parser(
        "feedback",
        help="say whether a warning was useful, or snooze it; alone: what was said",
        description="Say whether a warning was useful, or snooze it. Runs as of later mornings "
        "reckon with it: verdicts count in the rate of false alarms and in the thresholds that "
        "keep it; a snoozed warning is told last until its date, unless it gets worse. Without "
        "arguments: the open warnings and what was said.",
        parents=[common],
    )
    command.add_argument("warning", nargs="?", metavar="WARNING_ID", help="as on its card")
    command.add_argument("verdict", nargs="?", choices=list(_VERDICTS))
    command.add_argument("--until", metavar="DATE", help="of a snooze: when to be told again")
    command.add_argument("--by", metavar="NAME", help="who says so (default: you)")
    command.add_argument("--note", default="", metavar="TEXT", help="why, in a sentence")
    command.add_argument("--json", action="store_true", help="list as JSON")
    command.set_defaults(work=work)


def run_feedback(options: argparse.Namespace, *, now: datetime) -> int:
    """Do what ``issuecast feedback`` was asked to, and return the exit code."""
    from pipelines.settings import load_settings

    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    settings = load_settings(Path(options.params) if options.params else None)
    if options.warning is None:
        if options.until or options.note or options.by:
            raise DataContractError("Which warning? Write issuecast feedback WARNING_ID useful ...")
        _list(place, as_json=options.json)
    elif options.verdict is None:
        raise DataContractError(
            f"What of it? Write issuecast feedback {options.warning} {' | '.join(_VERDICTS)}."
        )
    else:
        _say(place, settings, options, now)
    return 0


def _say(place: Workspace, settings: Settings, options: argparse.Namespace, now: datetime) -> None:
    import pandas as pd

    from pipelines.decisions import feedback
    from pipelines.moments import iso

    row = feedback.say(
        place,
        options.warning,
        _VERDICTS[options.verdict],
        by=name_of(options.by),
        at=pd.Timestamp(now),
        until=options.until,
        note=options.note,
        settings=settings,
    )
    until = f" until {row['until'].date()}" if pd.notna(row["until"]) else ""
    console.say(f"{row['warning_id']}: {row['verdict']}{until} ({row['by']}).")
    if pd.notna(row["note"]):
        console.say(f"  {row['note']}")
    console.say(f"Written: {place.store / 'feedback'}")
    console.say(f"Takes effect in runs as of {iso(row['at'])} or later; earlier mornings stay.")


def _list(place: Workspace, *, as_json: bool) -> None:
    from pipelines.decisions import feedback

    opened, said = feedback.open_warnings(place), feedback.listed(place)
    if as_json:
        parts = {
            name: json.loads(frame.to_json(orient="records", date_format="iso"))
            for name, frame in (("open", opened), ("feedback", said))
        }
        console.say(json.dumps(parts, indent=1, ensure_ascii=False))
        return
    console.say(f"{len(opened)} open warnings")
    for row in opened.itertuples():
        told = f"{row.state}, level {row.severity}, since {row.opened_on.date()}"
        console.say(f"  {row.warning_id}  {row.title} ({told})")
    console.say(f"{len(said)} times people said something")
    for row in said.itertuples():
        until = f" until {row.until.date()}" if row.until == row.until else ""
        note = f": {row.note}" if isinstance(row.note, str) else ""
        when = f"{row.at:%Y-%m-%d %H:%M}"
        console.say(
            f"  {when}  {row.warning_id}  {row.title}: {row.verdict}{until} ({row.by}){note}"
        )
