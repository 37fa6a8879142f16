"""A standing Prefect server, where one is named, sees every stage as a flow run."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from tests import small_corpus
from tests.pipelines.command_line import issuecast


@pytest.mark.slow
def test_the_stages_are_flow_runs_on_the_server(prefect_server: str, tmp_path: Path) -> None:
    before = {run["id"] for run in _flow_runs(prefect_server)}
    params = small_corpus.write_params(tmp_path / "params.yaml")
    file = small_corpus.write(tmp_path / "complaints.csv", small_corpus.rows())
    issuecast(
        *("run", "--input", str(file), "--params", str(params), "--as-of", "2020-06-29"),
        *("--workspace", str(tmp_path / "work")),
        server=prefect_server,
    )
    runs = [run for run in _flow_runs(prefect_server) if run["id"] not in before]
    assert {run["state_type"] for run in runs} == {"COMPLETED"}
    assert len(runs) == 7  # the daily flow, its four stages, the first fit, and the delivery
    # Nothing that a customer wrote, and no file's name, is among what the server was told.
    told = json.dumps([run["parameters"] for run in runs])
    assert "router" not in told
    assert "complaints.csv" not in told


def _flow_runs(server: str) -> list[dict]:
    request = urllib.request.Request(
        f"{server}/flow_runs/filter",
        data=b"{}",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)
