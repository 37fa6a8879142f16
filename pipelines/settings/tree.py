"""All parameters, as one frozen tree: their names, their types and their ranges."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.settings.delivering import Deliver
from pipelines.settings.ranges import auto_or, one_of, within
from pipelines.settings.reporting import Report, Severity
from pipelines.settings.scheduling import Schedules
from pipelines.settings.sources import Source

# What of a source's parameters says how its values are read.
_OF_A_SOURCE = ("columns", "time_zone", "encoding")


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """Limits of what is taken in."""

    max_text_chars: int = within(10, 1_000_000)
    max_broken_share: float = within(0, 1)
    min_rows_to_refuse: int = within(1, 1_000_000)
    max_payload_chars: int = within(100, 100_000)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long what was made is kept."""

    run_days: int = within(0, 36_500)


@dataclass(frozen=True, kw_only=True)
class Gates:
    """From where on a morning's load is not believed, and what stops the run."""

    max_age_hours: float = within(1, 8760)
    min_rows: int = within(1, 1_000_000)
    min_volume_share: float = within(0, 1)
    max_repeated_share: float = within(0, 1)
    max_language_change: float = within(0, 1)
    max_field_loss: float = within(0, 1)
    stop_on: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """What is hidden, and where numbers are read as from."""

    phone_regions: tuple[str, ...]
    handles: bool
    keep_handles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """The encoder and how it is run."""

    encoder: str
    multilingual: bool
    precision: str = one_of("auto", "fp32", "bf16")
    batch_texts: int = within(1, 4096)
    chunk_texts: int = within(1, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class Themes:
    """The shared-neighbour graph, its communities and how new texts join them."""

    neighbours: int = within(2, 200)
    dimensions: int = within(2, 4096)
    resolution: float | str = auto_or(0.01, 100)
    max_themes: int = within(2, 10_000)
    loyalty: float = within(0, 100)
    min_texts: int = within(1, 10_000)
    max_fit_texts: int = within(100, 1_000_000)
    refit_days: int = within(1, 3650)
    refit_drift: float = within(0, 1)
    vote_neighbours: int = within(1, 200)
    reject_share: float = within(0, 0.5)
    brand_words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How the quality of themes is measured."""

    refits: int = within(0, 100)
    subsample: float = within(0.1, 0.99)
    max_texts: int = within(100, 1_000_000)
    recent_days: int = within(1, 3650)


@dataclass(frozen=True, kw_only=True)
class Births:
    """When something that people write is a new issue."""

    windows_hours: tuple[int, ...]
    reference_days: int = within(7, 365)
    gap_days: int = within(1, 28)
    min_reference: int = within(50, 100_000)
    max_reference: int = within(1000, 1_000_000)
    similarities: tuple[float, ...]
    centre_similarities: tuple[float, ...]
    copy_similarity: float = within(0.1, 1)
    min_people: int = within(2, 1000)
    alarms_per_month: float = within(0.01, 30)
    null_days: int = within(31, 1095)
    same_issue: float = within(0.1, 1)
    belongs: float = within(0.1, 1)
    quiet_days: int = within(1, 365)


@dataclass(frozen=True, kw_only=True)
class Series:
    """Which series are long and full enough to be forecast."""

    provisional_days: int = within(0, 60)
    min_history_days: int = within(14, 3650)
    min_total: int = within(1, 1_000_000)
    young_days: int = within(1, 3650)
    young_total: int = within(1, 1_000_000)
    max_history_days: int = within(56, 36_500)


@dataclass(frozen=True, kw_only=True)
class Floods:
    """When many near-identical texts by few customers are one flood."""

    min_texts: int = within(2, 1_000_000)
    max_customers: int = within(1, 1000)
    window_hours: int = within(1, 24 * 60)
    similarity: float = within(0.1, 1)


@dataclass(frozen=True, kw_only=True)
class Challenger:
    """Another way to forecast, run in shadow, and what it has to show to take over."""

    changes: Mapping[str, Any]
    margin: float = within(0, 0.5)
    confidence: float = within(0.5, 0.999)
    min_origins: int = within(1, 365)
    coverage_80: tuple[float, ...]
    coverage_95: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Members, horizon and the distribution around their median."""

    horizon_days: int = within(7, 366)
    horizon_weeks: int = within(1, 52)
    members: tuple[str, ...]
    membership: str = one_of("auto", "all")
    baseline: str = one_of("seasonal_naive")
    dispersion_origins: int = within(1, 26)
    dispersion_prior: float = within(0, 10_000)
    cap_multiple: float = within(1, 100)
    refit_days: int = within(1, 366)
    challenger: Challenger


@dataclass(frozen=True, kw_only=True)
class Warnings:
    """When a count is an alarm, and when a warning opens and closes."""

    windows_days: tuple[int, ...]
    false_alarms_per_theme_year: float = within(0.01, 100)
    baseline_days: int = within(28, 1095)
    gap_days: int = within(0, 60)
    min_observed: int = within(1, 10_000)
    min_ratio: float = within(1, 100)
    quiet_days: int = within(1, 60)
    level_shift_days: int = within(7, 365)
    snooze_days: int = within(1, 365)
    per_desk_week: int = within(1, 10_000)
    concentrated_share: float = within(0, 1)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """When the count of the last hours is an alarm."""

    windows_hours: tuple[int, ...]
    false_alarms_per_theme_year: float = within(0.01, 100)
    baseline_days: int = within(14, 365)
    gap_hours: int = within(0, 672)
    min_observed: int = within(1, 10_000)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Which groups of customers are listed as who may be next."""

    days: int = within(7, 365)
    min_complaints: int = within(1, 100_000)
    min_customers: int = within(5, 100_000)
    max_segments: int = within(0, 20)


@dataclass(frozen=True, kw_only=True)
class Response:
    """How soon a complaint is to be answered, in minutes per channel."""

    expected_minutes: Mapping[str, float]
    max_waiting: int = within(0, 100)


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """Where runs are tracked."""

    experiment: str
    uri: str
    model: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All parameters of a run."""

    time_zone: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    seed: int = within(0, 2**32 - 1)
    sources: Mapping[str, Source]
    ingest: Ingest
    gates: Gates
    redaction: Redaction
    embedding: Embedding
    themes: Themes
    quality: Quality
    births: Births
    series: Series
    floods: Floods
    forecast: Forecast
    warnings: Warnings
    watch: Watch
    contact: Contact
    response: Response
    severity: Severity
    report: Report
    deliver: Deliver
    retention: Retention
    schedules: Schedules
    tracking: Tracking

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as plain dictionaries and lists."""
        return typing.cast("dict[str, Any]", json.loads(json.dumps(dataclasses.asdict(self))))

    def recorded(self) -> dict[str, Any]:
        """Return the parameters as a run's record keeps them: how a source is reached is left out.

        An address, a query, a parameter of an API or a file's name among the schedules' inputs can
        carry what is nobody else's business.
        """
        out = self.as_dict()
        del out["schedules"]
        for name, source in out["sources"].items():
            out["sources"][name] = {key: source[key] for key in _OF_A_SOURCE}
        return out

    def digest(self) -> str:
        """Return a short hash of all parameters that a run's numbers and pages can depend on.

        Who gets the report is none of them, nor when it is made, how a source is reached or how
        long runs stay: another destination, hour, address or number of days makes no run anew.
        """
        left_out = ("deliver", "retention")
        parameters = {name: it for name, it in self.recorded().items() if name not in left_out}
        text = json.dumps(parameters, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
