"""A person's rows and words taken out of a table, whatever it is: rows dropped, cells blanked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as arrow
import pyarrow.compute as compute

from models.text.traces import Traces
from pipelines.forget.person import payload_facts

REMOVED = "(removed on request)"
# Columns that hold nothing but words of complaints, or of people about them: a single rare word
# tells there. Elsewhere (reasons, actions, cells) our own words stand, and only long sequences do.
_SAID = {
    *("title", "title_last", "label", "area_title", "keywords", "exemplars", "wording"),
    *("example", "note", "text"),
}
_NAMED = {"title": "theme_id", "title_last": "theme_id", "area_title": "area_id"}
# Cells by which rows are found: a key that was changed would be another row's.
_KEYS = ("_id", "version", "series_id", "text_hash", "encoder", "source", "row", "kind", "state")


@dataclass
class Removed:
    """What was taken out of one or more tables."""

    rows: int = 0
    cells: int = 0
    words: set[str] = field(default_factory=set)  # the blanked cells, to find them on pages

    def add(self, other: Removed) -> None:
        """Count another table's as well."""
        self.rows += other.rows
        self.cells += other.cells
        self.words |= other.words


def cleaned(rows: arrow.Table, traces: Traces) -> tuple[arrow.Table, Removed]:
    """Return a table without the person's rows and words; the same table if it has none.

    A row goes if it is of one of the complaints, of a vector of their texts alone, or a
    quarantined row of theirs. Of other rows those cells are blanked that were made of their texts;
    numbers stay, they hold nobody.
    """
    removed = Removed()
    keep = _kept(rows, traces)
    if keep is not None and not all(keep):
        removed.rows = keep.count(False)
        rows = rows.filter(arrow.array(keep))
    for number, column in enumerate(rows.schema):
        if column.name.endswith(_KEYS):
            continue
        made = _column(rows, column, traces, removed)
        if made is not None:
            rows = rows.set_column(number, column, made)
    return rows, removed


def _kept(rows: arrow.Table, traces: Traces) -> list[bool] | None:
    names = set(rows.column_names)
    if "complaint_id" in names:
        return _unlike(rows["complaint_id"], lambda it: traces.mark(it) in traces.complaints)
    if "payload" in names:
        both = zip(rows["source"].to_pylist(), rows["payload"].to_pylist(), strict=True)
        return [not _is_theirs(source, payload, traces) for source, payload in both]
    if {"text_hash", "vector"} <= names:
        return _unlike(rows["text_hash"], lambda it: traces.mark(it) in traces.texts)
    return None


def _is_theirs(source: str, payload: str, traces: Traces) -> bool:
    complaint, customer, _ = payload_facts(source, payload)
    if complaint and traces.mark(complaint) in traces.complaints:
        return True
    return bool(customer and traces.mark(customer) in traces.customers) or traces.holds(payload)


def _unlike(values: arrow.ChunkedArray, is_theirs: Callable[[str], bool]) -> list[bool]:
    return [value is None or not is_theirs(value) for value in values.to_pylist()]


def _column(
    rows: arrow.Table, column: arrow.Field, traces: Traces, removed: Removed
) -> arrow.Array | None:
    """Return a column without their words, or None if it has none of them."""
    is_said = column.name in _SAID

    def theirs(value: str) -> bool:
        return traces.holds(value, has_short=is_said)

    if _is_text(column.type):
        values = rows[column.name]
        bad = {it for it in compute.unique(values).to_pylist() if it is not None and theirs(it)}
        if not bad:
            return None
        named = _NAMED.get(column.name, "")
        names = rows[named].to_pylist() if named in rows.column_names else [None] * len(rows)
        made = [
            _instead(column, name) if value in bad else value
            for value, name in zip(values.to_pylist(), names, strict=True)
        ]
        removed.cells += sum(1 for value in values.to_pylist() if value in bad)
        removed.words |= bad
        return arrow.array(made, type=column.type)
    if arrow.types.is_list(column.type) or arrow.types.is_large_list(column.type):
        if not _is_text(column.type.value_type):
            return None
        lists: list[list[Any] | None] = rows[column.name].to_pylist()
        bad = {it for cell in lists for it in cell or () if it is not None and theirs(it)}
        if not bad:
            return None
        removed.cells += sum(1 for cell in lists for it in cell or () if it in bad)
        removed.words |= bad
        left = [cell and [it for it in cell if it not in bad] for cell in lists]
        return arrow.array(left, type=column.type)
    return None


def _instead(column: arrow.Field, name: str | None) -> str | None:
    if column.name in _NAMED:  # titles are told apart by their theme
        return f"{'Area' if column.name == 'area_title' else 'Theme'} {name}" if name else REMOVED
    return None if column.name in ("note", "snoozed_by") else REMOVED


def _is_text(kind: arrow.DataType) -> bool:
    return any(
        check(kind)
        for check in (
            arrow.types.is_string, arrow.types.is_large_string, arrow.types.is_string_view
        )
    )  # fmt: skip
