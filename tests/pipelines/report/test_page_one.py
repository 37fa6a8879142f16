"""Page one: the warnings and their cards, what changed, what was silent."""

import csv
import shutil

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import make_run


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
    # Add-ons: 1 day, 1.9 expected: 1.5 × 1.9 is less than the floor of 8.
    assert "Fewer than 8 complaints a day for 7 days closes this warning." in page
    assert "Reach, first-response time." in page
    # Of three warnings one says how likely it lasts, and none what it may still bring.
    assert page.count("Still above twice the usual next week not available") == 2
    assert page.count("Still above twice the usual next week about 5 in 10 (even)") == 1
    assert page.count("Complaints above usual until it ends not available") == 3


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


def test_at_most_so_many_warnings_stand_on_page_one(reports):
    root = parse(reports.html("hostile"))
    table = next(e for e in root.iter("section") if e.get("id") == "warnings")
    assert len(list(table.iter("tr"))) == 1 + 5
    assert "2 more below" in words_of(table)
    assert len(list(root.iter("article"))) == 7


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
