"""One command at a time writes into a workspace: a lock that dies with its holder."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from models.errors import IssuecastError, SettingsError
from pipelines.workspace import Workspace

_NAME = ".issuecast.lock"
_PAUSE_S = 0.2


class WorkspaceBusy(IssuecastError):
    """Another command is writing into the workspace."""


@contextmanager
def writing(
    places: Workspace, command: str, *, now: datetime, wait_s: float, name: str = _NAME
) -> Iterator[None]:
    """Hold the workspace's lock, or leave.

    The operating system holds it for the open file (``flock``): however a process ends, its lock
    ends with it, and a file that is left over locks nobody out. Not for folders that several
    machines share.

    Parameters
    ----------
    places : Workspace
        Made, if it is not there yet.
    command : str
        Its name, for who comes meanwhile.
    now : datetime
        When it began.
    wait_s : float
        How long to wait for another one, in seconds.
    name : str
        The lock's file: another one for what stays while runs come and go (`issuecast serve`).

    Raises
    ------
    WorkspaceBusy
        If another process holds it; names its id and since when.
    SettingsError
        If the folder cannot be written to.
    """
    path = places.root / name
    try:
        places.root.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as err:
        message = f"--workspace: {places.root} cannot be written to ({err.strerror}); name another."
        raise SettingsError(message) from err
    with file:
        _take(file, places, wait_s)
        file.seek(0)
        file.truncate()
        about = {"pid": os.getpid(), "since": now.isoformat(timespec="seconds"), "command": command}
        file.write(json.dumps(about) + "\n")
        file.flush()
        yield


def _take(file: IO[str], places: Workspace, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise WorkspaceBusy(_who(file, places)) from None
            time.sleep(_PAUSE_S)
        else:
            return


def _who(file: IO[str], places: Workspace) -> str:
    file.seek(0)
    try:
        about = json.loads(file.read())
        holder = f"`issuecast {about['command']}` (process {about['pid']}, since {about['since']})"
    except (ValueError, KeyError, TypeError):  # just taken
        holder = "another command"
    return f"{places.root}: {holder} is at work here; --wait SECONDS waits for its end."
