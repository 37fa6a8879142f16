"""What every flow is given: where, as of when, with which parameters. No complaint text.

Prefect keeps the parameters and the error messages of flows and tasks in its database, so
both must be free of anything a customer wrote: flows exchange tables, by name.
"""

from __future__ import annotations

import functools
import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import pyarrow.compute as compute

from models.contracts import COMPLAINTS, FEEDBACK, SIGNALS, Table, check, conform
from models.errors import IssuecastError
from models.themes import decisions as theme_decisions
from models.themes.decisions import Decision
from pipelines.decisions.board import load_decisions
from pipelines.forecasters.champions import read_champions, standing
from pipelines.moments import folder_name
from pipelines.settings import Settings, load_settings, with_changes, with_forecast
from pipelines.store import Store
from pipelines.workspace import Workspace

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Job:
    """One morning's work.

    Parameters
    ----------
    as_of : str
        The moment whose knowledge counts, ISO 8601.
    workspace : str, optional
        Root of the workspace; the checkout's own by default.
    params : str, optional
        A file laid over ``params.yaml``.
    room : str
        Which of the workspace's folders gets the run's own: ``runs``, or ``watches``.
    given, changes : mapping
        Parameters laid over ``params``: before the champion's, and after them. A session's; see
        :func:`pipelines.settings.with_changes`.
    remembered : DataFrame, optional
        The workspace's complaints, where many mornings read them: a replay's. Never part of a
        flow's parameters.
    """

    as_of: str
    workspace: str | None = None
    params: str | None = None
    room: str = "runs"
    given: Mapping[str, Any] = field(default_factory=dict, compare=False)
    changes: Mapping[str, Any] = field(default_factory=dict, compare=False)
    remembered: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    @property
    def moment(self) -> pd.Timestamp:
        """Return ``as_of`` as a moment in UTC."""
        return pd.Timestamp(self.as_of).tz_convert("UTC").as_unit("us")

    @property
    def places(self) -> Workspace:
        """Return the workspace's folders."""
        return Workspace.at(Path(self.workspace)) if self.workspace else Workspace.default()

    @property
    def store(self) -> Store:
        """Return the workspace's tables."""
        return Store(self.places.store)

    @functools.cached_property
    def settings(self) -> Settings:
        """Return the parameters, with the forecast of the champion that stands at ``as_of``."""
        said = load_settings(Path(self.params) if self.params else None)
        if self.given:
            said = with_changes(said, self.given, where="the run's parameters")
        champion = standing(read_champions(self.places.champions), as_of=self.moment)
        if champion is not None:
            said = with_forecast(said, champion.changes, where=self.places.champions.name)
        return with_changes(said, self.changes, where="with_params") if self.changes else said

    @functools.cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """Return what people had decided about themes by ``as_of``."""
        return theme_decisions.standing(load_decisions(self.places), as_of=self.moment)

    @property
    def name(self) -> str:
        """Return the name of the run's folder."""
        return folder_name(self.moment, time_zone=self.settings.time_zone)

    @property
    def folder(self) -> Path:
        """Return the folder of the finished run."""
        return self._room / self.name

    @property
    def draft(self) -> Path:
        """Return the folder in which the run is made, renamed when it is whole."""
        return self._room / f".{self.name}.draft"

    @property
    def _room(self) -> Path:
        return self.places.watches if self.room == "watches" else self.places.runs

    def run_before(self) -> Path | None:
        """Return the folder of the newest finished run before this one."""
        folders = self.places.runs.glob("[0-9]*/run.json") if self.places.runs.exists() else []
        earlier = sorted(file.parent for file in folders if file.parent.name < self.name)
        return earlier[-1] if earlier else None

    def morning_before(self) -> pd.Timestamp | None:
        """Return the moment of the newest finished run before this one, UTC."""
        folder = self.run_before()
        if folder is None:
            return None
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return pd.Timestamp(record["as_of"]).tz_convert("UTC").as_unit("us")

    def complaints(self, columns: list[str] | None = None) -> pd.DataFrame:
        """Return the complaints known at ``as_of``: created and received before it."""
        if self.remembered is not None:
            rows = self.remembered
            is_known = (rows["created_at"] < self.moment) & (rows["received_at"] < self.moment)
            return rows.loc[is_known, columns or list(rows.columns)].reset_index(drop=True)
        known = (compute.field("created_at") < self.moment.to_pydatetime()) & (
            compute.field("received_at") < self.moment.to_pydatetime()
        )
        return self.store.read(COMPLAINTS, columns=columns, where=known)

    def signals(self) -> pd.DataFrame:
        """Return what of the business was known at ``as_of``, every version."""
        return self.store.read(
            SIGNALS, where=compute.field("known_at") < self.moment.to_pydatetime()
        )

    def feedback(self) -> pd.DataFrame:
        """Return what people had said of warnings before ``as_of``, every word of it."""
        return self.store.read(FEEDBACK, where=compute.field("at") < self.moment.to_pydatetime())

    def write(self, name: str, frame: pd.DataFrame, table: Table | None = None) -> None:
        """Write a table of the run as Parquet into the draft."""
        if table is not None:
            frame = check(conform(frame, table), table)
        self.draft.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(self.draft / f"{name}.parquet", index=False)

    def read(self, name: str) -> pd.DataFrame:
        """Return a table of the run from the draft."""
        return pd.read_parquet(self.draft / f"{name}.parquet")

    def note(self, step: str, facts: Mapping[str, Any]) -> None:
        """Keep a step's figures for ``run.json``."""
        self.draft.mkdir(parents=True, exist_ok=True)
        text = json.dumps(facts, indent=1, sort_keys=True, default=str)
        (self.draft / f"{step}.step.json").write_text(text + "\n", encoding="utf-8")

    def notes(self) -> dict[str, Any]:
        """Return the figures of all steps made so far."""
        files = sorted(self.draft.glob("*.step.json"))
        return {f.name.removesuffix(".step.json"): json.loads(f.read_text()) for f in files}


class Inputs:
    """What one load reads, kept out of what Prefect writes down; false if it is nothing.

    Prefect stores a flow's parameters as JSON, and a file's name can hold a customer's. An
    object with neither items nor attributes cannot be made JSON, so it is stored as
    ``<Inputs>`` (a test reads Prefect's database and looks for the name).

    Parameters
    ----------
    patterns : sequence of str
        Files, folders and globs.
    is_asked : bool
        Whether no files are read: the source is asked, as its parameters say.
    """

    __slots__ = ("is_asked", "patterns")

    def __init__(self, patterns: Sequence[str], *, is_asked: bool = False) -> None:
        self.patterns = tuple(patterns)
        self.is_asked = is_asked

    def __bool__(self) -> bool:
        return self.is_asked or bool(self.patterns)

    def __repr__(self) -> str:
        return f"<{len(self.patterns)} inputs>"


def safely(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Wrap a task's work so that no error message can carry a complaint's text.

    Our own errors are written to be shown; a library's may quote the value that it
    stumbled over, so only its type and place are passed on (the cause stays attached
    for a debugger in the same process).
    """

    @functools.wraps(work)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return work(*args, **kwargs)
        except IssuecastError:
            raise
        except Exception as err:
            place = traceback.extract_tb(err.__traceback__)[-1]
            where = f"{Path(place.filename).name}, line {place.lineno}"
            message = f"unexpected {type(err).__name__} in {work.__name__} ({where})"
            raise UnexpectedError(message) from err

    return wrapped


class UnexpectedError(IssuecastError):
    """A fault of ours or a library's, without the text it was about."""
