"""A stretch of the past lived again, morning after morning, through the whole chain."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.compute as compute
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.contracts import ASSIGNMENTS, COMPLAINTS, EMBEDDINGS, LINEAGE, THEMES
from models.errors import GateFailed, NotEnoughHistory, SettingsError, StaleDataError
from models.series.calendar import local_date
from models.spikes.truth.replayed import Replay
from pipelines.console import console
from pipelines.flows import forecast as chain
from pipelines.flows import watch as hours
from pipelines.flows.gates import gates
from pipelines.flows.job import Job, safely
from pipelines.flows.refit import fit
from pipelines.flows.themes import discover, note_floods
from pipelines.flows.themes_found import find
from pipelines.flows.warn import warn
from pipelines.moments import iso
from pipelines.record import code_version
from pipelines.report.replay.page import ReplayFiles, write_replay
from pipelines.steps.past.backtest import newest_encoder
from pipelines.steps.past.replay import (
    end_of_mornings,
    gather,
    keep_little,
    make_place,
    mornings_of,
    with_hours,
)
from pipelines.steps.themes.due import without_refits
from pipelines.whole import whole_folder

# What a morning answers when it has too little, or nothing that it may be believed on.
_REFUSALS = (NotEnoughHistory, StaleDataError, GateFailed)


class Lived(NamedTuple):
    """What came of a stretch of mornings: the lived ones, and the others with their reasons."""

    folders: list[tuple[pd.Timestamp, Path]]  # of hours between mornings, too
    refused: list[tuple[pd.Timestamp, str]]


@flow(name="replay")
def replay(
    job: Job, *, first: str, last: str, every_days: int, hourly: bool = False
) -> ReplayFiles:
    """Live mornings again, hold what they said against what came, write it."""
    encoder = newest_encoder(job.store, as_of=job.as_of)
    mornings = mornings_asked(job, first, last, every_days, encoder)
    every = "1h" if hourly else f"{every_days}d"
    name = f"{first}_{last}" + ("" if every == "1d" else f"_{every}")
    scratch = job.places.replays / f".{name}.mornings"
    lived = live(job, scratch, mornings, encoder, hourly=hourly)
    found = hold(job, scratch, lived, encoder, every_days=every_days)
    files = publish(job, name, found, encoder)
    shutil.rmtree(scratch, ignore_errors=True)
    return files


def mornings_asked(
    job: Job, first: str, last: str, every_days: int, encoder: str
) -> list[pd.Timestamp]:
    """Return the mornings from one date to another, if they can be lived again."""
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    today = local_date(job.moment, job.settings.time_zone)
    if start > end:
        raise SettingsError(f"--from {first} is after --to {last}: give the earlier date first.")
    if end > today:
        raise SettingsError(f"--to {last} is after {today:%Y-%m-%d}: it has not been yet.")
    mornings = mornings_of(start, end, every_days=every_days, time_zone=job.settings.time_zone)
    known = job.complaints(["created_at", "text_hash"])
    earliest = known["created_at"].min()
    if known.empty or earliest >= mornings[0]:
        since = "none at all" if known.empty else f"the first came in on {earliest:%Y-%m-%d}"
        raise NotEnoughHistory(f"No complaint was known on {first} ({since}): give a later --from.")
    is_of = compute.field("encoder") == encoder
    vectors = job.store.read(EMBEDDINGS, columns=["text_hash"], where=is_of)["text_hash"]
    missing = int((~known["text_hash"].drop_duplicates().isin(vectors)).sum())
    if missing:
        raise NotEnoughHistory(
            f"{missing:,} texts have no vector yet: `issuecast themes` makes them."
        )
    return mornings


@task(name="live mornings", cache_policy=NO_CACHE)
@safely
def live(
    job: Job, scratch: Path, mornings: list[pd.Timestamp], encoder: str, *, hourly: bool
) -> Lived:
    """Live each morning, or hour, after the one before; go on where a killed replay stopped.

    A morning on which the daily flow would have refused is kept with its reason, and the next one
    is lived as it would have been: after a morning without a run.
    """
    about = {
        "complaints": str(job.store.version(COMPLAINTS)),
        "as_of": job.as_of,
        "encoder": encoder,
        "parameters": job.settings.digest(),
        "code": code_version(),
        "from": iso(mornings[0]),
    }
    make_place(job.places, scratch, about)
    rows = job.complaints()
    lived = Lived([], [])
    told: set[str] = set()
    with console.step("mornings") as report, console.bar("mornings") as bar:
        is_morning = set(mornings)
        for moment in with_hours(mornings) if hourly else mornings:
            room = "runs" if moment in is_morning else "watches"
            own = replace(
                job, as_of=iso(moment), workspace=str(scratch), room=room, remembered=rows
            )
            bar.advance(1)
            why = _once(own, encoder, _live if moment in is_morning else _look)
            if why and moment in is_morning:
                lived.refused.append((moment, why))
                console.say_more(f"  {own.name}  nothing could be said: {why}")
            if why:
                continue
            lived.folders.append((moment, own.folder))
            told |= _tell(own.folder, told, own.name)
        # Hours after the last morning that was lived belong to one that was not.
        while lived.folders and lived.folders[-1][0] not in is_morning:
            lived.folders.pop()
        if not lived.folders:
            moment, why = lived.refused[0]
            raise NotEnoughHistory(
                f"None of {len(mornings)} mornings could be lived; of {iso(moment)}: {why}"
            )
        refused = f", {len(lived.refused)} could not be" if lived.refused else ""
        report(f"{len(mornings) - len(lived.refused)} lived{refused}, {len(told)} warnings opened")
    return lived


def _once(own: Job, encoder: str, live_it: Callable[[Job, str], None]) -> str:
    """Live a moment unless a killed replay did; return why nothing could be said, or ""."""
    refusal = own.folder.with_name(f".{own.name}.refused")
    if refusal.exists():
        return refusal.read_text(encoding="utf-8")
    if own.folder.exists():
        return ""
    try:
        with console.hushed():
            live_it(own, encoder)
    except _REFUSALS as err:
        shutil.rmtree(own.draft, ignore_errors=True)
        refusal.parent.mkdir(parents=True, exist_ok=True)
        refusal.write_text(str(err), encoding="utf-8")
        return str(err)
    keep_little(own.draft, own.moment)
    os.rename(own.draft, own.folder)
    return ""


def _begin(own: Job, encoder: str) -> None:
    """Make a draft that knows the floods and the encoder: texts have their vectors already."""
    shutil.rmtree(own.draft, ignore_errors=True)
    note_floods.fn(own)
    own.note("embed", {"encoder": encoder})


def _live(own: Job, encoder: str) -> None:
    """Live one morning: what the daily flow does, without files to take in and a report."""
    _begin(own, encoder)
    gates.fn(own)
    reason = discover.fn(own, refit=False)
    if reason:
        fit.fn(own, reason)
    chain.count.fn(own)
    chain.check.fn(own)
    chain.predict.fn(own)
    warn.fn(own)


def _look(own: Job, encoder: str) -> None:
    """Look at an hour between mornings, as `issuecast watch` does."""
    _begin(own, encoder)
    hours.assign.fn(own)
    hours.look.fn(own)


def _tell(folder: Path, told: set[str], name: str) -> set[str]:
    """Say which warnings a morning told for the first time; return their ids."""
    warnings = pd.read_parquet(folder / "warnings.parquet")
    new = warnings[~warnings["warning_id"].isin(told) & (warnings["state"] != "closed")]
    if new.empty:
        return set()
    titles = pd.read_parquet(folder / "themes.parquet").set_index("theme_id")["title"]
    for row in new.itertuples():
        span = f"{row.window_days} d" if pd.isna(row.window_hours) else f"{row.window_hours} h"
        console.say_more(
            f"  {name}  {titles.get(row.theme_id, row.theme_id)}: {row.observed:,} in "
            f"{span}, usual {row.expected:.1f}"
        )
    return set(new["warning_id"])


@task(name="hold against what came", cache_policy=NO_CACHE)
@safely
def hold(job: Job, scratch: Path, lived: Lived, encoder: str, *, every_days: int) -> Replay:
    """Count what came until the last forecasts have come due, and score what was said."""
    last, ending = lived.folders[-1]
    end = end_of_mornings(last, job.moment, settings=job.settings)
    own = replace(job, as_of=iso(end), workspace=str(scratch))
    with console.step("what came") as report:
        if end > last:
            with console.hushed():
                _count_what_came(own, encoder)
            ending = own.draft
        found = gather(
            own.places,
            lived.folders,
            ending,
            end=end,
            settings=job.settings,
            every_days=every_days,
            refused=lived.refused,
        )
        report(f"{len(found.scores):,} forecasts scored")
    return found


def _count_what_came(own: Job, encoder: str) -> None:
    """Count the days after the last morning under its themes, and score its forecasts."""
    _begin(own, encoder)
    found = find(own, refit=False, settings=without_refits(own.settings)).result
    own.write("themes", found.themes, THEMES)
    own.write("assignments", found.assignments, ASSIGNMENTS)
    events = own.store.read(LINEAGE, where=compute.field("version") <= found.version)
    own.write("lineage", events, LINEAGE)
    own.note("themes", {"version": found.version})
    chain.count.fn(own)
    chain.check.fn(own)


@task(name="publish replay", cache_policy=NO_CACHE)
@safely
def publish(job: Job, name: str, found: Replay, encoder: str) -> ReplayFiles:
    """Write page, timeline and tables; the folder is whole or absent."""
    folder = job.places.replays / name
    with whole_folder(folder) as draft:
        files = write_replay(
            draft, found, name=name, encoder=encoder, settings=job.settings, code=code_version()
        )
    return files.at(folder)
