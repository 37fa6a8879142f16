"""``params.yaml`` as one frozen tree: typed, range-checked, unknown keys refused."""

from pipelines.settings.challenging import with_forecast
from pipelines.settings.changing import with_changes
from pipelines.settings.delivering import Deliver, Destination
from pipelines.settings.loading import PARAMS_FILE, load_settings
from pipelines.settings.reporting import (
    OwnerRule,
    PlaybookLevel,
    Reply,
    Report,
    Severity,
    SeverityLevel,
)
from pipelines.settings.scheduling import Schedules
from pipelines.settings.sources import FILES, Asked, RestSource, Source, SqlSource
from pipelines.settings.tree import (
    Births,
    Challenger,
    Embedding,
    Floods,
    Forecast,
    Ingest,
    Quality,
    Redaction,
    Series,
    Settings,
    Themes,
    Tracking,
    Warnings,
)
from pipelines.settings.whole import checked_settings

__all__ = [
    "FILES",
    "PARAMS_FILE",
    "Asked",
    "Births",
    "Challenger",
    "Deliver",
    "Destination",
    "Embedding",
    "Floods",
    "Forecast",
    "Ingest",
    "OwnerRule",
    "PlaybookLevel",
    "Quality",
    "Redaction",
    "Reply",
    "Report",
    "RestSource",
    "Schedules",
    "Series",
    "Settings",
    "Severity",
    "SeverityLevel",
    "Source",
    "SqlSource",
    "Themes",
    "Tracking",
    "Warnings",
    "checked_settings",
    "load_settings",
    "with_changes",
    "with_forecast",
]
