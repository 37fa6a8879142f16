"""What was not told in time is told only while it goes on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.spikes.kept import Realised
from models.spikes.rules import Detection
from pipelines.steps.warnings.news import leave_old_news_out
from pipelines.steps.warnings.warnings import Watched

DATES = pd.date_range("2020-06-01", periods=10, freq="D")  # judged up to 10 June
DAY = pd.Timestamp


def _watched(**alarms: list[str]) -> Watched:
    is_alarm = np.array([[str(d.date()) in days for d in DATES] for days in alarms.values()])
    none = np.zeros((1, *is_alarm.shape))
    found = Detection(DATES, (1,), none, none, none, is_alarm, is_alarm * 0, is_alarm & False, none)
    return Watched(list(alarms), is_alarm.astype(np.int64), found, Realised(0, 1.0, 0, 0, 0))


def _rows(**names: str) -> pd.DataFrame:
    return pd.DataFrame({"warning_id": list(names.values()), "theme_id": list(names)})


WATCHED = _watched(over=["2020-06-05", "2020-06-06"], on=["2020-06-06", "2020-06-10"])
ROWS = _rows(over="w-over", on="w-on")


@pytest.mark.parametrize(
    ("before", "told", "left"),
    [
        ("2020-06-10", [], ["w-on"]),  # the morning of the 10th knew the 6th, and said nothing
        ("2020-06-10", ["w-over"], ["w-over", "w-on"]),  # what was told goes on to its end
        ("2020-06-06", [], ["w-over", "w-on"]),  # no morning has known the 6th
        ("2020-06-07", [], ["w-on"]),
    ],
)
def test_what_a_morning_did_not_tell_is_no_news_later(
    before: str, told: list[str], left: list[str]
) -> None:
    found = leave_old_news_out(
        ROWS,
        pd.DataFrame({"warning_id": told}),
        WATCHED,
        before=DAY(before, tz="UTC"),
        time_zone="UTC",
    )
    assert found["warning_id"].tolist() == left
    assert found.index.tolist() == list(range(len(left)))


def test_on_the_first_morning_everything_is_news() -> None:
    none = pd.DataFrame({"warning_id": []})
    for watched, before in ((WATCHED, None), (None, DAY("2020-06-10", tz="UTC"))):
        found = leave_old_news_out(ROWS, none, watched, before=before, time_zone="UTC")
        assert found["warning_id"].tolist() == ["w-over", "w-on"]
