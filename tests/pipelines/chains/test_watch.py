"""Between two mornings: what came in the last hours is taken in, and a rise is told at once."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests import small_corpus
from tests.pipelines import command_line as commands

pytestmark = pytest.mark.slow

MORNING = "2020-06-27"
BURST = pd.Timestamp("2020-06-27T13:00Z")


def _rows() -> list[dict[str, str]]:
    """Return quiet days, and fourteen people who write of the router within an hour."""
    rows = [
        {**row, "received_at": row["created_at"]} for row in small_corpus.rows(spike=0, days=182)
    ]
    rows = [row for row in rows if row["created_at"] < "2020-06-28"]
    example = next(row for row in rows if "router" in row["text"])
    for i in range(14):
        moment = (BURST + pd.Timedelta(minutes=4 * i + 1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        said = (
            f"my router wifi drops restart firmware {('again', 'today', 'help')[i % 3]} {i} times"
        )
        own = {"id": f"b{i}", "created_at": moment, "received_at": moment, "text": said}
        rows.append({**example, **own, "customer": f"burst-{i}"})
    return rows


@pytest.fixture(scope="module")
def place(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("watched")
    params = small_corpus.write_params(folder / "params.yaml")
    file = small_corpus.write(folder / "complaints.csv", _rows())
    work = folder / "work"
    run("run", file, params, work, MORNING, server=prefect_server)
    return file, params, work


def run(
    command: str, file: Path, params: Path, work: Path, as_of: str, *, server: str, code: int = 0
) -> str:
    return commands.issuecast(
        *(command, "--input", str(file), "--as-of", as_of),
        *("--params", str(params), "--workspace", str(work)),
        server=server,
        code=code,
    )


def test_a_burst_is_told_at_the_end_of_its_hour_and_once(
    place: tuple[Path, ...], prefect_server: str
) -> None:
    file, params, work = place
    before = run("watch", file, params, work, "2020-06-27T13:00Z", server=prefect_server)
    assert "0 in alarm since 2020-06-27 00:00" in before
    said = run("watch", file, params, work, "2020-06-27T14:00Z", server=prefect_server)
    assert "14 new" in said  # only what came since is taken in, embedded and assigned
    assert "1 in alarm since 2020-06-27 13:00, 1 not told before" in said
    assert "NEW" in said
    again = run("watch", file, params, work, "2020-06-27T15:00Z", server=prefect_server)
    assert "0 not told before" in again

    folder = work / "watch" / "2020-06-27T14-00"
    [warning] = pd.read_parquet(folder / "warnings.parquet").to_dict("records")
    assert warning["observed"] >= 14
    assert warning["expected"] < 3
    assert warning["window_hours"] in (1, 3, 6)
    assert warning["opened_on"] == pd.Timestamp("2020-06-27")
    assert "router" in " ".join(warning["exemplars"]).lower()
    assert json.loads((folder / "watch.json").read_text())["new"] == [warning["warning_id"]]

    # The next morning knows the same rise under the same name.
    run("run", file, params, work, "2020-06-28", server=prefect_server)
    morning = pd.read_parquet(work / "runs" / "2020-06-28" / "warnings.parquet")
    assert warning["warning_id"] in set(morning["warning_id"])


def test_a_look_leaves_runs_and_reports_alone(place: tuple[Path, ...]) -> None:
    *_, work = place
    names = {path.name for path in (work / "runs").iterdir() if path.is_dir()}
    assert names <= {MORNING, "2020-06-28"}
    assert not list((work / "watch").glob(".*"))


def test_without_themes_there_is_nothing_to_watch(
    place: tuple[Path, ...], prefect_server: str, tmp_path: Path
) -> None:
    file, params, _ = place
    said = run("watch", file, params, tmp_path / "w", MORNING, server=prefect_server, code=2)
    assert "`issuecast run` finds them first" in said
