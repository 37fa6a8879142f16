"""What a member has fitted, as one table of plain columns, and back; and its rows in another order.

Fitted parameters are None, an array of one row a series, or a dataclass of arrays, numbers,
texts, dates and other such dataclasses. A dataclass says in ``series_axis`` (field: axis) on which
axis of each array its series stand; None where an array is of all series together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import DataContractError

COLUMNS = ("field", "kind", "shape", "at", "value", "text")
_ROOT = "fitted"  # the field of something that is no dataclass
_KINDS: Mapping[str, type] = {"int": int, "float": float, "bool": bool}


def pack(fitted: Any) -> pd.DataFrame:
    """Return a table of ``COLUMNS``: a row for each number of each array.

    Raises
    ------
    TypeError
        If there is something in it that has no plain form.
    """
    rows = [_packed(name, value) for name, value in _leaves(fitted, _ROOT)]
    frame = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(COLUMNS))
    texts = dict.fromkeys(("field", "kind", "shape", "text"), "str")
    return frame.astype({**texts, "at": "int64", "value": "float64"})


def unpack(frame: pd.DataFrame, kind: Any) -> Any:
    """Return what was packed.

    Parameters
    ----------
    frame : DataFrame
        From :func:`pack`.
    kind : type
        The dataclass (or None), as the member's ``fit`` names it; anything else for an array.
    """
    kind = next((k for k in (kind, *get_args(kind)) if dataclasses.is_dataclass(k)), kind)
    leaves = {str(name): _unpacked(rows) for name, rows in frame.groupby("field", sort=False)}
    if _ROOT in leaves:
        return leaves[_ROOT]
    if not dataclasses.is_dataclass(kind):
        raise DataContractError(
            f"Fitted parameters were kept of a dataclass, and fit now returns {kind}."
        )
    return _built(kind, leaves, "")


def in_order(fitted: Any, rows: NDArray[np.int64], fresh: Any = None) -> Any:
    """Return the same with other rows: of the series that are asked for.

    Parameters
    ----------
    fitted : object
        Of some series.
    rows : ndarray of shape (n_wanted,)
        Which of them each wanted series is; -1 for one that is not among them.
    fresh : object, optional
        The same kind, one row for each -1 in order. Without it those get the middle of what the
        known series have: the median of each number over the series that have it.

    Raises
    ------
    TypeError
        If a dataclass does not say where the series stand in one of its arrays.
    """
    if isinstance(fitted, np.ndarray):
        return _rows(fitted, rows, fresh, 0)
    if not dataclasses.is_dataclass(fitted):
        return fitted
    axes = getattr(fitted, "series_axis", {})
    out = {}
    for item in dataclasses.fields(fitted):
        value = getattr(fitted, item.name)
        new = getattr(fresh, item.name) if fresh is not None else None
        if isinstance(value, np.ndarray):
            if item.name not in axes:
                name = f"{type(fitted).__name__}.{item.name}"
                raise TypeError(f"{name}: say in series_axis on which axis the series stand.")
            axis = axes[item.name]
            out[item.name] = value if axis is None else _rows(value, rows, new, axis)
        else:
            out[item.name] = in_order(value, rows, new)
    rebuilt: Any = dataclasses.replace(fitted, **out)  # type: ignore[type-var]
    return rebuilt


def _rows(
    values: NDArray[Any], rows: NDArray[np.int64], fresh: NDArray[Any] | None, axis: int
) -> NDArray[Any]:
    first = np.moveaxis(values, axis, 0)
    out = np.zeros((len(rows), *first.shape[1:]), dtype=values.dtype)
    is_new = rows < 0
    out[~is_new] = first[rows[~is_new]]
    if fresh is not None:
        out[is_new] = np.moveaxis(fresh, axis, 0)
    elif is_new.any():
        out[is_new] = _middle(first)
    return np.moveaxis(out, 0, axis)


def _middle(values: NDArray[Any]) -> NDArray[Any]:
    """Return the median over the first axis of what is known; NaN (or 0) where nothing is."""
    if not np.issubdtype(values.dtype, np.floating):
        if not len(values):
            return np.zeros(values.shape[1:], dtype=values.dtype)
        lower: NDArray[Any] = np.sort(values, axis=0)[(len(values) - 1) // 2]  # one that is there
        return lower
    has = ~np.isnan(values)
    ordered = np.sort(values, axis=0)  # NaN last
    count = has.sum(axis=0)
    out = np.full(values.shape[1:], np.nan)
    for cell in np.ndindex(values.shape[1:]):
        if count[cell]:
            out[cell] = np.median(ordered[(slice(0, count[cell]), *cell)])
    return out


def _leaves(value: Any, name: str) -> list[tuple[str, Any]]:
    if not dataclasses.is_dataclass(value):
        return [(name, value)]
    prefix = "" if name == _ROOT else f"{name}."
    found: list[tuple[str, Any]] = []
    for item in dataclasses.fields(value):
        found += _leaves(getattr(value, item.name), f"{prefix}{item.name}")
    return found


def _packed(name: str, value: Any) -> pd.DataFrame:
    numbers, text, kind, shape = np.zeros(1), "", type(value).__name__, ""
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "fiub":
            raise TypeError(f"{name}: an array of {value.dtype} has no plain form.")
        kind, shape = f"array {value.dtype}", "x".join(str(n) for n in value.shape)
        numbers = value.astype(np.float64).ravel()
        if not len(numbers):
            numbers = np.zeros(1)  # so that an empty array has a row that tells its shape
    elif isinstance(value, bool | int | float | np.floating | np.integer):
        kind = "bool" if isinstance(value, bool) else "int" if float(value).is_integer() else kind
        kind = "float" if isinstance(value, float | np.floating) else kind
        numbers = np.array([float(value)])
    elif isinstance(value, pd.Timestamp):
        text, kind = value.isoformat(), "Timestamp"
    elif isinstance(value, str):
        text, kind = value, "str"
    elif value is not None:
        raise TypeError(f"{name}: {type(value).__name__} has no plain form.")
    return pd.DataFrame(
        {
            "field": name,
            "kind": kind,
            "shape": shape,
            "at": np.arange(len(numbers)),
            "value": numbers,
            "text": text,
        }
    )


def _unpacked(rows: pd.DataFrame) -> Any:
    kind, shape, text = (str(rows[name].iloc[0]) for name in ("kind", "shape", "text"))
    if kind.startswith("array "):
        sizes = tuple(int(n) for n in shape.split("x")) if shape else ()
        values = rows["value"].to_numpy(dtype=np.float64)[: int(np.prod(sizes))]
        return values.astype(kind.removeprefix("array ")).reshape(sizes)
    if kind == "NoneType":
        return None
    if kind == "Timestamp":
        return pd.Timestamp(text).as_unit("us")
    return text if kind == "str" else _KINDS[kind](rows["value"].iloc[0])


def _built(kind: Any, leaves: Mapping[str, Any], prefix: str) -> Any:
    hints = get_type_hints(kind)
    values = {}
    for item in dataclasses.fields(kind):
        name = f"{prefix}{item.name}"
        if dataclasses.is_dataclass(hints[item.name]):
            values[item.name] = _built(hints[item.name], leaves, f"{name}.")
        elif name in leaves:
            values[item.name] = leaves[name]
        else:
            raise DataContractError(f"Fitted parameters were kept without {name}.")
    return kind(**values)
