"""The command ``issuecast``: parse, call a command, turn what went wrong into an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from models.errors import DataContractError, IssuecastError
from pipelines.commands.daily import run_outlook, run_watch, use_sample
from pipelines.commands.deliver import add_deliver, run_deliver
from pipelines.commands.feedback import add_feedback, run_feedback
from pipelines.commands.forget import add_forget, run_forget
from pipelines.commands.job import job_of
from pipelines.commands.models import add_models, run_models
from pipelines.commands.past import add_past, run_past
from pipelines.commands.serve import add_serve, run_serve
from pipelines.commands.status import add_status, run_status
from pipelines.commands.steps import run_forecast, run_ingest, run_report, run_themes
from pipelines.commands.theme import add_theme, run_theme
from pipelines.console import console
from pipelines.environment import prepare_environment
from pipelines.exits import EXIT_FAULT, EXIT_INTERRUPTED, EXIT_REFUSED, exit_code_of
from pipelines.lock import writing
from pipelines.schema import check_schema, note_schema
from pipelines.workspace import Workspace

_MAKING = ("demo", "run", "watch", "ingest")  # a workspace, where none is yet
_WRITING = (
    *(*_MAKING, "themes", "forecast", "report", "deliver", "backtest", "replay"),
    *("promote", "rollback", "admin", "forget"),
)
_MAX_WAIT_S = 7 * 86_400.0  # a week: who waits longer has forgotten the command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code.

    Codes: 0 done; 1 a fault of ours; 2 input or parameters refused; 3 a gate failed and the
    last good report stands; 4 delivery failed.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    console.begin(
        quiet=getattr(options, "quiet", False), as_json=getattr(options, "log_json", False)
    )
    try:
        if options.command == "demo":
            use_sample(options)
        place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
        prepare_environment(place)
        return _work(options, place)
    except KeyboardInterrupt:
        sys.stderr.write("issuecast: interrupted; run the same command again to finish.\n")
        return EXIT_INTERRUPTED
    except IssuecastError as err:
        code = exit_code_of(err)
        is_told_whole = code not in (EXIT_FAULT, EXIT_REFUSED) or isinstance(err, DataContractError)
        if options.debug and not is_told_whole:
            traceback.print_exc()
        sys.stderr.write(f"issuecast: {err}\n")
        return code
    except Exception as err:
        if options.debug:
            raise
        place_of_fault = traceback.extract_tb(err.__traceback__)[-1]
        where = f"{Path(place_of_fault.filename).name}, line {place_of_fault.lineno}"
        sys.stderr.write(
            f"issuecast: unexpected {type(err).__name__} ({where}); --debug shows all.\n"
        )
        return EXIT_FAULT


def _work(options: argparse.Namespace, place: Workspace) -> int:
    """Do what was asked; what writes does so alone, and in a workspace that this release reads."""
    if getattr(options, "action", "") != "migrate":
        check_schema(place)
    is_dry = getattr(options, "dry_run", False)
    # People's words (themes, feedback) are short, whole, and not to wait for a morning's run.
    if options.command not in _WRITING or is_dry or not _is_there(options, place):
        return int(options.work(options))
    now = datetime.now(UTC)
    with writing(place, options.command, now=now, wait_s=options.wait):
        if options.command in _MAKING:
            note_schema(place)
        return int(options.work(options))


def _is_there(options: argparse.Namespace, place: Workspace) -> bool:
    return options.command in _MAKING or place.root.exists()


def entry() -> NoReturn:
    """Run the command of this process, and end it.

    What was refused before Prefect was read has nothing to close. It ends at once: a thread of a
    library that is still starting would turn the exit code into a crash's.
    """
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    if code and "prefect" not in sys.modules:
        os._exit(code)
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="issuecast",
        description="Forecasts customer-complaint issues and warns while there is time to act.",
        epilog="Exit codes: 0 done; 1 a fault; 2 input or parameters refused; "
        "3 a gate failed and the last good report stands; 4 delivery failed, the report stands.",
    )
    parser.add_argument("--version", action="version", version=f"issuecast {version('issuecast')}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--workspace", metavar="DIR", help="keep everything under DIR")
    common.add_argument("--params", metavar="FILE", help="parameters to lay over params.yaml")
    common.add_argument(
        "--wait",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="how long to wait for another command that writes here (default: 0)",
    )
    common.add_argument("--quiet", action="store_true", help="say only the result")
    common.add_argument("--debug", action="store_true", help="show the whole of a fault")
    moment = argparse.ArgumentParser(add_help=False)
    moment.add_argument(
        "--as-of",
        metavar="DATE",
        help="the morning to live: what was known at that day's start (default: today)",
    )
    files = argparse.ArgumentParser(add_help=False)
    files.add_argument(
        "--source", default="files", help="name of where the complaints come from (default: files)"
    )
    files.add_argument(
        "--columns",
        metavar="OURS=THEIRS[+THEIRS],...",
        help="which columns are ours, e.g. text=title+text,created_at=opendate",
    )
    files.add_argument(
        "--signals",
        nargs="+",
        default=[],
        metavar="FILE",
        help="what the business knows: name, at, kind and perhaps value, brand, product, known_at",
    )
    files.add_argument("--dry-run", action="store_true", help="check the files, store nothing")
    lines = argparse.ArgumentParser(add_help=False)
    lines.add_argument(
        "--log-json",
        action="store_true",
        help="say an object of JSON a step (step, seconds, rows), and nothing else",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_: str, work: Callable, *parents: argparse.ArgumentParser):  # type: ignore[no-untyped-def, type-arg]
        command = commands.add_parser(name, help=help_, parents=[common, *parents])
        command.set_defaults(work=work)
        return command

    demo = add("demo", "the main job on the bundled, synthetic sample", run_outlook, lines)
    demo.add_argument("--force", action="store_true", help="make the run again")
    run = add(
        "run", "ingest, find themes, forecast, warn, report", run_outlook, moment, files, lines
    )
    run.add_argument("--input", nargs="+", default=[], metavar="FILE", help="files, folders, globs")
    run.add_argument("--force", action="store_true", help="make the run again if it is there")
    run.add_argument("--refit", action="store_true", help="find the themes anew")
    about = "between mornings: births and rises of the last hours"
    hourly = add("watch", about, run_watch, moment, files, lines)
    hourly.add_argument("--input", nargs="+", default=[], metavar="FILE")
    take = add("ingest", "take complaints and signals in", run_ingest, moment, files)
    take.add_argument("--input", nargs="+", default=[], metavar="FILE")
    find = add("themes", "embed texts and find or assign themes", run_themes, moment)
    find.add_argument("--refit", action="store_true", help="find the themes anew")
    find.add_argument(
        "--report",
        action="store_true",
        help="write a page on how good the known themes are; finds them anew only with --refit",
    )
    add("forecast", "count, forecast and warn", run_forecast, moment)
    add("report", "write and publish the report", run_report, moment)
    add_deliver(commands, common, run_deliver)
    add_past(commands, common, moment, _past)
    add_theme(commands, common, _theme)
    add_feedback(commands, common, _feedback)
    add_models(commands, common, moment, _models)
    add_forget(commands, common, _forget)
    add_serve(commands, common, _serve)
    add_status(commands, common, _status)
    return parser


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _MAX_WAIT_S:
        message = f"expected seconds from 0 to {_MAX_WAIT_S:,.0f}, got {value!r}"
        raise argparse.ArgumentTypeError(message)
    return seconds


def _past(options: argparse.Namespace) -> int:
    job, _ = job_of(options)
    return run_past(options, job)


def _theme(options: argparse.Namespace) -> int:
    return run_theme(options, now=datetime.now(UTC))


def _feedback(options: argparse.Namespace) -> int:
    return run_feedback(options, now=datetime.now(UTC))


def _forget(options: argparse.Namespace) -> int:
    return run_forget(options, now=datetime.now(UTC))


def _serve(options: argparse.Namespace) -> int:
    return run_serve(options, now=datetime.now(UTC))


def _status(options: argparse.Namespace) -> int:
    return run_status(options, now=datetime.now(UTC))


def _models(options: argparse.Namespace) -> int:
    return run_models(options, now=datetime.now(UTC))


if __name__ == "__main__":
    entry()
