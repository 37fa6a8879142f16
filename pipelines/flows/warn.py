"""Counts become warnings: what is on now, and what may come next."""

from __future__ import annotations

import pandas as pd
import pyarrow.compute as compute
from prefect import task
from prefect.cache_policies import NO_CACHE

from models.contracts import BIRTHS, LINEAGE, THEMES, WARNINGS
from models.contracts import conform as as_contract
from pipelines.console import console
from pipelines.flows.ahead import look_ahead
from pipelines.flows.answers import tell_answers
from pipelines.flows.job import Job, safely
from pipelines.flows.rises import tell_rises
from pipelines.flows.tone import tell_tone
from pipelines.moments import iso
from pipelines.steps.births.warnings import warn_of_births
from pipelines.steps.series import with_themes
from pipelines.steps.themes.decisions import events_of_people
from pipelines.steps.warnings.carried import carry_on
from pipelines.steps.warnings.chances import with_lasting
from pipelines.steps.warnings.desks import hold_back
from pipelines.steps.warnings.evidence import with_evidence
from pipelines.steps.warnings.feedback import counted, with_feedback, with_todays_themes
from pipelines.steps.warnings.joined import join_warnings
from pipelines.steps.warnings.levels import with_levels
from pipelines.steps.warnings.news import leave_old_news_out
from pipelines.steps.warnings.warnings import watch_counts, watch_now


@task(name="warn", cache_policy=NO_CACHE)
@safely
def warn(job: Job) -> None:
    """Watch for spikes that are on now."""
    columns = [
        *("complaint_id", "created_at", "text", "text_hash", "channel", "brand", "product"),
        *("region", "customer_key", "reach", "first_response_at", "resolved_at"),
        "sentiment",
    ]
    complaints = with_themes(job.complaints(columns), job.read("assignments"), job.read("marks"))
    with console.step("warnings") as report:
        counts, feedback = job.read("counts"), job.feedback()
        by_people = events_of_people(job.decisions, job.read("themes"))
        lineage = as_contract(job.read("lineage"), LINEAGE)
        watched = watch_counts(
            counts,
            settings=job.settings,
            as_of=job.moment,
            feedback=with_todays_themes(feedback, lineage, by_people),
        )
        found = watch_now(
            counts,
            complaints,
            as_contract(job.read("themes"), THEMES),
            settings=job.settings,
            as_of=job.moment,
            watched=watched,
        )
        found = with_lasting(found, watched, settings=job.settings)
        found = with_levels(found, settings=job.settings)
        earlier, events = _earlier(job, lineage, by_people)
        found = carry_on(
            found,
            earlier,
            events,
            time_zone=job.settings.time_zone,
            quiet_days=job.settings.warnings.quiet_days,
        )
        found = leave_old_news_out(
            found,
            earlier,
            watched,
            before=job.morning_before(),
            time_zone=job.settings.time_zone,
        )
        found = warn_of_births(
            found,
            as_contract(job.read("births"), BIRTHS),
            complaints,
            as_contract(job.read("themes"), THEMES),
            settings=job.settings,
            as_of=job.moment,
            by_people=by_people,
        )
        found = join_warnings(
            found,
            earlier,
            complaints,
            job.store,
            encoder_name=str(job.notes()["embed"]["encoder"]),
            settings=job.settings,
        )
        found = with_feedback(found, feedback, as_of=job.moment, time_zone=job.settings.time_zone)
        found = hold_back(
            found,
            earlier,
            as_of=job.moment,
            time_zone=job.settings.time_zone,
            per_week=job.settings.warnings.per_desk_week,
        )
        found = with_evidence(
            found,
            complaints,
            job.read("themes"),
            job.signals(),
            watched,
            settings=job.settings,
            as_of=job.moment,
        )
        is_open = found["state"] != "closed"
        together = int((is_open & found["joined_to"].notna()).sum())
        still_open = int(is_open.sum()) - together
        report.rows(len(counts), len(found))
        report(f"{still_open} open")
    job.write("warnings", found, WARNINGS)
    job.store.upsert(WARNINGS, found)
    closed = int((~is_open).sum())
    past = watched.realised._asdict() if watched else {}
    told = {"open": still_open, "joined": together, "closed": closed}
    job.note("warnings", {**told, **past, **counted(feedback)})
    tell_rises(job, found, complaints, watched)
    look_ahead(job, watched)
    tell_answers(job, complaints)
    tell_tone(job, complaints)


def _earlier(
    job: Job, lineage: pd.DataFrame, by_people: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the warnings of the morning before, and what became of its themes since."""
    before = compute.field("as_of") < job.moment.to_pydatetime()
    rows = job.store.read(WARNINGS, where=before)
    rows = rows[rows["as_of"] == rows["as_of"].max()]
    since = iso(rows["as_of"].max()) if len(rows) else ""
    return rows, pd.concat([lineage[lineage["version"] > since], by_people])
