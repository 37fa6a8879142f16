import csv
import html
import json
import re
import shutil
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pandas as pd
import pytest

from models.errors import DataContractError
from pipelines.report import catalogue as words
from pipelines.report import write_report
from pipelines.report.figures import say, text, whole
from tests.pipelines.report.run_folder import HOSTILE, MOODS, TOPICS, WARNED, Mood, make_run

_DATA = re.compile(r'<data value="([^"]+)" data-row="([^"]+)">([^<]*)</data>')


def parse(page: str) -> Element:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


_IN_LINE = {"data", "bdi", "strong", "b", "a"}


def words_of(element: Element) -> str:
    """Return what is read: blocks parted by spaces, no style sheet."""
    return re.sub(r"\s+", " ", "".join(_pieces(element))).strip()


def _pieces(element: Element):
    if element.tag in ("style", "title", "desc"):
        return
    is_in_line = element.tag in _IN_LINE or element.get("class") == "nowrap"
    space = "" if is_in_line else " "
    yield space + (element.text or "")
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    yield space


@pytest.mark.parametrize("mood", MOODS)
def test_the_page_is_valid_small_and_sealed(reports, mood):
    page = reports.html(mood)
    root = parse(page)
    assert root.get("lang") == "en"
    assert len(page.encode()) < 1_000_000
    assert not list(root.iter("script"))
    assert not list(root.iter("link"))
    assert not list(root.iter("img"))
    # Links stay within the page, and each leads somewhere.
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for link in root.iter("a"):
        assert link.get("href", "").startswith("#")
        assert link.get("href", "")[1:] in ids
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


@cache
def _read(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)


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
        "floods": ("flood_id",),
        "lineage": ("version", "theme_id", "event", "other_id"),
    }
    if table not in keys or len(key) != len(keys[table]) or ".." in row:
        return None
    frame = _read(folder / f"{table}.parquet")
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
            counts = _read(folder / "counts.parquet")
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


def test_warnings_come_by_expected_extra_complaints_and_one_source_last(reports):
    root = parse(reports.html("spike"))
    table = next(e for e in root.iter("section") if e.get("id") == "warnings")
    rows = [words_of(tr) for tr in table.iter("tr")][1:]
    names = ["Add-ons disabled", "Late parcels", "Bicycle racks one source"]
    assert len(rows) == len(names)
    assert [row[: len(name)] for row, name in zip(rows, names, strict=True)] == names
    # What people say now stands beside the title, which may be older than the trouble.
    assert "\u201cNever dispatched\u201d" in rows[0]
    assert "64× usual far above usual 122 in the last day, usual 1.9" in rows[0]  # noqa: RUF001
    assert "more than 9 in 10 (very likely) of twice the usual, as forecast" in rows[0]
    assert "about 7 in 10 (likely) of a spike within 7 days" in rows[1]
    assert "Product Open the crisis plan" in rows[0]
    page = words_of(root)
    assert "One source: 96 % of it comes from a single customer or office." in page


def test_a_card_says_what_would_change_our_mind(reports):
    page = words_of(parse(reports.html("spike")))
    # Late parcels: 7 days, 12.1 a day expected: 1.5 × 84.7 = 127.05, so 128 in 7 days: 18 a day.
    assert "Fewer than 18 complaints a day for 7 days closes this warning." in page
    # Add-ons: 1 day, 1.9 expected: 1.5 × 1.9 is less than the floor of 5.
    assert "Fewer than 5 complaints a day for 7 days closes this warning." in page
    assert "Sentiment, reach, first-response time, earlier episodes." in page
    assert page.count("not available") >= 6


def test_fewer_than_five_people_are_never_counted_out(reports):
    folder = reports.folder("spike")
    page = reports.html("spike")
    assert "&lt;5 different customers" in page
    assert "by &lt;5 customers were counted as" in page
    tables = "".join(p.read_text(encoding="utf-8-sig") for p in (folder / "tables").iterdir())
    assert "3 different customers" not in page + tables
    assert "2 customers" not in page + tables


def test_since_last_time_names_what_opened_grew_and_closed(reports):
    page = words_of(parse(reports.html("spike")))
    assert "Opened Add-ons disabled, Bicycle racks" in page
    assert "Grown Late parcels" in page
    assert "Closed Slow start" in page
    assert "Eased none" in page


def test_a_first_report_and_a_sample_say_so(reports):
    page = words_of(parse(reports.html("first")))
    assert words.FIRST_REPORT in page
    assert words.BACKTESTED in page
    assert words.SYNTHETIC in page
    # What was re-made for earlier days is never told as what was shown on them.
    assert words.BACKTESTED in words_of(parse(reports.html("spike")))
    assert words.NO_CHECKED in page


