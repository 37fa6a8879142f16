"""The tables of words: themes, warnings, floods, and what could not be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from models.contracts import CHANCES, NOT_COVERED, WARNINGS, empty
from models.series.hierarchy import series_id
from tests.pipelines.report.run_folders.moods import Mood
from tests.pipelines.report.run_folders.topics import HOSTILE


def themes(kind: Mood, daily: Mapping[str, np.ndarray]) -> pd.DataFrame:
    shared = {"version": f"{kind.origin}T00:00:00Z", "encoder": "tiny/000000/fp32"}
    return pd.DataFrame(
        [
            {
                **shared, "theme_id": t.theme_id, "label": t.label, "title": t.title,
                "keywords": list(t.keywords), "exemplars": list(t.exemplars), "parents": [],
                "status": "active", "born_on": kind.origin - timedelta(days=300),
                "size": int(daily[t.theme_id].sum()), "centroid": b"\0\0",
                "area_id": "a-1", "area_title": f"All of {t.title}",
            }
            for t in kind.topics
        ]
    )  # fmt: skip


def lineage(kind: Mood) -> pd.DataFrame:
    """Return what became of themes at the fit: one split, one merger, one birth, the rest as is."""
    ids = [topic.theme_id for topic in kind.topics]
    rows = [(name, "continued", name, 1.0, 40) for name in ids]
    rows += [(ids[0], "split", ids[-1], 0.25, 10), ("t-gone", "merged", ids[0], 0.9, 18)]
    rows.append((ids[-1], "born", ids[-1], 1.0, 31))
    frame = pd.DataFrame(rows, columns=["theme_id", "event", "other_id", "share", "texts"])
    return frame.assign(version=f"{kind.origin}T00:00:00Z")


def warnings(kind: Mood, daily: Mapping[str, np.ndarray], origin: pd.Timestamp) -> pd.DataFrame:
    if not kind.warned:
        return empty(WARNINGS)
    topics = {topic.theme_id: topic for topic in kind.topics}
    rows = []
    for theme_id, what in kind.warned.items():
        what = dict(what)
        opened = origin - pd.Timedelta(days=what.pop("opened_days_ago"))
        days = what["window_days"]
        rows.append(
            {
                "warning_id": f"w-{theme_id}-{opened.date()}", "as_of": origin.tz_localize("UTC"),
                "theme_id": theme_id, "observed": int(daily[theme_id][-days:].sum()),
                "expected": days * topics[theme_id].daily, "p_value": 1e-6,
                "opened_on": opened, "wording": ["Never dispatched", "depot"],
                "exemplars": list(topics[theme_id].exemplars), **what,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def chances(kind: Mood, origin: pd.Timestamp) -> pd.DataFrame:
    """Return chances of themes that are not warned of; the k-th of 6k in a hundred, up to 90."""
    quiet = [topic.theme_id for topic in kind.topics if topic.theme_id not in kind.warned]
    rows = [
        {
            "theme_id": theme_id, "as_of": origin.tz_localize("UTC"),
            "p_exceed_7": 0.02 * min(1 + k, 15), "p_exceed_28": 0.06 * min(1 + k, 15),
            "usual_7": 0.03, "usual_28": 0.1,
        }
        for k, theme_id in enumerate(quiet)
    ]  # fmt: skip
    return pd.DataFrame(rows) if rows else empty(CHANCES)


def floods(origin: pd.Timestamp) -> pd.DataFrame:
    at = origin.tz_localize("UTC") - pd.Timedelta(days=6)
    row = {
        "flood_id": "flood-1", "first_at": at, "last_at": at + pd.Timedelta(hours=5),
        "texts": 150, "customers": 2, "counted_as": 2,
        "example": "WIN a free router now, click the link in my profile",
    }  # fmt: skip
    return pd.DataFrame([row])


def not_covered(kind: Mood, skipped: set[str], series: Mapping[str, np.ndarray]) -> pd.DataFrame:
    if not kind.has_not_covered:
        return empty(NOT_COVERED)
    rows = [
        {
            "series_id": name,
            "reason": "not forecast: 41 days of history, needs 56",
            "count": int(series[name].sum()),
        }
        for name in sorted(skipped)
    ]
    rows.append(
        {
            "series_id": series_id(channel="app review", brand="Acme & Söhne"),
            "reason": "not forecast: 12 complaints in all, needs 20",
            "count": 12,
        }
    )
    return pd.DataFrame(rows)


def not_checked(kind: Mood, origin: pd.Timestamp) -> pd.DataFrame:
    ended = {
        "series_id": series_id("t-00ff"), "reason": "the theme ended on 2019-04-20",
        "title": HOSTILE[1] if kind.topics[0].exemplars == HOSTILE else "Old theme",
        "forecasts": 9, "first": origin - pd.Timedelta(days=15),
        "last": origin - pd.Timedelta(days=7),
    }  # fmt: skip
    gone = {
        **ended, "series_id": series_id(brand="Acme & Söhne"), "reason": "no longer counted",
        "title": None, "forecasts": 2,
    }  # fmt: skip
    return pd.DataFrame([ended, gone])
