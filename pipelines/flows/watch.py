"""Between two mornings: the cheap part of the daily flow, in seconds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.contracts import BIRTHS, THEMES, WARNINGS
from models.contracts import conform as as_contract
from models.errors import NotEnoughHistory
from pipelines.console import console
from pipelines.decisions.table import plain
from pipelines.flows.ingest import ingest
from pipelines.flows.job import Inputs, Job, safely
from pipelines.flows.themes import embed, note_floods
from pipelines.flows.themes_found import find, hand_over, say_found
from pipelines.moments import iso
from pipelines.steps.births.warnings import warn_of_births
from pipelines.steps.series import with_themes
from pipelines.steps.themes.decisions import events_of_people
from pipelines.steps.themes.due import without_refits
from pipelines.steps.themes.versions import complete_versions
from pipelines.steps.warnings.feedback import with_feedback
from pipelines.steps.warnings.standing import COLUMNS, go_on
from pipelines.steps.warnings.watch import watch_hours
from pipelines.whole import give_name

_DAY = pd.Timedelta(days=1)


@flow(name="watch")
def watch(job: Job, inputs: Inputs, source: str, columns: Mapping[str, str], now: str) -> Path:
    """Take in what came, give it to the known themes, look for births and rises of the hour."""
    shutil.rmtree(job.draft, ignore_errors=True)
    if inputs:
        ingest(job, inputs, source, columns, now)
    note_floods(job)
    embed(job)
    assign(job)
    look(job)
    return publish(job)


@task(name="assign", cache_policy=NO_CACHE)
@safely
def assign(job: Job) -> None:
    """Give new complaints to the themes that are known, however old; see what is born."""
    encoder = str(job.notes()["embed"]["encoder"])
    if not complete_versions(job.store, encoder, until=iso(job.moment)):
        raise NotEnoughHistory(
            f"No themes are known as of {job.as_of}: `issuecast run` finds them first."
        )
    with console.step("themes") as report:
        found = find(job, refit=False, settings=without_refits(job.settings))
        say_found(report, found, hand_over(job, found, ""))


@task(name="look", cache_policy=NO_CACHE)
@safely
def look(job: Job) -> None:
    """Watch the counts of the hours since the last look."""
    columns = [
        *("complaint_id", "created_at", "text", "text_hash", "channel", "brand", "product"),
        *("region", "customer_key", "reach"),
    ]
    complaints = with_themes(job.complaints(columns), job.read("assignments"), job.read("marks"))
    themes = as_contract(job.read("themes"), THEMES)
    births = as_contract(job.read("births"), BIRTHS)
    since, told = _last_look(job)
    known = set(told.loc[told["state"] != "closed", "warning_id"])
    with console.step("hours") as report:
        found = watch_hours(
            complaints, themes, settings=job.settings, since=since, as_of=job.moment
        )
        found = go_on(found, told)
        found = warn_of_births(
            found,
            births[births["moment"] > since],
            complaints,
            themes,
            settings=job.settings,
            as_of=job.moment,
            by_people=events_of_people(job.decisions, job.read("themes")),
        )
        zone = job.settings.time_zone
        found = with_feedback(found, job.feedback(), as_of=job.moment, time_zone=zone)
        new = found[~found["warning_id"].isin(known)]
        report.rows(len(complaints), len(found))
        report(f"{len(found)} in alarm since {since:%Y-%m-%d %H:%M}, {len(new)} not told before")
    job.write("warnings", found, WARNINGS)
    job.note(
        "watch", {"since": iso(since), "told_before": sorted(known), "new": list(new["warning_id"])}
    )


def _last_look(job: Job) -> tuple[pd.Timestamp, pd.DataFrame]:
    """Return the moment of the last look, a morning's or one between, and what it had told."""
    looks: list[tuple[pd.Timestamp, Path]] = []
    for record in job.places.runs.glob("[0-9]*/run.json"):
        looks.append((pd.Timestamp(json.loads(record.read_text())["as_of"]), record.parent))
    for record in job.places.watches.glob("[0-9]*/watch.json"):
        looks.append((pd.Timestamp(json.loads(record.read_text())["as_of"]), record.parent))
    looks = sorted((it for it in looks if it[0] < job.moment), key=lambda it: it[0])
    since = max([job.moment - _DAY, *(moment for moment, _ in looks[-1:])])
    # A warning that is on may be told by any look of the last day.
    told = [
        pd.read_parquet(folder / "warnings.parquet", columns=COLUMNS).sort_values(
            "opened_on", ascending=False
        )
        for moment, folder in looks
        if moment >= job.moment - _DAY
    ]
    return since, pd.concat(told) if told else pd.DataFrame(columns=COLUMNS)


@task(name="publish watch", cache_policy=NO_CACHE)
@safely
def publish(job: Job) -> Path:
    """Make the look's folder: whole or absent, and small."""
    notes = job.notes()
    warnings = job.read("warnings")
    titles = job.read("themes").set_index("theme_id")["title"]
    new = set(notes["watch"]["new"])
    lines = [_line(row, titles, row.warning_id in new) for row in warnings.itertuples()]
    for path in list(job.draft.iterdir()):
        if path.name not in ("warnings.parquet",):
            path.unlink()
    record = {
        "as_of": iso(job.moment),
        "since": notes["watch"]["since"],
        "warnings": len(warnings),
        "new": sorted(new),
        "births": notes["births"]["born"],
        "themes_version": notes["themes"]["version"],
        "parameters": job.settings.digest(),
    }
    (job.draft / "summary.txt").write_text("\n".join(lines) + "\n" if lines else "")
    (job.draft / "watch.json").write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    give_name(job.draft, job.folder)
    return job.folder


def _line(row, titles: pd.Series, is_new: bool) -> str:  # type: ignore[no-untyped-def]
    hours = row.window_hours if pd.notna(row.window_hours) else 24
    span = "the last hour" if hours == 1 else f"{hours} hours"
    kind = "new theme" if row.kind == "emerging" else "spike"
    spared = ""
    if pd.notna(row.snoozed_until):
        spared = f" (snoozed by {plain(row.snoozed_by)} until {row.snoozed_until.date()})"
    return (
        f"{'NEW  ' if is_new else '     '}{titles.get(row.theme_id, row.theme_id)} ({kind}, level "
        f"{row.severity}): {row.observed:,} in {span}, usual {row.expected:.1f}. "
        f"{row.owner}: {row.action}{spared}"
    )
