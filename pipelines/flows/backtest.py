"""The forecasts of earlier mornings made anew, written as a page, tracked."""

from __future__ import annotations

import tempfile
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.forecasting.scoring.backtested import ENSEMBLE, Backtest
from models.series.calendar import local_date
from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.record import code_version
from pipelines.report.backtest.page import BacktestFiles, write_backtest
from pipelines.steps.past.backtest import newest_encoder, run_backtest
from pipelines.tracking import track_figures
from pipelines.whole import whole_folder

_COLUMNS = [
    *("complaint_id", "created_at", "received_at", "text", "text_hash", "language"),
    *("customer_key", "channel", "brand"),
]
_FANS = 4  # the total and three themes


@flow(name="backtest")
def backtest(job: Job, *, origins: int) -> BacktestFiles:
    """Live earlier mornings again, write how every method did, log it."""
    encoder = newest_encoder(job.store, as_of=job.as_of)
    found = measure(job, encoder, origins)
    files = publish(job, encoder, found)
    track(job, encoder, found, files)
    return files


@task(name="measure backtest", cache_policy=NO_CACHE)
@safely
def measure(job: Job, encoder: str, origins: int) -> Backtest:
    """Return how every method did."""
    job.places.backtests.mkdir(parents=True, exist_ok=True)
    with (
        console.step("backtest") as say,
        tempfile.TemporaryDirectory(dir=job.places.backtests, prefix=".scratch") as scratch,
    ):
        found = run_backtest(
            job.store,
            Path(scratch),
            job.complaints(_COLUMNS),
            encoder=encoder,
            origin=local_date(job.moment, job.settings.time_zone),
            as_of=job.moment,
            n_origins=origins,
            n_fans=_FANS,
            settings=job.settings,
            tell=console.say,
            signals=job.signals(),
        )
        say(f"{len(found.origins)} origins, {found.rows['series_id'].nunique():,} series")
    return found


@task(name="publish backtest", cache_policy=NO_CACHE)
@safely
def publish(job: Job, encoder: str, found: Backtest) -> BacktestFiles:
    """Write page, pictures and tables; the folder is whole or absent."""
    folder = job.places.backtests / job.name
    with whole_folder(folder) as draft:
        files = write_backtest(
            draft,
            found,
            as_of=job.as_of,
            encoder=encoder,
            settings=job.settings,
            code=code_version(),
        )
    return BacktestFiles(
        folder / files.html.name,
        tuple(folder / path.name for path in files.pictures),
        tuple(folder / path.name for path in files.tables),
        files.summary,
    )


@task(name="track backtest", cache_policy=NO_CACHE)
@safely
def track(job: Job, encoder: str, found: Backtest, files: BacktestFiles) -> None:
    """Log figures, page and tables in MLflow, in one call."""
    tracking = job.settings.tracking
    with console.step("tracking") as say:
        logged = track_figures(
            job.places,
            files.html.parent,
            kind="backtest",
            as_of=job.as_of,
            encoder=encoder,
            code=code_version(),
            settings_digest=job.settings.digest(),
            metrics=metrics_of(found),
            uri=tracking.uri,
            experiment=tracking.experiment,
        )
        say(f"MLflow run {logged[:8]}")


def metrics_of(found: Backtest) -> dict[str, float]:
    """Return the figures that are logged: the ensemble's by band, the others' over all."""
    out: dict[str, float] = {"backtest_origins": float(len(found.origins))}
    for row in found.summary.to_dict("records"):
        is_own = row["method"] == ENSEMBLE
        if not is_own and row["band"] != "all":
            continue
        name = str(row["band"]) if is_own else str(row["method"])
        for column in ("crps_scaled", "ratio", "coverage_80", "coverage_95", "bias"):
            if row[column] == row[column]:  # not missing
                out[f"backtest_{name}_{column}"] = float(row[column])
    return out
