"""What a session tries is logged apart from the runs, and can never become a champion."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from mlflow import MlflowClient

from models.errors import DataContractError
from pipelines.forecasters.promotion import promote
from pipelines.session import Session, open_session
from pipelines.settings import load_settings
from pipelines.tracking import CHALLENGER, EXPLORATION, Registry, tracking_uri
from pipelines.workspace import Workspace
from tests.pipelines.session.conftest import AS_OF
from tests.pipelines.tracking.cases import fitted, registered, run_folder, tracked
from tests.pipelines.tracking.conftest import _migrated, make_workspace, workspace  # noqa: F401

MODEL = "issuecast-forecaster"
pytestmark = pytest.mark.slow


@pytest.fixture
def explored(place: Path, workspace: Workspace) -> tuple[Session, MlflowClient]:  # noqa: F811
    """Return a tracked session on a copy of the workspace that has tried the naive forecast."""
    workspace.mlflow.rename(place / "mlflow")
    session = open_session(workspace=place)
    session.forecast(members=["seasonal_naive"], horizon=7)
    return session, MlflowClient(tracking_uri=tracking_uri(Workspace.at(place), ""))


def test_it_is_logged_as_exploration_with_its_figures_and_no_text(
    explored: tuple[Session, MlflowClient],
) -> None:
    session, client = explored
    names = {it.name: it.experiment_id for it in client.search_experiments()}
    assert "issuecast" not in names  # the runs' table stays the runs'
    runs = client.search_runs([names["issuecast-exploration"]])
    assert len(runs) == 1
    found = runs[0]
    assert found.data.tags[EXPLORATION] == "true"
    assert found.data.tags["issuecast.as_of"] == f"{AS_OF}T00:00:00Z"
    assert found.data.params["changes.forecast.members"] == "['seasonal_naive']"
    assert found.data.metrics["crps"] > 0
    # The same again is the same run.
    session.forecast(members=["seasonal_naive"], horizon=7)
    assert len(client.search_runs([names["issuecast-exploration"]])) == 1
    kept = sorted(Path(session.job.places.mlflow / "artifacts").rglob("*.parquet"))
    assert {path.stem for path in kept} == {"forecasts", "outlook", "scores"}
    said = "".join(pd.read_parquet(path).to_string() for path in kept)
    assert session.complaints["text"].iloc[0] not in said
    assert session.complaints["text"].iloc[0] not in json.dumps(found.data.to_dictionary())


def test_nothing_of_it_is_registered_or_can_be_promoted(
    explored: tuple[Session, MlflowClient], tmp_path: Path
) -> None:
    session, client = explored
    place = session.job.places
    assert client.search_registered_models() == []
    assert sorted(p.name for p in place.runs.iterdir()) == [AS_OF]  # nothing to be compared on
    assert not place.champions.exists()
    experiment = client.get_experiment_by_name("issuecast-exploration")
    run_id = client.search_runs([experiment.experiment_id])[0].info.run_id
    registry = Registry(place, uri="", model=MODEL)
    given = {"role": CHALLENGER, "changes": {"members": ["seasonal_naive"]}}
    with pytest.raises(DataContractError, match="not registered: it comes from a session's explor"):
        registered(registry, tmp_path / "key-a", run_id, fitted(), **given)
    assert client.search_registered_models() == []

    # By hand, past the registry: a version like a challenger's, but made in an exploration.
    real = tracked(place, run_folder(tmp_path / "run"))
    version = registered(registry, tmp_path / "key-b", real, fitted(), **given)
    tags = client.get_model_version(MODEL, str(version.number)).tags
    forged = client.create_model_version(
        MODEL, source=(tmp_path / "key-b").as_uri(), run_id=run_id, tags=dict(tags)
    )
    client.set_registered_model_alias(MODEL, CHALLENGER, str(forged.version))
    with pytest.raises(DataContractError, match=f"Version {forged.version} is not promoted"):
        promote(place, settings=load_settings(), as_of=session.as_of)
    with pytest.raises(DataContractError, match="exploration"):
        registry.crown(registry.at(CHALLENGER), reason="by hand")  # type: ignore[arg-type]
    assert not place.champions.exists()
