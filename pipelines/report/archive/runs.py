"""What the archive is made from: a few columns of each run's small files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as parquet

from models.contracts import WARNINGS
from models.series.hierarchy import parse_series_id
from pipelines.report.again import hide_names
from pipelines.report.archive import words
from pipelines.report.inputs import Run
from pipelines.settings import Redaction

_TOLD = (
    *("warning_id", "as_of", "theme_id", "kind", "state", "severity", "observed", "expected"),
    *("opened_on", "is_concentrated", "joined_to", "verdict"),
)
_OPTIONAL = ("joined_to", "verdict")  # runs of earlier releases lack them
_CHECKED = ("origin", "inside_80")
# A run's checked forecasts are those of the last twelve weeks' days. A report looks four weeks
# ahead, and a week later the last of its days is known.
_LOOK_BACK, _ALL_DUE = timedelta(days=84), timedelta(days=35)

Row = Mapping[str, Any]
_NO_TABLES = dict.fromkeys(
    (f.name for f in fields(Run) if f.name not in ("info", "hidden")), pd.DataFrame()
)


@dataclass(frozen=True)
class Told:
    """One run: its folder, its record, the warnings of its own morning."""

    folder: Path
    record: Run
    warnings: tuple[Row, ...]

    @property
    def moment(self) -> pd.Timestamp:
        """Return the run's moment, UTC."""
        return pd.Timestamp(str(self.record.info["as_of"])).tz_convert("UTC").as_unit("us")


def read_runs(
    runs: Path, redaction: Redaction
) -> tuple[tuple[Told, ...], tuple[tuple[str, str], ...]]:
    """Return all runs, newest first, and the folders that hold none: name and reason."""
    found, unread = [], []
    for folder in sorted((p for p in runs.glob("[0-9]*") if p.is_dir()), reverse=True):
        try:
            record = _record(folder, redaction)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            unread.append((folder.name, words.NO_RUN_JSON))
            continue
        try:
            found.append(Told(folder, record, _warnings(folder)))
        except (OSError, ValueError, KeyError, TypeError):
            unread.append((folder.name, words.NO_WARNINGS_TABLE))
    return tuple(found), tuple(unread)


def _record(folder: Path, redaction: Redaction) -> Run:
    info: Mapping[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    date.fromisoformat(str(info["origin"]))
    pd.Timestamp(str(info["as_of"])).tz_convert("UTC")
    return Run(info=hide_names(info, redaction), **_NO_TABLES)


def _warnings(folder: Path) -> tuple[Row, ...]:
    with parquet.ParquetFile(folder / f"{WARNINGS.name}.parquet") as file:
        known = set(file.schema_arrow.names) | set(_OPTIONAL)
        if not known.issuperset(_TOLD):
            raise KeyError(min(set(_TOLD) - known))
        rows = file.read(columns=list(_TOLD)).to_pylist()
    rows = [dict.fromkeys(_OPTIONAL) | row for row in rows]
    if not rows:
        return ()
    # A run's own morning alone: its table may hold the hours before.
    newest = max(row["as_of"] for row in rows)
    return tuple(row for row in rows if row["as_of"] == newest)


def warning_rows(runs: Sequence[Told]) -> pd.DataFrame:
    """Return the warnings of all runs in one frame."""
    rows = pd.DataFrame([row for told in runs for row in told.warnings], columns=list(_TOLD))
    moments = pd.to_datetime(rows["as_of"], utc=True).astype("datetime64[us, UTC]")
    days = pd.to_datetime(rows["opened_on"]).astype("datetime64[us]")
    return rows.assign(as_of=moments, opened_on=days)


def read_titles(told: Told) -> tuple[dict[str, str], frozenset[str]]:
    """Return the titles of a run's themes by id, and which themes people hid."""
    path = told.folder / "themes.parquet"
    known = set(parquet.read_schema(path).names)
    wanted = [n for n in ("theme_id", "version", "title", "is_hidden") if n in known]
    frame = parquet.read_table(path, columns=wanted).to_pandas()
    frame = frame.sort_values(["version", "theme_id"]).drop_duplicates("theme_id", keep="last")
    hidden: frozenset[str] = frozenset()
    if "is_hidden" in frame:
        hidden = frozenset(frame.loc[frame["is_hidden"].eq(True), "theme_id"].astype(str))
    return dict(zip(frame["theme_id"].astype(str), frame["title"], strict=True)), hidden


def read_counts(told: Told, themes: frozenset[str], since: pd.Timestamp) -> pd.DataFrame:
    """Return a run's counts of some themes, from a date on."""
    wanted = ["series_id", "date", "count", "is_provisional"]
    frame = parquet.read_table(told.folder / "counts.parquet", columns=wanted).to_pandas()
    keys = {name: parse_series_id(str(name)) for name in frame["series_id"].unique()}
    own = [name for name, key in keys.items() if key.level == "theme" and key.theme in themes]
    return frame[frame["series_id"].isin(own) & (frame["date"] >= since)]


def read_inside(runs: Sequence[Told]) -> dict[date, tuple[int, int]]:
    """Return, by date of origin, how many of a report's forecast days came inside, and of how many.

    Read from as few runs as know them all: one for seven weeks of reports.

    Parameters
    ----------
    runs : sequence of Told
        Newest first.
    """
    days = [told.record.origin for told in runs]
    found: dict[date, tuple[int, int]] = {}
    left = 0
    while left < len(runs):
        reader = _reader(days, left)
        if reader is None:
            left += 1
            continue
        inside = _checked(runs[reader].folder)
        first = days[reader] - _LOOK_BACK
        while left < len(runs) and days[left] >= first:
            if days[left] in inside:
                found[days[left]] = inside[days[left]]
            left += 1
    return found


def _reader(days: Sequence[date], left: int) -> int | None:
    """Return which run knows most of what became of a report, and of many before it."""
    looked = [i for i in range(left) if days[left] < days[i] <= days[left] + _LOOK_BACK]
    is_whole = [i for i in looked if days[i] >= days[left] + _ALL_DUE]
    if is_whole:
        return is_whole[-1]
    return looked[0] if looked else None


def _checked(folder: Path) -> dict[date, tuple[int, int]]:
    path = folder / "checked.parquet"
    try:
        rows = parquet.read_table(path, columns=list(_CHECKED)).to_pandas()
    except (OSError, ValueError, KeyError):
        return {}
    groups = rows.groupby("origin")["inside_80"]
    both = zip(groups.sum().items(), groups.size(), strict=True)
    return {pd.Timestamp(at).date(): (int(inside), int(n)) for (at, inside), n in both}
