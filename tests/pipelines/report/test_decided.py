"""What people decided, on the page: hidden themes are off it and listed, pinned ones lead."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.report import write_report
from pipelines.report.facts.since import theme_changes, titles_of
from pipelines.report.figures import text
from pipelines.report.inputs import read_run
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import make_previous, make_run

HIDDEN, PINNED, MERGED = "t-02bb", "t-12ff", "t-09cc"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def decided(tmp_path_factory, settings) -> Path:
    """Return a run of the spike with a hidden, a pinned, a merged and a hostile theme."""
    root = tmp_path_factory.mktemp("decided")
    folder = make_run(root / "spike", "spike")
    themes = pd.read_parquet(folder / "themes.parquet").set_index("theme_id", drop=False)
    themes["is_hidden"] = themes.index == HIDDEN
    themes["is_pinned"] = themes.index == PINNED
    themes.loc[MERGED, "status"] = "merged"
    themes.loc[PINNED, "title"] = HOSTILE
    themes.to_parquet(folder / "themes.parquet", index=False)
    record = json.loads((folder / "run.json").read_text())
    left = {"action": "rename", "theme_id": "t-x", "title": HOSTILE, "why": f"gone {HOSTILE}"}
    record["steps"]["decisions"] = {"renamed": 2, "merged": 1, "split": 0, "hidden": 1, "pinned": 1}
    record["steps"]["decisions"]["no_longer"] = [left, {**left, "title": "Mail x@y.example"}]
    (folder / "run.json").write_text(json.dumps(record))
    write_report(folder, settings=settings, previous_folder=make_previous(root / "previous"))
    return folder


def _page(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def test_a_hidden_theme_stands_in_one_line_and_nowhere_else(decided):
    page = _page(decided)
    assert page.count("Late parcels") == 1
    said = words_of(parse(page))
    assert "Hidden by people, and still counted in the totals: Late parcels." in said
    for file in [decided / "report.md", *(decided / "tables").glob("*.csv")]:
        assert "Late parcels" not in file.read_text(encoding="utf-8")
        assert HIDDEN not in file.read_text(encoding="utf-8")


def test_what_became_of_a_hidden_theme_is_not_told_and_two_refits_count_once(settings, tmp_path):
    folder, before = make_run(tmp_path / "spike", "spike"), make_previous(tmp_path / "previous")
    themes = pd.read_parquet(folder / "themes.parquet")
    themes["is_hidden"] = themes["theme_id"] == HIDDEN
    themes.to_parquet(folder / "themes.parquet", index=False)
    events = pd.read_parquet(folder / "lineage.parquet")
    newest, kept = events["version"].max(), events[events["event"] == "continued"]
    hidden = events.iloc[[0]].assign(theme_id=HIDDEN, event="split", other_id=PINNED, texts=99)
    into = hidden.assign(theme_id=PINNED, other_id=HIDDEN)
    # A refit the day before, at which all but one went on, too; the hidden one is not told of.
    earlier = kept.iloc[1:].assign(version=newest.replace("T00", "S00"))
    pd.concat([events, hidden, into, earlier]).to_parquet(folder / "lineage.parquet", index=False)
    run, old = (read_run(it, settings.redaction) for it in (folder, before))
    told = [text(it) for it in theme_changes(run, old, titles_of(run))]
    assert told[0].startswith(f"Themes were found anew: {len(kept) - 2} go on.")
    assert len(told) == 4  # beside it one split, one merger, one birth
    assert not [it for it in told if HIDDEN in it or "Late parcels" in it]


def test_the_section_says_how_many_people_changed_and_what_no_longer_applies(decided):
    said = words_of(parse(_page(decided)))
    assert (
        "Themes that people changed (decisions.yaml): 2 renamed, 1 merged, 1 hidden, 1 pinned."
        in said
    )
    assert f"The name of {HOSTILE} no longer applies: gone {HOSTILE}." in said


def test_a_pinned_theme_leads_the_table_and_a_merged_one_is_not_in_it(decided):
    with (decided / "tables" / "themes.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["theme_id"] == PINNED
    assert len(rows) == 10
    assert MERGED not in {row["theme_id"] for row in rows}
    table = parse(_page(decided)).find(".//section[@id='themes']")
    first = next(iter(table.iter("tbody"))).find("tr")
    assert words_of(first).startswith(f"{HOSTILE} pinned")


def test_names_by_people_are_escaped_and_redacted(decided):
    page = _page(decided)
    assert "<img" not in page
    assert "&lt;img src=x" in page
    assert "x@y.example" not in page
    assert not list(parse(page).iter("img"))


def test_without_decisions_nothing_is_said_of_them(reports):
    said = words_of(parse(reports.html("spike")))
    assert "decisions.yaml" not in said
    assert "Hidden by people" not in said
