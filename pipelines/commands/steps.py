"""``issuecast ingest | themes | forecast | report``: one step of the morning by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from models.errors import DataContractError
from pipelines.commands.job import columns_of, inputs_of, is_asked, job_of
from pipelines.console import console


def run_ingest(options: argparse.Namespace) -> int:
    """Take complaints and signals in, or only check them; return the exit code."""
    if not options.input and not options.signals and not is_asked(options):
        raise DataContractError(
            "Nothing to take in: write --input FILE, --signals FILE, or both, or --source NAME of "
            "a source that is asked."
        )
    job, now = job_of(options)
    columns, inputs = columns_of(options), inputs_of(options)
    from pipelines.flows.ingest import ingest, signals
    from pipelines.flows.job import Inputs

    stored = {}
    if inputs:
        result = ingest(job, inputs, options.source, columns, now, dry_run=options.dry_run)
        _say_reasons(result.reasons)
        stored["Complaints"] = job.places.store / "complaints"
    if options.signals:
        signals(job, Inputs(options.signals), now, dry_run=options.dry_run)
        stored["Signals"] = job.places.store / "signals"
    if options.dry_run:
        console.say("Dry run: nothing was stored.")
        return 0
    for name, place in stored.items():
        console.say(f"{name}: {place}")
    return 0


def run_themes(options: argparse.Namespace) -> int:
    """Find or assign themes, or measure the known ones; return the exit code."""
    job, _ = job_of(options)
    if options.refit or not options.report:
        from pipelines.flows.themes import themes

        themes(job, refit=options.refit)
        console.say(f"Themes: {job.places.store / 'themes'}")
    if options.report:
        from pipelines.flows.quality import quality

        files = quality(job)
        console.say(f"Quality: {files.html}")
        for line in files.summary:
            console.say(f"  {line}")
    return 0


def run_forecast(options: argparse.Namespace) -> int:
    """Count, forecast and warn; return the exit code."""
    job, _ = job_of(options)
    from pipelines.flows.forecast import forecast

    forecast(job)
    console.say(f"Forecasts: {job.places.store / 'forecasts'}")
    return 0


def run_report(options: argparse.Namespace) -> int:
    """Write the report of a morning; return the exit code."""
    job, _ = job_of(options)
    from pipelines.flows.report import report

    say_report(report(job))
    return 0


def say_report(folder: Path) -> None:
    """Say where a run's report is, and what it says in short."""
    console.say(f"Report: {folder / 'report.html'}")
    for line in (folder / "summary.txt").read_text(encoding="utf-8").splitlines():
        console.say(f"  {line}")


def _say_reasons(reasons: dict[str, int]) -> None:
    for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        console.say(f"  {count:>9,}  {reason}")
