from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from pipelines.tracking import tracking_uri
from pipelines.workspace import Workspace
from tests.pipelines.tracking.cases import MEMBERS, METRICS, RECORD, run_folder, tracked


def runs_of(workspace: Workspace) -> tuple[list[Run], list[Run]]:
    """Return parents and children, oldest first."""
    client = MlflowClient(tracking_uri=tracking_uri(workspace, ""))
    experiment = client.get_experiment_by_name("issuecast")
    found = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"])
    children = [run for run in found if "mlflow.parentRunId" in run.data.tags]
    return [run for run in found if run not in children], children


def test_a_run_is_one_parent_and_a_child_a_member(workspace: Workspace, tmp_path: Path) -> None:
    run_id = tracked(workspace, run_folder(tmp_path / "run"))
    parents, children = runs_of(workspace)
    assert [run.info.run_id for run in parents] == [run_id]
    parent = parents[0]
    assert parent.data.params == {"forecast.horizon_days": "28", "seed": "1"}
    assert parent.data.metrics == METRICS
    tags = parent.data.tags
    assert tags["issuecast.data_digest"] == "feedface"
    assert tags["issuecast.data_version"] == "7"
    assert tags["mlflow.source.git.commit"] == "abc1234"
    assert tags["issuecast.library.pandas"].startswith("3.")
    dataset = parent.inputs.dataset_inputs[0].dataset
    assert (dataset.name, dataset.digest) == ("complaints", "feedface")
    client = MlflowClient(tracking_uri=tracking_uri(workspace, ""))
    names = {item.path for item in client.list_artifacts(run_id)}
    assert {"themes.parquet", "forecasts.parquet", "report.html", "run.json"} <= names
    by_name = {run.info.run_name: run for run in children}
    assert set(by_name) == {"unobserved_components", "seasonal_mean"}
    assert by_name["seasonal_mean"].data.metrics == {"crps": 1.9, "fallbacks": 2.0}
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {run_id}
    assert {run.info.status for run in (parent, *children)} == {"FINISHED"}


def test_the_members_of_each_band_are_tags(workspace: Workspace, tmp_path: Path) -> None:
    membership = {"rare": ["tsb", "nb_glm"], "many": ["nb_glm"]}
    steps = {"forecast": {"forecaster": {"membership": membership}}}
    tracked(workspace, run_folder(tmp_path / "run"), steps=steps)
    tags = runs_of(workspace)[0][0].data.tags
    assert tags["issuecast.members.rare"] == "tsb, nb_glm"
    assert tags["issuecast.members.many"] == "nb_glm"


def test_a_run_logged_twice_is_logged_once(workspace: Workspace, tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run")
    assert tracked(workspace, folder) == tracked(workspace, folder)
    parents, children = runs_of(workspace)
    assert (len(parents), len(children)) == (1, 2)
    tracked(workspace, folder, run_id="another")
    assert [len(found) for found in runs_of(workspace)] == [2, 4]


class Killed(BaseException):
    """Stands for a process that ends here."""


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("log_batch", 1),  # the parent is made, nothing is in it
        ("log_inputs", 1),
        ("create_run", 2),  # before the first child
        ("log_batch", 2),  # in the first child
        ("set_terminated", 1),
        ("create_run", 3),  # between the children
        ("log_artifacts", 1),
        ("set_terminated", 3),  # all but the parent's end
    ],
)
def test_killed_at_any_point_the_same_run_is_completed(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    call: int,
) -> None:
    folder = run_folder(tmp_path / "run")
    done = {"calls": 0}
    original: Callable[..., Any] = getattr(MlflowClient, method)

    def dying(self: MlflowClient, *args: Any, **kwargs: Any) -> Any:
        done["calls"] += 1
        if done["calls"] == call:
            raise Killed
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, method, dying)
        with pytest.raises(Killed):
            tracked(workspace, folder)
    run_id = tracked(workspace, folder)
    assert tracked(workspace, folder) == run_id
    parents, children = runs_of(workspace)
    assert [run.info.run_id for run in parents] == [run_id]
    assert sorted(run.info.run_name for run in children) == sorted(m.name for m in MEMBERS)
    assert {run.info.status for run in (*parents, *children)} == {"FINISHED"}
    assert parents[0].data.metrics == METRICS
    assert len(parents[0].inputs.dataset_inputs) == 1
    client = MlflowClient(tracking_uri=tracking_uri(workspace, ""))
    assert len(client.get_metric_history(run_id, "crps")) == 1
    assert "run.json" in {item.path for item in client.list_artifacts(run_id)}


def test_more_themes_are_more_rows_and_not_more_runs(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    for name in ("create_run", "log_batch", "log_artifacts", "set_terminated", "search_runs"):
        original = getattr(MlflowClient, name)

        def counted(
            self: MlflowClient,
            *args: Any,
            _name: str = name,
            _original: Callable[..., Any] = original,
            **kwargs: Any,
        ) -> Any:
            calls.append(_name)
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(MlflowClient, name, counted)
    tracked(workspace, run_folder(tmp_path / "few", themes=3))
    few = list(calls)
    calls.clear()
    tracked(workspace, run_folder(tmp_path / "many", themes=1000), run_id="many")
    assert calls == few
    assert len(few) < 20


def test_many_parameters_are_all_kept(workspace: Workspace, tmp_path: Path) -> None:
    from pipelines.tracking import track_run

    run_id = track_run(
        workspace,
        run_folder(tmp_path / "run"),
        record=RECORD,
        parameters={f"p{i}": "x" * 600 for i in range(230)},
        metrics={},
        uri="",
        experiment="issuecast",
    )
    found = MlflowClient(tracking_uri=tracking_uri(workspace, "")).get_run(run_id).data.params
    assert len(found) == 230
    assert {len(value) for value in found.values()} == {500}
