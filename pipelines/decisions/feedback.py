"""People say of a warning whether it was useful, or that they want to hear no more of it for now.

A line each, from a notebook or the command line:

    from pipelines.decisions import feedback

    feedback.say("~/complaints", "w-3ccc001872", "useful", by="Ada", at="2026-11-22T09:30Z")
    feedback.listed("~/complaints")

What was said stands in the table ``feedback``, a row each time; runs as of later mornings read it.
"""

from __future__ import annotations

import difflib
from datetime import date

import pandas as pd

from models.contracts import (
    FEEDBACK,
    FEEDBACK_VERDICTS,
    SNOOZE,
    THEMES,
    WARNINGS,
    conform,
)
from models.errors import DataContractError
from models.series.calendar import local_date
from pipelines.decisions.board import Place, workspace_of
from pipelines.decisions.table import plain
from pipelines.settings import Settings, load_settings
from pipelines.steps.ingest.safe import Safe
from pipelines.store import Store
from pipelines.workspace import Workspace

_TOLD = ["warning_id", "as_of", "theme_id", "state", "severity", "opened_on"]
_CLOSED = "closed"
_SUGGESTED = 3
_ALIKE = 0.5  # of an id's letters are those of the one that was typed


def say(
    place: Place,
    warning_id: str,
    verdict: str,
    *,
    by: str,
    at: pd.Timestamp | str,
    until: str | None = None,
    note: str = "",
    settings: Settings | None = None,
) -> pd.Series:
    """Write down what somebody says of a warning, and return the FEEDBACK row.

    Parameters
    ----------
    place : Workspace, Path or str
        The workspace, or its folder.
    warning_id : str
        As the report and ``tables/warnings.csv`` have it.
    verdict : str
        ``useful``, ``not useful`` or ``snooze``.
    by : str
        Who says so.
    at : Timestamp or str
        When: a moment with a time zone. Mornings before know nothing of it.
    until : str, optional
        Of a snooze: the date of the first morning that tells of the warning again; by default
        ``warnings.snooze_days`` after the day of `at`.
    note : str, optional
        Why; redacted before it is stored, 200 characters at most.
    settings : Settings, optional
        ``time_zone, warnings`` and ``redaction`` are read; those of ``params.yaml`` by default.

    Raises
    ------
    DataContractError
        If there is no such warning or verdict, nobody says it, or the date has passed.
    """
    settings, workspace = settings or load_settings(), workspace_of(place)
    store, moment = Store(workspace.store), _moment(at)
    told = _known(workspace, store)
    mine = told[told["warning_id"] == warning_id]
    if mine.empty:
        raise DataContractError(_no_such(warning_id, told, store))
    if verdict not in FEEDBACK_VERDICTS:
        wanted = ", ".join(FEEDBACK_VERDICTS)
        raise DataContractError(f"verdict: expected one of {wanted}; got {plain(verdict)!r}.")
    safe = Safe.of(settings, b"")
    name = safe.value(plain(by))
    if not name:
        raise DataContractError("by: feedback needs the name of who gives it.")
    known = mine[mine["as_of"] <= moment]
    last = (known if len(known) else mine.head(1)).iloc[-1]
    row = {
        "warning_id": warning_id,
        "at": moment,
        "verdict": verdict,
        "by": name,
        "note": safe.value(plain(note)) or None,
        "until": _until(until, verdict, moment, settings),
        "theme_id": last["theme_id"],
        "opened_on": last["opened_on"],
        "last_on": _last_on(last, settings),
        "severity": last["severity"],
    }
    frame = conform(pd.DataFrame([row]), FEEDBACK)
    store.upsert(FEEDBACK, frame)
    return frame.iloc[0]


def listed(place: Place) -> pd.DataFrame:
    """Return all that was said, oldest first: FEEDBACK rows with their theme's ``title``."""
    store = Store(workspace_of(place).store)
    rows = store.read(FEEDBACK).sort_values(["at", "warning_id"], ignore_index=True)
    return rows.assign(title=_titled(rows, store))


