"""The whole command delivers: what fails is told by the exit code and sent by the next run."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import DELIVERIES
from pipelines.store import Store
from tests import small_corpus
from tests.pipelines.command_line import issuecast, issuecast_each
from tests.pipelines.deliver.servers import mail_server, web_server

AS_OF = "2020-06-29"
pytestmark = pytest.mark.slow


def test_a_morning_is_delivered_by_its_run_and_what_failed_by_the_next(
    tmp_path: Path, prefect_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    params = small_corpus.write_params(tmp_path / "params.yaml")
    destinations = [
        {"name": "team", "url_env": "TEAM_URL"},
        {"name": "hook", "url_env": "HOOK_URL", "what": "digest"},
    ]
    rules = {"destinations": destinations, "attempts": 1, "timeout_s": 10}
    with params.open("a") as file:
        file.write(f"deliver: {json.dumps(rules)}\n")
    complaints = small_corpus.rows()
    file_ = small_corpus.write(tmp_path / "complaints.csv", complaints)
    given = ("--params", str(params), "--workspace", str(place))
    run = ("run", "--input", str(file_), "--as-of", AS_OF, *given)
    with mail_server() as mailbox, web_server() as hook:
        monkeypatch.setenv("TEAM_URL", f"{mailbox.url()}&name=h1ddenName")
        monkeypatch.setenv("HOOK_URL", hook.url)
        hook.always = 503
        # Its own Prefect server, whose database is searched below.
        said = issuecast(*run, code=4)
        folder = place / "runs" / AS_OF
        assert f"Report: {folder / 'report.html'}" in said
        assert "hook: digest not sent: the service answered 503" in said
        assert {"report.html", "report.md", "run.json"} <= {p.name for p in folder.iterdir()}
        warned = pd.read_parquet(folder / "warnings.parquet")
        is_told = (warned["state"] != "closed") & warned["joined_to"].isna()
        assert len(mailbox.mails) == 1 + is_told.sum() > 1
        assert mailbox.mails[0]["Subject"].startswith("Complaint outlook")

        said = issuecast("deliver", "--dry-run", *given, server=prefect_server)
        assert "hook (JSON at 127.0.0.1): again digest of digest as of 2020-06-29" in said
        assert (len(hook.received), len(mailbox.mails)) == (0, 1 + is_told.sum())

        hook.always = 200
        replay = ("replay", "--from", AS_OF, "--to", AS_OF, "--as-of", AS_OF, *given)
        said = issuecast_each(run, ("deliver", *given), replay, server=prefect_server)
        assert "already made" in said
        assert "1 sent, 0 not sent" in said
        assert "0 sent, 0 not sent" in said
        assert len(hook.received) == 1
        assert (hook.tries, len(mailbox.mails)) == (2, 1 + is_told.sum())
    assert set(Store(place / "store").read(DELIVERIES)["state"]) == {"sent"}
    assert (place / "feed.atom").exists()
    kept = [path for path in place.rglob("*") if path.is_file()]
    assert any("prefect" in path.parts for path in kept)
    assert any("mlflow" in path.parts for path in kept)
    for path in kept:
        written = path.read_bytes()
        for secret in (b"t0kenPath", b"h1ddenName", b"cx@acme.example"):
            assert secret not in written, path
    refused = issuecast("deliver", "--as-of", "2020-01-05", *given, server=prefect_server, code=2)
    assert "there is no run of 2020-01-05" in refused
