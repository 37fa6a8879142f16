"""Complaints from a database or an API into the store: batch by batch, and noted how far.

A batch is stored first and the place noted after it. A kill in between reads the batch again:
rows are stored by their id, so nothing is doubled, and nothing is left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow.compute as compute

from models.contracts import COMPLAINTS
from models.errors import DataContractError, SourceFailed
from pipelines.settings import Asked, RestSource, SqlSource
from pipelines.sources.asking import Page, Patience, Pause
from pipelines.sources.files import RawChunk
from pipelines.sources.marks import Mark
from pipelines.sources.rest import read_rest
from pipelines.sources.sql import read_sql
from pipelines.steps.ingest.ingest import Load, ingest_chunks, source_of
from pipelines.steps.ingest.places import FOLDER, Place, question_of, read_place, write_place
from pipelines.steps.ingest.result import IngestResult, add_up


def ingest_asked(
    load: Load,
    *,
    columns: Mapping[str, str],
    environment: Mapping[str, str],
    pause: Pause,
) -> IngestResult:
    """Take what is new of a source that is asked, and return what was done.

    Parameters
    ----------
    load : Load
        Whose rows, where to, as of when. With ``dry_run`` nothing is stored and no place moved.
    columns : mapping of str to str
        Ours to theirs; laid over the source's own mapping.
    environment : mapping of str to str
        Holds addresses and credentials.
    pause : callable
        Waits so many seconds, between tries.

    Raises
    ------
    DataContractError
        If the source's parameters or answers cannot be used.
    SourceFailed
        If it could not be read to its end; what came until then is stored.
    """
    described = source_of(load.source, load.settings)
    if not isinstance(described, Asked):
        raise DataContractError(f"sources.{load.source}: is read from files; write --input FILE.")
    columns = {**described.columns, **columns}
    folder, question = load.store.root / FOLDER, question_of(described, columns)
    place = read_place(folder, load.source)
    if place is None:
        place = Place(None, _has_no_rows(load), question)
    elif place.question != question:
        # Another question may have other answers about the past: all is read again.
        place = Place(None, place.is_history, question)
    if not load.dry_run:
        write_place(folder, load.source, place)  # before the first row: a kill must not end history
    reach = _Reach(place.mark, now=max(load.now, load.as_of), zone=described.time_zone)
    since = place.mark.less(described.overlap) if place.mark is not None else None
    patience = Patience(described.attempts, described.first_wait_s, described.max_wait_s, pause)
    load = dataclasses.replace(load, is_history=place.is_history)
    done: list[IngestResult] = []

    def take(batch: list[Page], *, is_end: bool) -> None:
        if batch:
            result, ahead = ingest_chunks(
                _chunks(batch, load.source, is_repeated=isinstance(described, RestSource)),
                load,
                named=f"sources.{load.source}",
            )
            done.append(result)
            reach.add(batch, ahead)
        if not load.dry_run:
            moved = reach.mark(is_end=is_end)
            history = place.is_history and not is_end
            write_place(folder, load.source, Place(moved, history, question))

    pages = _pages(described, load.source, columns, environment, since, patience)
    batch: list[Page] = []
    try:
        for page in pages:
            batch.append(page)
            if sum(len(it.frame) for it in batch) >= described.batch_rows:
                take(batch, is_end=False)
                batch = []
    except SourceFailed as err:
        if batch:
            take(batch, is_end=False)
        if load.dry_run or not done:
            raise
        stored = sum(it.accepted for it in done)
        raise SourceFailed(f"{err} {stored:,} rows that came before are stored.") from None
    take(batch, is_end=True)
    return add_up(done, source=load.source)


def _has_no_rows(load: Load) -> bool:
    is_ours = compute.field("source") == load.source
    return bool(load.store.read(COMPLAINTS, columns=["complaint_id"], where=is_ours).empty)


def _pages(
    described: Asked,
    source: str,
    columns: Mapping[str, str],
    environment: Mapping[str, str],
    since: Mark | None,
    patience: Patience,
) -> Iterator[Page]:
    read: Callable[..., Iterator[Page]] = _READERS[type(described)]
    return read(
        described,
        name=source,
        columns=columns,
        environment=environment,
        since=since,
        patience=patience,
    )


_READERS: Mapping[type[Asked], Callable[..., Iterator[Page]]] = {
    SqlSource: read_sql,
    RestSource: read_rest,
}


def _chunks(batch: list[Page], source: str, *, is_repeated: bool) -> Iterator[RawChunk]:
    # One chunk: rows without ids are told apart within it, and the newest of an id is the last.
    frame = pd.concat([page.frame for page in batch], ignore_index=True)
    if is_repeated:
        # Pages shift while they are read: a record comes again, and its last version counts.
        given = frame["source_id"].notna()
        frame = frame[~(given & frame["source_id"].duplicated(keep="last"))].reset_index(drop=True)
    yield RawChunk(Path(source), frame, (), batch[0].mapped, 0)


class _Reach:
    """How far the rows that are stored reach without a gap."""

    def __init__(self, old: Mark | None, *, now: pd.Timestamp, zone: str) -> None:
        self._old, self._now, self._zone = old, now, zone
        self._newest: Mark | None = None
        self._ahead: Mark | None = None
        self._is_in_order = True

    def add(self, batch: list[Page], ahead: frozenset[int]) -> None:
        """Take account of stored rows; those that are ahead of the morning come again."""
        for page in batch:
            self._is_in_order &= page.is_in_order
            for number, mark in zip(page.frame["number"], page.marks, strict=True):
                if mark is None or self._is_in_the_future(mark):
                    continue
                before = self._newest or self._old
                if before is not None and before.kind != mark.kind:
                    raise DataContractError(
                        f"The cursor was a {before.kind} and is a {mark.kind} now; choose a field "
                        f"that is always one, or remove {FOLDER}/NAME.json of the store."
                    )
                if self._newest is None or mark.at > self._newest.at:
                    self._newest = mark
                if number in ahead and (self._ahead is None or mark.at < self._ahead.at):
                    self._ahead = mark

    def _is_in_the_future(self, mark: Mark) -> bool:
        # One row of a wrong clock must not keep all others away until then.
        now = mark.now(self._now.to_pydatetime(), self._zone)
        return bool(now is not None and mark.at > now.at)

    def mark(self, *, is_end: bool) -> Mark | None:
        """Return up to where nothing has to be read again."""
        if self._newest is None or not (is_end or self._is_in_order):
            return self._old
        # More rows of the last one's mark may follow, as long as this is not the end.
        reached = self._newest if is_end else self._newest.before()
        if self._ahead is not None and self._ahead.at <= reached.at:
            reached = self._ahead.before()
        if self._old is not None and self._old.at >= reached.at:
            return self._old
        return reached
