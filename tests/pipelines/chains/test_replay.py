"""Mornings lived again say what those mornings said, and what came is held against them."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from models.series.hierarchy import parse_series_id
from tests import small_corpus
from tests.pipelines import command_line as commands

pytestmark = pytest.mark.slow

# The spike is on 28 June: told on the 29th, and two mornings on either side.
FIRST, LAST = "2020-06-28", "2020-06-30"
MORNINGS = (FIRST, "2020-06-29", LAST)
NOW = "2020-07-04"
TOLD = ["theme_id", "state", "severity", "observed", "expected", "p_value", "opened_on"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the file of complaints, each known when it was written, and the parameters."""
    folder = tmp_path_factory.mktemp("replayed")
    rows = [{**row, "received_at": row["created_at"]} for row in small_corpus.rows()]
    params = small_corpus.write_params(folder / "params.yaml")
    # What came is known when the themes of the first morning are too old for another one.
    said = params.read_text()
    params.write_text(said.replace("min_texts: 20}", "min_texts: 20, refit_days: 4}"))
    return small_corpus.write(folder / "complaints.csv", rows), params


@pytest.fixture(scope="module")
def later(
    corpus: tuple[Path, Path], prefect_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a workspace that was first used days after the mornings in question."""
    file, params = corpus
    place = tmp_path_factory.mktemp("later") / "work"
    commands.issuecast(
        *("run", "--input", str(file), "--as-of", NOW, "--params", str(params)),
        *("--workspace", str(place)),
        server=prefect_server,
    )
    return place


def replay(place: Path, params: Path, *more: str, server: str, code: int = 0) -> str:
    return commands.issuecast(
        *("replay", "--from", FIRST, "--to", LAST, "--as-of", NOW, *more),
        *("--params", str(params), "--workspace", str(place)),
        server=server,
        code=code,
    )


@pytest.fixture(scope="module")
def replayed(corpus: tuple[Path, Path], later: Path, prefect_server: str) -> Path:
    said = replay(later, corpus[1], server=prefect_server)
    assert "2020-06-29  " in said  # the morning that opened a warning is named as it is lived
    assert "replay.html" in said
    return later / "replay" / f"{FIRST}_{LAST}"


def test_each_morning_is_what_it_was(
    corpus: tuple[Path, Path], replayed: Path, prefect_server: str, tmp_path: Path
) -> None:
    file, params = corpus
    lived = tmp_path / "lived"
    for as_of in MORNINGS:
        commands.issuecast(
            *("run", "--input", str(file), "--as-of", as_of, "--params", str(params)),
            *("--workspace", str(lived)),
            server=prefect_server,
        )
    warnings = pd.read_parquet(replayed / "warnings.parquet")
    forecasts = pd.read_parquet(replayed / "forecasts.parquet")
    for as_of in MORNINGS:
        run = lived / "runs" / as_of
        said = pd.read_parquet(run / "warnings.parquet")
        again = warnings[warnings["as_of"] == pd.Timestamp(as_of, tz="UTC")]
        pd.testing.assert_frame_equal(again[TOLD].reset_index(drop=True), said[TOLD])
        ahead = pd.read_parquet(run / "forecasts.parquet")
        same = forecasts[forecasts["origin"] == pd.Timestamp(as_of)].reset_index(drop=True)
        pd.testing.assert_frame_equal(same, ahead)
    assert len(warnings)
    assert len(forecasts)


def test_what_was_said_is_held_against_what_came(replayed: Path) -> None:
    episodes = pd.read_parquet(replayed / "episodes.parquet")
    opened = episodes[episodes["opened_on"] == small_corpus.SPIKE_DAY]
    spike = opened.sort_values("observed").iloc[-1].to_dict()
    assert set(spike["title"].lower().split()) & {"router", "wifi", "firmware", "restart"}
    assert spike["first_told"] == pd.Timestamp("2020-06-29", tz="UTC")
    assert (spike["verdict"], spike["peak_on"]) == ("real", small_corpus.SPIKE_DAY)

    scores = pd.read_parquet(replayed / "scores.parquet")
    # Every day from the first morning to the day before the end has come due, once an origin.
    assert set(scores["origin"].dt.strftime("%Y-%m-%d")) == set(MORNINGS)
    of_first = scores[scores["origin"] == pd.Timestamp(FIRST)]
    assert set(of_first["lead"]) == set(range(1, 7))
    assert not scores.duplicated(["series_id", "origin", "lead"]).any()

    record = json.loads((replayed / "replay.json").read_text())
    assert record["mornings"] == [f"{day}T00:00:00Z" for day in MORNINGS]
    assert record["end"] == f"{NOW}T00:00:00Z"
    assert record["figures"]["warnings"] == len(episodes)
    page = (replayed / "replay.html").read_text()
    assert "<script" not in page
    assert spike["title"] in page
    assert (replayed / "timeline.svg").read_text().startswith("<svg xmlns=")
    assert list(replayed.parent.iterdir()) == [replayed]  # nothing is left of the making


def test_what_came_is_counted_under_the_themes_of_then(replayed: Path) -> None:
    themes = pd.read_parquet(replayed / "themes.parquet")
    counts = pd.read_parquet(replayed / "counts.parquet")
    counted = {parse_series_id(name).theme for name in counts["series_id"].unique()}
    assert {name for name in counted if name.startswith("t-")} == set(themes["theme_id"])
    assert len(set(themes["version"])) == 1
    assert counts["date"].max() == pd.Timestamp(NOW) - pd.Timedelta(days=1)


def test_a_replay_leaves_the_workspace_as_it_was(later: Path, replayed: Path) -> None:
    assert sorted(path.name for path in (later / "runs").iterdir() if path.is_dir()) == [NOW]
    warnings = pd.read_parquet(later / "runs" / NOW / "warnings.parquet")
    assert set(warnings["as_of"].dt.strftime("%Y-%m-%d")) <= {NOW}


def test_a_killed_replay_goes_on_and_says_the_same(
    corpus: tuple[Path, Path], later: Path, replayed: Path, prefect_server: str
) -> None:
    before = {p.name: p.read_bytes() for p in replayed.iterdir()}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    arguments = ("--from", FIRST, "--to", LAST, "--as-of", NOW, "--params", str(corpus[1]))
    started = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "replay", *arguments, "--workspace", str(later)],
        env=environment | {"PREFECT_API_URL": prefect_server},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    scratch = replayed.parent / f".{replayed.name}.mornings"
    deadline = time.monotonic() + 300
    while not (scratch / "runs" / FIRST).exists():
        assert started.poll() is None, "the replay ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    started.send_signal(signal.SIGKILL)
    started.wait()
    assert (replayed / "replay.html").read_bytes() == before["replay.html"]  # the last good one

    lived = (scratch / "runs" / FIRST / "warnings.parquet").stat().st_mtime_ns
    said = replay(later, corpus[1], server=prefect_server)
    assert "replay.html" in said
    assert not scratch.exists()
    assert lived
    assert {p.name: p.read_bytes() for p in replayed.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "2020-06-30", "--to", "2020-06-28"), "give the earlier date first"),
        (("--from", "2020-06-28", "--to", "2020-09-28"), "has not been yet"),
        (("--from", "June", "--to", "2020-06-28"), "--from: 'June' is no date"),
        (("--from", "2019-06-28", "--to", "2020-06-28"), "give a later --from"),
        (("--from", "2020-06-28", "--to", "2020-06-29", "--every", "0d"), "expected days"),
    ],
)
def test_what_cannot_be_lived_is_said(
    arguments: tuple[str, ...],
    message: str,
    corpus: tuple[Path, Path],
    later: Path,
    prefect_server: str,
) -> None:
    issuecast = functools.partial(commands.issuecast, server=prefect_server, code=2)
    place = ("--as-of", NOW, "--params", str(corpus[1]), "--workspace", str(later))
    assert message in issuecast("replay", *arguments, *place)


def test_a_workspace_without_themes_cannot_be_lived_again(
    prefect_server: str, tmp_path: Path
) -> None:
    place = ("--as-of", NOW, "--workspace", str(tmp_path / "none"))
    said = commands.issuecast(
        *("replay", "--from", FIRST, "--to", LAST, *place), server=prefect_server, code=2
    )
    assert "No themes are known" in said
