from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.due import lived_mornings, note_lived, owed_mornings
from pipelines.workspace import Workspace

DAILY = "15 6 * * *"


def _utc(*texts: str) -> list[pd.Timestamp]:
    return [pd.Timestamp(text, tz="UTC") for text in texts]


def _owed(until: str, lived: list[str], *, cron: str = DAILY, days: int = 7, zone: str = "UTC"):  # type: ignore[no-untyped-def]
    return owed_mornings(
        cron,
        time_zone=zone,
        day_zone=zone,
        until=pd.Timestamp(until, tz="UTC"),
        days=days,
        lived=_utc(*lived),
    )


def test_three_missed_mornings_are_owed_latest_first() -> None:
    # Lived on the 1st; the 2nd, 3rd and 4th were due at 06:15, and it is 10:00 on the 4th.
    owed = _owed("2026-11-04T10:00", ["2026-11-01"])
    assert owed == _utc("2026-11-04", "2026-11-03", "2026-11-02")


def test_a_morning_is_not_owed_before_its_hour_and_is_at_it() -> None:
    assert _owed("2026-11-02T06:14:59", ["2026-11-01"]) == []
    assert _owed("2026-11-02T06:15:00", ["2026-11-01"]) == _utc("2026-11-02")


def test_a_gap_is_owed_though_later_mornings_were_lived() -> None:
    owed = _owed("2026-11-04T10:00", ["2026-11-01", "2026-11-02", "2026-11-04"])
    assert owed == _utc("2026-11-03")


def test_nothing_is_owed_twice_and_nothing_from_before_the_first() -> None:
    assert _owed("2026-11-04T10:00", ["2026-11-03", "2026-11-04"]) == []
    assert _owed("2026-11-04T10:00", []) == []


def test_older_ones_than_asked_are_let_go() -> None:
    # Two days before the newest due one, the 30th: the 28th, and no older.
    owed = _owed("2026-11-30T10:00", ["2026-11-01"], days=2)
    assert owed == _utc("2026-11-30", "2026-11-29", "2026-11-28")


def test_a_morning_that_is_due_twice_a_day_is_one_morning() -> None:
    owed = _owed("2026-11-03T18:00", ["2026-11-01"], cron="15 6,12 * * *")
    assert owed == _utc("2026-11-03", "2026-11-02")


def test_days_of_the_week_that_are_off_owe_nothing() -> None:
    # 2026-11-02 is a Monday; Saturday the 7th and Sunday the 8th are off.
    owed = _owed("2026-11-09T10:00", ["2026-11-05"], cron="15 6 * * 1-5")
    assert owed == _utc("2026-11-09", "2026-11-06")


def test_days_are_those_of_the_zone_across_a_change_of_clocks() -> None:
    # Berlin: 24 October begins at 22:00 UTC of the 23rd, 26 October (after clocks went back)
    # at 23:00 UTC of the 25th.
    owed = _owed("2026-10-26T09:00", ["2026-10-23T22:00"], zone="Europe/Berlin")
    assert owed == _utc("2026-10-25T23:00", "2026-10-24T22:00")


def test_runs_and_what_schedules_tried_are_lived(tmp_path: Path) -> None:
    place = Workspace.at(tmp_path)
    folder = place.runs / "2026-11-01"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"as_of": "2026-11-01T00:00:00Z"}))
    first, second = _utc("2026-11-01", "2026-11-02")
    assert lived_mornings(place) == {first: 0}
    note_lived(place, second, 3)
    assert lived_mornings(place) == {first: 0, second: 3}


@pytest.mark.parametrize("broken", ["", "[]", '{"never": 0}', '{"2026-11-01": "x"}', "null"])
def test_a_broken_ledger_counts_as_none(tmp_path: Path, broken: str) -> None:
    place = Workspace.at(tmp_path)
    place.logs.mkdir(parents=True)
    (place.logs / "schedule.json").write_text(broken)
    assert lived_mornings(place) == {}
