"""How a morning ended is noted, whatever came of it: by its exit code, in the workspace."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from pipelines.console import console
from pipelines.exits import EXIT_DONE, exit_code_of, has_report
from pipelines.flows.job import Job
from pipelines.heartbeat import Ended, note_end
from pipelines.moments import iso
from pipelines.ping import ping


@contextmanager
def noted_end(job: Job, now: str) -> Iterator[None]:
    """Note how the work within ends; tell the watcher outside if all went well.

    Parameters
    ----------
    job : Job
        The morning's.
    now : str
        The wall clock's moment at its start, ISO 8601.
    """
    started = time.monotonic()  # a clock that is set back in mid-run changes no duration
    code = EXIT_DONE
    try:
        yield
    except BaseException as err:
        code = exit_code_of(err)
        raise
    finally:
        at = pd.Timestamp(now) + pd.Timedelta(seconds=time.monotonic() - started)
        _note(job, code, at)
    said = ping(os.environ)
    if said:
        console.say(said)


def _note(job: Job, code: int, at: pd.Timestamp) -> None:
    """Write the files; where they cannot be written, the run's own end is what counts."""
    try:
        ended = Ended(as_of=iso(job.moment), run_id=_run_id(job, code), exit_code=code, at=iso(at))
        note_end(job.places, ended)
    except OSError as err:
        console.say(f"The end of the run could not be noted in the workspace ({err.strerror}).")


def _run_id(job: Job, code: int) -> str:
    if not has_report(code):
        return ""
    record = json.loads((job.folder / "run.json").read_text(encoding="utf-8"))
    return str(record["run_id"])
