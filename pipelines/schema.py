"""Which form a workspace is in: an older one is migrated on a copy, a newer one is refused.

Tables that gained columns need no migration: the store reads what they lack as empty. A new number
is for what reads otherwise than before.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping

from models.errors import DataContractError
from pipelines.workspace import Workspace

SCHEMA = 1
# From a number to the next one. A workspace from before there were numbers is of the first.
MIGRATIONS: Mapping[int, Callable[[Workspace], None]] = {}
_NAME = "workspace.json"
_FIRST = 1


def schema_of(places: Workspace) -> int:
    """Return the number of a workspace's form.

    Raises
    ------
    DataContractError
        If ``workspace.json`` cannot be read.
    """
    path = places.root / _NAME
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["schema"])
    except FileNotFoundError:
        return _FIRST
    except (OSError, ValueError, KeyError, TypeError) as err:
        message = f'{path}: cannot be read; expected {{"schema": {SCHEMA}}} or so.'
        raise DataContractError(message) from err


def check_schema(places: Workspace, *, schema: int = SCHEMA) -> None:
    """Refuse a workspace of another form than this release reads.

    Raises
    ------
    DataContractError
        Names the command to run.
    """
    found = schema_of(places)
    if found > schema:
        raise DataContractError(
            f"{places.root}: of a newer issuecast (schema {found}, this one reads {schema}): "
            "install that release, or name another --workspace."
        )
    if found < schema:
        raise DataContractError(
            f"{places.root}: of an older issuecast (schema {found}, this one reads {schema}): "
            f"`issuecast admin migrate --workspace {places.root}` migrates it on a copy."
        )


def note_schema(places: Workspace, *, schema: int = SCHEMA) -> None:
    """Write the number down where none is yet."""
    path = places.root / _NAME
    if not path.exists():
        draft = path.with_name(f".{_NAME}.{os.getpid()}")
        draft.write_text(json.dumps({"schema": schema}) + "\n", encoding="utf-8")
        os.replace(draft, path)


def migrate(
    places: Workspace,
    *,
    schema: int = SCHEMA,
    migrations: Mapping[int, Callable[[Workspace], None]] = MIGRATIONS,
) -> str:
    """Migrate a workspace to this release's form; return what was done.

    All is done on a copy beside it, which takes its place at the end. The workspace as it was stays
    under the name that is returned, until people remove it.

    Raises
    ------
    DataContractError
        If it is of a newer form, or is the checkout's own, which is not one folder.
    """
    root = places.root
    if not root.exists():  # killed between the two renames: the old one is whole
        for left in sorted(root.parent.glob(f".{root.name}.schema*"))[-1:]:
            os.rename(left, root)
    found = schema_of(places)
    if found >= schema:
        check_schema(places, schema=schema)
        return f"{root} is of schema {schema} already."
    if places.mlflow.parent != root:
        raise DataContractError("The checkout's own workspace cannot be migrated: --workspace DIR.")
    draft, old = (root.with_name(f".{root.name}.{end}") for end in ("migrating", f"schema{found}"))
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(root, draft, symlinks=True)
    made = Workspace.at(draft)
    for number in range(found, schema):
        migrations[number](made)
    (draft / _NAME).write_text(json.dumps({"schema": schema}) + "\n", encoding="utf-8")
    os.rename(root, old)
    os.rename(draft, root)
    return f"Migrated from schema {found} to {schema}; as it was: {old}."
