"""Champion and challenger over made-up mornings, with a real registry."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlflow import MlflowClient

from models.errors import DataContractError, GateFailed, SettingsError
from pipelines.flows.job import Job
from pipelines.forecasters.champions import read_champions, standing
from pipelines.forecasters.kept import configuration_digest
from pipelines.forecasters.promotion import promote, rollback
from pipelines.settings import Settings, load_settings, with_forecast
from pipelines.steps.forecast.forecaster import configuration_of
from pipelines.tracking import (
    CHALLENGER,
    CHAMPION,
    Registry,
    Version,
    relocate,
    tracking_uri,
)
from pipelines.workspace import Workspace
from tests.pipelines.tracking.cases import fitted, registered, run_folder, tracked

CHANGES: dict[str, Any] = {"dispersion_prior": 3.0}
MODEL = "issuecast-forecaster"
NOON = pd.Timestamp("2020-03-25T12:00", tz="UTC")


def settings(**gate: Any) -> Settings:
    found = load_settings()
    challenger = dataclasses.replace(found.forecast.challenger, changes=CHANGES, **gate)
    return dataclasses.replace(
        found, forecast=dataclasses.replace(found.forecast, challenger=challenger)
    )


def digest(changes: dict[str, Any]) -> str:
    changed = with_forecast(settings(), changes, where="test")
    return configuration_digest(configuration_of(changed))


@pytest.fixture(scope="module")
def first(_migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return a workspace in which a champion and a challenger are registered, and the versions."""
    root = tmp_path_factory.mktemp("registered")
    place = Workspace.at(root / "work")
    place.mlflow.mkdir(parents=True)
    shutil.copy(_migrated, place.mlflow / "mlflow.db")
    return {"place": place, **_register(place, root)}


def register(place: Workspace, first: dict[str, Any]) -> dict[str, Version]:
    """Copy what is registered into a workspace; return the versions."""
    shutil.copytree(first["place"].mlflow, place.mlflow, dirs_exist_ok=True)
    relocate(place, uri="")
    return first


def _register(place: Workspace, root: Path) -> dict[str, Version]:
    run_id = tracked(place, run_folder(root / "run"))
    registry = Registry(place, uri="", model=MODEL)
    found = {}
    for role, changes in ((CHAMPION, {}), (CHALLENGER, CHANGES)):
        forecaster = fitted(**changes)
        configuration = {**forecaster.configuration, "digest": digest(changes)}
        forecaster = dataclasses.replace(forecaster, configuration=configuration)
        given = {"role": role, "changes": changes or None}
        found[role] = registered(registry, root / f"key-{role}", run_id, forecaster, **given)
    return found


def live(place: Workspace, *, mornings: int = 20, champion: float = 14.0, challenger: float = 10.0):
    """Write the runs of so many mornings; what comes is Poisson with mean 10."""
    rng = np.random.default_rng(1)
    days = pd.date_range("2020-01-06", "2020-03-24", freq="D").as_unit("us")
    counts = pd.concat(
        [
            pd.DataFrame({"series_id": f"s{i}", "date": days, "count": rng.poisson(10, len(days))})
            for i in range(8)
        ]
    ).assign(is_provisional=False)
    for origin in pd.date_range("2020-03-02", periods=mornings, freq="D").as_unit("us"):
        folder = place.runs / f"{origin:%Y-%m-%d}"
        folder.mkdir(parents=True)
        ahead = pd.date_range(origin, periods=28, freq="D").as_unit("us")
        frame = pd.DataFrame(
            {
                "series_id": np.repeat([f"s{i}" for i in range(8)], 28),
                "origin": origin,
                "date": np.tile(ahead.to_numpy(), 8),
                "dispersion": 1e-6,
            }
        )
        frame.assign(mean=champion).to_parquet(folder / "forecasts.parquet")
        frame.assign(mean=challenger).to_parquet(folder / "challenger_forecasts.parquet")
        counts.to_parquet(folder / "counts.parquet")
        steps = {
            "forecast": {"forecaster": {"configuration": digest({})}},
            "challenger": {"forecaster": {"configuration": digest(CHANGES)}},
        }
        record = {"origin": f"{origin:%Y-%m-%d}", "steps": steps}
        (folder / "run.json").write_text(json.dumps(record))


