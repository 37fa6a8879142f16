"""Step: what the business knows (releases, campaigns, outages) into the table `signals`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from models.contracts import QUARANTINE, SIGNALS, conform
from models.errors import DataContractError
from models.series.signals import USUAL_KINDS
from pipelines.settings import Settings
from pipelines.sources.signals import read_signal_files
from pipelines.sources.times import parse_times
from pipelines.steps.ingest.safe import Safe
from pipelines.store import Store

SOURCE = "signals"  # under which broken rows stand in the quarantine
_TICK = pd.Timedelta(1, "us")  # what a run takes in, that run knows: see steps.ingest
_SHOWN = 5
_ALIKE = 0.75  # of a kind's letters are those of a usual one: likely a slip
_TIME = ", write 2026-11-02 or 2026-11-02T08:00Z"
_KEY = list(SIGNALS.key)
_SAID = ["name", "at", "kind", "value", "brand", "product"]


@dataclass(frozen=True)
class SignalsResult:
    """What a load of signals did, in rows.

    ``rows_read = taken + unchanged + quarantined + not_yet_known + collapsed``.
    """

    rows_read: int
    taken: int
    unchanged: int
    quarantined: int
    not_yet_known: int
    collapsed: int
    reasons: dict[str, int]
    places: dict[str, str]  # of each reason the first lines; for the terminal alone
    new_kinds: dict[str, str]  # kinds that nobody expects, and the usual one that each is most like


def ingest_signals(
    patterns: Sequence[str],
    *,
    settings: Settings,
    store: Store,
    as_of: pd.Timestamp,
    now: pd.Timestamp,
    salt: bytes,
    dry_run: bool = False,
) -> SignalsResult:
    """Take signals in and return what was done; the same file twice changes nothing.

    A row that does not say when it became known became known when it was taken in, at the last
    moment before the morning; in the first load a past one when it happened, as if it had been
    followed all along. A row that differs from what is stored of the same name and time is a new
    version, and earlier mornings keep the old one.

    Parameters
    ----------
    patterns : sequence of str
        Paths, folders and globs of CSV, JSON lines or Parquet with ``name, at, kind`` and perhaps
        ``value, brand, product, known_at``.
    settings : Settings
        ``time_zone`` (of times that name none), ``redaction`` and ``ingest`` are read.
    store : Store
        Where the rows go.
    as_of, now : Timestamp
        The morning that is lived and the wall clock, UTC. What became known between the two, or
        happened between them without saying when it became known, is left for later.
    salt : bytes
        Of the workspace's hashes.
    dry_run : bool
        Do all but write.

    Raises
    ------
    DataContractError
        If a file cannot be used, or more rows are broken than ``ingest.max_broken_share``.
    """
    safe, known = Safe.of(settings, salt), store.read(SIGNALS)
    raw = read_signal_files(patterns)
    rows = _parsed(raw, settings, now=max(now, as_of))
    broken = rows[rows["reason"].notna()]
    _refuse_if_broken(broken, len(rows), settings, patterns)
    good = rows[rows["reason"].isna()]
    is_silent = good["known_at"].isna() & (good["at"] >= as_of) & (good["at"] <= now)
    is_later = is_silent | (good["known_at"] >= as_of).fillna(False).astype("bool")
    good = _safe(good[~is_later], safe)
    fresh, unchanged = _versions(good, known, as_of)
    distinct = fresh.drop_duplicates(_KEY, keep="last")
    new = set(distinct["kind"]) - set(known["kind"]) - set(USUAL_KINDS)
    if not dry_run:
        store.upsert(SIGNALS, conform(distinct, SIGNALS))
        _quarantine(broken, store, safe, as_of)
    return SignalsResult(
        rows_read=len(rows),
        taken=len(distinct),
        unchanged=unchanged,
        quarantined=len(broken),
        not_yet_known=int(is_later.sum()),
        collapsed=len(fresh) - len(distinct),
        reasons=dict(sorted(Counter(broken["reason"]).items(), key=lambda r: (-r[1], r[0]))),
        places=_places(broken),
        new_kinds={str(kind): _like(str(kind)) for kind in sorted(new)},
    )


def _places(broken: pd.DataFrame) -> dict[str, str]:
    """Return where each reason is found first."""
    out = {}
    for reason, rows in broken.groupby("reason"):
        first = [f"{row.file} line {row.number}" for row in rows.head(_SHOWN).itertuples()]
        more = " ..." if len(rows) > _SHOWN else ""
        out[str(reason)] = ", ".join(first) + more + (_TIME if "as a time" in reason else "")
    return out


def _like(kind: str) -> str:
    """Return the usual kind that one is most like, or ""."""
    return next(iter(get_close_matches(kind, USUAL_KINDS, n=1, cutoff=_ALIKE)), "")


def _parsed(raw: pd.DataFrame, settings: Settings, *, now: pd.Timestamp) -> pd.DataFrame:
    """Return the rows with times and numbers, and why a row is broken: the first thing found."""
    zone, day_first = settings.time_zone, settings.countries[:1] != ("US",)
    given = {name: raw[name].str.strip().mask(raw[name].str.strip() == "") for name in _SAID}
    at = parse_times(raw["at"], time_zone=zone, day_first=day_first)
    known_at = parse_times(raw["known_at"], time_zone=zone, day_first=day_first)
    says_known = raw["known_at"].fillna("").str.strip() != ""
    value = pd.to_numeric(given["value"], errors="coerce").astype("float64")
    reason = raw["fault"].astype("object")
    for is_wrong, why in (
        (given["name"].isna(), "name is empty"),
        (given["at"].isna(), "at is empty"),
        (at.isna(), "at cannot be read as a time"),
        (given["kind"].isna(), "kind is empty"),
        (given["value"].notna() & ~np.isfinite(value), "value is not a number"),
        (says_known & known_at.isna(), "known_at cannot be read as a time"),
        (known_at > now, "known_at lies in the future"),
    ):
        reason = reason.mask(reason.isna() & is_wrong, why)
    return raw.assign(
        **{name: given[name] for name in ("name", "kind", "brand", "product")},
        at=at,
        value=value.fillna(1.0),
        known_at=known_at,
        reason=reason,
        line=raw.drop(columns=["file", "number", "fault"]).to_dict("records"),
    )


def _refuse_if_broken(
    broken: pd.DataFrame, n_rows: int, settings: Settings, patterns: Sequence[str]
) -> None:
    limit = settings.ingest.max_broken_share
    if n_rows < settings.ingest.min_rows_to_refuse or len(broken) <= limit * n_rows:
        return
    first = broken.head(_SHOWN)
    where = [f"line {r.number}: {r.reason}" for r in first.itertuples()]
    raise DataContractError(
        f"{', '.join(patterns)}: {len(broken)} of {n_rows} signals are broken (at most "
        f"{limit:.0%}, see ingest.max_broken_share). Nothing was stored. {'; '.join(where)}.",
        failures=where,
    )


def _safe(rows: pd.DataFrame, safe: Safe) -> pd.DataFrame:
    """Return the rows without personal data; a kind in small letters, as columns are named."""
    out = rows[[*SIGNALS.columns]].copy()
    for name in ("name", "kind", "brand", "product"):
        hidden = {value: safe.value(value) for value in out[name].dropna().unique()}
        out[name] = out[name].map(hidden).astype("str")
    return out.assign(kind=out["kind"].str.lower())


def _versions(
    rows: pd.DataFrame, known: pd.DataFrame, as_of: pd.Timestamp
) -> tuple[pd.DataFrame, int]:
    """Return the rows that say something new, each with when it became known; and how many not."""
    is_silent = rows["known_at"].isna()
    newest = known[known["known_at"] < as_of].sort_values(_KEY)
    stored = pd.concat(
        [
            # A row that says when it became known is compared with that very version ...
            _told_again(rows[~is_silent], known, _KEY),
            # ... one that does not with what was known last.
            _told_again(rows[is_silent], newest.drop_duplicates(["name", "at"], keep="last"), None),
        ]
    ).reindex(rows.index)
    taken_in = as_of - _TICK
    default = rows["at"].where(known.empty & (rows["at"] < taken_in), taken_in)
    fresh = rows.assign(known_at=rows["known_at"].fillna(default))[~stored]
    return fresh, int(stored.sum())


def _told_again(rows: pd.DataFrame, stored: pd.DataFrame, key: list[str] | None) -> pd.Series:
    """Return which rows say what is stored already."""
    columns = _SAID if key is None else [*_SAID, "known_at"]

    def said(frame: pd.DataFrame) -> list[tuple[object, ...]]:
        plain = frame[columns].astype("object").where(frame[columns].notna(), None)
        return list(plain.itertuples(index=False, name=None))

    before = set(said(stored))
    return pd.Series([row in before for row in said(rows)], index=rows.index, dtype="bool")


def _quarantine(broken: pd.DataFrame, store: Store, safe: Safe, as_of: pd.Timestamp) -> None:
    if broken.empty:
        return
    payloads = [
        json.dumps(
            {n: safe.value(v) for n, v in line.items() if isinstance(v, str) and v.strip()},
            ensure_ascii=False,
        )[: safe.max_payload_chars]
        for line in broken["line"]
    ]
    content = [
        hashlib.blake2b(repr(sorted(line.items())).encode(), key=safe.key, digest_size=16)
        for line in broken["line"]
    ]
    frame = pd.DataFrame(
        {
            "source": SOURCE,
            "row": [
                f"{safe.value(file)}#{c.hexdigest()}"
                for file, c in zip(broken["file"], content, strict=True)
            ],
            "reason": broken["reason"].to_numpy(),
            "payload": payloads,
            "received_at": as_of - _TICK,
        }
    ).drop_duplicates(["source", "row"])
    seen = store.read(QUARANTINE, columns=["source", "row"])
    store.append(QUARANTINE, frame[~frame["row"].isin(seen["row"])].sort_values("row"))
