"""Answers, channel by channel, in the report; nothing where the data tells of none."""

import csv

import pandas as pd
import pytest

from models.contracts import RESPONSE, check, conform
from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE, make_run

ROW = {
    "channel": "X", "expected_minutes": 30.0, "complaints": 212, "answered": 190, "due": 201,
    "in_time_share": 0.623, "median_minutes": 26.0, "open": 21, "overdue": 11,
    "oldest_open_minutes": 4320.0, "usual_open": 5.0,
}  # fmt: skip
LETTER = {
    "channel": "letter", "complaints": 4, "answered": 1, "median_minutes": 150.0, "open": 0,
}  # fmt: skip


@pytest.fixture
def made(settings, tmp_path):
    def make(*rows):
        folder = make_run(tmp_path / "run", "spike")
        frame = pd.DataFrame(rows).assign(as_of=pd.Timestamp("2019-05-05", tz="UTC"))
        table = check(conform(frame, RESPONSE), RESPONSE)
        table.to_parquet(folder / "response.parquet", index=False)
        page = write_report(folder, settings=settings).html.read_text("utf-8")
        with (folder / "tables" / "answers.csv").open(encoding="utf-8-sig") as file:
            return page, list(csv.DictReader(file))

    return make


def section(page):
    return next((it for it in parse(page).iter("section") if it.get("id") == "answers"), None)


def test_each_channel_is_held_against_what_is_expected_and_usual(made):
    page, table = made(LETTER, ROW)
    told = words_of(section(page))
    assert "X 30 min 190 of 212 62 % of 201 26 min 21 11 late usual 5 (4.2×) 3 days" in told  # noqa: RUF001
    assert "letter none set 1 of 4 not judged 2.5 h 0 none" in told
    assert 'data-row="response X 2019-05-05T00:00:00Z in_time_share">62' in page
    assert [row["channel"] for row in table] == ["X", "letter"]
    assert (table[0]["in_time_share"], table[0]["oldest_open_minutes"]) == ("0.623", "4320")
    assert (table[1]["expected_minutes"], table[1]["overdue"]) == ("", "")
    # The cards no longer call it missing.
    assert "first-response time" not in words_of(parse(page))
    assert "Not available yet Reach." in words_of(parse(page))


def test_hostile_channels_are_escaped(made):
    page, table = made(*({**ROW, "channel": text} for text in HOSTILE))
    assert len(list(section(page).iter("tr"))) == len(HOSTILE) + 1
    assert not list(parse(page).iter("script"))
    assert not [row for row in table if row["channel"].startswith(("=", "+", "-", "@"))]


def test_many_channels_stay_a_page_and_the_rest_is_named(made):
    page, table = made(*({**ROW, "channel": f"c{n:03}"} for n in range(45)))
    assert len(table) == 45
    assert "5 more stand in tables/answers.csv." in words_of(section(page))


def test_where_no_answer_is_known_the_cards_say_so_and_no_section_stands(reports):
    page = reports.html("spike")
    assert section(page) is None
    assert "Answers, channel by channel" not in page
    assert "Reach, first-response time." in words_of(parse(page))
