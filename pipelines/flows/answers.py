"""Complaints become response times: how soon each channel answers, and how many wait."""

from __future__ import annotations

import pandas as pd

from models.contracts import RESPONSE, THEME_WAITS, WAITING
from models.series.response import response_times
from models.series.waiting import waiting_in_public, waits_by_theme
from pipelines.flows.job import Job


def tell_answers(job: Job, complaints: pd.DataFrame) -> None:
    """Write how soon complaints were answered and what waits; floods are left out."""
    counted = complaints[complaints["is_counted"].astype(bool)]
    expected = job.settings.response.expected_minutes
    found = response_times(counted, expected, as_of=job.moment)
    job.write("response", found, RESPONSE)
    job.write("theme_waits", waits_by_theme(counted, expected, as_of=job.moment), THEME_WAITS)
    waiting = waiting_in_public(
        counted, expected, as_of=job.moment, most=job.settings.response.max_waiting
    )
    job.write("waiting", waiting, WAITING)
    job.note("response", {"channels": len(found), "open": int(found["open"].sum())})
