"""Complaints become response times: how soon each channel answers, and how many wait."""

from __future__ import annotations

import pandas as pd

from models.contracts import RESPONSE
from models.series.response import response_times
from pipelines.flows.job import Job


def tell_answers(job: Job, complaints: pd.DataFrame) -> None:
    """Write how soon each channel's complaints were answered; floods are left out."""
    counted = complaints[complaints["is_counted"].astype(bool)]
    expected = job.settings.response.expected_minutes
    found = response_times(counted, expected, as_of=job.moment)
    job.write("response", found, RESPONSE)
    job.note("response", {"channels": len(found), "open": int(found["open"].sum())})
