"""How many complaints a day, which series are not forecast, and what else is known of the days."""

from __future__ import annotations

from models.contracts.table import (
    COUNT,
    DATE,
    FLAG,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Table,
    optional,
    required,
)

# Values of a series' axis that are no theme, channel or brand: all of them, those without a theme,
# and those that have no series of their own (too young or too small to be forecast).
NODE_ALL, NODE_NONE, NODE_REST = "*", "-", "~"
CHANNELS_UNKNOWN = "unknown"

COUNTS = Table(
    "counts",
    ("series_id", "date"),
    {
        "series_id": required(TEXT),  # see models.series.hierarchy
        "date": required(DATE),
        "count": required(COUNT, at_least=0),
        "is_provisional": required(FLAG),
        "is_revised": required(FLAG),  # late rows have landed on this date
        # How much of the day has come in, by the delays of the past; empty: all of it.
        "arrived": optional(NUMBER, at_least=0, at_most=1),
        "arrived_sd": optional(NUMBER, at_least=0, at_most=1),
    },
)

# What the business knows that complaints do not yet show. `known_at` belongs to the key: what is
# corrected later stays as it was for the mornings before.
SIGNALS = Table(
    "signals",
    ("name", "at", "known_at"),
    {
        "name": required(TEXT),
        "at": required(TIMESTAMP),  # when it happens; a bare date: that day's start
        "kind": required(TEXT),  # deploy, outage, release, campaign, price_change, weather ...
        "value": required(NUMBER),  # how strong: 1 where nothing is said, 0 for what is called off
        "brand": optional(TEXT),  # empty: all brands
        "product": optional(TEXT),
        "known_at": required(TIMESTAMP),
    },
)

NOT_COVERED = Table(
    "not_covered",
    ("series_id",),
    {
        "series_id": required(TEXT),
        "reason": required(TEXT),  # "not forecast: 6 weeks of history, needs 8"
        "count": required(COUNT, at_least=0),  # complaints in all
    },
)

# How soon each channel's complaints of the last 28 days were answered, as known at `as_of`.
RESPONSE = Table(
    "response",
    ("channel", "as_of"),
    {
        "channel": required(TEXT),
        "as_of": required(TIMESTAMP),
        "expected_minutes": optional(NUMBER, at_least=0),  # to the first response; empty: none said
        "complaints": required(COUNT, at_least=1),
        "answered": required(COUNT, at_least=0),
        "due": optional(COUNT, at_least=0),  # answered, or not and the expectation has passed
        "in_time_share": optional(NUMBER, at_least=0, at_most=1),  # of `due`
        "median_minutes": optional(NUMBER, at_least=0),  # of those answered
        "open": required(COUNT, at_least=0),  # neither answered nor settled
        "overdue": optional(COUNT, at_least=0),  # open for longer than expected
        "oldest_open_minutes": optional(NUMBER, at_least=0),
        "usual_open": optional(NUMBER, at_least=0),  # median of the 28 days before
    },
)
