"""Our record: what became of our own forecasts, with its misses."""

import csv

import pytest

from pipelines.report import catalogue as words
from tests.pipelines.report.reading import parse, read_table, words_of


def test_what_became_of_our_own_forecasts_is_told_with_its_misses(reports):
    checked = read_table(reports.folder("spike") / "checked.parquet")
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
    checked = read_table(reports.folder("spike") / "checked.parquet")
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
