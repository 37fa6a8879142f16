"""How far each source has been read: one small file a source, beside the tables."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import InvalidOperation
from pathlib import Path
from typing import Any

from models.errors import DataContractError
from pipelines.settings import Asked
from pipelines.sources.marks import Mark, mark_from

FOLDER = "cursors"  # of the store
# Of a source's parameters those that decide which rows come, and what is made of them.
_HOW = (
    *("overlap", "batch_rows", "attempts", "first_wait_s", "max_wait_s", "timeout_s"),
    *("url_env", "auth", "rate", "max_pages", "max_page_mb", "max_load_mb"),
)


@dataclass(frozen=True)
class Place:
    """How far a source has been read.

    Parameters
    ----------
    mark : Mark or None
        All rows up to here are stored; None: none for certain.
    is_history : bool
        Whether the first load is not finished yet, whose rows count as learnt when they were
        written.
    question : str
        A hash of what was asked: another question begins anew.
    """

    mark: Mark | None
    is_history: bool
    question: str


def read_place(folder: Path, source: str) -> Place | None:
    """Return how far the source has been read; None before its first load.

    Raises
    ------
    DataContractError
        If the file cannot be read.
    """
    path = folder / f"{source}.json"
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        mark = mark_from(said["mark"]) if said["mark"] is not None else None
        return Place(mark, bool(said["is_history"]), str(said["question"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, InvalidOperation) as err:
        raise DataContractError(
            f"{path}: cannot be read. Remove it: the source is read from its start again, and "
            "nothing is stored twice."
        ) from err


def write_place(folder: Path, source: str, place: Place) -> None:
    """Keep how far the source has been read: the old file or the new one, never half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {
        "mark": place.mark.as_dict() if place.mark is not None else None,
        "is_history": place.is_history,
        "question": place.question,
    }
    draft = folder / f".{source}.{os.getpid()}.json"
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps(said, indent=1, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, folder / f"{source}.json")


def question_of(described: Asked, columns: Mapping[str, str]) -> str:
    """Return a hash of what a source is asked, and of how its answers are read."""
    said = {name: value for name, value in asdict(described).items() if name not in _HOW}
    text = json.dumps({**said, "columns": dict(columns)}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
