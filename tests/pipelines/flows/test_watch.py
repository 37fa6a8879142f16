"""A look between mornings: which moment it is of, what it knows of the looks before it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.commands.job import moment_of
from pipelines.flows import watch
from pipelines.flows.job import Job
from pipelines.steps.warnings.standing import COLUMNS

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("command", "now", "moment"),
    [
        ("watch", "2026-05-04T14:37:20Z", "2026-05-04T14:00Z"),
        ("watch", "2026-05-04T14:59:59Z", "2026-05-04T14:00Z"),  # the same look again
        ("watch", "2026-05-04T15:00:00Z", "2026-05-04T15:00Z"),
        # Clocks go from 03:00 back to 02:00 at 01:00 UTC: two hours, both called two.
        ("watch", "2026-10-25T00:37:00Z", "2026-10-25T00:00Z"),
        ("watch", "2026-10-25T01:37:00Z", "2026-10-25T01:00Z"),
        ("run", "2026-05-04T14:37:20Z", "2026-05-03T22:00Z"),
        ("run", "2026-10-25T14:37:20Z", "2026-10-24T22:00Z"),
        ("run", "2026-10-26T14:37:20Z", "2026-10-25T23:00Z"),
    ],
)
def test_a_look_is_of_the_last_full_hour_and_a_run_of_the_morning(command, now, moment):
    options = argparse.Namespace(command=command, as_of=None)
    found = moment_of(options, pd.Timestamp(now), time_zone=BERLIN)
    assert found == pd.Timestamp(moment)


def test_a_moment_that_is_asked_for_is_kept_to_the_minute():
    options = argparse.Namespace(command="watch", as_of="2026-05-04T14:37")
    found = moment_of(options, pd.Timestamp("2026-06-01T00:00Z"), time_zone=BERLIN)
    assert found == pd.Timestamp("2026-05-04T12:37Z")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "params.yaml").write_text(f"time_zone: {BERLIN}\n")
    return tmp_path


def job(place: Path, as_of: str) -> Job:
    params = str(place / "params.yaml")
    return Job(as_of=as_of, workspace=str(place / "work"), params=params, room="watches")


def looked(place: Path, as_of: str, *told: str) -> Path:
    """Leave behind what a look at a moment leaves that told of some warnings."""
    folder = job(place, as_of).folder
    folder.mkdir(parents=True)
    (folder / "watch.json").write_text(json.dumps({"as_of": as_of}))
    opened = pd.Timestamp(as_of).tz_localize(None).normalize()
    rows = [
        {"warning_id": name, "state": "open", "theme_id": f"t-{name}", "opened_on": opened}
        for name in told
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame.to_parquet(folder / "warnings.parquet")
    return folder


def last_look(place: Path, as_of: str) -> tuple[str, set[str]]:
    since, known = watch._last_look(job(place, as_of))
    return f"{since:%Y-%m-%dT%H:%MZ}", set(known["warning_id"])


def test_the_hour_that_comes_twice_is_looked_at_twice(place):
    first = looked(place, "2026-10-25T00:00:00Z", "w-1")
    second = looked(place, "2026-10-25T01:00:00Z", "w-2")
    assert (first.name, second.name) == ("2026-10-25T02-00", "2026-10-25T02b-00")
    assert last_look(place, "2026-10-25T02:00:00Z") == ("2026-10-25T01:00Z", {"w-1", "w-2"})


def test_where_an_hour_is_skipped_no_look_is_lost(place):
    looked(place, "2026-03-29T00:00:00Z", "w-1")
    after = looked(place, "2026-03-29T01:00:00Z", "w-2")
    assert after.name == "2026-03-29T03-00"
    assert last_look(place, "2026-03-29T02:00:00Z") == ("2026-03-29T01:00Z", {"w-1", "w-2"})


def test_a_second_look_within_the_hour_is_the_first_again(place):
    looked(place, "2026-05-04T13:00:00Z", "w-1")
    before = last_look(place, "2026-05-04T14:00:00Z")
    looked(place, "2026-05-04T14:00:00Z", "w-1", "w-2")
    assert last_look(place, "2026-05-04T14:00:00Z") == before == ("2026-05-04T13:00Z", {"w-1"})


def test_a_look_within_the_hour_does_not_hide_what_it_could_not_see(place):
    looked(place, "2026-05-04T14:37:00Z", "w-1")
    # The next one begins at the half hour, and judges the hour that was on then.
    assert last_look(place, "2026-05-04T15:00:00Z") == ("2026-05-04T14:37Z", {"w-1"})


def test_a_day_without_looks_is_made_good_for_no_further_back(place):
    looked(place, "2026-05-01T13:00:00Z", "w-1")
    assert last_look(place, "2026-05-04T14:00:00Z") == ("2026-05-03T14:00Z", set())
