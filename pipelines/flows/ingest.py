"""Complaints come in: from files or a source to the tables `complaints` and `quarantine`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.console import console
from pipelines.flows.job import Inputs, Job, safely
from pipelines.salt import customer_salt
from pipelines.steps.ingest.asked import ingest_asked
from pipelines.steps.ingest.ingest import Load, ingest_files
from pipelines.steps.ingest.result import IngestResult
from pipelines.steps.ingest.signals import SignalsResult, ingest_signals

_SHOWN_CHARS = 40  # of a kind of signal that is somebody's own


@flow(name="ingest")
def ingest(
    job: Job,
    inputs: Inputs,
    source: str,
    columns: Mapping[str, str],
    now: str,
    *,
    dry_run: bool = False,
) -> IngestResult:
    """Read files or ask the source, quarantine what is broken, store what is safe."""
    return take_in(job, inputs, source, columns, now, dry_run=dry_run)


@task(name="take in complaints", cache_policy=NO_CACHE)
@safely
def take_in(
    job: Job,
    inputs: Inputs,
    source: str,
    columns: Mapping[str, str],
    now: str,
    *,
    dry_run: bool,
) -> IngestResult:
    """Take the complaints in and note what became of each row."""
    with console.step("ingest") as report, console.bar("rows") as bar:
        given: dict[str, Any] = {
            "source": source,
            "settings": job.settings,
            "store": job.store,
            "as_of": job.moment,
            "now": pd.Timestamp(now),
            "salt": customer_salt(job.places),
            "dry_run": dry_run,
            "progress": bar.advance,
        }
        if inputs.is_asked:
            result = ingest_asked(
                Load(**given), columns=columns, environment=os.environ, pause=time.sleep
            )
        else:
            result = ingest_files(list(inputs.patterns), columns=dict(columns), **given)
        report.rows(result.rows_read, result.accepted)
        report(f"{result.rows_read:,} rows read, {result.accepted:,} taken")
        report(f"{result.inserted:,} new, {result.updated:,} changed")
        report(f"{result.quarantined:,} in quarantine")
        if result.not_yet_known:
            report(f"{result.not_yet_known:,} after the as-of moment left for later")
        if result.forgotten:
            report(f"{result.forgotten:,} forgotten, left out")
    if not dry_run:
        facts = asdict(result)
        facts.pop("examples", None)  # examples are for the terminal alone
        job.note("ingest", facts)
    return result


@flow(name="signals")
def signals(job: Job, inputs: Inputs, now: str, *, dry_run: bool = False) -> SignalsResult:
    """Read what the business knows: releases, campaigns, outages."""
    return take_signals(job, inputs, now, dry_run=dry_run)


@task(name="take in signals", cache_policy=NO_CACHE)
@safely
def take_signals(job: Job, inputs: Inputs, now: str, *, dry_run: bool) -> SignalsResult:
    """Ingest the signals and note what became of each row."""
    with console.step("signals") as report:
        result = ingest_signals(
            list(inputs.patterns),
            settings=job.settings,
            store=job.store,
            as_of=job.moment,
            now=pd.Timestamp(now).tz_convert("UTC"),
            salt=customer_salt(job.places),
            dry_run=dry_run,
        )
        report.rows(result.rows_read, result.taken)
        report(f"{result.rows_read:,} signals read, {result.taken:,} taken")
        report(f"{result.quarantined:,} in quarantine")
        if result.not_yet_known:
            report(f"{result.not_yet_known:,} not yet known left for later")
    for reason, count in result.reasons.items():
        console.say(f"  {count:>9,}  {reason}: {result.places[reason]}")
    for kind, like in result.new_kinds.items():
        meant = f"; was {like!r} meant?" if like else ""
        console.say(f"  {kind[:_SHOWN_CHARS]!r} is taken as a kind of its own{meant}")
    if not dry_run:
        facts = asdict(result)
        facts.pop("places"), facts.pop("new_kinds")  # for the terminal alone
        job.note("signals", facts)
    return result
