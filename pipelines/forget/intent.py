"""What is being forgotten, noted before anything is touched: a killed call is finished by the next.

The note holds keyed hashes alone, and goes when nothing is left to be found.
"""

from __future__ import annotations

import json
import os

import pandas as pd

from models.contracts import COMPLAINT, CUSTOMER, FORGOTTEN, conform
from models.errors import DataContractError
from models.text.traces import Traces
from pipelines.moments import iso
from pipelines.workspace import Workspace

_NAME = "forgetting.json"


def begin(places: Workspace, traces: Traces, at: pd.Timestamp) -> None:
    """Write down whose traces are to go, whole, onto the disk."""
    path = places.store / _NAME
    draft = path.with_suffix(".draft")
    text = json.dumps({"at": iso(at), **traces.as_dict()}, indent=1, sort_keys=True) + "\n"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def begun(places: Workspace, nobody: Traces) -> tuple[Traces, pd.Timestamp] | None:
    """Return what an earlier call began and did not finish, and when; None if there is none.

    Raises
    ------
    DataContractError
        If the note cannot be read.
    """
    path = places.store / _NAME
    if not path.exists():
        return None
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        at = pd.Timestamp(noted.pop("at")).tz_convert("UTC").as_unit("us")
        found = Traces.of(nobody.key, noted)
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise DataContractError(
            f"{path}: cannot be read. Remove it and give all ids again: `issuecast forget`."
        ) from err
    return found, at


def end(places: Workspace) -> None:
    """Take the note away: nothing is left to be found."""
    (places.store / _NAME).unlink(missing_ok=True)


def not_again(traces: Traces, at: pd.Timestamp) -> pd.DataFrame:
    """Return the FORGOTTEN rows by which the same rows are left out when they come again."""
    rows = [(COMPLAINT, it) for it in sorted(traces.complaints)]
    rows += [(CUSTOMER, it) for it in sorted(traces.customers)]
    frame = pd.DataFrame(rows, columns=["kind", "mark"])
    return conform(frame.assign(at=at.as_unit("us")), FORGOTTEN)
