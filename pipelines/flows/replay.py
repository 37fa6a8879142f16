"""A stretch of the past lived again, morning after morning, through the whole chain."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.compute as compute
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.contracts import ASSIGNMENTS, COMPLAINTS, EMBEDDINGS, LINEAGE, THEMES
from models.errors import NotEnoughHistory, SettingsError
from models.series.calendar import local_date
from models.spikes.truth.replayed import Replay
from pipelines.console import console
from pipelines.flows import forecast as chain
from pipelines.flows import watch as hours
from pipelines.flows.job import Job, safely
from pipelines.flows.refit import fit
from pipelines.flows.themes import discover, note_floods
from pipelines.flows.themes_found import find
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


@flow(name="replay")
def replay(
    job: Job, *, first: str, last: str, every_days: int, hourly: bool = False
) -> ReplayFiles:
    """Live mornings again, hold what they said against what came, write it."""
    encoder = newest_encoder(job.store, as_of=job.as_of)
    mornings = _mornings(job, first, last, every_days, encoder)
    every = "1h" if hourly else f"{every_days}d"
    name = f"{first}_{last}" + ("" if every == "1d" else f"_{every}")
    scratch = job.places.replays / f".{name}.mornings"
    folders = live(job, scratch, mornings, encoder, hourly=hourly)
    found = hold(job, scratch, folders, encoder)
    files = publish(job, name, found, encoder)
    shutil.rmtree(scratch, ignore_errors=True)
    return files


def _mornings(job: Job, first: str, last: str, every_days: int, encoder: str) -> list[pd.Timestamp]:
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
) -> list[tuple[pd.Timestamp, Path]]:
    """Live each morning, or hour, after the one before; go on where a killed replay stopped."""
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
    folders: list[tuple[pd.Timestamp, Path]] = []
    told: set[str] = set()
    with console.step("mornings") as report, console.bar("mornings") as bar:
        is_morning = set(mornings)
        for moment in with_hours(mornings) if hourly else mornings:
            room = "runs" if moment in is_morning else "watches"
            own = replace(
                job, as_of=iso(moment), workspace=str(scratch), room=room, remembered=rows
            )
            if not own.folder.exists():
                with console.hushed():
                    _live(own, encoder) if moment in is_morning else _look(own, encoder)
                keep_little(own.draft, own.moment)
                os.rename(own.draft, own.folder)
            folders.append((moment, own.folder))
            told |= _tell(own.folder, told, own.name)
            bar.advance(1)
        report(f"{len(mornings)} lived, {len(told)} warnings opened")
    return folders


def _live(own: Job, encoder: str) -> None:
    """Live one morning: what the daily flow does, without files to take in and a report."""
    shutil.rmtree(own.draft, ignore_errors=True)
    note_floods.fn(own)
    own.note("embed", {"encoder": encoder})
    reason = discover.fn(own, refit=False)
    if reason:
        fit.fn(own, reason)
    chain.count.fn(own)
    chain.check.fn(own)
    chain.predict.fn(own)
    chain.warn.fn(own)


def _look(own: Job, encoder: str) -> None:
    """Look at an hour between mornings, as `issuecast watch` does."""
    shutil.rmtree(own.draft, ignore_errors=True)
    note_floods.fn(own)
    own.note("embed", {"encoder": encoder})
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
def hold(job: Job, scratch: Path, folders: list[tuple[pd.Timestamp, Path]], encoder: str) -> Replay:
    """Count what came until the last forecasts have come due, and score what was said."""
    last = folders[-1][0]
    end = end_of_mornings(last, job.moment, settings=job.settings)
    own = replace(job, as_of=iso(end), workspace=str(scratch))
    with console.step("what came") as report:
        ending = folders[-1][1]
        if end > last:
            with console.hushed():
                _count_what_came(own, encoder)
            ending = own.draft
        found = gather(own.places, folders, ending, end=end, settings=job.settings)
        report(f"{len(found.scores):,} forecasts scored")
    return found


def _count_what_came(own: Job, encoder: str) -> None:
    """Count the days after the last morning under its themes, and score its forecasts."""
    shutil.rmtree(own.draft, ignore_errors=True)
    note_floods.fn(own)
    own.note("embed", {"encoder": encoder})
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
