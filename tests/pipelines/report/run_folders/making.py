"""A run's folder, written: what a mood says, in the contracts' tables, seeded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from models.contracts import (
    ASSIGNMENTS,
    CHANCES,
    CHECKED,
    COUNTS,
    FLOODS,
    FORECASTS,
    LINEAGE,
    LIVES,
    MISJUDGED,
    NOT_CHECKED,
    NOT_COVERED,
    OUTLOOK,
    SCORES,
    SPLITS,
    THEMES,
    TONE,
    WARNINGS,
    Table,
    check,
    conform,
    empty,
)
from models.series.hierarchy import series_id
from tests.pipelines.report.run_folders import pictures, told
from tests.pipelines.report.run_folders import series as numbers
from tests.pipelines.report.run_folders.moods import MOODS
from tests.pipelines.report.run_folders.record import record
from tests.pipelines.report.run_folders.topics import HOSTILE


def make_run(folder: Path, mood: str = "spike", *, seed: int = 7) -> Path:
    """Write a run's tables and record into the folder and return it."""
    kind = MOODS[mood]
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    origin = pd.Timestamp(kind.origin)
    daily = {topic.theme_id: numbers.history(topic, kind.origin, rng) for topic in kind.topics}
    total = np.sum(list(daily.values()), axis=0)
    series = {series_id(theme_id): counts for theme_id, counts in daily.items()}
    series[series_id()] = total
    series[series_id(channel="web chat")] = total // 3
    means = {series_id(t.theme_id): numbers.ahead(t, kind.origin) for t in kind.topics}
    means[series_id()] = np.sum(list(means.values()), axis=0)
    means[series_id(channel="web chat")] = means[series_id()] / 3
    usual = {series_id(t.theme_id): 7 * t.daily * numbers.WEEKDAY.mean() for t in kind.topics}
    usual[series_id()] = sum(usual.values())
    usual[series_id(channel="web chat")] = usual[series_id()] / 3
    skipped = {series_id(kind.topics[-1].theme_id)} if kind.has_not_covered else set()
    covered = {s: m for s, m in means.items() if s not in skipped}

    _write(folder, THEMES, told.themes(kind, daily))
    _write(folder, LINEAGE, told.lineage(kind))
    _write(folder, ASSIGNMENTS, empty(ASSIGNMENTS))
    _write(folder, COUNTS, numbers.counts(series, kind.origin))
    _write(folder, FORECASTS, numbers.forecasts(covered, origin))
    _write(folder, OUTLOOK, numbers.outlook(covered, usual, origin))
    scores = numbers.scores(series, covered, origin, rng) if kind.has_scores else empty(SCORES)
    _write(folder, SCORES, scores)
    has_record = kind.has_scores and not kind.is_first
    checked = scores[scores["origin"] == scores["origin"].max()] if has_record else empty(CHECKED)
    _write(folder, CHECKED, checked)
    unchecked = told.not_checked(kind, origin) if has_record else empty(NOT_CHECKED)
    _write(folder, NOT_CHECKED, unchecked)
    warnings = told.warnings(kind, daily, origin)
    _write(folder, WARNINGS, warnings)
    channels = list(HOSTILE) if mood == "hostile" else ["web chat", "e-mail"]
    _write(folder, SPLITS, pictures.splits(kind, warnings, channels))
    _write(folder, LIVES, pictures.lives(kind, warnings, origin))
    _write(folder, MISJUDGED, pictures.misjudged(kind, origin))
    _write(folder, TONE, pictures.tones(kind, origin))
    _write(folder, CHANCES, told.chances(kind, origin))
    _write(folder, FLOODS, told.floods(origin) if kind.has_floods else empty(FLOODS))
    _write(folder, NOT_COVERED, told.not_covered(kind, skipped, series))
    (folder / "run.json").write_text(json.dumps(record(kind, total)), encoding="utf-8")
    return folder


def make_previous(folder: Path) -> Path:
    """Write the run of the week before ``spike``: other warnings, so that some have changed."""
    make_run(folder, "spike")
    warnings = pd.read_parquet(folder / "warnings.parquet")
    kept = warnings[warnings["theme_id"] == "t-02bb"]
    gone = kept.assign(warning_id="w-old", theme_id="t-05ee")
    pd.concat([kept, gone]).to_parquet(folder / "warnings.parquet", index=False)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["theme_version"] = "2019-04-01T00:00:00Z"  # themes have been found anew since
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def _write(folder: Path, table: Table, frame: pd.DataFrame) -> None:
    frame = check(conform(frame, table), table)
    frame.to_parquet(folder / f"{table.name}.parquet", index=False)
