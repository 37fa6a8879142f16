"""The replay's page: what was said, what came, and what could not be said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import BIRTHS, COUNTS, FORECASTS, OUTLOOK, SCORES, THEMES, WARNINGS, empty
from models.series.hierarchy import series_id
from models.spikes.truth.replayed import EPISODES, MISSED, Held, Replay
from pipelines.report.replay.page import write_replay
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE

MORNINGS = tuple(pd.date_range("2026-03-01", periods=4, freq="D", tz="UTC"))


def episode(name: str, **other: object) -> dict[str, object]:
    base: dict[str, object] = {
        "warning_id": name, "theme_id": "t-1", "title": "Late parcels",
        "title_last": "Late parcels", "kind": "now", "first_told": MORNINGS[1],
        "born_at": pd.NaT, "opened_on": pd.Timestamp("2026-03-01"), "closed_on": MORNINGS[3],
        "mornings": 2, "severity": 2, "observed": 9, "expected": 1.0, "observed_most": 12,
        "is_concentrated": False, "joined_to": None, "verdict": "real",
        "peak_on": pd.Timestamp("2026-03-02"), "peak_count": 12.0,
    }  # fmt: skip
    return base | other


def replayed(*episodes: dict[str, object], **other: object) -> Replay:
    days = pd.date_range("2026-03-01", periods=4)
    rows = {"series_id": series_id(), "date": days, "count": [3, 12, 4, 2]}
    counts = pd.DataFrame({**rows, "is_provisional": False, "is_revised": False})
    found = Replay(
        mornings=MORNINGS,
        end=MORNINGS[-1],
        warnings=empty(WARNINGS),
        forecasts=empty(FORECASTS),
        outlook=empty(OUTLOOK),
        scores=empty(SCORES),
        births=empty(BIRTHS),
        themes=empty(THEMES).assign(as_of=pd.Series(dtype="datetime64[us, UTC]")),
        counts=pd.concat([empty(COUNTS), counts]),
        held=Held(
            pd.DataFrame(list(episodes), columns=list(EPISODES)),
            pd.DataFrame([], columns=list(MISSED)),
        ),
        theme_years=0.5,
    )
    return replace(found, **other)


@pytest.fixture
def written(tmp_path: Path, settings):
    """Return what a replay's page says, its record and its summary."""

    def write(found: Replay) -> tuple[str, dict, tuple[str, ...]]:
        files = write_replay(
            tmp_path / "replay", found, name="r", encoder="tiny", settings=settings, code="0"
        )
        record = json.loads((tmp_path / "replay" / "replay.json").read_text())
        return files.html.read_text("utf-8"), record, files.summary

    return write


def test_mornings_that_were_refused_are_listed_with_their_reasons(written):
    why = f"no data came {HOSTILE[0]}"
    refused = ((MORNINGS[1], why), (MORNINGS[2], "too little history"))
    page, record, said = written(replayed(mornings=MORNINGS[::3], refused=refused))
    shown = words_of(parse(page))
    assert "2 mornings were lived again" in shown
    assert "On 2 more mornings nothing could be said" in shown
    assert "On 2 more mornings nothing could be said" in said[-1]
    assert f"2 Mar 2026 {why}" in shown
    assert "3 Mar 2026 too little history" in shown
    assert "<script" not in page
    assert record["mornings"] == ["2026-03-01T00:00:00Z", "2026-03-04T00:00:00Z"]
    assert [row["morning"] for row in record["refused"]] == [
        "2026-03-02T00:00:00Z",
        "2026-03-03T00:00:00Z",
    ]


def test_a_replay_of_every_morning_says_nothing_of_what_it_left_out(written):
    page, record, said = written(replayed(episode("w-1")))
    assert record["refused"] == []
    assert record["figures"]["warnings_told_late"] == 0
    assert len(said) == 3
    assert 'id="refused"' not in page
    assert "4 Mar 2026" in words_of(parse(page))  # closed


@pytest.mark.parametrize(
    ("late", "said"),
    [(1, "One of these warnings was told only once it was over"), (2, "2 of these warnings were")],
)
def test_what_opened_and_closed_between_two_mornings_is_counted(written, late, said):
    told = [episode("w-0")]
    told += [episode(f"w-{n}", mornings=0, observed=0) for n in range(1, late + 1)]
    page, record, _ = written(replayed(*told, every_days=14))
    shown = words_of(parse(page))
    assert said in shown
    assert record["figures"]["warnings_told_late"] == late
    # A warning is open for seven days at least and told as closed for seven: a fortnight sees all.
    assert "is not counted" not in shown


def test_mornings_too_far_apart_to_see_every_warning_say_so(written):
    page, *_ = written(replayed(episode("w-1"), every_days=15))
    assert "Mornings were 15 days apart, and a warning is told for 14 days at least" in words_of(
        parse(page)
    )
