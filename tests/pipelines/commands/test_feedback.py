"""``issuecast feedback`` in this process: what it says, stores and refuses."""

import json

import pandas as pd
import pytest

from models.contracts import FEEDBACK, THEMES, WARNINGS, conform
from models.errors import DataContractError
from pipelines.cli import main
from pipelines.decisions import feedback
from pipelines.flows.job import Job
from pipelines.record import run_id
from pipelines.settings import load_settings
from pipelines.store import Store
from pipelines.workspace import Workspace

FIRST, SECOND = pd.Timestamp("2024-03-10", tz="UTC"), pd.Timestamp("2024-03-11", tz="UTC")


def _told(as_of, warning_id, theme_id, *, state="open", severity=2):
    return {
        "warning_id": warning_id, "as_of": as_of, "theme_id": theme_id, "kind": "now",
        "state": state, "severity": severity, "window_days": 1, "observed": 9, "expected": 1.0,
        "p_value": 1e-9, "opened_on": pd.Timestamp("2024-03-07"), "is_concentrated": False,
        "cells": [], "wording": [], "exemplars": [], "owner": "Service", "action": "Look.",
    }  # fmt: skip


@pytest.fixture
def place(tmp_path):
    workspace = Workspace.at(tmp_path)
    store = Store(workspace.store)
    rows = [
        _told(FIRST, "w-aaaaaa0001", "t-1"),
        _told(SECOND, "w-aaaaaa0001", "t-1", severity=3),
        _told(SECOND, "w-bbbbbb0002", "t-2", state="closed"),
    ]
    store.upsert(WARNINGS, conform(pd.DataFrame(rows), WARNINGS))
    themes = [
        {
            "theme_id": name, "version": "v1", "label": "x", "title": title, "keywords": [],
            "exemplars": [], "parents": [], "status": "active", "born_on": FIRST.tz_localize(None),
            "size": 9, "encoder": "e", "centroid": b"\0\0",
        }
        for name, title in (("t-1", "Late \x1b[2Jparcels"), ("t-2", "Login fails"))
    ]  # fmt: skip
    store.upsert(THEMES, conform(pd.DataFrame(themes), THEMES))
    return workspace


@pytest.fixture
def command(place, capsys):
    def run(*arguments):
        code = main(["feedback", *arguments, "--workspace", str(place.store.parent)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def rows_of(place):
    return Store(place.store).read(FEEDBACK)


def test_what_is_said_is_stored_with_what_was_known_of_the_warning(command, place):
    code, said = command("w-aaaaaa0001", "not-useful", "--by", "Ada", "--note", "a typing error")
    assert code == 0
    assert "w-aaaaaa0001: not useful (Ada)." in said
    assert "Takes effect in runs as of " in said
    (row,) = rows_of(place).itertuples()
    assert (row.verdict, row.by, row.note) == ("not useful", "Ada", "a typing error")
    assert (row.theme_id, row.severity) == ("t-1", 3)
    assert (row.opened_on, row.last_on) == (pd.Timestamp("2024-03-07"), pd.Timestamp("2024-03-10"))
    assert pd.isna(row.until)


def test_a_note_and_a_name_hold_no_personal_data(command, place):
    note = "ask jane.doe@example.org or +1 212 555 0187"
    code, said = command("w-aaaaaa0001", "useful", "--by", "jane.doe@example.org", "--note", note)
    assert code == 0
    stored = " ".join(rows_of(place)[["by", "note"]].iloc[0]) + said
    assert "jane.doe" not in stored
    assert "555 0187" not in stored
    assert "<EMAIL>" in stored


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("w-aaaaaa0002", "useful"), "No warning is called 'w-aaaaaa0002'. Nearest: w-aaaaaa0001"),
        (("zzz", "useful"), "`issuecast feedback` lists those that are open"),
        (("w-aaaaaa0001",), "issuecast feedback w-aaaaaa0001 useful | not-useful | snooze"),
        (("w-aaaaaa0001", "useful", "--until", "2199-01-01"), "--until belongs to a snooze"),
        (("w-aaaaaa0001", "snooze", "--until", "soon"), "'soon' is no date; write e.g."),
        (("w-aaaaaa0001", "snooze", "--until", "2020-01-01"), "2020-01-01 is not after today"),
        (("--note", "x"), "Which warning?"),
    ],
)
def test_what_cannot_be_is_refused_with_the_fix(command, place, arguments, message):
    code, said = command(*arguments, *(("--by", "Ada") if len(arguments) > 1 else ()))
    assert code == 2
    assert message in said
    assert "\x1b" not in said
    assert rows_of(place).empty


