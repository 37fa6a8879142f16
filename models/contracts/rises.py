"""What a rise is made of, and how it went from day to day: drawn in the report."""

from __future__ import annotations

from models.contracts.table import COUNT, DATE, NUMBER, TEXT, TIMESTAMP, Table, optional, required
from models.contracts.warnings import WARNING_STATES

SPLIT_AXES = ("channel", "product")

# An open warning's window, split: the rows of an axis add up to its `observed` and `expected`.
SPLITS = Table(
    "splits",
    ("warning_id", "axis", "value"),
    {
        "warning_id": required(TEXT),
        "as_of": required(TIMESTAMP),
        "axis": required(TEXT, one_of=SPLIT_AXES),
        "value": required(TEXT),  # "-": not given; "~": all that have no row of their own
        "observed": required(COUNT, at_least=0),
        "expected": optional(NUMBER, at_least=0),  # empty where nothing of the past is known
    },
)

# The last year's warnings without a real rise behind, and real rises without a warning: lived again
# with today's themes, judged in hindsight.
MISJUDGED = Table(
    "misjudged",
    ("theme_id", "kind", "first"),
    {
        "theme_id": required(TEXT),
        "kind": required(TEXT, one_of=("false alarm", "missed")),
        "first": required(DATE),
        "last": required(DATE),  # included: the last day in alarm, or of the rise
        "complaints": required(COUNT, at_least=0),  # on these days
    },
)

# The states of the last twelve weeks' warnings, a row for each stretch of days in one state.
LIVES = Table(
    "lives",
    ("warning_id", "first"),
    {
        "warning_id": required(TEXT),
        "theme_id": required(TEXT),
        "state": required(TEXT, one_of=WARNING_STATES),
        "first": required(DATE),
        "last": required(DATE),  # included
    },
)
