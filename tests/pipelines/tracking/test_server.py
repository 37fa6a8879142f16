"""A real MLflow server with PostgreSQL behind it: all that is needed is its address."""

from __future__ import annotations

import json
from pathlib import Path

import mlflow
import pandas as pd
import pandas.testing
import pytest
from mlflow import MlflowClient

from pipelines.tracking import CHAMPION, Registry
from pipelines.workspace import Workspace
from tests import small_corpus
from tests.pipelines.command_line import issuecast
from tests.pipelines.tracking.cases import counts, fitted, registered, run_folder, tracked
from tests.pipelines.tracking.servers import mlflow_server, postgres

AS_OF = "2020-06-29"
MODEL = "issuecast-forecaster"


@pytest.mark.slow
def test_runs_members_and_models_go_to_the_server_that_is_named(
    prefect_server: str, tmp_path: Path
) -> None:
    artifacts = tmp_path / "kept" / "artifacts"
    with postgres() as database, mlflow_server(database, artifacts) as uri:
        place = Workspace.at(tmp_path / "work")
        folder = run_folder(tmp_path / "run", themes=50)
        given = {"uri": uri, "experiment": "by hand"}
        run_id = tracked(place, folder, **given)
        assert tracked(place, folder, **given) == run_id
        registry = Registry(place, uri=uri, model="by-hand")
        forecaster = fitted()
        version = registered(registry, tmp_path / "2019-06-03-abc", run_id, forecaster)
        assert registry.at(CHAMPION) == version

        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        experiment = client.get_experiment_by_name("by hand")
        assert experiment.artifact_location.startswith("mlflow-artifacts:")
        assert len(client.search_runs([experiment.experiment_id])) == 3
        kept = {p.name for p in artifacts.rglob("*") if p.is_file()}
        assert {"themes.parquet", "report.html", "MLmodel", "configuration.json"} <= kept
        assert not place.mlflow.exists()
        mlflow.set_tracking_uri(uri)
        try:
            found = mlflow.pyfunc.load_model("models:/by-hand@champion").predict(counts())
        finally:
            mlflow.set_tracking_uri(None)
        pandas.testing.assert_frame_equal(found, forecaster.forecast_counts(counts()).daily)

        # ... and the whole command, by a parameter.
        params = small_corpus.write_params(tmp_path / "params.yaml")
        params.write_text(f"{params.read_text()}tracking: {{uri: '{uri}'}}\n")
        file = small_corpus.write(tmp_path / "complaints.csv", small_corpus.rows())
        issuecast(
            *("run", "--input", str(file), "--params", str(params), "--as-of", AS_OF),
            *("--workspace", str(tmp_path / "work")),
            server=prefect_server,
        )
        experiment = client.get_experiment_by_name("issuecast")
        runs = client.search_runs([experiment.experiment_id])
        assert {run.info.run_name for run in runs} >= {f"outlook {AS_OF}", "unobserved_components"}
        made = client.get_model_version_by_alias(MODEL, CHAMPION)
        record = json.loads((tmp_path / "work" / "runs" / AS_OF / "run.json").read_text())
        key = record["steps"]["forecast"]["forecaster"]["key"]
        assert made.tags["issuecast.fit_key"] == key
        said = issuecast(
            *("admin", "relocate", "--params", str(params)),
            *("--workspace", str(tmp_path / "work")),
            code=2,
        )
        assert f"kept by the server at {uri}" in said
    assert len(pd.read_parquet(tmp_path / "work" / "runs" / AS_OF / "members.parquet")) > 3
