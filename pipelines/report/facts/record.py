"""How good the forecasts have been: what came against what was said, from ``scores``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from models.series.hierarchy import parse_series_id
from pipelines.report import catalogue as words
from pipelines.report.facts.series import series_name
from pipelines.report.figures import Figure, Sentence, percent, row_of, say, text, whole
from pipelines.report.inputs import Run

RECORD_WEEKS = 12
_LEAD_DAYS = 7  # leads are told in blocks of a week
_MAX_MISSES = 5


@dataclass(frozen=True)
class RecordWeek:
    """One week's share of days inside the 80 % range."""

    start: date
    end: date
    inside: Figure
    checked: Figure


@dataclass(frozen=True)
class RecordLead:
    """The same by how far ahead the forecast looked."""

    name: str
    inside_80: Figure
    inside_95: Figure
    skill: Figure
    checked: Figure


@dataclass(frozen=True)
class Miss:
    """A day that fell outside its 95 % range, by name."""

    name: Sentence
    day: date
    lead: Figure
    actual: Figure
    mean: Figure


@dataclass(frozen=True)
class Record:
    """The record: two lines, a chart, a table and the misses."""

    has_scores: bool
    sentences: tuple[Sentence, ...]
    source: str
    weeks: tuple[RecordWeek, ...]
    chart: str
    leads: tuple[RecordLead, ...]
    misses: tuple[Miss, ...]
    missed: Figure


def record_facts(run: Run, titles: dict[str, str]) -> Record:
    """Return the record of the last twelve weeks before the run.

    Without any score the record says so; it never shows an empty chart.
    """
    scores = _recent(run)
    if scores.empty:
        empty = (say(words.NO_RECORD),)
        return Record(False, empty, "", (), "", (), (), whole(0))
    weeks = _weeks(scores, run.origin)
    told = ", ".join(w.inside.shown for w in weeks)
    return Record(
        has_scores=True,
        sentences=_sentences(scores),
        source=words.BACKTESTED,
        weeks=weeks,
        chart=text(say(words.RECORD_CHART, weeks=told)),
        leads=_leads(scores),
        misses=furthest_misses(scores, titles, run.hidden),
        missed=whole(int((~scores["inside_95"]).sum()), row_of("scores", "..", column="inside_95")),
    )


def _recent(run: Run) -> pd.DataFrame:
    """Return the scores of the last twelve weeks' days, with the day that was forecast."""
    lead = pd.to_timedelta(run.scores["lead"] - 1, unit="D")
    scores = run.scores.assign(day=run.scores["origin"] + lead)
    end = pd.Timestamp(run.origin)
    recent = scores["day"].between(end - timedelta(days=7 * RECORD_WEEKS), end, inclusive="left")
    return scores[recent]


def _sentences(scores: pd.DataFrame) -> tuple[Sentence, ...]:
    inside = say(
        words.RECORD_INSIDE,
        inside=percent(scores["inside_80"].mean(), row_of("scores", "..", column="inside_80")),
        inside95=percent(scores["inside_95"].mean(), row_of("scores", "..", column="inside_95")),
        n=whole(len(scores)),
        series=whole(scores["series_id"].nunique()),
    )
    skill = crps_skill(scores)
    if skill is None:
        return (inside,)
    template = words.RECORD_BETTER if skill >= 0 else words.RECORD_WORSE
    shown = percent(abs(skill), row_of("scores", "..", column="crps"))
    return (inside, say(template, skill=shown))


def crps_skill(scores: pd.DataFrame) -> float | None:
    r"""Return by how much the error is smaller than the baseline's.

    .. math:: 1 - \sum CRPS / \sum CRPS_{seasonal naive}
    """
    baseline = float(scores["crps_baseline"].sum())
    return None if baseline == 0 else 1 - float(scores["crps"].sum()) / baseline


def _weeks(scores: pd.DataFrame, origin: date) -> tuple[RecordWeek, ...]:
    back = (pd.Timestamp(origin) - scores["day"]).dt.days.sub(1) // 7
    out = []
    for weeks_ago in sorted(set(back), reverse=True):
        rows = scores[back == weeks_ago]
        end = origin - timedelta(days=7 * int(weeks_ago) + 1)
        start = end - timedelta(days=6)
        where = row_of("scores", f"{start}..{end}", column="inside_80")
        inside = percent(rows["inside_80"].mean(), where)
        out.append(RecordWeek(start, end, inside, whole(len(rows))))
    return tuple(out)


def _leads(scores: pd.DataFrame) -> tuple[RecordLead, ...]:
    block = (scores["lead"] - 1) // _LEAD_DAYS
    out = []
    for number in sorted(set(block)):
        rows = scores[block == number]
        first = int(number) * _LEAD_DAYS + 1
        last = min(first + _LEAD_DAYS - 1, int(scores["lead"].max()))
        where = f"lead={first}..{last}"
        skill = crps_skill(rows)
        out.append(
            RecordLead(
                name=words.LEADS.format(first=first, last=last),
                inside_80=percent(
                    rows["inside_80"].mean(), row_of("scores", where, column="inside_80")
                ),
                inside_95=percent(
                    rows["inside_95"].mean(), row_of("scores", where, column="inside_95")
                ),
                skill=_signed(skill, row_of("scores", where, column="crps")),
                checked=whole(len(rows)),
            )
        )
    return tuple(out)


def _signed(skill: float | None, row: str) -> Figure:
    if skill is None:
        return Figure(None, words.NOT_AVAILABLE, row)
    sign = "\u2212" if skill < 0 else "+"
    return Figure(skill, f"{sign}{round(100 * abs(skill))}\u00a0%", row)


def furthest_misses(
    scores: pd.DataFrame,
    titles: dict[str, str],
    hidden: Collection[str],
    *,
    table: str = "scores",
) -> tuple[Miss, ...]:
    """Return the days furthest outside their range, each once, by its shortest lead.

    Themes are named; totals, channels and brands, which miss with them, only without any.
    `scores` is a SCORES frame, `table` what its figures say they come from.
    """
    scores = scores.assign(day=scores["origin"] + pd.to_timedelta(scores["lead"] - 1, unit="D"))
    is_shown = [parse_series_id(name).theme not in hidden for name in scores["series_id"]]
    outside = scores[~scores["inside_95"] & np.array(is_shown, dtype=bool)]
    is_theme = [parse_series_id(name).level == "theme" for name in outside["series_id"]]
    missed = outside[is_theme] if any(is_theme) else outside
    missed = missed.sort_values(["series_id", "day", "lead"])
    missed = missed.drop_duplicates(["series_id", "day"])
    error = np.abs(missed["actual"] - missed["mean"])
    worst = missed.assign(error=error).sort_values(
        ["error", "series_id", "day"], ascending=[False, True, True]
    )
    return tuple(_miss(row, titles, table) for _, row in worst.head(_MAX_MISSES).iterrows())


def _miss(row: pd.Series, titles: dict[str, str], table: str) -> Miss:
    key = (row["series_id"], row["origin"].date(), int(row["lead"]))
    return Miss(
        name=series_name(str(row["series_id"]), titles),
        day=row["day"].date(),
        lead=whole(int(row["lead"]), row_of(table, *key, column="lead")),
        actual=whole(int(row["actual"]), row_of(table, *key, column="actual")),
        mean=whole(float(row["mean"]), row_of(table, *key, column="mean")),
    )