def test_what_became_of_our_own_forecasts_is_told_with_its_misses(reports):
    checked = _read(reports.folder("spike") / "checked.parquet")
    page = words_of(parse(reports.html("spike")))
    inside, missed = checked["inside_80"].mean(), int((~checked["inside_95"]).sum())
    assert f"Of {len(checked)} forecasts of a day that we made on earlier mornings" in page
    assert page.count(f"{round(100 * inside)} % held their") == 1
    assert "mornings they were made on: 1." in page
    assert f"{missed} of {len(checked)} missed" in page
    came, said = checked["actual"].sum(), checked["mean"].sum()
    word = "more" if said > came else "fewer"
    bias = round(100 * abs(said / came - 1))
    assert f"Taken together, we said {bias} % {word} complaints than came." in page
    assert "11 forecasts, of 2 series, could not be checked:" in page
    assert "Theme Old theme" in page
    assert "the theme ended on 2019-04-20" in page
    with (reports.folder("spike") / "tables" / "not_checked.csv").open(encoding="utf-8-sig") as f:
        rows = list(csv.DictReader(f))
    assert [row["forecasts"] for row in rows] == ["2", "9"]


def test_a_missed_day_of_ours_is_named_with_what_was_said(reports):
    checked = _read(reports.folder("spike") / "checked.parquet")
    missed = checked[~checked["inside_95"] & checked["series_id"].str.startswith("theme=t-")]
    error = (missed["actual"] - missed["mean"]).abs()
    worst = missed.loc[error.idxmax()]
    with (reports.folder("spike") / "tables" / "last_forecasts_missed.csv").open(
        encoding="utf-8-sig"
    ) as file:
        rows = list(csv.DictReader(file))
    assert int(rows[0]["actual"]) == worst["actual"]
    assert float(rows[0]["forecast_mean"]) == pytest.approx(worst["mean"])


def test_a_report_without_scores_or_steps_shows_no_empty_chart(reports):
    page = reports.html("bare_first")
    assert words.NO_RECORD in page
    assert 'class="record"' not in page
    assert words_of(parse(page)).count(words.NOT_AVAILABLE) >= 3


def test_no_warnings_is_never_a_blank(reports):
    files = reports("quiet")
    page = words_of(parse(reports.html("quiet")))
    assert files.summary[0].startswith(words.NO_NEW_WARNINGS)
    assert "No warning is open." in page
    assert "All complaints together should stay near usual" in page
    assert words.ALL_COVERED in page
    assert "week of 2 Nov 2026" in page  # a Monday; other days say "week from"
    assert 'id="cards"' not in reports.html("quiet")


def test_stale_data_and_a_silent_channel_are_told(reports):
    page = words_of(parse(reports.html("stale")))
    assert "Data ends 1 May 2019, 21:00 UTC, 75 hours before this report" in page
    assert "web chat silent since 1 May" in page
    assert "letter silent" not in page  # three days are no gap for letters
    assert "email silent" not in page
    assert words.COMPLETE not in page
    assert words.UNSEEN in page


def test_hostile_texts_are_shown_as_texts(reports):
    page = reports.html("hostile")
    root = parse(page)
    shown = words_of(root)
    assert "<script>alert('x')</script>" in shown
    assert "</style><svg onload=alert(1)><style>*{display:none}" in shown
    assert page.count("<style>") == 1
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x08]", page)
    assert max(len(word) for word in shown.split()) < 400
    assert HOSTILE[3] not in page


@pytest.mark.parametrize("mood", MOODS)
def test_no_cell_of_a_csv_starts_a_formula(reports, mood):
    files = reports(mood)
    assert len(files.tables) == 14
    for path in files.tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1, path.name
        for cell in (cell for row in rows for cell in row):
            is_number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)
            assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_a_formula_is_kept_as_a_text(reports):
    folder = reports.folder("hostile")
    with (folder / "tables" / "themes.csv").open(encoding="utf-8-sig", newline="") as file:
        titles = [row["theme"] for row in csv.DictReader(file)]
    assert '\'=HYPERLINK("http://evil.example","click") 4' in titles


@pytest.mark.parametrize("mood", MOODS)
def test_the_digest_is_short_and_inert(reports, mood):
    files = reports(mood)
    told = files.markdown.read_text(encoding="utf-8")
    assert len(told.splitlines()) <= 12
    assert not re.search(r"(?<!\\)<", told)
    assert "](" not in told.replace("\\]", "")
    assert len(files.summary) == 3
    assert all(line and "\n" not in line for line in files.summary)


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
    pairs = zip(first.tables, second.tables, strict=True)
    assert all(a.read_bytes() == b.read_bytes() for a, b in pairs)


