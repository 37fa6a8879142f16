"""The flow that finds themes anew: rarer than the daily one, and only for a reason."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.flows.themes_found import find, hand_over, say_found


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
        found = find(job, refit=True)
        say_found(report, found, hand_over(job, found, reason))
