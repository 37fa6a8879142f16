"""The finished run goes to the people whom it concerns."""

from __future__ import annotations

import os
import time
from contextlib import nullcontext

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.errors import DeliveryFailed
from pipelines.console import console
from pipelines.deliver import deliver_run
from pipelines.flows.job import Job, safely


@flow(name="deliver")
def deliver(job: Job, now: str) -> None:
    """Write the feed and send what is due.

    Raises
    ------
    DeliveryFailed
        If something did not arrive: the next run sends it again.
    """
    send(job, now)


# Not retried by Prefect: tries, and what is left after them, are kept in our own table.
@task(name="send", cache_policy=NO_CACHE, retries=0)
@safely
def send(job: Job, now: str) -> None:
    """Send each message, and say which were not."""
    # Where nobody is to be told, the command's last words are what the report says.
    said = nullcontext() if job.settings.deliver.destinations else console.hushed()
    with said, console.step("deliver") as report:
        done = deliver_run(
            job.places,
            job.settings,
            job.moment,
            now=pd.Timestamp(now),
            environment=os.environ,
            pause=time.sleep,
        )
        report.rows(done.sent + len(done.failures), done.sent)
        report(f"{done.sent} sent, {len(done.failures)} not sent")
    for line in done.off:
        console.say(f"  {line}")
    if done.failures:
        raise DeliveryFailed(
            f"{len(done.failures)} not delivered; the report stands, the next run sends again.\n"
            + "\n".join(f"  - {line}" for line in done.failures)
        )
