"""What a machine is told of a run: JSON lines, metrics, heartbeat, artifact; and no text in any."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipelines.ping import PING_VARIABLE
from tests import small_corpus
from tests.pipelines.command_line import issuecast

pytestmark = pytest.mark.slow
WORDS = ("router", "firmware", "courier", "invoice", "password", "complaints.csv")


def _rows() -> list[dict[str, str]]:
    return small_corpus.rows(days=183, per_day=4.0)


@pytest.fixture(scope="module")
def pinged() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a watcher on loopback, and what it was asked for."""
    asked: list[str] = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Watcher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/secret", asked
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def made(
    prefect_server: str,
    pinged: tuple[str, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Path, Path, str]:
    root = tmp_path_factory.mktemp("observed")
    params = small_corpus.write_params(root / "params.yaml")
    file = small_corpus.write(root / "complaints.csv", _rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PING_VARIABLE, pinged[0])
        said = issuecast(
            *("run", "--input", str(file), "--params", str(params), "--as-of", "2020-06-29"),
            *("--workspace", str(root / "work"), "--log-json"),
            server=prefect_server,
        )
    return root / "work", file, params, said


def test_each_line_is_json_and_holds_no_text(made: tuple[Path, Path, Path, str]) -> None:
    said = made[3]
    lines = [json.loads(line) for line in said.splitlines()]
    rows = {it["step"]: (it["rows_in"], it["rows_out"]) for it in lines if "step" in it}
    taken = rows["ingest"][1]
    assert rows["ingest"][0] > taken > 1000  # the file goes on after the morning
    assert rows["gates"] == (taken, taken)
    assert rows["embed"][0] == rows["embed"][1]
    assert rows["warnings"][1] >= 1
    end = lines[-1]
    assert (end["end"], end["as_of"], end["exit_code"]) == ("run", "2020-06-29T00:00:00Z", 0)
    assert not [word for word in WORDS if word in said.casefold()]


def test_the_heartbeat_names_the_run_and_the_watcher_heard(
    made: tuple[Path, Path, Path, str], pinged: tuple[str, list[str]]
) -> None:
    work = made[0]
    beat = json.loads((work / "heartbeat.json").read_text())
    record = json.loads((work / "runs" / "2020-06-29" / "run.json").read_text())
    assert (beat["run_id"], beat["exit_code"]) == (record["run_id"], 0)
    assert pinged[1] == ["/secret"]


def test_metrics_agree_with_the_runs_record(made: tuple[Path, Path, Path, str]) -> None:
    work = made[0]
    text = (work / "metrics.prom").read_text()
    found = {
        (it.name, "".join(it.labels.values())): it.value
        for family in text_string_to_metric_families(text)
        for it in family.samples
    }
    record = json.loads((work / "runs" / "2020-06-29" / "run.json").read_text())
    assert found["issuecast_complaints", ""] == record["data"]["complaints"]
    levels = [found["issuecast_warnings_open", str(level)] for level in (1, 2, 3, 4)]
    assert sum(levels) == record["steps"]["warnings"]["open"] >= 1
    assert found["issuecast_exit_code", ""] == 0
    assert found["issuecast_step_seconds", "deliver"] >= 0
    assert not [word for word in WORDS if word in text.casefold()]


def test_the_server_keeps_a_summary_in_numbers(
    made: tuple[Path, Path, Path, str], prefect_server: str
) -> None:
    record = json.loads((made[0] / "runs" / "2020-06-29" / "run.json").read_text())
    request = urllib.request.Request(
        f"{prefect_server}/artifacts/filter",
        data=b"{}",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        kept = [it for it in json.load(answer) if record["run_id"] in str(it["data"])]
    assert [it["key"] for it in kept] == ["issuecast-run"]
    assert "| forecast |" in kept[0]["data"]
    assert not [word for word in WORDS if word in kept[0]["data"].casefold()]


def test_a_gate_that_failed_is_in_the_metrics_and_leaves_the_heartbeat(
    made: tuple[Path, Path, Path, str], prefect_server: str, tmp_path: Path
) -> None:
    work, _, params, _ = made
    before = (work / "heartbeat.json").read_bytes()
    strict = tmp_path / "strict.yaml"
    strict.write_text(params.read_text() + "gates: {min_rows: 3, min_volume_share: 0.2}\n")
    # One complaint of a day comes where sixteen or so usually do.
    rows = _rows()
    rows = [it for it in rows if it["created_at"] < "2020-06-29"] + [
        it for it in rows if it["created_at"] > "2020-06-29"
    ][:1]
    file = small_corpus.write(tmp_path / "half.csv", rows)
    said = issuecast(
        *("run", "--input", str(file), "--params", str(strict), "--as-of", "2020-06-30"),
        *("--log-json", "--workspace", str(work)),
        server=prefect_server,
        code=3,
    )
    ends = [json.loads(line) for line in said.splitlines() if line.startswith('{"end"')]
    assert [it["exit_code"] for it in ends] == [3]
    assert "issuecast_exit_code 3.0" in (work / "metrics.prom").read_text()
    assert "warnings_open" not in (work / "metrics.prom").read_text()
    assert (work / "heartbeat.json").read_bytes() == before
    late = issuecast(
        *("status", "--workspace", str(work), "--max-age", "26h", "--now", "2020-07-03T09:00Z"),
        code=3,
    )
    assert "ended" in late
    assert "with 3 (a gate failed" in late
