"""Run folders to render: invented numbers in the contracts' tables, seeded, in several moods."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from models.contracts import (
    ASSIGNMENTS,
    CHECKED,
    COUNTS,
    FLOODS,
    FORECASTS,
    LINEAGE,
    NOT_CHECKED,
    NOT_COVERED,
    OUTLOOK,
    QUANTILE_LEVELS,
    SCORES,
    THEMES,
    WARNINGS,
    Table,
    check,
    conform,
    empty,
)
from models.series.hierarchy import series_id

_MEMBERSHIP = {
    **{band: ["nb_glm", "discount_filter", "tsb"] for band in ("rare", "some", "many")},
    "few": ["nb_glm", "discount_filter"],
}
_DAYS = 400
_AHEAD = 56  # days that weeks are told of; the first 28 are told one by one
_ALPHA = 0.05
_WEEKDAY = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.8, 0.85])
HOSTILE = (
    "<script>alert('x')</script>",
    "</style><svg onload=alert(1)><style>*{display:none}",
    "\u202egnp.exe reversed \u2066and isolated",
    "W" * 10_000,
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "[link](http://evil.example) **bold** <!channel> @here `code`",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334algo\x00\x08 text",
)  # fmt: skip


@dataclass(frozen=True)
class Topic:
    """One invented theme: its words, its usual complaints a day, its rise in the last days."""

    theme_id: str
    title: str
    label: str
    keywords: tuple[str, ...]
    daily: float
    rise: tuple[float, ...] = ()  # times the usual, the last entry is the origin's eve
    stays: float = 1.0  # times the usual that is forecast at lead 1, fading over four weeks
    exemplars: tuple[str, ...] = ("An example.",)


TOPICS = (
    Topic(
        "t-01aa", "Add-ons disabled", "All my add-ons have been disabled today.",
        ("add-ons", "disabled", "extensions", "verified", "certificate"), 1.9,
        (1, 1, 1, 1.2, 68), 14,
        ("All my extensions were disabled this morning and say they could not be verified.",
         "Firefox turned off every add-on I have. NoScript, uBlock, all gone!!",
         "Why are my add-ons off? [EMAIL] tells me it is a certificate."),
    ),
    Topic(
        "t-02bb", "Late parcels", "My parcel is a week late and nobody answers.",
        ("parcel", "late", "delivery", "tracking"), 12.1, (1.2, 1.4, 1.6, 1.9, 2.2, 2.4, 2.6), 1.9,
        ("My parcel was due on Monday and the tracking has not moved since.",
         "Third late delivery this month, I want my money back."),
    ),
    Topic("t-03cc", "Login fails", "I cannot log in since the update.",
          ("login", "password", "code"), 9.0, (1.0,), 0.62),
    Topic("t-04dd", "Bookmarks lost", "My bookmarks are gone.", ("bookmarks", "lost"), 5.2),
    Topic("t-05ee", "Slow start", "It takes a minute to start.", ("slow", "start", "freeze"), 7.7),
    Topic("t-06ff", "Video stutters", "Videos stutter in full screen.", ("video", "sound"), 4.1),
    Topic("t-07aa", "Charged twice", "I was charged twice for the same month.",
          ("charged", "twice", "refund", "bill"), 6.3),
    Topic("t-08bb", "Bicycle racks", "Abandoned bicycle chained to a rack.",
          ("bicycle", "rack", "abandoned"), 3.0, (1, 1, 18, 22, 20), 4.0,
          ("Abandoned bicycle at the rack.",)),
    Topic("t-09cc", "Printer page blank", "Printing gives blank pages.", ("print", "blank"), 2.4),
    Topic("t-10dd", "Sync stopped", "My devices no longer sync.", ("sync", "phone"), 3.3),
    Topic("t-11ee", "Search engine changed", "Another search engine opens.", ("search",), 2.9),
    Topic("t-12ff", "Font too small", "The letters are tiny.", ("font", "zoom", "size"), 1.1),
)  # fmt: skip

QUIET = tuple(Topic(t.theme_id, t.title, t.label, t.keywords, t.daily) for t in TOPICS)


@dataclass(frozen=True)
class Mood:
    """What kind of morning a run folder is of."""

    topics: tuple[Topic, ...] = TOPICS
    origin: date = date(2019, 5, 5)
    warned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_first: bool = False
    has_scores: bool = True
    hours_old: float = 0.4
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=lambda: {"firefox": 30157})
    steps: Mapping[str, Any] | None = None
    has_not_covered: bool = True
    has_floods: bool = True


_CRISIS = "Open the crisis plan - one spokesperson and hourly updates until it is fixed."
_PREPARE = "Confirm the cause with the owning team and prepare a reply for all channels."
_EXTRA: dict[str, Any] = {"kind": "now", "p_exceed_7": None, "p_exceed_28": None, "p_lasts": None}
WARNED: dict[str, dict[str, Any]] = {
    "t-01aa": {
        **_EXTRA, "state": "open", "severity": 4, "window_days": 1, "opened_days_ago": 1,
        "customers": 121, "top_customer_share": 0.02, "is_concentrated": False,
        "cells": [
            "product=desktop: 118 against 1.6 usual (74x)",
            "region=DE: 31 against 0.4 usual (78x)",
        ],
        "owner": "Product", "action": _CRISIS,
    },
    "t-02bb": {
        **_EXTRA, "state": "grown", "severity": 2, "window_days": 7, "opened_days_ago": 4,
        "p_exceed_7": 0.71, "p_exceed_28": 0.83, "p_lasts": 0.45,
        "customers": 140, "top_customer_share": 0.03, "is_concentrated": False,
        "cells": ["channel=e-mail: 96 against 44 usual (2.2x)"],
        "owner": "Service", "action": _PREPARE,
    },
    "t-08bb": {
        **_EXTRA, "state": "open", "severity": 2, "window_days": 3, "opened_days_ago": 2,
        "customers": 3, "top_customer_share": 0.96, "is_concentrated": True, "cells": [],
        "owner": "Service", "action": _PREPARE,
    },
}  # fmt: skip

MOODS = {
    "spike": Mood(warned=WARNED),
    "first": Mood(warned=WARNED, is_first=True, sources={"sample": 10012}),
    "bare_first": Mood(topics=QUIET, is_first=True, has_scores=False, steps={}),
    "quiet": Mood(
        topics=QUIET, origin=date(2026, 11, 2), has_not_covered=False, has_floods=False
    ),
    "stale": Mood(
        topics=QUIET,
        hours_old=75,
        channels={
            "web chat": {
                "last_at": "2019-05-01T20:10:00Z", "days_silent": 3.2, "usual_gap_days": 0.4,
            },
            "email": {
                "last_at": "2019-05-04T20:10:00Z", "days_silent": 0.2, "usual_gap_days": 0.4,
            },
            "letter": {
                "last_at": "2019-05-01T20:10:00Z", "days_silent": 3.2, "usual_gap_days": 4.0,
            },
        },
    ),
    "hostile": Mood(
        topics=tuple(
            Topic(
                f"t-9{number}", HOSTILE[number % len(HOSTILE)] + f" {number}", text,
                tuple(HOSTILE), 5.0, (9.0,), 3.0, HOSTILE,
            )
            for number, text in enumerate(HOSTILE)
        ),
        warned={
            f"t-9{number}": {
                **WARNED["t-02bb"], "cells": [f"channel={text}: 4 against 1 usual (4x)", text],
                "owner": text, "action": text,
            }
            for number, text in enumerate(HOSTILE)
        },
        channels={
            "<b>chat</b>": {"last_at": "2019-04-01T20:10:00Z", "days_silent": 34.0}
        },
    ),
}  # fmt: skip


def make_run(folder: Path, mood: str = "spike", *, seed: int = 7) -> Path:
    """Write a run's tables and record into the folder and return it."""
    kind = MOODS[mood]
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    origin = pd.Timestamp(kind.origin)
    daily = {topic.theme_id: _history(topic, kind.origin, rng) for topic in kind.topics}
    total = np.sum(list(daily.values()), axis=0)
    series = {series_id(theme_id): counts for theme_id, counts in daily.items()}
    series[series_id()] = total
    series[series_id(channel="web chat")] = total // 3
    means = {series_id(t.theme_id): _ahead(t, kind.origin) for t in kind.topics}
    means[series_id()] = np.sum(list(means.values()), axis=0)
    means[series_id(channel="web chat")] = means[series_id()] / 3
    usual = {series_id(t.theme_id): 7 * t.daily * _WEEKDAY.mean() for t in kind.topics}
    usual[series_id()] = sum(usual.values())
    usual[series_id(channel="web chat")] = usual[series_id()] / 3
    skipped = {series_id(kind.topics[-1].theme_id)} if kind.has_not_covered else set()
    covered = {s: m for s, m in means.items() if s not in skipped}

    _write(folder, THEMES, _themes(kind, daily))
    _write(folder, LINEAGE, _lineage(kind))
    _write(folder, ASSIGNMENTS, empty(ASSIGNMENTS))
    _write(folder, COUNTS, _counts(series, kind.origin))
    _write(folder, FORECASTS, _forecasts(covered, origin))
    _write(folder, OUTLOOK, _outlook(covered, usual, origin))
    scores = _scores(series, covered, origin, rng) if kind.has_scores else empty(SCORES)
    _write(folder, SCORES, scores)
    has_record = kind.has_scores and not kind.is_first
    checked = scores[scores["origin"] == scores["origin"].max()] if has_record else empty(CHECKED)
    _write(folder, CHECKED, checked)
    _write(folder, NOT_CHECKED, _not_checked(kind, origin) if has_record else empty(NOT_CHECKED))
    _write(folder, WARNINGS, _warnings(kind, daily, origin))
    _write(folder, FLOODS, _floods(origin) if kind.has_floods else empty(FLOODS))
    _write(folder, NOT_COVERED, _not_covered(kind, skipped, series))
    (folder / "run.json").write_text(json.dumps(_record(kind, total)), encoding="utf-8")
    return folder


