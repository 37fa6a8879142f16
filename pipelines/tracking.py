"""Runs in MLflow: the only module that imports it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.workspace import Workspace

_RUN_KEY = "issuecast.run_id"
# MLflow refuses longer values of parameters.
_MAX_PARAM_CHARS = 500


def tracking_uri(workspace: Workspace, uri: str) -> str:
    """Return the address of the tracking store: the one given, else the workspace's SQLite."""
    return uri or f"sqlite:///{workspace.mlflow / 'mlflow.db'}"


def track_run(
    workspace: Workspace,
    folder: Path,
    *,
    record: Mapping[str, Any],
    parameters: Mapping[str, Any],
    metrics: Mapping[str, float],
    uri: str,
    experiment: str,
) -> str:
    """Log one finished run, once; return its id in MLflow.

    Parameters
    ----------
    workspace : Workspace
        Where the embedded store and its artifacts live.
    folder : Path
        The run's folder: its tables and report become artifacts.
    record : mapping
        ``run.json``.
    parameters : mapping
        The parameters, nested; logged under dotted names.
    metrics : mapping of str to float
        The run's figures.
    uri, experiment : str
        Address (empty: the workspace's SQLite) and name of the experiment.

    Returns
    -------
    str
        The id of the MLflow run; of the one that is there if the run was logged before.
    """
    tags = {
        _RUN_KEY: record["run_id"],
        "issuecast.as_of": record["as_of"],
        "issuecast.code_version": record["code_version"],
        "issuecast.data_digest": record["data"]["digest"],
        "issuecast.data_version": str(record["data"]["complaints_version"]),
        "issuecast.encoder": record["encoder"],
        "issuecast.theme_version": record["theme_version"],
    }
    return _log_once(
        workspace,
        folder,
        name=f"outlook {record['origin']}",
        tags=tags,
        parameters=parameters,
        metrics=metrics,
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
        _RUN_KEY: f"themes-{as_of}-{what.hexdigest()[:8]}",
        "issuecast.as_of": as_of,
        "issuecast.code_version": code,
        "issuecast.encoder": encoder,
        "issuecast.theme_version": version,
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
        _RUN_KEY: f"backtest-{as_of}-{what.hexdigest()[:8]}",
        "issuecast.as_of": as_of,
        "issuecast.code_version": code,
        "issuecast.encoder": encoder,
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
    uri: str,
    experiment: str,
) -> str:
    """Log a run with the folder's files, unless one with the same key is there."""
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param, RunTag

    if not uri:
        workspace.mlflow.mkdir(parents=True, exist_ok=True)
    client = MlflowClient(tracking_uri=tracking_uri(workspace, uri))
    found = client.get_experiment_by_name(experiment)
    if found is not None:
        experiment_id = found.experiment_id
    else:
        # Said explicitly: MLflow's own default follows the working directory.
        location = None if uri else (workspace.mlflow / "artifacts").resolve().as_uri()
        experiment_id = client.create_experiment(experiment, artifact_location=location)
    wanted = f"tags.`{_RUN_KEY}` = '{tags[_RUN_KEY]}' and attributes.status = 'FINISHED'"
    known = client.search_runs([experiment_id], wanted, max_results=1)
    if known:
        return str(known[0].info.run_id)
    run = client.create_run(experiment_id, run_name=name)
    run_id = str(run.info.run_id)
    flat = {key: str(value)[:_MAX_PARAM_CHARS] for key, value in _flattened(parameters)}
    stamp = run.info.start_time
    client.log_batch(
        run_id,
        metrics=[Metric(key, float(value), stamp, 0) for key, value in metrics.items()],
        params=[Param(key, value) for key, value in flat.items()],
        tags=[RunTag(key, value) for key, value in tags.items()],
    )
    client.log_artifacts(run_id, str(folder))
    client.set_terminated(run_id, "FINISHED")
    return run_id


def _flattened(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            out.extend(_flattened(value, f"{prefix}{name}."))
        else:
            out.append((f"{prefix}{name}", value))
    return out
