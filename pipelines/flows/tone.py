"""Complaints become tones: of which themes people write more harshly than they usually do."""

from __future__ import annotations

import pandas as pd

from models.contracts import TONE
from models.text.tone import tones
from pipelines.flows.job import Job


def tell_tone(job: Job, complaints: pd.DataFrame) -> None:
    """Write how each theme's tone compares with its usual one; floods are left out."""
    counted = complaints[complaints["is_counted"].astype(bool)]
    found = tones(counted, as_of=job.moment)
    job.write("tone", found, TONE)
    clear = found[found["is_clear"]]
    told = {"themes": int(found["theme_id"].nunique()), "clear": int(clear["theme_id"].nunique())}
    job.note("tone", told)
