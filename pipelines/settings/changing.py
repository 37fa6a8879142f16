"""Some parameters changed by hand: checked exactly as ``params.yaml`` is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.errors import SettingsError
from pipelines.settings.tree import Settings
from pipelines.settings.whole import checked_settings


def with_changes(settings: Settings, changes: Mapping[str, Any], *, where: str) -> Settings:
    """Return the settings with some parameters changed, range-checked.

    Parameters
    ----------
    settings : Settings
        As read.
    changes : mapping
        Parameters to values, nested as in ``params.yaml`` (``{"forecast": {"members": [...]}}``),
        under dotted names (``{"forecast.members": [...]}``), or both. A list is taken whole.
    where : str
        Where the changes stand, for messages.

    Raises
    ------
    SettingsError
        As :func:`pipelines.settings.load_settings`: unknown names with the nearest known one,
        types and ranges.

    Examples
    --------
    >>> from pipelines.settings import load_settings
    >>> changed = with_changes(load_settings(), {"forecast.horizon_days": 14}, where="doc")
    >>> changed.forecast.horizon_days
    14
    """
    tree = settings.as_dict()
    for name, value in nested(changes, where=where).items():
        tree[name] = _merged(tree.get(name), value)
    changed = checked_settings(_plain(tree), where)
    _check_members(changed, where)
    return changed


def nested(changes: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Return changes as nested mappings, dotted names taken apart.

    Raises
    ------
    SettingsError
        If the changes are no mapping, or a name is no text.

    Examples
    --------
    >>> nested({"forecast.refit_days": 1, "forecast": {"cap_multiple": 2.0}}, where="doc")
    {'forecast': {'refit_days': 1, 'cap_multiple': 2.0}}
    """
    if not isinstance(changes, Mapping):
        raise SettingsError(f'{where}: expected a mapping such as {{"forecast.horizon_days": 14}}.')
    out: dict[str, Any] = {}
    for name, value in changes.items():
        if not isinstance(name, str):
            raise SettingsError(f"{where}: expected names of parameters, got {name!r}.")
        first, _, rest = name.partition(".")
        given = nested({rest: value}, where=where) if rest else value
        out[first] = _merged(out.get(first), given)
    return out


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}


def _plain(value: Any) -> Any:
    """Return the value as a file would hold it: lists for tuples, dictionaries for mappings."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _check_members(settings: Settings, where: str) -> None:
    # Asked here, where they are named, and not after minutes of work.
    from models.forecasting.members import make_member

    for name in settings.forecast.members:
        try:
            make_member(name)
        except SettingsError as err:
            raise SettingsError(f"{where}: {err}") from err
