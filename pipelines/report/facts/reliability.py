"""Whether chances come true: of the days that were to stay below a level, how many did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from models.contracts import QUANTILE_LEVELS
from pipelines.report import catalogue as words
from pipelines.report.facts.record import RECORD_WEEKS
from pipelines.report.figures import Figure, Sentence, percent, row_of, say, text, whole
from pipelines.report.inputs import Run


@dataclass(frozen=True)
class Point:
    """One asked chance and the share that came."""

    asked: float
    asked_shown: str
    came: Figure


@dataclass(frozen=True)
class Curve:
    """The points of one kind of forecast, and how many days they rest on."""

    name: str
    table: str
    days: Figure
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Reliability:
    """The chart: back-tested forecasts, and those that were shown, where there are any."""

    curves: tuple[Curve, ...]
    sentence: Sentence
    label: str


def reliability_facts(run: Run) -> Reliability | None:
    """Return the reliability of the last twelve weeks' forecasts; None before any was checked."""
    end = pd.Timestamp(run.origin)
    start = end - timedelta(days=7 * RECORD_WEEKS)
    curves = []
    for table, name in (("scores", words.BACKTESTED_SHORT), ("checked", words.SHOWN_SHORT)):
        rows = run.scores if table == "scores" else run.checked
        day = rows["origin"] + pd.to_timedelta(rows["lead"] - 1, unit="D")
        recent = rows[day.between(start, end, inclusive="left")]
        if len(recent):
            curves.append(_curve(name, table, recent["pit"]))
    if not curves:
        return None
    sentence: Sentence = ()
    for curve in curves:
        pairs = ", ".join(f"{p.asked_shown}: {p.came.shown}" for p in curve.points)
        said = say(words.RELIABILITY, name=curve.name, n=curve.days, pairs=pairs)
        sentence = (*sentence, *((" ",) if sentence else ()), *said)
    return Reliability(tuple(curves), sentence, text(sentence))


def _curve(name: str, table: str, pit: pd.Series) -> Curve:
    where = f"from {row_of(table, '..', column='pit')}"
    points = tuple(
        Point(level, percent(level).shown, percent(float((pit <= level).mean()), where))
        for level in QUANTILE_LEVELS.values()
    )
    return Curve(name, table, whole(len(pit)), points)
