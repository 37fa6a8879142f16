"""The charts beside the report's tables, and the tone: numbers, sentences, looks."""

import csv
import re

import pandas as pd
import pytest

from pipelines.report import write_report
from pipelines.report.charts.squares import Box, squarified
from pipelines.report.facts.theme_map import week_change
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE, make_run


def rows_of(folder, name):
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def element(page, key):
    return next((it for it in parse(page).iter() if it.get("id") == key), None)


def chart(page, kind):
    return [
        it for it in parse(page).iter() if str(it.tag).endswith("svg") and it.get("class") == kind
    ]


# --- tone ---------------------------------------------------------------------------------
def test_a_clear_change_of_tone_is_told_with_what_it_rests_on(reports):
    page = reports.html("spike")
    card = words_of(element(page, "w1"))
    harsher = "in the last 7 days (−0.42 against −0.21; 34 texts against 310)."  # noqa: RUF001
    assert f"Tone: harsher than usual {harsher}" in card
    assert 'data-row="tone t-01aa 7 2019-05-05T00:00:00Z mean">\u22120.42</data>' in page
    # The theme whose last 28 days alone are clear, and the one that is as usual.
    assert "Tone: milder than usual in the last 28 days (+0.31 against +0.10; 51" in words_of(
        parse(page)
    )
    section = words_of(element(page, "themes"))
    assert "Clearly changed: 2 of the 3 themes whose tone can be told." in section
    told = rows_of(reports.folder("spike"), "tone")
    assert [row["is_clear"] for row in told if row["theme_id"] == "t-01aa"] == ["True", "False"]
    assert told[0]["mean"] == "-0.42"


def test_a_tone_that_is_not_known_is_not_available(reports, settings, tmp_path):
    assert "Tone: not available: no text in English was read for it." in words_of(
        parse(reports.html("first"))
    )
    folder = make_run(tmp_path / "run", "spike")
    tone = pd.read_parquet(folder / "tone.parquet")
    tone.assign(p_value=float("nan"), is_clear=False).to_parquet(folder / "tone.parquet")
    page = words_of(parse(write_report(folder, settings=settings).html.read_text("utf-8")))
    assert "Tone: not available: 12 texts in English of the last 28 days" in page
    assert "Not available: no theme has enough texts in English" in page
    assert "harsher than usual" not in page