def test_a_better_challenger_takes_over_and_can_be_taken_back(
    workspace: Workspace, first: dict[str, Any]
) -> None:
    versions = register(workspace, first)
    live(workspace)
    done = promote(workspace, settings=settings(), as_of=NOON)
    assert done.version == versions[CHALLENGER].number
    assert "% lower than the champion's" in done.reason
    assert "20 mornings from 2020-03-02 to 2020-03-21, 8 series" in done.reason
    registry = Registry(workspace, uri="", model=MODEL)
    assert registry.at(CHAMPION) == versions[CHALLENGER]
    client = MlflowClient(tracking_uri=tracking_uri(workspace, ""))
    tags = client.get_model_version(MODEL, str(done.version)).tags
    assert tags["issuecast.reason"] == done.reason

    # Runs from then on forecast its way, earlier mornings as before.
    root = str(workspace.store.parent)
    assert Job("2020-03-26T00:00:00Z", root).settings.forecast.dispersion_prior == 3.0
    assert Job("2020-03-25T00:00:00Z", root).settings.forecast.dispersion_prior == 30.0
    with pytest.raises(GateFailed, match="forecasts as the champion does already"):
        promote(workspace, settings=settings(), as_of=NOON)

    hour = pd.Timedelta(hours=1)
    back = rollback(workspace, settings=settings(), as_of=NOON + hour)
    assert back.version == versions[CHAMPION].number
    assert registry.at(CHAMPION) == versions[CHAMPION]
    assert registry.reason(versions[CHAMPION]) == back.reason
    assert f"from version {versions[CHALLENGER].number}" in back.reason
    assert Job("2020-03-26T00:00:00Z", root).settings.forecast.dispersion_prior == 30.0
    with pytest.raises(GateFailed, match="No challenger has taken over"):
        rollback(workspace, settings=settings(), as_of=NOON + 2 * hour)
    assert [entry.version for entry in read_champions(workspace.champions)] == [2, 1]
    with pytest.raises(DataContractError, match="an entry of 2020-03-25T13:00:00Z already"):
        promote(workspace, settings=settings(), as_of=NOON - hour)


@pytest.mark.parametrize(
    ("lived", "gate", "said"),
    [
        ({"mornings": 5}, {}, "compared on 5 mornings, needs 14"),
        ({"champion": 10.0, "challenger": 14.0}, {}, "higher than the champion's"),
        ({"champion": 10.0}, {}, "must be more than 1.0% lower"),
        ({"champion": 10.6}, {"margin": 0.4}, "must be more than 40.0% lower"),
        ({}, {"coverage_80": (0.7, 0.75)}, r"80 % intervals held 8.% of the days"),
    ],
)
def test_one_that_has_not_shown_enough_stays_challenger(
    workspace: Workspace, first: dict[str, Any], lived: dict, gate: dict, said: str
) -> None:
    versions = register(workspace, first)
    live(workspace, **lived)
    with pytest.raises(GateFailed, match=said):
        promote(workspace, settings=settings(**gate), as_of=NOON)
    assert Registry(workspace, uri="", model=MODEL).at(CHAMPION) == versions[CHAMPION]
    assert not workspace.champions.exists()


def test_later_mornings_and_other_configurations_do_not_count(
    workspace: Workspace, first: dict[str, Any]
) -> None:
    register(workspace, first)
    live(workspace)
    with pytest.raises(GateFailed, match="compared on 9 mornings, needs 14"):
        promote(workspace, settings=settings(), as_of=pd.Timestamp("2020-03-10", tz="UTC"))
    file = workspace.runs / "2020-03-02" / "run.json"
    file.write_text(file.read_text().replace(digest({}), "another"))
    with pytest.raises(GateFailed, match="compared on 19 mornings, needs 20"):
        promote(workspace, settings=settings(min_origins=20), as_of=NOON)
    shutil.rmtree(workspace.runs)
    with pytest.raises(GateFailed, match="no morning up to 2020-03-25T12-00"):
        promote(workspace, settings=settings(), as_of=NOON)


def test_versions_that_cannot_be_promoted_are_named(
    workspace: Workspace, first: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(DataContractError, match="no such version of the model"):
        promote(workspace, settings=settings(), as_of=NOON)
    register(workspace, first)
    with pytest.raises(DataContractError, match="version 1 never ran as a challenger"):
        promote(workspace, settings=settings(), as_of=NOON, challenger="1")
    with pytest.raises(DataContractError, match="--challenger 77: no such version"):
        promote(workspace, settings=settings(), as_of=NOON, challenger="77")
    empty = Workspace.at(tmp_path / "empty")
    with pytest.raises(DataContractError, match="no model is registered here yet"):
        rollback(empty, settings=settings(), as_of=NOON)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not readable as YAML"),
        ("{at: 1}", "expected a list of entries"),
        ("- {at: 2020-03-01}", "entry 1: expected the fields at, changes, reason, version"),
        ("- {at: soon, changes: {}, reason: r, version: 1}", "entry 1: at: expected a moment"),
        ("- {at: 2020-03-01, changes: 3, reason: r, version: 1}", "changes as a mapping"),
    ],
)
def test_a_broken_file_of_champions_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "champions.yaml"
    file.write_text(text)
    with pytest.raises(DataContractError, match=said):
        read_champions(file)


def test_an_entry_that_the_parameters_no_longer_know_is_refused_by_name(tmp_path: Path) -> None:
    place = Workspace.at(tmp_path)
    entry = {"at": "2020-03-01T00:00:00Z", "changes": {"member": []}, "reason": "r", "version": 2}
    place.champions.write_text(yaml.safe_dump([entry]))
    found = standing(read_champions(place.champions), as_of=NOON)
    assert found is not None
    assert found.version == 2
    with pytest.raises(SettingsError, match=r"champions.yaml: unknown parameter `forecast.member`"):
        _ = Job("2020-03-26T00:00:00Z", str(tmp_path)).settings
