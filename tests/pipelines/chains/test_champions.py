"""A week of mornings through the command line: one fit, a shadow, a gate, a move of the folder."""

from __future__ import annotations

import functools
import json
import os
import shutil
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient

from models.forecasting.members import THE_FIVE
from pipelines.tracking import tracking_uri
from pipelines.workspace import Workspace
from tests import small_corpus
from tests.pipelines import command_line as commands

pytestmark = pytest.mark.slow

MONDAY, WEDNESDAY = "2020-06-29", "2020-07-01"
MODEL, SHADOW = "issuecast-forecaster", "challenger_forecasts"
STEPS = ("forecast", "challenger")  # the record's other steps say what was new to the workspace


def _files(folder: Path) -> dict[str, bytes]:
    files = [p for p in folder.rglob("*") if p.is_file() and p.name != "run.json"]
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def _steps(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text())["steps"]
    return found


def test_the_morning_goes_forward_a_shadow_is_kept_and_the_gate_holds(
    prefect_server: str, tmp_path: Path
) -> None:
    issuecast = functools.partial(commands.issuecast, server=prefect_server)
    params = small_corpus.write_params(tmp_path / "params.yaml")
    text = params.read_text().replace(
        "dispersion_origins: 2", "dispersion_origins: 2, challenger: {changes: {members: [NAME]}}"
    )
    params.write_text(text.replace("NAME", "seasonal_naive"))
    file = small_corpus.write(tmp_path / "complaints.csv", small_corpus.rows())
    given = ("--input", str(file), "--params", str(params))
    work = tmp_path / "work"
    said = issuecast("run", *given, "--as-of", MONDAY, "--workspace", str(work))
    assert f"fitted anew on days before {MONDAY}" in said
    said = issuecast("run", *given, "--as-of", WEDNESDAY, "--workspace", str(work))
    assert f"gone forward from {MONDAY}" in said
    assert "fitted anew" not in said

    # Without what the Monday's run has kept it is the same: the fit is a matter of the calendar.
    folder = work / "runs" / WEDNESDAY
    files = _files(folder)
    record = _steps(folder)
    shutil.rmtree(work / "forecasters")
    said = issuecast("run", *given, "--as-of", WEDNESDAY, "--workspace", str(work), "--force")
    assert f"fitted anew on days before {MONDAY}" in said
    assert _files(folder) == files
    assert [_steps(folder)[s] for s in STEPS] == [record[s] for s in STEPS]
    one = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("forecasts", SHADOW)}
    assert one[SHADOW].shape == one["forecasts"].shape
    assert not one[SHADOW]["mean"].equals(one["forecasts"]["mean"])

    client = MlflowClient(tracking_uri=tracking_uri(Workspace.at(work), ""))
    experiment = client.get_experiment_by_name("issuecast")
    runs = client.search_runs([experiment.experiment_id])
    names = sorted(run.info.run_name for run in runs)
    assert names == sorted([f"outlook {MONDAY}", f"outlook {WEDNESDAY}", *THE_FIVE * 2])
    parent = next(run for run in runs if run.info.run_name == f"outlook {WEDNESDAY}")
    assert parent.data.metrics["challenger_crps"] > 0
    member = next(run for run in runs if run.info.run_name == "unobserved_components")
    assert {"crps", "crps_skill", "bias", "fallbacks", "series"} <= member.data.metrics.keys()
    versions = client.search_model_versions(f"name = '{MODEL}'")
    assert len(versions) == 2  # of one fit each: the Wednesday has registered nothing
    # The registered model, handed the morning's counts, says what the morning's run has said.
    model = mlflow.pyfunc.load_model(next(v for v in versions if str(v.version) == "1").source)
    counts = pd.read_parquet(folder / "counts.parquet")
    counts = counts[counts["series_id"].isin(one["forecasts"]["series_id"])]
    posted = counts[["series_id", "date", "count", "is_provisional"]]
    pd.testing.assert_frame_equal(model.predict(posted), one["forecasts"])
    aliases = client.get_registered_model(MODEL).aliases
    assert {name: int(number) for name, number in aliases.items()} == {
        "champion": 1,
        "challenger": 2,
    }

    place = ("--params", str(params), "--workspace", str(work))
    said = issuecast("promote", "--as-of", "2020-07-10", *place, code=3)
    assert "Version 2 stays challenger: compared on 1 mornings, needs 14" in said
    assert "No challenger has taken over" in issuecast("rollback", *place, code=3)
    assert "no such version" in issuecast("promote", "--challenger", "9", *place, code=2)

    os.rename(work, tmp_path / "moved")
    place = ("--params", str(params), "--workspace", str(tmp_path / "moved"))
    assert f"moved from file://{work}/mlflow/artifacts" in issuecast("admin", "relocate", *place)
    assert "nothing to relocate" in issuecast("admin", "relocate", *place, code=2)
    os.rename(tmp_path / "moved", tmp_path / "again")
    place = ("--params", str(params), "--workspace", str(tmp_path / "again"))
    said = issuecast("run", "--input", str(file), "--as-of", WEDNESDAY, *place)
    assert "The workspace was moved" in said
    assert "already made" in said
    assert not work.exists()
    assert not (tmp_path / "moved").exists()
