"""What waits for a first response: theme by theme, and what most people can see waiting."""

from __future__ import annotations

from models.contracts.table import COUNT, NUMBER, TEXT, TIMESTAMP, Table, optional, required

THEME_WAITS = Table(
    "theme_waits",
    ("theme_id", "as_of"),
    {
        "theme_id": required(TEXT),
        "as_of": required(TIMESTAMP),
        "complaints": required(COUNT, at_least=1),  # of the last 28 days
        "answered": required(COUNT, at_least=0),
        "due": required(COUNT, at_least=0),  # where its channel has an expectation
        "in_time_share": optional(NUMBER, at_least=0, at_most=1),  # of `due`
        "median_minutes": optional(NUMBER, at_least=0),  # of those answered
        "open": required(COUNT, at_least=0),  # neither answered nor settled
        "overdue": required(COUNT, at_least=0),  # open for longer than its channel expects
        "oldest_open_minutes": optional(NUMBER, at_least=0),
    },
)

# Complaints that wait where others read along, the widest reach first.
WAITING = Table(
    "waiting",
    ("complaint_id", "as_of"),
    {
        "complaint_id": required(TEXT),
        "as_of": required(TIMESTAMP),
        "theme_id": optional(TEXT),
        "channel": required(TEXT),
        "text": required(TEXT),  # redacted, cut short
        "reach": required(NUMBER, at_least=1),  # people who can have seen it
        "minutes": required(NUMBER, at_least=0),  # since it was written
        "expected_minutes": optional(NUMBER, at_least=0),
    },
)
