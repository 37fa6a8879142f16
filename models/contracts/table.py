"""How a table is described: its key, and its columns with their types and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as arrow

TIMESTAMP = "datetime64[us, UTC]"
DATE = "datetime64[us]"
TEXT = "str"
COUNT = "int64"
NUMBER = "float64"
FLAG = "bool"
LIST = "object"  # a list of texts
BYTES = "object_bytes"  # a float16 vector as raw bytes: Delta Lake has no half floats

_ARROW_TYPES: Mapping[str, arrow.DataType] = {
    TIMESTAMP: arrow.timestamp("us", tz="UTC"),
    DATE: arrow.date32(),
    TEXT: arrow.string(),
    COUNT: arrow.int64(),
    NUMBER: arrow.float64(),
    FLAG: arrow.bool_(),
    LIST: arrow.list_(arrow.string()),
    BYTES: arrow.binary(),
}


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be empty, its range or its set of values."""

    dtype: str
    nullable: bool = False
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A named table: its key and its columns, in order."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Column] = field(default_factory=dict)

    @property
    def arrow_schema(self) -> arrow.Schema:
        """Return the schema under which the store writes the table."""
        return arrow.schema(
            [
                arrow.field(name, _ARROW_TYPES[column.dtype], nullable=column.nullable)
                for name, column in self.columns.items()
            ]
        )


def required(dtype: str, **kwargs: object) -> Column:
    """Return a column that every row fills."""
    return Column(dtype, **kwargs)  # type: ignore[arg-type]


def optional(dtype: str, **kwargs: object) -> Column:
    """Return a column that a row may leave empty."""
    return Column(dtype, nullable=True, **kwargs)  # type: ignore[arg-type]
