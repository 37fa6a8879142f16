"""A test that lacks its browser or corpora is skipped, and fails where it must run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_TESTS = """
import pytest

@pytest.fixture
def broken():
    raise AssertionError("set up in spite of what is missing")

@pytest.mark.browser
def test_page(broken): pass

@pytest.mark.corpora
def test_corpus(): pass

def test_plain(): pass
"""


def _pytest(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run three tests under our conftest on a machine that has neither browser nor corpora."""
    (tmp_path / "test_needs.py").write_text(_TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  browser:\n  corpora:\n")
    gone = {"COMPLAINT_CORPORA", "TESTS_MUST_RUN", "PYTEST_ADDOPTS"}
    own = {name: value for name, value in os.environ.items() if name not in gone}
    own |= {"PATH": str(tmp_path), "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-ra", "test_needs.py"], cwd=tmp_path, env=own, capture_output=True, text=True
    )


def test_what_is_missing_skips_a_test_and_is_told(tmp_path):
    done = _pytest(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 2 skipped" in done.stdout
    assert "NOT RUN: 1 tests: no Chromium" in done.stdout
    assert "NOT RUN: 1 tests: no COMPLAINT_CORPORA" in done.stdout


@pytest.mark.parametrize(
    ("must", "counts", "said"),
    [
        ("corpora", "1 passed, 1 skipped, 1 error", ["corpora"]),
        ("browser, corpora", "1 passed, 2 errors", ["browser", "corpora"]),
    ],
)
def test_what_must_run_fails_with_what_is_missing(tmp_path, must, counts, said):
    done = _pytest(tmp_path, TESTS_MUST_RUN=must)
    assert done.returncode == 1, done.stdout
    assert counts in done.stdout
    missing = {"browser": "Chromium", "corpora": "COMPLAINT_CORPORA"}
    for need in missing:
        told = f"TESTS_MUST_RUN names '{need}', and there is no {missing[need]}"
        assert (told in done.stdout) == (need in said)
    assert "set up in spite" not in done.stdout


def test_a_need_that_nobody_knows_is_refused(tmp_path):
    done = _pytest(tmp_path, TESTS_MUST_RUN="browser,corpra")
    assert done.returncode == 4
    assert "no such need: corpra; give some of browser, corpora" in done.stdout + done.stderr
