"""Rows of CSV, JSON lines and Parquet, every value as the text it was."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from models.errors import DataContractError

# Cells of 1.1 MB are real; one that is larger than this is an open quote.
_MAX_CELL_CHARS = 16 * 2**20
# A file whose quotes go wrong more often than this is not repaired further.
_MAX_OPEN_QUOTES = 50
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
DELIMITERS = (",", ";", "\t", "|")

Values = Sequence[str | None]


@dataclass(frozen=True)
class Row:
    """One row: where it stands (a line, or a row of Parquet) and its cells, or what is wrong."""

    number: int
    cells: Values
    fault: str = ""


def csv_rows(lines: Iterable[str], *, where: str) -> tuple[list[str], Iterator[Row]]:
    """Return the header of a CSV and its rows; the delimiter is found from the header.

    A row with too few or too many cells comes with a fault, and so does one whose quote is
    never closed: reading goes on in the line after it.

    Raises
    ------
    DataContractError
        If there is no header, or too many quotes are never closed.
    """
    source = _Rewindable(lines)
    header_line = next((line for line in source if line.strip()), "")
    if not header_line:
        raise DataContractError(f"{where}: empty; expected a header and rows.")
    delimiter = max(
        DELIMITERS, key=lambda d: (_outside_quotes(header_line, d), -DELIMITERS.index(d))
    )
    source.rewind(1)
    csv.field_size_limit(_MAX_CELL_CHARS)
    try:
        header = next(csv.reader(source, delimiter=delimiter))
    except csv.Error as err:
        raise DataContractError(f"{where}: the header cannot be read ({err}).") from err
    names = [name.strip() for name in header]
    return names, _csv_body(source, len(names), delimiter, where)


class _Rewindable:
    """Lines that can be read again back to the last :meth:`keep`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self.read: list[str] = []
        self.number = 0

    def __iter__(self) -> _Rewindable:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.read.append(line)
        self.number += 1
        return line

    def keep(self) -> None:
        self.read.clear()

    def rewind(self, count: int) -> None:
        for _ in range(count):
            self._again.append(self.read.pop())
        self.number -= count


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _csv_body(source: _Rewindable, width: int, delimiter: str, where: str) -> Iterator[Row]:
    reader = csv.reader(source, delimiter=delimiter)
    open_quotes = 0
    while True:
        source.keep()
        first = source.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as err:
            if not source.read:
                return
            cells, fault = [], f"not readable as CSV ({err})"
        else:
            # Only the end of the file can leave a quote open: then one cell has swallowed
            # every row up to there.
            is_open = len(source.read) > 1 and _is_quote_open(source.read, delimiter)
            fault = "a quote is opened and never closed" if is_open else ""
        if fault:
            open_quotes += len(source.read) > 1
            if open_quotes > _MAX_OPEN_QUOTES:
                raise DataContractError(
                    f"{where}, line {first}: quotes are opened and never closed, here and before; "
                    'write a quote within a cell as "".'
                )
            line = source.read[0]
            source.rewind(len(source.read) - 1)
            reader = csv.reader(source, delimiter=delimiter)
            yield Row(first, [line.rstrip("\r\n")], fault)
        elif len(cells) == width:
            yield Row(first, cells)
        elif cells:
            extra = cells[width:]
            if extra and not any(extra):  # lines that end in delimiters
                yield Row(first, cells[:width])
            else:
                yield Row(first, cells, f"{len(cells)} cells where the header has {width}")


def _is_quote_open(lines: list[str], delimiter: str) -> bool:
    """Return whether a row of these lines ends within quotes."""
    try:
        for _ in csv.reader(iter(lines), delimiter=delimiter, strict=True):
            pass
    except csv.Error as err:
        return "unexpected end" in str(err)
    return False


def json_rows(
    lines: Iterable[str], *, where: str, peek: int = 1000
) -> tuple[list[str], Iterator[Row]]:
    """Return the keys of the first objects of JSON lines, and the rows.

    Raises
    ------
    DataContractError
        If none of the first lines is a JSON object.
    """
    parsed = _objects(lines)
    first = []
    for item in parsed:
        first.append(item)
        if len(first) >= peek:
            break
    names = list(
        dict.fromkeys(key for _, found in first if isinstance(found, dict) for key in found)
    )
    if not names:
        raise DataContractError(
            f'{where}: no line is a JSON object; write one object a line, {{"text": ...}}.'
        )

    def body() -> Iterator[Row]:
        for items in (first, parsed):
            for number, found in items:
                if isinstance(found, dict):
                    yield Row(number, [as_text(found.get(name)) for name in names])
                else:
                    yield Row(number, [found], "not a JSON object")

    return names, body()


def _objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            yield number, {_plain(key): value for key, value in found.items()}
        else:
            yield number, line.strip()


def as_text(value: Any) -> str | None:
    """Return a value of JSON as text: as it stands there, or None where there is nothing."""
    if value is None or value != value:  # only NaN differs from itself
        return None
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    try:
        return _plain(json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        return None


def _plain(text: str) -> str:
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def parquet_columns(path: Path, stream: Any) -> tuple[parquet.ParquetFile, list[str]]:
    """Return an open Parquet file and its columns.

    Raises
    ------
    DataContractError
        If it cannot be read as Parquet.
    """
    try:
        file = parquet.ParquetFile(stream)
    except (arrow.ArrowException, OSError) as err:
        raise DataContractError(f"{path}: its Parquet data is damaged; export it again.") from err
    return file, list(file.schema_arrow.names)


def parquet_batches(
    path: Path, file: parquet.ParquetFile, names: Sequence[str], rows: int
) -> Iterator[dict[str, list[str | None]]]:
    """Yield batches of the named columns as texts.

    Raises
    ------
    DataContractError
        If the data is damaged.
    """
    try:
        for batch in file.iter_batches(batch_size=rows, columns=list(dict.fromkeys(names))):
            yield {name: _texts(batch.column(name)) for name in batch.schema.names}
    except (arrow.ArrowException, OSError) as err:
        raise DataContractError(f"{path}: its Parquet data is damaged; export it again.") from err


def _texts(values: arrow.Array) -> list[str | None]:
    kind = values.type
    if arrow.types.is_dictionary(kind):
        values, kind = values.dictionary_decode(), kind.value_type
    if arrow.types.is_floating(kind):
        return [as_text(value) for value in values.to_pylist()]
    if arrow.types.is_binary(kind) or arrow.types.is_large_binary(kind):
        return [v if v is None else v.decode("utf-8", "replace") for v in values.to_pylist()]
    try:
        return list(compute.cast(values, arrow.string()).to_pylist())
    except arrow.ArrowException:
        return [None if v is None else json.dumps(v, default=str) for v in values.to_pylist()]
