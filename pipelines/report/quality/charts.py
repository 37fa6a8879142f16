"""The quality page's two charts as inline SVG, built like those of ``pipelines.report.charts``."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from markupsafe import Markup

from models.themes.quality.drift import SMALL_EFFECT
from models.themes.quality.stability import DISSOLVED, RECOVERED
from pipelines.report.catalogue import day
from pipelines.report.charts import nice_ticks, numbers
from pipelines.report.quality import words
from pipelines.report.quality.rows import WeekRow

_TOP, _HEIGHT, _FOOT = 22, 120, 24  # pixels: room for the zones' names, the plot, the axis
_BINS = 20  # of .05 each, so that the marks at .5 and .75 lie between two bars
_LEFT = 20  # percent of the width for the drift chart's words
_95 = 1.96  # standard errors of a 95 % range


def stability_chart(stabilities: Sequence[float], sentence: str) -> Markup:
    """Return how many themes come again by how much, in bars of .05, with the two marks."""
    counts = [0] * _BINS
    for value in stabilities:
        # The marks belong to their zones: .5 itself dissolves, .75 itself is recovered.
        place = int(value * _BINS + 1e-9)
        counts[min(place - (value == DISSOLVED), _BINS - 1)] += 1
    ticks = nice_ticks(max(counts))
    top = ticks[-1]
    bars = "".join(
        f"M{numbers(i + 0.12)} {_HEIGHT}V{numbers(_HEIGHT * (1 - n / top))}h.76V{_HEIGHT}z"
        for i, n in enumerate(counts)
        if n
    )
    lines = "".join(f"M0 {numbers(_HEIGHT * (1 - t / top))}H{_BINS}" for t in ticks)
    marks = "".join(f"M{numbers(mark * _BINS)} 0V{_HEIGHT}" for mark in (DISSOLVED, RECOVERED))
    inner = (
        f'<svg y="{_TOP}" width="100%" height="{_HEIGHT}" viewBox="0 0 {_BINS} {_HEIGHT}" '
        f'preserveAspectRatio="none"><path class="grid" d="{lines}"/>'
        f'<path class="solid" d="{bars}"/><path class="usual" d="{marks}"/></svg>'
    )
    zones = (
        (DISSOLVED / 2, words.LABELS["zone_mush"]),
        ((DISSOLVED + RECOVERED) / 2, words.LABELS["zone_shaky"]),
        ((1 + RECOVERED) / 2, words.LABELS["zone_solid"]),
    )
    texts = [_text(100 * x, 13, label, "middle", "strong") for x, label in zones]
    foot = _TOP + _HEIGHT + 17
    texts.append(_text(0, foot, f"0 ({words.LABELS['axis_none']})", "start"))
    texts += [_text(100 * mark, foot, f"{mark:g}", "middle") for mark in (DISSOLVED, RECOVERED)]
    texts.append(_text(100, foot, f"1 ({words.LABELS['axis_all']})", "end"))
    texts += [_text(0, _TOP + _HEIGHT * (1 - t / top) - 4, f"{t:,}", "start") for t in ticks[1:]]
    return _drawn("stability", inner + "".join(texts), sentence)


def drift_chart(weeks: Sequence[WeekRow], sentence: str) -> Markup:
    """Return how far new texts lie from their themes, a dot and its range a week."""
    spans = [_span(week) for week in weeks]
    high = max([1.5 * SMALL_EFFECT, *(up for _, _, up in spans if isfinite(up))])
    low = min([-SMALL_EFFECT, *(down for _, down, _ in spans if isfinite(down))])

    def y(value: float) -> str:
        return numbers(8 + (high - value) / (high - low) * (_HEIGHT - 16))

    levels = (("aim", 0.0, words.LABELS["as_then"]), ("usual", SMALL_EFFECT, f"+{SMALL_EFFECT:g}"))
    parts = [
        f'<line class="{css}" x1="{_LEFT}%" x2="100%" y1="{y(at)}" y2="{y(at)}"/>'
        + _text(0, float(y(at)) + 4, label, "start")
        for css, at, label in levels
    ]
    parts.append(_text(100, float(y(SMALL_EFFECT)) - 5, words.LABELS["drift_line"], "end"))
    every = max(1, -(-len(weeks) // 6))  # so many dates fit a phone
    for place, (week, (middle, down, up)) in enumerate(zip(weeks, spans, strict=True)):
        x = numbers(_LEFT + (99 - _LEFT) * (place + 0.5) / len(weeks))
        if isfinite(down):
            parts.append(f'<line class="range" x1="{x}%" x2="{x}%" y1="{y(down)}" y2="{y(up)}"/>')
        if isfinite(middle):
            parts.append(f'<circle cx="{x}%" cy="{y(middle)}" r="4.5"/>')
        if place % every == 0:
            parts.append(_text(float(x), _HEIGHT + 14, day(week.start), "middle"))
    return _drawn("record drift", "".join(parts), sentence, height=_HEIGHT + 20)


def _span(week: WeekRow) -> tuple[float, float, float]:
    """Return the effect and its 95 % range; not a number where unknown."""
    middle = float("nan") if week.effect.value is None else week.effect.value
    return middle, middle - _95 * week.error, middle + _95 * week.error


def _text(x: float, y: float, label: str, anchor: str, css: str = "") -> str:
    kind = f' class="{css}"' if css else ""
    return f'<text x="{numbers(x)}%" y="{numbers(y)}" text-anchor="{anchor}"{kind}>{label}</text>'


def _drawn(css: str, shapes: str, sentence: str, height: int = _TOP + _HEIGHT + _FOOT) -> Markup:
    return Markup(
        '<svg class="{}" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(css, sentence, height, Markup(shapes))
