"""What MLflow costs a run of a thousand themes, in a fresh workspace with the embedded store.

python -m tests.benchmarks.tracking --json FILE
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.environment import prepare_environment
from pipelines.forecasters.code import code_digest
from pipelines.forecasters.kept import configuration_digest, write_forecaster
from pipelines.tracking import CHAMPION, MemberFigures, Registry, track_run
from pipelines.tracking.places import open_client
from pipelines.workspace import Workspace
from tests.pipelines.tracking.cases import RECORD

_THEMES, _MEMBERS, _LEADS, _DAYS = 1000, 8, 28, 1095


def _run_folder(folder: Path) -> dict[str, object]:
    """Write what a run of a thousand themes leaves behind."""
    rng = np.random.default_rng(1)
    folder.mkdir(parents=True)
    themes = np.array([f"theme=t{i:04}|channel=*|brand=*" for i in range(_THEMES)])
    quantiles = {f"q{q:02}": rng.random(_THEMES * _LEADS) for q in (5, 10, 25, 50, 75, 90, 95)}
    ahead = pd.DataFrame({"series_id": np.repeat(themes, _LEADS), **quantiles})
    for name in ("forecasts", "outlook"):
        ahead.to_parquet(folder / f"{name}.parquet")
    past = pd.DataFrame(
        {"series_id": np.repeat(themes, _DAYS), "count": rng.poisson(2, _THEMES * _DAYS)}
    )
    past.to_parquet(folder / "counts.parquet")
    pd.DataFrame({"theme_id": themes, "label": "late parcel"}).to_parquet(folder / "themes.parquet")
    (folder / "report.html").write_text("x" * 1_000_000, encoding="utf-8")
    record = RECORD | {"run_id": "benchmark"}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return record


def _forecaster(folder: Path) -> dict[str, object]:
    """Write a fitted forecaster of a thousand themes, of the sizes that a real one has."""
    from models.forecasting.forecaster import fit_forecaster
    from models.forecasting.morning import morning_of

    days = pd.date_range(end="2026-11-21", periods=150, freq="D").as_unit("us")
    names = [f"theme=t{i:04}|channel=*|brand=*" for i in range(_THEMES)]
    rng = np.random.default_rng(1)
    counts = pd.DataFrame(
        {
            "series_id": np.repeat(names, len(days)),
            "date": np.tile(days.to_numpy(), _THEMES),
            "count": rng.poisson(2, _THEMES * len(days)),
            "is_provisional": False,
            "is_revised": False,
        }
    )
    configuration: dict[str, Any] = {
        "method": {
            "members": ["seasonal_naive"],
            "baseline": "seasonal_naive",
            "dispersion_origins": 4,
            "dispersion_prior": 30.0,
            "cap_multiple": 3.0,
            "seed": 1,
        },
        "panel": {
            "horizon": _LEADS,
            "countries": ["US"],
            "max_history_days": 1095,
            "time_zone": "UTC",
        },
    }
    configuration["digest"] = configuration_digest(configuration)
    morning = morning_of(counts, origin=pd.Timestamp("2026-11-22"), **configuration["panel"])
    forecaster = fit_forecaster(morning, configuration=configuration)
    write_forecaster(folder, forecaster)
    return dict(forecaster.configuration)


def mlflow_seconds() -> dict[str, float]:
    """Return the seconds of MLflow in a run of 1,000 themes, and on the day of a new forecaster.

    On a busy machine the processor's own seconds say more than the clock's. Imports and the
    migrations of a fresh database (once a workspace) are not in them.
    """
    with tempfile.TemporaryDirectory() as name:
        place = Workspace.at(Path(name) / "work")
        prepare_environment(place)
        open_client(place, "").search_experiments()
        import mlflow.pyfunc

        assert mlflow.pyfunc
        record = _run_folder(Path(name) / "run")
        configuration = _forecaster(Path(name) / "forecaster")
        figures = {f"figure_{i}": float(i) for i in range(10)}
        members = [MemberFigures(f"member_{i}", figures) for i in range(_MEMBERS)]
        parameters = {f"parameter_{i}": i for i in range(120)}
        started, cpu = time.perf_counter(), time.process_time()
        run_id = track_run(
            place,
            Path(name) / "run",
            record=record,
            parameters=parameters,
            metrics=figures,
            members=members,
            uri="",
            experiment="issuecast",
        )
        logged, logged_cpu = time.perf_counter() - started, time.process_time() - cpu
        Registry(place, uri="", model="issuecast-forecaster").register(
            Path(name) / "forecaster",
            key="2026-11-22-benchmark",
            role=CHAMPION,
            run_id=run_id,
            configuration=configuration,
            code=code_digest(),
        )
        return {
            "mlflow_s_per_1000_themes": logged,
            "mlflow_s_per_1000_themes_with_model": time.perf_counter() - started,
            "mlflow_cpu_s_per_1000_themes": logged_cpu,
            "mlflow_cpu_s_per_1000_themes_with_model": time.process_time() - cpu,
        }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    figures = {name: round(value, 2) for name, value in mlflow_seconds().items()}
    options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:<40} {value}")


if __name__ == "__main__":
    main()
