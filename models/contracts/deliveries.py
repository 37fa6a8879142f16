"""What was sent to whom: never what it said, nor the address."""

from __future__ import annotations

from models.contracts.table import COUNT, LIST, TEXT, TIMESTAMP, Table, optional, required

DUE, SENT, FAILED, GIVEN_UP = "due", "sent", "failed", "given up"
DIGEST_SENT, OPENED, GROWN, CLOSED = "digest", "opened", "grown", "closed"

# A row is written before its message is sent, so that a kill between the two leaves it `due`.
DELIVERIES = Table(
    "deliveries",
    ("destination", "thread", "number"),
    {
        "destination": required(TEXT),  # its name in params.yaml
        "thread": required(TEXT),  # a warning's id, or "digest"
        "number": required(COUNT, at_least=1),  # within the thread
        "event": required(TEXT, one_of=(DIGEST_SENT, OPENED, GROWN, CLOSED)),
        "level": required(COUNT, at_least=0, at_most=4),  # 0 of a digest
        "as_of": required(TIMESTAMP),  # the morning whose words it carries
        "message_key": required(
            TEXT
        ),  # of its Message-ID or idempotency key: at every try the same
        "state": required(TEXT, one_of=(DUE, SENT, FAILED, GIVEN_UP)),
        "attempts": required(COUNT, at_least=0),
        "planned_at": required(TIMESTAMP),
        "tried_at": optional(TIMESTAMP),
        "reason": optional(TEXT),  # why it failed, in our own words
        # Of a mail that reached some recipients: short hashes of those whom it has not reached.
        "left_over": required(LIST),
    },
)
