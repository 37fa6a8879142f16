"""Who is not to be taken in again."""

from __future__ import annotations

from models.contracts.table import TEXT, TIMESTAMP, Table, required

COMPLAINT, CUSTOMER = "complaint", "customer"

# Salted hashes alone: the table says of a row that comes whether it was forgotten, and of nobody
# who that was.
FORGOTTEN = Table(
    "forgotten",
    ("kind", "mark"),
    {
        "kind": required(TEXT, one_of=(COMPLAINT, CUSTOMER)),
        "mark": required(TEXT),  # keyed hash of the complaint's id, or of the customer's key
        "at": required(TIMESTAMP),  # of a customer: what was written before is left out
    },
)
