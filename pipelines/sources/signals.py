"""Signals from files: CSV, JSON lines and Parquet, plain or gzipped, every value as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from models.contracts import SIGNALS
from models.errors import DataContractError
from pipelines.sources.decoding import Decoded, find_files, lines, sniff, unpacked
from pipelines.sources.rows import Row, csv_rows, json_rows, parquet_batches, parquet_columns

_NEEDED = ("name", "at", "kind")
_BATCH_ROWS = 50_000
_MAX_SHOWN = 30  # columns of a file that a message shows


def read_signal_files(patterns: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the files that paths, folders and globs name, sorted by path.

    Parameters
    ----------
    patterns : sequence of str
        Paths, folders and globs.

    Returns
    -------
    DataFrame
        The columns of SIGNALS as texts (None where the file has none or the cell is empty), with
        ``file``, ``number`` (the line; of Parquet the row) and ``fault``: why a row could not be
        split into columns; its text is then in ``name``.

    Raises
    ------
    DataContractError
        If a file is missing, empty, damaged or no text, or lacks a column that is needed.
    """
    frames = [_read(path) for path in find_files(patterns)]
    return pd.concat(frames, ignore_index=True)


def _read(path: Path) -> pd.DataFrame:
    start = sniff(path)
    with unpacked(path) as stream:
        if start.startswith(b"PAR1"):
            file, names = parquet_columns(path, stream)
            wanted = _wanted(names, path)
            parts = [pd.DataFrame(b) for b in parquet_batches(path, file, wanted, _BATCH_ROWS)]
            frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=wanted)
            numbers, faults = list(range(1, len(frame) + 1)), [""] * len(frame)
        else:
            texts = lines(path, stream, start, "auto", Decoded())
            is_json = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] in (b"{", b"[")
            names, rows = (json_rows if is_json else csv_rows)(texts, where=str(path))
            wanted = _wanted(names, path)
            found = list(rows)
            place = {name: i for i, name in enumerate(names)}
            frame = pd.DataFrame([_cells(row, place) for row in found], columns=wanted)
            numbers, faults = [r.number for r in found], [r.fault for r in found]
    out = {
        name: pd.Series(frame.get(name), index=frame.index, dtype="str") for name in SIGNALS.columns
    }
    fault = pd.Series(faults, index=frame.index, dtype="str")
    out["fault"] = fault.where(fault != "")
    return pd.DataFrame(out).assign(file=path.name, number=numbers)


def _cells(row: Row, place: dict[str, int]) -> dict[str, str | None]:
    if row.fault:
        return {"name": " | ".join(cell or "" for cell in row.cells)}
    return {name: row.cells[i] for name, i in place.items()}


def _wanted(names: Sequence[str], path: Path) -> list[str]:
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        shown = ", ".join(repr(name[:40]) for name in names[:_MAX_SHOWN])
        raise DataContractError(
            f"{path}: signals need the columns name, at and kind (value, brand, product and "
            f"known_at may be there); no {', '.join(missing)} among {shown}."
        )
    return [name for name in SIGNALS.columns if name in names]
