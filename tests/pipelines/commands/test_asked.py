"""A source that is asked, from the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import yaml

from pipelines.cli import main
from tests.pipelines.command_line import issuecast

SECRETS = ("jane.roe", "s3cretT4ken", "hidden.example")


def _database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "hidden.example.db"
    with sqlite3.connect(file) as connection:
        connection.execute("create table ticket (id, created_at, body, updated_at)")
        connection.executemany(
            "insert into ticket values (?, ?, ?, ?)",
            [
                (n, f"2024-01-0{n} 10:00:00", "Mail jane.roe@example.org", f"2024-01-0{n} 11:00:00")
                for n in range(1, 6)
            ],
        )
    monkeypatch.setenv("CRM_URL", f"sqlite:///{file}?cache=private")
    query = (
        "select * from ticket where updated_at > :cursor and body <> 's3cretT4ken' "
        "order by updated_at"
    )
    crm = {"kind": "sql", "url_env": "CRM_URL", "query": query, "cursor": "updated_at"}
    params = tmp_path / "params.yaml"
    params.write_text(yaml.safe_dump({"sources": {"crm": {**crm, "columns": {"text": "body"}}}}))
    return params


@pytest.mark.slow
def test_a_dry_run_says_what_would_come_and_a_second_load_finds_nothing_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_server: str
) -> None:
    params = _database(tmp_path, monkeypatch)
    work = tmp_path / "work"
    asked = ("ingest", "--source", "crm", "--params", str(params), "--workspace", str(work))
    asked += ("--as-of", "2024-02-01")
    said = issuecast(*asked, "--dry-run", server=prefect_server)
    assert "5 rows read, 5 taken" in said
    assert "nothing was stored" in said
    assert not (work / "store" / "cursors").exists()
    assert "5 new, 0 changed" in issuecast(*asked, server=prefect_server)
    assert "0 new, 0 changed" in issuecast(*asked, server=prefect_server)
    left = b"".join(p.read_bytes() for p in work.rglob("*") if p.is_file())
    assert [secret for secret in SECRETS if secret.encode() in left] == []


def test_a_source_that_is_not_described_is_said_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    params = _database(tmp_path, monkeypatch)
    for command in ("run", "watch", "ingest"):
        code = main([command, "--source", "crn", "--params", str(params), "--workspace", "w"])
        assert code == 2
        assert "no source 'crn' is described" in (said := capsys.readouterr().err)
        assert "Did you mean crm?" in said
