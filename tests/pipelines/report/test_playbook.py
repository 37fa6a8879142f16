"""What is done about a warning: hours from the range, replies from the user's own templates."""

import csv
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from pipelines.report import write_report
from pipelines.report.facts.playbook import level_needs, level_rules_sentence, staffing
from pipelines.report.facts.series import Level, Series, Week
from pipelines.report.figures import Figure, span, text, whole
from pipelines.settings import Reply, SeverityLevel
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE, make_run


def _series(low: float, high: float, usual: float) -> Series:
    week = Week(
        number=1, start=date(2026, 11, 2), end=date(2026, 11, 8),
        range=span(low, high, low_row="outlook s o 1 q10", high_row="outlook s o 1 q90"),
        range_50=span(low, high), median=whole((low + high) / 2), high=whole(high),
        usual=whole(usual), chance=Figure(0.5, "even"), mean=(low + high) / 2, above=0.9,
    )  # fmt: skip
    return Series("s", whole(0), None, (), "", (week,), Level("▲", "above usual"), "")


def test_hours_come_from_the_ends_of_the_range():
    # 85 are usual, 115 to 205 will come: 30 to 120 more, at 10 minutes 300 to 1,200: 5 to 20 hours.
    found = staffing(_series(115, 205, 85), 10)
    assert (found.extra.low.value, found.extra.high.value) == (30, 120)
    assert (found.hours.low.value, found.hours.high.value) == (5, 20)
    assert found.hours.low.row == "from outlook s o 1 q10"
    assert found.hours.high.row == "from outlook s o 1 q90"
    assert text(found.sentence) == (
        "5–20 h of extra staff on 2–8 Nov: 30–120 more complaints than usual (80\u00a0% range) "  # noqa: RUF001
        "at 10 min each."
    )


def test_below_the_usual_no_hours_are_saved():
    found = staffing(_series(40, 145, 85), 6)  # 45 less to 60 more
    assert (found.hours.low.value, found.hours.high.value) == (0, 6)
    none = staffing(_series(40, 85, 85), 6)
    assert (none.hours.low.value, none.hours.high.value) == (0, 0)
    assert text(none.sentence) == (
        "No extra staff on 2–8 Nov: even the upper end of the 80\u00a0% range, 85, is not above "  # noqa: RUF001
        "the usual 85."
    )


def test_what_rounds_to_no_hour_is_told_as_little():
    little = staffing(_series(3, 7, 3), 7)  # at most 4 more: 28 minutes
    assert little.hours.high.value == pytest.approx(28 / 60)
    assert text(little.sentence).startswith("Less than 1 h of extra staff on 2")


def test_without_a_forecast_nothing_is_said_of_staff():
    unknown = replace(_series(1, 2, 1), ahead=(), reason="not forecast: 12 complaints in all")
    found = staffing(unknown, 10)
    assert (found.extra, found.hours) == (None, None)
    assert "cannot be said (not forecast: 12 complaints in all)" in text(found.sentence)


def _made(settings, folder, **changes):
    make_run(folder, "spike")
    said = replace(settings, report=replace(settings.report, **changes))
    files = write_report(folder, settings=said)
    with (folder / "tables" / "plans.csv").open(encoding="utf-8-sig", newline="") as file:
        plans = {row["theme"]: row for row in csv.DictReader(file)}
    return files, plans


def test_page_and_table_tell_the_hours_of_the_outlooks_row(settings, tmp_path):
    files, plans = _made(settings, tmp_path / "run", handling_minutes=15.0)
    outlook = pd.read_parquet(tmp_path / "run" / "outlook.parquet")
    row = outlook[(outlook["series_id"] == "theme=t-02bb|channel=*|brand=*")].iloc[0]
    plan = plans["Late parcels"]
    for name in ("q10", "q90"):
        extra = max(0.0, row[name] - row["usual"])
        assert float(plan[f"extra_complaints_{name}"]) == pytest.approx(extra)
        assert float(plan[f"staff_hours_{name}"]) == pytest.approx(extra * 15 / 60)
    page = files.html.read_text("utf-8")
    assert f'value="{float(plan["staff_hours_q90"])!r}" data-row="from outlook' in page
    assert "at 15 min each." in words_of(parse(page))
    assert plan["tell"] == settings.report.playbook[1].tell


def test_the_first_reply_for_the_level_and_the_department_is_shown(settings, tmp_path):
    replies = (
        Reply(text="Legal only", owners=("Legal",)),
        Reply(text="Level 4 of {department}: {theme} since {since}", levels=(4,)),
        Reply(text="Service {{here}}", owners=(" service ",)),
        Reply(text="Anybody"),
    )
    _, plans = _made(settings, tmp_path / "run", replies=replies)
    assert {theme: row["prepared_reply"] for theme, row in plans.items()} == {
        "Add-ons disabled": "Level 4 of Product: Add-ons disabled since 4 May",
        "Late parcels": "Service {here}",
        "Bicycle racks": "Service {here}",
    }
    files, plans = _made(settings, tmp_path / "none", replies=replies[:2])
    assert plans["Late parcels"]["prepared_reply"] == ""
    assert "None is prepared for this level and department" in words_of(
        parse(files.html.read_text("utf-8"))
    )


def test_a_title_is_never_read_as_a_template_or_as_markup(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    themes = pd.read_parquet(folder / "themes.parquet")
    themes["title"] = HOSTILE[0] + " {department} {0.__class__}"
    themes.to_parquet(folder / "themes.parquet", index=False)
    said = replace(settings.report, replies=(Reply(text="<b>We know</b> of {theme}."),))
    page = write_report(folder, settings=replace(settings, report=said)).html.read_text("utf-8")
    root = parse(page)
    shown = next(e for e in root.iter("p") if e.get("class") == "reply")
    assert words_of(shown) == f"<b>We know</b> of {HOSTILE[0]} {{department}} {{0.__class__}}."
    assert not list(root.iter("script"))


def test_the_playbook_says_what_each_level_needs(settings):
    levels = (
        SeverityLevel(level=2, ratio=2.5, extra=12, share=0.1),
        *settings.severity.levels[1:],
    )
    said = replace(
        settings,
        severity=replace(settings.severity, levels=levels, sure_p=0.001, likely_to_last=0.6),
    )
    needs = {level: text(sentence) for level, sentence in level_needs(said).items()}
    assert needs[1] == "Any other warning"
    assert needs[2] == (
        "At least 2.5× the usual, 12 complaints more than it, and 10\u00a0% of all that usually "  # noqa: RUF001
        "comes in"
    )
    rules = text(level_rules_sentence(said))
    assert "more often than 0.1\u00a0% of times stays at level 1" in rules
    assert "Level 2 becomes 3 where the chance that it still stands in a week is 60\u00a0%" in rules
