"""A workspace of finished mornings, and servers to deliver them to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from models.contracts import DELIVERIES, THEMES, WARNINGS, conform
from pipelines.deliver import Outcome, deliver_run, would_deliver
from pipelines.report import write_report
from pipelines.settings import Settings, load_settings
from pipelines.store import Store
from pipelines.workspace import Workspace
from tests.pipelines.deliver.servers import Hook, MailServer, mail_server, web_server
from tests.pipelines.report.run_folders import make_run

NOW = pd.Timestamp("2019-05-05T07:00:00Z")
FIRST = "w-t-01aa-2019-05-04"  # level 4, of Product
SECOND = "w-t-02bb-2019-05-01"  # level 2, of Service
THIRD = "w-t-08bb-2019-05-03"  # level 2, of Service


@dataclass
class House:
    """A workspace whose mornings are told what their warnings are."""

    root: Path
    template: Path
    environment: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    @property
    def places(self) -> Workspace:
        return Workspace.at(self.root)

    @property
    def store(self) -> Store:
        return Store(self.places.store)

    def morning(self, date: str, **changes: Mapping[str, Any] | None) -> pd.Timestamp:
        """Make the run of a date; `changes` are per theme, None leaves its warning out."""
        as_of = pd.Timestamp(date, tz="UTC")
        folder = self.places.runs / date
        shutil.copytree(self.template, folder, dirs_exist_ok=True)
        record = json.loads((folder / "run.json").read_text())
        record["as_of"] = f"{date}T00:00:00Z"
        (folder / "run.json").write_text(json.dumps(record))
        rows = pd.read_parquet(folder / "warnings.parquet").assign(as_of=as_of.as_unit("us"))
        for theme, what in changes.items():
            is_own = rows["theme_id"] == f"t-{theme}"
            if what is None:
                rows = rows[~is_own]
                continue
            for column, value in what.items():
                rows.loc[is_own, column] = value
        rows = conform(rows, WARNINGS)
        rows.to_parquet(folder / "warnings.parquet", index=False)
        self.store.upsert(WARNINGS, rows)
        return as_of

    def settings(self, *destinations: Mapping[str, Any], **rules: Any) -> Settings:
        path = self.root / "params.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        quick = {"first_wait_s": 1, "max_wait_s": 3, "attempts": 3, "timeout_s": 1.0}
        path.write_text(
            json.dumps({"deliver": {**quick, **rules, "destinations": list(destinations)}})
        )
        return load_settings(path)

    def deliver(self, as_of: pd.Timestamp, settings: Settings) -> Outcome:
        return deliver_run(
            self.places,
            settings,
            as_of,
            now=NOW,
            environment=self.environment,
            pause=self.waits.append,
        )

    def would(self, as_of: pd.Timestamp, settings: Settings) -> list[str]:
        return would_deliver(self.places, settings, as_of, environment=self.environment)

    def rows(self) -> pd.DataFrame:
        return self.store.read(DELIVERIES)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return finished run folders by mood, each rendered once."""
    root, made = tmp_path_factory.mktemp("templates"), dict[str, Path]()

    def template(mood: str) -> Path:
        if mood not in made:
            made[mood] = make_run(root / mood, mood)
            write_report(made[mood], settings=load_settings())
        return made[mood]

    return template


@pytest.fixture
def house(tmp_path: Path, templates: Callable[[str], Path]) -> House:
    house = House(tmp_path / "workspace", templates("spike"))
    themes = pd.read_parquet(house.template / "themes.parquet")
    house.store.upsert(THEMES, conform(themes, THEMES))
    return house


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with web_server() as server:
        yield server
