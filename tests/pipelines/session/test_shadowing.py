"""A challenger is tried in a copy: the product's gate decides there, the workspace stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.errors import DataContractError, GateFailed, SettingsError
from pipelines.session import Session, open_session
from tests.pipelines.session.test_frames import _files

CHALLENGER = {"members": ["seasonal_mean"]}


@pytest.mark.slow
def test_the_last_mornings_are_lived_with_both_and_the_gate_is_the_products_own(
    place: Path, tmp_path: Path
) -> None:
    before = _files(place)
    session = open_session(workspace=place, track=False)
    champion = session.with_params({"forecast.members": ["seasonal_naive"]})
    trial = champion.shadow(CHALLENGER, tmp_path / "copy", mornings=2, every_days=7)
    assert trial.mornings == ("2020-06-22", "2020-06-29")
    for name in trial.mornings:
        steps = json.loads((tmp_path / "copy" / "runs" / name / "run.json").read_text())["steps"]
        assert steps["challenger"]["changes"] == CHALLENGER
        first, second = (steps[it]["forecaster"] for it in ("forecast", "challenger"))
        assert first["configuration"] != second["configuration"]
    found = trial.compare()
    assert (found.n_origins, found.n_days // found.n_series) == (1, 7)  # of the 22nd, 7 days came
    assert trial.missing()[0] == "compared on 1 mornings, needs 14"
    with pytest.raises(GateFailed, match="stays challenger: compared on 1 mornings, needs 14"):
        trial.promote()
    assert "needs 14" in repr(trial)
    assert "needs 14" in trial._repr_html_()
    assert not (tmp_path / "copy" / "champions.yaml").exists()
    assert _files(place) == before


@pytest.mark.parametrize(
    ("challenger", "folder", "said"),
    [
        (CHALLENGER, "work/inside", "name a folder outside the workspace"),
        (CHALLENGER, ".", "name a folder outside the workspace"),
        (CHALLENGER, "full", "is not empty; the copy needs a folder of its own"),
        ({}, "new", "expected what it does otherwise"),
        ({"horizon_days": 7}, "new", "is the same for champion and challenger"),
        ({"member": []}, "new", "unknown parameter `forecast.member`"),
    ],
)
def test_what_cannot_be_tried_is_refused_before_any_work(
    place: Path, tmp_path: Path, challenger: dict, folder: str, said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    session = open_session(workspace=place, track=False)
    with pytest.raises((DataContractError, SettingsError), match=said):
        session.shadow(challenger, tmp_path / folder, mornings=2)
    assert not (place / "inside").exists()
    assert not (tmp_path / "new" / "store").exists()


def test_how_many_mornings_is_checked(session: Session, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shadow: mornings: expected a whole number from 1"):
        session.shadow(CHALLENGER, tmp_path / "new", mornings=0)
