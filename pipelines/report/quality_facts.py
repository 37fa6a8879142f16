"""What the quality page says, before it is HTML: figures with their rows, and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

import pandas as pd

from models.themes import quality_verdicts as judge
from models.themes.quality import SAME_CENTRE, SAME_IN_REFITS
from models.themes.quality_drift import DRIFTING, SIGNIFICANT, UNKNOWN
from models.themes.quality_stability import DISSOLVED, RECOVERED
from models.themes.quality_verdicts import ThemesQuality
from pipelines.report import quality_words as words
from pipelines.report.again import hide_columns
from pipelines.report.catalogue import day
from pipelines.report.figures import Figure, Name, Sentence, percent, row_of, say, text, whole
from pipelines.report.plain import clean
from pipelines.settings import Settings

_MAX_TITLE, _MAX_KEYWORDS = 80, 120
# In the order of the first sentence, after the solid ones.
_TOLD = (judge.SHAKY, judge.MUSH, judge.DOUBLE, judge.NEW, judge.UNTESTED)


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
    origin = _local(quality.as_of, settings)
    pairs = tuple(_pair(row, titles) for row in quality.pairs.to_dict("records"))
    themes = tuple(_theme(row, titles) for row in table.to_dict("records"))
    weeks = tuple(_week(row) for row in quality.weeks.to_dict("records"))
    return QualityFacts(
        heading=words.HEADING.format(day=day(origin, year=True)),
        origin=origin,
        intro=say(
            words.FITTED,
            n=_number(numbers, "themes_count"),
            day=day(_local(quality.version, settings), year=True),
            texts=_number(numbers, "themes_texts"),
            complaints=_number(numbers, "themes_complaints"),
        ),
        waiting=say(words.WAITING, n=whole(quality.unassigned.waiting))
        if quality.unassigned.waiting
        else (),
        verdict=(
            _sentence_on_themes(quality, numbers, titles),
            _sentence_on_pairs(pairs),
            _sentence_on_refit(quality, numbers),
        ),
        table=table,
        pairs_table=quality.pairs,
        weeks_table=quality.weeks,
        summary_table=numbers,
        themes=themes,
        pairs=pairs,
        weeks=weeks,
        stabilities=tuple(float(it) for it in table["stability"] if isfinite(it)),
        stability=_on_stability(quality, settings, numbers),
        stability_chart=_stability_chart(table["stability"]),
        drift=_on_drift(quality, numbers, themes),
        drift_chart=words.DRIFT_CHART.format(
            weeks=", ".join(f"{day(w.start)} {w.effect.shown}" for w in weeks)
        ),
        unassigned=_on_unassigned(quality, numbers),
        births=_on_births(quality, numbers, settings),
        recent_days=quality.recent_days,
        footer=_footer(quality, settings, code),
    )


def _local(moment: str | pd.Timestamp, settings: Settings) -> date:
    found: date = pd.Timestamp(moment).tz_convert(settings.time_zone).date()
    return found


# --- figures --------------------------------------------------------------------------------
def decimal(value: float, row: str = "") -> Figure:
    """Return a figure with two decimals and a true minus; an unknown one is a dash.

    Examples
    --------
    >>> decimal(0.314).shown, decimal(-0.001).shown, decimal(float("nan")).value is None
    ('0.31', '0.00', True)
    """
    if not isfinite(value):
        return Figure(None, words.UNKNOWN, row)
    shown = f"{round(value, 2) + 0.0:.2f}".replace("-", "\u2212")
    return Figure(float(value), shown, row)


def finer_percent(share: float, row: str = "") -> Figure:
    r"""Return a share in percent, with one decimal below ten: 2 % and 2.4 % are not the same.

    Examples
    --------
    >>> finer_percent(0.024).shown, finer_percent(0.31).shown, finer_percent(0).shown
    ('2.4\xa0%', '31\xa0%', '0\xa0%')
    """
    if not isfinite(share):
        return Figure(None, words.UNKNOWN, row)
    shown = f"{100 * share:.1f}".removesuffix(".0") if share < 0.0995 else f"{100 * share:.0f}"
    return Figure(float(share), f"{shown}\u00a0%", row)


def _number(numbers: Mapping[str, float], name: str) -> Figure:
    return whole(numbers.get(name, 0.0), row_of("summary", column=name))


def _theme(row: Mapping[str, Any], titles: Mapping[str, str]) -> ThemeRow:
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
        strays=percent(row["nearer_another"], at("nearer_another")),
        coherence=decimal(row["coherence"], at("coherence")),
        drift=words.DRIFTS[row["drift_word"]],
        drift_effect=decimal(row["drift_effect"], at("drift_effect")),
        is_drifting=row["drift_word"] == DRIFTING,
    )


def _pair(row: Mapping[str, Any], titles: Mapping[str, str]) -> PairRow:
    def at(column: str) -> str:
        return row_of("pairs", row["first_id"], row["second_id"], column=column)

    return PairRow(
        first=titles[row["first_id"]],
        second=titles[row["second_id"]],
        together=finer_percent(row["together"], at("together")),
        centroid_cosine=decimal(row["centroid_cosine"], at("centroid_cosine")),
        title_overlap=percent(row["title_overlap"], at("title_overlap")),
    )


def _week(row: Mapping[str, Any]) -> WeekRow:
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


# --- the three sentences --------------------------------------------------------------------
def _sentence_on_themes(
    quality: ThemesQuality, numbers: Mapping[str, float], titles: Mapping[str, str]
) -> Sentence:
    count = _number(numbers, "themes_count")
    if not quality.refits:
        return say(words.UNTESTED, n=count, why=_why_untested(quality))
    rest = []
    for name in _TOLD:
        if numbers.get(f"themes_{name}"):
            mine = quality.themes[quality.themes["verdict"] == name]
            largest = titles[mine.sort_values("complaints")["theme_id"].iloc[-1]]
            n = _number(numbers, f"themes_{name}")
            rest.append(say(words.REST[name], n=n, largest=Name(largest)))
    if not rest:
        return say(words.TESTED_ALL, n=count)
    share = numbers["themes_solid_share"]
    return say(
        words.TESTED,
        n=count,
        solid=_number(numbers, "themes_solid"),
        share=percent(share, row_of("summary", column="themes_solid_share")),
        rest=_listed(rest),
    )


def _why_untested(quality: ThemesQuality) -> str:
    return words.UNTESTED_WHY["texts" if quality.asked_refits else "refits"]


def _sentence_on_pairs(pairs: tuple[PairRow, ...]) -> Sentence:
    if not pairs:
        return say(words.NO_DOUBLES)
    best = pairs[0]
    if best.together.value is not None and best.together.value >= SAME_IN_REFITS:
        why = say(words.TOGETHER, share=best.together)
    elif best.centroid_cosine.value is not None and best.centroid_cosine.value >= SAME_CENTRE:
        why = say(words.NEARBY, cosine=best.centroid_cosine)
    else:
        why = say(words.NAMED_ALIKE, share=best.title_overlap)
    return say(
        words.DOUBLES_ONE if len(pairs) == 1 else words.DOUBLES,
        n=whole(len(pairs), row_of("summary", column="themes_near_duplicates")),
        first=Name(best.first),
        second=Name(best.second),
        together=why,
    )


def _sentence_on_refit(quality: ThemesQuality, numbers: Mapping[str, float]) -> Sentence:
    reasons = quality.refit_reasons
    effect = decimal(quality.drift.effect, row_of("summary", column="themes_drift_effect"))
    age = whole(quality.age_days, row_of("summary", column="themes_age_days"))
    left_out = say(words.LEFT_OUT, share=_left_out(quality), nominal=_nominal(quality))
    if reasons:
        told = {
            "drift": say(words.FURTHER, effect=effect),
            "unassigned": left_out,
            "age": say(words.OLD, days=age, limit=whole(quality.refit_days)),
        }
        return say(words.REFIT, reasons=_listed([told[name] for name in reasons]))
    if not quality.drift.texts:
        return say(words.TOO_EARLY_NONE)
    if quality.drift.word == UNKNOWN:
        return say(words.TOO_EARLY, n=_number(numbers, "themes_new_texts"), days=age)
    return say(words.NO_REFIT, reasons=_listed([say(words.AS_NEAR, effect=effect), left_out]))


def _listed(parts: list[Sentence]) -> Sentence:
    """Return the parts with commas, and an "and" before the last."""
    out: list[Any] = []
    for place, part in enumerate(parts):
        if place:
            out.append(" and " if place == len(parts) - 1 else ", ")
        out.extend(part)
    return tuple(out)


def _left_out(quality: ThemesQuality) -> Figure:
    return finer_percent(
        quality.unassigned.share, row_of("summary", column="themes_unassigned_share")
    )


def _nominal(quality: ThemesQuality) -> Figure:
    return finer_percent(quality.unassigned.nominal)


# --- sections -------------------------------------------------------------------------------
def _on_stability(
    quality: ThemesQuality, settings: Settings, numbers: Mapping[str, float]
) -> tuple[Sentence, ...]:
    if not quality.refits:
        return (say(words.NO_STABILITY, why=_why_untested(quality)),)
    first = say(
        words.STABILITY,
        refits=whole(quality.refits),
        share=percent(settings.quality.subsample),
        texts=whole(quality.refit_texts),
        ari=decimal(quality.ari, row_of("summary", column="themes_stability_ari")),
    )
    if quality.refit_texts == quality.texts:
        return (first,)
    more = say(
        words.STABILITY_PART,
        texts=whole(quality.refit_texts),
        all=_number(numbers, "themes_texts"),
    )
    return first, more


def _stability_chart(stability: pd.Series) -> str:
    known = stability[stability.notna()]
    solid, mush = int((known >= RECOVERED).sum()), int((known <= DISSOLVED).sum())
    return words.STABILITY_CHART.format(solid=solid, mush=mush, shaky=len(known) - solid - mush)


def _on_drift(
    quality: ThemesQuality, numbers: Mapping[str, float], themes: tuple[ThemeRow, ...]
) -> tuple[Sentence, ...]:
    if not quality.drift.texts:
        return (say(words.DRIFT_NONE),)
    first = say(
        words.DRIFT,
        n=_number(numbers, "themes_new_texts"),
        word=words.DRIFTS[quality.drift.word],
        effect=decimal(quality.drift.effect, row_of("summary", column="themes_drift_effect")),
    )
    moved = [it for it in themes if it.is_drifting]
    if not moved:
        return first, say(words.NO_DRIFTING)
    moved.sort(key=lambda it: -(it.drift_effect.value or 0.0))
    named: list[Sentence] = [(Name(it.title), " (", it.drift_effect, ")") for it in moved]
    return first, say(words.DRIFTING, themes=_listed(named))


def _on_unassigned(quality: ThemesQuality, numbers: Mapping[str, float]) -> tuple[Sentence, ...]:
    found = quality.unassigned
    out = [say(words.UNASSIGNED_NONE)]
    if found.complaints:
        p = Figure(found.p_value, "< .001" if found.p_value < 0.001 else f"= {found.p_value:.3f}")
        judgement = words.UNASSIGNED_AS_MEANT
        if found.p_value < SIGNIFICANT:
            judgement = words.UNASSIGNED_FAR if found.is_excessive else words.UNASSIGNED_MORE
        out = [
            say(
                words.UNASSIGNED,
                n=_number(numbers, "themes_unassigned"),
                all=_number(numbers, "themes_new_complaints"),
                share=_left_out(quality),
                nominal=_nominal(quality),
                judgement=say(judgement, p=p),
            )
        ]
    if found.no_complaint:
        out.append(say(words.KEPT_OUT, n=_number(numbers, "themes_no_complaint")))
    return tuple(out)


def _on_births(
    quality: ThemesQuality, numbers: Mapping[str, float], settings: Settings
) -> Sentence:
    found = quality.alarms
    if not found.scans or found.first is None or found.last is None:
        return say(words.NO_BIRTHS)
    return say(
        words.BIRTHS,
        alarms=_number(numbers, "themes_birth_alarms"),
        scans=_number(numbers, "themes_birth_scans"),
        days=whole(found.days),
        first=day(_local(found.first, settings), year=True),
        last=day(_local(found.last, settings), year=True),
        realised=_number(numbers, "themes_birth_alarms_per_month"),
        nominal=_number(numbers, "themes_birth_alarms_per_month_nominal"),
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