def test_a_run_from_before_there_were_pictures_has_a_report(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    for name in ("tone", "splits", "lives", "misjudged"):
        (folder / f"{name}.parquet").unlink()
    page = write_report(folder, settings=settings).html.read_text("utf-8")
    assert element(page, "timeline") is None
    assert not chart(page, "split")
    assert "Tone: not available" in words_of(parse(page))


# --- channels and products of a rise ------------------------------------------------------
def test_a_rise_is_split_the_most_extra_first_and_what_is_not_told_last(reports):
    page = reports.html("spike")
    tables = [it for it in element(page, "w1").iter("table") if "splits" in it.get("class")]
    assert len(tables) == 2
    assert words_of(tables[0]).startswith("Channel Now Usual Dark: now; pale: usual web chat 20")
    order = [words_of(th) for th in tables[0].iter("th") if th.get("scope") == "row"]
    assert order == ["web chat", "e-mail", "not given", "all others"]
    # A past that nothing is known of has no usual, and no pale bar.
    assert "desktop 30 – mobile 4 –" in words_of(tables[1])  # noqa: RUF001
    bars = chart(page, "split")
    assert bars[0].get("aria-label") == "web chat: 20 complaints, usual 4.5"
    assert [shape.get("width") for shape in bars[0]] == ["22.5%", "100%"]
    parts = rows_of(reports.folder("spike"), "rise_by_part")
    assert list(parts[0].values()) == ["w-t-01aa-2019-05-04", "channel", "web chat", "20", "4.5"]


# --- warnings of the last weeks -----------------------------------------------------------
def test_the_timeline_draws_each_warning_with_its_states(reports):
    page = reports.html("spike")
    told = words_of(element(page, "timeline"))
    # Three are on, one closed a month ago; one that closed before the twelve weeks is left out.
    assert "4 warnings were on in the last 12 weeks, 3 of them still are" in told
    assert "26 Mar 2019 2 Apr 2019 closed" in told
    (drawn,) = chart(page, "lives")
    shapes = [(it.get("class"), it.get("d")) for it in drawn.iter() if it.get("d")]
    # The last lane: one day in alarm from day 44 of 84, six that ease, a stroke for the close.
    assert shapes[-3:] == [
        ("opened", "M44 72H45v10H44z"), ("eased", "M45 72H51v10H45z"), ("end", "M51 69v16"),
    ]  # fmt: skip
    assert "4 warnings" in drawn.get("aria-label")
    states = [r["state"] for r in rows_of(reports.folder("spike"), "warnings_by_day")]
    assert states.count("closed") == 1
    assert element(reports.html("quiet"), "timeline") is None


# --- reliability --------------------------------------------------------------------------
def test_the_reliability_is_the_share_of_days_at_or_below_what_was_asked(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    scores = pd.read_parquet(folder / "scores.parquet").head(4)
    scores = scores.assign(pit=[0.05, 0.2, 0.6, 0.99], origin=pd.Timestamp("2019-04-20"))
    scores.to_parquet(folder / "scores.parquet")
    page = write_report(folder, settings=settings).html.read_text("utf-8")
    (drawn,) = chart(page, "reliability")
    assert drawn.get("aria-label").startswith(
        "Back-tested, 4 days, the chance we gave a day to stay at or below a level and the share "
        "of days that did: 5\xa0%: 25\xa0%, 10\xa0%: 25\xa0%, 25\xa0%: 50\xa0%, 50\xa0%: 50\xa0%, "
        "75\xa0%: 75\xa0%, 90\xa0%: 75\xa0%, 95\xa0%: 75\xa0%."
    )
    assert "As shown on earlier mornings" in drawn.get("aria-label")
    dots = [it for it in drawn.iter() if it.get("class") == "dot"]
    assert len(dots) == 7
    # Asked 50 %, 50 % came: in the middle of the plot.
    assert (dots[3].get("cx"), dots[3].get("cy")) == ("55%", "112")
    assert len([it for it in drawn.iter() if it.get("class") == "square"]) == 7
    told = rows_of(folder, "reliability")
    assert [(r["asked"], r["came"], r["days"]) for r in told[:2]] == [
        ("0.05", "0.25", "4"), ("0.1", "0.25", "4"),
    ]  # fmt: skip


def test_without_scores_there_is_no_reliability(reports):
    assert not chart(reports.html("bare_first"), "reliability")
    assert rows_of(reports.folder("bare_first"), "reliability") == []


# --- the map of themes --------------------------------------------------------------------
def test_boxes_fill_the_whole_in_their_proportions():
    sizes = [51.0, 20, 18, 16, 14, 5, 1, 1]
    boxes = squarified(sizes, Box(10, 20, 600, 380))
    assert len(boxes) == len(sizes)
    unit = 600 * 380 / sum(sizes)
    for size, box in zip(sizes, boxes, strict=True):
        assert box.width * box.height == pytest.approx(size * unit)
        assert 10 <= box.x <= box.x + box.width <= 610 + 1e-6
        assert 20 <= box.y <= box.y + box.height <= 400 + 1e-6
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            apart = (
                one.x + one.width <= other.x + 1e-6 or other.x + other.width <= one.x + 1e-6
                or one.y + one.height <= other.y + 1e-6 or other.y + other.height <= one.y + 1e-6
            )  # fmt: skip
            assert apart
    assert squarified([], Box(0, 0, 1, 1)) == []


def test_the_map_says_its_largest_themes_and_equals_the_table(reports):
    page = reports.html("spike")
    (drawn,) = chart(page, "map")
    table = rows_of(reports.folder("spike"), "theme_map")
    themes = rows_of(reports.folder("spike"), "themes")
    sizes = {row["theme_id"]: row["week_1_ago"] for row in themes}
    largest = max(table, key=lambda row: int(row["last_7_days"]))
    assert f"{largest['theme']} {largest['last_7_days']}" in drawn.get("aria-label")
    assert all(sizes[row["theme_id"]] == row["last_7_days"] for row in table)
    shades = [it.get("class") for it in drawn.iter() if it.get("class") in ("up", "same", "down")]
    assert "up" in shades
    # The words of a box are there twice, for a phone and for a desk.
    kinds = {it.get("class").split()[0] for it in drawn.iter() if str(it.tag).endswith("text")}
    assert kinds == {"narrow", "wide"}


@pytest.mark.parametrize(
    ("last_7", "usual", "shape"),
    [
        (158, 4, "▲"),
        (9, 4, "▲"),
        (8, 4, "●"),
        (0, 4, "●"),
        (25, 16, "▲"),
        (24, 16, "●"),
        (7, 16, "▼"),
    ],
)
def test_a_box_is_dark_where_the_week_was_beyond_chance(last_7, usual, shape):
    assert week_change(last_7, usual).shape == shape


def test_hostile_names_are_texts_in_every_picture(reports):
    page = reports.html("hostile")
    assert not list(parse(page).iter("script"))
    for kind in ("split", "lives", "map"):
        assert chart(page, kind), kind
    assert max(len(it.get("aria-label", "")) for it in parse(page).iter()) < 2000
    assert not re.search("W{200}", page)
    assert {len(row) for row in rows_of(reports.folder("hostile"), "rise_by_part")} == {5}
    assert len(HOSTILE) > 5


# --- warnings that were wrong -------------------------------------------------------------
def test_false_and_missed_warnings_stand_by_name_the_latest_first(reports):
    page = reports.html("spike")
    told = words_of(element(page, "accuracy"))
    first, second = (row["theme"] for row in rows_of(reports.folder("spike"), "warnings_misjudged"))
    assert f"{first} real rise, no warning 6 Mar 2019 9 Mar 2019 60 {second} warning," in told
    assert 'data-row="misjudged t-01aa false%20alarm 2019-02-04 complaints">90</data>' in page
    assert element(reports.html("quiet"), "misjudged") is None


def test_long_names_are_cut_to_what_a_phone_shows(reports):
    (drawn,) = chart(reports.html("hostile"), "lives")
    cut = [it for it in drawn.iter() if it.get("class") == "narrow"]
    assert cut
    assert all(len(it.text) <= 22 for it in cut)
