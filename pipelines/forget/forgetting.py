"""Forgetting a person: note it, clean tables, runs and pages, remove old versions, prove it.

Numbers of the past stay: counts, forecasts and scores hold nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as arrow

from models.contracts import COMPLAINTS, FEEDBACK, FORGOTTEN, STORED_TABLES, Table
from models.text.traces import Traces
from pipelines.deliver.feed import write_feed
from pipelines.deliver.told import Told
from pipelines.forget import intent
from pipelines.forget.cells import Removed, cleaned
from pipelines.forget.folders import clean_folder, end_drafts, folders_of, rooms_of
from pipelines.forget.listed import scrub_decisions
from pipelines.forget.pages import PAGES, scrub_file
from pipelines.forget.person import find_person, no_one
from pipelines.forget.retention import records_of
from pipelines.forget.search import who_holds
from pipelines.report.archive.page import write_archive
from pipelines.report.latest import LATEST, write_latest
from pipelines.salt import customer_salt
from pipelines.settings import Settings
from pipelines.steps.ingest.safe import Safe
from pipelines.store import Store
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Plan:
    """What is to be forgotten.

    Parameters
    ----------
    complaints, customers, quarantined : int
        How many; of what an earlier call began nothing but its traces is known any more.
    mentioned : tuple of str
        Complaints of others that hold the name that was given: people look at them.
    traces : Traces
        Of this call's person, and of whoever an earlier one began with.
    at : Timestamp
        Since when, UTC.
    is_begun : bool
        Whether an earlier call was cut short.
    """

    complaints: int
    customers: int
    quarantined: int
    mentioned: tuple[str, ...]
    traces: Traces
    at: pd.Timestamp
    is_begun: bool


@dataclass(frozen=True)
class Forgotten:
    """What came of it.

    Parameters
    ----------
    rows, cells : int
        Rows and cells that were removed from tables, copies in runs and MLflow included.
    folders : tuple of Path
        Folders that were made again.
    left : tuple of Path
        Files that still hold a trace; none where all is done.
    """

    rows: int
    cells: int
    folders: tuple[Path, ...]
    left: tuple[Path, ...]


def look_up(
    places: Workspace,
    settings: Settings,
    *,
    complaint_ids: Sequence[str],
    customer: str | None,
    now: pd.Timestamp,
) -> Plan | None:
    """Return what is to be forgotten, with what an earlier call left undone; None: nothing is.

    Raises
    ------
    DataContractError
        If an id or the customer is not known.
    """
    safe, store = Safe.of(settings, customer_salt(places)), Store(places.store)
    nobody = no_one(safe)
    begun = intent.begun(places, nobody)
    traces, at = begun or (nobody, now)
    there = store.read(COMPLAINTS, columns=["complaint_id", "source_id", "customer_key"])
    known = frozenset(store.read(FORGOTTEN, columns=["mark"])["mark"])
    # Who calls again after a kill names those who may be gone already; who was forgotten and
    # has complained since is there again.
    stored = {*there["complaint_id"], *there["source_id"]}
    sources = {*settings.sources, *there["complaint_id"].str.partition(":")[0]}
    asked = [it for it in complaint_ids if it in stored or not _is_gone(it, sources, nobody, known)]
    key = "" if customer is None else safe.hashed(customer.strip())
    is_customer = customer is not None and (
        key in set(there["customer_key"]) or nobody.mark(key) not in known
    )
    if not asked and not is_customer:
        if begun is None:
            return None
        return Plan(0, 0, 0, (), traces, at, is_begun=True)
    person = find_person(
        store, safe, complaint_ids=asked, customer=customer if is_customer else None
    )
    return Plan(
        len(person.complaints),
        len(person.customers),
        person.quarantined,
        person.mentioned,
        traces | person.traces,
        now,
        is_begun=begun is not None,
    )


def _is_gone(given: str, sources: set[str], nobody: Traces, known: frozenset[str]) -> bool:
    names = [given, *(f"{source}:{given}" for source in sources)]
    return any(nobody.mark(name) in known for name in names)


def would_forget(places: Workspace, settings: Settings, plan: Plan) -> dict[str, Removed]:
    """Return what would be removed, by table and folder; nothing is changed."""
    store, out = Store(places.store), {}
    for table in STORED_TABLES:
        found = _removed(store, table, plan.traces)
        if found.rows or found.cells:
            out[table.name] = found
    for folder in folders_of(places):
        there = clean_folder(folder, plan.traces, settings=settings, runs=places.runs, is_dry=True)
        if there is not None:
            out[str(folder.relative_to(folder.parent.parent))] = there
    return out


def forget(
    places: Workspace, settings: Settings, plan: Plan, *, tell: Callable[[str], None]
) -> Forgotten:
    """Remove what is planned, and search every file for what is left.

    Each step may be cut short: the next call finds the note and does the rest.

    Parameters
    ----------
    places : Workspace
    settings : Settings
        For reports whose own parameters cannot be read any more.
    plan : Plan
        Of :func:`look_up`.
    tell : callable
        Told what is being done.
    """
    store, traces = Store(places.store), plan.traces
    intent.begin(places, traces, plan.at)
    store.upsert(FORGOTTEN, intent.not_again(traces, plan.at))
    end_drafts(places)
    shutil.rmtree(places.sessions, ignore_errors=True)  # made again when somebody asks
    removed = Removed()
    for table in STORED_TABLES:  # while the store still has them: pages may tell these words
        removed.words |= _removed(store, table, traces).words
    scrub_decisions(places.decisions, traces, removed.words)
    folders = []
    for folder in folders_of(places):
        found = clean_folder(folder, traces, settings=settings, runs=places.runs)
        if found is not None:
            removed.add(found)
            folders.append(folder)
    tell(f"{len(folders)} folders of runs and pages made again")
    # Complaints last: what is cut short before is still found by its texts.
    for table in sorted(STORED_TABLES, key=lambda it: it is COMPLAINTS):
        removed.add(_clean(store, table, traces))
    _loose_pages_again(places, settings, traces, removed)
    for table in STORED_TABLES:
        store.purge(table)
    tell("old versions of tables removed")
    left = tuple(who_holds(places, traces))
    if not left:
        intent.end(places)
    return Forgotten(removed.rows, removed.cells, tuple(folders), left)


def _removed(store: Store, table: Table, traces: Traces) -> Removed:
    out = Removed()

    def look(rows: arrow.Table) -> None:
        out.add(cleaned(rows, traces)[1])

    store.change(table, look)
    return out


def _clean(store: Store, table: Table, traces: Traces) -> Removed:
    out = Removed()

    def clean(rows: arrow.Table) -> arrow.Table | None:
        made, found = cleaned(rows, traces)
        out.add(found)
        return made if found.rows or found.cells else None

    store.change(table, clean)
    return out


def _loose_pages_again(
    places: Workspace, settings: Settings, traces: Traces, removed: Removed
) -> None:
    """Make the pages anew that stand beside the folders: the feed, the newest report."""
    newest = places.last_run()
    if newest is not None and (newest / "report.html").exists():
        if places.feed.exists():
            write_feed(places, Told(newest, settings), settings)
        if (places.runs / LATEST).exists():
            write_latest(places.runs)
            write_archive(
                places.runs,
                redaction=settings.redaction,
                feedback=Store(places.store).read(FEEDBACK),
            )
    rooms = [*rooms_of(places), records_of(places)]
    loose = [path for room in rooms for path in room.glob("*")]
    for path in [places.feed, places.champions, *loose]:
        if path.is_file() and path.suffix in PAGES:
            scrub_file(path, traces, removed.words)
