"""The flow that finds themes anew: rarer than the daily one, and only for a reason."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.flows.themes_found import found, hand_over


@flow(name="refit")
def refit(job: Job, reason: str) -> None:
    """Find the themes anew, under the names they had, and say what became of each."""
    console.say(f"  Themes are found anew ({reason}).")
    fit(job, reason)


@task(name="fit", cache_policy=NO_CACHE)
@safely
def fit(job: Job, reason: str) -> None:
    """Fit a version as of the job's moment."""
    with console.step("themes") as report:
        result = found(job, refit=True)
        hand_over(job, result, reason)
        report(f"{len(result.themes)} themes found; {result.new_assigned:,} complaints assigned")
