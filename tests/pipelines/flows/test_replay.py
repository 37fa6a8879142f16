"""Mornings lived one after the other: what one refuses is kept, and the others are lived."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import COMPLAINTS, WARNINGS, empty
from models.errors import GateFailed, NotEnoughHistory, StaleDataError
from pipelines.flows import replay as flow
from pipelines.flows.job import Job
from pipelines.store import Store

MORNINGS = [pd.Timestamp(f"2020-06-{day}", tz="UTC").as_unit("us") for day in (27, 28, 29, 30)]


@pytest.fixture
def job(tmp_path: Path) -> Job:
    Store(tmp_path / "store").upsert(COMPLAINTS, empty(COMPLAINTS))
    return Job(as_of="2020-07-04T00:00:00Z", workspace=str(tmp_path))


class Chain:
    """Stands for the daily flow: refuses on some days, and remembers which it was asked of."""

    def __init__(self, refusals: dict[str, Exception]) -> None:
        self.refusals, self.asked = refusals, []

    def __call__(self, own: Job, encoder: str) -> None:
        self.asked.append(own.name)
        own.write("counts", pd.DataFrame({"written": [1]}))  # before it knows
        if own.name in self.refusals:
            raise self.refusals[own.name]
        own.write("themes", pd.DataFrame({"theme_id": [], "title": []}))
        own.write("warnings", empty(WARNINGS), WARNINGS)


def lived(job: Job, chain: Chain, monkeypatch: pytest.MonkeyPatch, *, hourly: bool = False):
    monkeypatch.setattr(flow, "_live", chain)
    monkeypatch.setattr(flow, "_look", chain)
    return flow.live.fn(job, job.places.replays / ".scratch", MORNINGS, "tiny", hourly=hourly)


@pytest.mark.parametrize("refusal", [NotEnoughHistory, StaleDataError, GateFailed])
def test_a_morning_that_refuses_is_kept_with_its_reason(job, monkeypatch, capsys, refusal):
    chain = Chain({"2020-06-28": refusal("no data came on 27 June")})
    found = lived(job, chain, monkeypatch)
    assert found.refused == [(MORNINGS[1], "no data came on 27 June")]
    assert [moment for moment, _ in found.folders] == [MORNINGS[0], *MORNINGS[2:]]
    assert all((folder / "warnings.parquet").exists() for _, folder in found.folders)
    left = {path.name for path in found.folders[0][1].parent.iterdir()}
    assert left == {"2020-06-27", ".2020-06-28.refused", "2020-06-29", "2020-06-30"}
    said = capsys.readouterr().out
    assert "2020-06-28  nothing could be said: no data came on 27 June" in said
    assert "3 lived, 1 could not be" in said


def test_a_replay_that_goes_on_asks_no_morning_again(job, monkeypatch):
    first = lived(job, Chain({"2020-06-27": NotEnoughHistory("too little")}), monkeypatch)
    again = Chain({})
    second = lived(job, again, monkeypatch)
    assert again.asked == []
    assert second == first


def test_where_no_morning_can_be_lived_the_first_reason_is_said(job, monkeypatch):
    chain = Chain({f"2020-06-{day}": NotEnoughHistory(f"why {day}") for day in (27, 28, 29, 30)})
    with pytest.raises(NotEnoughHistory, match=r"None of 4 mornings.*2020-06-27T00:00:00Z: why 27"):
        lived(job, chain, monkeypatch)


def test_a_fault_is_no_refusal(job, monkeypatch):
    with pytest.raises(Exception, match="unexpected ZeroDivisionError"):
        lived(job, Chain({"2020-06-28": ZeroDivisionError()}), monkeypatch)


def test_hours_after_the_last_lived_morning_are_left_out(job, monkeypatch):
    chain = Chain(
        {
            "2020-06-27": NotEnoughHistory("no themes"),
            "2020-06-27T01-00": NotEnoughHistory("no themes"),
            "2020-06-30": NotEnoughHistory("no data"),
        }
    )
    found = lived(job, chain, monkeypatch, hourly=True)
    assert len(chain.asked) == 3 * 24 + 1
    assert [moment for moment, _ in found.refused] == [MORNINGS[0], MORNINGS[3]]
    assert found.folders[0][0] == MORNINGS[0] + pd.Timedelta(hours=2)
    assert found.folders[-1][0] == MORNINGS[2]
    assert len(found.folders) == 22 + 24 + 1


def test_an_hour_that_comes_twice_is_lived_twice(tmp_path, monkeypatch):
    params = tmp_path / "params.yaml"
    params.write_text("time_zone: Europe/Berlin\n")
    Store(tmp_path / "work" / "store").upsert(COMPLAINTS, empty(COMPLAINTS))
    job = Job("2026-11-02T00:00:00Z", workspace=str(tmp_path / "work"), params=str(params))
    days = pd.to_datetime(["2026-10-24T22:00Z", "2026-10-25T23:00Z"]).as_unit("us")
    chain = Chain({})
    monkeypatch.setattr(flow, "_live", chain)
    monkeypatch.setattr(flow, "_look", chain)
    place = job.places.replays / ".scratch"
    found = flow.live.fn(job, place, list(days), "tiny", hourly=True)
    assert len(found.folders) == 26  # a day of 25 hours, both ends included
    assert len({folder for _, folder in found.folders}) == 26
    for moment, folder in found.folders:
        record = json.loads((folder / "run.json").read_text())
        assert pd.Timestamp(record["as_of"]) == moment
