"""Rows of people who asked to be forgotten are not taken in again."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from models.contracts import COMPLAINT, CUSTOMER, FORGOTTEN
from models.text.traces import Traces
from pipelines.steps.ingest.rows import Loaded
from pipelines.steps.ingest.safe import Safe
from pipelines.store import Store


def without_forgotten(
    loaded: Loaded, *, source: str, safe: Safe, store: Store
) -> tuple[Loaded, int]:
    """Return the rows of a load without the forgotten ones, and how many those were.

    A complaint is left out for good. A customer's rows are left out if they were written before
    the customer was forgotten: who complains again later is a customer again.

    Parameters
    ----------
    loaded : Loaded
        Good and broken rows.
    source : str
        Whose rows.
    safe : Safe
        Hashes ids and customers as they were hashed then.
    store : Store
        Its ``forgotten`` is read.
    """
    marks = store.read(FORGOTTEN)
    if marks.empty:
        return loaded, 0
    gone = set(marks.loc[marks["kind"] == COMPLAINT, "mark"])
    since = marks[marks["kind"] == CUSTOMER].set_index("mark")["at"].to_dict()
    mark = Traces(safe.key).mark

    def is_out(rows: pd.DataFrame) -> pd.Series:
        ids = source + ":" + safe.ids(rows["source_id"])
        out = ids.map(mark).isin(gone)
        if since:
            customers = rows["customer"].str.strip()
            keys = {it: mark(safe.hashed(it)) for it in customers.dropna().unique()}
            at = pd.to_datetime(customers.map(keys).map(since), utc=True)
            # A row whose time cannot be read may be of any time.
            out |= at.notna() & ~(rows["created_at_"] >= at).fillna(False).astype("bool")
        return out.astype("bool")

    good, broken = is_out(loaded.good), is_out(loaded.broken)
    kept = replace(loaded, good=loaded.good[~good], broken=loaded.broken[~broken])
    return kept, int(good.sum()) + int(broken.sum())
