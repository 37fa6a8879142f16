"""A morning's tables as tidy frames: one row a fact, titles beside ids, nothing of later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as compute

from models.contracts import NODE_ALL, SCORES
from models.series.hierarchy import parse_series_id
from pipelines.flows.job import Job

_LEVEL_TITLES = {"total": "all complaints", "unassigned": "no theme", "rest": "the rest"}


def frame(make: Callable[[Any], pd.DataFrame]) -> property:
    """Turn a method into a property: made once, handed out as a copy that may be edited."""
    name = make.__name__

    def get(self: Any) -> pd.DataFrame:
        kept: dict[str, pd.DataFrame] = self.__dict__.setdefault("_frames", {})
        if name not in kept:
            kept[name] = make(self)
        return kept[name].copy(deep=False)  # written to, it is copied: pandas 3

    return property(get, doc=make.__doc__)


def themes(folder: Path) -> pd.DataFrame:
    """Return the morning's themes, the largest first, without what only machines read."""
    found = pd.read_parquet(folder / "themes.parquet")
    assigned = pd.read_parquet(folder / "assignments.parquet", columns=["theme_id"])
    sizes = assigned["theme_id"].value_counts()
    found["complaints"] = found["theme_id"].map(sizes).fillna(0).astype("int64")
    first = ["theme_id", "title", "area_title", "status", "complaints", "born_on", "keywords"]
    rest = [n for n in found.columns if n not in (*first, "centroid", "resolution", "size")]
    ordered = found[[*first, *rest]]
    return ordered.sort_values(
        ["complaints", "theme_id"], ascending=[False, True], ignore_index=True
    )


def named(frame: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame of series with what each series counts in columns of its own.

    Parameters
    ----------
    frame : DataFrame
        With a column ``series_id``.
    titles : mapping of str to str
        Of themes and areas, by id.

    Returns
    -------
    DataFrame
        ``series_id, level, title, theme_id, channel, brand`` (missing where all are counted), and
        the frame's other columns.
    """
    code, ids = pd.factorize(frame["series_id"])
    rows = [_about(str(name), titles) for name in ids]
    about = pd.DataFrame(rows, columns=["level", "title", "theme_id", "channel", "brand"])
    about = about.astype("str").where(about.notna(), None).take(code)
    about.index = frame.index
    others = frame.drop(columns="series_id")
    return pd.concat([frame[["series_id"]], about, others], axis=1).reset_index(drop=True)


def _about(name: str, titles: Mapping[str, str]) -> tuple[str | None, ...]:
    key = parse_series_id(name)
    theme, channel, brand = (
        None if value == NODE_ALL else value for value in (key.theme, key.channel, key.brand)
    )
    area = None if key.area == NODE_ALL else key.area
    parts = [titles.get(part, part) for part in (area, theme, channel, brand) if part]
    title = _LEVEL_TITLES.get(key.level) or " · ".join(parts)
    return key.level, title, theme, channel, brand


def titles_of(found: pd.DataFrame) -> dict[str, str]:
    """Return the titles of themes and areas, by id."""
    areas = found.dropna(subset=["area_id"]) if "area_id" in found else found.iloc[:0]
    out = dict(zip(areas["area_id"], areas["area_title"], strict=True)) if len(areas) else {}
    return {**out, **dict(zip(found["theme_id"], found["title"], strict=True))}


def warnings(folder: Path, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return the morning's warnings, each with its theme's title, in the report's order."""
    found = pd.read_parquet(folder / "warnings.parquet")
    title = found["theme_id"].map(dict(titles)).fillna(found["theme_id"])
    found.insert(found.columns.get_loc("theme_id"), "title", title)
    return found


def scores(job: Job, folder: Path, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return how forecasts did: told ones that have come due, and earlier origins made anew.

    Returns
    -------
    DataFrame
        A SCORES row a series, origin and lead, with ``is_told``: whether a team was shown the
        forecast; the others were made anew by the morning's own method on what was known then.
    """
    # A check's rows carry the morning that knew what came: later ones are not read.
    is_known = compute.field("as_of") <= job.moment.to_pydatetime()
    told = job.store.read(SCORES, where=is_known)
    anew = pd.read_parquet(folder / "scores.parquet")
    parts = [part.assign(is_told=is_told) for part, is_told in ((told, True), (anew, False))]
    whole = [part for part in parts if len(part)]
    return named(pd.concat(whole, ignore_index=True) if whole else parts[1], titles)
