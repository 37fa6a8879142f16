"""What the back-test page says: sentences, a table, pictures' numbers. No HTML."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd

from models.forecasting.scoring.backtested import ENSEMBLE, Backtest
from models.forecasting.scoring.backtested import Fan as FanCase
from models.forecasting.scoring.evaluation import ALL_BANDS
from pipelines.report import catalogue
from pipelines.report.backtest import words
from pipelines.report.facts.fan import AheadDay, Fan, PastDay
from pipelines.report.facts.series import MAX_TITLE
from pipelines.report.figures import Figure, Name, Sentence, percent, row_of, say, text, whole
from pipelines.report.plain import clean

PIT_BINS = 10


@dataclass(frozen=True)
class MethodRow:
    """One method in one band."""

    band: str
    method: str
    is_own: bool
    series: Figure
    error: Figure
    error_range: str
    ratio: Figure
    ratio_range: str
    inside_80: Figure
    inside_95: Figure
    bias: Figure


@dataclass(frozen=True)
class TruthFan:
    """A fan over what came."""

    title: str
    fan: Fan
    came: tuple[PastDay, ...]


@dataclass(frozen=True)
class BacktestFacts:
    """Everything on the page."""

    heading: str
    intro: Sentence
    verdict: tuple[Sentence, ...]
    rows: tuple[MethodRow, ...]
    notes: tuple[Sentence, ...]
    fans: tuple[TruthFan, ...]
    pit: tuple[float, ...]
    pit_sentence: str
    footer: tuple[tuple[str, str], ...]


def backtest_facts(
    found: Backtest, *, as_of: str, code: str, parameters: str, encoder: str, horizon: int
) -> BacktestFacts:
    """Return what is said of a back-test; texts in it have been redacted by the caller."""
    first, last = found.origins[0].date(), found.origins[-1].date()
    pit = _pit(found.rows)
    shares = ", ".join(f"{round(100 * share)}\u00a0%" for share in pit)
    return BacktestFacts(
        heading=words.HEADING.format(day=as_of[:10]),
        intro=say(
            words.INTRO,
            n=whole(len(found.origins)),
            first=catalogue.day(first, year=True),
            last=catalogue.day(last, year=True),
            horizon=whole(horizon),
        ),
        verdict=_verdict(found.summary),
        rows=tuple(_row(row) for _, row in found.summary.iterrows()),
        notes=_notes(found),
        fans=tuple(_fan(case) for case in found.fans),
        pit=pit,
        pit_sentence=text(say(words.PIT, shares=shares)),
        footer=tuple(
            zip(words.FOOTER, (as_of, code, parameters, encoder, "*.parquet, *.csv"), strict=True)
        ),
    )


def _method(name: str) -> str:
    return words.METHODS.get(name, name.replace("_", " "))


def _verdict(summary: pd.DataFrame) -> tuple[Sentence, ...]:
    rows = summary[summary["band"] == ALL_BANDS].set_index("method")
    own = rows.loc[ENSEMBLE]
    ratio = float(own["ratio"])
    if isfinite(ratio):
        template = words.BETTER if ratio <= 1 else words.WORSE
        first = say(
            template,
            share=percent(abs(1 - ratio), "from " + _where(ALL_BANDS, ENSEMBLE, "ratio")),
            low=_number(own["ratio_lo"]),
            high=_number(own["ratio_hi"]),
            series=whole(int(own["series"])),
        )
    else:
        first = say(words.NO_RATIO)
    covered = say(
        words.COVERED,
        inside=percent(own["coverage_80"], _where(ALL_BANDS, ENSEMBLE, "coverage_80")),
        inside95=percent(own["coverage_95"], _where(ALL_BANDS, ENSEMBLE, "coverage_95")),
    )
    alone = rows.drop(index=ENSEMBLE)["crps_scaled"].dropna()
    best = (say(words.BEST, method=_method(str(alone.idxmin()))),) if len(alone) else ()
    return (first, covered, *best)


def _where(band: str, method: str, column: str) -> str:
    return row_of("summary", band, method, column=column)


def _number(value: float, row: str = "") -> Figure:
    if not isfinite(value):
        return Figure(None, catalogue.NOT_AVAILABLE, row)
    return Figure(float(value), f"{value:.2f}", row)


def _row(row: pd.Series) -> MethodRow:
    band, method = str(row["band"]), str(row["method"])

    def at(column: str) -> str:
        return _where(band, method, column)

    bias = float(row["bias"])
    sign = "\u2212" if bias < 0 else "+"
    return MethodRow(
        band=words.BANDS[band],
        method=_method(method),
        is_own=method == ENSEMBLE,
        series=whole(int(row["series"]), at("series")),
        error=_number(row["crps_scaled"], at("crps_scaled")),
        error_range=_range(row["crps_scaled_lo"], row["crps_scaled_hi"]),
        ratio=_number(row["ratio"], at("ratio")),
        ratio_range=_range(row["ratio_lo"], row["ratio_hi"]),
        inside_80=percent(row["coverage_80"], at("coverage_80")),
        inside_95=percent(row["coverage_95"], at("coverage_95")),
        bias=Figure(bias, f"{sign}{round(100 * abs(bias))}\u00a0%", at("bias"))
        if isfinite(bias)
        else _number(bias),
    )


def _range(low: float, high: float) -> str:
    return f"{low:.2f}\u2013{high:.2f}" if isfinite(low) and isfinite(high) else ""


def _notes(found: Backtest) -> tuple[Sentence, ...]:
    gave_up = (
        say(words.FELL_BACK, n=whole(len(found.fallbacks)))
        if len(found.fallbacks)
        else say(words.NEVER_FELL_BACK)
    )
    left = (say(words.LEFT_OUT, day=day, why=Name(why)) for day, why in found.left_out.items())
    return (gave_up, *left)


def _pit(rows: pd.DataFrame) -> tuple[float, ...]:
    pit = rows.loc[rows["method"] == ENSEMBLE, "pit"].to_numpy()
    counts, _ = np.histogram(pit, bins=PIT_BINS, range=(0, 1))
    return tuple(float(share) for share in counts / max(len(pit), 1))


def _fan(case: FanCase) -> TruthFan:
    ahead = tuple(
        AheadDay(row.date.date(), *(float(getattr(row, name)) for name in _AHEAD))
        for row in case.ahead.itertuples()
    )
    inside = case.ahead["count"].between(case.ahead["q10"], case.ahead["q90"])
    outside = ~case.ahead["count"].between(case.ahead["q05"], case.ahead["q95"])
    origin = ahead[0].day
    title = clean(case.title, MAX_TITLE)
    sentence = text(
        say(
            words.FAN,
            title=title,
            day=catalogue.day(origin, year=True),
            n=whole(len(ahead)),
            inside=whole(int(inside.sum())),
            outside=whole(int(outside.sum())),
        )
    )
    fan = Fan(_days(case.past), ahead, None, origin, sentence)
    return TruthFan(title, fan, _days(case.ahead))


_AHEAD = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")


def _days(frame: pd.DataFrame) -> tuple[PastDay, ...]:
    pairs = zip(frame["date"], frame["count"], strict=True)
    return tuple(PastDay(day.date(), int(count), None, False) for day, count in pairs)
