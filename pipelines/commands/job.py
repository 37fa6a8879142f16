"""From what was typed to the job of a flow: the only reader of the wall clock but for `cli`."""

from __future__ import annotations

import argparse
import difflib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import DataContractError
from pipelines.console import console
from pipelines.environment import make_home

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.flows.job import Inputs, Job


def job_of(options: argparse.Namespace) -> tuple[Job, str]:
    """Return the morning's job, and the wall clock's moment."""
    import pandas as pd

    make_home()  # before Prefect is imported
    from pipelines.decisions.board import load_decisions
    from pipelines.flows.job import Job
    from pipelines.moments import iso
    from pipelines.settings import load_settings
    from pipelines.sources.files import find_files
    from pipelines.warm_start import warm_start

    zone = load_settings(Path(options.params) if options.params else None).time_zone
    now = pd.Timestamp(datetime.now(UTC))
    moment = moment_of(options, now, time_zone=zone)
    workspace = str(Path(options.workspace).resolve()) if options.workspace else None
    params = str(Path(options.params).resolve()) if options.params else None
    room = "watches" if options.command == "watch" else "runs"
    job = Job(as_of=iso(moment), workspace=workspace, params=params, room=room)
    if getattr(options, "input", None):
        find_files(options.input)  # a wrong name is said at once, before anything slow
    if getattr(options, "signals", None):
        find_files(options.signals)
    if hasattr(options, "input"):
        is_asked(options)
    load_decisions(job.places)  # ... and so is a broken file of decisions
    console.say(f"issuecast {version('issuecast')}, as of {iso(moment)}")
    with console.step("start") as report:
        warm_start()
        report("libraries and Prefect ready")
    return job, iso(now)


def moment_of(options: argparse.Namespace, now: pd.Timestamp, *, time_zone: str) -> pd.Timestamp:
    """Return the moment whose knowledge counts, UTC: as asked for, else by the clock.

    Today's morning for a run. For a look between mornings the last full hour: a second one within
    the hour is the same look again.
    """
    from pipelines.moments import parse_as_of, start_of_day

    if options.as_of:
        return parse_as_of(options.as_of, time_zone=time_zone)
    if options.command == "watch":
        return now.floor("h").as_unit("us")
    return start_of_day(now, time_zone=time_zone)


def columns_of(options: argparse.Namespace) -> dict[str, str]:
    """Return which of a source's columns are ours, as asked for."""
    from pipelines.sources.files import parse_columns

    return dict(parse_columns(options.columns)) if options.columns else {}


def is_asked(options: argparse.Namespace) -> bool:
    """Return whether the source is asked for what is new, rather than files read.

    Raises
    ------
    DataContractError
        If others are, and a source of this name is not described.
    """
    from pipelines.settings import FILES, Asked, load_settings

    sources = load_settings(Path(options.params) if options.params else None).sources
    if options.input:  # its past may come from files
        return False
    asked = sorted(name for name, source in sources.items() if isinstance(source, Asked))
    if options.source not in (FILES, *sources) and asked:
        close = difflib.get_close_matches(options.source, asked, n=1)
        hint = f" Did you mean {close[0]}?" if close else f" Described: {', '.join(asked)}."
        raise DataContractError(
            f"--source: no source {options.source[:80]!r} is described in the parameters.{hint} "
            "For files write --input FILE."
        )
    return options.source in asked


def inputs_of(options: argparse.Namespace) -> Inputs:
    """Return what is to be read: files, the source itself, or nothing."""
    from pipelines.flows.job import Inputs

    return Inputs(options.input, is_asked=is_asked(options))
