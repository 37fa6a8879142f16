"""The daily flow: complaints in, report out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from prefect import flow

from pipelines.console import console
from pipelines.flows.forecast import forecast
from pipelines.flows.gates import gates
from pipelines.flows.ingest import ingest, signals
from pipelines.flows.job import Inputs, Job
from pipelines.flows.report import is_made, report
from pipelines.flows.summarise import summarise
from pipelines.flows.themes import themes
from pipelines.flows.track import track
from pipelines.tracking import mend_place


@flow(name="outlook")
def outlook(
    job: Job,
    inputs: Inputs,
    source: str,
    columns: Mapping[str, str],
    now: str,
    *,
    refit: bool = False,
    force: bool = False,
    signal_files: Inputs | None = None,
) -> Path:
    """Ingest, look whether it can be believed, find themes, forecast, report: the run's folder."""
    moved = mend_place(job.places, uri=job.settings.tracking.uri)
    if moved:
        console.say(f"  {moved}")
    shutil.rmtree(job.draft, ignore_errors=True)
    if inputs:
        ingest(job, inputs, source, columns, now)
    if signal_files:
        signals(job, signal_files, now)
    if not force and not refit and is_made(job):
        track(job)
        return job.folder
    gates(job)
    themes(job, refit=refit)
    forecast(job)
    folder = report(job)
    summarise(job)
    return folder
