"""After a move of the workspace's folder: the tracking database finds its artifacts again.

MLflow keeps absolute addresses of artifacts in its database. Where a server keeps the artifacts
itself (``mlflow-artifacts:`` addresses) nothing has to be done after a move.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from models.errors import DataContractError
from pipelines.tracking.places import artifact_root
from pipelines.workspace import Workspace

# Where MLflow 3 keeps addresses of artifacts; a table that a release lacks is passed over.
_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "experiments": ("artifact_location",),
    "runs": ("artifact_uri",),
    "model_versions": ("source", "storage_location"),
    "logged_models": ("artifact_location",),
}


def relocate(workspace: Workspace, *, uri: str) -> tuple[tuple[str, ...], int]:
    """Rewrite the addresses of artifacts from where the workspace was to where it is.

    All or none: one transaction of the database.

    Parameters
    ----------
    workspace : Workspace
        Where it is now.
    uri : str
        ``tracking.uri``; must be empty.

    Returns
    -------
    old : tuple of str
        Where the artifacts were said to be.
    changed : int
        How many addresses were rewritten.

    Raises
    ------
    DataContractError
        If a server keeps the runs, there is no database, it is no MLflow database, there is
        nothing to rewrite, or the artifacts are not in the folder.
    """
    if uri:
        raise DataContractError(
            f"tracking.uri: runs are kept by the server at {uri}, whose artifacts do not move with "
            "the workspace; there is nothing to relocate."
        )
    file = workspace.mlflow / "mlflow.db"
    if not file.is_file():
        raise DataContractError(
            f"{file}: no tracking database here; name the moved folder with --workspace DIR."
        )
    new = artifact_root(workspace)
    with contextlib.closing(sqlite3.connect(file)) as database:
        old = _old_roots(database, new, file)
        if not old:
            raise DataContractError(
                f"{file}: nothing to relocate; its artifacts are said to be in {new}, as they are."
            )
        if not (workspace.mlflow / "artifacts").is_dir():
            raise DataContractError(
                f"{workspace.mlflow / 'artifacts'}: no artifacts here. Move the folder `artifacts` "
                f"(it was {old[0]}) beside mlflow.db first."
            )
        with database:  # commits, or rolls all of it back
            changed = sum(_rewrite(database, root, new) for root in old)
    return old, changed


def mend_place(workspace: Workspace, *, uri: str) -> str:
    """Relocate, where the workspace was moved or copied; return what was done, for a reader.

    Without this a run would write its artifacts to where the workspace was.

    Returns
    -------
    str
        Empty where the tracking database knows where its artifacts are.

    Raises
    ------
    DataContractError
        If the artifacts are not in the folder.
    """
    file = workspace.mlflow / "mlflow.db"
    if uri or not file.is_file():
        return ""
    with contextlib.closing(sqlite3.connect(file)) as database:
        wanted = "SELECT 1 FROM sqlite_master WHERE name = 'experiments'"
        if not database.execute(wanted).fetchall():
            return ""  # its first use was cut short: MLflow goes on with it
        if not _old_roots(database, artifact_root(workspace), file):
            return ""
    old, changed = relocate(workspace, uri=uri)
    return f"The workspace was moved: {changed} addresses of artifacts mended, from {old[0]}."


def _old_roots(database: sqlite3.Connection, new: str, file: Path) -> tuple[str, ...]:
    """Return where our experiments' artifacts were, other than where they are."""
    try:
        rows = database.execute("SELECT DISTINCT artifact_location FROM experiments").fetchall()
    except sqlite3.DatabaseError as err:
        raise DataContractError(f"{file}: no MLflow database ({err}).") from err
    known = sorted({str(row[0]) for row in rows if row[0]})
    # Ours end in /artifacts; MLflow's own first experiment follows the working directory.
    return tuple(root for root in known if root != new and root.endswith("/artifacts"))


def _rewrite(database: sqlite3.Connection, old: str, new: str) -> int:
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    changed = 0
    for table, columns in _ADDRESSES.items():
        if table not in tables:
            continue
        present = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        for column in [name for name in columns if name in present]:
            # The address itself or something below it, never one that only begins alike.
            found = database.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                (new, len(old) + 1, old, len(old) + 1, f"{old}/"),
            )
            changed += found.rowcount
    return changed
