"""The challenger takes over, or not; and back again. One gate, the same for everybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from models.errors import DataContractError, GateFailed, NotEnoughHistory
from models.forecasting.scoring.challenge import compare, faults, in_words
from pipelines.forecasters.champions import Champion, append_champion, read_champions, standing
from pipelines.forecasters.kept import configuration_digest
from pipelines.moments import folder_name, iso
from pipelines.settings import Settings, with_forecast
from pipelines.steps.forecast.forecaster import configuration_of
from pipelines.tracking import CHALLENGER, Registry, Version, mend_place
from pipelines.workspace import Workspace


class Decided(NamedTuple):
    """Which version is champion now, and why."""

    version: int
    reason: str


def promote(
    workspace: Workspace, *, settings: Settings, as_of: pd.Timestamp, challenger: str = CHALLENGER
) -> Decided:
    """Make the challenger the champion from a moment on, if it has earned it.

    Parameters
    ----------
    workspace : Workspace
        Its runs hold what champion and challenger said; its newest counts what came.
    settings : Settings
        The parameters as they are written; ``forecast.challenger`` holds the gate.
    as_of : Timestamp
        What is known then counts; runs as of later mornings have the new champion.
    challenger : str
        Alias or number of the version.

    Raises
    ------
    DataContractError
        If there is no such version, it never challenged anything, or it comes from a session's
        exploration.
    GateFailed
        If it has not shown enough; the message says what is missing, and the champion stands.
    """
    registry = _registry(workspace, settings)
    version = registry.at(challenger)
    if version is None:
        raise DataContractError(
            f"--challenger {challenger}: no such version of the model {settings.tracking.model}. "
            "Name a challenger in params.yaml (forecast.challenger.changes) and run some mornings."
        )
    if version.changes is None:
        raise DataContractError(
            f"--challenger {challenger}: version {version.number} never ran as a challenger."
        )
    registry.check_origin(version)
    now = standing(read_champions(workspace.champions), as_of=as_of)
    changes = dict(now.changes) if now else {}
    champion = with_forecast(settings, changes, where=workspace.champions.name)
    digest = configuration_digest(configuration_of(champion))
    if digest == version.configuration:
        raise GateFailed(f"Version {version.number} forecasts as the champion does already.")
    reason = _gate(workspace, version, champion=digest, settings=settings, as_of=as_of)
    entry = Champion(iso(as_of), {**changes, **version.changes}, reason, version.number)
    append_champion(workspace.champions, entry)
    registry.crown(version, reason=reason)
    return Decided(version.number, reason)


def rollback(workspace: Workspace, *, settings: Settings, as_of: pd.Timestamp) -> Decided:
    """Give the forecast back to the champion before the last one, from a moment on.

    Raises
    ------
    GateFailed
        If no challenger has taken over by then: there is nothing to go back to.
    """
    registry = _registry(workspace, settings)
    known = [e for e in read_champions(workspace.champions) if e.at <= iso(as_of)]
    now = standing(known, as_of=as_of)
    if now is None or not now.changes:
        raise GateFailed("No challenger has taken over: the parameters stand as they are written.")
    changes = _before(known)
    before = with_forecast(settings, changes, where=workspace.champions.name)
    digest = configuration_digest(configuration_of(before))
    version = registry.newest_of(digest)
    number = version.number if version else 0
    reason = f"taken back on {iso(as_of)} from version {now.version}"
    append_champion(workspace.champions, Champion(iso(as_of), changes, reason, number))
    if version is not None:
        registry.crown(version, reason=reason)
    return Decided(number, reason)


def _before(known: list[Champion]) -> Mapping[str, Any]:
    """Return what stood before the last take-over; each entry taken back is forgotten."""
    stack: list[Mapping[str, Any]] = [{}]
    for entry in sorted(known, key=lambda e: e.at):
        if len(stack) > 1 and entry.changes == stack[-2]:
            stack.pop()
        elif entry.changes != stack[-1]:
            stack.append(entry.changes)
    return stack[-2] if len(stack) > 1 else {}


def _registry(workspace: Workspace, settings: Settings) -> Registry:
    tracking = settings.tracking
    if not tracking.uri and not (workspace.mlflow / "mlflow.db").is_file():
        raise DataContractError(
            f"{workspace.mlflow}: no model is registered here yet; run some mornings first."
        )
    mend_place(workspace, uri=tracking.uri)
    return Registry(workspace, uri=tracking.uri, model=tracking.model)


def _gate(
    workspace: Workspace,
    version: Version,
    *,
    champion: str,
    settings: Settings,
    as_of: pd.Timestamp,
) -> str:
    gate = settings.forecast.challenger
    until = folder_name(as_of, time_zone=settings.time_zone)
    said = _shadowed(workspace.runs, until, champion=champion, challenger=version.configuration)
    name = f"Version {version.number} stays challenger"
    if not said:
        raise GateFailed(
            f"{name}: no morning up to {until} was forecast by it and by today's champion both."
        )
    try:
        found = compare(
            pd.concat([pd.read_parquet(folder / "forecasts.parquet") for folder in said]),
            pd.concat(
                [pd.read_parquet(folder / "challenger_forecasts.parquet") for folder in said]
            ),
            pd.read_parquet(_newest(workspace.runs, until) / "counts.parquet"),
            confidence=gate.confidence,
            seed=settings.seed,
        )
    except NotEnoughHistory as err:
        raise GateFailed(f"{name}: {err}") from err
    reasons = faults(
        found,
        margin=gate.margin,
        min_origins=gate.min_origins,
        coverage_80=gate.coverage_80,
        coverage_95=gate.coverage_95,
    )
    if reasons:
        raise GateFailed(f"{name}: {'; '.join(reasons)}. ({in_words(found)}.)")
    return in_words(found)


def _shadowed(runs: Path, until: str, *, champion: str, challenger: str) -> list[Path]:
    """Return the mornings that these two configurations have forecast, one a day, oldest first."""
    by_day: dict[str, Path] = {}
    for folder in _finished(runs, until):
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        steps = record["steps"]
        who = [
            steps.get(step, {}).get("forecaster", {}).get("configuration")
            for step in ("forecast", "challenger")
        ]
        if who == [champion, challenger]:
            by_day[record["origin"]] = folder  # a later moment of the day takes its place
    return list(by_day.values())


def _together(folders: list[Path], name: str) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(folder / name) for folder in folders], ignore_index=True)


def _newest(runs: Path, until: str) -> Path:
    return _finished(runs, until)[-1]


def _finished(runs: Path, until: str) -> list[Path]:
    found = sorted(runs.glob("[0-9]*")) if runs.exists() else []
    return [f for f in found if f.name <= until and (f / "run.json").exists()]
