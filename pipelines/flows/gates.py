"""Before anything is made of a morning's complaints: whether they can be believed."""

from __future__ import annotations

import json
import os

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.errors import GateFailed
from models.series.gates import FRESHNESS, Finding, GateRules, examine
from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.report import catalogue as words
from pipelines.report.facts.gates import gate_sentence, moment_in_words
from pipelines.report.figures import text
from pipelines.report.latest import FAILED, write_latest

_COLUMNS = [
    *("created_at", "received_at", "text_hash", "language"),
    *("channel", "brand", "product", "region", "customer_key"),
]


@task(name="gates", cache_policy=NO_CACHE)
@safely
def gates(job: Job) -> None:
    """Hold this morning's load against what usually comes in; stop where it cannot be believed.

    Old data stops nothing: its report says so and forecasts nothing.

    Raises
    ------
    GateFailed
        If a gate of ``gates.stop_on`` is not passed. Nothing is made then; the last good report
        stands, and ``latest.html`` shows it with a banner.
    """
    said = job.settings.gates
    rules = GateRules(
        max_age_hours=said.max_age_hours,
        min_rows=said.min_rows,
        min_volume_share=said.min_volume_share,
        max_repeated_share=said.max_repeated_share,
        max_language_change=said.max_language_change,
        max_field_loss=said.max_field_loss,
    )
    rows = job.complaints(_COLUMNS)
    with console.step("gates") as report:
        found = examine(rows, as_of=job.moment, rules=rules)
        stopped = [it for it in found if it.gate in said.stop_on]
        report.rows(len(rows), 0 if stopped else len(rows))
        report("passed" if not found else ", ".join(f"{it.gate} not passed" for it in found))
    if not found:
        job.note("gates", {"found": []})
        return
    last = moment_in_words(rows["created_at"].max(), job.settings.time_zone)
    job.note("gates", {"found": [it._asdict() for it in found], "last_at": last})
    if stopped:
        raise GateFailed(_stood(job, stopped, last))


def is_stale(job: Job) -> bool:
    """Return whether the gates found this morning's data too old for a forecast."""
    found = job.notes().get("gates", {}).get("found", [])
    return any(it["gate"] == FRESHNESS for it in found)


def stale_reason(job: Job) -> str:
    """Return why nothing is forecast of old data, as a series' reason."""
    return words.NO_FORECAST.format(last=job.notes()["gates"]["last_at"])


def _stood(job: Job, stopped: list[Finding], last: str) -> str:
    """Leave word of a failed morning beside the runs; return the message."""
    lines = [text(gate_sentence(it._asdict(), last)) for it in stopped]
    if job.places.runs.exists():
        failed = job.places.runs / FAILED
        draft = failed.with_suffix(".draft")
        draft.write_text(json.dumps({"name": job.name, "lines": lines}) + "\n", encoding="utf-8")
        os.replace(draft, failed)
        write_latest(job.places.runs)
    stands = job.places.last_run()
    kept = f" The last good report stands: {stands / 'report.html'}." if stands else ""
    return f"{'; '.join(lines)}.{kept} {words.GATE_FIX}"
