"""``issuecast serve``: one process that runs what `schedules` says, against a standing server."""

from __future__ import annotations

import argparse
import hashlib
import os
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from models.errors import SettingsError
from pipelines.console import console
from pipelines.environment import make_home
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from uuid import UUID

    import pandas as pd
    from prefect.deployments.runner import RunnerDeployment

    from pipelines.flows.job import Job

_LOCK = ".issuecast-serve.lock"  # a second one would fire everything twice
_HOW = (
    "Start one that listens on this machine alone:\n"
    "  PREFECT_SERVER_ANALYTICS_ENABLED=false .venv/bin/prefect server start --host 127.0.0.1\n"
    "and name it: export PREFECT_API_URL=http://127.0.0.1:4200/api"
)


def add_serve(
    commands: argparse._SubParsersAction[Any],
    common: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
) -> None:
    """Add ``issuecast serve`` to the command line."""
    command = commands.add_parser(
        "serve",
        help="run what `schedules` in the parameters says, until it is stopped",
        description="Run the daily outlook, the hourly watch, the weekly back-test and the monthly "
        "refit by the cron strings of `schedules`, one at a time, against the Prefect server that "
        "PREFECT_API_URL names. Mornings that were missed are made up once, latest first. It "
        "listens nowhere. Stopping it leaves the schedules as they are.",
        parents=[common],
    )
    command.add_argument(
        "--log-json", action="store_true", help="runs say an object of JSON a step"
    )
    command.add_argument(
        "--once", action="store_true", help="say what would be served, and end: a check"
    )
    command.set_defaults(work=work)


def run_serve(options: argparse.Namespace, *, now: datetime) -> int:
    """Serve until stopped; return the exit code.

    Parameters
    ----------
    options : Namespace
        As parsed.
    now : datetime
        The moment at which it starts: mornings that were due before it are made up.
    """
    import pandas as pd

    from pipelines.settings import load_settings

    settings = load_settings(Path(options.params) if options.params else None)
    crons = settings.schedules.crons()
    if not crons:
        raise SettingsError("schedules: all are off; give one a cron string, e.g. outlook.")
    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    zone = settings.schedules.time_zone or settings.time_zone
    for name, cron in crons.items():
        console.say(f"  {name:<9} {cron}  ({zone})")
    if options.once:
        return 0
    _check_server(os.environ.get("PREFECT_API_URL", ""))
    make_home()
    from prefect import serve

    from pipelines.flows.job import Job
    from pipelines.flows.schedules import at_root
    from pipelines.lock import writing
    from pipelines.moments import iso

    moment = pd.Timestamp(now)
    job = Job(iso(moment), at_root(options.workspace), at_root(options.params))
    with writing(place, "serve", now=now, wait_s=0, name=_LOCK):
        deployments = _deployments(job, log_json=options.log_json)
        _begin(job, deployments, moment)
        console.say("Serving; stop with Ctrl-C or SIGTERM, the schedules stay as they are.")
        # One at a time, over all schedules. The limit is this process' own: one that the server
        # keeps would go on counting a run that was killed, until its lease ends.
        serve(*deployments.values(), limit=1, pause_on_shutdown=False, print_starting_message=False)
    return 0


def served_name(place: Workspace) -> str:
    """Return the name under which a workspace's schedules stand at the server."""
    root = place.store.parent
    return f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:6]}"


def _deployments(job: Job, *, log_json: bool) -> dict[str, RunnerDeployment]:
    from prefect.types.entrypoint import EntrypointType

    from pipelines.flows.schedules import FLOWS, schedule_of

    said, zone = job.settings.schedules, job.settings.time_zone
    return {
        name: cast("Any", FLOWS[name]).to_deployment(
            name=served_name(job.places),
            schedule=schedule_of(said, name, day_zone=zone),
            parameters={"workspace": job.workspace, "params": job.params, "log_json": log_json},
            # By module: the run's process starts in whatever folder it likes.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for name in said.crons()
    }


def _begin(job: Job, deployments: dict[str, RunnerDeployment], moment: pd.Timestamp) -> None:
    """Register the schedules, let go of what is late, and ask for the mornings that were missed."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import (
        DeploymentFilter,
        DeploymentFilterId,
        FlowRunFilter,
        FlowRunFilterExpectedStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.exceptions import ObjectNotFound
    from prefect.states import Cancelled, Scheduled

    from pipelines.flows.schedules import FLOWS, missed_mornings

    ids = {name: cast("UUID", it.apply()) for name, it in deployments.items()}
    with get_client(sync_client=True) as client:
        for name in set(FLOWS) - set(ids):  # switched off since: it must not go on being planned
            try:
                full = f"{FLOWS[name].name}/{served_name(job.places)}"
                client.delete_deployment(client.read_deployment_by_name(full).id)
            except ObjectNotFound:
                continue
        late = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
                expected_start_time=FlowRunFilterExpectedStartTime(before_=moment.to_pydatetime()),
            ),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(ids.values()))),
        )
        for run in late:  # the server would start them oldest first, hour by hour
            why = "Was due while nobody served; missed mornings are made up, latest first."
            client.set_flow_run_state(run.id, Cancelled(message=why), force=True)
        missed = missed_mornings(job, moment) if "outlook" in ids else []
        if missed:
            console.say(f"Missed: {', '.join(f'{it:%Y-%m-%d}' for it in missed)}; made up now.")
            client.create_flow_run_from_deployment(
                ids["outlook"],
                parameters={**deployments["outlook"].parameters, "make_up": True},
                state=Scheduled(scheduled_time=moment.to_pydatetime()),
            )


def _check_server(address: str) -> None:
    """Refuse to serve without a server that stands: a temporary one fires no schedules."""
    if not address:
        raise SettingsError(f"No Prefect server is named (PREFECT_API_URL). {_HOW}")
    try:
        with urllib.request.urlopen(f"{address.rstrip('/')}/health", timeout=10) as answer:
            answer.read(1)
    except (OSError, ValueError) as err:
        kind = type(err).__name__
        raise SettingsError(
            f"No Prefect server answers where PREFECT_API_URL says ({kind}). {_HOW}"
        ) from err
