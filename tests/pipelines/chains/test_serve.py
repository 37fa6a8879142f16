"""`issuecast serve` against a real server: schedules fire, never two at once; what was missed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.due import note_lived
from pipelines.workspace import Workspace
from tests import small_corpus
from tests.pipelines.command_line import issuecast

pytestmark = pytest.mark.slow
_WITHIN_S = 300  # three runs after one another, on a busy machine
_ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def _ask(server: str, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"{server}/{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def _deployments(server: str) -> dict[str, dict[str, Any]]:
    found = _ask(server, "deployments/filter", {})
    return {it["entrypoint"].rpartition(".")[2]: it for it in found if it["entrypoint"]}


def _runs(server: str) -> list[dict[str, Any]]:
    """Return the runs of our deployments that have ended, in the order of time."""
    ids = [it["id"] for it in _deployments(server).values()]
    body = {"deployments": {"id": {"any_": ids}}, "sort": "EXPECTED_START_TIME_ASC"}
    found = _ask(server, "flow_runs/filter", body)
    return [it for it in found if it["start_time"] and it["state_type"] in _ENDED]


@pytest.fixture(scope="module")
def served(
    prefect_server: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[dict[str, Any]]]:
    """Serve two schedules, each minute, until both have fired; return workspace and runs."""
    root = tmp_path_factory.mktemp("served")
    file = small_corpus.write(root / "my router.csv", small_corpus.rows())
    params = small_corpus.write_params(root / "params.yaml")
    zone = "schedules: {outlook: '* * * * *', watch: '* * * * *', backtest: '', refit: '',"
    params.write_text(params.read_text() + f"{zone} input: ['{file}'], make_up_days: 1}}\n")
    work = root / "work"
    issuecast(
        *("run", "--input", str(file), "--params", str(params), "--as-of", "2020-06-29"),
        *("--workspace", str(work)),
        server=prefect_server,
    )
    # Somebody served the day before yesterday, and yesterday's morning was missed.
    today = pd.Timestamp.now("UTC").normalize()
    note_lived(Workspace.at(work), today - pd.Timedelta(days=2), 0)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "MLFLOW"))}
    environment |= {"PREFECT_API_URL": prefect_server, "PREFECT_RUNNER_POLL_FREQUENCY": "2"}
    log = (root / "serve.log").open("wb")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "pipelines.cli", "serve", "--log-json"),
            *("--params", str(params), "--workspace", str(work)),
        ],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        deadline = time.monotonic() + _WITHIN_S
        while {"scheduled_outlook", "scheduled_watch"} - _fired(prefect_server):
            assert process.poll() is None, (root / "serve.log").read_text()
            assert time.monotonic() < deadline, (root / "serve.log").read_text()
            time.sleep(2)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    finally:
        process.kill()
        process.wait()
        log.close()
    return work, _runs(prefect_server)


def _fired(server: str) -> set[str]:
    names = {it["id"]: name for name, it in _deployments(server).items()}
    done = [it for it in _runs(server) if not it["parameters"].get("make_up")]
    return {names[it["deployment_id"]] for it in done if it["state_type"] == "COMPLETED"}


def test_runs_end_well_and_never_overlap(served: tuple[Path, list[dict[str, Any]]]) -> None:
    runs = served[1]
    whole = [it for it in runs if it["state_type"] == "COMPLETED"]
    assert len(whole) >= 3  # the made-up morning, the outlook, the watch
    # The last may have been stopped in the middle, with the process that served it.
    assert all(it["state_type"] == "COMPLETED" for it in runs[:-1])
    spans = sorted((pd.Timestamp(it["start_time"]), pd.Timestamp(it["end_time"])) for it in runs)
    assert all(ended <= began for (_, ended), (began, _) in pairwise(spans))


def test_each_run_lives_its_schedules_moment_and_the_missed_morning_is_made_up(
    served: tuple[Path, list[dict[str, Any]]],
) -> None:
    work, runs = served
    first = pd.Timestamp(runs[0]["expected_start_time"]).normalize()
    ledger = json.loads((work / "logs" / "schedule.json").read_text())
    days = [f"{first - pd.Timedelta(days=n):%Y-%m-%d}" for n in (2, 1, 0)]
    assert [ledger[f"{day}T00:00:00Z"] for day in days] == [0, 0, 0]
    made = sorted(it.parent.name for it in (work / "runs").glob("*/run.json"))
    assert {days[1], days[2], "2020-06-29"} <= set(made)
    assert days[0] not in made  # what was lived is not made up
    newest = json.loads((work / "heartbeat.json").read_text())
    assert newest["as_of"] >= f"{days[2]}T00:00:00Z"
    looks = list((work / "watch").glob("*/watch.json"))
    assert looks
    for look in looks:
        assert json.loads(look.read_text())["as_of"].endswith(":00:00Z")


def test_the_schedules_stand_after_the_end_and_hold_no_files_name(
    served: tuple[Path, list[dict[str, Any]]], prefect_server: str
) -> None:
    found = _deployments(prefect_server)
    assert set(found) == {"scheduled_outlook", "scheduled_watch"}
    for deployment in found.values():
        assert not deployment["paused"]
        assert [it["active"] for it in deployment["schedules"]] == [True]
        assert "router" not in json.dumps(deployment)
    assert "router" not in json.dumps([it["parameters"] for it in served[1]])


def test_no_log_holds_what_customers_wrote(served: tuple[Path, list[dict[str, Any]]]) -> None:
    log = (served[0].parent / "serve.log").read_text().casefold()
    assert '"step": "forecast"' in log
    assert not [word for word in ("router", "courier", "invoice", "password") if word in log]
