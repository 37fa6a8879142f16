"""The code that forecasts: its digest, and a copy of it under a name that says which code it is.

A model that carries its code as ``models/`` runs whatever ``models`` is imported first: today's
code under an old model's name, or an old model's code under today's. Copied as
``issuecast_<digest>``, with its imports rewritten, it can be neither: two models of different code
load side by side, and a copy that was changed afterwards is told by its name
(``pipelines/tracking/registered/forecaster_model.py`` refuses it).
"""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

import models

_PACKAGE = "issuecast_"  # ... and the digest
# What a fitted forecaster needs of models/, and no more: what else changes changes no forecast.
_PARTS = ("__init__.py", "errors.py", "contracts*", "series", "forecasting")
_IMPORT = re.compile(r"^(\s*(?:from|import)\s+)models\b", flags=re.MULTILINE)
_DIGITS = 16


@functools.cache
def code_digest() -> str:
    """Return a hash of the code that forecasts: its files' names and contents."""
    return _digest(_files())


def write_code(folder: Path) -> Path:
    """Copy the code into a package of its own below `folder`; return the package's folder."""
    name = f"{_PACKAGE}{code_digest()}"
    for path, text in _files().items():
        file = folder / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_IMPORT.sub(rf"\g<1>{name}", text), encoding="utf-8")
    return folder / name


def _files() -> dict[str, str]:
    root = Path(str(models.__file__)).parent
    found = [path for part in _PARTS for path in root.glob(part)]
    files = [f for path in found for f in (path.rglob("*.py") if path.is_dir() else [path])]
    return {f.relative_to(root).as_posix(): f.read_text(encoding="utf-8") for f in sorted(files)}


def _digest(files: dict[str, str]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode()
            whole.update(f"{len(data)}:".encode() + data)
    return whole.hexdigest()[:_DIGITS]
