from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from pipelines.report.facts.cover import provisional_sentence
from pipelines.report.facts.series import series_name
from pipelines.report.figures import text
from pipelines.report.inputs import Run


def run(counts_note: dict[str, object], *, provisional: bool = False) -> Run:
    counts = pd.DataFrame(
        {
            "date": pd.to_datetime(["2019-05-03", "2019-05-04"]),
            "is_provisional": [False, provisional],
        }
    )
    found = SimpleNamespace(
        step=lambda name: counts_note if name == "counts" else {}, counts=counts
    )
    return cast("Run", found)


def test_the_report_says_how_much_of_the_newest_day_has_come_in() -> None:
    late = {"incomplete_days": 3, "newest_day": "2019-05-04", "newest_arrived": 0.62}
    said = text(provisional_sentence(run(late))).replace("\u00a0", " ")
    assert said == (
        "By experience 62 % of the complaints of 4 May have come in: "
        "the forecast reckons with the rest."
    )


def test_it_says_nothing_where_nearly_all_has_come_in() -> None:
    assert provisional_sentence(run({"newest_day": "2019-05-04", "newest_arrived": 0.97})) == ()
    assert provisional_sentence(run({"series": 4})) == ()
    assert "provisional" in text(provisional_sentence(run({}, provisional=True)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("area=a-1|theme=*|channel=*|brand=*", "Area Payments"),
        ("theme=-|channel=*|brand=*", "Complaints in no theme"),
        ("theme=t-1|channel=~|brand=*", "All others"),
        ("theme=*|channel=*|brand=*", "All complaints"),
    ],
)
def test_series_are_named(name: str, said: str) -> None:
    assert text(series_name(name, {"a-1": "Payments"})) == said
