"""Open a session: find the workspace, the moment and the parameters, or say what is missing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from models.contracts import COMPLAINTS
from models.errors import DataContractError, NotEnoughHistory, SettingsError
from pipelines.flows.job import Job
from pipelines.forecasters.champions import read_champions, standing
from pipelines.moments import iso, parse_as_of
from pipelines.session.session import Session
from pipelines.settings import load_settings
from pipelines.store import Store
from pipelines.workspace import PROJECT_ROOT, Workspace


def open_session(
    as_of: str | date | pd.Timestamp | None = None,
    *,
    workspace: str | Path | None = None,
    params: str | Path | None = None,
    track: bool = True,
) -> Session:
    """Return what was known in a workspace at a moment, to look at and to ask.

    Parameters
    ----------
    as_of : str, date or Timestamp, optional
        A bare date: that day's start in the time zone of the parameters, so yesterday is known
        and today is not. By default the morning of the newest run.
    workspace : str or Path, optional
        Folder that was given to ``issuecast --workspace``; the checkout's own by default, as for
        the command line.
    params : str or Path, optional
        A file laid over ``params.yaml``. By default the parameters of the newest run up to then.
    track : bool, default True
        Whether what the session computes is logged in MLflow, as exploration.

    Raises
    ------
    DataContractError
        If there is no workspace, no run to take the morning of, or no such moment or parameter.
    NotEnoughHistory
        If no complaint was known at the moment.
    """
    root = None if workspace is None else Path(workspace).expanduser().resolve()
    place = Workspace.at(root) if root else Workspace.default()
    if not Store(place.store).has(COMPLAINTS):
        raise DataContractError(_no_workspace(place))
    records = _records(place)
    if as_of is None and not records:
        raise DataContractError(
            f"No run in {place.runs} to take the morning of: give as_of='2019-05-05', or let "
            "`issuecast run` make one."
        )
    overlay = None if params is None else str(Path(params).expanduser().resolve())
    newest = records[-1] if records else None
    zone = newest["time_zone"] if newest and not overlay else _zone(overlay)
    moment = _moment(as_of, newest, zone)
    earlier = [it for it in records if it["as_of"] <= iso(moment)] or records[:1]
    given = {} if overlay or not earlier else _given(place, earlier[-1])
    job = Job(
        as_of=iso(moment),
        workspace=None if root is None else str(root),
        params=overlay,
        given=given,
    )
    _check_settings(job)
    _check_known(job)
    return Session(job, track=track)


def _zone(overlay: str | None) -> str:
    return load_settings(Path(overlay) if overlay else None).time_zone


def _moment(as_of: Any, newest: dict[str, Any] | None, zone: str) -> pd.Timestamp:
    if as_of is None and newest is not None:
        as_of = newest["as_of"]
    return parse_as_of(str(as_of), time_zone=zone, option="as_of")


def _records(place: Workspace) -> list[dict[str, Any]]:
    """Return the records of the finished runs, by their moment."""
    files = sorted(place.runs.glob("[0-9]*/run.json")) if place.runs.exists() else []
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return sorted(found, key=lambda record: str(record["as_of"]))


def _given(place: Workspace, record: dict[str, Any]) -> dict[str, Any]:
    """Return the run's parameters, but for what came from the champion that stood then.

    The champion of the session's own moment is laid over them, as in a run.
    """
    tree = dict(record.get("settings", {}))
    known = standing(read_champions(place.champions), as_of=pd.Timestamp(record["as_of"]))
    if known is not None and "forecast" in tree:
        mine = {k: v for k, v in tree["forecast"].items() if k not in known.changes}
        tree["forecast"] = mine
    return tree


def _check_settings(job: Job) -> None:
    """Say a wrong parameter at once, and what to do where it is an earlier release's."""
    try:
        _ = job.settings
    except SettingsError as err:
        if not job.given:
            raise
        raise SettingsError(
            f"{err} The run was made by another release of issuecast: give the parameters "
            "yourself, open_session(..., params='FILE'), or params=PARAMS_FILE of "
            "pipelines.settings for those of params.yaml."
        ) from err


def _check_known(job: Job) -> None:
    if len(job.complaints(["complaint_id"])):
        return
    moments = job.store.read(COMPLAINTS, columns=["created_at", "received_at"])
    first = moments.max(axis=1).min() if len(moments) else None
    since = "none at all" if first is None else f"the first was known on {first:%Y-%m-%d %H:%M} UTC"
    raise NotEnoughHistory(
        f"as_of {job.as_of}: no complaint was known then ({since}); give a later as_of."
    )


def _no_workspace(place: Workspace) -> str:
    root = place.store.parent
    demo = PROJECT_ROOT / "data" / "demo"
    said = f"No complaints in {root}: `issuecast run --input FILE --workspace {root}` takes some in"
    if root != demo and Store(Workspace.at(demo).store).has(COMPLAINTS):
        return f"{said}; the demo's are in workspace={str(demo)!r}."
    return f"{said}, and `issuecast demo` makes a workspace of the bundled sample in {demo}."
