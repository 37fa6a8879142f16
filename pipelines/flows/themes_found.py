"""What the daily flow and the refit share: ask for the themes, hand them over to the run."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow.compute as compute

from models.contracts import ASSIGNMENTS, BIRTHS, LINEAGE, THEMES, UNLIKE_ALL
from models.themes.deciding import Decided
from pipelines.console import StepReport
from pipelines.flows.job import Job
from pipelines.settings import Settings
from pipelines.steps.births.births import find_births
from pipelines.steps.themes.apart import is_set_apart
from pipelines.steps.themes.decisions import decide, decided_facts
from pipelines.steps.themes.result import ThemesResult
from pipelines.steps.themes.themes import find_themes

_COLUMNS = [
    *("complaint_id", "created_at", "received_at", "text", "text_hash", "language"),
    "customer_key",
]


@dataclass(frozen=True)
class Found:
    """The themes as they were found, and the complaints that they were found in."""

    result: ThemesResult
    complaints: pd.DataFrame
    encoder: str
    left_out: frozenset[str]


def find(job: Job, *, refit: bool, settings: Settings | None = None) -> Found:
    """Return the themes as of the job's moment, of the encoder that embedded its texts.

    Other parameters than the job's are for mornings that are lived again.
    """
    marks = job.read("marks")
    left_out = frozenset(marks.loc[~marks["is_counted"].astype(bool), "complaint_id"])
    encoder = str(job.notes()["embed"]["encoder"])
    complaints = job.complaints(_COLUMNS)
    result = find_themes(
        job.store,
        encoder_name=encoder,
        settings=settings or job.settings,
        as_of=job.moment,
        complaints=complaints,
        left_out=left_out,
        refit=refit,
    )
    return Found(result, complaints, encoder, left_out)


def hand_over(job: Job, found: Found, reason: str) -> Decided:
    """Write the themes into the run: newborn ones added, as people decided, with their lineage."""
    result = found.result
    births = find_births(
        job.store,
        encoder_name=found.encoder,
        settings=job.settings,
        as_of=job.moment,
        complaints=found.complaints,
        left_out=found.left_out | _set_apart(result),
        found=result,
    )
    decided = decide(
        job.store,
        job.decisions,
        encoder_name=found.encoder,
        options=job.settings.themes,
        version=result.version,
        themes=births.themes,
        assignments=births.assignments,
        complaints=found.complaints,
        left_out=found.left_out,
    )
    events = job.store.read(LINEAGE, where=compute.field("version") <= result.version)
    job.write("themes", decided.themes, THEMES)
    job.write("assignments", decided.assignments, ASSIGNMENTS)
    job.write("lineage", events, LINEAGE)
    job.write("births", births.births, BIRTHS)
    job.note(
        "births",
        {
            "looks": births.looks,
            "born": births.born,
            "nominal_per_month": job.settings.births.alarms_per_month,
            "realised_per_month": births.realised_per_month,
        },
    )
    job.note("decisions", decided_facts(decided))
    job.note(
        "themes",
        {
            "version": result.version,
            "refitted": result.refitted,
            "refit_reason": reason,
            "themes": _active(decided),
            "new_assigned": result.new_assigned,
            # After the births: what was unlike all themes may be what was born.
            "unassigned": int((decided.assignments["reason"] == UNLIKE_ALL).sum()),
            "no_complaint": result.no_complaint,
            "foreign": result.foreign,
        },
    )
    return decided


def _set_apart(result: ThemesResult) -> frozenset[str]:
    """Return the complaints that are none, or in another language: nothing is born of them."""
    rows = result.assignments
    return frozenset(rows.loc[is_set_apart(rows), "complaint_id"])


def say_found(say: StepReport, found: Found, decided: Decided) -> None:
    """Tell the terminal what was found."""
    result = found.result
    say.rows(len(decided.assignments), decided.assignments["theme_id"].notna().sum())
    how = "found" if result.refitted else f"kept since {result.version[:10]}"
    say(f"{_active(decided)} themes {how}; {result.new_assigned:,} complaints assigned")
    if result.no_complaint or result.foreign:
        say(f"{sum(result.no_complaint.values()):,} texts are no complaint")
        say(f"{sum(result.foreign.values()):,} in other languages")
    born = int((decided.themes["status"] == "emerging").sum())
    if born:
        say(f"{born} emerging")
    if decided.applied:
        say(f"{len(decided.applied)} decisions by people")
    if decided.dropped:
        say(f"{len(decided.dropped)} of them no longer apply: `issuecast theme list`")


def _active(decided: Decided) -> int:
    return int((decided.themes["status"] == "active").sum())
