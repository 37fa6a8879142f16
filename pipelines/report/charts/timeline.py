"""The last weeks' warnings: a lane each, its days shaded by their state."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup, escape

from pipelines.report import catalogue as words
from pipelines.report.charts.scale import numbers, shortened
from pipelines.report.facts.lives import Life, Timeline

MOST_LANES = 20  # more than that nobody follows: the table beside the page has all
_LANE, _BAR, _TOP, _FOOT = 22, 10, 4, 22  # pixels
_ROOM = 45.0  # percent of the width that a title has
_LETTERS = (("narrow", 22), ("wide", 44))  # that fit there on a phone, and on paper or a desk
_SHADES = {"open": "opened", "grown": "grown", "eased": "eased"}


def timeline_chart(timeline: Timeline) -> Markup:
    """Return the lanes, the newest warning on top; days before the twelve weeks are cut off."""
    lanes = timeline.lives[:MOST_LANES]
    slots = (timeline.end - timeline.start).days + 1
    height = _LANE * len(lanes)
    weeks = "".join(f"M{day} 0V{height}" for day in range(0, slots + 1, 7))
    bars = "".join(_bars(i, life, timeline) for i, life in enumerate(lanes))
    inner = (
        f'<svg y="{_TOP}" width="100%" height="{height}" viewBox="0 0 {slots} {height}" '
        f'preserveAspectRatio="none"><path class="grid" d="{weeks}"/>{bars}</svg>'
    )
    texts = [text for i, life in enumerate(lanes) for text in _title(i, life, timeline, slots)]
    foot = _TOP + height + 16
    middle = timeline.start + timedelta(days=slots // 2)
    days = ((0, "start", timeline.start), (50, "middle", middle), (100, "end", timeline.end))
    texts += [
        f'<text x="{x}%" y="{foot}" text-anchor="{anchor}">{words.day(day)}</text>'
        for x, anchor, day in days
    ]
    return Markup(
        '<svg class="lives" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(timeline.sentence, _TOP + height + _FOOT, Markup(inner + "".join(texts)))


def _bars(i: int, life: Life, timeline: Timeline) -> str:
    y = _LANE * i + (_LANE - _BAR) // 2
    out = []
    for stretch in life.stretches:
        if stretch.last < timeline.start or stretch.state not in _SHADES:
            continue
        first = _slot(max(stretch.first, timeline.start), timeline)
        end = _slot(stretch.last, timeline) + 1
        out.append(
            f'<path class="{_SHADES[stretch.state]}" d="M{first} {y}H{end}v{_BAR}H{first}z"/>'
        )
    if life.closed:
        # A stroke at its end: closed, and not merely at the edge of what is known.
        at = _slot(life.closed, timeline)
        out.append(f'<path class="end" d="M{at} {y - 3}v{_BAR + 6}"/>')
    return "".join(out)


def _title(i: int, life: Life, timeline: Timeline, slots: int) -> list[str]:
    """Return a lane's title: after its bar, else before it, where there is more room."""
    start = 100 * _slot(max(life.opened, timeline.start), timeline) / slots
    end = 100 * (_slot(life.stretches[-1].last, timeline) + 1) / slots
    y = _TOP + _LANE * i + 15
    place = f'x="{numbers(start)}%" dx="-6" y="{y}" text-anchor="end"'
    if 100 - end >= min(_ROOM, start):
        place = f'x="{numbers(end)}%" dx="6" y="{y}"'
    elif start < _ROOM:  # a bar of nearly all the width: over it
        place = f'x="{numbers(start)}%" dx="6" y="{y}"'
    if len(life.title) <= _LETTERS[0][1]:
        return [f"<text {place}>{escape(life.title)}</text>"]
    return [
        f'<text class="{css}" {place}>{escape(shortened(life.title, letters))}</text>'
        for css, letters in _LETTERS
    ]


def _slot(day: date, timeline: Timeline) -> int:
    return (day - timeline.start).days
