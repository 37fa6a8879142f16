"""The replay's timeline as inline SVG: all complaints, and a lane for each warning."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup, escape

from pipelines.report.charts import nice_ticks, numbers
from pipelines.report.replay import words
from pipelines.report.replay.facts import ReplayFacts, Told

_TOP, _PLOT, _LANE, _FOOT = 20, 110, 18, 24  # pixels
_MOST_LANES = 60  # a replay of years: the table has the rest
_ROOM = 40.0  # percent of the width that a title may need, on a phone too


def timeline(facts: ReplayFacts) -> Markup:
    """Return the timeline; warnings beyond the first sixty stand in the table alone."""
    lanes = facts.told[:_MOST_LANES]
    slots = (facts.last - facts.first).days + 1
    ticks = nice_ticks(max([count for _, count in facts.daily], default=1.0))
    height = _PLOT + _LANE * len(lanes)
    shapes = [_bars(facts, ticks[-1]), *(_lane(i, it, facts, slots) for i, it in enumerate(lanes))]
    inner = (
        f'<svg y="{_TOP}" width="100%" height="{height}" viewBox="0 0 {slots} {height}" '
        f'preserveAspectRatio="none">{"".join(shapes)}</svg>'
    )
    texts = [
        f'<text x="0" y="{_TOP - 6}">{escape(words.LABELS["total"])}, {ticks[-1]:,.0f}</text>',
        *(_title(i, it, facts, slots) for i, it in enumerate(lanes)),
        *_dates(facts, slots, _TOP + height + 17),
    ]
    return Markup(
        '<svg class="timeline" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(facts.timeline, _TOP + height + _FOOT, Markup(inner + "".join(texts)))


def _bars(facts: ReplayFacts, top: float) -> str:
    bars = "".join(
        f"M{(day - facts.first).days + 0.1:.1f} {_PLOT}V{numbers(_PLOT * (1 - count / top))}h.8"
        f"V{_PLOT}z"
        for day, count in facts.daily
    )
    slots = (facts.last - facts.first).days + 1
    return f'<path class="grid" d="M0 {_PLOT}H{slots}"/><path class="bar" d="{bars}"/>'


def _lane(i: int, told: Told, facts: ReplayFacts, slots: int) -> str:
    start, end = _from_to(told, facts, slots)
    y = _PLOT + _LANE * i + 5
    kind = {"●": "real", "○": "false"}.get(told.mark, "open")
    return (
        f'<path class="lane {kind}" d="M{numbers(start)} {y}H{numbers(end)}v8H{numbers(start)}z"/>'
    )


def _title(i: int, told: Told, facts: ReplayFacts, slots: int) -> str:
    """Return a lane's title: after its line, else before it, else over it, where there is room."""
    start, end = (100 * at / slots for at in _from_to(told, facts, slots))
    y = _TOP + _PLOT + _LANE * i + 13
    said = escape(f"{told.mark} {told.title}")
    if 100 - end >= _ROOM:
        return f'<text x="{numbers(end)}%" dx="5" y="{y}">{said}</text>'
    if start >= _ROOM:
        return f'<text x="{numbers(start)}%" dx="-5" y="{y}" text-anchor="end">{said}</text>'
    return f'<text class="over" x="{numbers(start)}%" dx="5" y="{y}">{said}</text>'


def _from_to(told: Told, facts: ReplayFacts, slots: int) -> tuple[float, float]:
    start = max((told.opened - facts.first).days, 0)
    end = min(max((told.until - facts.first).days, start + 1), slots)
    return float(min(start, slots - 1)), float(max(end, min(start + 1, slots)))


def _dates(facts: ReplayFacts, slots: int, y: int) -> list[str]:
    """Return the labels of month starts, or of the first and the last day of a short stretch."""
    months = [
        date(year, month, 1)
        for year in range(facts.first.year, facts.last.year + 1)
        for month in range(1, 13)
    ]
    step = max(1, slots // 30 // 8)
    within = [m for m in months if facts.first <= m <= facts.last][::step]
    if len(within) < 2:
        within = [facts.first, facts.last]
    out = []
    for day in within:
        x = 100 * (day - facts.first).days / slots
        anchor = "start" if x < 95 else "end"
        out.append(f'<text x="{numbers(x)}%" y="{y}" text-anchor="{anchor}">{day:%-d %b %Y}</text>')
    return out