def _write(folder: Path, table: Table, frame: pd.DataFrame) -> None:
    frame = check(conform(frame, table), table)
    frame.to_parquet(folder / f"{table.name}.parquet", index=False)


def _history(topic: Topic, origin: date, rng: np.random.Generator) -> np.ndarray:
    days = [origin - timedelta(days=back) for back in range(_DAYS, 0, -1)]
    level = topic.daily * _WEEKDAY[[day.weekday() for day in days]]
    if topic.rise:
        level[-len(topic.rise) :] *= np.array(topic.rise)
    size = 1 / _ALPHA
    return rng.negative_binomial(size, size / (size + level))


def _ahead(topic: Topic, origin: date) -> np.ndarray:
    days = [origin + timedelta(days=lead) for lead in range(_AHEAD)]
    fading = 1 + (topic.stays - 1) * np.exp(-np.arange(_AHEAD) / 9)
    return topic.daily * _WEEKDAY[[day.weekday() for day in days]] * fading


def _negative_binomial(mean: np.ndarray) -> stats.rv_discrete:
    size = 1 / _ALPHA
    return stats.nbinom(size, size / (size + mean))


def _themes(kind: Mood, daily: Mapping[str, np.ndarray]) -> pd.DataFrame:
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


def _lineage(kind: Mood) -> pd.DataFrame:
    """Return what became of themes at the fit: one split, one merger, one birth, the rest as is."""
    ids = [topic.theme_id for topic in kind.topics]
    rows = [(name, "continued", name, 1.0, 40) for name in ids]
    rows += [(ids[0], "split", ids[-1], 0.25, 10), ("t-gone", "merged", ids[0], 0.9, 18)]
    rows.append((ids[-1], "born", ids[-1], 1.0, 31))
    frame = pd.DataFrame(rows, columns=["theme_id", "event", "other_id", "share", "texts"])
    return frame.assign(version=f"{kind.origin}T00:00:00Z")


