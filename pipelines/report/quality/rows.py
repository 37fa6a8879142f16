"""The rows of the quality page's tables: themes, pairs that look like one, weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from models.themes.quality.drift import DRIFTING
from pipelines.report.figures import Figure, Name, Sentence, percent, row_of, say, whole
from pipelines.report.plain import clean
from pipelines.report.quality import words
from pipelines.report.quality.figures import decimal, finer_percent

_MAX_KEYWORDS = 120


@dataclass(frozen=True)
class ThemeRow:
    """One theme of the table."""

    theme_id: str
    title: str
    keywords: str
    shape: str
    verdict: str
    part_of: Sentence
    badges: tuple[str, ...]
    complaints: Figure
    share: Figure
    recent_share: Figure
    stability: Figure
    cohesion: Figure
    nearest: str
    nearest_cosine: Figure
    strays: Figure
    coherence: Figure
    drift: str
    drift_effect: Figure
    is_drifting: bool


@dataclass(frozen=True)
class PairRow:
    """Two themes that look like one."""

    first: str
    second: str
    together: Figure
    centroid_cosine: Figure
    title_overlap: Figure


@dataclass(frozen=True)
class WeekRow:
    """One week since the fit."""

    start: date
    complaints: Figure
    unassigned: Figure
    texts: Figure
    effect: Figure
    error: float
    word: str


def theme_row(row: Mapping[str, Any], titles: Mapping[str, str]) -> ThemeRow:
    """Return a theme's row; ``titles`` are the themes' by id."""

    def at(column: str) -> str:
        return row_of("themes_quality", row["theme_id"], column=column)

    double_of = row["double_of"]
    shape, verdict = words.VERDICTS[row["verdict"]]
    is_double = isinstance(double_of, str)
    return ThemeRow(
        theme_id=row["theme_id"],
        title=row["title"],
        keywords=clean(", ".join(row["keywords"]), _MAX_KEYWORDS),
        shape=shape,
        verdict=verdict,
        part_of=say(words.PART_OF, theme=Name(titles[double_of])) if is_double else (),
        badges=tuple(words.BADGES[name] for name in row["badges"]),
        complaints=whole(row["complaints"], at("complaints")),
        share=finer_percent(row["share"], at("share")),
        recent_share=finer_percent(row["recent_share"], at("recent_share")),
        stability=decimal(row["stability"], at("stability")),
        cohesion=decimal(row["cohesion"], at("cohesion")),
        nearest=titles.get(row["nearest_id"], words.UNKNOWN),
        nearest_cosine=decimal(row["nearest_cosine"], at("nearest_cosine")),
        strays=_strays(row["nearer_another"], at("nearer_another")),
        coherence=decimal(row["coherence"], at("coherence")),
        drift=words.DRIFTS[row["drift_word"]],
        drift_effect=decimal(row["drift_effect"], at("drift_effect")),
        is_drifting=row["drift_word"] == DRIFTING,
    )


def _strays(share: float, row: str) -> Figure:
    # Of a language's theme no text is measured.
    return percent(share, row) if isfinite(share) else Figure(None, words.UNKNOWN, row)


def pair_row(row: Mapping[str, Any], titles: Mapping[str, str]) -> PairRow:
    """Return a pair's row; ``titles`` are the themes' by id."""

    def at(column: str) -> str:
        return row_of("pairs", row["first_id"], row["second_id"], column=column)

    return PairRow(
        first=titles[row["first_id"]],
        second=titles[row["second_id"]],
        together=finer_percent(row["together"], at("together")),
        centroid_cosine=decimal(row["centroid_cosine"], at("centroid_cosine")),
        title_overlap=percent(row["title_overlap"], at("title_overlap")),
    )


def week_row(row: Mapping[str, Any]) -> WeekRow:
    """Return a week's row."""
    start = row["start"].date()

    def at(column: str) -> str:
        return row_of("weeks", start, column=column)

    return WeekRow(
        start=start,
        complaints=whole(row["complaints"], at("complaints")),
        unassigned=whole(row["unassigned"], at("unassigned")),
        texts=whole(row["texts"], at("texts")),
        effect=decimal(row["effect"], at("effect")),
        error=float(row["error"]),
        word=words.DRIFTS[row["word"]],
    )
