"""Faults of layout that break far from where they are made, held by a test each."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import models
import pipelines

ROOT = Path(__file__).resolve().parent.parent


def _run(code: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_mlflow_is_the_library_and_not_our_folder(tmp_path: Path) -> None:
    for folder in (ROOT, tmp_path):
        found = Path(_run("import mlflow; print(mlflow.__file__)", folder))
        assert "site-packages" in found.parts


def test_no_python_file_lies_in_our_mlflow_folder() -> None:
    assert list((ROOT / "mlflow").rglob("*.py")) == []


def _modules() -> list[str]:
    names = []
    for package in (models, pipelines):
        names += [m.name for m in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    assert len(names) > 30
    return names


_WATCHED_IMPORT = """
import sys, importlib, socket, builtins, io, os
def refuse(event, args):
    if event == "socket.connect" or event == "socket.bind":
        raise SystemExit(f"{event} {args}")
    if event == "open" and isinstance(args[0], str) and args[1] and set("wax+") & set(args[1]):
        if "__pycache__" not in args[0] and args[0] != os.devnull:
            raise SystemExit(f"written at import: {args[0]}")
    if event == "os.mkdir":
        raise SystemExit(f"made at import: {args[0]}")
sys.dont_write_bytecode = True
# Prefect and its server make their own home at import: theirs, not ours, and inside the
# workspace that the command line names first.
heavy = ("prefect", "mlflow", "torch", "sentence_transformers", "presidio_analyzer")
names = NAMES
sys.addaudithook(refuse)
for name in names:
    importlib.import_module(name)
print("clean")
"""


def test_importing_a_module_writes_no_file_and_opens_no_socket(tmp_path: Path) -> None:
    names = [n for n in _modules() if not n.startswith("pipelines.flows")]
    code = _WATCHED_IMPORT.replace("NAMES", repr(names))
    assert _run(code, tmp_path) == "clean"


def test_the_models_import_no_orchestration_tracking_or_torch(tmp_path: Path) -> None:
    names = [n for n in _modules() if n.startswith("models")]
    code = (
        f"import importlib, sys\nfor n in {names!r}: importlib.import_module(n)\n"
        "print(sorted({'mlflow','prefect','torch','deltalake','pipelines'} & set(sys.modules)))"
    )
    assert _run(code, tmp_path) == "[]"


@pytest.mark.slow
def test_a_flow_really_runs_with_the_locked_fastapi(tmp_path: Path) -> None:
    code = f"""
from pipelines.workspace import Workspace
from pipelines.environment import prepare_environment
from pathlib import Path
prepare_environment(Workspace.at(Path({str(tmp_path)!r})))
from prefect import flow, task
@task
def double(x): return 2 * x
@flow
def whole(): return double(21)
print(whole())
"""
    assert _run(code, tmp_path) == "42"


def test_no_host_of_a_registry_stands_in_the_lock() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 100
    assert [line for line in pins if "==" not in line or "://" in line] == []
