"""``params.yaml`` as one frozen tree: typed, range-checked, unknown keys refused."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from models.errors import SettingsError
from models.text.language_names import LANGUAGE_NAMES
from pipelines.workspace import PROJECT_ROOT

PARAMS_FILE = PROJECT_ROOT / "params.yaml"


def _within(low: float, high: float) -> Any:
    return dataclasses.field(metadata={"low": low, "high": high})


def _one_of(*values: str) -> Any:
    return dataclasses.field(metadata={"one_of": values})


def _auto_or(low: float, high: float) -> Any:
    return dataclasses.field(metadata={"low": low, "high": high, "word": "auto"})


@dataclass(frozen=True, kw_only=True)
class Source:
    """How a source's files are read."""

    columns: Mapping[str, str]
    time_zone: str
    encoding: str


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """Limits of what is taken in."""

    max_text_chars: int = _within(10, 1_000_000)
    max_broken_share: float = _within(0, 1)
    min_rows_to_refuse: int = _within(1, 1_000_000)
    max_payload_chars: int = _within(100, 100_000)


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
    precision: str = _one_of("auto", "fp32", "bf16")
    batch_texts: int = _within(1, 4096)
    chunk_texts: int = _within(1, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class Themes:
    """The shared-neighbour graph, its communities and how new texts join them."""

    neighbours: int = _within(2, 200)
    dimensions: int = _within(2, 4096)
    resolution: float | str = _auto_or(0.01, 100)
    max_themes: int = _within(2, 10_000)
    loyalty: float = _within(0, 100)
    min_texts: int = _within(1, 10_000)
    max_fit_texts: int = _within(100, 1_000_000)
    refit_days: int = _within(1, 3650)
    refit_drift: float = _within(0, 1)
    vote_neighbours: int = _within(1, 200)
    reject_share: float = _within(0, 0.5)
    brand_words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How the quality of themes is measured."""

    refits: int = _within(0, 100)
    subsample: float = _within(0.1, 0.99)
    max_texts: int = _within(100, 1_000_000)
    recent_days: int = _within(1, 3650)


@dataclass(frozen=True, kw_only=True)
class Births:
    """When something that people write is a new issue."""

    windows_hours: tuple[int, ...]
    reference_days: int = _within(7, 365)
    gap_days: int = _within(1, 28)
    min_reference: int = _within(50, 100_000)
    max_reference: int = _within(1000, 1_000_000)
    similarities: tuple[float, ...]
    copy_similarity: float = _within(0.1, 1)
    min_people: int = _within(2, 1000)
    alarms_per_month: float = _within(0.01, 30)
    null_days: int = _within(31, 1095)
    same_issue: float = _within(0.1, 1)
    belongs: float = _within(0.1, 1)
    quiet_days: int = _within(1, 365)


@dataclass(frozen=True, kw_only=True)
class Series:
    """Which series are long and full enough to be forecast."""

    provisional_days: int = _within(0, 60)
    min_history_days: int = _within(14, 3650)
    min_total: int = _within(1, 1_000_000)
    max_history_days: int = _within(56, 36_500)


@dataclass(frozen=True, kw_only=True)
class Floods:
    """When many near-identical texts by few customers are one flood."""

    min_texts: int = _within(2, 1_000_000)
    max_customers: int = _within(1, 1000)
    window_hours: int = _within(1, 24 * 60)
    similarity: float = _within(0.1, 1)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Members, horizon and the distribution around their median."""

    horizon_days: int = _within(7, 366)
    members: tuple[str, ...]
    baseline: str = _one_of("seasonal_naive")
    dispersion_origins: int = _within(1, 26)
    dispersion_prior: float = _within(0, 10_000)
    cap_multiple: float = _within(1, 100)


@dataclass(frozen=True, kw_only=True)
class Warnings:
    """When a count is an alarm, and when a warning opens and closes."""

    windows_days: tuple[int, ...]
    false_alarms_per_theme_year: float = _within(0.01, 100)
    baseline_days: int = _within(28, 1095)
    gap_days: int = _within(0, 60)
    min_observed: int = _within(1, 10_000)
    min_ratio: float = _within(1, 100)
    quiet_days: int = _within(1, 60)
    level_shift_days: int = _within(7, 365)
    concentrated_share: float = _within(0, 1)


@dataclass(frozen=True, kw_only=True)
class OwnerRule:
    """A department and the words that send a theme to it."""

    owner: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlaybookLevel:
    """What is done at one level of severity."""

    level: int = _within(1, 4)
    name: str
    tell: str
    within: str
    action: str
    stop: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the report says of owners and actions, and how much it shows."""

    title: str
    max_warnings: int = _within(1, 50)
    max_exemplars: int = _within(0, 20)
    owners: tuple[OwnerRule, ...]
    default_owner: str
    playbook: tuple[PlaybookLevel, ...]


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """Where runs are tracked."""

    experiment: str
    uri: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All parameters of a run."""

    time_zone: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    seed: int = _within(0, 2**32 - 1)
    sources: Mapping[str, Source]
    ingest: Ingest
    redaction: Redaction
    embedding: Embedding
    themes: Themes
    quality: Quality
    births: Births
    series: Series
    floods: Floods
    forecast: Forecast
    warnings: Warnings
    report: Report
    tracking: Tracking

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as plain dictionaries and lists."""
        return typing.cast("dict[str, Any]", json.loads(json.dumps(dataclasses.asdict(self))))

    def digest(self) -> str:
        """Return a short hash of all parameters."""
        text = json.dumps(self.as_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_settings(overlay: Path | None = None, *, base: Path = PARAMS_FILE) -> Settings:
    """Return the parameters of ``params.yaml``, with another file laid over it.

    Parameters
    ----------
    overlay : Path, optional
        A file that names only what it changes.
    base : Path
        The reference of all parameters.

    Raises
    ------
    SettingsError
        If a file cannot be read, or a parameter is unknown, missing, of the wrong type or
        out of its range; the message names the parameter and the fix.
    """
    tree = _read_yaml(base)
    where = base.name
    if overlay is not None:
        tree = _merged(tree, _read_yaml(overlay))
        where = f"{overlay.name} (over {base.name})"
    settings = typing.cast("Settings", _build(Settings, tree, where, ""))
    _check_together(settings, where)
    return settings


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise SettingsError(f"{path}: cannot be read ({err.strerror}).") from err
    except (UnicodeDecodeError, yaml.YAMLError) as err:
        mark = getattr(err, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        raise SettingsError(f"{path.name}{place}: not valid YAML in UTF-8.") from err
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise SettingsError(f"{path.name}: expected `name: value` lines, got {_kind(tree)}.")
    return tree


def _merged(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for name, value in overlay.items():
        old = out.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        out[name] = _merged(old, value) if both else value  # type: ignore[arg-type]
    # A source that is new in the overlay takes what it does not say from `files`.
    if "sources" in overlay and isinstance(out.get("sources"), dict):
        template = base.get("sources", {}).get("files", {})
        for name, value in out["sources"].items():
            if isinstance(value, dict):
                out["sources"][name] = {**template, **value}
    return out


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "true/false"}
    return names.get(type(value), type(value).__name__ if value is not None else "nothing")


def _build(cls: type, tree: Any, where: str, path: str) -> object:
    if not isinstance(tree, dict):
        raise SettingsError(f"{where}: {path}: expected `name: value` lines, got {_kind(tree)}.")
    fields = {f.name: f for f in dataclasses.fields(cls)}
    for name in tree:
        if name not in fields:
            close = difflib.get_close_matches(str(name), fields, n=1)
            hint = f" Did you mean `{close[0]}`?" if close else f" Known: {', '.join(fields)}."
            raise SettingsError(f"{where}: unknown parameter `{path}{name}`.{hint}")
    missing = [name for name in fields if name not in tree]
    if missing:
        raise SettingsError(f"{where}: missing parameter `{path}{missing[0]}`.")
    hints = typing.get_type_hints(cls)
    values = {}
    for name, item in fields.items():
        value = _convert(hints[name], tree[name], where, f"{path}{name}")
        _check_range(item.metadata, value, where, f"{path}{name}")
        values[name] = value
    return cls(**values)


def _convert(hint: Any, value: Any, where: str, path: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, where, f"{path}.")
    if origin is tuple:
        if not isinstance(value, list):
            raise SettingsError(f"{where}: {path}: expected a list, got {_kind(value)}.")
        items = enumerate(value)
        return tuple(_convert(arguments[0], item, where, f"{path}[{i}]") for i, item in items)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise SettingsError(f"{where}: {path}: expected a mapping, got {_kind(value)}.")
        return {str(k): _convert(arguments[1], v, where, f"{path}.{k}") for k, v in value.items()}
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if hint in (float, float | str) and is_whole:
        return float(value)
    if hint == float | str and not isinstance(value, float | str):
        raise SettingsError(f"{where}: {path}: expected a number or a word, got {_kind(value)}.")
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise SettingsError(f"{where}: {path}: expected {hint.__name__}, got {_kind(value)}.")
    return value


def _check_range(rules: Mapping[str, Any], value: Any, where: str, path: str) -> None:
    if "word" in rules and isinstance(value, str):
        if value != rules["word"]:
            word = rules["word"]
            raise SettingsError(f"{where}: {path}: expected a number or {word}, got {value!r}.")
        return
    if "low" in rules and not rules["low"] <= value <= rules["high"]:
        low, high = rules["low"], rules["high"]
        raise SettingsError(f"{where}: {path}: expected {low} to {high}, got {value}.")
    if "one_of" in rules and value not in rules["one_of"]:
        known = ", ".join(rules["one_of"])
        raise SettingsError(f"{where}: {path}: expected one of {known}; got {value!r}.")


def _check_together(settings: Settings, where: str) -> None:
    zones = {"time_zone": settings.time_zone}
    zones.update({f"sources.{n}.time_zone": s.time_zone for n, s in settings.sources.items()})
    for path, zone in zones.items():
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as err:
            message = f"{where}: {path}: no time zone is called {zone!r}; write e.g. Europe/London."
            raise SettingsError(message) from err
    unknown = [code for code in settings.languages if code not in LANGUAGE_NAMES]
    if unknown or not settings.languages:
        found = repr(unknown[0]) if unknown else "none"
        raise SettingsError(
            f"{where}: languages: expected ISO 639-1 codes such as en; got {found}."
        )
    if not settings.forecast.members:
        raise SettingsError(f"{where}: forecast.members: expected at least one member, got none.")
    windows = settings.warnings.windows_days
    if not windows or any(not 1 <= w <= 28 for w in windows):
        raise SettingsError(f"{where}: warnings.windows_days: expected 1 to 28 each.")
    births = settings.births
    if not births.similarities or any(not 0 < s < 1 for s in births.similarities):
        raise SettingsError(f"{where}: births.similarities: expected above 0 and below 1 each.")
    if not births.windows_hours or any(
        not 1 <= w <= 24 * births.gap_days for w in births.windows_hours
    ):
        raise SettingsError(
            f"{where}: births.windows_hours: expected 1 to {24 * births.gap_days} each "
            "(the days of births.gap_days)."
        )
    levels = [level.level for level in settings.report.playbook]
    if levels != [1, 2, 3, 4]:
        raise SettingsError(f"{where}: report.playbook: expected levels 1, 2, 3, 4; got {levels}.")
