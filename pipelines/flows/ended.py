"""How a morning ended is noted, whatever came of it: by its exit code, in the workspace."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from pipelines.console import console
from pipelines.exits import EXIT_DONE, exit_code_of, has_report
from pipelines.flows.job import Job
from pipelines.heartbeat import Ended, note_end, read_end
from pipelines.metrics import write_metrics
from pipelines.moments import iso
from pipelines.ping import ping
from pipelines.run_figures import figures_of


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
        _note(job, code, now=now, seconds=time.monotonic() - started)
    said = ping(os.environ)
    if said:
        console.say(said)


def _note(job: Job, code: int, *, now: str, seconds: float) -> None:
    """Write the files; where they cannot be written, the run's own end is what counts."""
    at = iso(pd.Timestamp(now) + pd.Timedelta(seconds=seconds))
    as_of = iso(job.moment)
    console.tell(end="run", as_of=as_of, exit_code=code, seconds=round(seconds, 3))
    try:
        figures = figures_of(job.folder) if has_report(code) else None
        ended = Ended(as_of, figures.run_id if figures else "", code, at)
        note_end(job.places, ended)
        write_metrics(
            job.places.metrics,
            ended=ended,
            steps=console.steps,
            figures=figures,
            good=read_end(job.places.heartbeat),
        )
    except Exception as err:  # a full disk must not hide what the run itself ended with
        console.say(f"The end of the run could not be noted ({type(err).__name__}).")
