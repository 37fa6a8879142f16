"""Invented figures of themes' quality, in several moods."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.themes.quality.drift import drift, excess_unassigned
from models.themes.quality.verdicts import Alarms, ThemesQuality, Unassigned, judged
from tests.pipelines.report.run_folders import HOSTILE

MOODS = ("full", "fresh", "untested", "hostile", "one")
_TITLES = ("Late parcels", "Parcels that are late", "Crash on start", "Odds and ends", "Refunds")


def make_quality(mood: str) -> ThemesQuality:
    """Return the figures: ``full`` has everything, ``fresh`` no text since the fit."""
    titles = HOSTILE if mood == "hostile" else _TITLES[:1] if mood == "one" else _TITLES
    n = len(titles)
    ids = [f"t-{i}" for i in range(n)]
    is_tested = mood != "untested"
    is_fresh = mood == "fresh"
    stability = np.resize([0.91, 0.4, 0.6, 0.31, 0.97], n) if is_tested else np.full(n, np.nan)
    effects = np.full(n, np.nan) if is_fresh else np.resize([0.01, -0.1, 0.05, 0.44, np.nan], n)
    words = ["too few" if np.isnan(e) else "drifting" if e > 0.2 else "steady" for e in effects]
    other = [None] if n == 1 else [ids[(i + 1) % n] for i in range(n)]
    rows = pd.DataFrame(
        {
            "theme_id": ids,
            "title": list(titles),
            "keywords": [[titles[i], "parcel", "=cmd()"] for i in range(n)],
            "status": ["active"] * (n - 1) + ["emerging" if mood == "full" else "active"],
            "badges": [["pinned"] if i == 0 and mood == "full" else [] for i in range(n)],
            "size": [500 - 90 * i for i in range(min(n, 5))] + [40] * max(0, n - 5),
            "texts": 40,
            "complaints": [520 - 90 * i for i in range(min(n, 5))] + [40] * max(0, n - 5),
            "share": 1 / n,
            "recent": 12,
            "recent_share": 1 / n,
            "cohesion": np.linspace(0.7, 0.4, n),
            "spread": 0.1,
            "nearest_id": pd.Series(other, dtype="str"),
            "nearest_cosine": np.nan if n == 1 else 0.61,
            "nearer_another": np.linspace(0.1, 0.3, n),
            "coherence": np.resize([0.31, 0.2, -0.12], n),
            "stability": stability,
            "drift_texts": [0 if np.isnan(e) else 60 for e in effects],
            "drift_effect": effects,
            "drift_word": words,
        }
    )
    pairs = pd.DataFrame(
        {
            "first_id": ids[:1],
            "second_id": ids[1:2],
            "title_overlap": [1.0],
            "centroid_cosine": [0.93],
            "together": [0.8 if is_tested else np.nan],
        }
        if n > 1
        else {"first_id": [], "second_id": [], "title_overlap": [], "centroid_cosine": []}
        | {"together": []}
    )
    weeks = pd.DataFrame(
        {
            "start": pd.to_datetime(["2026-10-05", "2026-10-12", "2026-10-19"]),
            "complaints": [120, 130, 10],
            "unassigned": [3, 9, 0],
            "texts": [110, 118, 9],
            "effect": [0.02, 0.27, np.nan],
            "error": [0.09, 0.08, np.nan],
            "word": ["steady", "drifting", "too few"],
        }
    )
    missing, asked = (0, 0) if is_fresh else (12, 260)
    return ThemesQuality(
        version="2026-10-05T00:00:00Z",
        as_of="2026-10-20T00:00:00Z",
        encoder="tiny",
        themes=judged(rows, pairs),
        pairs=pairs,
        weeks=weeks.iloc[:0] if is_fresh else weeks,
        drift=drift([] if is_fresh else [0.11] * 237),
        unassigned=Unassigned(
            complaints=asked,
            unassigned=missing,
            no_complaint=0 if is_fresh else 17,
            waiting=4 if mood == "full" else 0,
            nominal=0.02,
            p_value=excess_unassigned(missing, asked, 0.02),
        ),
        ari=0.77 if is_tested else float("nan"),
        asked_refits=4,
        refits=4 if is_tested else 0,
        refit_texts=1000 if is_tested else 12,
        texts=1200 if is_tested else 12,
        age_days=15.0,
        refit_days=28,
        recent_days=28,
        alarms=Alarms(
            scans=360,
            alarms=2,
            days=15,
            nominal_per_month=1.0,
            first=pd.Timestamp("2026-10-05", tz="UTC"),
            last=pd.Timestamp("2026-10-20", tz="UTC"),
        )
        if mood == "full"
        else Alarms(),
    )
