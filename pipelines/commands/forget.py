"""``issuecast forget``: a person's complaints removed from everything that the workspace holds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import DataContractError
from pipelines.console import console
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from pipelines.forget import Plan

_EXIT_LEFT = 1
_SHOWN = 20


def add_forget(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add ``issuecast forget`` to the command line."""
    command = commands.add_parser(
        "forget",
        help="remove a person's complaints from tables, runs, reports and MLflow, and prove it",
        description="Remove complaints, or all of a customer's: texts, vectors, assignments, "
        "examples and words made of them, in the store, in past runs, replays and MLflow; reports "
        "are written again, old versions of tables removed, and every file searched for what is "
        "left. Counts, forecasts and scores stay. What is forgotten is not taken in again. "
        "Without arguments: finishes what a killed call began. It cannot be undone.",
        parents=[common],
    )
    whom = command.add_mutually_exclusive_group()
    whom.add_argument("--complaint-id", nargs="+", default=[], metavar="ID", help="these")
    whom.add_argument("--customer", metavar="NAME", help="all of a customer, as the source has it")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--dry-run", action="store_true", help="say what would go; change nothing")
    command.set_defaults(work=work)


def run_forget(options: argparse.Namespace, *, now: datetime) -> int:
    """Forget, or say what would be forgotten; return the exit code: 1 if something is left."""
    import pandas as pd

    from pipelines.forget import forget, look_up, would_forget
    from pipelines.settings import load_settings

    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    settings = load_settings(Path(options.params) if options.params else None)
    if not place.store.exists():
        raise DataContractError(f"--workspace: {place.root} holds no complaints.")
    moment = pd.Timestamp(now).as_unit("us")
    plan = look_up(
        place,
        settings,
        complaint_ids=options.complaint_id,
        customer=options.customer,
        now=moment,
    )
    if plan is None:
        if not options.complaint_id and options.customer is None:
            raise DataContractError("Nobody to forget: write --complaint-id ID or --customer NAME.")
        console.say("Forgotten already: nothing of it is stored.")
        return 0
    _say_plan(plan)
    if options.dry_run:
        for name, removed in would_forget(place, settings, plan).items():
            console.say(f"  {name}: {removed.rows:,} rows, {removed.cells:,} cells")
        console.say("Nothing was changed: --dry-run.")
        return 0
    if not options.yes:
        _ask()
    with console.step("forget") as report:
        done = forget(place, settings, plan, tell=report)
    console.say(f"Removed: {done.rows:,} rows, {done.cells:,} cells. Counts and forecasts stay.")
    for path in done.left[:_SHOWN]:
        console.say(f"  still holds a trace: {path}")
    if len(done.left) > _SHOWN:
        console.say(f"  ... and {len(done.left) - _SHOWN} more files")
    if done.left:
        console.say("Remove or mend these files, then `issuecast forget` searches again.")
    if settings.tracking.uri:
        console.say(
            f"  not searched: the MLflow server at {settings.tracking.uri}; remove there the "
            "artifacts of runs up to today."
        )
    if done.left or settings.tracking.uri:
        return _EXIT_LEFT
    console.say("Searched: no file of the workspace holds the texts, ids or keys any more.")
    console.say("Mails, messages and copies that left the workspace are not reached.")
    return 0


def _say_plan(plan: Plan) -> None:
    if plan.is_begun:
        console.say("A call before this one was cut short; what it began is finished, too.")
    console.say(
        f"To forget: {plan.complaints:,} complaints, {plan.quarantined:,} rows of the quarantine."
    )
    if plan.mentioned:
        listed = ", ".join(plan.mentioned[:_SHOWN])
        console.say(
            f"The name stands in {len(plan.mentioned):,} complaints of others, which stay: {listed}"
            f"{' ...' if len(plan.mentioned) > _SHOWN else ''}. If they are about this person, "
            "name them with --complaint-id."
        )


def _ask() -> None:
    if not sys.stdin.isatty():
        raise DataContractError("Not done: it cannot be undone. Write --yes to do it.")
    sys.stdout.write("This cannot be undone. Type yes: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().casefold() != "yes":
        raise DataContractError("Not done: nothing was changed.")
