from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipelines.report import ReportFiles, write_report
from pipelines.settings import Settings, load_settings
from tests.pipelines.report.browsing import chromium
from tests.pipelines.report.run_folders import make_previous, make_run


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


class Reports:
    """Renders each mood once a session."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root, self.settings = root, settings
        self.made: dict[str, ReportFiles] = {}

    def folder(self, mood: str) -> Path:
        self(mood)
        return self.root / mood

    def __call__(self, mood: str) -> ReportFiles:
        if mood not in self.made:
            previous = make_previous(self.root / "previous") if mood == "spike" else None
            folder = make_run(self.root / mood, mood)
            self.made[mood] = write_report(folder, settings=self.settings, previous_folder=previous)
        return self.made[mood]

    def html(self, mood: str) -> str:
        return self(mood).html.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Reports:
    return Reports(tmp_path_factory.mktemp("reports"), settings)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
