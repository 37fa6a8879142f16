"""What a session tries out is logged apart, and can never become a champion."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import DataContractError
from pipelines.tracking.about import library_tags, source_tags
from pipelines.tracking.once import RUN_KEY, log_once
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient

# On every run that a session logs: the registry takes no forecaster from such a run.
EXPLORATION = "issuecast.exploration"
_SUFFIX = "-exploration"  # of the experiment's name: the runs' own table holds none of them


def track_exploration(
    workspace: Workspace,
    folder: Path,
    *,
    kind: str,
    as_of: str,
    code: str,
    parameters: Mapping[str, Any],
    metrics: Mapping[str, float],
    uri: str,
    experiment: str,
) -> str:
    """Log something that a session tried, once for the same figures; return the run's id.

    It goes to an experiment of its own beside the runs', tagged as exploration.

    Parameters
    ----------
    workspace : Workspace
        Where the embedded store and its artifacts live.
    folder : Path
        Its tables become artifacts; no complaint's text among them.
    kind : str
        What was tried (``forecast``, ``backtest``, ``replay``): names the run.
    as_of : str
        The moment whose knowledge counts.
    code : str
        Version of the code.
    parameters : mapping
        What was asked for and changed.
    metrics : mapping of str to float
        The figures.
    uri, experiment : str
        As for :func:`pipelines.tracking.track_run`; the experiment is the runs'.
    """
    made_of = json.dumps([kind, as_of, code, parameters, metrics], sort_keys=True, default=str)
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:8]
    tags = {
        RUN_KEY: f"exploration-{as_of}-{digest}",
        EXPLORATION: "true",
        "issuecast.as_of": as_of,
        "issuecast.code_version": code,
        **source_tags(code),
        **library_tags(),
    }
    return log_once(
        workspace,
        folder,
        name=f"{kind} {as_of[:10]} (exploration)",
        tags=tags,
        parameters=parameters,
        metrics=metrics,
        uri=uri,
        experiment=f"{experiment}{_SUFFIX}",
    )


def refuse_exploration(client: MlflowClient, run_id: str | None, what: str) -> None:
    """Refuse what comes from an exploration.

    Parameters
    ----------
    client : MlflowClient
        Of the tracking store.
    run_id : str or None
        The run that a model was made in; one that is gone, or none, says nothing.
    what : str
        What is refused, for the message.

    Raises
    ------
    DataContractError
        If the run is tagged as an exploration.
    """
    from mlflow.exceptions import MlflowException

    if not run_id:
        return
    try:
        tags = client.get_run(run_id).data.tags
    except MlflowException as err:
        if err.error_code == "RESOURCE_DOES_NOT_EXIST":
            return
        raise
    if tags.get(EXPLORATION):
        raise DataContractError(
            f"{what}: it comes from a session's exploration (run {run_id[:8]}). Name the way to "
            "forecast in params.yaml (forecast.challenger.changes), let runs have it in shadow, "
            "and `issuecast promote` decides."
        )
