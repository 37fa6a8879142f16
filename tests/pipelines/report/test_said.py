"""What people said of warnings, in the report: a snooze is told last and never hidden."""

import csv
import json

import pandas as pd
import pytest

from pipelines.report import catalogue as words
from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE, make_run


@pytest.fixture
def made(settings, tmp_path):
    def make(snoozed, *, by="Ada", **columns):
        folder = make_run(tmp_path / "run", "spike")
        warnings = pd.read_parquet(folder / "warnings.parquet")
        is_snoozed = warnings["theme_id"].isin(snoozed)
        until = pd.Series(pd.Timestamp("2019-05-12"), index=warnings.index)
        names = pd.Series(by, index=warnings.index, dtype="str")
        warnings = warnings.assign(
            snoozed_until=until.where(is_snoozed), snoozed_by=names.where(is_snoozed), **columns
        )
        warnings.to_parquet(folder / "warnings.parquet", index=False)
        return folder, write_report(folder, settings=settings)

    return make


def section(page, name):
    return next(e for e in parse(page).iter("section") if e.get("class") == name)


def test_a_snoozed_warning_heads_neither_the_messages_nor_page_one(made):
    folder, files = made(["t-01aa"])
    page = files.html.read_text("utf-8")
    assert "Add-ons" not in words_of(section(page, "messages"))
    assert files.summary[0].startswith("Late parcels")
    (table,) = section(page, "warnings").iter("tbody")
    rows = [words_of(row) for row in table.iter("tr")]
    assert rows[0].startswith("Late parcels")
    assert "What is snoozed or waits stands last." in page
    assert rows[-1].startswith("Add-ons disabled Snoozed by Ada until 12 May 2019.")
    assert words_of(parse(page)).count("Snoozed by Ada until 12 May 2019.") == 2  # row and card
    assert "Snoozed by Ada until 12 May 2019" in files.markdown.read_text("utf-8")
    with (folder / "tables" / "warnings.csv").open(encoding="utf-8-sig") as file:
        told = {row["theme"]: row["snoozed"] for row in csv.DictReader(file)}
    assert told["Add-ons disabled"] == "Snoozed by Ada until 12 May 2019."
    assert told["Late parcels"] == ""


def test_where_all_is_snoozed_the_message_says_so(made):
    _, files = made(["t-01aa", "t-02bb", "t-08bb"])
    said = words_of(section(files.html.read_text("utf-8"), "messages"))
    assert "No new warnings this week." in said
    assert "Apart from what is set aside (Add-ons disabled, " in said
    assert "12 themes are watched." in said
    assert "Add-ons disabled will" not in said  # nor is it told as a change


def test_a_name_is_shown_as_a_text_and_without_personal_data(made):
    _, files = made(["t-01aa"], by=HOSTILE[0])
    page = files.html.read_text("utf-8")
    assert "<script>" not in page
    assert "Snoozed by <script>alert('x')</script> until" in words_of(parse(page))
    _, files = made(["t-01aa"], by="jane.doe@example.org")
    assert "jane.doe" not in files.html.read_text("utf-8") + files.markdown.read_text("utf-8")


def test_verdicts_are_shown_on_the_card_and_counted_in_the_record(made, settings):
    folder, files = made([], verdict=["useful", "not useful", None])
    page = words_of(parse(files.html.read_text("utf-8")))
    assert page.count("People called this warning useful.") == 1
    assert page.count("People called this warning not useful.") == 1
    assert "issuecast feedback w-t-01aa-2019-05-04 useful | not-useful | snooze" in page
    assert words.NOBODY_SAID in page
    assert "What is snoozed or waits stands last." not in page
    info = json.loads((folder / "run.json").read_text())
    info["steps"]["warnings"] |= {"useful": 3, "verdicts": 5}
    (folder / "run.json").write_text(json.dumps(info))
    html = write_report(folder, settings=settings).html.read_text("utf-8")
    said = words_of(parse(html))
    assert "People called 3 of the 5 warnings that they judged useful." in said
    assert '<data value="5.0" data-row="run.json steps.warnings.verdicts">5</data>' in html
    assert words.NOBODY_SAID not in said
