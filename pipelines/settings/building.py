"""A file's mappings and lists to typed, range-checked objects; unknown names are refused."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import typing
from collections.abc import Mapping
from typing import Any

from models.errors import SettingsError
from pipelines.settings.ranges import check_range


def build(cls: type, tree: Any, where: str, path: str) -> object:
    """Return an object of a dataclass, made of a mapping that names each field without a default.

    Parameters
    ----------
    cls : type
        A dataclass; a field's type may be another, a tuple or a mapping of them.
    tree : object
        What the file says.
    where, path : str
        The file, and the parameter's name in it with a dot behind (``themes.``), for messages.

    Raises
    ------
    SettingsError
        If a parameter is unknown, missing, of the wrong type or out of its range.
    """
    if not isinstance(tree, dict):
        raise SettingsError(f"{where}: {path}: expected `name: value` lines, got {kind_of(tree)}.")
    if hasattr(cls, "of_kind"):  # one of several classes, by what the mapping says
        cls = cls.of_kind(tree, where, path)
    fields = {f.name: f for f in dataclasses.fields(cls)}
    for name in tree:
        if name not in fields:
            close = difflib.get_close_matches(str(name), fields, n=1)
            hint = f" Did you mean `{close[0]}`?" if close else f" Known: {', '.join(fields)}."
            raise SettingsError(f"{where}: unknown parameter `{path}{name}`.{hint}")
    missing = [
        name
        for name, it in fields.items()
        if name not in tree
        and it.default is dataclasses.MISSING
        and it.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise SettingsError(f"{where}: missing parameter `{path}{missing[0]}`.")
    hints = typing.get_type_hints(cls)
    values = {}
    for name, item in fields.items():
        if name not in tree:
            continue
        value = _convert(hints[name], tree[name], where, f"{path}{name}")
        check_range(item.metadata, value, where, f"{path}{name}")
        values[name] = value
    return cls(**values)


def _convert(hint: Any, value: Any, where: str, path: str) -> Any:
    if hint is Any:  # checked by whoever gives it a meaning
        return value
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value, where, f"{path}.")
    if origin is tuple:
        if not isinstance(value, list):
            raise SettingsError(f"{where}: {path}: expected a list, got {kind_of(value)}.")
        items = enumerate(value)
        return tuple(_convert(arguments[0], item, where, f"{path}[{i}]") for i, item in items)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise SettingsError(f"{where}: {path}: expected a mapping, got {kind_of(value)}.")
        return {str(k): _convert(arguments[1], v, where, f"{path}.{k}") for k, v in value.items()}
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if hint in (float, float | str) and is_whole:
        return float(value)
    if hint == float | str and not isinstance(value, float | str):
        raise SettingsError(f"{where}: {path}: expected a number or a word, got {kind_of(value)}.")
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        # Unquoted, YAML reads Norway's code and on, off, yes, no as true or false, and a date as
        # one.
        is_word = isinstance(value, bool | int | float | datetime.date)
        fix = "; put it in quotes" if hint is str and is_word else ""
        raise SettingsError(
            f"{where}: {path}: expected {hint.__name__}, got {kind_of(value)}{fix}."
        )
    return value


def kind_of(value: Any) -> str:
    """Return what a value is, as a message says it: a list, a text, nothing, ..."""
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "true/false"}
    return names.get(type(value), type(value).__name__ if value is not None else "nothing")
