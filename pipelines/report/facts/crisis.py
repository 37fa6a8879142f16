"""What the crisis page says of each warning of the highest level; none of them, no page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from models.spikes.severity import CRISIS
from pipelines.report import catalogue as words
from pipelines.report.facts.warning import Warned
from pipelines.report.figures import Figure, Name, Parts, Range, Sentence, row_of, say, span, whole
from pipelines.report.inputs import Run

_DAYS = 7  # told day by day


@dataclass(frozen=True)
class CrisisDay:
    """One of the next days and its 80 % range."""

    day: date
    range: Range
    median: Figure


@dataclass(frozen=True)
class Crisis:
    """One warning of level 4, with the sentences that are the crisis page's own."""

    warning: Warned
    since: Sentence
    next: Sentence
    tell: Sentence
    days: tuple[CrisisDay, ...]


def crisis_facts(run: Run, warned: Sequence[Warned]) -> tuple[Crisis, ...]:
    """Return the open warnings of level 4 in the report's order; their figures are the report's."""
    return tuple(_crisis(run, w) for w in warned if w.severity == CRISIS)


def crisis_heading(crises: Sequence[Crisis]) -> Sentence:
    """Return the page's heading: the themes by name."""
    return say(words.CRISIS_HEADING, themes=Name(", ".join(it.warning.title for it in crises)))


def _crisis(run: Run, w: Warned) -> Crisis:
    moment = words.moment(run.local(str(run.info["as_of"])), run.zone)
    tell = say(words.CRISIS_TELL, who=w.playbook.tell, time=w.playbook.within, moment=moment)
    return Crisis(w, _since(w), _next(w), tell, _days(run, w.series.series_id))


def _since(w: Warned) -> Sentence:
    shared: Parts = {
        "day": words.day(w.opened, year=True), "observed": w.observed, "window": w.window,
    }  # fmt: skip
    if w.ratio.value is None:
        return say(words.CRISIS_SINCE_NONE_USUAL, **shared)
    return say(words.CRISIS_SINCE, **shared, expected=w.expected, ratio=w.ratio)


def _next(w: Warned) -> Sentence:
    week = w.series.week
    if week is None:
        return say(words.CRISIS_NEXT_UNKNOWN, reason=w.series.reason)
    dates = words.days(week.start, week.end)
    return say(words.CRISIS_NEXT, range=week.range, dates=dates, usual=week.usual)


def _days(run: Run, series_id: str) -> tuple[CrisisDay, ...]:
    rows = run.days_ahead.get(series_id)
    if rows is None:
        return ()
    first, last = run.origin, run.origin + timedelta(days=_DAYS - 1)
    return tuple(
        _day(pd.Timestamp(when).date(), row, run, series_id)
        for when, row in rows.loc[pd.Timestamp(first) : pd.Timestamp(last)].iterrows()
    )


def _day(when: date, row: pd.Series, run: Run, series_id: str) -> CrisisDay:
    def at(column: str) -> str:
        return row_of("forecasts", series_id, run.origin, when, column=column)

    both = span(row["q10"], row["q90"], low_row=at("q10"), high_row=at("q90"))
    return CrisisDay(when, both, whole(row["q50"], at("q50")))
