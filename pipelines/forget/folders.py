"""A run's folder, or another one of tables and pages, made again without a person's words.

A folder is copied, its tables are cleaned, its report is written again from them, and the copy
takes the folder's place: a kill leaves the old folder or the new one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from models.errors import IssuecastError, SettingsError
from models.text.traces import Traces
from pipelines.forget.cells import Removed, cleaned
from pipelines.forget.pages import PAGES, scrub_file
from pipelines.forget.search import holds
from pipelines.report import write_report
from pipelines.settings import Settings, checked_settings
from pipelines.whole import give_name
from pipelines.workspace import Workspace

_DRAFT, _OLD = ".draft", ".old"


def rooms_of(places: Workspace) -> list[Path]:
    """Return the folders whose own folders hold tables and pages."""
    return [places.runs, places.watches, places.replays, places.quality, places.backtests]


def folders_of(places: Workspace) -> Iterator[Path]:
    """Yield every folder of tables and pages, MLflow's copies too."""
    for room in rooms_of(places):
        yield from sorted(it for it in room.glob("[!.]*") if it.is_dir())
    yield from sorted(it for it in places.mlflow.glob("artifacts/*/artifacts") if it.is_dir())


def end_drafts(places: Workspace) -> int:
    """Remove what killed commands have left half made; return how many there were.

    A folder whose place was to be taken when its process died gets its new content, which is whole
    by then. What is removed here is made again by the command that was killed.
    """
    count = 0
    for room in [*rooms_of(places), *places.mlflow.glob("artifacts/*")]:
        for left in sorted(room.glob(".*")):
            if not left.is_dir():
                left.unlink()
                continue
            folder = left.with_name(left.name[1:].removesuffix(_OLD))
            if left.suffix == _OLD and not folder.exists():
                os.rename(left, folder)  # the one that was there before
                continue
            shutil.rmtree(left)
            count += 1
    return count


def clean_folder(
    folder: Path, traces: Traces, *, settings: Settings, runs: Path, is_dry: bool = False
) -> Removed | None:
    """Take the person out of a folder; return what was removed, or None if there was nothing.

    Parameters
    ----------
    folder : Path
        Of a run, a look, a replay, a page; or MLflow's copy of one.
    traces : Traces
        Whose.
    settings : Settings
        For a report whose own parameters cannot be read any more.
    runs : Path
        Where the run before a run is looked up.
    is_dry : bool
        Only say what would be removed.
    """
    removed, tables = Removed(), {}
    for path in sorted(folder.rglob("*.parquet")):
        table, found = cleaned(parquet.read_table(path), traces)
        if found.rows or found.cells:
            tables[path.relative_to(folder)] = table
            removed.add(found)
    others = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    pages = [path for path in others if holds(path, traces)]
    if not tables and not pages:
        return None
    if is_dry:
        return removed
    draft = folder.with_name(f".{folder.name}{_DRAFT}")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(folder, draft, symlinks=True)
    for name, table in tables.items():
        parquet.write_table(table, draft / name)
    if (draft / "run.json").exists() and (removed.cells or pages):
        scrub_file(draft / "run.json", traces, removed.words)
        _report_again(draft, settings, runs)
    for path in draft.rglob("*"):
        if path.suffix in PAGES and path.is_file():
            scrub_file(path, traces, removed.words)
        elif path.is_file() and path.suffix != ".parquet" and holds(path, traces):
            path.unlink()  # nothing of ours, or made again by the next report
    give_name(draft, folder)
    return removed


def _report_again(draft: Path, settings: Settings, runs: Path) -> None:
    """Write a run's report from its cleaned tables, as its own parameters say.

    A run of an earlier release may lack what a report needs today: its pages stay, and their words
    are blanked one by one.
    """
    record = json.loads((draft / "run.json").read_text(encoding="utf-8"))
    if not (draft / "report.html").exists() or "settings" not in record:
        return
    # How complaints were reached and who was told is not in the record, nor in a report.
    then = {k: v for k, v in record["settings"].items() if k not in ("sources", "deliver")}
    with suppress(SettingsError):  # of another release: today's
        settings = checked_settings(_over(settings.as_dict(), then), "run.json")
    previous = runs / str(record.get("previous_as_of"))
    trial = draft.with_name(f"{draft.name}.report")
    shutil.rmtree(trial, ignore_errors=True)
    shutil.copytree(draft, trial, symlinks=True)
    shutil.rmtree(trial / "tables", ignore_errors=True)
    try:
        files = write_report(
            trial,
            settings=settings,
            previous_folder=previous if (previous / "run.json").exists() else None,
        )
    except (IssuecastError, KeyError, ValueError, TypeError):
        shutil.rmtree(trial)
        return
    (trial / "summary.txt").write_text("\n".join(files.summary) + "\n", encoding="utf-8")
    shutil.rmtree(draft)
    os.rename(trial, draft)


def _over(today: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of then; what a later release has added is as it is today."""
    out = dict(today)
    for name, value in then.items():
        old = out.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        out[name] = _over(old, value) if both else value  # type: ignore[arg-type]
    return out
