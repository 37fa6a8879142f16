"""Every figure is its row's: on the page, in the digest, in the tables."""

import csv
import html
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.pipelines.report.reading import parse, read_table, words_of

_DATA = re.compile(r'<data value="([^"]+)" data-row="([^"]+)">([^<]*)</data>')


def _row_value(folder: Path, row: str) -> float | None:
    """Return the value that a figure's row names; None for figures made of several rows."""
    table, *key, column = row.split(" ")
    keys = {
        "outlook": ("series_id", "origin", "week"),
        "scores": ("series_id", "origin", "lead"),
        "checked": ("series_id", "origin", "lead"),
        "not_checked": ("series_id", "reason"),
        "warnings": ("warning_id", "as_of"),
        "not_covered": ("series_id",),
        "chances": ("theme_id", "as_of"),
        "floods": ("flood_id",),
        "lineage": ("version", "theme_id", "event", "other_id"),
    }
    if table not in keys or len(key) != len(keys[table]) or ".." in row:
        return None
    frame = read_table(folder / f"{table}.parquet")
    for name, value in zip(keys[table], key, strict=True):
        if frame[name].dtype.kind == "M":
            moments = pd.to_datetime(frame[name], utc=True)
            frame = frame[moments == pd.Timestamp(value).tz_localize(None).tz_localize("UTC")]
        else:
            frame = frame[frame[name].astype(str) == value.replace("%20", " ")]
    assert len(frame) == 1, row
    return float(frame[column].iloc[0])


@pytest.mark.parametrize("mood", ["spike", "quiet", "hostile"])
def test_every_figure_equals_the_row_it_names(reports, mood):
    folder = reports.folder(mood)
    found = _DATA.findall(reports.html(mood))
    assert len(found) > 50
    checked = 0
    for value, row, shown in found:
        row = html.unescape(row)
        if row.startswith("counts "):
            _, name, span, _ = row.split(" ")
            counts = read_table(folder / "counts.parquet")
            counts = counts[counts["series_id"] == name]
            if ".." in span and span != "..":
                first, last = span.split("..")
                counts = counts[counts["date"].between(first, last)]
            assert float(value) == counts["count"].sum()
            assert shown == f"{int(float(value)):,}"
            continue
        actual = _row_value(folder, row)
        if actual is None:
            continue
        assert float(value) == pytest.approx(actual), row
        checked += 1
    assert checked > 30


def test_the_ratio_is_the_observed_over_the_expected(reports):
    folder = reports.folder("spike")
    warnings = pd.read_parquet(folder / "warnings.parquet").set_index("theme_id")
    row = warnings.loc["t-02bb"]
    with (folder / "tables" / "warnings.csv").open(encoding="utf-8-sig") as file:
        told = {r["theme_id"]: r for r in csv.DictReader(file)}
    assert float(told["t-02bb"]["ratio"]) == pytest.approx(row["observed"] / row["expected"])
    assert float(told["t-02bb"]["p_exceed_7"]) == row["p_exceed_7"]
    assert told["t-01aa"]["p_exceed_7"] == ""


def test_the_same_numbers_stand_in_page_markdown_and_csv(reports):
    files = reports("spike")
    folder = reports.folder("spike")
    outlook = pd.read_parquet(folder / "outlook.parquet")
    week = outlook[(outlook["series_id"] == "theme=t-02bb|channel=*|brand=*")]
    first = week[week["week"] == 1].iloc[0]
    with (folder / "tables" / "weeks_ahead.csv").open(encoding="utf-8-sig") as file:
        rows = [r for r in csv.DictReader(file) if r["series_id"] == first["series_id"]]
    assert [int(r["week"]) for r in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert float(rows[0]["q10"]) == first["q10"]
    assert float(rows[0]["p_double"]) == pytest.approx(first["p_double"])
    message = next(s for s in files.summary if s.startswith("Late parcels"))
    assert message in files.markdown.read_text(encoding="utf-8").replace("*", "")
    assert message in words_of(parse(reports.html("spike")))


def test_page_one_tells_four_weeks_and_the_tables_all_eight(reports):
    root = parse(reports.html("spike"))
    sections = {e.get("id"): e for e in root.iter("section")}
    lists = [e for e in sections["warnings"].iter("ol") if e.get("class") == "weeks"]
    assert [len(list(e.iter("li"))) for e in lists] == [4, 4, 4]
    assert "Next 4 weeks" in words_of(sections["warnings"])
    outlook = pd.read_parquet(reports.folder("spike") / "outlook.parquet")
    total = outlook[outlook["series_id"] == "theme=*|channel=*|brand=*"]
    tables = [e for e in sections["themes"].iter("table") if e.get("class") == "small"]
    said = [
        [cell.get("value") for cell in row.iter("data") if " q50" in cell.get("data-row")]
        for row in tables[0].iter("tr")
    ]
    assert said == [[], *([str(float(q))] for q in total["q50"])]
    assert len(said) == 9
