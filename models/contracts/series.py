"""How many complaints a day: the counts of every series, and which are not forecast."""

from __future__ import annotations

from models.contracts.table import COUNT, DATE, FLAG, TEXT, Table, required

NODE_ALL = "*"
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
