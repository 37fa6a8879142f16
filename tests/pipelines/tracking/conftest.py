"""Real tracking stores for the tests of this room; a fresh one costs six seconds, a copy none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.tracking.places import open_client
from pipelines.workspace import Workspace


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Workspace.at(tmp_path_factory.mktemp("migrated"))
    open_client(place, "").search_experiments()
    return place.mlflow / "mlflow.db"


@pytest.fixture
def make_workspace(_migrated: Path) -> Callable[[Path], Workspace]:
    """Return how to make a workspace with an empty tracking store under a folder."""

    def make(root: Path) -> Workspace:
        place = Workspace.at(root)
        place.mlflow.mkdir(parents=True)
        shutil.copy(_migrated, place.mlflow / "mlflow.db")
        return place

    return make


@pytest.fixture
def workspace(make_workspace: Callable[[Path], Workspace], tmp_path: Path) -> Workspace:
    """Return a workspace with an empty tracking store."""
    return make_workspace(tmp_path / "work")
