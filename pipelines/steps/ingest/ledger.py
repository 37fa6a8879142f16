"""What a row was made of: one that comes again unchanged is not looked at again.

Exports hold all of the past every morning. Redacting a text costs a hundred times what it costs
to see, by a keyed hash of the row as it came, that it was done before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pandas as pd
import pyarrow.compute as compute

from models.contracts import LEDGER, conform
from pipelines.steps.ingest.safe import UNSAID, Safe
from pipelines.store import Store

_HASH_BYTES = 16
# What redaction and hashing made of a row, and is taken over if the row is the same.
_MADE = (
    *("source", "source_id", "complaint_id", "text", "text_hash"),
    *("channel", "brand", "product", "region", "customer_key"),
)


def safe_rows(
    rows: pd.DataFrame, known: pd.DataFrame, *, source: str, safe: Safe, store: Store
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return good rows as ``complaints`` has them, and their rows of the ledger that are new.

    A row is taken over from the stored complaint if the ledger says that the complaint was made
    of this very row, by these rules, and the complaint is still what was made of it then (a
    killed run may have written the one and not the other).

    Parameters
    ----------
    rows : DataFrame
        Good rows of a load; ``source_id, content, form`` say what came.
    known : DataFrame
        The source's stored complaints.
    source : str
        Whose rows.
    safe : Safe
        What makes rows safe.
    store : Store
        Its ``ledger`` is read.

    Returns
    -------
    complaints : DataFrame
        As of :meth:`Safe.complaints`, in the rows' order.
    fresh : DataFrame
        ``contracts.LEDGER`` rows of the rows that were looked at.
    """
    ledger = store.read(LEDGER, where=compute.field("source") == source)
    # Identical rows without ids have one content, and numbered ids.
    came = _hashes(zip(rows["content"], rows["form"], rows["source_id"], strict=True), safe)
    place = pd.Index(ledger["came"]).get_indexer(came)
    by_id = known.set_index("complaint_id", drop=False)
    entry = ledger.iloc[place[place >= 0]].set_axis(rows.index[place >= 0])
    made = _digests(by_id.reindex(entry["complaint_id"]))
    is_same = pd.Series(False, index=rows.index)
    is_same[entry.index] = entry["made"].to_numpy() == made
    same = rows[is_same]
    kept = by_id.loc[entry.loc[same.index, "complaint_id"], list(_MADE)]
    taken = pd.concat(
        [same[list(UNSAID)], kept.set_axis(same.index), entry.loc[same.index, ["kinds"]]], axis=1
    )
    looked_at = safe.complaints(rows[~is_same], source=source)
    fresh = looked_at.assign(came=[c for c, s in zip(came, is_same, strict=True) if not s])
    fresh = fresh.assign(made=_digests(looked_at))
    complaints = pd.concat([taken, looked_at]) if len(taken) else looked_at
    return complaints.reindex(rows.index), conform(fresh, LEDGER)


def _hashes(values: Iterable[tuple[str, str, str]], safe: Safe) -> list[str]:
    rules = hashlib.blake2b(safe.rules_name.encode(), key=safe.key, digest_size=_HASH_BYTES)
    out = []
    for parts in values:
        digest = rules.copy()
        digest.update("\x1f".join(("", *parts)).encode("utf-8", "surrogatepass"))
        out.append(digest.hexdigest())
    return out


def _digests(complaints: pd.DataFrame) -> list[str]:
    """Return a hash of each row of what redaction and hashing made."""
    columns = [complaints[name].fillna("").tolist() for name in _MADE if name != "text"]
    return [
        hashlib.blake2b("\x1f".join(cells).encode(), digest_size=_HASH_BYTES).hexdigest()
        for cells in zip(*columns, strict=True)
    ]
