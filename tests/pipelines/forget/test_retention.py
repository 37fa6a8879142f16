"""Old runs go and their records stay."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.forget.retention import records_of, remove_old_runs
from pipelines.settings import load_settings
from pipelines.workspace import Workspace

AS_OF = pd.Timestamp("2024-03-31", tz="UTC")


@pytest.fixture
def places(tmp_path: Path) -> Workspace:
    places = Workspace.at(tmp_path)
    for day in ("2024-03-01", "2024-03-02", "2024-03-30"):
        copy = places.mlflow / "artifacts" / day / "artifacts"
        for folder in (places.runs / day, copy):
            (folder / "tables").mkdir(parents=True)
            (folder / "report.html").write_text("a text")
            (folder / "tables" / "a.csv").write_text("a text")
            (folder / "run.json").write_text(json.dumps({"as_of": f"{day}T00:00:00Z"}))
        (copy / "models").mkdir()
    look = places.watches / "2024-03-01T05-00"
    look.mkdir(parents=True)
    (look / "watch.json").write_text(json.dumps({"as_of": "2024-03-01T05:00:00Z"}))
    (places.runs / ".2024-01-01.old").mkdir()  # of a call that was killed
    (places.runs / "2023-notes").mkdir()  # somebody's own
    return places


def test_what_is_older_goes_and_its_record_stays(places: Workspace) -> None:
    # Thirty days before 31 March is 1 March: its morning is kept on that very day.
    assert remove_old_runs(places, as_of=AS_OF, run_days=30) == 0
    assert remove_old_runs(places, as_of=AS_OF, run_days=29) == 2  # the run, and the look
    left = sorted(path.name for path in places.runs.iterdir())
    assert left == ["2023-notes", "2024-03-02", "2024-03-30"]
    assert list(places.watches.iterdir()) == []
    kept = sorted(path.name for path in records_of(places).iterdir())
    assert kept == ["runs-2024-03-01.json", "watch-2024-03-01T05-00.json"]
    copies = places.mlflow / "artifacts"
    old = sorted(path.name for path in (copies / "2024-03-01" / "artifacts").iterdir())
    assert old == ["models", "run.json"]
    assert (copies / "2024-03-02" / "artifacts" / "report.html").exists()
    assert remove_old_runs(places, as_of=AS_OF, run_days=29) == 0


def test_the_newest_run_stays_however_old(places: Workspace) -> None:
    later = AS_OF + pd.Timedelta(days=3000)
    assert remove_old_runs(places, as_of=later, run_days=1) == 3
    assert places.last_run() == places.runs / "2024-03-30"
    assert (places.runs / "2024-03-30" / "report.html").exists()


def test_nothing_goes_unless_it_is_asked_for(places: Workspace) -> None:
    before = sorted(places.root.rglob("*"))
    assert remove_old_runs(places, as_of=AS_OF, run_days=load_settings().retention.run_days) == 0
    assert sorted(places.root.rglob("*")) == before
