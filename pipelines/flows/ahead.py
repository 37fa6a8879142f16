"""What may come next: chances of themes that are quiet, and how earlier chances came true."""

from __future__ import annotations

import pyarrow.compute as compute

from models.contracts import CHANCES, THEMES
from models.contracts import conform as as_contract
from pipelines.console import console
from pipelines.flows.job import Job
from pipelines.steps.warnings.chances import came_true, chances_of
from pipelines.steps.warnings.warnings import Watched


def look_ahead(job: Job, watched: Watched | None) -> None:
    """Say how likely each quiet theme is to exceed its threshold soon; keep what was said."""
    with console.step("next") as report:
        found = chances_of(
            watched,
            as_contract(job.read("themes"), THEMES),
            job.signals(),
            settings=job.settings,
            as_of=job.moment,
        )
        before = compute.field("as_of") < job.moment.to_pydatetime()
        earlier = job.store.read(CHANCES, where=before)
        record = came_true(earlier, watched, settings=job.settings)
        report.rows(len(earlier), len(found))
        report(f"chances of {len(found)} quiet themes")
    job.write("chances", found, CHANCES)
    job.store.upsert(CHANCES, found)
    job.note(
        "next",
        {"themes": len(found), "came_true": {f"{k}": v._asdict() for k, v in record.items()}},
    )
