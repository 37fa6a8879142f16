"""What all tests share: where the corpora are, what did not run, a quiet environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from pipelines.environment import prepare_environment
from pipelines.workspace import Workspace

# No test asserts a time: a busy machine is no fault of the code.
hypothesis.settings.register_profile("no clock", deadline=None)
hypothesis.settings.load_profile("no clock")

CORPORA = os.environ.get("COMPLAINT_CORPORA")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

_NEEDS = {
    "browser": (
        CHROMIUM is None,
        "no Chromium (Debian: apt-get install chromium)",
    ),
    "corpora": (
        CORPORA is None,
        "COMPLAINT_CORPORA is unset (the folder of the real corpora)",
    ),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, (is_missing, reason) in _NEEDS.items():
            if is_missing and item.get_closest_marker(marker) is not None:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Read from the reports: they come back from the processes that ran the tests.
    said = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for _, reason in _NEEDS.values():
        count = sum(reason in text for text in said)
        if count:
            terminalreporter.write_line(f"NOT RUN: {count} tests: {reason}", yellow=True)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Return the folder of the real corpora (tests that use it are marked `corpora`)."""
    assert CORPORA is not None
    return Path(CORPORA)


@pytest.fixture(scope="session", autouse=True)
def _quiet_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep Prefect's home and everything else out of the user's own folders."""
    prepare_environment(Workspace.at(tmp_path_factory.mktemp("environment")))
