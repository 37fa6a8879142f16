"""The whole chain, through the command line, with the tiny encoder."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import COMPLAINTS, SCORES, SIGNALS, STORED_TABLES
from models.forecasting.members import THE_FIVE
from models.series.hierarchy import parse_series_id, series_id
from pipelines.store import Store
from pipelines.workspace import Workspace
from tests import small_corpus
from tests.pipelines import command_line as commands

AS_OF = "2020-06-29"
Command = Callable[..., str]
pytestmark = pytest.mark.slow


def _fingerprint(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def issuecast(prefect_server: str) -> Command:
    """Return the command, on a standing server: each start of an own one costs ten seconds."""
    return functools.partial(commands.issuecast, server=prefect_server)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, issuecast: Command) -> tuple[Path, Path, Path]:
    """Return a workspace with one run, its input and its parameters."""
    root = tmp_path_factory.mktemp("chain")
    params = small_corpus.write_params(root / "params.yaml")
    file = small_corpus.write(root / "complaints.csv", small_corpus.rows())
    said = issuecast(
        *("run", "--input", str(file), "--params", str(params), "--as-of", AS_OF),
        *("--workspace", str(root / "first")),
    )
    assert "Report:" in said
    return root / "first", file, params


def test_a_run_leaves_all_its_tables_and_a_report(made: tuple[Path, Path, Path]) -> None:
    workspace, _, _ = made
    folder = workspace / "runs" / AS_OF
    for name in ("themes", "assignments", "counts", "forecasts", "warnings", "outlook", "scores"):
        assert (folder / f"{name}.parquet").exists()
    record = json.loads((folder / "run.json").read_text())
    assert record["data"]["complaints"] == Store(workspace / "store").count(COMPLAINTS)
    html = (folder / "report.html").read_text()
    assert "router" in html.lower() or "wifi" in html.lower()
    assert (folder / "report.md").read_text().count("\n") <= 12
    names = {p.name for p in (workspace / "runs").iterdir()}
    assert {AS_OF, "latest.html", "index.html", f"month-{AS_OF[:7]}.html"} <= names
    assert {n for n in names if not n.startswith("month-")} == {AS_OF, "latest.html", "index.html"}
    assert f'href="{AS_OF}/report.html"' in (workspace / "runs" / "index.html").read_text()


def test_the_runs_forecasts_add_up(made: tuple[Path, Path, Path]) -> None:
    workspace, _, _ = made
    rows = pd.read_parquet(workspace / "runs" / AS_OF / "forecasts.parquet")
    mean = rows.set_index(["series_id", "lead"])["mean"].unstack()  # noqa: PD010
    keys = {str(name): parse_series_id(str(name)) for name in mean.index}
    parts = [
        name
        for name, key in keys.items()
        if key.level in ("theme", "unassigned")
        or (key.level == "rest" and key.channel == key.brand == "*")
    ]
    assert len(parts) > 1
    assert (mean.loc[parts].sum() - mean.loc[series_id()]).abs().max() < 1e-6


def test_the_planted_spike_is_warned_of_and_nothing_else(made: tuple[Path, Path, Path]) -> None:
    workspace, _, _ = made
    folder = workspace / "runs" / AS_OF
    found = pd.read_parquet(folder / "warnings.parquet")
    still_open = found[found["state"] != "closed"]
    themes = pd.read_parquet(folder / "themes.parquet").set_index("theme_id")
    # The tiny encoder knows no meaning and may find two themes of routers: both, and no other.
    assert 1 <= len(still_open) <= 2
    for theme_id in still_open["theme_id"]:
        assert {"router", "wifi"} <= set(themes.loc[theme_id, "keywords"])
    assert still_open["observed"].sum() >= 25 > 5 > still_open["expected"].sum()


def test_the_same_again_changes_nothing(issuecast: Command, made: tuple[Path, Path, Path]) -> None:
    workspace, file, params = made
    before = _fingerprint(workspace / "runs")
    store = Store(workspace / "store")
    versions = {t.name: store.version(t) for t in STORED_TABLES}
    said = issuecast(
        *("run", "--input", str(file), "--params", str(params), "--as-of", AS_OF),
        *("--workspace", str(workspace)),
    )
    assert "already made" in said
    assert _fingerprint(workspace / "runs") == before
    assert {t.name: store.version(t) for t in STORED_TABLES} == versions


def test_another_workspace_and_another_row_order_give_the_same_numbers(
    issuecast: Command, made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    workspace, _, params = made
    file = small_corpus.write(tmp_path / "shuffled.csv", reversed(small_corpus.rows()))
    issuecast(
        *("run", "--input", str(file), "--params", str(params), "--as-of", AS_OF),
        *("--workspace", str(tmp_path / "second")),
    )
    one = _fingerprint(workspace / "runs" / AS_OF)
    two = _fingerprint(tmp_path / "second" / "runs" / AS_OF)
    assert sorted(one) == sorted(two)
    # run.json names the input's file, which the report quotes nowhere.
    differing = [name for name in one if one[name] != two[name] and name != "run.json"]
    assert differing == []


def test_later_rows_change_no_earlier_morning(
    issuecast: Command, made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    workspace, _, params = made
    later = small_corpus.rows(days=230, spike=30)
    late_row = dict(later[0], id="late", created_at="2020-03-01T10:00:00Z")
    late_row["received_at"] = "2020-07-20T10:00:00Z"
    file = small_corpus.write(tmp_path / "longer.csv", [*later, late_row])
    for as_of in ("2020-08-10", AS_OF):
        issuecast(
            *("run", "--input", str(file), "--params", str(params), "--as-of", as_of),
            *("--workspace", str(tmp_path / "later")),
        )
    for name in ("themes", "assignments", "counts", "forecasts", "outlook", "warnings", "scores"):
        then = pd.read_parquet(workspace / "runs" / AS_OF / f"{name}.parquet")
        now = pd.read_parquet(tmp_path / "later" / "runs" / AS_OF / f"{name}.parquet")
        pd.testing.assert_frame_equal(then, now)


def test_a_later_morning_scores_what_was_said_once(
    issuecast: Command, made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    workspace, _, params = made
    place = tmp_path / "later"
    shutil.copytree(workspace, place)
    file = small_corpus.write(tmp_path / "longer.csv", small_corpus.rows(days=195))
    morning = ("--params", str(params), "--as-of", "2020-07-06", "--workspace", str(place))
    said = issuecast("run", "--input", str(file), *morning)
    assert re.search(r"[1-9]\d* forecasts have come due", said)
    store = Store(place / "store")
    scores, forecasts = store.read(SCORES), pd.read_parquet(
        workspace / "runs" / AS_OF / "forecasts.parquet"
    )  # fmt: skip
    # Seven days of every series that is still counted; `actual` is what the later morning counts.
    assert sorted(scores["lead"].unique()) == list(range(1, 8))
    left = pd.read_parquet(place / "runs" / "2020-07-06" / "not_checked.parquet")
    # A parent's rest (`~`) is of other themes every morning and shown to nobody: not scored.
    is_rest = forecasts["series_id"].map(lambda name: parse_series_id(name).level == "rest")
    due = forecasts[(forecasts["lead"] <= 7) & ~is_rest]
    assert len(scores) + left["forecasts"].sum() == len(due)
    counts = pd.read_parquet(place / "runs" / "2020-07-06" / "counts.parquet")
    total = scores[scores["series_id"] == series_id()]
    counted = counts[counts["series_id"] == series_id()].set_index("date")["count"]
    days = total["origin"] + pd.to_timedelta(total["lead"] - 1, unit="D")
    assert total["actual"].tolist() == counted.loc[days].tolist()
    page = (place / "runs" / "2020-07-06" / "report.html").read_text()
    assert "forecasts of a day that we made on earlier mornings" in page
    # Once more: the same bytes, and no score more.
    before, version = _fingerprint(place / "runs"), store.version(SCORES)
    told = place / "runs" / "2020-07-06" / "run.json"
    checked = json.loads(told.read_text())["steps"]["checked"]
    issuecast("run", "--input", str(file), *morning, "--force")
    after = _fingerprint(place / "runs")
    # The record counts which texts were new to the store: none are, the second time.
    assert {name for name in before if before[name] != after[name]} <= {"2020-07-06/run.json"}
    assert sorted(after) == sorted(before)
    assert json.loads(told.read_text())["steps"]["checked"] == checked
    assert store.version(SCORES) == version


def test_a_backtest_leaves_page_pictures_tables_and_one_mlflow_run(
    issuecast: Command, made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    from mlflow import MlflowClient

    from pipelines.tracking import tracking_uri

    workspace, _, params = made
    place = tmp_path / "tested"
    shutil.copytree(workspace, place)
    runs = _fingerprint(place / "runs")
    store = Store(place / "store")
    versions = {t.name: store.version(t) for t in STORED_TABLES}
    given = ("--params", str(params), "--as-of", AS_OF, "--workspace", str(place))
    said = issuecast("backtest", *given, "--origins", "1")
    assert "seasonal naive" in said
    assert "The forecasts' error is" in said
    folder = place / "backtest" / AS_OF
    assert [p.name for p in (place / "backtest").iterdir()] == [AS_OF]
    names = {path.name for path in folder.iterdir()}
    assert {"backtest.html", "pit.svg", "fan-1.svg", "backtest.parquet", "summary.csv"} <= names
    # It reads the workspace and leaves runs and tables as they are.
    assert _fingerprint(place / "runs") == runs
    assert {t.name: store.version(t) for t in STORED_TABLES} == versions
    # The database says where the artifacts of the first workspace are: those stay where they were.
    client = MlflowClient(tracking_uri=tracking_uri(Workspace.at(place), ""))
    experiment = client.get_experiment_by_name("issuecast")
    assert experiment is not None
    logged = [
        run
        for run in client.search_runs([experiment.experiment_id])
        if run.info.run_name.startswith("backtest")
    ]
    assert len(logged) == 1
    summary = pd.read_parquet(folder / "summary.parquet").set_index(["band", "method"])
    metrics = logged[0].data.metrics
    assert metrics["backtest_all_ratio"] == pytest.approx(summary.loc[("all", "ensemble"), "ratio"])
    refused = issuecast("backtest", *given, "--origins", "0", code=2)
    assert "whole number from 1" in refused


def test_one_run_in_mlflow_holds_parameters_figures_and_the_report(
    made: tuple[Path, Path, Path],
) -> None:
    from mlflow import MlflowClient

    from pipelines.tracking import tracking_uri

    workspace, _, _ = made
    client = MlflowClient(tracking_uri=tracking_uri(Workspace.at(workspace), ""))
    experiment = client.get_experiment_by_name("issuecast")
    assert experiment is not None
    found = client.search_runs([experiment.experiment_id])
    runs = [run for run in found if "mlflow.parentRunId" not in run.data.tags]
    assert len(runs) == 1
    # ... and beside it one for each member of the median.
    assert {run.info.run_name for run in found} - {runs[0].info.run_name} == set(THE_FIVE)
    assert len(found) == 1 + len(THE_FIVE)
    assert runs[0].data.params["embedding.encoder"] == "hashing"
    assert runs[0].data.metrics["warnings_open"] >= 1
    assert runs[0].data.metrics["coverage_80"] > 0.5
    names = {item.path for item in client.list_artifacts(runs[0].info.run_id)}
    assert {"report.html", "run.json", "forecasts.parquet"} <= names


def test_what_is_refused_says_why_and_exits_with_2(
    issuecast: Command, made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, file, _params = made
    place = ("--workspace", str(tmp_path / "refused"))
    said = issuecast("run", "--input", str(tmp_path / "none.csv"), *place, code=2)
    assert "none.csv" in said
    given = ("--input", str(file), *place)
    said = issuecast("run", *given, "--columns", "text=txet", code=2)
    assert "txet" in said
    assert "text" in said
    assert "no date" in issuecast("run", *given, "--as-of", "soon", code=2)
    (tmp_path / "bad.yaml").write_text("themes: {neighbors: 3}\n")
    said = issuecast("run", *given, "--params", str(tmp_path / "bad.yaml"), code=2)
    assert "did you mean `neighbours`" in said.lower()
    assert "No complaint is known" in issuecast("run", *place, "--as-of", "2020-01-01", code=2)
    assert "issuecast run" in issuecast("report", *place, "--as-of", "2020-01-01", code=3)


def test_a_dry_run_stores_nothing(
    issuecast: Command, made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, file, _ = made
    place = tmp_path / "dry"
    said = issuecast("run", "--input", str(file), "--dry-run", "--workspace", str(place))
    assert "nothing was stored" in said
    assert not (place / "store" / "complaints").exists()
    assert not (place / "runs").exists()


def test_the_status_says_what_is_there(issuecast: Command, made: tuple[Path, Path, Path]) -> None:
    workspace, _, _ = made
    found = json.loads(issuecast("status", "--json", "--workspace", str(workspace)))
    assert found["runs"][0] == AS_OF
    assert found["tables"]["complaints"] > 1000
    assert found["unfinished"] == []


def test_signals_make_the_run_anew(
    issuecast: Command, made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    workspace, _, params = made
    file = tmp_path / "signals.csv"
    file.write_text(
        "name,at,kind,known_at\n5.1,2020-05-11,release,2020-05-01\n5.2,2020-07-06,release,2020-06-20\n"
        "odd,soon,release,\n"
    )
    place = ("--params", str(params), "--as-of", AS_OF, "--workspace", str(workspace))
    record = workspace / "runs" / AS_OF / "run.json"
    before = json.loads(record.read_text())["run_id"]
    said = issuecast("ingest", "--signals", str(file), *place)
    assert "3 signals read, 2 taken" in said
    assert "at cannot be read as a time" in said
    assert Store(workspace / "store").read(SIGNALS)["name"].tolist() == ["5.1", "5.2"]
    issuecast("run", "--signals", str(file), *place)
    after = json.loads(record.read_text())
    assert after["run_id"] != before
    assert after["steps"]["signals"]["unchanged"] == 2
    said = issuecast("ingest", *place, code=2)
    assert "write --input FILE, --signals FILE, or both" in said
