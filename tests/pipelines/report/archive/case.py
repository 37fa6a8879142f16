"""A folder of runs whose verdicts can be worked by hand."""

import json
from pathlib import Path

import pandas as pd

from models.contracts import CHECKED, COUNTS, FEEDBACK, LINEAGE, THEMES, WARNINGS, conform, empty
from models.series.hierarchy import series_id

RUNS = ("2026-09-14", "2026-10-12", "2026-10-26", "2026-11-02")
TITLES = {
    "t-up": "Late parcels",
    "t-flat": "Login fails",
    "t-new": "Bookmarks lost",
    "t-said": "<i>",
}
# Each warning: its theme, its day of opening, and its state in the runs that told of it.
WARNED = {
    "w-up": ("t-up", "2026-10-10", {"2026-10-12": "open", "2026-10-26": "closed"}),
    "w-flat": ("t-flat", "2026-10-11", {"2026-10-12": "grown", "2026-10-26": "closed"}),
    "w-said": ("t-said", "2026-10-11", {"2026-10-12": "open"}),
    "w-new": ("t-new", "2026-10-31", {"2026-11-02": "open"}),
}
# Forecast days that came inside, and of how many, by the report's day: as the newest run knows.
INSIDE = {"2026-09-14": (9, 10), "2026-10-12": (8, 10), "2026-10-26": (3, 7)}


def make_runs(root: Path, *, days: tuple[str, ...] = RUNS) -> Path:
    for day in days:
        _run(root / day, day)
    return root


def _run(folder: Path, day: str) -> None:
    folder.mkdir(parents=True)
    moment = pd.Timestamp(day, tz="UTC")
    info = {
        "origin": day, "as_of": f"{day}T00:00:00Z", "time_zone": "UTC",
        "data": {"last_at": f"{moment - pd.Timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"},
        "channels": {},
    }  # fmt: skip
    if day == "2026-10-26":
        gone = {"last_at": "2026-10-20T10:00:00Z", "days_silent": 5.6, "usual_gap_days": 0.4}
        info["channels"] = {"web chat": gone}
    (folder / "run.json").write_text(json.dumps(info), encoding="utf-8")
    (folder / "report.html").write_text("<p>report</p>", encoding="utf-8")
    (folder / "report.md").write_text("report", encoding="utf-8")
    if day == "2026-10-12":
        (folder / "crisis.html").write_text("<p>crisis</p>", encoding="utf-8")
    rows = [
        _warning(name, theme, opened, states[day], moment)
        for name, (theme, opened, states) in WARNED.items()
        if day in states
    ]
    frame = conform(pd.DataFrame(rows), WARNINGS) if rows else empty(WARNINGS)
    frame.to_parquet(folder / "warnings.parquet", index=False)
    themes = [
        {
            "theme_id": theme, "version": f"{day}T00:00:00Z", "label": title, "title": title,
            "keywords": [], "exemplars": [], "parents": [], "status": "active",
            "born_on": pd.Timestamp("2026-01-01"), "size": 9, "encoder": "e", "centroid": b"",
        }
        for theme, title in TITLES.items()
    ]  # fmt: skip
    conform(pd.DataFrame(themes), THEMES).to_parquet(folder / "themes.parquet", index=False)
    empty(LINEAGE).to_parquet(folder / "lineage.parquet", index=False)
    _counts(moment).to_parquet(folder / "counts.parquet", index=False)
    _checked(day).to_parquet(folder / "checked.parquet", index=False)


def _warning(
    name: str, theme: str, opened: str, state: str, moment: pd.Timestamp
) -> dict[str, object]:
    return {
        "warning_id": name, "as_of": moment, "theme_id": theme, "kind": "now", "state": state,
        "severity": 2, "window_days": 3, "observed": 40 if theme == "t-up" else 9,
        "expected": 6.0, "p_value": 1e-6, "opened_on": pd.Timestamp(opened),
        "is_concentrated": False, "cells": [], "wording": [], "exemplars": [],
        "owner": "Service", "action": "Look.",
    }  # fmt: skip


def _counts(moment: pd.Timestamp) -> pd.DataFrame:
    """Return two complaints a day of each theme; of Late parcels 30 on 10 to 13 October."""
    last = moment.tz_localize(None) - pd.Timedelta(days=1)
    dates = pd.date_range(last - pd.Timedelta(days=399), last)
    frames = []
    for theme in TITLES:
        count = pd.Series(2, index=dates)
        if theme == "t-up":
            count["2026-10-10":"2026-10-13"] = 30
        rows = {"series_id": series_id(theme), "date": dates, "count": count.to_numpy()}
        frames.append(pd.DataFrame(rows).assign(is_provisional=False, is_revised=False))
    return conform(pd.concat(frames, ignore_index=True), COUNTS)


def _checked(day: str) -> pd.DataFrame:
    rows = [
        {
            "series_id": "theme=*|channel=*|brand=*", "origin": pd.Timestamp(origin),
            "lead": lead + 1, "actual": 1, "mean": 1.0, "crps": 0.1, "crps_baseline": 0.2,
            "pit": 0.5, "inside_80": lead < inside, "inside_95": True,
        }
        for origin, (inside, n) in INSIDE.items()
        if origin < day
        for lead in range(n)
    ]  # fmt: skip
    return conform(pd.DataFrame(rows), CHECKED) if rows else empty(CHECKED)


def feedback(name: str, verdict: str, at: str) -> pd.DataFrame:
    theme, opened, _ = WARNED[name]
    row = {
        "warning_id": name, "at": pd.Timestamp(at, tz="UTC"), "verdict": verdict, "by": "Ada",
        "theme_id": theme, "opened_on": pd.Timestamp(opened), "last_on": pd.Timestamp(opened),
        "severity": 2,
    }  # fmt: skip
    return conform(pd.DataFrame([row]), FEEDBACK)
