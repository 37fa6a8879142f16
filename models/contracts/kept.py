"""Which tables the store keeps, and which stand in a run's folder alone."""

from __future__ import annotations

from models.contracts.complaints import COMPLAINTS, EMBEDDINGS, FLOODS, LEDGER, QUARANTINE
from models.contracts.deliveries import DELIVERIES
from models.contracts.feedback import FEEDBACK
from models.contracts.forecasts import CHECKED, FORECASTS, NOT_CHECKED, OUTLOOK, SCORES
from models.contracts.forgotten import FORGOTTEN
from models.contracts.rises import LIVES, MISJUDGED, SPLITS
from models.contracts.series import COUNTS, NOT_COVERED, RESPONSE, SIGNALS
from models.contracts.table import Table
from models.contracts.themes import ASSIGNMENTS, BIRTHS, LINEAGE, READINGS, THEMES
from models.contracts.tone import TONE
from models.contracts.waiting import THEME_WAITS, WAITING
from models.contracts.warnings import CHANCES, WARNINGS

STORED_TABLES: tuple[Table, ...] = (
    COMPLAINTS,
    LEDGER,
    QUARANTINE,
    EMBEDDINGS,
    THEMES,
    LINEAGE,
    ASSIGNMENTS,
    BIRTHS,
    COUNTS,
    FORECASTS,
    SIGNALS,
    WARNINGS,
    CHANCES,
    FEEDBACK,
    SCORES,
    DELIVERIES,
    FORGOTTEN,
)
RUN_TABLES: tuple[Table, ...] = (
    FLOODS,
    OUTLOOK,
    NOT_COVERED,
    READINGS,
    CHECKED,
    NOT_CHECKED,
    RESPONSE,
    THEME_WAITS,
    WAITING,
    TONE,
    SPLITS,
    LIVES,
    MISJUDGED,
)  # kept in the run's folder alone
