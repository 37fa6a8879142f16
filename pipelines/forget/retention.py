"""Runs that are older than they are to be kept: their pages and tables go, their records stay."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipelines.workspace import Workspace

_RECORDS = ("run.json", "watch.json")
# Of MLflow's copies: the record, and fitted models, which hold counts alone.
_KEPT = (*_RECORDS, "models")


def records_of(places: Workspace) -> Path:
    """Return the folder in which the records of removed runs stay."""
    return places.logs / "records"


def remove_old_runs(places: Workspace, *, as_of: pd.Timestamp, run_days: int) -> int:
    """Remove runs and looks from more than so many days before a moment; return how many.

    The newest run stays, however old. Of each the record stays, in ``logs/records``, and in MLflow
    its figures, record and models. What a kill leaves is removed by the next call.

    Parameters
    ----------
    places : Workspace
    as_of : Timestamp
        The morning that was lived, UTC.
    run_days : int
        How many days runs are kept; 0: for ever.
    """
    if not run_days:
        return 0
    limit, newest = as_of - pd.Timedelta(days=run_days), places.last_run()
    count = 0
    for room in (places.runs, places.watches):
        for folder, record in _older(room.glob("[0-9]*"), limit):
            if folder == newest:
                continue
            _keep(record, records_of(places) / f"{room.name}-{folder.name}.json")
            old = folder.with_name(f".{folder.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            os.rename(folder, old)
            shutil.rmtree(old)
            count += 1
        for left in room.glob(".[0-9]*.old"):
            shutil.rmtree(left)
    for folder, _ in _older(places.mlflow.glob("artifacts/*/artifacts"), limit):
        for path in folder.iterdir():
            if path.name in _KEPT:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    return count


def _older(folders: Iterator[Path], limit: pd.Timestamp) -> Iterator[tuple[Path, Path]]:
    """Yield each folder of a moment before the limit, and its record; others are left alone."""
    for folder in sorted(folders):
        for name in _RECORDS:
            record = folder / name
            try:
                moment = pd.Timestamp(json.loads(record.read_text(encoding="utf-8"))["as_of"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if moment < limit:
                yield folder, record


def _keep(record: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.draft")
    shutil.copyfile(record, draft)
    os.replace(draft, place)
