"""All that the quality page shows, before it is HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite

import pandas as pd

from models.themes.quality.verdicts import ThemesQuality
from pipelines.report.again import hide_columns
from pipelines.report.catalogue import day
from pipelines.report.figures import Sentence, say, text, whole
from pipelines.report.plain import clean
from pipelines.report.quality import words
from pipelines.report.quality.figures import local_day, summary_number
from pipelines.report.quality.rows import PairRow, ThemeRow, WeekRow, pair_row, theme_row, week_row
from pipelines.report.quality.sentences import (
    on_births,
    on_drift,
    on_pairs,
    on_refit,
    on_stability,
    on_themes,
    on_unassigned,
    stability_chart_sentence,
)
from pipelines.settings import Settings

_MAX_TITLE = 80


@dataclass(frozen=True)
class QualityFacts:
    """All that the quality page shows; ``table`` is what its CSV holds, hidden once more."""

    heading: str
    origin: date
    intro: Sentence
    waiting: Sentence
    verdict: tuple[Sentence, Sentence, Sentence]
    table: pd.DataFrame
    pairs_table: pd.DataFrame
    weeks_table: pd.DataFrame
    summary_table: Mapping[str, float]
    themes: tuple[ThemeRow, ...]
    pairs: tuple[PairRow, ...]
    weeks: tuple[WeekRow, ...]
    stabilities: tuple[float, ...]
    stability: tuple[Sentence, ...]
    stability_chart: str
    drift: tuple[Sentence, ...]
    drift_chart: str
    unassigned: tuple[Sentence, ...]
    births: Sentence
    recent_days: int
    footer: tuple[tuple[str, str], ...]

    @property
    def summary(self) -> tuple[str, str, str]:
        """Return the three sentences as plain text."""
        first, second, third = (text(it) for it in self.verdict)
        return first, second, third


def build_quality_facts(quality: ThemesQuality, settings: Settings, *, code: str) -> QualityFacts:
    """Return what the page says of the themes' quality.

    Parameters
    ----------
    quality : ThemesQuality
        The figures.
    settings : Settings
        ``redaction``, ``quality``, ``time_zone`` and ``seed`` are read.
    code : str
        Version of the code, for the footer.
    """
    table = hide_columns(quality.themes, ["title", "keywords"], settings.redaction)
    table["title"] = [clean(title, _MAX_TITLE) for title in table["title"]]
    titles = dict(zip(table["theme_id"], table["title"], strict=True))
    numbers = quality.metrics()
    origin = local_day(quality.as_of, settings)
    pairs = tuple(pair_row(row, titles) for row in quality.pairs.to_dict("records"))
    themes = tuple(theme_row(row, titles) for row in table.to_dict("records"))
    weeks = tuple(week_row(row) for row in quality.weeks.to_dict("records"))
    return QualityFacts(
        heading=words.HEADING.format(day=day(origin, year=True)),
        origin=origin,
        intro=say(
            words.FITTED,
            n=summary_number(numbers, "themes_count"),
            day=day(local_day(quality.version, settings), year=True),
            texts=summary_number(numbers, "themes_texts"),
            complaints=summary_number(numbers, "themes_complaints"),
        ),
        waiting=say(words.WAITING, n=whole(quality.unassigned.waiting))
        if quality.unassigned.waiting
        else (),
        verdict=(
            on_themes(quality, numbers, titles),
            on_pairs(pairs),
            on_refit(quality, numbers),
        ),
        table=table,
        pairs_table=quality.pairs,
        weeks_table=quality.weeks,
        summary_table=numbers,
        themes=themes,
        pairs=pairs,
        weeks=weeks,
        stabilities=tuple(float(it) for it in table["stability"] if isfinite(it)),
        stability=on_stability(quality, settings, numbers),
        stability_chart=stability_chart_sentence(table["stability"]),
        drift=on_drift(quality, numbers, themes),
        drift_chart=words.DRIFT_CHART.format(
            weeks=", ".join(f"{day(w.start)} {w.effect.shown}" for w in weeks)
        ),
        unassigned=on_unassigned(quality, numbers),
        births=on_births(quality, numbers, settings),
        recent_days=quality.recent_days,
        footer=_footer(quality, settings, code),
    )


def _footer(quality: ThemesQuality, settings: Settings, code: str) -> tuple[tuple[str, str], ...]:
    found = {
        "as_of": quality.as_of,
        "themes": quality.version,
        "encoder": quality.encoder,
        "code": code,
        "settings": settings.digest(),
        "seed": str(settings.seed),
        "tables": words.TABLES,
    }
    return tuple((words.FOOTER[name], value) for name, value in found.items())
