"""Files as bytes and lines: which files are meant, unpacked, decoded."""

from __future__ import annotations

import codecs
import glob
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from models.errors import DataContractError

_ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq")
_SNIFFED_BYTES = 65_536
# A single line longer than this is read in parts, so that a file without line ends cannot take
# all memory.
_MAX_LINE_BYTES = 64 * 2**20
_MAX_CONTROL_SHARE = 0.02
_CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_LONE_RETURN = re.compile("(?<=\r)(?!\n)")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = {
    b"PK\x03\x04": "a zip archive or Excel workbook",
    b"\xfd7zXZ\x00": "packed with xz",
    b"BZh": "packed with bzip2",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
}


def find_files(patterns: Sequence[str]) -> list[Path]:
    """Return the files that paths, folders and globs name, each once and sorted.

    Raises
    ------
    DataContractError
        If a path, folder or glob has no file.
    """
    files: dict[Path, Path] = {}
    for pattern in patterns:
        for path in _matches(pattern):
            files.setdefault(path.resolve(), path)
    if not files:
        raise DataContractError("No input file was named; write --input FILE.")
    return [files[key] for key in sorted(files)]


def _matches(pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_data(p, path))
        if not inside:
            known = ", ".join(_ENDINGS)
            raise DataContractError(f"{pattern}: no file in this folder ends in {known} (or .gz).")
        return inside
    if path.exists():
        if not path.is_file():
            raise DataContractError(f"{pattern}: not a regular file.")
        return [path]
    matched = sorted(Path(p) for p in glob.glob(pattern, recursive=True) if Path(p).is_file())
    if matched:
        return matched
    if glob.has_magic(pattern):
        raise DataContractError(f"{pattern}: no file matches; check the folder and quote the glob.")
    raise DataContractError(f"{pattern}: no such file or folder; check the path.")


def _is_data(path: Path, folder: Path) -> bool:
    # Hidden files, and folders such as a Delta table's "_delta_log", are somebody's machinery.
    is_hidden = any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    return path.name.lower().removesuffix(".gz").endswith(_ENDINGS) and not is_hidden


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """Give the file's bytes, unpacked if it is gzipped, whatever it is called.

    Raises
    ------
    DataContractError
        If it cannot be read, or its gzip data is cut off or damaged.
    """
    try:
        with path.open("rb") as raw:
            is_gzip = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if is_gzip:
                packed = cast("io.RawIOBase", gzip.GzipFile(fileobj=raw))
                yield cast("BinaryIO", io.BufferedReader(packed, 2**20))
            else:
                yield raw
    except (EOFError, gzip.BadGzipFile, zlib.error) as err:
        message = f"{path}: its gzip data is cut off or damaged; copy or export the file again."
        raise DataContractError(message) from err
    except OSError as err:
        raise DataContractError(f"{path}: cannot be read ({err.strerror or err}).") from err


def sniff(path: Path) -> bytes:
    """Return the file's first bytes, unpacked.

    Raises
    ------
    DataContractError
        If the file is empty, or packed or written in a way that we do not read.
    """
    with unpacked(path) as stream:
        start = stream.read(_SNIFFED_BYTES)
    if not start.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise DataContractError(f"{path}: empty; expected a header and rows.")
    for mark, kind in _PACKED.items():
        if start.startswith(mark):
            raise DataContractError(
                f"{path}: this is {kind}; export it as CSV, JSON lines or Parquet."
            )
    return start


@dataclass
class Decoded:
    """How many lines were not in the file's encoding."""

    recoded_lines: int = 0


def lines(
    path: Path, stream: BinaryIO, start: bytes, encoding: str, tally: Decoded
) -> Iterator[str]:
    """Yield the decoded lines, each with its line end.

    ``auto`` reads UTF-8 line by line and takes a line that is none as Windows-1252 (counted in
    ``tally``); UTF-16 and UTF-32 are known by their mark.

    Raises
    ------
    DataContractError
        If the encoding is unknown, or the bytes are no text.
    """
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if encoding != "auto":
        try:
            marked = marked or codecs.lookup(encoding).name
        except LookupError as err:
            message = f"{path}: no encoding is called {encoding!r}; write auto, utf-8 or cp1252."
            raise DataContractError(message) from err
    if marked is None or marked in ("utf-8", "utf-8-sig"):
        _refuse_binary(path, start)
        yield from _utf8_lines(stream, tally)
        return
    text = io.TextIOWrapper(stream, encoding=marked, errors="replace", newline="")
    try:
        for line in text:
            tally.recoded_lines += "\ufffd" in line
            yield line.removeprefix("\ufeff")
    except UnicodeError as err:
        raise DataContractError(f"{path}: cannot be read as {marked}; write --encoding.") from err
    finally:
        text.detach()


def _refuse_binary(path: Path, start: bytes) -> None:
    controls = len(start) - len(start.translate(None, _CONTROL_BYTES))
    # A stray NUL is a broken row at most; a file full of them is no text.
    if controls > max(8, _MAX_CONTROL_SHARE * len(start)):
        raise DataContractError(
            f"{path}: this is no text (CSV or JSON lines) and no Parquet; export it again, or as "
            "UTF-8 if it is UTF-16 without a byte-order mark."
        )


def _utf8_lines(stream: BinaryIO, tally: Decoded) -> Iterator[str]:
    is_first = True
    while raw := stream.readline(_MAX_LINE_BYTES):
        if is_first:
            raw, is_first = raw.removeprefix(codecs.BOM_UTF8), False
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            tally.recoded_lines += 1
            line = raw.decode("cp1252", errors="replace")
        if "\r" in line[:-2] or (line.endswith("\r") and len(line) > 1):
            yield from _LONE_RETURN.split(line)
        else:
            yield line
