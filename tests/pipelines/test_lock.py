"""One command at a time: a second one leaves, waits, or finds a dead one's lock gone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.errors import SettingsError
from pipelines.cli import main
from pipelines.lock import WorkspaceBusy, writing
from pipelines.workspace import Workspace

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
_HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipelines.lock import writing
from pipelines.workspace import Workspace
now = datetime(2026, 11, 2, 8, tzinfo=UTC)
with writing(Workspace.at(Path(sys.argv[1])), "run", now=now, wait_s=0):
    sys.stdout.write("held\\n"); sys.stdout.flush(); sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_command_leaves_at_once_and_names_the_first(
    holder: subprocess.Popen[bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    assert main(["forget", "--complaint-id", "7", "--yes", "--workspace", str(tmp_path)]) == 2
    assert time.monotonic() - started < 5
    said = capsys.readouterr().err
    assert f"process {holder.pid}, since 2026-11-02T08:00:00+00:00" in said
    assert "`issuecast run`" in said
    # What only reads does not ask.
    assert main(["status", "--workspace", str(tmp_path)]) == 0


def test_a_lock_dies_with_its_holder(holder: subprocess.Popen[bytes], tmp_path: Path) -> None:
    places = Workspace.at(tmp_path)
    with pytest.raises(WorkspaceBusy), writing(places, "run", now=NOW, wait_s=0.3):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / ".issuecast.lock").exists()
    with writing(places, "run", now=NOW, wait_s=0):
        pass


def test_who_waits_gets_it_when_the_first_ends(
    holder: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert holder.stdin is not None
    holder.stdin.write(b"go\n")
    holder.stdin.flush()
    with writing(Workspace.at(tmp_path), "watch", now=NOW, wait_s=30):
        about = json.loads((tmp_path / ".issuecast.lock").read_text())
    assert about["command"] == "watch"


def test_a_workspace_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    places = Workspace.at(tmp_path / "file" / "work")
    with (
        pytest.raises(SettingsError, match="cannot be written to"),
        writing(places, "run", now=NOW, wait_s=0),
    ):
        pass


@pytest.mark.parametrize("value", ["-1", "soon", "nan", "1e9"])
def test_a_wait_is_a_number_of_seconds(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["status", f"--wait={value}"])
    assert "expected seconds" in capsys.readouterr().err
