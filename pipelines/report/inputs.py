"""What a report is made from: the tables and the record in a run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet

from models.contracts import (
    BYTES,
    CHANCES,
    CHECKED,
    COUNTS,
    FLOODS,
    FORECASTS,
    LINEAGE,
    LIST,
    LIVES,
    MISJUDGED,
    NOT_CHECKED,
    NOT_COVERED,
    OUTLOOK,
    RESPONSE,
    SCORES,
    SPLITS,
    THEME_WAITS,
    THEMES,
    TONE,
    WAITING,
    WARNINGS,
    Table,
    conform,
    empty,
)
from models.errors import DataContractError
from models.series.hierarchy import parse_series_id
from models.themes.deciding import LIVE
from pipelines.report.again import hide_again, hide_names
from pipelines.settings import Redaction

_MAY_BE_ABSENT = (
    *(FORECASTS, OUTLOOK, SCORES, FLOODS, NOT_COVERED, LINEAGE),
    *(CHECKED, NOT_CHECKED, CHANCES, RESPONSE, TONE, SPLITS, LIVES, MISJUDGED),
    *(THEME_WAITS, WAITING),
)


@dataclass(frozen=True)
class Run:
    """One run's tables and record.

    Parameters
    ----------
    info : mapping
        ``run.json``; what it does not hold is not available.
    themes, counts, forecasts, outlook, scores, checked, not_checked : DataFrame
    warnings, chances, response, tone, splits, lives, misjudged : DataFrame
    floods, not_covered, lineage : DataFrame
        The tables of ``models/contracts/``. ``themes`` holds the run's version alone,
        ``warnings`` the run's own morning alone. Themes that people merged, split or hid stand in
        none of them but the counts and what was forecast of them.
    hidden : dict
        The hidden themes' titles, by id.
    """

    info: Mapping[str, Any]
    themes: pd.DataFrame
    counts: pd.DataFrame
    forecasts: pd.DataFrame
    outlook: pd.DataFrame
    scores: pd.DataFrame
    checked: pd.DataFrame
    not_checked: pd.DataFrame
    warnings: pd.DataFrame
    chances: pd.DataFrame
    response: pd.DataFrame
    theme_waits: pd.DataFrame
    waiting: pd.DataFrame
    tone: pd.DataFrame
    splits: pd.DataFrame
    lives: pd.DataFrame
    misjudged: pd.DataFrame
    floods: pd.DataFrame
    not_covered: pd.DataFrame
    lineage: pd.DataFrame
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> date:
        """Return the first forecast day."""
        return date.fromisoformat(str(self.info["origin"]))

    @property
    def zone(self) -> str:
        """Return the name of the time zone that days are told in."""
        return str(self.info.get("time_zone") or "UTC")

    def local(self, moment: str) -> datetime:
        """Return a moment of the record in the run's time zone."""
        when = datetime.fromisoformat(moment.replace("Z", "+00:00"))
        return when.astimezone(ZoneInfo(self.zone))

    def step(self, name: str) -> Mapping[str, Any]:
        """Return a step's figures; empty when the record has none."""
        found = (self.info.get("steps") or {}).get(name)
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def daily(self) -> dict[str, pd.DataFrame]:
        """Return, per series, its counts with ``date`` as index, up to the origin's eve."""
        before = self.counts[self.counts["date"] < pd.Timestamp(self.origin)]
        return _by_series(before, "date")

    @cached_property
    def weeks_ahead(self) -> dict[str, pd.DataFrame]:
        """Return, per series, its outlook with ``week`` as index."""
        return _by_series(self.outlook, "week")

    @cached_property
    def days_ahead(self) -> dict[str, pd.DataFrame]:
        """Return, per series, its forecast with ``date`` as index."""
        return _by_series(self.forecasts, "date")

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Return, per series that is not forecast, why."""
        return dict(zip(self.not_covered["series_id"], self.not_covered["reason"], strict=True))


def read_run(folder: Path, redaction: Redaction) -> Run:
    """Return a run's tables and record, redacted once more.

    Raises
    ------
    DataContractError
        If the folder has no readable ``run.json``, or lacks a table that every run has.
    """
    try:
        info = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        message = f"{folder}: no readable run.json; `issuecast run` makes a whole run."
        raise DataContractError(message) from err
    tables = (
        *(THEMES, COUNTS, FORECASTS, OUTLOOK, SCORES, WARNINGS, FLOODS, NOT_COVERED),
        *(LINEAGE, CHECKED, NOT_CHECKED, CHANCES, RESPONSE, TONE, SPLITS, LIVES, MISJUDGED),
        *(THEME_WAITS, WAITING),
    )
    frames = {table.name: _read(folder, table) for table in tables}
    frames["themes"] = _newest(frames["themes"], "version", wanted=info.get("theme_version"))
    frames["warnings"] = _newest(frames["warnings"], "as_of")
    frames = hide_again(frames, redaction)
    hidden = _hidden(frames["themes"])
    return Run(info=hide_names(info, redaction), **_shown(frames, hidden), hidden=hidden)


def _hidden(themes: pd.DataFrame) -> dict[str, str]:
    rows = themes[themes["is_hidden"].astype(bool) & themes["status"].isin(LIVE)]
    return dict(zip(rows["theme_id"], rows["title"], strict=True))


def _shown(frames: dict[str, pd.DataFrame], hidden: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Return the frames without the themes that people took off the pages."""
    themes, warnings = frames["themes"], frames["warnings"]
    left, unchecked = (_not_hidden(frames[n], hidden) for n in ("not_covered", "not_checked"))
    return {
        **frames,
        "themes": themes[themes["status"].isin(LIVE) & ~themes["theme_id"].isin(hidden)],
        "warnings": warnings[~warnings["theme_id"].isin(hidden)],
        "not_covered": left,
        "not_checked": unchecked,
    }


def _not_hidden(frame: pd.DataFrame, hidden: Mapping[str, str]) -> pd.DataFrame:
    is_hidden = [parse_series_id(name).theme in hidden for name in frame["series_id"]]
    return frame[~np.array(is_hidden, dtype=bool)]


def _read(folder: Path, table: Table) -> pd.DataFrame:
    """Return one table sorted by its key, without its vectors."""
    columns = {n: c for n, c in table.columns.items() if c.dtype != BYTES}
    table = Table(table.name, table.key, columns)
    path = folder / f"{table.name}.parquet"
    if not path.exists():
        if table.name in {t.name for t in _MAY_BE_ABSENT}:
            return empty(table)
        message = f"{path.name}: missing from {folder.name}; `issuecast run` makes a whole run."
        raise DataContractError(message)
    known = set(parquet.read_schema(path).names)
    frame = parquet.read_table(path, columns=[n for n in columns if n in known]).to_pandas()
    for name, column in columns.items():
        if column.dtype == LIST and name in frame:
            lists = [[] if v is None else [str(x) for x in v] for v in frame[name]]
            frame[name] = pd.Series(lists, index=frame.index, dtype="object")
    return conform(frame, table).sort_values(list(table.key)).reset_index(drop=True)


def _newest(frame: pd.DataFrame, column: str, *, wanted: str | None = None) -> pd.DataFrame:
    if frame.empty:
        return frame
    value = wanted if wanted in set(frame[column]) else frame[column].max()
    return frame[frame[column] == value].reset_index(drop=True)


def _by_series(frame: pd.DataFrame, index: str) -> dict[str, pd.DataFrame]:
    groups = frame.groupby("series_id", sort=True, observed=True)
    return {str(series_id): rows.set_index(index) for series_id, rows in groups}
