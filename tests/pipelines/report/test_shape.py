"""The page's shape: valid, small, sealed; and the same run, the same bytes."""

import csv
import re
from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

from models.errors import DataContractError
from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import MOODS, TOPICS, WARNED, Mood, make_run


@pytest.mark.parametrize("mood", MOODS)
def test_the_page_is_valid_small_and_sealed(reports, mood):
    page = reports.html(mood)
    root = parse(page)
    assert root.get("lang") == "en"
    assert len(page.encode()) < 1_000_000
    assert not list(root.iter("script"))
    assert not list(root.iter("link"))
    assert not list(root.iter("img"))
    # Links stay within the page, lead to the crisis page beside it or to the archive above (whose
    # own tests follow them), and each leads somewhere.
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for link in root.iter("a"):
        target = link.get("href", "")
        if re.fullmatch(r"\.\./(index\.html|month-\d{4}-\d\d\.html#w-[\w-]+)", target):
            continue
        assert target[1:] in ids if target.startswith("#") else target == "crisis.html"
        assert target.startswith("#") or (reports.folder(mood) / target).exists()
    assert "url(" not in page
    assert "@import" not in page
    # No attribute of any element is a handler.
    for element in root.iter():
        assert not [name for name in element.attrib if str(name).startswith("on")]


@pytest.mark.parametrize("mood", MOODS)
def test_headings_tables_and_charts_can_be_read_aloud(reports, mood):
    root = parse(reports.html(mood))
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", str(e.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    headers = list(root.iter("th"))
    assert headers
    assert all(th.get("scope") in ("col", "row") for th in headers)
    charts = [e for e in root.iter() if str(e.tag).endswith("svg") and e.get("role") == "img"]
    assert charts
    assert all(len(chart.get("aria-label", "")) > 20 for chart in charts)


@pytest.mark.parametrize("mood", MOODS)
def test_the_same_run_gives_the_same_bytes(reports, settings, tmp_path, mood):
    first = reports(mood)
    again = tmp_path / "again"
    make_run(again, mood)
    # Rows in another order are the same run.
    for name in ("counts", "outlook", "warnings", "themes", "scores"):
        frame = pd.read_parquet(again / f"{name}.parquet")
        frame.iloc[::-1].to_parquet(again / f"{name}.parquet", index=False)
    previous = reports.root / "previous" if mood == "spike" else None
    second = write_report(again, settings=settings, previous_folder=previous)
    assert second.html.read_bytes() == first.html.read_bytes()
    assert second.markdown.read_bytes() == first.markdown.read_bytes()
    pairs = zip(
        (*first.tables, first.workbook, *first.departments, *filter(None, [first.crisis])),
        (*second.tables, second.workbook, *second.departments, *filter(None, [second.crisis])),
        strict=True,
    )
    assert all(a.read_bytes() == b.read_bytes() for a, b in pairs)


def test_a_large_run_stays_small_and_names_the_rest(settings, tmp_path, monkeypatch):
    topics = tuple(replace(TOPICS[1], theme_id=f"t-{n}", title=f"Theme {n}") for n in range(250))
    warned = {topic.theme_id: WARNED["t-02bb"] for topic in topics[:40]}
    monkeypatch.setitem(MOODS, "large", Mood(topics=topics, warned=warned, has_scores=False))
    folder = make_run(tmp_path / "run", "large")
    uncovered = pd.read_parquet(folder / "not_covered.parquet")
    many = [uncovered.iloc[:1].assign(series_id=f"theme=*|channel=c{n}|brand=*") for n in range(99)]
    pd.concat([uncovered, *many]).to_parquet(folder / "not_covered.parquet", index=False)
    files = write_report(folder, settings=settings)
    page = files.html.read_text("utf-8")
    root = parse(page)
    assert len(page) < 1_000_000
    assert len(list(root.iter("article"))) == 15
    assert "Warnings without a card Theme" in words_of(root)
    assert "61 more stand in tables/not_covered.csv." in words_of(root)
    with (folder / "tables" / "warnings.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 40


def test_a_folder_that_is_no_whole_run_is_refused(settings, tmp_path):
    with pytest.raises(DataContractError, match=r"no readable run\.json"):
        write_report(tmp_path, settings=settings)
    folder = make_run(tmp_path / "run", "quiet")
    (folder / "counts.parquet").unlink()
    with pytest.raises(DataContractError, match=r"counts\.parquet: missing"):
        write_report(folder, settings=settings)
