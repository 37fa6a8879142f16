"""``champions.yaml``: which way to forecast has taken over from the parameters, and since when.

The registered model's alias says the same to everybody who loads the model; this file says it to
the runs, with its history, so that an earlier morning is lived again with the champion it had.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from models.errors import DataContractError
from pipelines.moments import iso

_HEADER = """\
# Which way to forecast has taken over, oldest first: `issuecast promote` and `issuecast rollback`
# append to it. From its moment `at` (UTC) on, the `changes` of the newest entry are laid over the
# parameters below `forecast`; no changes: the parameters as they are.
"""
_FIELDS = ("at", "changes", "reason", "version")


@dataclass(frozen=True)
class Champion:
    """One entry: a configuration that forecasts from a moment on.

    Parameters
    ----------
    at : str
        ISO moment, UTC.
    changes : mapping
        Parameters below ``forecast`` that it has otherwise.
    reason : str
        Why.
    version : int
        Of the registered model.
    """

    at: str
    changes: Mapping[str, Any]
    reason: str
    version: int


def read_champions(path: Path) -> tuple[Champion, ...]:
    """Return the entries of the file; none if there is no file.

    Raises
    ------
    DataContractError
        If the file is not as it must be; the message names the entry and the fix.
    """
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as err:
        raise DataContractError(f"{path}: not readable as YAML in UTF-8.") from err
    if not isinstance(rows or [], list):
        raise DataContractError(f"{path}: expected a list of entries.")
    return tuple(_entry(row, f"{path.name}, entry {i + 1}") for i, row in enumerate(rows or []))


def standing(champions: Sequence[Champion], *, as_of: pd.Timestamp) -> Champion | None:
    """Return the entry that stands at a moment: the newest of those before it."""
    known = [entry for entry in champions if entry.at <= iso(as_of)]
    return sorted(known, key=lambda entry: entry.at)[-1] if known else None


def append_champion(path: Path, entry: Champion) -> None:
    """Add an entry; the file is whole or as it was.

    Raises
    ------
    DataContractError
        If the file holds a later entry: history is appended to, not rewritten.
    """
    known = read_champions(path)
    later = [e.at for e in known if e.at > entry.at]
    if later:
        raise DataContractError(
            f"{path.name}: there is an entry of {max(later)} already, after {entry.at}; decide as "
            "of a later moment (--as-of), or remove that entry."
        )
    rows = [{name: getattr(e, name) for name in _FIELDS} for e in (*known, entry)]
    draft = path.with_name(f".{path.name}.draft")
    draft.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=100)
    draft.write_text(_HEADER + text, encoding="utf-8")
    os.replace(draft, path)


def _entry(row: Any, where: str) -> Champion:
    if not isinstance(row, dict) or sorted(row) != sorted(_FIELDS):
        raise DataContractError(f"{where}: expected the fields {', '.join(_FIELDS)}.")
    at = row["at"]
    moment = _moment(at)
    if moment is None:
        raise DataContractError(f"{where}: at: expected a moment such as 2026-11-22T06:00:00Z.")
    if not isinstance(row["changes"], dict) or not isinstance(row["version"], int):
        raise DataContractError(f"{where}: expected changes as a mapping, version as a number.")
    return Champion(iso(moment), row["changes"], str(row["reason"]), row["version"])


def _moment(at: Any) -> pd.Timestamp | None:
    try:
        moment = pd.Timestamp(at)
    except (TypeError, ValueError):
        return None
    if moment is pd.NaT:
        return None
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
