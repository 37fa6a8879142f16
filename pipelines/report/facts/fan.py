"""What a fan chart shows: the last weeks day by day, and the days ahead with their bands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report.facts.series import Series
from pipelines.report.figures import Name, Parts, say, span, text, whole
from pipelines.report.inputs import Run

HISTORY_DAYS = 90
_SMOOTH_DAYS = 7


@dataclass(frozen=True)
class PastDay:
    """One counted day; ``mean_7`` is the mean of it and the six days before."""

    day: date
    count: int
    mean_7: float | None
    is_provisional: bool


@dataclass(frozen=True)
class AheadDay:
    """One forecast day's quantiles, complaints a day."""

    day: date
    q05: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float
    q95: float


@dataclass(frozen=True)
class Fan:
    """A fan chart's numbers and the sentence that says what it shows."""

    past: tuple[PastDay, ...]
    ahead: tuple[AheadDay, ...]
    usual_a_day: float | None
    origin: date
    sentence: str


def fan_facts(run: Run, series: Series, title: str) -> Fan | None:
    """Return a series' fan chart, or None when it has no counted day in the last 90."""
    past = _past(run, series.series_id)
    if not past:
        return None
    ahead = _ahead(run, series.series_id)
    usual = float(series.week.usual.value or 0) / 7 if series.week else None
    return Fan(past, ahead, usual, run.origin, _sentence(past, ahead, usual, title))


def _past(run: Run, series_id: str) -> tuple[PastDay, ...]:
    rows = run.daily.get(series_id)
    if rows is None:
        return ()
    means = rows["count"].rolling(_SMOOTH_DAYS).mean()
    first = pd.Timestamp(run.origin - timedelta(days=HISTORY_DAYS))
    recent = rows.assign(mean_7=means).loc[first:]
    return tuple(
        PastDay(when.date(), int(count), None if pd.isna(mean) else float(mean), bool(provisional))
        for when, count, mean, provisional in zip(
            recent.index, recent["count"], recent["mean_7"], recent["is_provisional"], strict=True
        )
    )


def _ahead(run: Run, series_id: str) -> tuple[AheadDay, ...]:
    rows = run.days_ahead.get(series_id)
    if rows is None:
        return ()
    names = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
    values = rows[list(names)].to_numpy(dtype="float64")
    return tuple(
        AheadDay(when.date(), **dict(zip(names, map(float, row), strict=True)))
        for when, row in zip(rows.index, values, strict=True)
    )


def _sentence(
    past: tuple[PastDay, ...], ahead: tuple[AheadDay, ...], usual: float | None, title: str
) -> str:
    last = past[-1]
    shared: Parts = {"theme": Name(title), "last": whole(last.count), "day": words.day(last.day)}
    if not ahead or usual is None:
        return text(say(words.FAN_UNFORECAST, **shared))
    first, end = ahead[0], ahead[-1]
    return text(
        say(
            words.FAN,
            **shared,
            usual=whole(usual),
            dates=words.days(first.day, end.day),
            first=span(first.q10, first.q90),
            end=span(end.q10, end.q90),
        )
    )
