"""A workspace of another form is refused, with the command to run; an older one migrated."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import DataContractError
from pipelines.cli import main
from pipelines.schema import SCHEMA, check_schema, migrate, note_schema, schema_of
from pipelines.workspace import Workspace


@pytest.fixture
def places(tmp_path: Path) -> Workspace:
    places = Workspace.at(tmp_path / "work")
    places.store.mkdir(parents=True)
    (places.store / "table").write_text("1")
    return places


def _rise(places: Workspace) -> None:
    path = places.store / "table"
    path.write_text(path.read_text() + "2")


def _break(places: Workspace) -> None:
    _rise(places)
    raise OSError("disk full")


def test_a_workspace_from_before_there_were_numbers_is_of_the_first(places: Workspace) -> None:
    assert schema_of(places) == 1
    check_schema(places)
    note_schema(places)
    assert (places.root / "workspace.json").read_text() == f'{{"schema": {SCHEMA}}}\n'


def test_a_newer_one_is_refused_by_every_command(
    places: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    note_schema(places, schema=SCHEMA + 1)
    for command in (["status"], ["run", "--as-of", "2026-11-02"], ["forget", "--dry-run"]):
        assert main([*command, "--workspace", str(places.root)]) == 2
        assert f"schema {SCHEMA + 1}, this one reads {SCHEMA}" in capsys.readouterr().err
    assert main(["admin", "migrate", "--workspace", str(places.root)]) == 2


def test_an_older_one_names_the_command_and_is_migrated_on_a_copy(places: Workspace) -> None:
    note_schema(places, schema=1)
    with pytest.raises(DataContractError, match=r"issuecast admin migrate --workspace"):
        check_schema(places, schema=3)
    with pytest.raises(OSError, match="disk full"):
        migrate(places, schema=3, migrations={1: _rise, 2: _break})
    assert (places.store / "table").read_text() == "1"  # as it was
    said = migrate(places, schema=3, migrations={1: _rise, 2: _rise})
    assert "from schema 1 to 3" in said
    assert (places.store / "table").read_text() == "122"
    old = places.root.with_name(".work.schema1")
    assert (old / "store" / "table").read_text() == "1"
    check_schema(places, schema=3)
    # Killed between the two renames: the next call begins with the old one.
    places.root.rename(places.root.with_name(".work.migrating"))
    assert "from schema 1 to 3" in migrate(places, schema=3, migrations={1: _rise, 2: _rise})
    assert (places.store / "table").read_text() == "122"
    assert "already" in migrate(places, schema=3)


def test_a_broken_note_is_named(places: Workspace) -> None:
    (places.root / "workspace.json").write_text("{")
    with pytest.raises(DataContractError, match=r"workspace.json: cannot be read"):
        schema_of(places)
