"""Mornings whose data cannot be believed: old, half, and what the reader is left with."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import WARNINGS
from pipelines.store import Store
from tests import small_corpus
from tests.pipelines import command_line as commands

GOOD, HALF, MENDED, OLD = "2020-06-29", "2020-06-30", "2020-07-01", "2020-07-04"
Command = Callable[..., str]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def issuecast(prefect_server: str) -> Command:
    return functools.partial(commands.issuecast, server=prefect_server)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("gates")
    params = small_corpus.write_params(root / "params.yaml")
    # Sixteen complaints a day are few: they are judged all the same.
    params.write_text(params.read_text() + "gates: {min_rows: 3, min_volume_share: 0.2}\n")
    return root


def _run(issuecast: Command, work: Path, as_of: str, rows: list, **said: int) -> str:  # type: ignore[type-arg]
    file = small_corpus.write(work / f"{as_of}.csv", rows)
    return issuecast(
        *("run", "--input", str(file), "--params", str(work / "params.yaml")),
        *("--as-of", as_of, "--workspace", str(work / "w")),
        **said,
    )


def _before(rows: list[dict[str, str]], as_of: str) -> list[dict[str, str]]:
    return [row for row in rows if row["created_at"] < as_of]


def _prints(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _one_folder_up(report: Path) -> str:
    """Return a report without neighbours as it reads from the folder of runs."""
    return report.read_text().replace('href="../', 'href="')


def test_mornings_that_cannot_be_believed_are_told_as_such(issuecast: Command, work: Path) -> None:
    everything = small_corpus.rows(days=190, per_day=4.0)
    runs = work / "w" / "runs"
    latest = runs / "latest.html"
    _run(issuecast, work, GOOD, _before(everything, GOOD))
    assert latest.read_text() == _one_folder_up(runs / GOOD / "report.html")
    assert "banner" not in latest.read_text().split("</style>")[1]
    good = _prints(runs / GOOD)

    # One complaint of a day comes where sixteen or so usually do.
    half = _before(everything, GOOD) + [r for r in everything if r["created_at"] > GOOD][:1]
    said = _run(issuecast, work, HALF, half, code=3)
    assert "Only 1 complaints came in" in said
    assert f"The last good report stands: {runs / GOOD / 'report.html'}" in said
    assert "gates.stop_on" in said
    assert _prints(runs / GOOD) == good
    assert not (runs / HALF).exists()
    page = latest.read_text().split("</style>")[1]
    assert "No new report on 30 Jun 2020: what came in could not be believed." in page
    assert "Only 1 complaints came in" in page
    assert "Below stands the last good report." in page
    assert 'id="h-warnings"' in page
    # The rest comes a day later: nothing is lost, and the banner is gone.
    _run(issuecast, work, MENDED, _before(everything, MENDED))
    assert latest.read_text() == _one_folder_up(runs / MENDED / "report.html")
    record = json.loads((runs / MENDED / "run.json").read_text())
    assert record["data"]["complaints"] == len(_before(everything, MENDED))

    # Nothing more comes for three days: a report that says so, and no pretended forecast.
    said = _run(issuecast, work, OLD, _before(everything, MENDED))
    assert "no forecast: the data ends 30 Jun 2020" in said
    folder = runs / OLD
    for name in ("forecasts", "outlook", "warnings", "chances"):
        assert pd.read_parquet(folder / f"{name}.parquet").empty
    left = pd.read_parquet(folder / "not_covered.parquet")
    assert len(left) > 4
    assert left["reason"].str.startswith("no forecast: the data ends 30 Jun 2020").all()
    page = (folder / "report.html").read_text().split("</style>")[1]
    assert "No forecast this morning." in page
    assert "No complaint since 30 Jun 2020" in page
    assert "Not looked at this morning: the data is too old." in page
    assert "No warning is open." not in page
    assert "No new warnings" not in (folder / "report.md").read_text()
    kept = Store(work / "w" / "store").read(WARNINGS)
    assert kept["as_of"].max() < pd.Timestamp(OLD, tz="UTC")
    # When the data is back, the morning after goes on from the last one that looked.
    said = _run(issuecast, work, "2020-07-05", _before(everything, "2020-07-05"))
    assert "gates     passed" in said
    assert len(pd.read_parquet(runs / "2020-07-05" / "forecasts.parquet"))