def open_warnings(place: Place) -> pd.DataFrame:
    """Return what the newest morning tells of: ``warning_id, title, state, severity, opened_on``.

    Feedback names a warning by its id.
    """
    workspace = workspace_of(place)
    store = Store(workspace.store)
    told = _known(workspace, store)
    rows = told[(told["as_of"] == told["as_of"].max()) & (told["state"] != _CLOSED)]
    rows = rows.sort_values(["opened_on", "warning_id"], ignore_index=True)
    columns = ["warning_id", "title", "state", "severity", "opened_on"]
    return rows.assign(title=_titled(rows, store))[columns]


def _moment(at: pd.Timestamp | str) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(at)
    except ValueError as err:
        raise DataContractError(f"at: {at!r} is no moment; write 2026-11-22T09:30Z.") from err
    if moment is pd.NaT or moment.tzinfo is None:
        raise DataContractError(f"at: expected a moment with a time zone, got {at!s}.")
    return moment.tz_convert("UTC").as_unit("us")


def _known(workspace: Workspace, store: Store) -> pd.DataFrame:
    """Return all that mornings, and looks between them, have told, oldest first."""
    told = [store.read(WARNINGS, columns=_TOLD)]
    for path in sorted(workspace.watches.glob("[0-9]*/warnings.parquet")):
        told.append(pd.read_parquet(path, columns=_TOLD))
    filled = [frame for frame in told if len(frame)] or told[:1]
    return pd.concat(filled, ignore_index=True).sort_values(["as_of", "warning_id"])


def _no_such(asked: str, told: pd.DataFrame, store: Store) -> str:
    """Return why an id is refused, with the nearest there are."""
    message = f"No warning is called {plain(asked)!r}."
    if told.empty:
        return f"{message} No run has warned of anything yet."
    newest = told.drop_duplicates("warning_id", keep="last").set_index("warning_id", drop=False)
    near = difflib.get_close_matches(asked, list(newest.index), n=_SUGGESTED, cutoff=_ALIKE)
    if not near:
        return f"{message} `issuecast feedback` lists those that are open."
    titles = _titled(newest.loc[near], store)
    named = ", ".join(f"{name} ({title})" for name, title in zip(near, titles, strict=True))
    return f"{message} Nearest: {named}."


def _titled(rows: pd.DataFrame, store: Store) -> list[str]:
    themes = store.read(THEMES, columns=["theme_id", "version", "title"])
    titles = themes.drop_duplicates("theme_id", keep="last").set_index("theme_id")["title"]
    return [plain(str(titles.get(theme_id, theme_id))) for theme_id in rows["theme_id"]]


def _until(
    until: str | None, verdict: str, moment: pd.Timestamp, settings: Settings
) -> pd.Timestamp | None:
    """Return the first date on which a snoozed warning is told of again."""
    if verdict != SNOOZE:
        if until is not None:
            raise DataContractError("--until belongs to a snooze; leave it out.")
        return None
    today = local_date(moment, settings.time_zone)
    if until is None:
        return today + pd.Timedelta(days=settings.warnings.snooze_days)
    try:
        day = pd.Timestamp(date.fromisoformat(until))
    except ValueError as err:
        message = f"--until: {plain(until)!r} is no date; write e.g. 2026-11-30."
        raise DataContractError(message) from err
    if day <= today:
        tomorrow = (today + pd.Timedelta(days=1)).date()
        raise DataContractError(
            f"--until: {plain(until)} is not after today ({today.date()}), so no morning would be "
            f"spared: give {tomorrow} or later."
        )
    return day


def _last_on(told: pd.Series, settings: Settings) -> pd.Timestamp:
    """Return the last day that a warning can have been on by the morning that told of it last."""
    days = 1 + (settings.warnings.quiet_days if told["state"] == _CLOSED else 0)
    last = local_date(told["as_of"], settings.time_zone) - pd.Timedelta(days=days)
    return max(last, told["opened_on"])
