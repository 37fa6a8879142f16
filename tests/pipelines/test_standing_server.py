"""A standing Prefect server, where one is named, sees every stage as a flow run."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import small_corpus

_STARTED_WITHIN_S = 120


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    environment |= {
        "PREFECT_HOME": str(tmp_path / "server"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    (tmp_path / "server").mkdir()
    command = [sys.executable, "-m", "prefect", "server", "start"]
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}/api"
    deadline = time.monotonic() + _STARTED_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                assert answer.status == 200
            break
        except OSError:
            assert process.poll() is None, (tmp_path / "server.log").read_text()
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.5)
    yield address
    process.terminate()
    process.wait(timeout=30)
    log.close()


@pytest.mark.slow
def test_the_stages_are_flow_runs_on_the_server(server: str, tmp_path: Path) -> None:
    params = small_corpus.write_params(tmp_path / "params.yaml")
    file = small_corpus.write(tmp_path / "complaints.csv", small_corpus.rows())
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pipelines.cli", "run", "--input", str(file)),
            *("--params", str(params), "--as-of", "2020-06-29"),
            *("--workspace", str(tmp_path / "work")),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PREFECT_API_URL": server},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    request = urllib.request.Request(
        f"{server}/flow_runs/filter",
        data=b"{}",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        runs = json.load(answer)
    assert {run["state_type"] for run in runs} == {"COMPLETED"}
    assert len(runs) == 5
    # Nothing that a customer wrote is among what the server was told.
    assert "router" not in json.dumps([run["parameters"] for run in runs])
