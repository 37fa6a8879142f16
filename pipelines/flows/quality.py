"""How good the themes are: measured, written as a page, tracked. Nothing is refitted."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.errors import NotEnoughHistory
from models.themes.quality.verdicts import ThemesQuality
from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.record import code_version
from pipelines.report.quality import QualityFiles, write_quality
from pipelines.steps.themes.quality import measure_quality
from pipelines.tracking import track_figures
from pipelines.whole import whole_folder

_COLUMNS = ["complaint_id", "created_at", "received_at", "text", "text_hash"]


@flow(name="quality")
def quality(job: Job) -> QualityFiles:
    """Measure the themes known at ``as_of``, write the page, log both."""
    found = measure(job)
    files = publish(job, found)
    track(job, found, files)
    return files


@task(name="measure quality", cache_policy=NO_CACHE)
@safely
def measure(job: Job) -> ThemesQuality:
    """Return the figures."""
    with console.step("quality") as say:
        found = _measured(job, is_quick=False)
        say(f"{len(found.themes)} themes of {found.version[:10]}, {found.refits} refits")
    return found


@task(name="note quality", cache_policy=NO_CACHE)
@safely
def note_quality(job: Job) -> None:
    """Note the quick figures of a refit; texts without a theme of content have none."""
    with console.step("quality") as say:
        try:
            found = _measured(job, is_quick=True)
        except NotEnoughHistory:  # emoji alone, or other languages alone: the run goes on
            say("no theme to measure")
            return
        say(f"{len(found.themes)} themes of {found.version[:10]}")
    if found.version == job.notes()["themes"]["version"]:  # else of an earlier fit
        job.note("quality", found.metrics())


def _measured(job: Job, *, is_quick: bool) -> ThemesQuality:
    return measure_quality(
        job.store,
        settings=job.settings,
        as_of=job.moment,
        complaints=job.complaints(_COLUMNS),
        decisions=job.decisions,
        is_quick=is_quick,
    )


@task(name="publish quality", cache_policy=NO_CACHE)
@safely
def publish(job: Job, found: ThemesQuality) -> QualityFiles:
    """Write the page and its tables; the folder is whole or absent."""
    folder = job.places.quality / job.name
    with whole_folder(folder) as draft:
        files = write_quality(draft, found, settings=job.settings, code=code_version())
    tables = tuple(folder / path.name for path in files.tables)
    return QualityFiles(folder / files.html.name, tables, files.summary)


@task(name="track quality", cache_policy=NO_CACHE)
@safely
def track(job: Job, found: ThemesQuality, files: QualityFiles) -> None:
    """Log figures, page and tables in MLflow."""
    tracking = job.settings.tracking
    with console.step("tracking") as say:
        logged = track_figures(
            job.places,
            Path(files.html).parent,
            kind="themes quality",
            as_of=found.as_of,
            theme_version=found.version,
            encoder=found.encoder,
            code=code_version(),
            settings_digest=job.settings.digest(),
            metrics=found.metrics(),
            uri=tracking.uri,
            experiment=tracking.experiment,
        )
        say(f"MLflow run {logged[:8]}")
