"""Rows of a load against the contract: good, broken, from the future, or repeats."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.contracts import RAW_COLUMNS
from models.text.language_names import language_code
from pipelines.sources.files import RawChunk
from pipelines.sources.times import parse_times
from pipelines.steps.ingest.safe import Safe

_HASH_BYTES = 16
_CATEGORIES = ("channel", "brand", "product", "region")
# Numbers larger than the people on Earth are no reach.
_MAX_REACH = 1e10


@dataclass(frozen=True)
class Raw:
    """All rows of a load, texts cleaned and cut to what is kept, the rest as it was."""

    frame: pd.DataFrame  # RAW_COLUMNS, file, number, content, form, is_capped, fault
    files: tuple[str, ...]
    recoded_lines: int

    @property
    def rows_read(self) -> int:
        """Return the number of rows in the files, broken ones included."""
        return len(self.frame)


@dataclass(frozen=True)
class Loaded:
    """The rows of a load, sorted out; ``good`` has parsed times and numbers.

    ``ahead`` are the numbers of rows that are not known yet, or not all of whose values are.
    """

    good: pd.DataFrame
    broken: pd.DataFrame
    not_yet_known: int
    collapsed: int
    repaired: dict[str, int]
    ahead: frozenset[int]


def raw_rows(
    chunks: Iterable[RawChunk],
    *,
    source: str,
    safe: Safe,
    progress: Callable[[int], None] | None,
) -> Raw:
    """Return the chunks as one frame, each row with a keyed hash of its content."""
    frames, files, recoded = [], [], 0
    for chunk in chunks:
        name = chunk.file.name
        files.append(name)
        recoded += chunk.recoded_lines
        frame = chunk.frame
        cells = [frame[column].fillna("\x00").tolist() for column in chunk.mapped]
        frame["content"] = [_content(row, safe.key) for row in zip(*cells, strict=True)]
        faults = pd.DataFrame(
            {
                "number": [row.number for row in chunk.broken],
                "fault": [row.reason for row in chunk.broken],
                "text": [row.content for row in chunk.broken],
                "content": [_content((row.content,), safe.key) for row in chunk.broken],
            }
        ).astype({"number": "int64", "fault": "str", "text": "str", "content": "str"})
        frame = safe.shorten(pd.concat([frame, faults], ignore_index=True))
        frame["form"] = ",".join(chunk.mapped)
        frames.append(frame.assign(file=name, path=str(chunk.file)))
        if progress is not None:
            progress(len(frame))
    columns = [*RAW_COLUMNS, "number", "content", "form", "fault", "is_capped", "file", "path"]
    if not frames:
        none = pd.DataFrame({name: [] for name in columns}, dtype="str")
        return Raw(none.astype({"number": "int64", "is_capped": "bool"}), (), recoded)
    frame = pd.concat(frames, ignore_index=True).sort_values(["path", "number"], kind="stable")
    return Raw(frame.reset_index(drop=True)[columns], tuple(dict.fromkeys(files)), recoded)


def _content(cells: Iterable[str], key: bytes) -> str:
    # A surrogate cannot come from a file that was decoded, but costs nothing to stand.
    data = "\x1f".join(cells).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, key=key, digest_size=_HASH_BYTES).hexdigest()


def check_rows(
    raw: Raw, *, as_of: pd.Timestamp, now: pd.Timestamp, time_zone: str, day_first: bool
) -> Loaded:
    """Return the rows sorted out: what is wrong with a row is the first thing found."""
    rows = raw.frame
    created = parse_times(rows["created_at"], time_zone=time_zone, day_first=day_first)
    received = parse_times(rows["received_at"], time_zone=time_zone, day_first=day_first)
    is_split = rows["fault"].isna()
    is_later = is_split & (
        ((created >= as_of) & (created <= now)) | (received >= as_of).fillna(False)
    )
    reason = rows["fault"].astype("object")
    for is_wrong, text in (
        (_is_blank(rows["created_at"]), "created_at is empty"),
        (created.isna(), "created_at cannot be read as a time"),
        (created > now, "created_at lies in the future"),
        (_is_blank(rows["text"]), "text is empty"),
    ):
        reason = reason.mask(reason.isna() & is_wrong, text)
    is_later &= reason.isna() | (reason == "text is empty")
    rows = rows.assign(reason=reason, created_at_=created, received_at_=received)
    rows["source_id"] = _ids(rows)
    candidates = rows[~is_later & rows["reason"].isna()]
    is_repeat, is_replaced = _duplicates(candidates)
    broken = rows[~is_later & rows["reason"].notna()]
    replaced = candidates[is_replaced].assign(reason="id is given again by a later row")
    good, repaired = _parsed(candidates[~is_repeat & ~is_replaced], as_of, time_zone, day_first)
    return Loaded(
        good=good,
        broken=pd.concat([broken, replaced]).sort_index(),
        not_yet_known=int(is_later.sum()),
        collapsed=int(is_repeat.sum()),
        repaired=repaired,
        ahead=frozenset(rows.loc[is_later, "number"])
        | frozenset(good.loc[good["is_ahead"], "number"]),
    )


def _is_blank(values: pd.Series) -> pd.Series:
    return values.isna() | (values.str.strip() == "").fillna(True).astype("bool")


def _ids(rows: pd.DataFrame) -> pd.Series:
    """Return the rows' ids; one that has none is named by its content.

    Identical rows of a file are numbered, so that the same file gives the same ids again; the
    same row in two files (overlapping exports) is one.
    """
    number = rows.groupby(["path", "content"], sort=False).cumcount()
    made = rows["content"] + np.where(number > 0, "-" + number.astype("str"), "")
    return rows["source_id"].str.strip().mask(_is_blank(rows["source_id"]), made)


def _duplicates(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return which rows only repeat the row that stands for their id, and which it replaces."""
    is_last = ~rows["source_id"].duplicated(keep="last")
    last = rows.loc[is_last].set_index("source_id")["content"]
    is_same = rows["content"] == last.reindex(rows["source_id"]).set_axis(rows.index)
    # Of differing rows each content is refused once: A, A, B is one repeat and one refusal.
    again = rows.duplicated(["source_id", "content"], keep="last")
    return ~is_last & (is_same | again), ~is_last & ~is_same & ~again


