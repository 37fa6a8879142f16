"""The workbook beside the page: the CSVs' tables, in Excel's own kinds, inert, the same bytes."""

import csv
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from pipelines.report.figures import Figure, people
from pipelines.report.workbook import write_workbook
from tests.pipelines.report.run_folders import MOODS

_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.values) for sheet in book.worksheets}


@pytest.mark.parametrize("mood", MOODS)
def test_each_csv_is_a_sheet_and_each_cell_is_the_same(reports, mood):
    files = reports(mood)
    assert files.workbook == files.html.parent / "report.xlsx"
    sheets = _sheets(files.workbook)
    assert sorted(sheets) == [path.stem for path in files.tables]
    kinds = set()
    for path in files.tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        found = sheets[path.stem]
        assert len(found) == len(rows), path.name
        for there, here in zip(rows, found, strict=True):
            assert len(there) == len(here)
            for text, value in zip(there, here, strict=True):
                kinds.add(type(value))
                assert _same(text, value), (path.name, text, value)
    assert {int, float, datetime, str} <= kinds


def _same(text: str, value: object) -> bool:
    """Return whether a cell of the workbook says what the CSV's does, as what it is."""
    if isinstance(value, bool):
        return text == str(value)
    if isinstance(value, datetime):
        return text == value.date().isoformat()
    if isinstance(value, (int, float)):
        # Excel keeps 16 digits of a number, Python 17.
        return float(f"{float(text):.16G}") == value
    # Escaped for XML, Excel's own way to write a letter that XML has not.
    return (value or "") == text and not _NUMBER.fullmatch(text) and not _DATE.fullmatch(text)


def test_no_text_is_a_formula_or_a_link(reports):
    with zipfile.ZipFile(reports("hostile").workbook) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert not [name for name, part in parts.items() if "<f>" in part or "hyperlink" in part]
    texts = [
        value for rows in _sheets(reports("hostile").workbook).values() for r in rows for value in r
    ]
    assert '\'=HYPERLINK("http://evil.example","click") 4' in texts
    starts = tuple("=+-@\t\r")
    assert not [text for text in texts if isinstance(text, str) and text.startswith(starts)]


def test_a_hand_made_table_reads_back_as_it_is(tmp_path):
    rows = [
        ("theme", "n", "share", "day", "clear", "people"),
        ("=1+1", Figure(120.0, "120"), 0.1 + 0.2, date(2026, 11, 2), True, people(3)),
        ("+44", -3, float("nan"), date(1850, 1, 1), False, None),
    ]
    path = write_workbook(
        {"b": rows, "warnings": rows[:1]}, tmp_path / "b.xlsx", title="T", day=date(2026, 11, 2)
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["warnings", "b"]  # what is read first stands first
    assert list(book["b"].values) == [
        rows[0],
        ("'=1+1", 120, 0.3, datetime(2026, 11, 2), True, "<5"),
        ("'+44", -3, None, "1850-01-01", False, None),
    ]
    sheet = book["b"]
    assert sheet.freeze_panes == "A2"
    assert sheet["D2"].number_format == "yyyy-mm-dd"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width == pytest.approx(8, abs=1)
    assert book.properties.created == book.properties.modified == datetime(2026, 11, 2)
    assert book.properties.title == "T"


def test_a_column_is_as_wide_as_its_texts_within_reason(tmp_path):
    rows = [("short", "long"), ("a" * 20, "b" * 400)]
    path = write_workbook({"t": rows}, tmp_path / "b.xlsx", title="T", day=date(2026, 11, 2))
    widths = openpyxl.load_workbook(path)["t"].column_dimensions
    assert widths["A"].width == pytest.approx(22, abs=1)
    assert widths["B"].width == pytest.approx(48, abs=1)


def test_the_file_carries_no_clock(reports):
    with zipfile.ZipFile(reports("spike").workbook) as book:
        assert {entry.date_time[:3] for entry in book.infolist()} == {(1980, 1, 1)}
        assert b"2019-05-05T00:00:00Z" in book.read("docProps/core.xml")
