"""The proof: every file is read as what it is, and whoever still holds a trace is named."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet

from models.text.traces import Traces
from pipelines.forget.pages import strings_of, views
from pipelines.workspace import Workspace

_SQLITE = b"SQLite format 3\x00"
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_MAX_DEPTH = 3  # of archives in archives


def files_of(places: Workspace) -> list[Path]:
    """Return every file of a workspace; of the checkout's own those in its known places alone."""
    if places.mlflow.parent == places.root:
        return sorted(it for it in places.root.rglob("*") if it.is_file())
    found = []
    for place in vars(places).values():
        found += [place] if place.is_file() else [it for it in place.rglob("*") if it.is_file()]
    return sorted(found)


def who_holds(places: Workspace, traces: Traces) -> list[Path]:
    """Return the files that still hold one of the sequences, in their content or their name."""
    return [path for path in files_of(places) if holds(path, traces, under=places.root)]


def holds(path: Path, traces: Traces, *, under: Path | None = None) -> bool:
    """Return whether a file, or its name below a folder, holds one of the sequences."""
    name = path.relative_to(under) if under and path.is_relative_to(under) else Path(path.name)
    if any(traces.holds(part) for part in name.parts):
        return True
    return any(traces.holds(text) for text in _texts(path))


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".parquet":
        try:
            yield from _cells(path)
        except arrow.ArrowInvalid:  # cut short by a kill: as bytes then
            pass
        else:
            return
    data = path.read_bytes()
    if data.startswith(_SQLITE):
        yield from _rows(path)
    yield from _read(data, path.suffix)


def _read(data: bytes, suffix: str, depth: int = 0) -> Iterator[str]:
    if data.startswith(_GZIP) and depth < _MAX_DEPTH:
        try:
            yield from _read(gzip.decompress(data), "", depth + 1)
        except (OSError, EOFError, zlib.error):
            pass
        else:
            return
    if data.startswith(_ZIP) and depth < _MAX_DEPTH:  # workbooks are archives of XML
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    yield name
                    yield from _read(archive.read(name), Path(name).suffix, depth + 1)
        except (zipfile.BadZipFile, zlib.error):
            pass
        else:
            return
    text = data.decode("utf-8", "replace")
    if suffix == ".json":
        with suppress(ValueError):
            yield from strings_of(json.loads(text))
    yield from views(text, suffix)


def _cells(path: Path) -> Iterator[str]:
    """Yield the texts of a Parquet file: of each column every value once."""
    rows = parquet.read_table(path)
    yield str(rows.schema.metadata)
    for values in rows.columns:
        yield from _values(values.combine_chunks() if values.num_chunks != 1 else values.chunk(0))


def _values(values: arrow.Array) -> Iterator[str]:
    kind = values.type
    if arrow.types.is_list(kind) or arrow.types.is_large_list(kind) or arrow.types.is_map(kind):
        yield from _values(values.flatten() if not arrow.types.is_map(kind) else values.items)
    elif arrow.types.is_struct(kind):
        for part in values.flatten():
            yield from _values(part)
    elif arrow.types.is_dictionary(kind):
        yield from _values(values.dictionary)
    elif any(word in str(kind) for word in ("string", "utf8")):
        yield from (text for text in set(values.to_pylist()) if text)


def _rows(path: Path) -> Iterator[str]:
    """Yield the texts of a SQLite database; what it cannot read is read as bytes anyway."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
            for name in names:
                try:
                    quoted = name.replace('"', '""')
                    for row in database.execute(f'SELECT * FROM "{quoted}"'):
                        for cell in row:
                            if isinstance(cell, bytes):
                                yield cell.decode("utf-8", "replace")
                            elif isinstance(cell, str):
                                yield cell
                except sqlite3.DatabaseError:
                    continue  # an index, or a table that is being written
    except sqlite3.DatabaseError:
        return
