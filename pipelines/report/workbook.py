"""All of the report's tables in one Excel workbook: numbers as numbers, dates as dates."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from numbers import Integral, Real
from pathlib import Path

import numpy as np
import xlsxwriter

from pipelines.report.plain import csv_cell
from pipelines.report.tables import plain_value

WORKBOOK = "report.xlsx"

# What a reader opens first stands first; the rest follows by name.
_FIRST = ("key_messages", "warnings", "plans", "weeks_ahead", "themes")
_NARROW, _WIDE, _PADDING = 8, 48, 2  # widths of columns, in letters
_WIDTH_ROWS = 200  # rows that a width is read from: more say the same
_MAX_LETTERS = 32_767  # Excel's limit for a cell
_FIRST_YEAR = 1901  # Excel knows no day before 1900, and one in 1900 that never was

_Cell = str | float | bool | datetime | None


def write_workbook(
    tables: Mapping[str, Iterable[Sequence[object]]], path: Path, *, title: str, day: date
) -> Path:
    """Write one sheet a table, header row frozen, and return the path.

    The same tables give the same bytes: the file carries `day` as its date, not the clock's. A
    number is kept as Excel keeps it, to 16 digits. A text is a text, with the mark before it that
    it has in the CSVs where a spreadsheet would take it for a formula.

    Parameters
    ----------
    tables : mapping of str to rows
        By name; the first row of each is its header. What stands in a cell is a figure, a number,
        a date, a flag, a text or nothing.
    path : Path
        Of the file.
    title : str
        Stands in the file's properties.
    day : date
        When the file says that it was made.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": False})
    dates = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for name in sorted(tables, key=_by_use):
        sheet = book.add_worksheet(name)
        rows = [[_cell(value) for value in row] for row in tables[name]]
        for column, value in enumerate(rows[0]):
            sheet.write_string(0, column, str(value), head)
        for number, row in enumerate(rows[1:], start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, dates)
        sheet.freeze_panes(1, 0)
        if len(rows) > 1:
            sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
        for column, width in enumerate(_widths(rows)):
            sheet.set_column(column, column, width)
    book.close()
    path.write_bytes(out.getvalue())
    return path


def _by_use(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _cell(value: object) -> _Cell:
    """Return a cell's value: what Excel knows as it is, everything else as a text."""
    value = plain_value(value)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, date) and value.year >= _FIRST_YEAR:
        return datetime(value.year, value.month, value.day)
    return str(csv_cell(str(value)))[:_MAX_LETTERS] or None


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: _Cell,
    dates: xlsxwriter.format.Format,
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, dates)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def _widths(rows: Sequence[Sequence[object]]) -> list[int]:
    """Return each column's width: its longest cell's, within what a screen can show."""
    longest = [
        max(len(_shown(value)) for value in column)
        for column in zip(*rows[:_WIDTH_ROWS], strict=True)
    ]
    return [min(max(letters + _PADDING, _NARROW), _WIDE) for letters in longest]


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.10G}"
    return "" if value is None else str(value)