def test_before_any_run_there_is_nothing_to_judge(tmp_path, capsys):
    code = main(["feedback", "w-1", "useful", "--by", "Ada", "--workspace", str(tmp_path)])
    assert code == 2
    assert "No run has warned of anything yet." in capsys.readouterr().err
    assert main(["feedback", "--workspace", str(tmp_path)]) == 0
    assert "0 open warnings" in capsys.readouterr().out


def test_the_list_shows_open_warnings_and_all_that_was_said(command):
    command("w-aaaaaa0001", "useful", "--by", "Ada")
    command("w-aaaaaa0001", "snooze", "--by", "Bo", "--until", "2199-01-01", "--note", "known")
    code, said = command()
    assert code == 0
    assert "1 open warnings" in said  # the other one has closed
    assert "w-aaaaaa0001  Late [2Jparcels (open, level 3, since 2024-03-07)" in said
    assert ": useful (Ada)" in said
    assert ": snooze until 2199-01-01 (Bo): known" in said
    code, said = command("--json")
    found = json.loads(said)
    assert [row["verdict"] for row in found["feedback"]] == ["useful", "snooze"]
    assert [row["warning_id"] for row in found["open"]] == ["w-aaaaaa0001"]


def test_a_snooze_without_a_date_lasts_as_long_as_the_parameters_say(place):
    at = pd.Timestamp("2024-03-11T23:30Z")
    row = feedback.say(place, "w-aaaaaa0001", "snooze", by="Ada", at=at)
    assert row["until"] == pd.Timestamp("2024-03-18")
    with pytest.raises(DataContractError, match=r"2024-03-11 is not after today \(2024-03-11\)"):
        feedback.say(place, "w-aaaaaa0001", "snooze", by="Ada", at=at, until="2024-03-11")
    with pytest.raises(DataContractError, match="verdict: expected one of useful, not useful"):
        feedback.say(place, "w-aaaaaa0001", "great", by="Ada", at=at)
    with pytest.raises(DataContractError, match="needs the name"):
        feedback.say(place, "w-aaaaaa0001", "useful", by="  ", at=at)
    with pytest.raises(DataContractError, match="moment with a time zone"):
        feedback.say(place, "w-aaaaaa0001", "useful", by="Ada", at="2024-03-11")


def test_what_is_said_at_noon_is_judged_by_what_the_morning_knew(place):
    noon = pd.Timestamp("2024-03-10T12:00Z")
    assert feedback.say(place, "w-aaaaaa0001", "snooze", by="Ada", at=noon)["severity"] == 2
    closed = feedback.say(place, "w-bbbbbb0002", "useful", by="Ada", at="2024-03-11T12:00Z")
    # Closed on the morning of the 11th, so not in alarm since seven days before its eve.
    assert closed["last_on"] == pd.Timestamp("2024-03-07")


def test_a_warning_between_mornings_can_be_judged_before_the_next_one(place):
    folder = place.watches / "2024-03-11T10-00"
    folder.mkdir(parents=True)
    told = _told(SECOND + pd.Timedelta(hours=10), "w-cccccc0003", "t-2")
    conform(pd.DataFrame([told]), WARNINGS).to_parquet(folder / "warnings.parquet")
    feedback.say(place, "w-cccccc0003", "useful", by="Ada", at="2024-03-11T10:30Z")
    assert rows_of(place)["warning_id"].tolist() == ["w-cccccc0003"]


def test_a_morning_knows_only_what_was_said_before_it(place):
    at = pd.Timestamp("2024-03-11T00:00Z")
    feedback.say(place, "w-aaaaaa0001", "useful", by="Ada", at=at)
    mornings = [
        Job(as_of=day, workspace=str(place.store.parent)).feedback()
        for day in ("2024-03-11T00:00:00Z", "2024-03-12T00:00:00Z")
    ]
    assert [len(rows) for rows in mornings] == [0, 1]
    complaints = pd.DataFrame(
        {"complaint_id": ["a"], "created_at": [at], "text_hash": ["h"], "language": ["en"]}
    )
    named = [
        run_id(complaints, as_of=at, settings=load_settings(), feedback=rows)
        for rows in (None, *mornings)
    ]
    assert named[0] == named[1] != named[2]  # what was said makes another run
