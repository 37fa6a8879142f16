"""The workspace in which mornings are lived again knows no future."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.flows.job import Job
from pipelines.forecasters.champions import Champion, append_champion
from pipelines.steps.past.replay import make_place
from pipelines.workspace import Workspace

ABOUT = {"code": "1", "from": "2026-03-01T00:00:00Z"}


def champion(at: str, origins: int) -> Champion:
    return Champion(at, {"dispersion_origins": origins}, "better", 1)


@pytest.fixture
def places(tmp_path: Path) -> Workspace:
    found = Workspace.at(tmp_path / "work")
    found.store.mkdir(parents=True)
    return found


def origins(scratch: Path, as_of: str) -> int:
    return Job(as_of=as_of, workspace=str(scratch)).settings.forecast.dispersion_origins


def test_a_champion_of_later_is_not_used(places: Workspace, tmp_path: Path) -> None:
    asked = Job(as_of="2026-03-05T00:00:00Z").settings.forecast.dispersion_origins
    append_champion(places.champions, champion("2026-03-10T00:00:00Z", asked + 1))
    append_champion(places.champions, champion("2026-06-01T00:00:00Z", asked + 2))
    scratch = tmp_path / "scratch"
    make_place(places, scratch, ABOUT)
    assert origins(scratch, "2026-03-05T00:00:00Z") == asked
    assert origins(scratch, "2026-03-09T23:59:59Z") == asked
    assert origins(scratch, "2026-03-10T00:00:00Z") == asked + 1
    assert origins(scratch, "2026-05-31T00:00:00Z") == asked + 1


def test_other_champions_are_another_replay(places: Workspace, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    own = make_place(places, scratch, ABOUT)
    lived = own.runs / "2026-03-01"
    lived.mkdir(parents=True)
    make_place(places, scratch, ABOUT)
    assert lived.exists()  # a replay that was killed goes on
    append_champion(places.champions, champion("2026-02-01T00:00:00Z", 3))
    make_place(places, scratch, ABOUT)
    assert not lived.exists()
    assert origins(scratch, "2026-03-01T00:00:00Z") == 3
    places.champions.unlink()
    make_place(places, scratch, ABOUT)
    assert not own.champions.exists()


def test_runs_and_tables_of_later_mornings_are_not_in_it(places: Workspace, tmp_path: Path) -> None:
    later = places.runs / "2026-06-01"
    later.mkdir(parents=True)
    for table in ("complaints", "embeddings", "themes", "warnings", "scores", "births"):
        (places.store / table).mkdir()
    own = make_place(places, tmp_path / "scratch", ABOUT)
    assert not own.runs.exists()
    assert {path.name for path in own.store.iterdir()} == {"complaints", "embeddings"}
    assert pd.Timestamp(ABOUT["from"]) < pd.Timestamp(later.name, tz="UTC")
