"""What waits for an answer, in the report: hostile words as words, none where none is known."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from models.contracts import THEME_WAITS, WAITING, check, conform
from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE, make_run

AS_OF = pd.Timestamp("2019-05-05", tz="UTC")
RESPONSE_ROW = {"channel": "X", "complaints": 9, "answered": 3, "open": 6}
THEME = {
    "theme_id": "t-01aa", "complaints": 212, "answered": 190, "due": 201, "in_time_share": 0.623,
    "median_minutes": 26.0, "open": 21, "overdue": 11, "oldest_open_minutes": 4320.0,
}  # fmt: skip
POST = {
    "complaint_id": "c-1", "theme_id": "t-01aa", "channel": "X", "text": HOSTILE, "reach": 12_345.0,
    "minutes": 600.0, "expected_minutes": 30.0,
}  # fmt: skip


@pytest.fixture
def made(settings, tmp_path):
    def make(theme_rows, posts):
        from models.contracts import RESPONSE

        folder = make_run(tmp_path / "run", "spike")
        for table, rows in (
            (RESPONSE, [RESPONSE_ROW]), (THEME_WAITS, theme_rows), (WAITING, posts),
        ):  # fmt: skip
            frame = pd.DataFrame(rows, columns=None if rows else list(table.columns))
            frame = check(conform(frame.assign(as_of=AS_OF), table), table)
            frame.to_parquet(folder / f"{table.name}.parquet", index=False)
        page = write_report(folder, settings=settings).html.read_text("utf-8")
        return page, folder / "tables"

    return make


def _section(page):
    return next(it for it in parse(page).iter("section") if it.get("id") == "answers")


def test_what_waits_in_public_is_told_with_reach_and_wait(made):
    page, tables = made([THEME], [POST])
    told = words_of(_section(page))
    assert "12,000" in told
    assert "10 h expected within 30 min" in told
    assert "190 of 212 62 % of 201 26 min 21 11 late 3 days" in told
    assert "<script" not in page.split("</style>")[1]
    assert 'data-row="waiting c-1 2019-05-05T00:00:00Z reach">12,000' in page
    with (tables / "waiting.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["reach"], row["waits_minutes"], row["channel"]) == ("12345", "600", "X")
    with (tables / "answers_by_theme.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["in_time_share"], row["overdue"]) == ("0.623", "11")


def test_where_nothing_waits_nothing_is_said(made):
    page, _ = made([], [])
    assert "Waiting in public" not in page
    assert "Answers, theme by theme" not in page
