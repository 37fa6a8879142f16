"""Complaints from files into the store: checked, made safe, each row once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow.compute as compute

from models.contracts import COMPLAINTS, LEDGER, QUARANTINE
from models.errors import DataContractError
from models.series.calendar import local_dates
from models.series.countries import writes_month_first
from pipelines.settings import Settings, Source
from pipelines.sources.files import RawChunk, read_files
from pipelines.steps.ingest.forgotten import without_forgotten
from pipelines.steps.ingest.ledger import safe_rows
from pipelines.steps.ingest.reading import with_languages, with_sentiments
from pipelines.steps.ingest.result import IngestResult
from pipelines.steps.ingest.rows import Loaded, broken_rows, check_rows, raw_rows
from pipelines.steps.ingest.safe import Safe
from pipelines.store import Store

_SOURCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
# A refused file's message shows so many reasons and rows.
_SHOWN = 5
# The time of ingest is the last moment before the morning that it is for: what a run takes in,
# that run knows ("known" is received_at < as_of, strictly).
_TICK = pd.Timedelta(1, "us")


def ingest_files(
    patterns: Sequence[str],
    *,
    source: str,
    columns: Mapping[str, str],
    settings: Settings,
    store: Store,
    as_of: pd.Timestamp,
    now: pd.Timestamp,
    salt: bytes,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> IngestResult:
    """Take the files' rows into the store and return what was done.

    The same files twice change nothing. A row whose content changed is updated and keeps
    ``received_at``. At most three commits are made: quarantine, complaints, ledger. A kill in
    between leaves tables that are whole, and the next run does the rest.

    Parameters
    ----------
    patterns : sequence of str
        Paths, folders and globs.
    source : str
        Whose rows these are; its parameters, else those of ``files``, say how they are read.
    columns : mapping of str to str
        Ours to theirs; laid over the source's own mapping.
    settings : Settings
        All parameters.
    store : Store
        Where the rows go.
    as_of, now : Timestamp
        The morning that is lived and the wall clock, both with a time zone. Rows from between
        the two are held back; rows from after both are broken.
    salt : bytes
        Of the customers' hashes; a secret of the workspace.
    dry_run : bool
        Do all but write.
    progress : callable, optional
        Called with the number of rows just read.

    Raises
    ------
    DataContractError
        If a file or mapping cannot be used, or more rows are broken than
        ``ingest.max_broken_share``; then nothing has been stored.
    """
    settings_of = source_of(source, settings)
    chunks = read_files(
        patterns, columns={**settings_of.columns, **columns}, encoding=settings_of.encoding
    )
    load = Load(source, settings, store, as_of, now, salt, dry_run=dry_run, progress=progress)
    return ingest_chunks(chunks, load, named=", ".join(patterns))[0]


@dataclass(frozen=True)
class Load:
    """Whose rows are taken in, where to, and as of when: as :func:`ingest_files` has it.

    ``is_history`` says whether rows that do not tell when they were received were learnt when they
    were written; None: if the source has no rows yet.
    """

    source: str
    settings: Settings
    store: Store
    as_of: pd.Timestamp
    now: pd.Timestamp
    salt: bytes
    dry_run: bool = False
    progress: Callable[[int], None] | None = None
    is_history: bool | None = None


def ingest_chunks(
    chunks: Iterable[RawChunk], load: Load, *, named: str
) -> tuple[IngestResult, frozenset[int]]:
    """Take the rows of chunks into the store.

    Parameters
    ----------
    chunks : iterable of RawChunk
        From wherever.
    load : Load
        Whose, where to, as of when.
    named : str
        What the rows come from, for messages.

    Returns
    -------
    result : IngestResult
        What was done.
    ahead : frozenset of int
        Numbers of the rows of which a part is not known yet at ``as_of``, or the whole: they have
        to be read again on a later morning.

    Raises
    ------
    DataContractError
        If more rows are broken than ``ingest.max_broken_share``; then nothing has been stored.
    """
    source, settings, store = load.source, load.settings, load.store
    settings_of = source_of(source, settings)
    as_of, now = _utc(load.as_of, "as_of"), _utc(load.now, "now")
    safe = Safe.of(settings, load.salt)
    raw = raw_rows(chunks, source=source, safe=safe, progress=load.progress)
    loaded = check_rows(
        raw,
        as_of=as_of,
        now=max(now, as_of),
        time_zone=settings_of.time_zone,
        day_first=not any(map(writes_month_first, settings.countries[:1])),
    )
    loaded, forgotten = without_forgotten(loaded, source=source, safe=safe, store=store)
    broken = broken_rows(loaded, source=source, safe=safe, received_at=as_of - _TICK)
    _refuse_if_broken(loaded, broken, settings, named)
    known = store.read(COMPLAINTS, where=compute.field("source") == source)
    complaints, made = safe_rows(loaded.good, known, source=source, safe=safe, store=store)
    redactions = Counter(kind for kinds in complaints["kinds"] for kind in kinds)
    is_history = known.empty if load.is_history is None else load.is_history
    complaints = _with_received_at(complaints, known, as_of, is_history=is_history)
    complaints = with_languages(complaints, known)
    complaints = with_sentiments(complaints)
    is_new, is_changed = _compare(complaints, known)
    if not load.dry_run:
        _store(store, complaints, is_new, is_changed, broken)
        store.upsert(LEDGER, made)
    inserted = complaints[is_new]
    zone = settings.time_zone
    result = IngestResult(
        source=source,
        files=tuple(safe.value(name) for name in raw.files),
        rows_read=raw.rows_read,
        accepted=len(complaints),
        inserted=int(is_new.sum()),
        updated=int(is_changed.sum()),
        unchanged=int((~is_new & ~is_changed).sum()),
        quarantined=len(loaded.broken),
        reasons=_tally(loaded.broken["reason"]),
        not_yet_known=loaded.not_yet_known,
        capped=int(loaded.good["is_capped"].sum()),
        late=_count_late(inserted, settings.series.provisional_days, zone),
        exact_repeats=len(complaints) - complaints["text_hash"].nunique(),
        recoded_lines=raw.recoded_lines,
        redactions=dict(sorted(redactions.items())),
        examples=_examples(broken),
        collapsed=loaded.collapsed,
        repaired=loaded.repaired,
        forgotten=forgotten,
    )
    return result, loaded.ahead


def source_of(source: str, settings: Settings) -> Source:
    """Return the parameters of a source; of one that is not named there, those of ``files``."""
    if not _SOURCE_NAME.fullmatch(source):
        raise DataContractError(
            f"--source: expected letters, digits, '.', '_' or '-', at most 64; got {source[:80]!r}."
        )
    return settings.sources.get(source, settings.sources["files"])


def _utc(moment: pd.Timestamp, name: str) -> pd.Timestamp:
    if moment.tzinfo is None:
        raise ValueError(f"Expected {name} with a time zone. But got {moment}.")
    return moment.tz_convert("UTC")


def _refuse_if_broken(loaded: Loaded, broken: pd.DataFrame, settings: Settings, named: str) -> None:
    rows = len(loaded.broken) + len(loaded.good) + loaded.collapsed
    share = len(loaded.broken) / max(rows, 1)
    limit = settings.ingest.max_broken_share
    if rows < settings.ingest.min_rows_to_refuse or share <= limit:
        return
    reasons = list(_tally(loaded.broken["reason"]).items())[:_SHOWN]
    listed = "; ".join(f"{reason} ({count})" for reason, count in reasons)
    raise DataContractError(
        f"{named}: {len(loaded.broken)} of {rows} rows are broken ({share:.0%}; "
        f"at most {limit:.0%}, see ingest.max_broken_share). Nothing was stored. "
        f"Reasons: {listed}. "
        "Check --columns and the source's time zone and encoding.",
        failures=_examples(broken),
    )


def _tally(values: pd.Series) -> dict[str, int]:
    counts = Counter(values.tolist())
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _examples(broken: pd.DataFrame) -> tuple[str, ...]:
    # One row of each reason before a second one of any.
    turn = broken.groupby("reason").cumcount()
    shown = broken.assign(turn=turn).sort_values("turn", kind="stable").head(_SHOWN)
    return tuple(f"{row.place}: {row.reason}: {row.payload[:160]}" for row in shown.itertuples())


def _with_received_at(
    complaints: pd.DataFrame, known: pd.DataFrame, as_of: pd.Timestamp, *, is_history: bool
) -> pd.DataFrame:
    """Fill in when rows were learnt that do not say so, and what later steps had found."""
    # A first load of history is taken as if it had been followed all along.
    default = complaints["created_at"] if is_history else as_of - _TICK
    before = known.set_index("complaint_id").reindex(complaints["complaint_id"])
    before = before.set_axis(complaints.index)
    received = complaints["received_at"].fillna(before["received_at"]).fillna(default)
    is_same_text = before["text_hash"] == complaints["text_hash"]
    return complaints.assign(
        received_at=received, sentiment=before["sentiment"].where(is_same_text)
    )[list(COMPLAINTS.columns)]


def _compare(complaints: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return which rows are new, and which are known with other values."""
    is_new = ~complaints["complaint_id"].isin(known["complaint_id"])
    before = known.set_index("complaint_id").reindex(complaints["complaint_id"])
    is_changed = pd.Series(False, index=complaints.index)
    for name in before.columns:
        old, new = before[name].set_axis(complaints.index), complaints[name]
        same = (old == new).fillna(False).astype("bool") | (old.isna() & new.isna())
        is_changed |= ~same
    return is_new, is_changed & ~is_new


def _store(
    store: Store,
    complaints: pd.DataFrame,
    is_new: pd.Series,
    is_changed: pd.Series,
    broken: pd.DataFrame,
) -> None:
    seen = store.read(QUARANTINE, columns=["source", "row"])
    fresh = broken.drop_duplicates(["source", "row"])[list(QUARANTINE.columns)]
    fresh = fresh[~fresh["row"].isin(seen.loc[seen["source"].isin(fresh["source"]), "row"])]
    store.append(QUARANTINE, fresh.sort_values("row"))
    rows = complaints[is_new | is_changed].sort_values("complaint_id")
    # A merge reads the whole table; where nothing is to be updated there is no need.
    if is_changed.any():
        store.upsert(COMPLAINTS, rows)
    else:
        store.append(COMPLAINTS, rows)


def _count_late(rows: pd.DataFrame, provisional_days: int, time_zone: str) -> int:
    created = local_dates(rows["created_at"], time_zone)
    received = local_dates(rows["received_at"], time_zone)
    return int(((received - created).dt.days > provisional_days).sum())
