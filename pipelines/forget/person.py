"""Whose complaints are to be forgotten: found by ids or by customer, and the traces they leave."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow.parquet as parquet

from models.contracts import COMPLAINTS, QUARANTINE
from models.errors import DataContractError
from models.text.traces import Own, Traces, make_traces, own_sequences, words_of
from pipelines.steps.ingest.safe import Safe
from pipelines.store import Store

_COLUMNS = ["complaint_id", "source", "source_id", "text", "text_hash", "customer_key"]
# A payload is cut at its end: as JSON it may be broken.
_ID = re.compile(r'"source_id": "((?:[^"\\]|\\.)*)"')
_CUSTOMER = re.compile(r'"customer": "([0-9a-f]+)"')
_TEXT = re.compile(r'"text": "((?:[^"\\]|\\.)*)')
_SHOWN = 5


@dataclass(frozen=True)
class Person:
    """Somebody's complaints, and those rows of the quarantine that name one of them.

    Parameters
    ----------
    complaints : tuple of str
        Ids, ``source:id``.
    customers : tuple of str
        Keys, as they are stored.
    quarantined : int
        Rows that are set aside.
    mentioned : tuple of str
        Complaints of others that hold the name that was given.
    traces : Traces
        What is to be gone.
    """

    complaints: tuple[str, ...]
    customers: tuple[str, ...]
    quarantined: int
    mentioned: tuple[str, ...]
    traces: Traces


def payload_facts(source: str, payload: str) -> tuple[str, str, str]:
    """Return complaint id, customer key and text of a quarantined row; "" where not given."""

    def of(pattern: re.Pattern[str]) -> str:
        found = pattern.search(payload)
        return _plain(found.group(1)) if found else ""

    own = of(_ID)
    return f"{source}:{own}" if own else "", of(_CUSTOMER), of(_TEXT)


def _plain(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:  # cut within an escape
        return value


def find_person(
    store: Store, safe: Safe, *, complaint_ids: Sequence[str], customer: str | None
) -> Person:
    """Return whose complaints these are.

    Parameters
    ----------
    store : Store
        Its complaints, every version that is still there, and its quarantine are read.
    safe : Safe
        Hashes a customer and makes ids safe as they were when they were taken in.
    complaint_ids : sequence of str
        As stored (``source:id``) or as the source has them.
    customer : str, optional
        The customer as the source has it, or the stored key.

    Raises
    ------
    DataContractError
        If an id is unknown or two complaints', or the customer has none; names the fix.
    """
    rows = store.read(COMPLAINTS, columns=_COLUMNS)
    aside = store.read(QUARANTINE)
    facts = [payload_facts(r.source, r.payload) for r in aside.itertuples()]
    ids = {_one_id(given, rows, facts, safe) for given in complaint_ids}
    keys = set[str]()
    if customer is not None:
        keys = {safe.hashed(customer.strip()), safe.hashed(customer)}
        known = {*rows["customer_key"].dropna(), *(key for _, key, _ in facts if key)}
        keys = (keys | ({customer} & known)) & known
        if not keys:
            raise DataContractError(
                "--customer: no complaint of this customer is stored. Write the name or number as "
                "the source has it, in its column of customers; with ISSUECAST_SALT set as it was "
                "when the complaints were taken in. Or name complaints: --complaint-id ID."
            )
    is_own = rows["complaint_id"].isin(ids) | rows["customer_key"].isin(keys)
    own, others = rows[is_own], rows[~is_own]
    ids |= set(own["complaint_id"])
    set_aside = [it for it in facts if it[0] in ids or it[1] in keys]
    earlier = _every_version(store, ids)
    texts = [*own["text"], *earlier["text"], *(text for _, _, text in set_aside)]
    hashes = {*own["text_hash"], *earlier["text_hash"]} - set(others["text_hash"])
    sequences = own_sequences(sorted(set(texts)), others["text"])
    name, mentioned = _name(customer, others)
    source_ids = {it.partition(":")[2] for it in ids}
    traces = make_traces(
        safe.key,
        complaints=ids,
        customers=keys,
        texts=hashes,
        own=sequences,
        codes={*ids, *source_ids, *keys, *hashes, *name},
    )
    return Person(tuple(sorted(ids)), tuple(sorted(keys)), len(set_aside), mentioned, traces)


def no_one(safe: Safe) -> Traces:
    """Return the traces of nobody."""
    return make_traces(
        safe.key,
        complaints=(),
        customers=(),
        texts=(),
        own=Own(frozenset(), frozenset()),
        codes=(),
    )


def _one_id(
    given: str, rows: pd.DataFrame, facts: Sequence[tuple[str, str, str]], safe: Safe
) -> str:
    hidden = str(safe.ids(pd.Series([given]))[0])
    is_it = (rows["complaint_id"] == given) | rows["source_id"].isin([given, hidden])
    found = set(rows.loc[is_it, "complaint_id"])
    aside = {it for it, _, _ in facts if it}
    found |= {it for it in aside if it == given or it.partition(":")[2] in (given, hidden)}
    if not found:
        raise DataContractError(
            f"--complaint-id: no complaint {given!r} is stored; write the id as the source has it, "
            "or with the source before it (crm:4711)."
        )
    if len(found) > 1:
        listed = ", ".join(sorted(found)[:_SHOWN])
        raise DataContractError(
            f"--complaint-id: {given!r} is the id of several complaints; write one of {listed}."
        )
    return str(found.pop())


def _every_version(store: Store, ids: set[str]) -> pd.DataFrame:
    """Return the texts that the complaints ever had, as far as old versions are still there."""
    columns = ["complaint_id", "text", "text_hash"]
    frames = [pd.DataFrame(columns=columns)]
    for path in store.files(COMPLAINTS):
        rows = parquet.read_table(path, columns=columns).to_pandas()
        frames.append(rows[rows["complaint_id"].isin(ids)])
    return pd.concat(frames, ignore_index=True)


def _name(customer: str | None, others: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the name if it is nobody else's word, and the others' complaints that hold it."""
    if customer is None:
        return (), ()
    said = f" {' '.join(words_of(customer).words)} "
    if not said.strip():
        return (), ()
    holds = others["text"].map(lambda text: said in f" {' '.join(words_of(text).words)} ")
    mentioned = tuple(others.loc[holds.astype(bool), "complaint_id"])
    return () if mentioned else (customer,), mentioned
