"""A number is the same wherever it stands: page, digest, CSV, workbook, and the Parquet row."""

import csv
import html
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.pipelines.report.reading import parse, read_table, words_of

_DATA = re.compile(r'<data value="([^"]+)" data-row="([^"]+)">([^<]*)</data>')
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")

# A CSV's row names a Parquet row: the columns of the key there, and what they are called here.
_QUANTILES = ("q10", "q25", "q50", "q75", "q90", "q95")
_WARNING = (
    *("severity", "window_days", "observed", "expected", "p_exceed_7", "p_exceed_28", "p_lasts"),
    *("reach", "usual_reach"),
)
TABLES = {
    "weeks_ahead": ("outlook", ("series_id", "week"), (*_QUANTILES, "usual", "p_double")),
    "warnings": ("warnings", ("warning_id",), (*_WARNING, "extra_to_come")),
    "what_may_come": ("chances", ("theme_id",), ("p_exceed_7", "p_exceed_28", "usual_28")),
    "tone": ("tone", ("theme_id", "days"), ("mean", "usual_mean", "texts", "usual_texts")),
}
# Where the parts of these keys stand in what a figure of the page says of its row.
_KEY_AT = {"outlook": (0, 2), "warnings": (0,), "chances": (0,), "tone": (0, 1)}


def _csv(folder: Path, name: str) -> list[dict[str, str]]:
    # The columns of the key stand under their names in all tables but one.
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    if name == "weeks_ahead":
        header = ["series_id", "theme", "week", *header[3:]]
    return [dict(zip(header, row, strict=True)) for row in rows]


def _same(text: str, value: object) -> bool:
    if text == "" or pd.isna(value):
        return text == "" and pd.isna(value)
    return float(text) == float(value)


@pytest.mark.parametrize("mood", ["spike", "quiet", "hostile"])
@pytest.mark.parametrize("name", TABLES)
def test_a_csvs_numbers_are_those_of_its_parquet_rows(reports, mood, name):
    folder = reports.folder(mood)
    table, key, columns = TABLES[name]
    frame = read_table(folder / f"{table}.parquet")
    rows = _csv(folder, name)
    for row in rows:
        its = frame
        for part in key:
            its = its[its[part].astype(str) == row[part]]
        assert len(its) == 1, row
        for column in columns:
            assert _same(row[column], its[column].iloc[0]), (name, column, row)
    assert rows or (mood != "spike"), "nothing was compared"


@pytest.mark.parametrize("mood", ["spike", "hostile"])
def test_the_charts_numbers_are_those_counted_and_forecast(reports, mood):
    folder = reports.folder(mood)
    counts = read_table(folder / "counts.parquet").set_index(["series_id", "date"])["count"]
    forecasts = read_table(folder / "forecasts.parquet").set_index(["series_id", "date"])
    warned = read_table(folder / "warnings.parquet").set_index("warning_id")["theme_id"]
    counted = ahead = 0
    for row in _csv(folder, "charts"):
        where = (f"theme={warned[row['warning_id']]}|channel=*|brand=*", pd.Timestamp(row["date"]))
        if row["count"]:
            counted += 1
            assert int(row["count"]) == counts[where]
            continue
        ahead += 1
        for column in ("q05", *_QUANTILES):
            assert _same(row[column], forecasts.loc[where, column]), (where, column)
    assert min(counted, ahead) >= 28


@pytest.mark.parametrize("mood", ["spike", "hostile"])
def test_the_pages_numbers_are_those_of_the_csvs(reports, mood):
    """Each figure that names a row of a table beside the page has that table's very value."""
    folder = reports.folder(mood)
    rows = {
        table: {tuple(row[k] for k in key): row for row in _csv(folder, name)}
        for name, (table, key, _) in TABLES.items()
    }
    columns = {table: columns for table, _, columns in TABLES.values()}
    compared = dict.fromkeys(rows, 0)
    for value, row, _ in _DATA.findall(reports.html(mood)):
        table, *parts, column = html.unescape(row).split(" ")
        if table not in rows or column not in columns[table]:
            continue
        its = rows[table][tuple(parts[at] for at in _KEY_AT[table])]
        assert float(its[column]) == float(value), row
        compared[table] += 1
    assert compared["outlook"] > 100
    assert compared["warnings"] > 10


def test_the_workbooks_numbers_are_those_of_the_parquet_rows(reports):
    """The workbook is walked to the rows on its own, not by way of the CSVs."""
    folder = reports.folder("spike")
    sheet = openpyxl.load_workbook(folder / "report.xlsx")["warnings"]
    header, *rows = sheet.iter_rows(values_only=True)
    frame = read_table(folder / "warnings.parquet").set_index("warning_id")
    assert len(rows) == 3
    for row in rows:
        told = dict(zip(header, row, strict=True))
        for column in _WARNING:
            actual = frame.loc[told["warning_id"], column]
            if pd.isna(actual):
                assert told[column] is None
            else:
                assert told[column] == pytest.approx(float(actual), rel=1e-15)


@pytest.mark.parametrize("mood", ["spike", "first", "bare_first", "quiet", "stale"])
def test_the_digest_says_what_the_page_says(reports, mood):
    page = words_of(parse(reports.html(mood)))
    said = reports(mood).markdown.read_text(encoding="utf-8")
    lines = [re.sub(r"\s+", " ", re.sub(r"\\(.)", r"\1", line)) for line in said.splitlines()]
    shown = set(_NUMBER.findall(page))
    for line in lines:
        assert set(_NUMBER.findall(line)) <= shown, line
    # Each key message, word for word.
    messages = [line for line in lines if line.startswith("- ")]
    assert messages
    for line in messages:
        told = re.sub(r"\*\*", "", line[4:]).strip()
        told = told.split(" Product: ")[0].split(" Service: ")[0]
        assert told in page, told
