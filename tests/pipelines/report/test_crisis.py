"""The crisis page: there when level 4 is reached, of the report's own numbers, sealed and inert."""

import csv
import re
from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE, make_run


def _page(files) -> str:
    return files.crisis.read_text(encoding="utf-8")


def _with_level(folder, level, **columns):
    warnings = pd.read_parquet(folder / "warnings.parquet")
    warnings.assign(severity=level, **columns).to_parquet(folder / "warnings.parquet", index=False)


def test_a_crisis_has_a_page_and_page_one_leads_to_it(reports):
    files = reports("spike")
    assert files.crisis == reports.folder("spike") / "crisis.html"
    page = parse(reports.html("spike"))
    assert [a.get("href") for a in page.iter("a")].count("crisis.html") == 1
    assert "Level 4 is reached: Add-ons disabled. Open the crisis page" in words_of(page)


def test_without_a_crisis_there_is_no_page_and_no_link(reports, settings, tmp_path):
    for mood in ("quiet", "hostile"):
        assert reports(mood).crisis is None
        assert not (reports.folder(mood) / "crisis.html").exists()
        assert "crisis.html" not in reports.html(mood)
    folder = make_run(tmp_path / "run", "spike")
    write_report(folder, settings=settings)
    assert (folder / "crisis.html").exists()
    _with_level(folder, 3)
    files = write_report(folder, settings=settings)
    # What an earlier report of the run left is taken away.
    assert files.crisis is None
    assert not (folder / "crisis.html").exists()
    assert "crisis.html" not in files.html.read_text("utf-8")


def test_one_that_has_closed_is_no_crisis(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    _with_level(folder, 4, state="closed")
    assert write_report(folder, settings=settings).crisis is None


def test_it_says_what_since_when_how_many_what_next_where_who_and_until_when(reports):
    folder = reports.folder("spike")
    said = words_of(parse(_page(reports("spike"))))
    warnings = pd.read_parquet(folder / "warnings.parquet").set_index("theme_id")
    observed = warnings.loc["t-01aa", "observed"]
    assert said.startswith("Crisis: Add-ons disabled ")
    assert f"Since 4 May 2019: {observed} complaints in the last day, where 1.9 is usual" in said
    assert "121 different customers" in said
    assert "Product desktop: 118 against 1.6 usual" in said
    assert "4 May 2019: outage Add-on signing" in said
    told = "Tell the crisis team within 15 minutes of this report, which is as of "
    assert f"{told}5 May 2019, 00:00 UTC." in said
    assert "We know that many of you have trouble with “Add-ons disabled” since 4 May." in said
    assert "The crisis lead closes it." in said
    assert "The crisis team has been told and has one lead." in said
    assert "Why are my add-ons off?" in said
    assert "Late parcels" not in said


def test_its_numbers_are_those_of_the_report_and_of_its_tables(reports):
    folder = reports.folder("spike")
    root = parse(_page(reports("spike")))
    figures = {(e.get("data-row"), e.get("value"), words_of(e)) for e in root.iter("data")}
    in_report = {
        (e.get("data-row"), e.get("value"), words_of(e))
        for e in parse(reports.html("spike")).iter("data")
    }
    # The days are told here alone; all else stands in the report as well, shown in the same way.
    own = {it for it in figures if it[0].startswith("forecasts ")}
    assert len(own) >= 14
    assert figures - own <= in_report
    forecasts = pd.read_parquet(folder / "forecasts.parquet")
    rows = forecasts[forecasts["series_id"] == "theme=t-01aa|channel=*|brand=*"]
    told = [
        [float(cell.get("value")) for cell in row.iter("data")]
        for row in root.iter("tr")
        if list(row.iter("data"))
    ]
    expected = rows.sort_values("date")[["q10", "q90", "q50"]].head(7).to_numpy().tolist()
    assert told == [pytest.approx(row) for row in expected]
    with (folder / "tables" / "plans.csv").open(encoding="utf-8-sig", newline="") as file:
        plan = next(row for row in csv.DictReader(file) if row["theme"] == "Add-ons disabled")
    values = {e.get("value") for e in root.iter("data")}
    assert {repr(float(plan[f"staff_hours_{q}"])) for q in ("q10", "q90")} <= values


def test_the_page_is_valid_small_and_sealed(reports):
    page = _page(reports("spike"))
    root = parse(page)
    assert root.get("lang") == "en"
    assert len(page.encode()) < 200_000
    for tag in ("script", "link", "img", "form", "input"):
        assert not list(root.iter(tag))
    assert {a.get("href") for a in root.iter("a")} == {"report.html"}
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", str(e.tag))]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(th.get("scope") in ("col", "row") for th in root.iter("th"))
    assert "default-src 'none'" in page


def test_hostile_titles_owners_and_examples_are_shown_as_texts(settings, tmp_path):
    folder = make_run(tmp_path / "run", "hostile")
    _with_level(folder, 4)
    files = write_report(folder, settings=settings)
    page = _page(files)
    root = parse(page)
    said = words_of(root)
    assert len(list(root.iter("article"))) == 7
    assert HOSTILE[0] in said
    assert HOSTILE[1] in said
    assert page.count("<style>") == 1
    assert not list(root.iter("script"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x08]", page)
    assert max(len(word) for word in said.split()) < 400
    for element in root.iter():
        assert not [name for name in element.attrib if str(name).startswith("on")]


def test_personal_data_that_slipped_through_is_hidden(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    planted = "write to jane.doe@example.org or +1 212 555 0187"
    warnings = pd.read_parquet(folder / "warnings.parquet")
    warnings.assign(
        exemplars=[[planted]] * len(warnings), cells=[[f"region={planted}: 1"]] * len(warnings)
    ).to_parquet(folder / "warnings.parquet", index=False)
    themes = pd.read_parquet(folder / "themes.parquet")
    themes.assign(title=themes["title"] + " jane.doe@example.org").to_parquet(
        folder / "themes.parquet", index=False
    )
    files = write_report(folder, settings=settings)
    out = _page(files) + "".join(p.read_text("utf-8") for p in files.departments)
    assert "jane.doe" not in out
    assert "555 0187" not in out
    assert "&lt;EMAIL&gt;" in out


def test_a_crisis_that_is_not_forecast_says_so(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    for name in ("forecasts", "outlook"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        kept = frame[~frame["series_id"].str.startswith("theme=t-01aa")]
        kept.to_parquet(folder / f"{name}.parquet", index=False)
    said = words_of(parse(_page(write_report(folder, settings=settings))))
    assert "What the next days bring cannot be said (not forecast)." in said
    assert "How much extra staff it takes cannot be said (not forecast)." in said


def test_the_checklist_is_the_users_own(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    own = replace(settings, report=replace(settings.report, crisis_checklist=("Ring <Ada>.",)))
    said = words_of(parse(_page(write_report(folder, settings=own))))
    assert "Checklist ☐ Ring <Ada>." in said
    none = replace(settings, report=replace(settings.report, crisis_checklist=()))
    assert "Checklist" not in words_of(parse(_page(write_report(folder, settings=none))))
