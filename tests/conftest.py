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

CORPORA = os.environ.get("COMPLAINT_CORPORA") or None
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

_NEEDS = {
    "browser": (
        CHROMIUM is None,
        "no Chromium (Debian: apt-get install chromium)",
    ),
    "corpora": (
        CORPORA is None,
        "no COMPLAINT_CORPORA (the folder of the real corpora)",
    ),
}


# What this machine must have: a test that lacks it fails, where it would be skipped elsewhere.
MUST_RUN = "TESTS_MUST_RUN"


def pytest_configure() -> None:
    unknown = _must_run() - set(_NEEDS)
    if unknown:
        raise pytest.UsageError(
            f"{MUST_RUN}={os.environ[MUST_RUN]}: no such need: {', '.join(sorted(unknown))}; "
            f"give some of {', '.join(_NEEDS)}, parted by commas."
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, (is_missing, reason) in _NEEDS.items():
            if is_missing and item.get_closest_marker(marker) and marker not in _must_run():
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(tryfirst=True)  # before a fixture trips over what is missing
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (is_missing, reason) in _NEEDS.items():
        if is_missing and item.get_closest_marker(marker) and marker in _must_run():
            pytest.fail(f"{MUST_RUN} names {marker!r}, and there is {reason}", pytrace=False)


def _must_run() -> set[str]:
    names = os.environ.get(MUST_RUN, "").split(",")
    return {name.strip() for name in names} - {""}


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
