"""What came in: complaints, rows set aside, floods, and the texts' vectors."""

from __future__ import annotations

from models.contracts.table import (
    BYTES,
    COUNT,
    LIST,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Table,
    optional,
    required,
)

# What a source yields: every value as the text it was, before any parsing.
RAW_COLUMNS = (
    "source_id",
    "created_at",
    "received_at",
    "text",
    "channel",
    "brand",
    "product",
    "region",
    "customer",
    "language",
    "reach",
    "first_response_at",
    "resolved_at",
)

COMPLAINTS = Table(
    "complaints",
    ("complaint_id",),
    {
        "complaint_id": required(TEXT),  # "<source>:<source_id>"
        "source": required(TEXT),
        "source_id": required(TEXT),
        "created_at": required(TIMESTAMP),
        "received_at": required(TIMESTAMP),  # when we learnt the row, see architecture
        "text": required(TEXT),  # normalised, capped and redacted
        "text_hash": required(TEXT),  # SHA-256 of `text`, hexadecimal
        "channel": optional(TEXT),
        "brand": optional(TEXT),
        "product": optional(TEXT),
        "region": optional(TEXT),
        "customer_key": optional(TEXT),  # salted hash, never the customer's own id
        "reach": optional(NUMBER, at_least=0),  # people who can have seen it
        "first_response_at": optional(TIMESTAMP),
        "resolved_at": optional(TIMESTAMP),
        "language": optional(TEXT),  # ISO 639-1; missing where the text does not say
        "sentiment": optional(NUMBER, at_least=-1, at_most=1),  # of English texts alone
    },
)

# Which row each complaint was made of, so that a row that comes again is not redacted again.
LEDGER = Table(
    "ledger",
    ("complaint_id",),
    {
        "complaint_id": required(TEXT),
        "source": required(TEXT),
        "came": required(TEXT),  # keyed hash of the row as it came and of the rules
        "made": required(TEXT),  # hash of what was made of it
        "kinds": required(LIST),  # what was hidden in it: EMAIL, PHONE, ...
    },
)

QUARANTINE = Table(
    "quarantine",
    ("source", "row"),
    {
        "source": required(TEXT),
        "row": required(TEXT),  # "<file name>#<content hash>": the same row twice is one
        "reason": required(TEXT),
        "payload": required(TEXT),  # the row as JSON, redacted and capped
        "received_at": required(TIMESTAMP),
    },
)

EMBEDDINGS = Table(
    "embeddings",
    ("text_hash", "encoder"),
    {
        "text_hash": required(TEXT),
        "encoder": required(TEXT),  # name, weights' hash and precision
        "vector": required(BYTES),  # float16, unit length
    },
)

FLOODS = Table(
    "floods",
    ("flood_id",),
    {
        "flood_id": required(TEXT),
        "first_at": required(TIMESTAMP),
        "last_at": required(TIMESTAMP),
        "texts": required(COUNT, at_least=1),
        "customers": optional(COUNT, at_least=0),
        "counted_as": required(COUNT, at_least=0),
        "example": required(TEXT),
    },
)
