"""What the report says of one series: its past weeks, its usual level, its next weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from models.contracts import QUANTILE_LEVELS
from models.series.hierarchy import parse_series_id
from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, Name, Range, Sentence, row_of, say, span, text, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

PAST_WEEKS = 8  # of the trend
MAX_TITLE = 80  # characters of a theme's title
_CHANGED = 0.1  # a median nearer to the usual than this share of it is "about usual"
_DIRECTIONS = {words.UP[0]: "up", words.SAME[0]: "same", words.DOWN[0]: "down"}
_SURE = 0.7  # the chance from which a direction is "likely", see catalogue.CHANCE_WORDS


@dataclass(frozen=True)
class Week:
    """One week ahead: its dates, its ranges, the usual and the chance of twice the usual.

    ``mean`` and ``above`` (the chance of more than the usual, read off the quantiles) are
    not shown themselves: they order the rows and choose the words.
    """

    number: int
    start: date
    end: date
    range: Range
    range_50: Range
    median: Figure
    high: Figure
    usual: Figure
    chance: Figure
    mean: float
    above: float


@dataclass(frozen=True)
class Level:
    """A shape and its word; never one without the other."""

    shape: str
    word: str

    @property
    def direction(self) -> str:
        """Return ``up``, ``same``, ``down`` or ``none``, for the style."""
        return _DIRECTIONS.get(self.shape, "none")


@dataclass(frozen=True)
class Series:
    """A series' past and future as the report shows them."""

    series_id: str
    total: Figure
    last_7: Figure | None
    past: tuple[Figure | None, ...]
    trend: str
    ahead: tuple[Week, ...]
    level: Level
    reason: str
    basis: str = ""

    @property
    def week(self) -> Week | None:
        """Return the next seven days; None when the series is not forecast."""
        return self.ahead[0] if self.ahead else None

    @property
    def change(self) -> float:
        """Return by how much the next seven days are expected to differ from the usual."""
        return self.week.mean - float(self.week.usual.value or 0) if self.week else 0.0


def series_facts(run: Run, series_id: str) -> Series:
    """Return what is known of a series; what is not known is empty, never zero."""
    daily = run.daily.get(series_id)
    past = _past_weeks(daily, series_id, run.origin)
    ahead = _weeks_ahead(run, series_id)
    total = 0 if daily is None else int(daily["count"].sum())
    counted = ", ".join(w.shown if w else words.NOT_AVAILABLE for w in past)
    template = words.TREND if ahead else words.TREND_UNFORECAST
    usual = ahead[0].usual if ahead else words.NOT_AVAILABLE
    basis = _basis(run, series_id)
    return Series(
        series_id=series_id,
        total=whole(total, row_of("counts", series_id, "..", column="count")),
        last_7=past[-1],
        past=past,
        trend=text(say(template, weeks=counted, usual=usual)),
        ahead=ahead,
        level=_level(ahead, basis),
        reason=clean(run.reasons.get(series_id, "not forecast"), 160),
        basis=basis,
    )


def series_name(series_id: str, titles: dict[str, str]) -> Sentence:
    """Return what a series is called; one of a theme within a channel is named by both."""
    key = parse_series_id(series_id)
    alone = {
        "total": words.ALL_SERIES,
        "rest": words.REST_SERIES,
        "unassigned": words.NO_THEME_SERIES,
    }
    if key.level in alone:
        return say(alone[key.level])
    out: Sentence = ()
    for axis in key.level.split("*"):
        value = getattr(key, axis)
        title = titles.get(value, value) if axis in ("theme", "area") else value
        name = Name(clean(title, MAX_TITLE))
        out = (*out, *((", ",) if out else ()), *say(words.SERIES[axis], name=name))
    return capitalised(out)


def capitalised(sentence: Sentence) -> Sentence:
    """Return the sentence with its first word's first letter in capitals."""
    first, *rest = sentence
    return (first[:1].upper() + first[1:], *rest) if isinstance(first, str) else sentence


