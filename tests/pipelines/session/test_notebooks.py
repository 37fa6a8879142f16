"""The notebooks run from top to bottom, without a display or a network, and hold no output."""

from __future__ import annotations

import ast
import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from pipelines.workspace import PROJECT_ROOT
from tests.pipelines.tracking.conftest import _migrated  # noqa: F401

NOTEBOOKS = sorted((PROJECT_ROOT / "notebooks").glob("*.ipynb"))
_MOST_LINES = 10  # of a function: what is longer belongs into the packages

# Nothing but this machine may be reached; what is drawn is drawn for no screen.
_ALONE = """
import sys
import matplotlib
matplotlib.use("Agg")
def _refuse(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] != "127.0.0.1":
        raise OSError(f"the network was asked for: {args[1]}")
sys.addaudithook(_refuse)
"""


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _code(path: Path) -> str:
    cells = [cell for cell in _read(path)["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def test_they_are_the_five_questions_in_order() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05"]
    for path in NOTEBOOKS:
        title = "".join(_read(path)["cells"][0]["source"]).splitlines()[0]
        assert title.startswith("# ")
        assert title.endswith("?")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_are_committed_without_outputs_in_one_form(path: Path) -> None:
    found = _read(path)
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
            assert cell["metadata"] in ({}, {"tags": ["parameters"]})
    assert sorted(found["metadata"]) == ["kernelspec", "language_info"]
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    assert path.read_text(encoding="utf-8") == text  # a diff shows what was changed, alone
    functions = [it for it in ast.walk(ast.parse(_code(path))) if isinstance(it, ast.FunctionDef)]
    assert all(it.end_lineno - it.lineno < _MOST_LINES for it in functions if it.end_lineno)


@pytest.fixture(scope="module")
def workspace(
    made: Path,
    _migrated: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a copy of the workspace with a tracking store."""
    place = tmp_path_factory.mktemp("notebooks") / "work"
    shutil.copytree(made, place, symlinks=True)
    (place / "mlflow").mkdir()
    shutil.copy(_migrated, place / "mlflow" / "mlflow.db")
    return place


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_run_on_a_workspace_that_one_parameter_names(
    path: Path, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISSUECAST_WORKSPACE", str(workspace))
    monkeypatch.delenv("ISSUECAST_AS_OF", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT_ROOT), *_paths()]))
    runs = sorted(p.name for p in (workspace / "runs").iterdir())
    book = nbformat.read(path, as_version=4)
    book.cells.insert(0, nbformat.v4.new_code_cell(_ALONE))
    # From another folder: nothing hangs on where Jupyter was started.
    client = nbclient.NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    said = json.dumps([cell.get("outputs", []) for cell in book.cells])
    assert "Session as of 2020-06-29T00:00:00Z" in said
    assert sorted(p.name for p in (workspace / "runs").iterdir()) == runs
    assert not (workspace / "champions.yaml").exists()  # what is promoted is promoted in a copy
    if path.stem.startswith("04"):
        assert "real" in said or "not known" in said
    if path.stem.startswith("05"):
        assert "is champion: CRPS" in said or "The champion stands. Version" in said


def _paths() -> list[str]:
    known = os.environ.get("PYTHONPATH", "")
    return [part for part in known.split(os.pathsep) if part]
