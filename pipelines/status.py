"""What a workspace holds: tables, finished and unfinished runs."""

from __future__ import annotations

from typing import Any

from models.contracts import STORED_TABLES
from pipelines.store import Store
from pipelines.workspace import Workspace


def describe(workspace: Workspace) -> dict[str, Any]:
    """Return rows per table and the names of runs, oldest first."""
    store = Store(workspace.store)
    folders = sorted(workspace.runs.iterdir()) if workspace.runs.exists() else []
    runs = [f.name for f in folders if f.is_dir() and not f.name.startswith(".")]
    drafts = [f.name.strip(".").removesuffix(".draft") for f in folders if f.suffix == ".draft"]
    return {
        "workspace": str(workspace.store.parent),
        "tables": {table.name: store.count(table) for table in STORED_TABLES if store.has(table)},
        "runs": runs,
        "last_report": str(workspace.runs / runs[-1] / "report.html") if runs else None,
        "unfinished": drafts,
    }
