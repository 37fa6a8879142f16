"""The quality page through the command line, on the small corpus."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest

from pipelines.workspace import Workspace
from tests import small_corpus
from tests.pipelines import command_line as commands
from tests.pipelines.chains.test_privacy import PLANTED, SECRETS

pytestmark = pytest.mark.slow


def test_the_page_is_written_said_and_tracked(prefect_server: str, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    from pipelines.tracking import tracking_uri

    issuecast = functools.partial(commands.issuecast, server=prefect_server)
    params = small_corpus.write_params(tmp_path / "params.yaml")
    rows = small_corpus.rows()
    for row, planted in zip(rows[-200:], list(PLANTED.values()) * 25, strict=True):
        row["text"] = f"the router wifi drops, reach me: {planted} thanks"
    file = small_corpus.write(tmp_path / "complaints.csv", rows)
    place = ("--params", str(params), "--workspace", str(tmp_path / "work"))
    said = issuecast("themes", "--report", "--as-of", "2020-06-15", *place, code=2)
    assert "No themes are known as of 2020-06-15T00:00:00Z" in said
    for as_of in ("2020-06-15", "2020-07-01"):
        issuecast("run", "--input", str(file), "--as-of", as_of, *place)
    said = issuecast("themes", "--report", "--as-of", "2020-07-01", *place)

    folder = tmp_path / "work" / "quality" / "2020-07-01"
    assert f"Quality: {folder / 'themes.html'}" in said
    sentences = said.split("themes.html\n")[1].splitlines()
    assert len(sentences) == 3
    assert "themes" in sentences[0]
    assert "refit" in sentences[2]
    files = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert set(files) == {
        *("themes.html", "themes_quality.csv", "pairs.csv", "weeks.csv", "summary.csv")
    }
    for secret in SECRETS:
        assert not [name for name, data in files.items() if secret.encode() in data], secret
    assert [p.name for p in folder.parent.iterdir()] == ["2020-07-01"]

    client = MlflowClient(tracking_uri=tracking_uri(Workspace.at(tmp_path / "work"), ""))
    experiment = client.get_experiment_by_name("issuecast")
    assert experiment is not None
    found = client.search_runs([experiment.experiment_id])
    runs = {r.info.run_name: r for r in found if "mlflow.parentRunId" not in r.data.tags}
    assert len(runs) == 3
    # At the refit the quick figures, on a day that keeps its themes none, with the page all.
    kept = runs["outlook 2020-07-01"].data.metrics
    assert not [name for name in kept if name.startswith("themes_")]
    daily = runs["outlook 2020-06-15"].data.metrics
    assert {"themes_cohesion", "themes_near_duplicates"} <= daily.keys()
    assert "themes_stability" not in daily
    record = json.loads((tmp_path / "work" / "runs" / "2020-06-15" / "run.json").read_text())
    assert record["steps"]["quality"]["themes_count"] == daily["themes_count"]
    asked = runs["themes quality 2020-07-01"]
    assert asked.data.metrics["themes_stability_ari"] > 0.5
    assert asked.data.metrics["themes_new_complaints"] > 0
    names = {item.path for item in client.list_artifacts(asked.info.run_id)}
    assert names == set(files)

    issuecast("themes", "--report", "--as-of", "2020-07-01", *place)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == files
    assert len(client.search_runs([experiment.experiment_id])) == len(found)
