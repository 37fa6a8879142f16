"""What a session computed goes to MLflow, as exploration: apart, and no champion's way."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.flows.job import Job
from pipelines.record import code_version
from pipelines.session.living import working


def explore(
    job: Job,
    kind: str,
    *,
    asked: Mapping[str, Any],
    metrics: Mapping[str, float],
    tables: Mapping[str, pd.DataFrame],
) -> str:
    """Log what was tried; return the id of the MLflow run.

    Parameters
    ----------
    job : Job
        The session's: its workspace has the tracking store, its changes are logged.
    kind : str
        What was tried.
    asked : mapping
        What it was asked for.
    metrics : mapping of str to float
        Finite figures; others are left out.
    tables : mapping of str to DataFrame
        Become artifacts. Never one with complaints' texts.
    """
    with working(job), tempfile.TemporaryDirectory(prefix="issuecast-session-") as name:
        from pipelines.tracking import track_exploration

        for table, frame in tables.items():
            frame.to_parquet(Path(name) / f"{table}.parquet", index=False)
        tracking = job.settings.tracking
        return track_exploration(
            job.places,
            Path(name),
            kind=kind,
            as_of=job.as_of,
            code=code_version(),
            parameters={**asked, "changes": dict(job.changes), "settings": job.settings.digest()},
            metrics={k: float(v) for k, v in metrics.items() if v == v and abs(v) != float("inf")},
            uri=tracking.uri,
            experiment=tracking.experiment,
        )
