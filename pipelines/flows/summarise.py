"""The run's figures where people and machines look: on the terminal, and at Prefect's server."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.run_figures import as_markdown, figures_of, summary_lines

_KEY = "issuecast-run"


@task(name="summarise", cache_policy=NO_CACHE)
@safely
def summarise(job: Job) -> None:
    """Leave the run's numbers at Prefect's server, as an artifact of the flow run."""
    text = as_markdown(figures_of(job.folder), console.steps)
    try:
        create_markdown_artifact(text, key=_KEY, description=f"The run of {job.name}, in numbers")
    except Exception as err:  # the report is published: a server's fault must not undo it
        console.say(f"  Prefect keeps no summary of this run ({type(err).__name__}).")


def say_summary(job: Job) -> None:
    """Say ten lines at most of what the run read and found."""
    if not console.quiet:
        for line in summary_lines(figures_of(job.folder), console.steps):
            console.say(line)