def _parsed(
    rows: pd.DataFrame, as_of: pd.Timestamp, time_zone: str, day_first: bool
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return good rows with times and numbers parsed, and what could not be used of them."""
    repaired: Counter[str] = Counter()
    out = rows.assign(
        created_at=rows["created_at_"], received_at=rows["received_at_"], is_ahead=False
    )

    def drop(name: str, is_bad: pd.Series, why: str) -> None:
        repaired[f"{name} {why}"] += int(is_bad.sum())
        out[name] = out[name].mask(is_bad)

    given = ~_is_blank(rows["received_at"])
    drop("received_at", given & out["received_at"].isna(), "cannot be read as a time")
    drop("received_at", out["received_at"] < out["created_at"], "lies before created_at")
    for name in ("first_response_at", "resolved_at"):
        given = ~_is_blank(rows[name])
        out[name] = parse_times(rows[name], time_zone=time_zone, day_first=day_first)
        drop(name, given & out[name].isna(), "cannot be read as a time")
        drop(name, out[name] < out["created_at"], "lies before created_at")
        # Not yet known on that morning: the row is updated by the run that knows.
        is_ahead = (out[name] >= as_of).fillna(False).astype("bool")
        out["is_ahead"] |= is_ahead
        out[name] = out[name].mask(is_ahead)
    given = ~_is_blank(rows["reach"])
    out["reach"] = pd.to_numeric(rows["reach"].str.strip(), errors="coerce").astype("float64")
    is_bad = given & ~out["reach"].between(0, _MAX_REACH)
    drop("reach", is_bad, "is not a number of 0 or more")
    given = ~_is_blank(rows["language"])
    codes = {value: language_code(value) for value in rows.loc[given, "language"].unique()}
    out["language"] = rows["language"].map(codes).astype("str")
    drop("language", given & out["language"].isna(), "is no language, e.g. en or en-US")
    for name in (*_CATEGORIES, "customer"):
        out[name] = rows[name].str.strip().mask(_is_blank(rows[name]))
    return out, {why: count for why, count in sorted(repaired.items()) if count}


def broken_rows(
    loaded: Loaded, *, source: str, safe: Safe, received_at: pd.Timestamp
) -> pd.DataFrame:
    """Return broken rows as ``quarantine`` has them, with the place where each stands."""
    rows = loaded.broken
    names = {file: safe.value(file) for file in rows["file"].unique()}
    files = rows["file"].map(names)
    return pd.DataFrame(
        {
            "source": source,
            "row": files + "#" + rows["content"],
            "reason": rows["reason"],
            "payload": safe.payloads(rows),
            "received_at": received_at,
            "place": files + " line " + rows["number"].astype("str"),
        }
    )