def test_personal_data_that_slipped_through_is_hidden(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    planted = "write to jane.doe@example.org or +1 212 555 0187"
    themes = pd.read_parquet(folder / "themes.parquet")
    themes.assign(
        title=themes["title"] + " jane.doe@example.org",
        label=planted,
        keywords=[["jane.doe@example.org"]] * len(themes),
    ).to_parquet(folder / "themes.parquet", index=False)
    warnings = pd.read_parquet(folder / "warnings.parquet")
    warnings.assign(
        exemplars=[[planted]] * len(warnings), cells=[[f"region={planted}: 1"]] * len(warnings)
    ).to_parquet(folder / "warnings.parquet", index=False)
    floods = pd.read_parquet(folder / "floods.parquet")
    floods.assign(example=planted).to_parquet(folder / "floods.parquet", index=False)
    info = json.loads((folder / "run.json").read_text())
    info["data"]["sources"] = {"jane.doe@example.org": 3}
    (folder / "run.json").write_text(json.dumps(info))

    files = write_report(folder, settings=settings)
    out = "".join(
        path.read_text(encoding="utf-8") for path in (files.html, files.markdown, *files.tables)
    )
    assert "jane.doe" not in out + "".join(files.summary)
    assert "555 0187" not in out
    assert "&lt;EMAIL&gt;" in out


def test_at_most_so_many_warnings_stand_on_page_one(reports):
    root = parse(reports.html("hostile"))
    table = next(e for e in root.iter("section") if e.get("id") == "warnings")
    assert len(list(table.iter("tr"))) == 1 + 5
    assert "2 more below" in words_of(table)
    assert len(list(root.iter("article"))) == 7


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


def test_a_theme_that_is_not_forecast_says_why(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    for name in ("forecasts", "outlook"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        kept = frame[~frame["series_id"].str.startswith("theme=t-01aa")]
        kept.to_parquet(folder / f"{name}.parquet", index=False)
    (folder / "floods.parquet").unlink()
    page = words_of(parse(write_report(folder, settings=settings).html.read_text("utf-8")))
    assert "Add-ons disabled is 64× its usual level: 122 complaints in the last day." in page  # noqa: RUF001
    assert "122 complaints in the last day against 1.9 usual; not forecast." in page


def test_a_folder_that_is_no_whole_run_is_refused(settings, tmp_path):
    with pytest.raises(DataContractError, match=r"no readable run\.json"):
        write_report(tmp_path, settings=settings)
    folder = make_run(tmp_path / "run", "quiet")
    (folder / "counts.parquet").unlink()
    with pytest.raises(DataContractError, match=r"counts\.parquet: missing"):
        write_report(folder, settings=settings)


def test_an_older_runs_warnings_are_not_told_as_new(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    warnings = pd.read_parquet(folder / "warnings.parquet")
    older = warnings.assign(
        as_of=warnings["as_of"] - pd.Timedelta(days=1), warning_id=warnings["warning_id"] + "-old"
    )
    pd.concat([older, warnings]).to_parquet(folder / "warnings.parquet", index=False)
    files = write_report(folder, settings=settings)
    assert "-old" not in (folder / "tables" / "warnings.csv").read_text("utf-8-sig")
    shutil.rmtree(folder)
    assert len(files.summary) == 3


def test_a_warning_that_is_joined_to_another_is_told_in_that_one_alone(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    warnings = pd.read_parquet(folder / "warnings.parquet").set_index("theme_id", drop=False)
    lead = warnings.loc["t-01aa", "warning_id"]
    warnings["joined_to"] = warnings["joined_to"].astype(object)
    warnings.loc["t-02bb", "joined_to"] = lead
    warnings.to_parquet(folder / "warnings.parquet", index=False)
    files = write_report(folder, settings=settings)
    with (folder / "tables" / "warnings.csv").open(encoding="utf-8-sig") as file:
        told = {row["theme_id"]: row["also_seen_in"] for row in csv.DictReader(file)}
    assert told == {"t-01aa": "Late parcels", "t-08bb": ""}
    plain = words_of(parse(files.html.read_text("utf-8")))
    assert "Also seen in Late parcels." in plain
    observed, expected = warnings.loc["t-02bb", "observed"], warnings.loc["t-02bb", "expected"]
    assert f"Late parcels: {observed} complaints in the last 7 days against {expected:.0f}" in plain
    heads = [m for m in files.summary if "Late parcels" in m]
    assert heads == []
    with (folder / "tables" / "since_last_time.csv").open(encoding="utf-8-sig") as file:
        assert "Late parcels" not in {row["theme"] for row in csv.DictReader(file)}
    # Where people hid the lead, the other has its own warning back.
    themes = pd.read_parquet(folder / "themes.parquet")
    themes["is_hidden"] = themes["theme_id"] == "t-01aa"
    themes.to_parquet(folder / "themes.parquet", index=False)
    write_report(folder, settings=settings)
    with (folder / "tables" / "warnings.csv").open(encoding="utf-8-sig") as file:
        assert {row["theme_id"] for row in csv.DictReader(file)} == {"t-02bb", "t-08bb"}


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
