import csv
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from pipelines.report.quality import write_quality
from tests.pipelines.report.quality.case import MOODS, make_quality
from tests.pipelines.report.reading import parse

_DATA = re.compile(r'<data value="([^"]+)" data-row="([^"]+)">([^<]*)</data>')


@pytest.fixture(scope="module")
def pages(tmp_path_factory, settings):
    root = tmp_path_factory.mktemp("quality")
    made = {}
    for mood in MOODS:
        made[mood] = write_quality(
            root / mood, make_quality(mood), settings=settings, code="0.1.0+test"
        )
    return made


def _html(pages, mood):
    return pages[mood].html.read_text(encoding="utf-8")


def _csv(pages, mood, name):
    path = next(p for p in pages[mood].tables if p.stem == name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("mood", MOODS)
def test_the_page_is_valid_sealed_and_can_be_read_aloud(pages, mood):
    page = _html(pages, mood)
    root = parse(page)
    assert root.get("lang") == "en"
    assert len(page.encode()) < 1_000_000
    for tag in ("script", "link", "img", "iframe"):
        assert not list(root.iter(tag))
    assert "url(" not in page
    assert "@import" not in page
    for element in root.iter():
        assert not [name for name in element.attrib if str(name).startswith("on")]
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", str(e.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(th.get("scope") in ("col", "row") for th in root.iter("th"))
    for svg in root.iter("svg"):
        assert svg.get("role") != "img" or svg.get("aria-label")
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    for link in root.iter("a"):
        assert link.get("href", "")[:1] == "#"
        assert link.get("href", "")[1:] in ids
    for e in root.iter():
        assert e.get("aria-labelledby", ids[0]) in ids


@pytest.mark.parametrize("mood", MOODS)
def test_each_figure_leads_to_its_row(pages, mood):
    found = _DATA.findall(_html(pages, mood))
    assert len(found) > 5
    keys = {"themes_quality": ["theme_id"], "pairs": ["first_id", "second_id"], "weeks": ["start"]}
    for value, row, _ in found:
        table, *key, column = row.split(" ")
        rows = _csv(pages, mood, table)
        if table == "summary":
            cell = next(r["value"] for r in rows if r["name"] == column)
        else:
            cell = next(r[column] for r in rows if [r[k] for k in keys[table]] == key)
        assert float(cell) == pytest.approx(float(value), abs=1e-6)


def test_it_begins_with_three_sentences_made_of_the_numbers(pages):
    assert pages["full"].summary == (
        "1 of 5 themes came out solid, with 20\u00a0% of the complaints; the rest: 1 shaky, 1 "
        "mush (the largest: Odds and ends), 1 part of another and 1 too new to tell.",
        "One pair looks like one theme: Late parcels and Parcels that are late, which refits put "
        "together 80\u00a0% of the time.",
        "It is time to refit: 4.6\u00a0% of the new complaints fit no theme, where 2\u00a0% is "
        "nominal.",
    )
    page = _html(pages, "full")
    items = re.findall(r"<li>(.*?)</li>", page.split('id="h-verdict"')[1].split("</ol>")[0])
    assert len(items) == 3
    assert re.sub("<[^>]+>", "", items[2]).startswith("It is time to refit")


def test_the_themes_that_need_a_look_come_first(pages):
    rows = _csv(pages, "full", "themes_quality")
    verdicts = [row["verdict"] for row in rows]
    assert verdicts == ["double", "mush", "shaky", "new", "solid"]
    page = _html(pages, "full")
    places = [page.index(f"<bdi>{row['title']}</bdi> <span") for row in rows]
    assert places == sorted(places)
    assert "likely part of <bdi>Late parcels</bdi>" in page


def test_what_is_not_there_is_said(pages):
    fresh = _html(pages, "fresh")
    assert "No new text has come since the fit" in fresh
    assert "The fit itself leaves no text without a theme" in fresh
    assert "No scans yet." in fresh
    assert pages["fresh"].summary[2].startswith("Too early to say")
    untested = _html(pages, "untested")
    assert "too few texts to find them again" in untested
    assert "whose centres are 0.93 alike" in pages["untested"].summary[1]
    assert 'class="stability"' not in untested
    one = _html(pages, "one")
    assert "No two themes look like one." in one
    assert 'class="stability"' in one


def test_a_language_s_theme_has_its_size_and_no_more(tmp_path, settings):
    quality = make_quality("full")
    themes = quality.themes.copy()
    is_theirs = themes["theme_id"] == "t-4"
    # Its texts shape no fit: nothing is measured of them.
    figures = ["cohesion", "spread", "nearest_cosine", "nearer_another", "coherence", "stability"]
    themes.loc[is_theirs, figures] = np.nan
    themes.loc[is_theirs, "nearest_id"] = None
    themes.loc[is_theirs, ["texts", "verdict"]] = [0, "untested"]
    files = write_quality(tmp_path, replace(quality, themes=themes), settings=settings, code="x")
    rows = parse(files.html.read_text(encoding="utf-8")).find(".//section[@id='themes']").iter("tr")
    row = next(it for it in rows if "Refunds" in "".join(it.find("th").itertext()))
    cells = ["".join(cell.itertext()).strip() for cell in row.iter("td")]
    assert cells[0].startswith("160")
    assert cells[2:6] == ["\u2013"] * 4  # comes again, holds together, nearer another, words
    assert not [cell for cell in cells if "nan" in cell.lower()]


def test_the_alarms_for_new_themes_stand_beside_the_nominal_rate(pages):
    text = re.sub("<[^>]+>", "", _html(pages, "full"))
    assert "2 alarms in 360 looks for new themes on 15 days, 5 Oct 2026 to 20 Oct 2026" in text
    # 2 alarms in 15 of 30.4 days.
    assert "4.1 a month, where 1 a month is nominal." in text


def test_hostile_titles_are_shown_and_do_nothing(pages):
    page = _html(pages, "hostile")
    assert "&lt;script&gt;alert(" in page
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert page.count("</style>") == 1
    table = next(p for p in pages["hostile"].tables if p.stem == "themes_quality")
    with table.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_personal_data_that_a_title_still_holds_is_hidden(tmp_path, settings):
    quality = make_quality("full")
    leaky = quality.themes.copy()
    leaky["title"] = ["Mail jane.roe@example.org", *leaky["title"].iloc[1:]]
    leaky["keywords"] = [["+44 7700 900123", "parcel"]] * len(leaky)
    files = write_quality(tmp_path, replace(quality, themes=leaky), settings=settings, code="0.1.0")
    for path in (files.html, *files.tables):
        text = path.read_text(encoding="utf-8")
        assert "jane.roe" not in text
        assert "7700 900123" not in text
    assert "&lt;EMAIL&gt;" in files.html.read_text(encoding="utf-8")


def test_the_same_figures_give_the_same_bytes(tmp_path, settings, pages):
    again = write_quality(tmp_path, make_quality("full"), settings=settings, code="0.1.0+test")
    for one, two in zip(
        (pages["full"].html, *pages["full"].tables), (again.html, *again.tables), strict=True
    ):
        assert one.read_bytes() == two.read_bytes()
