"""Floods: one text written over and over by few people. They are marked, and people counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.contracts import FLOODS, conform
from models.text.similar import near_identical

# The few must have written at least this share of the window's near-identical texts; else it is
# a text that many people write, some of them often.
_MIN_SHARE = 0.5
_UNKNOWN = -1  # stands for everybody whose customer is not known
_EXAMPLE_CHARS = 300


@dataclass(frozen=True)
class FloodMarks:
    """What is flooded.

    Parameters
    ----------
    floods : DataFrame
        One row a flood, see ``contracts.FLOODS``.
    marks : DataFrame
        ``complaint_id, flood_id, is_counted`` of the flooded complaints alone, sorted by
        ``complaint_id``. Of each customer of a flood one complaint is counted.
    """

    floods: pd.DataFrame
    marks: pd.DataFrame


def mark_floods(
    complaints: pd.DataFrame,
    *,
    min_texts: int,
    max_customers: int,
    window_hours: float,
    similarity: float,
) -> FloodMarks:
    """Return the floods among the complaints and which complaints of them count.

    A flood is a burst of at least ``min_texts`` near-identical texts within the window, most
    of them by at most ``max_customers`` customers, of a text that nobody else had written well
    (one window) before: categories and set phrases that many people use are none. It goes on
    as long as the same customers write the text again within a window. Texts of fewer than
    four words are never flooded. Complaints without a customer count as of one.

    Parameters
    ----------
    complaints : DataFrame
        ``complaint_id, created_at, text, text_hash, customer_key``, all known by now; rows in
        any order give the same marks.
    min_texts, max_customers : int
        At least 2, at least 1.
    window_hours : float
        Hours, > 0.
    similarity : float
        Jaccard similarity of word pairs that makes two texts near-identical, in (0, 1].
    """
    rows = complaints.sort_values(["created_at", "complaint_id"], kind="stable")
    rows = rows.assign(group=_groups(rows, min_texts, similarity))
    rows = rows[rows["group"] >= 0]
    rows = rows[rows.groupby("group")["group"].transform("size") >= min_texts]
    keys = np.sort(rows["customer_key"].dropna().unique())
    customers = pd.Index(keys).get_indexer(rows["customer_key"])
    rows = rows.assign(customer=np.where(rows["customer_key"].isna(), _UNKNOWN, customers))
    window = np.timedelta64(round(window_hours * 3600), "s")
    floods, marks = [], []
    for _, group in rows.groupby("group", sort=True):
        times = group["created_at"].dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
        writers = group["customer"].to_numpy(dtype=np.int64)
        for flooded in _bursts(times, writers, window, min_texts, max_customers):
            flood, mark = _describe(group.iloc[flooded])
            floods.append(flood)
            marks.append(mark)
    return _gathered(floods, marks)


def _groups(rows: pd.DataFrame, min_texts: int, similarity: float) -> npt.NDArray[np.int64]:
    texts = rows.drop_duplicates("text_hash").sort_values("text_hash")
    labels = near_identical(texts["text"].tolist(), similarity=similarity)
    known = pd.Series(labels, index=texts["text_hash"].to_numpy())
    groups: npt.NDArray[np.int64] = known.reindex(rows["text_hash"]).to_numpy(dtype=np.int64)
    return groups


def _bursts(
    times: npt.NDArray[np.datetime64],
    writers: npt.NDArray[np.int64],
    window: np.timedelta64,
    min_texts: int,
    max_customers: int,
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the rows of each flood of one group of near-identical texts, in order of time."""
    ends = np.searchsorted(times, times + window, side="right")
    starts = np.flatnonzero(ends - np.arange(len(times)) >= min_texts)
    long_before = np.searchsorted(times, times - window, side="left")
    is_flooded = np.zeros(len(times), dtype=bool)
    within: Counter[int] = Counter()
    low = high = seen = 0
    before: set[int] = set()  # who wrote the text well before, floods left out
    for start in starts:
        before.update(
            w for i, w in _slice(writers, seen, int(long_before[start])) if not is_flooded[i]
        )
        seen = max(seen, int(long_before[start]))
        if len(before) > max_customers or _UNKNOWN in before:
            return  # from here on it is a text that others write too
        within.update(w for _, w in _slice(writers, high, int(ends[start])))
        within.subtract(w for _, w in _slice(writers, low, int(start)))
        low, high = int(start), int(ends[start])
        if is_flooded[start]:
            continue
        top = sorted(((n, w) for w, n in within.items() if n > 0), key=lambda x: (-x[0], x[1]))
        few = {w for _, w in top[:max_customers]}
        written = sum(n for n, _ in top[:max_customers])
        share = written / (high - low)
        if written < min_texts or share < _MIN_SHARE or not before <= few:
            continue
        flooded = _spread(times, writers, is_flooded, low, few, window)
        is_flooded[flooded] = True
        yield flooded


def _slice(writers: npt.NDArray[np.int64], low: int, high: int) -> Iterator[tuple[int, int]]:
    return ((i, int(writers[i])) for i in range(low, high))


def _spread(
    times: npt.NDArray[np.datetime64],
    writers: npt.NDArray[np.int64],
    is_flooded: npt.NDArray[np.bool_],
    low: int,
    few: set[int],
    window: np.timedelta64,
) -> npt.NDArray[np.int64]:
    """Return the few's rows from ``low`` on, up to the first pause of more than a window."""
    own = low + np.flatnonzero(np.isin(writers[low:], list(few)) & ~is_flooded[low:])
    pauses = np.flatnonzero(np.diff(times[own]) > window)
    return own[: pauses[0] + 1] if len(pauses) else own


def _describe(rows: pd.DataFrame) -> tuple[dict[str, object], pd.DataFrame]:
    first = rows.iloc[0]
    flood_id = "flood-" + hashlib.sha256(str(first["complaint_id"]).encode()).hexdigest()[:12]
    is_counted = ~rows["customer"].duplicated()
    known = rows.loc[rows["customer"] != _UNKNOWN, "customer"].nunique()
    flood: dict[str, object] = {
        "flood_id": flood_id,
        "first_at": first["created_at"],
        "last_at": rows["created_at"].iloc[-1],
        "texts": len(rows),
        "customers": known or pd.NA,
        "counted_as": int(is_counted.sum()),
        "example": str(first["text"])[:_EXAMPLE_CHARS],
    }
    mark = rows[["complaint_id"]].assign(flood_id=flood_id, is_counted=is_counted)
    return flood, mark


def _gathered(floods: list[dict[str, object]], marks: list[pd.DataFrame]) -> FloodMarks:
    table = conform(pd.DataFrame(floods, columns=list(FLOODS.columns)), FLOODS)
    table = table.sort_values(["first_at", "flood_id"]).reset_index(drop=True)
    empty = pd.DataFrame({"complaint_id": [], "flood_id": [], "is_counted": []})
    joined = pd.concat(marks) if marks else empty
    joined = joined.astype({"complaint_id": "str", "flood_id": "str", "is_counted": "bool"})
    return FloodMarks(table, joined.sort_values("complaint_id").reset_index(drop=True))
