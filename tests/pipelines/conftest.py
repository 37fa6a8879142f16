"""Fixtures of the tests that run whole commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.pipelines.loopback import free_port, wait_until_healthy


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a real, standing Prefect server on loopback."""
    home = tmp_path_factory.mktemp("server")
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    environment |= {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start"]
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}/api"
    wait_until_healthy(address, process, home / "server.log")
    yield address
    process.terminate()
    process.wait(timeout=30)
    log.close()
