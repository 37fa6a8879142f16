"""A run in MLflow with its children, logged once: one that was killed half-way is completed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.tracking.places import experiment_of, open_client
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

RUN_KEY = "issuecast.run_id"
_MEMBER_KEY = "issuecast.member"
_PARENT = "mlflow.parentRunId"
# MLflow refuses longer values of parameters, and more of them (or of tags) at once.
_MAX_PARAM_CHARS = 500
_MAX_A_BATCH = 100


@dataclass(frozen=True)
class MemberFigures:
    """What is logged of one member family: a child run.

    Parameters
    ----------
    name : str
        The member's.
    metrics : mapping of str to float
        Its figures.
    parameters : mapping
        Its settings; nested ones are logged under dotted names.
    """

    name: str
    metrics: Mapping[str, float]
    parameters: Mapping[str, Any] = field(default_factory=dict)


def log_once(
    workspace: Workspace,
    folder: Path,
    *,
    name: str,
    tags: Mapping[str, str],
    parameters: Mapping[str, Any],
    metrics: Mapping[str, float],
    members: Sequence[MemberFigures] = (),
    dataset: tuple[str, str, int] | None = None,
    uri: str,
    experiment: str,
) -> str:
    """Log a run with its children and the folder's files, unless it is there, whole.

    Parameters
    ----------
    workspace : Workspace
        Where the embedded store and its artifacts live.
    folder : Path
        Its files become artifacts.
    name : str
        What MLflow's pages call the run.
    tags : mapping of str to str
        ``RUN_KEY`` among them: the same key is the same run.
    parameters : mapping
        Nested ones are logged under dotted names.
    metrics : mapping of str to float
        The run's figures.
    members : sequence of MemberFigures
        One child run each.
    dataset : (str, str, int), optional
        Digest, table version and number of the complaints that the run knew.
    uri, experiment : str
        Address (empty: the workspace's SQLite) and name of the experiment.

    Returns
    -------
    str
        The run's id in MLflow.
    """
    client = open_client(workspace, uri)
    experiment_id = experiment_of(client, workspace, name=experiment, uri=uri)

    def fill(run: Run) -> None:
        _log_facts(client, run, tags=tags, parameters=parameters, metrics=metrics)
        if dataset is not None:
            _log_dataset(client, run.info.run_id, *dataset)
        for member in members:
            _log_member(client, experiment_id, run, member)
        client.log_artifacts(run.info.run_id, str(folder))

    wanted = f"tags.`{RUN_KEY}` = '{tags[RUN_KEY]}'"
    return _completed(client, experiment_id, wanted, name=name, tags=tags, fill=fill)


def _log_member(
    client: MlflowClient, experiment_id: str, parent: Run, member: MemberFigures
) -> None:
    parent_id = parent.info.run_id
    tags = {_PARENT: parent_id, _MEMBER_KEY: member.name}
    parameters = {"member": member.name, **member.parameters}

    def fill(run: Run) -> None:
        _log_facts(client, run, tags=tags, parameters=parameters, metrics=member.metrics)

    wanted = f"tags.`{_PARENT}` = '{parent_id}' and tags.`{_MEMBER_KEY}` = '{member.name}'"
    _completed(client, experiment_id, wanted, name=member.name, tags=tags, fill=fill)


def _completed(
    client: MlflowClient,
    experiment_id: str,
    wanted: str,
    *,
    name: str,
    tags: Mapping[str, str],
    fill: Callable[[Run], None],
) -> str:
    """Return the id of the wanted run; it is made, or filled again, unless it is finished."""
    run = _begun(client, experiment_id, wanted)
    if run is None:
        # The tags are set as the run is made: one that dies at any moment is found again.
        run = client.create_run(experiment_id, run_name=name, tags=dict(tags))
    if run.info.status != "FINISHED":
        fill(run)
        # Last: a finished run has all its children and files.
        client.set_terminated(run.info.run_id, "FINISHED")
    return str(run.info.run_id)


def _begun(client: MlflowClient, experiment_id: str, wanted: str) -> Run | None:
    """Return the run that is there already, a finished one first."""
    known = client.search_runs([experiment_id], wanted, order_by=["attributes.start_time ASC"])
    finished = [run for run in known if run.info.status == "FINISHED"]
    return (finished or list(known) or [None])[0]


def _log_facts(
    client: MlflowClient,
    run: Run,
    *,
    tags: Mapping[str, str],
    parameters: Mapping[str, Any],
    metrics: Mapping[str, float],
) -> None:
    from mlflow.entities import Metric, Param, RunTag

    flat = [Param(key, str(value)[:_MAX_PARAM_CHARS]) for key, value in _flattened(parameters)]
    # The run's own start is the metrics' time: logged again, they are the same points.
    stamp = run.info.start_time
    client.log_batch(
        run.info.run_id,
        metrics=[Metric(key, float(value), stamp, 0) for key, value in metrics.items()],
        params=flat[:_MAX_A_BATCH],
        tags=[RunTag(key, value) for key, value in tags.items()],
    )
    for start in range(_MAX_A_BATCH, len(flat), _MAX_A_BATCH):
        client.log_batch(run.info.run_id, params=flat[start : start + _MAX_A_BATCH])


def _log_dataset(
    client: MlflowClient, run_id: str, digest: str, table_version: str, complaints: int
) -> None:
    """Name the complaints that the run knew: their digest and the table's version, no content."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source = json.dumps({"table": "complaints", "version": table_version})
    dataset = Dataset(
        name="complaints",
        digest=digest,
        source_type="delta",
        source=source,
        profile=json.dumps({"num_rows": complaints}),
    )
    context = InputTag("mlflow.data.context", "training")
    client.log_inputs(run_id, datasets=[DatasetInput(dataset=dataset, tags=[context])])


def _flattened(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            out.extend(_flattened(value, f"{prefix}{name}."))
        else:
            out.append((f"{prefix}{name}", value))
    return out
