"""What is read off a replay: the first warning that says what an event's words say."""

import json
import math

import pandas as pd
import pytest

from tests.benchmarks.spike_chain import certificate, told


def write(folder, rows):
    """Write warnings of (id, as_of, opened_on, wording, example)."""
    names = ["warning_id", "as_of", "opened_on", "wording", "exemplars"]
    frame = pd.DataFrame(
        [(i, pd.Timestamp(at, tz="UTC"), pd.Timestamp(on), [w], [e]) for i, at, on, w, e in rows],
        columns=names,
    )
    frame.to_parquet(folder / "warnings.parquet")
    titles = frame[["warning_id"]].drop_duplicates().assign(title="Add-ons disabled")
    titles.to_parquet(folder / "episodes.parquet")
    figures = {
        "warnings": 3, "false_alarms_per_theme_year": 0.5, "theme_years": 2.0, "missed": 1,
    }  # fmt: skip
    (folder / "replay.json").write_text(json.dumps({"figures": figures}), encoding="utf-8")


def test_the_certificate_is_told_by_the_first_matching_warning_after_it(tmp_path):
    write(
        tmp_path,
        [
            ("w-1", "2019-05-03T12:00", "2019-05-03", "themes", "my extensions look odd"),
            ("w-2", "2019-05-04T01:00", "2019-05-04", "crash", "it crashes"),
            ("w-3", "2019-05-04T02:00", "2019-05-04", "disabled", "All Add-ons are gone"),
        ],
    )
    assert certificate(tmp_path) == {
        "certificate_delay_h": 2.0, "certificate_title": "Add-ons disabled"
    }  # fmt: skip


def test_a_replay_without_such_a_warning_says_never(tmp_path):
    write(tmp_path, [("w-2", "2019-05-04T01:00", "2019-05-04", "crash", "it crashes")])
    assert math.isinf(certificate(tmp_path)["certificate_delay_h"])


def test_events_are_told_by_warnings_that_opened_with_them(tmp_path):
    write(
        tmp_path,
        [
            ("w-1", "2019-01-31T00:00", "2019-01-30", "avast", "avast says no"),
            ("w-9", "2020-04-08T00:00", "2020-01-08", "address bar", "an old matter"),
        ],
    )
    events = pd.DataFrame(
        {
            "start": ["2019-01-30", "2020-04-07"],
            "end": ["2019-01-30", "2020-04-11"],
            "regex": ["avast", "address bar"],
        }
    )
    found = told(tmp_path, events)
    assert found["firefox_event_1_told_after_days"] == pytest.approx(1.0)
    assert math.isinf(found["firefox_event_2_told_after_days"])
    assert found["firefox_false_per_theme_year"] == 0.5
