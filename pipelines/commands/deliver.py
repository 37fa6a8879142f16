"""``issuecast deliver``: send what is due for the last run, or say what would be sent."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from typing import Any

from models.errors import DataContractError
from pipelines.commands.job import job_of
from pipelines.console import console
from pipelines.workspace import Workspace


def add_deliver(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add ``issuecast deliver`` to the command line."""
    command = commands.add_parser(
        "deliver",
        help="send what is due for the last run to `deliver.destinations`",
        description="Send what is due for the last run, and what earlier ones could not send. What "
        "was sent is never sent again. Addresses are read from the environment variables that "
        "params.yaml names. `issuecast run` does this at its end.",
        parents=[common],
    )
    command.add_argument("--as-of", metavar="DATE", help="another run (default: the last)")
    command.add_argument(
        "--dry-run", action="store_true", help="say what would be sent and where; send nothing"
    )
    command.set_defaults(work=work)


def run_deliver(options: argparse.Namespace) -> int:
    """Send, or say what would be sent; return the exit code."""
    from pathlib import Path

    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    if not options.as_of:
        options.as_of = _last(place)
    job, now = job_of(options)
    if not (job.folder / "run.json").exists():
        raise DataContractError(
            f"--as-of: there is no run of {job.name}: `issuecast run` makes it."
        )
    if options.dry_run:
        from pipelines.deliver import would_deliver

        lines = would_deliver(job.places, job.settings, job.moment, environment=os.environ)
        for line in lines:
            console.say(f"  {line}")
        console.say("Nothing was sent: --dry-run." if lines else "Nothing is due.")
        return 0
    from pipelines.flows.deliver import deliver

    deliver(job, now)
    return 0


def _last(place: Workspace) -> str:
    folder = place.last_run()
    if folder is None:
        raise DataContractError("There is no run to deliver yet: `issuecast run` makes one.")
    return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["as_of"])
