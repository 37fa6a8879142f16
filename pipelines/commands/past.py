"""``issuecast backtest | replay``: the past lived again, knowing no future."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from models.errors import SettingsError
from pipelines.console import console

if TYPE_CHECKING:
    from pipelines.flows.job import Job


def add_past(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    moment: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add the commands that live the past again to the command line."""
    test = commands.add_parser(
        "backtest",
        parents=[common, moment],
        help="how good the forecasts would have been: every method",
    )
    test.add_argument(
        "--origins", type=_positive, default=4, metavar="N", help="earlier mornings (default: 4)"
    )
    again = commands.add_parser(
        "replay",
        parents=[common, moment],
        help="live mornings again, knowing no future: what would have been said?",
        description="Live a stretch of mornings again through the whole chain, from nothing but "
        "what was known on each, and hold what would have been said against what came. A replay "
        "that was stopped goes on where it was.",
    )
    again.add_argument("--from", dest="first", required=True, metavar="DATE", help="first morning")
    again.add_argument("--to", dest="last", required=True, metavar="DATE", help="last morning")
    again.add_argument(
        "--every",
        default="1d",
        metavar="Nd|1h",
        help="a morning every so many days (default: 1d); 1h: every hour between them, too",
    )
    for command in (test, again):
        command.set_defaults(work=work)


def run_past(options: argparse.Namespace, job: Job) -> int:
    """Do what was asked, and return the exit code."""
    if options.command == "backtest":
        from pipelines.flows.backtest import backtest

        files = backtest(job, origins=options.origins)
        console.say((files.html.parent / "summary.txt").read_text(encoding="utf-8").rstrip())
        console.say(f"Back-test: {files.html}")
        for line in files.summary:
            console.say(f"  {line}")
        return 0
    first, last = _date("--from", options.first), _date("--to", options.last)
    hourly, every = options.every == "1h", _every(options.every)
    from pipelines.flows.replay import replay

    made = replay(job, first=first, last=last, every_days=every, hourly=hourly)
    console.say(f"Replay: {made.html}")
    for line in made.summary:
        console.say(f"  {line}")
    return 0


def _positive(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {value!r}")
    return int(value)


def _date(option: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as err:
        raise SettingsError(f"{option}: {value!r} is no date; write e.g. 2019-05-05.") from err


def _every(value: str) -> int:
    if value == "1h":
        return 1
    found = re.fullmatch(r"([1-9][0-9]{0,2})d", value)
    if found is None:
        raise SettingsError(f"--every: expected days such as 1d or 7d, or 1h, got {value!r}.")
    return int(found.group(1))
