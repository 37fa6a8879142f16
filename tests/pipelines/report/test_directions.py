"""Where a series is going, in words: what a range supports and no more."""

from datetime import date
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from pipelines.report.facts.message import direction_words
from pipelines.report.facts.series import Week, series_facts
from pipelines.report.figures import span, whole
from pipelines.report.inputs import read_run
from pipelines.settings import load_settings
from tests.pipelines.report.run_folders import make_run


def week(low: float, high: float, *, median: float, usual: float, above: float) -> Week:
    found = SimpleNamespace(
        start=date(2026, 11, 2),
        end=date(2026, 11, 8),
        range=span(low, high),
        median=whole(median),
        usual=whole(usual),
        above=above,
    )
    return cast("Week", found)


@pytest.mark.parametrize(
    ("ahead", "last_7", "said"),
    [
        (week(0, 2, median=1, usual=0, above=0.75), 5, "will very likely fade to a handful"),
        (week(0, 4, median=1, usual=3, above=0.2), 9, "will very likely fade to a handful"),
        (
            week(0, 6, median=1, usual=0, above=0.75),
            9,
            "will likely ease, but stay above usual",
        ),
        (week(0, 2, median=1, usual=0, above=0.75), 1, "will likely stay above usual"),
        (week(10, 60, median=25, usual=8, above=0.92), 29, "will very likely stay above usual"),
        (week(10, 60, median=25, usual=8, above=0.92), 8, "will very likely rise"),
        (week(10, 60, median=8, usual=8, above=0.5), 29, "may stay above usual or not"),
        (week(3, 9, median=5, usual=8, above=0.2), 20, "will likely fall back to usual or below"),
    ],
)
def test_the_direction_is_what_the_range_supports(ahead: Week, last_7: float, said: str) -> None:
    assert direction_words(ahead, last_7) == said


def test_a_theme_that_is_forecast_by_others_past_is_neither_above_nor_below(tmp_path):
    folder = make_run(tmp_path, "spike")
    outlook = pd.read_parquet(folder / "outlook.parquet")
    own = outlook["series_id"] == "theme=t-02bb|channel=*|brand=*"
    before = read_run(folder, load_settings().redaction)
    assert series_facts(before, "theme=t-02bb|channel=*|brand=*").level.direction == "up"
    outlook["basis"] = outlook["basis"].astype(object)
    outlook.loc[own, "basis"] = "as its area goes"
    outlook.to_parquet(folder / "outlook.parquet", index=False)
    found = series_facts(
        read_run(folder, load_settings().redaction), "theme=t-02bb|channel=*|brand=*"
    )
    assert found.level.word == "new: nothing usual yet"
    assert found.level.direction == "none"
