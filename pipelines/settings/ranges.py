"""What a parameter may be: from a number to a number, one of some words, or a number or a word."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from models.errors import SettingsError


def within(low: float, high: float, *, default: Any = dataclasses.MISSING) -> Any:
    """Return the field of a number from ``low`` to ``high``, both included."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high})


def one_of(*values: str, default: Any = dataclasses.MISSING) -> Any:
    """Return the field of a word that is one of these."""
    return dataclasses.field(default=default, metadata={"one_of": values})


def auto_or(low: float, high: float) -> Any:
    """Return the field of a number from ``low`` to ``high``, or of the word ``auto``."""
    return dataclasses.field(metadata={"low": low, "high": high, "word": "auto"})


def check_range(rules: Mapping[str, Any], value: Any, where: str, path: str) -> None:
    """Refuse a value that its field's rules do not allow.

    Parameters
    ----------
    rules : mapping
        The field's metadata, as the functions above make it; none allows anything.
    value : object
        Of the field's type.
    where, path : str
        The file, and the parameter's name in it (``themes.resolution``), for the message.

    Raises
    ------
    SettingsError
        If the value is out of its range or none of the words.
    """
    if "word" in rules and isinstance(value, str):
        if value != rules["word"]:
            word = rules["word"]
            raise SettingsError(f"{where}: {path}: expected a number or {word}, got {value!r}.")
        return
    if "low" in rules and not rules["low"] <= value <= rules["high"]:
        low, high = rules["low"], rules["high"]
        raise SettingsError(f"{where}: {path}: expected {low} to {high}, got {value}.")
    if "one_of" in rules and value not in rules["one_of"]:
        known = ", ".join(rules["one_of"])
        raise SettingsError(f"{where}: {path}: expected one of {known}; got {value!r}.")
