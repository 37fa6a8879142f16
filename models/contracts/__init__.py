"""The schema of every frame that crosses a room's door: columns, types, keys and ranges.

A table is described once, as a :class:`Table`, in the file of what it is about; its pandera schema
(what :func:`check` holds a frame to) and its arrow schema (what the store writes) are both made
from that description.
"""

from models.contracts.checking import check, conform, empty
from models.contracts.complaints import (
    COMPLAINTS,
    EMBEDDINGS,
    FLOODS,
    LEDGER,
    QUARANTINE,
    RAW_COLUMNS,
)
from models.contracts.deliveries import (
    CLOSED,
    DELIVERIES,
    DIGEST_SENT,
    DUE,
    FAILED,
    GIVEN_UP,
    GROWN,
    OPENED,
    SENT,
)
from models.contracts.feedback import FEEDBACK, FEEDBACK_VERDICTS, NOT_USEFUL, SNOOZE, USEFUL
from models.contracts.forecasts import (
    CHECKED,
    FORECASTS,
    NOT_CHECKED,
    OUTLOOK,
    QUANTILE_LEVELS,
    SCORES,
)
from models.contracts.forgotten import COMPLAINT, CUSTOMER, FORGOTTEN
from models.contracts.kept import RUN_TABLES, STORED_TABLES
from models.contracts.rises import LIVES, MISJUDGED, SPLIT_AXES, SPLITS
from models.contracts.series import (
    CHANNELS_UNKNOWN,
    COUNTS,
    NODE_ALL,
    NODE_NONE,
    NODE_REST,
    NOT_COVERED,
    RESPONSE,
    SIGNALS,
)
from models.contracts.table import (
    BYTES,
    COUNT,
    DATE,
    FLAG,
    LIST,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Column,
    Table,
)
from models.contracts.themes import (
    ASSIGNMENTS,
    BIRTHS,
    LINEAGE,
    LINEAGE_EVENTS,
    NO_COMPLAINT,
    READINGS,
    THEMES,
    UNASSIGNED_REASONS,
    UNLIKE_ALL,
)
from models.contracts.tone import TONE
from models.contracts.waiting import THEME_WAITS, WAITING
from models.contracts.warnings import CHANCES, WARNING_KINDS, WARNING_STATES, WARNINGS

__all__ = [
    "ASSIGNMENTS",
    "BIRTHS",
    "BYTES",
    "CHANCES",
    "CHANNELS_UNKNOWN",
    "CHECKED",
    "CLOSED",
    "COMPLAINT",
    "COMPLAINTS",
    "COUNT",
    "COUNTS",
    "CUSTOMER",
    "DATE",
    "DELIVERIES",
    "DIGEST_SENT",
    "DUE",
    "EMBEDDINGS",
    "FAILED",
    "FEEDBACK",
    "FEEDBACK_VERDICTS",
    "FLAG",
    "FLOODS",
    "FORECASTS",
    "FORGOTTEN",
    "GIVEN_UP",
    "GROWN",
    "LEDGER",
    "LINEAGE",
    "LINEAGE_EVENTS",
    "LIST",
    "LIVES",
    "MISJUDGED",
    "NODE_ALL",
    "NODE_NONE",
    "NODE_REST",
    "NOT_CHECKED",
    "NOT_COVERED",
    "NOT_USEFUL",
    "NO_COMPLAINT",
    "NUMBER",
    "OPENED",
    "OUTLOOK",
    "QUANTILE_LEVELS",
    "QUARANTINE",
    "RAW_COLUMNS",
    "READINGS",
    "RESPONSE",
    "RUN_TABLES",
    "SCORES",
    "SENT",
    "SIGNALS",
    "SNOOZE",
    "SPLITS",
    "SPLIT_AXES",
    "STORED_TABLES",
    "TEXT",
    "THEMES",
    "THEME_WAITS",
    "TIMESTAMP",
    "TONE",
    "UNASSIGNED_REASONS",
    "UNLIKE_ALL",
    "USEFUL",
    "WAITING",
    "WARNINGS",
    "WARNING_KINDS",
    "WARNING_STATES",
    "Column",
    "Table",
    "check",
    "conform",
    "empty",
]
