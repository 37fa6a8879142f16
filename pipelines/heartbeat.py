"""The dead man's switch: what the last good run left, and whether it is too long ago.

``heartbeat.json`` in the workspace is written at the end of each run that has left its report,
``logs/ended.json`` at the end of each that could write it, whatever came of it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from models.errors import SettingsError
from pipelines.exits import MEANINGS, has_report
from pipelines.moments import iso
from pipelines.workspace import Workspace

_DAY = pd.Timedelta(days=1)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Parameters
    ----------
    as_of : str
        The morning it lived, ISO 8601, UTC.
    run_id : str
        Its name in ``run.json``; empty where no report was made.
    exit_code : int
        See :mod:`pipelines.exits`.
    at : str
        When it ended, ISO 8601, UTC.
    """

    as_of: str
    run_id: str
    exit_code: int
    at: str


@dataclass(frozen=True)
class Age:
    """How old the newest good report is.

    Parameters
    ----------
    is_too_old : bool
        Whether it is older than asked, or there is none.
    said : str
        Why, in a sentence or two.
    """

    is_too_old: bool
    said: str


def note_end(places: Workspace, ended: Ended) -> None:
    """Write how a run ended; a morning older than the one noted does not take its place."""
    _write(places.logs / "ended.json", ended)
    before = read_end(places.heartbeat)
    is_older = before is not None and pd.Timestamp(ended.as_of) < pd.Timestamp(before.as_of)
    if has_report(ended.exit_code) and not is_older:
        _write(places.heartbeat, ended)


def read_end(path: Path) -> Ended | None:
    """Return how a run ended, as written; None where there is no such file, or a broken one."""
    try:
        found = Ended(**json.loads(path.read_text(encoding="utf-8")))
        is_whole = all(pd.Timestamp(it).tzinfo is not None for it in (found.as_of, found.at))
    except (OSError, ValueError, TypeError):
        return None
    return found if is_whole else None


def age_of_report(places: Workspace, *, now: pd.Timestamp, most: pd.Timedelta) -> Age:
    """Return whether the newest good report is older than it may be.

    A report's age counts from when it was made, by the heartbeat, but from the end of its own day
    at the latest: an old morning lived again today is no report of today. Where no heartbeat
    tells when it was made, it counts from its morning.

    Parameters
    ----------
    places : Workspace
        Where the runs are.
    now : Timestamp
        The moment, UTC.
    most : Timedelta
        The age that is allowed.
    """
    folder = places.last_run()
    last = _last_attempt(places)
    if folder is None:
        return Age(True, f"There is no report yet: `issuecast run` makes one.{last}")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    as_of = pd.Timestamp(record["as_of"])
    beat = read_end(places.heartbeat)
    is_noted = beat is not None and beat.as_of == iso(as_of)
    made = min(pd.Timestamp(beat.at), as_of + _DAY) if beat is not None and is_noted else as_of
    hours = (now - made).total_seconds() / 3600
    said = (
        f"The newest good report is that of {folder.name}, {hours:.1f} hours old "
        f"({'made' if is_noted else 'its morning began'} {iso(made)}; "
        f"{most.total_seconds() / 3600:g} are allowed)."
    )
    is_too_old = now - made > most
    return Age(is_too_old, said + last if is_too_old else said)


def parse_age(text: str) -> pd.Timedelta:
    """Return a span such as 26h, 90m or 2d.

    Raises
    ------
    SettingsError
        If it is none.

    Examples
    --------
    >>> parse_age("26h")
    Timedelta('1 days 02:00:00')
    """
    found = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text)
    if found is None:
        raise SettingsError(f"--max-age: expected a span such as 26h, 90m or 2d, got {text!r}.")
    return pd.Timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})


def _last_attempt(places: Workspace) -> str:
    """Return how the last run ended, where it left no report."""
    last = read_end(places.logs / "ended.json")
    if last is None or has_report(last.exit_code):
        return " No later run has come to an end: was one started?"
    meaning = MEANINGS.get(last.exit_code, "a fault")
    return f" The last run, as of {last.as_of}, ended {last.at} with {last.exit_code} ({meaning})."


def _write(path: Path, ended: Ended) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(asdict(ended), indent=1) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file of ours so that a reader finds the old one or the new one, never a half."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
