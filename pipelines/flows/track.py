"""A finished run goes to MLflow: its figures, its members', and the forecaster it was made by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE

from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.forecasters.code import code_digest
from pipelines.forecasters.kept import Forecasters
from pipelines.tracking import CHALLENGER, CHAMPION, MemberFigures, Registry, track_run


@task(name="track", cache_policy=NO_CACHE)
@safely
def track(job: Job) -> None:
    """Log the finished run in MLflow and register the forecaster that made it."""
    found: dict[str, Any] = json.loads((job.folder / "run.json").read_text(encoding="utf-8"))
    steps = found["steps"]
    forecast = steps.get("forecast", {})
    metrics = {
        **forecast.get("metrics", {}),
        **steps.get("quality", {}),
        **steps.get("checked", {}).get("metrics", {}),
        **_prefixed(steps.get("challenger", {}).get("metrics", {}), "challenger_"),
        "complaints": found["data"]["complaints"],
        "themes": steps.get("themes", {}).get("themes", 0),
        "warnings_open": steps.get("warnings", {}).get("open", 0),
        "series_forecast": forecast.get("series", 0),
    }
    tracking = job.settings.tracking
    with console.step("tracking") as say:
        logged = track_run(
            job.places,
            job.folder,
            record=found,
            parameters=found["settings"],
            metrics=metrics,
            members=_members(job, forecast),
            uri=tracking.uri,
            experiment=tracking.experiment,
        )
        say(f"MLflow run {logged[:8]}")
        registry = Registry(job.places, uri=tracking.uri, model=tracking.model)
        for role, step in ((CHAMPION, forecast), (CHALLENGER, steps.get("challenger", {}))):
            said = _register(job, registry, role=role, step=step, run_id=logged)
            if said:
                say(said)


def _members(job: Job, forecast: Mapping[str, Any]) -> list[MemberFigures]:
    """Return each member's figures at the earlier mornings, and how often it fell back."""
    table, scores = (pd.read_parquet(job.folder / f"{n}.parquet") for n in ("members", "scores"))
    naive = float(scores["crps_baseline"].mean()) if len(scores) else 0.0
    fallbacks = forecast.get("fallbacks_by_member", {})
    return [
        MemberFigures(
            str(name), _figures(rows, naive=naive) | {"fallbacks": fallbacks.get(name, 0)}
        )
        for name, rows in table.groupby("member", sort=True)
    ]


def _figures(rows: pd.DataFrame, *, naive: float) -> dict[str, float]:
    days = rows["n"] / rows["n"].sum()
    crps, mean, actual = (float((rows[c] * days).sum()) for c in ("crps", "mean", "actual"))
    figures = {"crps": crps, "series": float(len(rows))}
    figures |= {"crps_skill": 1 - crps / naive} if naive > 0 else {}
    return figures | ({"bias": mean / actual - 1} if actual > 0 else {})


def _register(
    job: Job, registry: Registry, *, role: str, step: Mapping[str, Any], run_id: str
) -> str:
    if "forecaster" not in step:
        return ""
    key = step["forecaster"]["key"]
    kept = Forecasters(job.places.forecasters)
    forecaster = kept.get(key)
    if forecaster is None:  # made by an earlier release, or removed since
        return f"{role}: forecaster {key} is no longer kept, not registered"
    version = registry.register(
        kept.root / key,
        key=key,
        role=role,
        run_id=run_id,
        configuration=forecaster.configuration,
        code=code_digest(),
        changes=step.get("changes"),
    )
    return f"{role}: version {version.number}"


def _prefixed(metrics: Mapping[str, float], prefix: str) -> dict[str, float]:
    return {f"{prefix}{name}": value for name, value in metrics.items()}
