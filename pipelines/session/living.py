"""A session's morning: the finished run's tables, or the morning lived in a place of its own.

What ``issuecast run --as-of`` would say is made by the same steps, in a folder below the
workspace's ``sessions/`` that shares with it what is only read. The workspace itself, its runs
and its tables are never written to.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as compute

from models.contracts import (
    COMPLAINTS,
    COUNTS,
    EMBEDDINGS,
    FEEDBACK,
    LEDGER,
    QUARANTINE,
    SIGNALS,
    STORED_TABLES,
    THEMES,
)
from models.errors import NotEnoughHistory, SettingsError
from pipelines.console import console
from pipelines.flows.job import Job
from pipelines.record import code_version
from pipelines.session import estimates
from pipelines.settings.changing import nested
from pipelines.steps.past.backtest import newest_encoder
from pipelines.whole import whole_folder
from pipelines.workspace import Workspace

_READ_ONLY = (COMPLAINTS, EMBEDDINGS, SIGNALS, FEEDBACK)
_NOT_NEEDED = (LEDGER, QUARANTINE, COUNTS)
# Parameters that decide what is stored: changed in a session they would change nothing.
_TAKEN_IN = ("sources", "ingest", "redaction", "embedding")
# Those that a morning reads only after its counts are made.
_AFTER_COUNTS = (
    *("forecast", "warnings", "watch", "contact", "response", "report", "tracking", "quality"),
    *("severity", "deliver"),
)
# Those by which themes are found: changed, the known themes are not what they would give.
_FINDING = ("themes", "languages", "seed")
_COUNTED = (
    *("themes", "assignments", "lineage", "births", "marks", "floods", "counts", "readings"),
    *("checked", "not_checked"),
)
# ... and what a run has beside it. One of an earlier release may lack some.
_WARNED = ("forecasts", "outlook", "scores", "warnings")
_MARK = ".{}.whole"


def check_changes(job: Job) -> None:
    """Refuse changes that a session could not show.

    Raises
    ------
    SettingsError
        If a changed parameter decides how files are taken in or texts embedded.
    """
    for name in _changed(job):
        if name in _TAKEN_IN:
            raise SettingsError(
                f"with_params: {name}: decides how complaints are taken in, which has been done "
                "in this workspace. Take them into another one: `issuecast run --params FILE "
                "--workspace DIR`."
            )


def finished(job: Job) -> Path | None:
    """Return the folder of the run of just this morning under just these parameters, if made.

    A run of an earlier release that lacks a table is none: its morning is lived anew.
    """
    file = job.folder / "run.json"
    needed = [job.folder / f"{name}.parquet" for name in (*_COUNTED, *_WARNED)]
    if not all(path.exists() for path in (file, *needed)):
        return None
    record = json.loads(file.read_text(encoding="utf-8"))
    is_it = record["as_of"] == job.as_of and record["settings_digest"] == job.settings.digest()
    return job.folder if is_it else None


def tables_of(job: Job, *, warned: bool) -> Path:
    """Return a folder with the morning's tables.

    Parameters
    ----------
    job : Job
        The session's.
    warned : bool
        Whether forecasts and warnings are wanted, or themes and counts alone.

    Raises
    ------
    NotEnoughHistory, StaleDataError
        As a run of the morning would.
    """
    found = finished(job)
    return found if found is not None else lived(job, warned=warned).draft


def lived(job: Job, *, warned: bool = False) -> Job:
    """Return the job of the morning in a place of its own, where its tables are made once."""
    own = _place_of(job)
    counted, whole = (own.draft / _MARK.format(step) for step in ("counted", "warned"))
    if not counted.exists():
        shutil.rmtree(own.draft, ignore_errors=True)
        base = finished(replace(job, changes={}))
        if base is not None and set(_changed(job)) <= set(_AFTER_COUNTS):
            _take_over(base, own)
        else:
            _count(job, own)
        counted.touch()
    if warned and not whole.exists():
        tell(f"Forecast and warnings of {own.name}", estimates.for_warnings(job))
        with working(job):
            from pipelines.flows import forecast as chain
            from pipelines.flows.gates import is_stale
            from pipelines.flows.warn import warn

            if is_stale(own):
                chain.leave_out.fn(own)
            else:
                chain.predict.fn(own)
                warn.fn(own)
        whole.touch()
    return own


def tell(what: str, seconds: float) -> None:
    """Say what begins and how long it will take, if that is worth saying."""
    console.say_more(f"{what}: {estimates.in_words(seconds)} ...")


@contextmanager
def working(job: Job) -> Iterator[None]:
    """Make the libraries ready for steps of a flow; what they are told is the command line's."""
    import warnings

    from pipelines.environment import make_home, prepare_environment

    with warnings.catch_warnings():
        prepare_environment(job.places)
        make_home()  # before Prefect is imported, which makes one elsewhere
        yield


