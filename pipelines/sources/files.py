"""Complaints from files: CSV, JSON lines and Parquet, plain or gzipped, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from pathlib import Path

import pandas as pd

from models.contracts import RAW_COLUMNS
from pipelines.sources.columns import join_texts, join_values, parse_columns, resolve
from pipelines.sources.decoding import Decoded, find_files, lines, sniff, unpacked
from pipelines.sources.rows import Row, csv_rows, json_rows, parquet_batches, parquet_columns

__all__ = ["BrokenRow", "RawChunk", "find_files", "our_frame", "parse_columns", "read_files"]

_CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be split into the file's columns."""

    number: int
    reason: str
    content: str


@dataclass(frozen=True)
class RawChunk:
    """Some rows of one file.

    Parameters
    ----------
    file : Path
        Where they come from.
    frame : DataFrame
        ``RAW_COLUMNS`` as texts (None where the file has none or the cell is empty), with
        the line (of Parquet: the row) as ``number``.
    broken : tuple of BrokenRow
        Rows that are not in ``frame``.
    mapped : tuple of str
        The columns of ours that the file has.
    recoded_lines : int
        Lines that were not in the file's encoding and were read as Windows-1252.
    """

    file: Path
    frame: pd.DataFrame
    broken: tuple[BrokenRow, ...]
    mapped: tuple[str, ...]
    recoded_lines: int


def read_files(
    patterns: Sequence[str],
    *,
    columns: Mapping[str, str],
    encoding: str = "auto",
    chunk_rows: int = _CHUNK_ROWS,
) -> Iterator[RawChunk]:
    """Yield the rows of the files that paths, folders and globs name, sorted by path.

    What a file is, is seen from its content, not from its name.

    Parameters
    ----------
    patterns : sequence of str
        Paths, folders and globs.
    columns : mapping of str to str
        Ours to theirs: ``{"text": "title+text"}``.
    encoding : str
        ``auto`` or the name of a Python codec.
    chunk_rows : int
        Rows held at a time.

    Raises
    ------
    DataContractError
        If a file is missing, empty, damaged or no text, or has not the columns that are
        needed; the message names what was found and what to write instead.
    """
    for path in find_files(patterns):
        start = sniff(path)
        with unpacked(path) as stream:
            if start.startswith(b"PAR1"):
                yield from _parquet_chunks(path, stream, columns, chunk_rows)
                continue
            tally = Decoded()
            texts = lines(path, stream, start, encoding, tally)
            is_json = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] in (b"{", b"[")
            names, rows = (json_rows if is_json else csv_rows)(texts, where=str(path))
            mapping = resolve(names, columns, where=str(path))
            yield from _chunks(path, names, rows, mapping, tally, chunk_rows)


@dataclass
class _Batch:
    numbers: list[int] = field(default_factory=list)
    cells: list[Sequence[str | None]] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)


def _chunks(
    path: Path,
    names: Sequence[str],
    rows: Iterator[Row],
    mapping: Mapping[str, tuple[str, ...]],
    tally: Decoded,
    chunk_rows: int,
) -> Iterator[RawChunk]:
    told: int | None = None
    while True:
        batch = _Batch()
        for row in islice(rows, chunk_rows):
            if row.fault:
                content = " | ".join(value or "" for value in row.cells)
                batch.broken.append(BrokenRow(row.number, row.fault, content))
            else:
                batch.numbers.append(row.number)
                batch.cells.append(row.cells)
        # A file of a header alone is one empty chunk: it has been read, and is in the record.
        if not batch.numbers and not batch.broken and told is not None:
            return
        wanted = {name for theirs in mapping.values() for name in theirs}
        place = {name: i for i, name in enumerate(names)}
        found = {name: [cells[place[name]] for cells in batch.cells] for name in wanted}
        frame = our_frame(found, mapping, batch.numbers)
        recoded = tally.recoded_lines - (told or 0)
        yield RawChunk(path, frame, tuple(batch.broken), tuple(mapping), recoded)
        told = tally.recoded_lines


def _parquet_chunks(
    path: Path, stream: object, columns: Mapping[str, str], chunk_rows: int
) -> Iterator[RawChunk]:
    file, names = parquet_columns(path, stream)
    mapping = resolve(names, columns, where=str(path))
    wanted = [name for theirs in mapping.values() for name in theirs]
    at = 1
    for found in parquet_batches(path, file, wanted, chunk_rows):
        length = len(next(iter(found.values())))
        frame = our_frame(found, mapping, range(at, at + length))
        yield RawChunk(path, frame, (), tuple(mapping), 0)
        at += length


def our_frame(
    found: Mapping[str, Sequence[str | None]],
    mapping: Mapping[str, tuple[str, ...]],
    numbers: Sequence[int],
) -> pd.DataFrame:
    """Return a source's values under our columns' names, as texts, with the rows' numbers."""
    out: dict[str, pd.Series] = {}
    for ours in RAW_COLUMNS:
        join = join_texts if ours == "text" else join_values
        parts = [found[name] for name in mapping.get(ours, ())]
        values = reduce(lambda a, b, join=join: list(map(join, a, b)), parts) if parts else None  # type: ignore[misc]
        out[ours] = pd.Series(values, index=range(len(numbers)), dtype="str")
    return pd.DataFrame({**out, "number": list(numbers)})
