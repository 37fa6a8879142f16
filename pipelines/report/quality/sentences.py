"""What the quality page says in sentences: its three first ones, and those of each section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from models.themes.quality import verdicts as judge
from models.themes.quality.drift import SIGNIFICANT, UNKNOWN
from models.themes.quality.shapes import SAME_CENTRE, SAME_IN_REFITS
from models.themes.quality.stability import DISSOLVED, RECOVERED
from models.themes.quality.verdicts import ThemesQuality
from pipelines.report.catalogue import day
from pipelines.report.figures import Figure, Name, Sentence, percent, row_of, say, whole
from pipelines.report.quality import words
from pipelines.report.quality.figures import decimal, finer_percent, local_day, summary_number
from pipelines.report.quality.rows import PairRow, ThemeRow
from pipelines.settings import Settings

# In the order of the first sentence, after the solid ones.
_TOLD = (judge.SHAKY, judge.MUSH, judge.DOUBLE, judge.NEW, judge.UNTESTED)


# --- the three sentences --------------------------------------------------------------------
def on_themes(
    quality: ThemesQuality, numbers: Mapping[str, float], titles: Mapping[str, str]
) -> Sentence:
    """Return how many themes are solid, and what the others are."""
    count = summary_number(numbers, "themes_count")
    if not quality.refits:
        return say(words.UNTESTED, n=count, why=_why_untested(quality))
    rest = []
    for name in _TOLD:
        if numbers.get(f"themes_{name}"):
            mine = quality.themes[quality.themes["verdict"] == name]
            largest = titles[mine.sort_values("complaints")["theme_id"].iloc[-1]]
            n = summary_number(numbers, f"themes_{name}")
            rest.append(say(words.REST[name], n=n, largest=Name(largest)))
    if not rest:
        return say(words.TESTED_ALL, n=count)
    share = numbers["themes_solid_share"]
    return say(
        words.TESTED,
        n=count,
        solid=summary_number(numbers, "themes_solid"),
        share=percent(share, row_of("summary", column="themes_solid_share")),
        rest=_listed(rest),
    )


def _why_untested(quality: ThemesQuality) -> str:
    return words.UNTESTED_WHY["texts" if quality.asked_refits else "refits"]


def on_pairs(pairs: tuple[PairRow, ...]) -> Sentence:
    """Return how many pairs look like one theme, the likeliest by name."""
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


def on_refit(quality: ThemesQuality, numbers: Mapping[str, float]) -> Sentence:
    """Return whether it is time to refit, and why."""
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
        return say(words.TOO_EARLY, n=summary_number(numbers, "themes_new_texts"), days=age)
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
def on_stability(
    quality: ThemesQuality, settings: Settings, numbers: Mapping[str, float]
) -> tuple[Sentence, ...]:
    """Return how stability was measured, and how well refits agree."""
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
        all=summary_number(numbers, "themes_texts"),
    )
    return first, more


def stability_chart_sentence(stability: pd.Series) -> str:
    """Return what the chart of stabilities shows, for those who cannot see it."""
    known = stability[stability.notna()]
    solid, mush = int((known >= RECOVERED).sum()), int((known <= DISSOLVED).sum())
    return words.STABILITY_CHART.format(solid=solid, mush=mush, shaky=len(known) - solid - mush)


def on_drift(
    quality: ThemesQuality, numbers: Mapping[str, float], themes: tuple[ThemeRow, ...]
) -> tuple[Sentence, ...]:
    """Return how far new texts lie from their themes, and which themes drift."""
    if not quality.drift.texts:
        return (say(words.DRIFT_NONE),)
    first = say(
        words.DRIFT,
        n=summary_number(numbers, "themes_new_texts"),
        word=words.DRIFTS[quality.drift.word],
        effect=decimal(quality.drift.effect, row_of("summary", column="themes_drift_effect")),
    )
    moved = [it for it in themes if it.is_drifting]
    if not moved:
        return first, say(words.NO_DRIFTING)
    moved.sort(key=lambda it: -(it.drift_effect.value or 0.0))
    named: list[Sentence] = [(Name(it.title), " (", it.drift_effect, ")") for it in moved]
    return first, say(words.DRIFTING, themes=_listed(named))


def on_unassigned(quality: ThemesQuality, numbers: Mapping[str, float]) -> tuple[Sentence, ...]:
    """Return how many complaints fit no theme, against what chance explains."""
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
                n=summary_number(numbers, "themes_unassigned"),
                all=summary_number(numbers, "themes_new_complaints"),
                share=_left_out(quality),
                nominal=_nominal(quality),
                judgement=say(judgement, p=p),
            )
        ]
    if found.no_complaint:
        out.append(say(words.KEPT_OUT, n=summary_number(numbers, "themes_no_complaint")))
    return tuple(out)


def on_births(quality: ThemesQuality, numbers: Mapping[str, float], settings: Settings) -> Sentence:
    """Return how often the looks for new themes have raised an alarm."""
    found = quality.alarms
    if not found.scans or found.first is None or found.last is None:
        return say(words.NO_BIRTHS)
    return say(
        words.BIRTHS,
        alarms=summary_number(numbers, "themes_birth_alarms"),
        scans=summary_number(numbers, "themes_birth_scans"),
        days=whole(found.days),
        first=day(local_day(found.first, settings), year=True),
        last=day(local_day(found.last, settings), year=True),
        realised=summary_number(numbers, "themes_birth_alarms_per_month"),
        nominal=summary_number(numbers, "themes_birth_alarms_per_month_nominal"),
    )
