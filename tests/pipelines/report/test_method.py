"""The method's words, and what is said of the themes themselves."""

import csv
import json
from dataclasses import replace

from pipelines.report import catalogue as words
from pipelines.report import write_report
from pipelines.report.figures import say, text, whole
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import make_run


def test_what_is_in_no_theme_of_content_is_told(tmp_path, settings):
    folder = make_run(tmp_path / "run", "spike")
    page = write_report(folder, settings=settings).html.read_text("utf-8")
    plain = words_of(parse(page))
    assert "412 complaints belong to no theme." in plain
    assert "43 texts carry no complaint (thanks 40, emoji 3): they are in no theme." in plain
    assert "28 complaints are not in English: each language has a theme of its own." in plain
    assert "Only texts in English are grouped by what they say" in plain
    both = replace(settings, embedding=replace(settings.embedding, multilingual=True))
    page = write_report(folder, settings=both).html.read_text("utf-8")
    assert "Texts in all languages are grouped together." in page


def test_a_record_without_these_counts_tells_of_none(tmp_path, settings):
    folder = make_run(tmp_path / "run", "spike")
    info = json.loads((folder / "run.json").read_text())
    info["steps"]["themes"] = {"themes": 3}
    (folder / "run.json").write_text(json.dumps(info))
    page = write_report(folder, settings=settings).html.read_text("utf-8")
    assert "carry no complaint" not in page


def test_method_and_limits_take_about_150_words(settings):
    rules = {"min_ratio": whole(1.5), "budget": whole(1.0)}
    rules["languages"] = say(words.ONE_LANGUAGE, main="English or German")
    rules["kept"] = say(words.KEPT, rate=whole(1.1))
    told = " ".join(text(say(paragraph, **rules)) for paragraph in words.METHOD)
    assert 120 <= len(told.split()) <= 180
    assert "not yet calibrated" in told
    assert "caused by" not in told


def test_the_method_says_who_makes_the_forecast_and_who_is_left_out(reports, settings, tmp_path):
    said = words_of(
        next(e for e in parse(reports.html("spike")).iter("section") if e.get("id") == "method")
    )
    assert "the median of what 3 methods say: nb glm, discount filter, tsb." in said
    assert "For series of 0.2 to 1 complaint a day the median leaves out tsb:" in said
    assert "under 0.2" not in said
    folder = make_run(tmp_path / "run", "quiet")
    info = json.loads((folder / "run.json").read_text())
    del info["steps"]["forecast"]["forecaster"]  # a run of an earlier release
    (folder / "run.json").write_text(json.dumps(info))
    page = write_report(folder, settings=settings).html.read_text("utf-8")
    assert "the median of what" not in page


def test_what_changed_in_the_themes_is_told_once_they_are_found_anew(reports):
    page = " ".join("".join(parse(reports.html("spike")).itertext()).split())
    assert "none of this is a rise or a fall" in page
    assert "What changed in the themes" in page
    assert "Merged: t-gone is now part of" in page
    assert "Split: 25 % of" in page
    with (reports.folder("spike") / "tables" / "since_last_time.csv").open(
        encoding="utf-8-sig"
    ) as file:
        told = [row["theme"] for row in csv.DictReader(file) if row["change"] == "themes"]
    assert [line.split(":")[0] for line in told[1:]] == ["New", "Split", "Merged"]
    for mood in ("first", "quiet"):  # the first report, and one under the same themes
        assert "Themes were found anew" not in reports.html(mood)


def test_the_area_of_a_theme_stands_beside_it(reports):
    assert "All of " in reports.html("spike")
    with (reports.folder("spike") / "tables" / "themes.csv").open(encoding="utf-8-sig") as file:
        assert all(row["area"].startswith("All of ") for row in csv.DictReader(file))
