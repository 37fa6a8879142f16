"""``issuecast demo | run | watch``: the whole job of a morning, and the looks between."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from pipelines.commands.job import columns_of, inputs_of, job_of
from pipelines.commands.steps import run_ingest, say_report
from pipelines.console import console
from pipelines.workspace import PROJECT_ROOT

if TYPE_CHECKING:
    from pipelines.flows.job import Job

SAMPLE = PROJECT_ROOT / "data" / "sample"


def use_sample(options: argparse.Namespace) -> None:
    """Set what `run` is asked for to the bundled sample."""
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    options.workspace = options.workspace or str(PROJECT_ROOT / "data" / "demo")
    options.params = options.params or str(SAMPLE / "params.yaml")
    options.input = [str(SAMPLE / "complaints.csv.gz")]
    options.as_of, options.source = truth["as_of"], "sample"
    options.columns, options.dry_run, options.refit = None, False, False
    options.signals = []


def run_outlook(options: argparse.Namespace) -> int:
    """Live a morning from its files to its report, and return the exit code."""
    if options.dry_run:
        return run_ingest(options)
    job, now = job_of(options)
    columns, inputs = columns_of(options), inputs_of(options)
    from pipelines.flows.deliver import deliver
    from pipelines.flows.ended import noted_end
    from pipelines.flows.job import Inputs
    from pipelines.flows.outlook import outlook
    from pipelines.flows.summarise import say_summary

    with noted_end(job, now):
        folder = outlook(
            job,
            inputs,
            options.source,
            columns,
            now,
            refit=options.refit,
            force=options.force,
            signal_files=Inputs(options.signals),
        )
        _keep_times(job)
        say_summary(job)
        say_report(folder)
        _remove_old(job)
        deliver(job, now)  # the run and its report stand, whatever comes of it
    return 0


def _remove_old(job: Job) -> None:
    """Remove the runs that are not to be kept any longer, as of the run's own morning."""
    from pipelines.forget.retention import remove_old_runs

    days = job.settings.retention.run_days
    removed = remove_old_runs(job.places, as_of=job.moment, run_days=days)
    if removed:
        console.say(f"  {removed} runs and looks of more than {days} days ago removed.")


def run_watch(options: argparse.Namespace) -> int:
    """Look at the hours since the last look, and return the exit code."""
    if options.dry_run:
        return run_ingest(options)
    job, now = job_of(options)
    columns, inputs = columns_of(options), inputs_of(options)
    from pipelines.flows.watch import watch

    folder = watch(job, inputs, options.source, columns, now)
    console.say(f"Watch: {folder / 'warnings.parquet'}")
    for line in (folder / "summary.txt").read_text(encoding="utf-8").splitlines():
        console.say(f"  {line}")
    return 0


def _keep_times(job: Job) -> None:
    """Write how long each step took, beside the run: its own files repeat to the byte."""
    job.places.logs.mkdir(parents=True, exist_ok=True)
    times = {name: round(seconds, 3) for name, seconds in console.seconds.items()}
    text = json.dumps(times, indent=1) + "\n"
    (job.places.logs / f"{job.name}.seconds.json").write_text(text, encoding="utf-8")
