"""A run's folder and a fitted forecaster, small and made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.forecasting.forecaster import Forecaster, fit_forecaster
from models.forecasting.morning import morning_of
from pipelines.forecasters.code import code_digest
from pipelines.forecasters.kept import configuration_digest, write_forecaster
from pipelines.tracking import MemberFigures, Registry, Version, track_run
from pipelines.workspace import Workspace
from tests.models.forecasting.panels import weekly_counts

ORIGIN = pd.Timestamp("2019-06-03").as_unit("us")
RECORD: dict[str, Any] = {
    "run_id": "2019-06-03T00:00:00Z-0a1b2c3d",
    "as_of": "2019-06-03T00:00:00Z",
    "origin": "2019-06-03",
    "code_version": "0.1.0+abc1234",
    "data": {"digest": "feedface", "complaints_version": 7, "complaints": 4321},
    "encoder": "hashing",
    "theme_version": "2019-06-03T00:00:00Z",
}
METRICS = {"crps": 1.5, "coverage_80": 0.81}
MEMBERS = (
    MemberFigures("unobserved_components", {"crps": 1.6, "fallbacks": 0.0}),
    MemberFigures("seasonal_mean", {"crps": 1.9, "fallbacks": 2.0}),
)


def run_folder(folder: Path, *, themes: int = 3) -> Path:
    """Write a run's folder with so many themes."""
    folder.mkdir(parents=True)
    ids = [f"t{i}" for i in range(themes)]
    pd.DataFrame({"theme_id": ids, "label": "late parcel"}).to_parquet(folder / "themes.parquet")
    daily = pd.DataFrame({"series_id": np.repeat(ids, 28), "mean": 1.5})
    for name in ("forecasts", "outlook", "scores", "counts"):
        daily.to_parquet(folder / f"{name}.parquet")
    (folder / "report.html").write_text("<p>report</p>", encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(RECORD), encoding="utf-8")
    return folder


def tracked(
    workspace: Workspace, folder: Path, *, uri: str = "", experiment: str = "issuecast", **more: Any
) -> str:
    """Log the run of a folder."""
    return track_run(
        workspace,
        folder,
        record=RECORD | more,
        parameters={"forecast": {"horizon_days": 28}, "seed": 1},
        metrics=METRICS,
        members=MEMBERS,
        uri=uri,
        experiment=experiment,
    )


def counts(*, days: int = 120, levels: tuple[float, ...] = (0.5, 4.0, 20.0)) -> pd.DataFrame:
    """Return a frame of daily counts that ends on the day before ``ORIGIN``."""
    dates = pd.date_range(end=ORIGIN - pd.Timedelta(days=1), periods=days, freq="D").as_unit("us")
    frames = [
        pd.DataFrame(
            {
                "series_id": f"theme=t{i}|channel=*|brand=*",
                "date": dates,
                "count": weekly_counts(level, days, seed=i).astype("int64"),
            }
        )
        for i, level in enumerate(levels)
    ]
    return pd.concat(frames, ignore_index=True)


def configuration(**method: Any) -> dict[str, Any]:
    """Return a forecaster's configuration."""
    found: dict[str, Any] = {
        "method": {
            "members": ["unobserved_components"],
            "baseline": "seasonal_naive",
            "dispersion_origins": 2,
            "dispersion_prior": 30.0,
            "cap_multiple": 3.0,
            "seed": 1,
            **method,
        },
        "panel": {
            "horizon": 28,
            "countries": ["US"],
            "max_history_days": 1095,
            "time_zone": "UTC",
        },
    }
    found["digest"] = configuration_digest(found)
    return found


def fitted(*, origin: pd.Timestamp = ORIGIN, **method: Any) -> Forecaster:
    """Return a forecaster fitted on ``counts()`` before a day."""
    known = counts().assign(is_provisional=False, is_revised=False)
    given = configuration(**method)
    morning = morning_of(known, origin=origin, **given["panel"])
    return fit_forecaster(morning, configuration=given)


def registered(
    registry: Registry, folder: Path, run_id: str, forecaster: Forecaster, **given: Any
) -> Version:
    """Write a forecaster into a folder and register it."""
    write_forecaster(folder, forecaster)
    role = given.pop("role", "champion")
    return registry.register(
        folder,
        key=folder.name,
        role=role,
        run_id=run_id,
        configuration=forecaster.configuration,
        code=code_digest(),
        **given,
    )
