"""``run.json``: everything that is needed to say where a number came from."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from models.themes.decisions import Decision
from pipelines.decisions.file import format_decision
from pipelines.moments import iso
from pipelines.settings import Settings
from pipelines.store import digest
from pipelines.workspace import PROJECT_ROOT

_IDENTITY = ["complaint_id", "created_at", "text_hash", "language"]  # what makes the data that data


def make_record(
    *,
    complaints: pd.DataFrame,
    complaints_version: int | None,
    as_of: pd.Timestamp,
    origin: pd.Timestamp,
    settings: Settings,
    decisions: Sequence[Decision] = (),
    signals: pd.DataFrame | None = None,
    feedback: pd.DataFrame | None = None,
    steps: dict[str, Any],
    previous: Path | None,
) -> dict[str, Any]:
    """Return the run's record; the same input and parameters give the same record.

    Parameters
    ----------
    complaints : DataFrame
        The complaints known at ``as_of``: ``complaint_id, source, created_at, text_hash,
        channel, language``.
    complaints_version : int or None
        Version of the table they were read from.
    as_of, origin : Timestamp
        The moment in UTC and its local date.
    settings : Settings
        The parameters.
    decisions : sequence of Decision
        What people had decided about themes.
    signals : DataFrame, optional
        What was known of the business: a SIGNALS frame.
    feedback : DataFrame, optional
        What people had said of warnings: a FEEDBACK frame.
    steps : dict
        Each step's figures.
    previous : Path or None
        The folder of the run before this one.
    """
    return {
        "run_id": run_id(
            complaints,
            as_of=as_of,
            settings=settings,
            decisions=decisions,
            signals=signals,
            feedback=feedback,
        ),
        "as_of": iso(as_of),
        "origin": str(origin.date()),
        "time_zone": settings.time_zone,
        "code_version": code_version(),
        "settings_digest": settings.digest(),
        "settings": settings.recorded(),
        "seed": settings.seed,
        "data": {
            "digest": digest(complaints[_IDENTITY]),
            "complaints_version": complaints_version,
            "complaints": len(complaints),
            "first": str(complaints["created_at"].min().date()),
            "last_at": iso(complaints["created_at"].max()),
            "sources": {k: int(v) for k, v in complaints["source"].value_counts().items()},
        },
        "encoder": steps.get("embed", {}).get("encoder", ""),
        "theme_version": steps.get("themes", {}).get("version", ""),
        "steps": steps,
        "channels": _channels(complaints, as_of),
        "previous_as_of": previous.name if previous is not None else None,
    }


def run_id(
    complaints: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    decisions: Sequence[Decision] = (),
    signals: pd.DataFrame | None = None,
    feedback: pd.DataFrame | None = None,
) -> str:
    """Return the run's name: the moment, and a hash of all that goes in, and of the code."""
    parts = [digest(complaints[_IDENTITY]), settings.digest(), code_version()]
    parts += [format_decision(decision) for decision in decisions]
    parts += [digest(table) for table in (signals, feedback) if table is not None and len(table)]
    return f"{iso(as_of)}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]}"


def _channels(complaints: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, Any]:
    """Return, per channel, when it was last heard of and how long it is usually silent."""
    out = {}
    for name, rows in complaints.dropna(subset=["channel"]).groupby("channel", sort=True):
        times = rows["created_at"].sort_values()
        recent = times[times >= as_of - pd.Timedelta(days=182)]
        gaps = recent.diff().dropna().dt.total_seconds() / 86_400
        usual = float(gaps.quantile(0.99)) if len(gaps) >= 20 else None
        silent = (as_of - times.iloc[-1]).total_seconds() / 86_400
        out[str(name)] = {
            "last_at": iso(times.iloc[-1]),
            "days_silent": round(silent, 2),
            "usual_gap_days": None if usual is None else round(usual, 2),
            "complaints": len(rows),
        }
    return out


def code_version() -> str:
    """Return the package's version and, in a checkout, the commit."""
    number = version("issuecast")
    try:
        command = ["git", "-C", str(PROJECT_ROOT), "rev-parse", "--short", "HEAD"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return number
    commit = done.stdout.strip()
    return f"{number}+{commit}" if done.returncode == 0 and commit else number
