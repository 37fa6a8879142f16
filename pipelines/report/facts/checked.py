"""What became of the forecasts that this report printed on earlier mornings, misses included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from models.series.hierarchy import parse_series_id
from pipelines.report import catalogue as words
from pipelines.report.facts.record import Miss, crps_skill, furthest_misses
from pipelines.report.facts.series import MAX_TITLE, series_name
from pipelines.report.figures import Figure, Sentence, percent, row_of, say, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_TABLE = "checked"
# Less than this part too many or too few is said to be neither.
_EVEN = 0.005


@dataclass(frozen=True)
class Unchecked:
    """Forecasts that nothing could be held against."""

    name: Sentence
    reason: str
    first: date
    last: date
    forecasts: Figure


@dataclass(frozen=True)
class CheckedFacts:
    """The section "How our last forecasts did"."""

    headline: Sentence  # empty while nothing has come due
    sentences: tuple[Sentence, ...]
    misses: tuple[Miss, ...]
    missed: Sentence
    unchecked: tuple[Unchecked, ...]
    unchecked_note: Sentence


def checked_facts(run: Run, titles: dict[str, str]) -> CheckedFacts:
    """Return what became of earlier mornings' forecasts; without any, that there are none."""
    scores, left = run.checked, run.not_checked
    named = titles | _ended_titles(left, titles)
    unchecked = tuple(_unchecked(row, named) for _, row in left.iterrows())
    note = _unchecked_note(left)
    if scores.empty:
        return CheckedFacts((), (say(words.NO_CHECKED),), (), (), unchecked, note)
    return CheckedFacts(
        headline=say(words.CHECKED_HEADLINE, **_inside(scores)),
        sentences=_sentences(scores),
        misses=furthest_misses(scores, named, run.hidden, table=_TABLE),
        missed=say(
            words.CHECKED_MISSED,
            n=whole(int((~scores["inside_95"]).sum()), _all("inside_95")),
            of=whole(len(scores)),
        ),
        unchecked=unchecked,
        unchecked_note=note,
    )


def _all(column: str) -> str:
    return row_of(_TABLE, "..", column=column)


def _inside(scores: pd.DataFrame) -> dict[str, Figure]:
    return {
        "inside": percent(scores["inside_80"].mean(), _all("inside_80")),
        "inside95": percent(scores["inside_95"].mean(), _all("inside_95")),
        "n": whole(len(scores)),
    }


def _sentences(scores: pd.DataFrame) -> tuple[Sentence, ...]:
    figures = _inside(scores)
    series, mornings = scores["series_id"].nunique(), scores["origin"].nunique()
    out = [
        say(words.CHECKED, n=figures["n"], series=whole(series), mornings=whole(mornings)),
        say(words.CHECKED_INSIDE, inside=figures["inside"], inside95=figures["inside95"]),
        _bias(scores),
    ]
    skill = crps_skill(scores)
    if skill is not None:
        template = words.RECORD_BETTER if skill >= 0 else words.RECORD_WORSE
        out.append(say(template, skill=percent(abs(skill), _all("crps"))))
    return tuple(sentence for sentence in out if sentence)


def _bias(scores: pd.DataFrame) -> Sentence:
    came = float(scores["actual"].sum())
    if came == 0:
        return say(words.CHECKED_NONE_CAME)
    bias = float(scores["mean"].sum()) / came - 1
    if abs(bias) < _EVEN:
        return say(words.CHECKED_EVEN)
    template = words.CHECKED_TOO_MANY if bias > 0 else words.CHECKED_TOO_FEW
    return say(template, bias=percent(abs(bias), _all("mean")))


def _ended_titles(left: pd.DataFrame, titles: dict[str, str]) -> dict[str, str]:
    """Return the titles of themes that are no more, by id."""
    named = left.dropna(subset=["title"])
    ids = [parse_series_id(name).theme for name in named["series_id"]]
    pairs = zip(ids, named["title"], strict=True)
    return {name: clean(title, MAX_TITLE) for name, title in pairs if name not in titles}


def _unchecked(row: pd.Series, titles: dict[str, str]) -> Unchecked:
    key = (row["series_id"], row["reason"])
    return Unchecked(
        name=series_name(str(row["series_id"]), titles),
        reason=clean(row["reason"], 120),
        first=row["first"].date(),
        last=row["last"].date(),
        forecasts=whole(int(row["forecasts"]), row_of("not_checked", *key, column="forecasts")),
    )


def _unchecked_note(left: pd.DataFrame) -> Sentence:
    if left.empty:
        return ()
    return say(
        words.UNCHECKED,
        n=whole(int(left["forecasts"].sum()), row_of("not_checked", "..", column="forecasts")),
        series=whole(left["series_id"].nunique()),
    )
