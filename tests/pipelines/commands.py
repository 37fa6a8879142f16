"""The command line as a user runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys


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
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "MLFLOW"))}
    if server is not None:
        environment["PREFECT_API_URL"] = server
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr
