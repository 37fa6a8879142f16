"""Every figure is its row's: on the page, in the digest, in the tables."""

import html
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.pipelines.report.reading import read_table

_DATA = re.compile(r'<data value="([^"]+)" data-row="([^"]+)">([^<]*)</data>')


def _row_value(folder: Path, row: str) -> float | None:
    """Return the value that a figure's row names; None for figures made of several rows."""
    table, *key, column = row.split(" ")
    keys = {
        "outlook": ("series_id", "origin", "week"),
        "forecasts": ("series_id", "origin", "date"),
        "scores": ("series_id", "origin", "lead"),
        "checked": ("series_id", "origin", "lead"),
        "not_checked": ("series_id", "reason"),
        "warnings": ("warning_id", "as_of"),
        "not_covered": ("series_id",),
        "chances": ("theme_id", "as_of"),
        "floods": ("flood_id",),
        "lineage": ("version", "theme_id", "event", "other_id"),
        "tone": ("theme_id", "days", "as_of"),
        "splits": ("warning_id", "axis", "value"),
        "misjudged": ("theme_id", "kind", "first"),
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
    if table == "splits" and frame.empty:
        return None  # a channel's name that strangers wrote: told cleaned and redacted
    assert len(frame) == 1, row
    return float(frame[column].iloc[0])


@pytest.mark.parametrize("mood", ["spike", "quiet", "hostile"])
def test_every_figure_equals_the_row_it_names(reports, mood):
    assert _walked_back(reports.folder(mood), reports.html(mood)) > 30


def test_every_figure_of_the_crisis_page_equals_the_row_it_names(reports):
    page = reports("spike").crisis.read_text(encoding="utf-8")
    # 7 days with a low, a high and a middle, the week's three, what came in, who wrote.
    assert _walked_back(reports.folder("spike"), page) >= 7 * 3 + 3 + 2 + 1


def _walked_back(folder: Path, page: str) -> int:
    """Return how many figures of a page were found to equal the row that they name."""
    found = _DATA.findall(page)
    assert len(found) > 25
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
    return checked


@pytest.mark.parametrize("mood", ["spike", "quiet"])
def test_a_share_of_many_rows_is_the_share_of_these_rows(reports, mood):
    """Figures that name a span of scores are worked out again from the rows in it."""
    folder = reports.folder(mood)
    checked = 0
    for value, row, _ in _DATA.findall(reports.html(mood)):
        table, *key, column = html.unescape(row).split(" ")
        if table not in ("scores", "checked") or column not in ("inside_80", "inside_95"):
            continue
        rows = _in_span(read_table(folder / f"{table}.parquet"), key[0])
        # A share of the days that came inside, or how many did not.
        possible = (rows[column].mean(), (~rows[column]).sum())
        assert any(float(value) == pytest.approx(it) for it in possible), row
        checked += 1
    assert checked >= 10


def _in_span(scores: pd.DataFrame, span: str) -> pd.DataFrame:
    if span == "..":
        return scores
    first, last = span.removeprefix("lead=").split("..")
    if span.startswith("lead="):
        return scores[scores["lead"].between(int(first), int(last))]
    day = scores["origin"] + pd.to_timedelta(scores["lead"] - 1, unit="D")
    return scores[day.between(first, last)]


@pytest.mark.parametrize("mood", ["spike", "hostile"])
def test_figures_of_the_record_are_those_of_run_json(reports, mood):
    record = json.loads((reports.folder(mood) / "run.json").read_text(encoding="utf-8"))
    checked = 0
    for value, row, _ in _DATA.findall(reports.html(mood)):
        if not row.startswith("run.json "):
            continue
        found: object = record
        for name in re.split(r"[ .]", html.unescape(row).removeprefix("run.json ")):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, (int, float)):
            assert float(value) == found, row
            checked += 1
    assert checked >= 1
