"""One MLflow run a forecast run, a child a member family; a run logged twice is logged once."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
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
# Whose version can change a number.
_LIBRARIES = (
    *("numpy", "scipy", "pandas", "pyarrow", "statsmodels", "scikit-learn", "scikit-network"),
    *("holidays", "torch", "sentence-transformers", "prefect", "mlflow", "deltalake"),
)


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


def track_run(
    workspace: Workspace,
    folder: Path,
    *,
    record: Mapping[str, Any],
    parameters: Mapping[str, Any],
    metrics: Mapping[str, float],
    members: Sequence[MemberFigures] = (),
    uri: str,
    experiment: str,
) -> str:
    """Log one finished run and its members, once; return its id in MLflow.

    Parameters
    ----------
    workspace : Workspace
        Where the embedded store and its artifacts live.
    folder : Path
        The run's folder: its tables and report become artifacts, all themes in a table.
    record : mapping
        ``run.json``.
    parameters : mapping
        The parameters, nested; logged under dotted names.
    metrics : mapping of str to float
        The run's figures.
    members : sequence of MemberFigures
        One child run each: a member is a family of models over all series, never one series.
    uri, experiment : str
        Address (empty: the workspace's SQLite) and name of the experiment.

    Returns
    -------
    str
        The id of the MLflow run; of the one that is there if the run was logged before. One
        that was being logged when its process died is completed.
    """
    data = record["data"]
    tags = {
        RUN_KEY: record["run_id"],
        "issuecast.as_of": record["as_of"],
        "issuecast.code_version": record["code_version"],
        "issuecast.data_digest": data["digest"],
        "issuecast.data_version": str(data["complaints_version"]),
        "issuecast.encoder": record["encoder"],
        "issuecast.theme_version": record["theme_version"],
        **_membership_tags(record),
        **_source_tags(record["code_version"]),
        **_library_tags(),
    }
    return _log_once(
        workspace,
        folder,
        name=f"outlook {record['origin']}",
        tags=tags,
        parameters=parameters,
        metrics=metrics,
        members=members,
        dataset=(str(data["digest"]), str(data["complaints_version"]), int(data["complaints"])),
        uri=uri,
        experiment=experiment,
    )


def track_quality(
    workspace: Workspace,
    folder: Path,
    *,
    as_of: str,
    version: str,
    encoder: str,
    code: str,
    settings_digest: str,
    metrics: Mapping[str, float],
    uri: str,
    experiment: str,
) -> str:
    """Log the quality of a version of the themes, once for the same figures; return its id.

    Parameters
    ----------
    workspace : Workspace
        Where the embedded store and its artifacts live.
    folder : Path
        Holds the page and its tables, which become artifacts.
    as_of, version, encoder : str
        The moment, whose knowledge counts; the themes' version; whose vectors they come from.
    code, settings_digest : str
        Of the code and of the parameters.
    metrics : mapping of str to float
        The figures, prefix ``themes_``.
    uri, experiment : str
        As for :func:`track_run`.
    """
    figures = json.dumps(dict(metrics), sort_keys=True)
    what = hashlib.sha256(f"{version} {encoder} {code} {settings_digest} {figures}".encode())
    tags = {
        RUN_KEY: f"themes-{as_of}-{what.hexdigest()[:8]}",
        "issuecast.as_of": as_of,
        "issuecast.code_version": code,
        "issuecast.encoder": encoder,
        "issuecast.theme_version": version,
        **_source_tags(code),
    }
    return _log_once(
        workspace,
        folder,
        name=f"themes quality {as_of[:10]}",
        tags=tags,
        parameters={"settings_digest": settings_digest},
        metrics=metrics,
        uri=uri,
        experiment=experiment,
    )


def track_backtest(
    workspace: Workspace,
    folder: Path,
    *,
    as_of: str,
    encoder: str,
    code: str,
    settings_digest: str,
    metrics: Mapping[str, float],
    uri: str,
    experiment: str,
) -> str:
    """Log a back-test, once for the same figures; return its id.

    Parameters
    ----------
    workspace, folder, as_of, encoder, code, settings_digest, metrics, uri, experiment
        As for :func:`track_quality`; the figures carry the prefix ``backtest_``.
    """
    figures = json.dumps(dict(metrics), sort_keys=True)
    what = hashlib.sha256(f"{encoder} {code} {settings_digest} {figures}".encode())
    tags = {
        RUN_KEY: f"backtest-{as_of}-{what.hexdigest()[:8]}",
        "issuecast.as_of": as_of,
        "issuecast.code_version": code,
        "issuecast.encoder": encoder,
        **_source_tags(code),
    }
    return _log_once(
        workspace,
        folder,
        name=f"backtest {as_of[:10]}",
        tags=tags,
        parameters={"settings_digest": settings_digest},
        metrics=metrics,
        uri=uri,
        experiment=experiment,
    )


def _log_once(
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
    """Log a run with its children and the folder's files, unless it is there, whole."""
    client = open_client(workspace, uri)
    experiment_id = experiment_of(client, workspace, name=experiment, uri=uri)
    run = _begun(client, experiment_id, f"tags.`{RUN_KEY}` = '{tags[RUN_KEY]}'")
    if run is not None and run.info.status == "FINISHED":
        return str(run.info.run_id)
    if run is None:
        # The key is set as the run is made: one that dies at any moment is found again.
        run = client.create_run(experiment_id, run_name=name, tags=dict(tags))
    run_id = str(run.info.run_id)
    _log_facts(client, run, tags=tags, parameters=parameters, metrics=metrics)
    if dataset is not None:
        _log_dataset(client, run_id, *dataset)
    for member in members:
        _log_member(client, experiment_id, run, member)
    client.log_artifacts(run_id, str(folder))
    # Last: a finished parent has all its children and files.
    client.set_terminated(run_id, "FINISHED")
    return run_id


def _begun(client: MlflowClient, experiment_id: str, wanted: str) -> Run | None:
    """Return the run that is there already, a finished one first."""
    known = client.search_runs([experiment_id], wanted, order_by=["attributes.start_time ASC"])
    finished = [run for run in known if run.info.status == "FINISHED"]
    return (finished or list(known) or [None])[0]


def _log_member(
    client: MlflowClient, experiment_id: str, parent: Run, member: MemberFigures
) -> None:
    parent_id = parent.info.run_id
    wanted = f"tags.`{_PARENT}` = '{parent_id}' and tags.`{_MEMBER_KEY}` = '{member.name}'"
    run = _begun(client, experiment_id, wanted)
    if run is not None and run.info.status == "FINISHED":
        return
    tags = {_PARENT: parent_id, _MEMBER_KEY: member.name}
    if run is None:
        run = client.create_run(experiment_id, run_name=member.name, tags=tags)
    parameters = {"member": member.name, **member.parameters}
    _log_facts(client, run, tags=tags, parameters=parameters, metrics=member.metrics)
    client.set_terminated(run.info.run_id, "FINISHED")


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


def _membership_tags(record: Mapping[str, Any]) -> dict[str, str]:
    """Return which members each volume band's forecast is the median of, by the run's record."""
    forecaster = record.get("steps", {}).get("forecast", {}).get("forecaster", {})
    return {
        f"issuecast.members.{band}": ", ".join(names)
        for band, names in forecaster.get("membership", {}).items()
    }


def _source_tags(code: str) -> dict[str, str]:
    """Return what MLflow's own pages show as a run's source: the program and its commit."""
    commit = code.partition("+")[2]
    tags = {"mlflow.source.name": "issuecast", "mlflow.source.type": "LOCAL"}
    return tags | ({"mlflow.source.git.commit": commit} if commit else {})


def _library_tags() -> dict[str, str]:
    tags = {"issuecast.library.python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            tags[f"issuecast.library.{name}"] = version(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
    return tags


def _flattened(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            out.extend(_flattened(value, f"{prefix}{name}."))
        else:
            out.append((f"{prefix}{name}", value))
    return out
