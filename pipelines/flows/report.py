"""The run becomes a report: recorded, written, published whole, tracked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.contracts import COMPLAINTS, FEEDBACK
from models.errors import GateFailed
from models.series.calendar import local_date
from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.flows.track import track
from pipelines.record import make_record, run_id
from pipelines.report import write_report
from pipelines.report.archive.page import write_archive
from pipelines.report.latest import write_latest
from pipelines.whole import give_name

_NEEDED = ("themes", "assignments", "counts", "forecasts", "outlook", "scores", "warnings")


@flow(name="report")
def report(job: Job) -> Path:
    """Record the run, write its report, publish both at once, track them."""
    record(job)
    write(job)
    folder = publish(job)
    track(job)
    return folder


@task(name="record", cache_policy=NO_CACHE)
@safely
def record(job: Job) -> None:
    """Write ``run.json``: what went in, what came out, by which code and parameters."""
    missing = [name for name in _NEEDED if not (job.draft / f"{name}.parquet").exists()]
    if missing:
        raise GateFailed(
            f"No report: {', '.join(missing)} not made for {job.name}. Run `issuecast run`, "
            "or `issuecast themes` and `issuecast forecast` with the same --as-of first."
        )
    found = make_record(
        complaints=job.complaints(
            ["complaint_id", "source", "created_at", "text_hash", "channel", "language"]
        ),
        complaints_version=job.store.version(COMPLAINTS),
        as_of=job.moment,
        origin=local_date(job.moment, job.settings.time_zone),
        settings=job.settings,
        decisions=job.decisions,
        signals=job.signals(),
        feedback=job.feedback(),
        steps=job.notes(),
        previous=job.run_before(),
    )
    text = json.dumps(found, indent=1, sort_keys=True)
    (job.draft / "run.json").write_text(text + "\n", encoding="utf-8")


@task(name="write", cache_policy=NO_CACHE)
@safely
def write(job: Job) -> None:
    """Write the pages and their tables beside the run's own."""
    previous = job.run_before()
    with console.step("report") as say:
        files = write_report(job.draft, settings=job.settings, previous_folder=previous)
        say(f"{files.html.stat().st_size / 1024:.0f} kB, {len(files.tables)} tables")
    (job.draft / "summary.txt").write_text("\n".join(files.summary) + "\n", encoding="utf-8")


@task(name="publish", cache_policy=NO_CACHE)
@safely
def publish(job: Job) -> Path:
    """Give the draft its name: a run's folder is whole or absent."""
    for leftover in job.draft.glob("*.step.json"):
        leftover.unlink()
    give_name(job.draft, job.folder)
    write_latest(job.places.runs)
    write_archive(
        job.places.runs,
        redaction=job.settings.redaction,
        feedback=job.store.read(FEEDBACK),
    )
    return job.folder


def is_made(job: Job) -> bool:
    """Return whether the run is there already, of the same data, parameters and code."""
    if not (job.folder / "run.json").exists():
        return False
    found = json.loads((job.folder / "run.json").read_text(encoding="utf-8"))
    columns = ["complaint_id", "created_at", "text_hash", "language"]
    now = run_id(
        job.complaints(columns),
        as_of=job.moment,
        settings=job.settings,
        decisions=job.decisions,
        signals=job.signals(),
        feedback=job.feedback(),
    )
    same = bool(found["run_id"] == now)
    if same:
        shutil.rmtree(job.draft, ignore_errors=True)
        console.say(f"  The run of {job.name} is already made; --force makes it again.")
    return same
