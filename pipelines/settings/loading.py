"""``params.yaml`` to settings, with another file laid over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from models.errors import SettingsError
from pipelines.settings.building import kind_of
from pipelines.settings.tree import Settings
from pipelines.settings.whole import checked_settings
from pipelines.workspace import PROJECT_ROOT

PARAMS_FILE = PROJECT_ROOT / "params.yaml"


def load_settings(overlay: Path | None = None, *, base: Path = PARAMS_FILE) -> Settings:
    """Return the parameters of ``params.yaml``, with another file laid over it.

    Parameters
    ----------
    overlay : Path, optional
        A file that names only what it changes.
    base : Path
        The reference of all parameters.

    Raises
    ------
    SettingsError
        If a file cannot be read, or a parameter is unknown, missing, of the wrong type or
        out of its range; the message names the parameter and the fix.
    """
    tree = _read_yaml(base)
    where = base.name
    if overlay is not None:
        tree = _merged(tree, _read_yaml(overlay))
        where = f"{overlay.name} (over {base.name})"
    return checked_settings(tree, where)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise SettingsError(f"{path}: cannot be read ({err.strerror}).") from err
    except (UnicodeDecodeError, yaml.YAMLError) as err:
        mark = getattr(err, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        raise SettingsError(f"{path.name}{place}: not valid YAML in UTF-8.") from err
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise SettingsError(f"{path.name}: expected `name: value` lines, got {kind_of(tree)}.")
    return tree


def _merged(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for name, value in overlay.items():
        old = out.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        out[name] = _merged(old, value) if both else value  # type: ignore[arg-type]
    # A source that is new in the overlay takes what it does not say from `files`.
    if "sources" in overlay and isinstance(out.get("sources"), dict):
        template = base.get("sources", {}).get("files", {})
        for name, value in out["sources"].items():
            if isinstance(value, dict):
                out["sources"][name] = {**template, **value}
    return out