def _counts(series: Mapping[str, np.ndarray], origin: date) -> pd.DataFrame:
    dates = pd.date_range(origin - timedelta(days=_DAYS), periods=_DAYS)
    frames = [
        pd.DataFrame(
            {
                "series_id": name, "date": dates, "count": counts,
                "is_provisional": np.arange(_DAYS) == _DAYS - 1, "is_revised": False,
            }
        )
        for name, counts in series.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _forecasts(means: Mapping[str, np.ndarray], origin: pd.Timestamp) -> pd.DataFrame:
    frames = []
    for name, whole in means.items():
        mean = whole[:28]
        spread = _negative_binomial(mean)
        quantiles = {column: spread.ppf(level) for column, level in QUANTILE_LEVELS.items()}
        frames.append(
            pd.DataFrame(
                {
                    "series_id": name, "origin": origin,
                    "date": pd.date_range(origin, periods=28), "lead": np.arange(1, 29),
                    "mean": mean, "dispersion": _ALPHA, **quantiles,
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _outlook(
    means: Mapping[str, np.ndarray], usual: Mapping[str, float], origin: pd.Timestamp
) -> pd.DataFrame:
    rows = []
    for name, mean in means.items():
        for week, weekly in enumerate(mean.reshape(-1, 7).sum(axis=1), start=1):
            spread = _negative_binomial(weekly)
            start = origin + pd.Timedelta(days=7 * (week - 1))
            rows.append(
                {
                    "series_id": name, "origin": origin, "week": week, "start": start,
                    "end": start + pd.Timedelta(days=6), "usual": usual[name], "mean": weekly,
                    "dispersion": _ALPHA, "p_double": spread.sf(2 * usual[name]),
                    **{c: spread.ppf(level) for c, level in QUANTILE_LEVELS.items()},
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _scores(
    series: Mapping[str, np.ndarray],
    means: Mapping[str, np.ndarray],
    origin: pd.Timestamp,
    rng: np.random.Generator,
) -> pd.DataFrame:
    frames = []
    for name in means:
        for back in (28, 56, 84):
            actual = series[name][_DAYS - back : _DAYS - back + 28]
            frames.append(
                pd.DataFrame(
                    {
                        "series_id": name, "origin": origin - pd.Timedelta(days=back),
                        "lead": np.arange(1, 29), "actual": actual,
                        "mean": float(np.median(series[name])),
                        "crps": rng.gamma(2.0, 0.3, 28), "crps_baseline": rng.gamma(2.0, 0.45, 28),
                        "pit": rng.uniform(size=28), "inside_80": rng.uniform(size=28) < 0.81,
                        "inside_95": rng.uniform(size=28) < 0.955,
                    }
                )
            )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _warnings(kind: Mood, daily: Mapping[str, np.ndarray], origin: pd.Timestamp) -> pd.DataFrame:
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


def _floods(origin: pd.Timestamp) -> pd.DataFrame:
    at = origin.tz_localize("UTC") - pd.Timedelta(days=6)
    row = {
        "flood_id": "flood-1", "first_at": at, "last_at": at + pd.Timedelta(hours=5),
        "texts": 150, "customers": 2, "counted_as": 2,
        "example": "WIN a free router now, click the link in my profile",
    }  # fmt: skip
    return pd.DataFrame([row])


def _not_covered(kind: Mood, skipped: set[str], series: Mapping[str, np.ndarray]) -> pd.DataFrame:
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


def _not_checked(kind: Mood, origin: pd.Timestamp) -> pd.DataFrame:
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


def _record(kind: Mood, total: np.ndarray) -> dict[str, Any]:
    as_of = pd.Timestamp(kind.origin, tz="UTC")
    steps = {
        "ingest": {
            "rows_read": 30200, "accepted": 30157, "quarantined": 43,
            "reasons": {"text is empty": 31, "created_at is not a date": 12},
            "redactions": {"EMAIL": 310, "PHONE": 44, "URL": 12},
        },
        "embed": {"new": 30100, "kept": 57},
        "themes": {"refitted": True, "themes": len(kind.topics), "unassigned": 412,
            "no_complaint": {"emoji": 3, "thanks": 40}, "foreign": {"de": 7, "es": 21}},
        "forecast": {"series": 12, "fallbacks": 1, "metrics": {"coverage_80": 0.81},
            "forecaster": {"membership": _MEMBERSHIP}},
        "warnings": {"open": len(kind.warned)},
    }  # fmt: skip
    last = as_of - pd.Timedelta(hours=kind.hours_old)
    return {
        "run_id": f"{kind.origin}T00:00:00Z-4f2a9c11",
        "as_of": f"{kind.origin}T00:00:00Z",
        "origin": str(kind.origin),
        "time_zone": "UTC",
        "code_version": "0.1.0+abc1234",
        "settings_digest": "0123456789abcdef",
        "seed": 20261121,
        "data": {
            "digest": "fedcba9876543210",
            "complaints_version": 3,
            "complaints": int(total.sum()),
            "first": str(kind.origin - timedelta(days=_DAYS)),
            "last_at": last.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sources": dict(kind.sources),
        },
        "encoder": "all-MiniLM-L6-v2/53aa51172d14/bf16",
        "theme_version": f"{kind.origin}T00:00:00Z",
        "steps": steps if kind.steps is None else dict(kind.steps),
        "channels": {name: dict(channel) for name, channel in kind.channels.items()},
        "previous_as_of": None if kind.is_first else str(kind.origin - timedelta(days=7)),
    }


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
