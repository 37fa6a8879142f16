"""What a schedule fires: the commands' own flows, each at the schedule's moment, one at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from prefect import Flow, flow, runtime
from prefect.context import FlowRunContext
from prefect.schedules import Cron, Schedule

from pipelines.console import console
from pipelines.due import lived_mornings, note_lived, owed_mornings
from pipelines.environment import make_home, prepare_environment
from pipelines.exits import EXIT_DONE, EXIT_FAULT, exit_code_of
from pipelines.flows.backtest import backtest
from pipelines.flows.deliver import deliver
from pipelines.flows.ended import noted_end
from pipelines.flows.ingest import ingest
from pipelines.flows.job import Inputs, Job
from pipelines.flows.outlook import outlook
from pipelines.flows.summarise import say_summary
from pipelines.flows.themes import themes
from pipelines.flows.watch import watch
from pipelines.forget.retention import remove_old_runs
from pipelines.lock import writing
from pipelines.moments import iso, start_of_day
from pipelines.schema import check_schema, note_schema
from pipelines.settings import Asked, Schedules

_ORIGINS = 4  # of a back-test, as `issuecast backtest` has it


@flow(name="scheduled-outlook")
def scheduled_outlook(
    workspace: str | None = None,
    params: str | None = None,
    log_json: bool = False,
    make_up: bool = False,
) -> None:
    """Live the morning that is due, then those that were missed before it, latest first.

    With `make_up` only what was missed: a server that starts again asks for that.
    """
    first = _job(workspace, params, log_json)
    with _alone(first) as said:
        due = _moment()
        mornings = _owed(first, said, due)
        if not make_up:
            today = start_of_day(due, time_zone=first.settings.time_zone)
            mornings = [today, *(it for it in mornings if it != today)]
        if not mornings:
            console.say("No morning was missed.")
        _live(first, said, mornings)


@flow(name="scheduled-watch")
def scheduled_watch(
    workspace: str | None = None, params: str | None = None, log_json: bool = False
) -> None:
    """Look at the hours until the schedule's own."""
    first = _job(workspace, params, log_json)
    with _alone(first) as said:
        hour = iso(_moment().floor("h"))
        job = Job(as_of=hour, workspace=workspace, params=params, room="watches")
        watch(job, _inputs(job, said), said.source, dict(said.columns), _now())


@flow(name="scheduled-backtest")
def scheduled_backtest(
    workspace: str | None = None, params: str | None = None, log_json: bool = False
) -> None:
    """Say how good the forecasts would have been, as of the schedule's day."""
    first = _job(workspace, params, log_json)
    with _alone(first):
        backtest(_at(first, _today(first)), origins=_ORIGINS)


@flow(name="scheduled-refit")
def scheduled_refit(
    workspace: str | None = None, params: str | None = None, log_json: bool = False
) -> None:
    """Find the themes anew, as of the schedule's day."""
    first = _job(workspace, params, log_json)
    with _alone(first):
        job = _at(first, _today(first))
        themes(job, refit=True)
        shutil.rmtree(job.draft, ignore_errors=True)  # the version is stored; no run was begun


FLOWS: dict[str, Flow[..., None]] = {
    "outlook": scheduled_outlook,
    "watch": scheduled_watch,
    "backtest": scheduled_backtest,
    "refit": scheduled_refit,
}


def schedule_of(said: Schedules, job: str, *, day_zone: str) -> Schedule:
    """Return a job's schedule as Prefect takes it."""
    return Cron(getattr(said, job), said.time_zone or day_zone)


def missed_mornings(job: Job, until: pd.Timestamp) -> list[pd.Timestamp]:
    """Return the mornings that are owed at a moment, latest first."""
    return _owed(job, job.settings.schedules, until)


def _owed(job: Job, said: Schedules, until: pd.Timestamp) -> list[pd.Timestamp]:
    if not said.outlook or not said.make_up_days:
        return []
    zone = job.settings.time_zone
    return owed_mornings(
        said.outlook,
        time_zone=said.time_zone or zone,
        day_zone=zone,
        until=until,
        days=said.make_up_days,
        lived=lived_mornings(job.places),
    )


def _live(first: Job, said: Schedules, mornings: list[pd.Timestamp]) -> None:
    """Live mornings in this order; the first error is raised once all were tried."""
    inputs, columns = _inputs(first, said), dict(said.columns)
    # What came in counts as known from the load that brought it: each morning's load by itself,
    # in the order of time, so that an older morning is not left without what it would have had.
    for morning in sorted(mornings[1:]):
        if inputs.patterns and morning < mornings[0]:
            ingest(_at(first, morning), inputs, said.source, columns, _now())
    errors: list[Exception] = []
    for number, morning in enumerate(mornings):
        job, now = _at(first, morning), _now()
        console.begin(quiet=console.quiet, as_json=console.as_json)
        console.say(f"Morning of {job.name}{' (missed before)' if number else ''}")
        code = EXIT_DONE
        try:
            with noted_end(job, now):
                loads = Inputs(said.signals)
                outlook(
                    *(job, inputs if number == 0 else Inputs(()), said.source, columns, now),
                    signal_files=loads,
                )
                say_summary(job)
                console.say(f"Report: {job.folder / 'report.html'}")
                days = job.settings.retention.run_days
                remove_old_runs(job.places, as_of=job.moment, run_days=days)
                deliver(job, now)
        except Exception as err:  # the other mornings are owed all the same
            code = exit_code_of(err)
            errors.append(err)
        if code != EXIT_FAULT:  # a full disk or a server that is gone may pass: owed still
            note_lived(first.places, morning, code)
    if errors:
        raise errors[0]


@contextmanager
def _alone(job: Job) -> Iterator[Schedules]:
    """Yield what the schedules say, while nobody else works on the workspace."""
    said = job.settings.schedules
    began = pd.Timestamp(_now()).to_pydatetime()
    check_schema(job.places)
    with writing(job.places, "serve", now=began, wait_s=60.0 * said.wait_minutes):
        note_schema(job.places)
        yield said


def _inputs(job: Job, said: Schedules) -> Inputs:
    """Return what is read: files, or the source itself where none are named."""
    source = job.settings.sources.get(said.source)
    return Inputs(said.input, is_asked=not said.input and isinstance(source, Asked))


def _job(workspace: str | None, params: str | None, log_json: bool) -> Job:
    """Return the job of the schedule's moment, and make this process ready for it."""
    job = Job(as_of=iso(_moment()), workspace=workspace, params=params)
    prepare_environment(job.places)
    make_home()
    console.begin(quiet=False, as_json=log_json)
    return job


def _at(job: Job, moment: pd.Timestamp) -> Job:
    return Job(as_of=iso(moment), workspace=job.workspace, params=job.params)


def _today(job: Job) -> pd.Timestamp:
    return start_of_day(_moment(), time_zone=job.settings.time_zone)


def _moment() -> pd.Timestamp:
    """Return the moment that this run was scheduled for, UTC: not that at which it began."""
    return pd.Timestamp(runtime.flow_run.scheduled_start_time).tz_convert("UTC").as_unit("us")


def _now() -> str:
    """Return when this flow run began, by Prefect: the clock of what is taken in."""
    context = FlowRunContext.get()
    began = context.start_time if context is not None else _moment()
    return iso(pd.Timestamp(began))


def at_root(path: str | None) -> str | None:
    """Return the path whole: a run starts in whatever folder."""
    return str(Path(path).resolve()) if path else None
