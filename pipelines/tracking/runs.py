"""One MLflow run a forecast run, a child a member family; one run a page of figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.tracking.about import library_tags, membership_tags, source_tags
from pipelines.tracking.once import RUN_KEY, MemberFigures, log_once
from pipelines.workspace import Workspace


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
        **membership_tags(record),
        **source_tags(record["code_version"]),
        **library_tags(),
    }
    return log_once(
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


def track_figures(
    workspace: Workspace,
    folder: Path,
    *,
    kind: str,
    as_of: str,
    encoder: str,
    code: str,
    settings_digest: str,
    metrics: Mapping[str, float],
    theme_version: str | None = None,
    uri: str,
    experiment: str,
) -> str:
    """Log a page's figures and tables, once for the same figures; return the run's id.

    Parameters
    ----------
    workspace : Workspace
        Where the embedded store and its artifacts live.
    folder : Path
        Holds the page and its tables, which become artifacts.
    kind : str
        What was measured (``backtest``, ``themes quality``): names the run; its first word begins
        the run's key.
    as_of : str
        The moment whose knowledge counts.
    encoder : str
        Whose vectors the themes come from.
    code, settings_digest : str
        Of the code and of the parameters.
    metrics : mapping of str to float
        The figures, with a prefix of their own.
    theme_version : str, optional
        The version of the themes, where the figures are of one.
    uri, experiment : str
        As for :func:`track_run`.
    """
    of_themes = [] if theme_version is None else [theme_version]
    figures = json.dumps(dict(metrics), sort_keys=True)
    what = hashlib.sha256(" ".join([*of_themes, encoder, code, settings_digest, figures]).encode())
    tags = {
        RUN_KEY: f"{kind.split()[0]}-{as_of}-{what.hexdigest()[:8]}",
        "issuecast.as_of": as_of,
        "issuecast.code_version": code,
        "issuecast.encoder": encoder,
        **({} if theme_version is None else {"issuecast.theme_version": theme_version}),
        **source_tags(code),
    }
    return log_once(
        workspace,
        folder,
        name=f"{kind} {as_of[:10]}",
        tags=tags,
        parameters={"settings_digest": settings_digest},
        metrics=metrics,
        uri=uri,
        experiment=experiment,
    )
