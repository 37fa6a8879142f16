from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from models.errors import SettingsError
from pipelines.cli import main
from pipelines.heartbeat import Ended, age_of_report, note_end, parse_age, read_end
from pipelines.workspace import Workspace

MORNING = "2020-06-29T00:00:00Z"
MADE = "2020-06-29T06:20:00Z"
_NAIVE = '{"as_of": "2020-06-29", "run_id": "r", "exit_code": 0, "at": "2020-06-29T06:20"}'


def _run(root: Path, as_of: str = MORNING) -> Workspace:
    place = Workspace.at(root)
    folder = place.runs / as_of[:10]
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"as_of": as_of, "run_id": "r"}))
    return place


def _is_too_old(place: Workspace, now: str, most: str = "26h") -> bool:
    return age_of_report(place, now=pd.Timestamp(now), most=parse_age(most)).is_too_old


def test_a_report_ages_from_when_it_was_made(tmp_path: Path) -> None:
    place = _run(tmp_path)
    note_end(place, Ended(MORNING, "r", 0, MADE))
    # Made at 06:20: 26 hours later it is 08:20 of the next morning.
    assert not _is_too_old(place, "2020-06-30T08:20:00Z")
    assert _is_too_old(place, "2020-06-30T08:20:01Z")


def test_an_old_morning_lived_today_is_no_report_of_today(tmp_path: Path) -> None:
    place = _run(tmp_path)
    note_end(place, Ended(MORNING, "r", 0, "2020-09-01T10:00:00Z"))
    # Its day ended on the 30th at 00:00, so its age counts from there.
    assert not _is_too_old(place, "2020-07-01T02:00:00Z")
    assert _is_too_old(place, "2020-09-01T10:01:00Z")


def test_without_a_heartbeat_the_age_counts_from_the_morning(tmp_path: Path) -> None:
    place = _run(tmp_path)
    assert not _is_too_old(place, "2020-06-30T02:00:00Z")
    assert _is_too_old(place, "2020-06-30T02:00:01Z")


def test_no_report_at_all_is_too_old(tmp_path: Path) -> None:
    age = age_of_report(Workspace.at(tmp_path), now=pd.Timestamp(MADE), most=parse_age("26h"))
    assert age.is_too_old
    assert "no report yet" in age.said


def test_a_run_without_a_report_leaves_the_heartbeat_and_is_told(tmp_path: Path) -> None:
    place = _run(tmp_path)
    note_end(place, Ended(MORNING, "r", 0, MADE))
    note_end(place, Ended("2020-06-30T00:00:00Z", "", 3, "2020-06-30T06:20:00Z"))
    beat = read_end(place.heartbeat)
    assert beat is not None
    assert (beat.as_of, beat.exit_code) == (MORNING, 0)
    age = age_of_report(place, now=pd.Timestamp("2020-06-30T09:00:00Z"), most=parse_age("26h"))
    assert "26.7 hours old" in age.said  # 06:20 to 09:00 of the next day
    assert "as of 2020-06-30T00:00:00Z, ended 2020-06-30T06:20:00Z with 3 (a gate" in age.said


def test_an_older_morning_does_not_take_the_heartbeat_back(tmp_path: Path) -> None:
    place = _run(tmp_path)
    note_end(place, Ended(MORNING, "r", 0, MADE))
    note_end(place, Ended("2020-06-01T00:00:00Z", "old", 0, "2020-06-29T10:00:00Z"))
    beat = read_end(place.heartbeat)
    assert beat is not None
    assert beat.as_of == MORNING


def test_an_undelivered_report_is_a_report(tmp_path: Path) -> None:
    place = _run(tmp_path)
    note_end(place, Ended(MORNING, "r", 4, MADE))
    assert not _is_too_old(place, "2020-06-30T08:00:00Z")


@pytest.mark.parametrize("broken", ["", "[]", '{"as_of": 3}', "{}", '{"as_of": "x"', _NAIVE])
def test_a_broken_heartbeat_counts_as_none(tmp_path: Path, broken: str) -> None:
    place = _run(tmp_path)
    place.heartbeat.write_text(broken)
    assert _is_too_old(place, "2020-06-30T03:00:00Z")
    assert not _is_too_old(place, "2020-06-30T01:00:00Z")


@pytest.mark.parametrize("text", ["26", "h", "-1h", "26 h", "1w", "0h", "999999h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="expected a span such as 26h"):
        parse_age(text)


def test_status_says_by_its_exit_code_whether_the_report_is_too_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = _run(tmp_path)
    note_end(place, Ended(MORNING, "r", 0, MADE))
    ask = ["status", "--workspace", str(tmp_path), "--max-age", "26h", "--now"]
    assert main([*ask, "2020-06-30T08:00Z"]) == 0
    assert "that of 2020-06-29, 25.7 hours old" in capsys.readouterr().out
    assert main([*ask, "2020-06-30T09:00Z"]) == 3
    assert "TOO OLD" in capsys.readouterr().out
    assert main([*ask, "2020-06-30T09:00Z", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["is_too_old"] is True
    assert main(["status", "--workspace", str(tmp_path), "--max-age", "soon"]) == 2
