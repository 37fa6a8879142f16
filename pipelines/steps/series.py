"""Step: stored complaints and their themes to daily counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from models.series.counts import count_complaints
from models.series.hierarchy import series_id
from pipelines.settings import Settings


class SeriesResult(NamedTuple):
    """Counts, the complaints they were made from, and what the run's record says of them."""

    counts: pd.DataFrame  # a COUNTS frame
    complaints: pd.DataFrame  # with theme_id and is_counted
    meta: dict[str, Any]  # first_date, last_data_at, silent_days, usual_silence_days, series


def with_themes(
    complaints: pd.DataFrame, assignments: pd.DataFrame, marks: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the complaints with their theme (or none) and whether they are counted.

    Parameters
    ----------
    complaints : DataFrame
        A COMPLAINTS frame.
    assignments : DataFrame
        An ASSIGNMENTS frame; of several versions the newest counts.
    marks : DataFrame or None
        ``complaint_id, is_counted``: rows of floods that are not counted. A complaint that
        is not named is counted.
    """
    newest = assignments.sort_values(["complaint_id", "version"], kind="stable")
    theme = newest.drop_duplicates("complaint_id", keep="last").set_index("complaint_id")
    out = complaints.assign(theme_id=complaints["complaint_id"].map(theme["theme_id"]))
    out["theme_id"] = out["theme_id"].astype("str").where(out["theme_id"].notna())
    out["is_counted"] = True
    if marks is not None and len(marks):
        left_out = marks.loc[~marks["is_counted"].astype(bool), "complaint_id"]
        out["is_counted"] = ~out["complaint_id"].isin(left_out)
    return out


def count_series(
    complaints: pd.DataFrame,
    assignments: pd.DataFrame,
    marks: pd.DataFrame | None,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
    area_of: Mapping[str, str] | None = None,
) -> SeriesResult:
    """Return daily counts of every series as known at ``as_of``.

    Parameters
    ----------
    complaints, assignments, marks : DataFrame
        See :func:`with_themes`.
    settings : Settings
        ``time_zone`` and ``series`` are read.
    as_of : Timestamp
        UTC; rows created or received at or after it are not read.
    area_of : mapping of str to str, optional
        Area of each theme; without it there are no series of areas.
    """
    joined = with_themes(complaints, assignments, marks)
    joined["area_id"] = joined["theme_id"].map(dict(area_of or {})).astype("str")
    counted = count_complaints(
        joined,
        as_of=as_of,
        time_zone=settings.time_zone,
        provisional_days=settings.series.provisional_days,
    )
    meta = {
        "first_date": counted.first_date,
        "last_data_at": counted.last_data_at,
        "silent_days": counted.silent_days,
        "usual_silence_days": counted.usual_silence_days,
        "series": int(counted.counts["series_id"].nunique()),
        **_arrived(counted.counts),
    }
    return SeriesResult(counted.counts, joined, meta)


def areas_of(themes: pd.DataFrame) -> dict[str, str]:
    """Return the area of each theme that has one."""
    named = themes.dropna(subset=["area_id"])
    return dict(zip(named["theme_id"], named["area_id"], strict=True))


def _arrived(counts: pd.DataFrame) -> dict[str, Any]:
    """Return which days are not complete yet, and how much of the newest has come in."""
    total = counts[(counts["series_id"] == series_id()) & counts["arrived"].notna()]
    if total.empty:
        return {}
    newest = total.sort_values("date").iloc[-1]
    return {
        "incomplete_days": len(total),
        "newest_day": str(newest["date"].date()),
        "newest_arrived": round(float(newest["arrived"]), 6),
    }
