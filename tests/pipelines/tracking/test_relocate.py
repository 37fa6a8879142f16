from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import mlflow
import pandas.testing
import pytest
from mlflow import MlflowClient

from models.errors import DataContractError
from pipelines.tracking import Registry, mend_place, relocate, tracking_uri
from pipelines.workspace import Workspace
from tests.pipelines.tracking.cases import counts, fitted, registered, run_folder, tracked

MODEL = "issuecast-forecaster"


def test_after_a_move_runs_artifacts_and_the_model_are_found_again(
    make_workspace: Callable[[Path], Workspace], tmp_path: Path
) -> None:
    place = make_workspace(tmp_path / "old place")
    run_id = tracked(place, run_folder(tmp_path / "run"))
    forecaster = fitted()
    registry = Registry(place, uri="", model=MODEL)
    registered(registry, tmp_path / "2019-06-03-abc", run_id, forecaster)
    old = f"{place.mlflow}/artifacts"
    os.rename(tmp_path / "old place", tmp_path / "new")
    moved = Workspace.at(tmp_path / "new")

    client = MlflowClient(tracking_uri=tracking_uri(moved, ""))
    assert client.list_artifacts(run_id) == []  # the fault that the command mends
    said, changed = relocate(moved, uri="")
    assert [address.replace("%20", " ") for address in said] == [f"file://{old}"]
    # The experiment; a parent and two members; the version's source, and where it is stored.
    assert changed == 1 + 3 + 2
    assert mend_place(moved, uri="") == ""

    client = MlflowClient(tracking_uri=tracking_uri(moved, ""))
    names = {item.path for item in client.list_artifacts(run_id)}
    assert {"run.json", "themes.parquet", "models"} <= names
    mlflow.set_tracking_uri(tracking_uri(moved, ""))
    try:
        found = mlflow.pyfunc.load_model(f"models:/{MODEL}@champion").predict(counts())
    finally:
        mlflow.set_tracking_uri(None)
    pandas.testing.assert_frame_equal(found, forecaster.forecast_counts(counts()).daily)
    # New runs go to the new place, and nothing is made where the old one was.
    tracked(moved, run_folder(tmp_path / "next"), run_id="next")
    assert not (tmp_path / "old place").exists()
    with pytest.raises(DataContractError, match="nothing to relocate"):
        relocate(moved, uri="")


def test_an_address_that_only_begins_alike_is_left_alone(
    make_workspace: Callable[[Path], Workspace], tmp_path: Path
) -> None:
    place = make_workspace(tmp_path / "work")
    tracked(place, run_folder(tmp_path / "run"))
    client = MlflowClient(tracking_uri=tracking_uri(place, ""))
    kept = (tmp_path / "work" / "mlflow" / "artifacts-elsewhere").as_uri()
    client.create_experiment("mine", artifact_location=kept)
    os.rename(tmp_path / "work", tmp_path / "new")
    relocate(Workspace.at(tmp_path / "new"), uri="")
    moved = MlflowClient(tracking_uri=tracking_uri(Workspace.at(tmp_path / "new"), ""))
    assert moved.get_experiment_by_name("mine").artifact_location == kept


def test_what_cannot_be_relocated_says_why(
    make_workspace: Callable[[Path], Workspace], tmp_path: Path
) -> None:
    empty = Workspace.at(tmp_path / "none")
    with pytest.raises(DataContractError, match="no tracking database here"):
        relocate(empty, uri="")
    with pytest.raises(DataContractError, match="kept by the server at http://there"):
        relocate(empty, uri="http://there")
    empty.mlflow.mkdir(parents=True)
    with sqlite3.connect(empty.mlflow / "mlflow.db") as database:
        database.execute("CREATE TABLE other (a)")
    with pytest.raises(DataContractError, match="no MLflow database"):
        relocate(empty, uri="")
    assert mend_place(empty, uri="") == ""
    place = make_workspace(tmp_path / "work")
    tracked(place, run_folder(tmp_path / "run"))
    os.rename(tmp_path / "work", tmp_path / "new")
    os.rename(tmp_path / "new" / "mlflow" / "artifacts", tmp_path / "forgotten")
    for mend in (relocate, mend_place):
        with pytest.raises(DataContractError, match=r"no artifacts here\. Move the folder"):
            mend(Workspace.at(tmp_path / "new"), uri="")


def test_a_run_in_a_copy_mends_it_and_leaves_the_first_alone(
    make_workspace: Callable[[Path], Workspace], tmp_path: Path
) -> None:
    place = make_workspace(tmp_path / "work")
    run_id = tracked(place, run_folder(tmp_path / "run"))
    shutil.copytree(tmp_path / "work", tmp_path / "copy")
    copy = Workspace.at(tmp_path / "copy")
    assert mend_place(copy, uri="").startswith("The workspace was moved: 4 addresses")
    tracked(copy, run_folder(tmp_path / "next"), run_id="next")
    for one in (place, copy):
        client = MlflowClient(tracking_uri=tracking_uri(one, ""))
        assert str(one.mlflow) in client.get_run(run_id).info.artifact_uri
    assert len(list((place.mlflow / "artifacts").iterdir())) == 1
    assert len(list((copy.mlflow / "artifacts").iterdir())) == 2
    assert mend_place(copy, uri="http://server") == ""
