"""A source that is asked, and what was stored of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from models.contracts import COMPLAINTS, QUARANTINE
from pipelines.settings import Asked, load_settings
from pipelines.steps.ingest.asked import ingest_asked
from pipelines.steps.ingest.ingest import Load
from pipelines.steps.ingest.places import read_place
from pipelines.store import Store

SETTINGS = load_settings()
AS_OF = pd.Timestamp("2024-02-01", tz="UTC")
NOW = pd.Timestamp("2024-02-01 06:00", tz="UTC")


def take(root: Path, described: Asked, environment: dict[str, str], **kwargs):
    """Ask the source `crm` once; waits are noted in `kwargs["waits"]` rather than waited."""
    waits = kwargs.pop("waits", [])
    settings = dataclasses.replace(SETTINGS, sources={**SETTINGS.sources, "crm": described})
    load = Load(
        source="crm",
        settings=settings,
        store=Store(root / "store"),
        as_of=kwargs.pop("as_of", AS_OF),
        now=kwargs.pop("now", NOW),
        salt=b"salt" * 8,
        **kwargs,
    )
    return ingest_asked(load, columns={}, environment=environment, pause=waits.append)


def stored(root: Path) -> pd.DataFrame:
    return Store(root / "store").read(COMPLAINTS)


def ids(root: Path) -> list[str]:
    return list(stored(root)["source_id"])


def quarantined(root: Path) -> pd.DataFrame:
    return Store(root / "store").read(QUARANTINE)


def place(root: Path):
    return read_place(root / "store" / "cursors", "crm")