def encoder_of(job: Job) -> str:
    """Return whose vectors the morning's themes come from, if every known text has one.

    Raises
    ------
    NotEnoughHistory
        If texts have no vector yet, with the command that makes them.
    """
    encoder = _encoder(job)
    where = compute.field("encoder") == encoder
    known = job.store.read(EMBEDDINGS, columns=["text_hash"], where=where)["text_hash"]
    texts = job.complaints(["text_hash"])["text_hash"].drop_duplicates()
    missing = int((~texts.isin(known)).sum())
    if missing:
        raise NotEnoughHistory(
            f"{missing:,} texts known as of {job.as_of} have no vector yet: "
            f"`issuecast themes --as-of {job.name} --workspace {job.places.store.parent}` "
            "makes them."
        )
    return encoder


def _encoder(job: Job) -> str:
    try:
        return newest_encoder(job.store, as_of=job.as_of)
    except NotEnoughHistory:  # the first run came later: its encoder, but none of its themes
        return newest_encoder(job.store, as_of="~")


def _changed(job: Job) -> list[str]:
    return sorted(nested(job.changes, where="with_params"))


def _place_of(job: Job) -> Job:
    """Return the job in a workspace of its own, which shares what is only read."""
    places = job.places
    versions = job.store.read(THEMES, columns=["version"])["version"]
    runs = places.runs.glob("[0-9]*/run.json") if places.runs.exists() else []
    earlier = sorted(file.parent for file in runs if file.parent.name < job.name)
    made_of = [
        *(run.name for run in earlier),
        job.as_of,
        job.settings.digest(),
        code_version(),
        str(job.store.version(COMPLAINTS)),
        *sorted({v for v in versions if v <= job.as_of}),
        *(_digest(path) for path in (places.decisions, places.champions)),
    ]
    name = f"{job.name}-{hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:10]}"
    root = places.sessions / name
    if not root.exists():
        with whole_folder(root) as draft:
            furnish(places, Workspace.at(draft))
            # A warning is news or not beside the run before it.
            Workspace.at(draft).runs.mkdir()
            for run in earlier:
                os.symlink(run.resolve(), Workspace.at(draft).runs / run.name)
    return replace(job, workspace=str(root))


def furnish(places: Workspace, own: Workspace, *, history: bool = True) -> None:
    """Make a workspace that shares with another what is only read.

    Parameters
    ----------
    places : Workspace
        The one that is shared from; never written to.
    own : Workspace
        Its folder exists and is empty.
    history : bool, default True
        Whether it gets copies of all else that is known: themes, decisions, champions and the
        forecasters that were fitted. Without, its past begins anew.
    """
    own.store.mkdir()
    for table in STORED_TABLES:
        there, here = (place.store / table.name for place in (places, own))
        if not there.exists() or table in _NOT_NEEDED:
            continue
        if table in _READ_ONLY:
            here.symlink_to(there.resolve(), target_is_directory=True)
        elif history:
            shutil.copytree(there, here)
    if not history:
        return
    for path, target in ((places.decisions, own.decisions), (places.champions, own.champions)):
        if path.exists():
            shutil.copy(path, target)
    own.forecasters.mkdir()
    for kept in sorted(places.forecasters.glob("[0-9]*")) if places.forecasters.exists() else []:
        os.symlink(kept.resolve(), own.forecasters / kept.name)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes() if path.exists() else b"").hexdigest()


def _take_over(base: Path, own: Job) -> None:
    """Copy what does not depend on the changed parameters from the finished run."""
    own.draft.mkdir(parents=True)
    for name in _COUNTED:
        shutil.copy(base / f"{name}.parquet", own.draft)
    steps = json.loads((base / "run.json").read_text(encoding="utf-8"))["steps"]
    for name in ("gates", "floods", "embed", "themes", "births", "decisions", "counts", "checked"):
        if name in steps:
            own.note(name, steps[name])


def _count(job: Job, own: Job) -> None:
    """Find the morning's themes and count, as the daily flow does."""
    encoder = encoder_of(job)
    tell(f"No run of {own.name} as asked for: its themes and counts", estimates.for_counts(job))
    with working(job):
        from pipelines.flows import forecast as chain
        from pipelines.flows.gates import gates
        from pipelines.flows.refit import fit
        from pipelines.flows.themes import discover, note_floods

        gates.fn(own)
        note_floods.fn(own)
        own.note("embed", {"encoder": encoder})
        is_new_way = bool(set(_changed(job)) & set(_FINDING))
        reason = discover.fn(own, refit=is_new_way)
        if reason:
            fit.fn(own, reason)
        chain.count.fn(own)
        chain.check.fn(own)
