"""Warnings become what their charts are drawn from: parts of the rise, states day by day."""

from __future__ import annotations

import pandas as pd

from models.contracts import LIVES, MISJUDGED, SPLITS
from pipelines.flows.job import Job
from pipelines.steps.warnings.rises import lives_of, misjudged_of, splits_of
from pipelines.steps.warnings.warnings import Watched


def tell_rises(
    job: Job, warnings: pd.DataFrame, complaints: pd.DataFrame, watched: Watched | None
) -> None:
    """Write how the open warnings' rises divide, and what became of those before."""
    settings = job.settings
    parts = splits_of(warnings, complaints, watched, settings=settings, as_of=job.moment)
    job.write("splits", parts, SPLITS)
    job.write("misjudged", misjudged_of(watched), MISJUDGED)
    job.write("lives", lives_of(warnings, watched, settings=settings), LIVES)
