"""``issuecast promote | rollback | admin relocate``: which model forecasts, where models are."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.console import console
from pipelines.workspace import Workspace


def add_models(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    moment: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add the commands about models to the command line."""
    up = commands.add_parser(
        "promote",
        parents=[common, moment],
        help="let the challenger forecast, if it has beaten the champion",
        description="Compare challenger and champion on the mornings that both have forecast and "
        "whose days have come. The challenger takes over if it is better by a margin, beyond "
        "doubt, with honest intervals (forecast.challenger in params.yaml); else exit code 3.",
    )
    up.add_argument(
        "--challenger",
        default="challenger",
        metavar="VERSION",
        help="number or alias of the registered version (default: the newest challenger)",
    )
    back = commands.add_parser(
        "rollback", parents=[common, moment], help="take the last promotion back"
    )
    admin = commands.add_parser("admin", help="look after a workspace")
    actions = admin.add_subparsers(dest="action", required=True, metavar="ACTION")
    move = actions.add_parser(
        "relocate",
        parents=[common],
        help="after the workspace's folder was moved: let MLflow find its artifacts again",
    )
    mend = actions.add_parser(
        "migrate", parents=[common], help="bring an older workspace into this release's form"
    )
    for command in (up, back, move, mend):
        command.set_defaults(work=work)


def run_models(options: argparse.Namespace, *, now: datetime) -> int:
    """Do what was asked, and return the exit code."""
    import pandas as pd

    from pipelines.moments import parse_as_of
    from pipelines.settings import load_settings

    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    settings = load_settings(Path(options.params) if options.params else None)
    if options.command == "admin" and options.action == "migrate":
        from pipelines.schema import migrate

        console.say(migrate(place))
        return 0
    if options.command == "admin":
        from pipelines.tracking import relocate

        old, changed = relocate(place, uri=settings.tracking.uri)
        console.say(f"{changed} addresses of artifacts moved from {', '.join(old)}.")
        return 0
    from pipelines.forecasters import promotion

    as_of = pd.Timestamp(now)
    if options.as_of:
        as_of = parse_as_of(options.as_of, time_zone=settings.time_zone)
    if options.command == "promote":
        done = promotion.promote(
            place, settings=settings, as_of=as_of, challenger=options.challenger
        )
    else:
        done = promotion.rollback(place, settings=settings, as_of=as_of)
    which = f"version {done.version}" if done.version else "as the parameters say"
    console.say(f"Champion: {which}: {done.reason}.")
    console.say(f"It counts from {as_of:%Y-%m-%dT%H:%M}Z on, and stands in {place.champions}.")
    return 0
