"""The command line as a user runs it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence


def issuecast(*arguments: str, code: int = 0, server: str | None = None) -> str:
    """Run the command; return what it said.

    Parameters
    ----------
    *arguments : str
        Its arguments.
    code : int
        The exit code that is expected.
    server : str, optional
        Address of a standing Prefect server; without one the command starts its own, which
        costs some ten seconds.
    """
    return _run(["-m", "pipelines.cli", *arguments], code=code, server=server)


_EACH = """
import json, sys
from pipelines.cli import main
for arguments in json.loads(sys.argv[1]):
    code = main(arguments)
    if code:
        sys.exit(code)
"""


def issuecast_each(*commands: Sequence[str], server: str | None = None) -> str:
    """Run commands one after the other in one process; return what they said.

    What a process of its own takes for a small corpus is nine tenths spent on starting: libraries
    are read and Prefect and MLflow made ready once for all of them.
    """
    return _run(["-c", _EACH, json.dumps([list(it) for it in commands])], code=0, server=server)


def _run(arguments: Sequence[str], *, code: int, server: str | None) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "MLFLOW"))}
    if server is not None:
        environment["PREFECT_API_URL"] = server
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr
