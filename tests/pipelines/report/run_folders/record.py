"""The record of a run: run.json."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from tests.pipelines.report.run_folders.moods import Mood
from tests.pipelines.report.run_folders.series import DAYS

_MEMBERSHIP = {
    **{band: ["nb_glm", "discount_filter", "tsb"] for band in ("rare", "some", "many")},
    "few": ["nb_glm", "discount_filter"],
}


def record(kind: Mood, total: np.ndarray) -> dict[str, Any]:
    as_of = pd.Timestamp(kind.origin, tz="UTC")
    steps = {
        "ingest": {
            "rows_read": 30200, "accepted": 30157, "quarantined": 43,
            "reasons": {"text is empty": 31, "created_at is not a date": 12},
            "redactions": {"EMAIL": 310, "PHONE": 44, "URL": 12},
        },
        "embed": {"new": 30100, "kept": 57},
        "themes": {"refitted": True, "themes": len(kind.topics), "unassigned": 412,
            "no_complaint": {"emoji": 3, "thanks": 40}, "foreign": {"de": 7, "es": 21}},
        "forecast": {"series": 12, "fallbacks": 1, "metrics": {"coverage_80": 0.81},
            "forecaster": {"membership": _MEMBERSHIP}},
        "warnings": {"open": len(kind.warned)},
    }  # fmt: skip
    last = as_of - pd.Timedelta(hours=kind.hours_old)
    return {
        "run_id": f"{kind.origin}T00:00:00Z-4f2a9c11",
        "as_of": f"{kind.origin}T00:00:00Z",
        "origin": str(kind.origin),
        "time_zone": "UTC",
        "code_version": "0.1.0+abc1234",
        "settings_digest": "0123456789abcdef",
        "seed": 20261121,
        "data": {
            "digest": "fedcba9876543210",
            "complaints_version": 3,
            "complaints": int(total.sum()),
            "first": str(kind.origin - timedelta(days=DAYS)),
            "last_at": last.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sources": dict(kind.sources),
        },
        "encoder": "all-MiniLM-L6-v2/53aa51172d14/bf16",
        "theme_version": f"{kind.origin}T00:00:00Z",
        "steps": steps if kind.steps is None else dict(kind.steps),
        "channels": {name: dict(channel) for name, channel in kind.channels.items()},
        "previous_as_of": None if kind.is_first else str(kind.origin - timedelta(days=7)),
    }
