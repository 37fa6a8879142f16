"""What the daily flow and the refit share: ask for the themes, hand them over to the run."""

from __future__ import annotations

import pyarrow.compute as compute

from models.contracts import ASSIGNMENTS, LINEAGE, THEMES
from pipelines.flows.job import Job
from pipelines.steps.themes import ThemesResult, find_themes

COLUMNS = ["complaint_id", "created_at", "received_at", "text", "text_hash"]


def found(job: Job, *, refit: bool) -> ThemesResult:
    """Return the themes as of the job's moment, of the encoder that embedded its texts."""
    marks = job.read("marks")
    return find_themes(
        job.store,
        encoder_name=job.notes()["embed"]["encoder"],
        settings=job.settings,
        as_of=job.moment,
        complaints=job.complaints(COLUMNS),
        left_out=frozenset(marks.loc[~marks["is_counted"].astype(bool), "complaint_id"]),
        refit=refit,
    )


def hand_over(job: Job, result: ThemesResult, reason: str) -> None:
    """Write the themes into the run, with what became of the themes before them."""
    events = job.store.read(LINEAGE, where=compute.field("version") <= result.version)
    job.write("themes", result.themes, THEMES)
    job.write("assignments", result.assignments, ASSIGNMENTS)
    job.write("lineage", events, LINEAGE)
    job.note(
        "themes",
        {
            "version": result.version,
            "refitted": result.refitted,
            "refit_reason": reason,
            "themes": int((result.themes["status"] == "active").sum()),
            "new_assigned": result.new_assigned,
            "unassigned": result.unassigned,
        },
    )
