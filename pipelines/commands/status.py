"""``issuecast status``: what a workspace holds, and whether its newest report is too old."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.console import console
from pipelines.exits import EXIT_DONE, EXIT_GATE
from pipelines.workspace import Workspace


def add_status(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add ``issuecast status`` to the command line."""
    command = commands.add_parser(
        "status",
        help="what the workspace holds; --max-age: is its newest report too old?",
        description="Say what the workspace holds. With --max-age the exit code is 3 where the "
        "newest good report is older than that, or there is none: from a timer of its own, this "
        "tells of a report that did not appear.",
        parents=[common],
    )
    command.add_argument("--json", action="store_true", help="as JSON")
    command.add_argument(
        "--max-age", metavar="26h", help="exit code 3 if the newest good report is older than that"
    )
    command.add_argument("--now", metavar="MOMENT", help="another moment than the clock's")
    command.set_defaults(work=work)


def run_status(options: argparse.Namespace, *, now: datetime) -> int:
    """Say what the workspace holds, and return the exit code.

    Parameters
    ----------
    options : Namespace
        As parsed.
    now : datetime
        The moment that the age is counted to, unless ``--now`` names one.
    """
    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    if options.max_age is not None:
        return _say_age(options, place, now)
    from pipelines.status import describe

    found = describe(place)
    if options.json:
        console.say(json.dumps(found, indent=1))
        return EXIT_DONE
    console.say(f"Workspace: {found['workspace']}")
    for name, rows in found["tables"].items():
        console.say(f"  {name:<12} {rows:>10,} rows")
    console.say(f"  {'runs':<12} {len(found['runs']):>10,} finished")
    if found["runs"]:
        console.say(f"Last report: {found['last_report']}")
    else:
        console.say("No report yet: issuecast run --input FILE, or issuecast demo.")
    if found["unfinished"]:
        console.say(f"Unfinished: {', '.join(found['unfinished'])}; run the same command again.")
    return EXIT_DONE


def _say_age(options: argparse.Namespace, place: Workspace, now: datetime) -> int:
    """Say how old the newest good report is; return 3 if too old."""
    import pandas as pd

    from pipelines.heartbeat import age_of_report, parse_age
    from pipelines.moments import parse_as_of

    moment = pd.Timestamp(now)
    if options.now:
        moment = parse_as_of(options.now, time_zone="UTC", option="--now")
    age = age_of_report(place, now=moment, most=parse_age(options.max_age))
    if options.json:
        console.say(json.dumps({"is_too_old": age.is_too_old, "said": age.said}, indent=1))
    else:
        console.say(f"{'TOO OLD. ' if age.is_too_old else ''}{age.said}")
    return EXIT_GATE if age.is_too_old else EXIT_DONE