def _past_weeks(
    daily: pd.DataFrame | None, series_id: str, origin: date
) -> tuple[Figure | None, ...]:
    """Return the sums of the last eight blocks of seven days, oldest first."""
    weeks: list[Figure | None] = []
    for back in range(PAST_WEEKS, 0, -1):
        first, last = origin - timedelta(days=7 * back), origin - timedelta(days=7 * back - 6)
        rows = None if daily is None else daily.loc[pd.Timestamp(first) : pd.Timestamp(last)]
        if rows is None or rows.empty:
            weeks.append(None)
            continue
        row = row_of("counts", series_id, f"{first}..{last}", column="count")
        weeks.append(whole(int(rows["count"].sum()), row))
    return tuple(weeks)


def _basis(run: Run, series_id: str) -> str:
    """Return what the forecast rests on where that is not the series' own past."""
    rows = run.weeks_ahead.get(series_id)
    told = None if rows is None else rows["basis"].iloc[0]
    return clean(told, 80) if isinstance(told, str) else ""


def _weeks_ahead(run: Run, series_id: str) -> tuple[Week, ...]:
    rows = run.weeks_ahead.get(series_id)
    if rows is None:
        return ()
    return tuple(_week(int(number), row, series_id, run.origin) for number, row in rows.iterrows())


def _week(number: int, row: pd.Series, series_id: str, origin: date) -> Week:
    def at(column: str) -> str:
        return row_of("outlook", series_id, origin, number, column=column)

    quantiles = np.array([float(row[name]) for name in QUANTILE_LEVELS])
    return Week(
        number=number,
        start=row["start"].date(),
        end=row["end"].date(),
        range=span(row["q10"], row["q90"], low_row=at("q10"), high_row=at("q90")),
        range_50=span(row["q25"], row["q75"], low_row=at("q25"), high_row=at("q75")),
        median=whole(row["q50"], at("q50")),
        high=whole(row["q95"], at("q95")),
        usual=whole(row["usual"], at("usual")),
        chance=words.chance(row["p_double"], at("p_double")),
        mean=float(row["mean"]),
        above=chance_above(float(row["usual"]), quantiles),
    )


def chance_above(value: float, quantiles: np.ndarray) -> float:
    """Return the chance of more than a value, read off seven quantiles.

    Parameters
    ----------
    value : float
        Complaints a week.
    quantiles : ndarray of shape (7,)
        At the levels of ``models.contracts.QUANTILE_LEVELS``, ascending.

    Returns
    -------
    float
        Between .05 and .95: beyond the outermost quantiles nothing more is claimed.

    Examples
    --------
    >>> round(chance_above(5, np.array([1.0, 2, 3, 4, 6, 8, 9])), 3)
    0.375
    """
    levels = np.array(list(QUANTILE_LEVELS.values()))
    # Where quantiles tie, the middle of their levels: the value is neither above nor below.
    low = np.searchsorted(quantiles, value, side="left")
    high = np.searchsorted(quantiles, value, side="right")
    if high > low:
        return float(1 - levels[low:high].mean())
    return float(1 - np.interp(value, quantiles, levels))


def _level(ahead: tuple[Week, ...], basis: str) -> Level:
    """Return where the next seven days lie against the usual, if that is at least likely.

    A theme that is forecast by others' past has none of its own to be above or below.
    """
    if not ahead:
        return Level(*words.UNKNOWN)
    if basis:
        return Level(*words.TOO_YOUNG)
    week = ahead[0]
    usual, median = float(week.usual.value or 0), float(week.median.value or 0)
    if week.above >= _SURE and median > usual * (1 + _CHANGED):
        return Level(*words.UP)
    if week.above <= 1 - _SURE and median < usual * (1 - _CHANGED):
        return Level(*words.DOWN)
    return Level(*words.SAME)
