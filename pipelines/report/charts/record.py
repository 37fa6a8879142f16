"""The record: the share of days that came inside their range, week by week."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from pipelines.report import catalogue as words
from pipelines.report.charts.scale import numbers
from pipelines.report.facts.record import RECORD_WEEKS, RecordWeek

_RECORD_HEIGHT, _RECORD_LEFT = 84, 26  # pixels; percent of the width for the scale's words


def record_chart(weeks: tuple[RecordWeek, ...], origin: date, sentence: str) -> Markup:
    """Return the share of days inside the 80 % range, a dot a week, around the aim."""
    shares = [float(week.inside.value or 0) for week in weeks]
    bottom = min(0.5, *shares)

    def y(share: float) -> str:
        return numbers(8 + (1 - share) / (1 - bottom) * (_RECORD_HEIGHT - 16))

    def x(weeks_ago: float) -> str:
        across = (RECORD_WEEKS - weeks_ago - 0.5) / RECORD_WEEKS
        return f"{numbers(_RECORD_LEFT + (99 - _RECORD_LEFT) * across)}%"

    parts = [
        f'<line class="{css}" x1="{_RECORD_LEFT}%" x2="100%" y1="{y(share)}" y2="{y(share)}"/>'
        f'<text x="0" y="{numbers(float(y(share)) + 4)}">{label}</text>'
        for css, share, label in (
            ("grid", 1.0, "100\u00a0%"),
            ("aim", 0.8, words.LABELS["aim"]),
            ("grid", bottom, f"{round(100 * bottom)}\u00a0%"),
        )
    ]
    for week, share in zip(weeks, shares, strict=True):
        at = x((origin - week.end).days // 7)
        parts.append(f'<line class="stem" x1="{at}" x2="{at}" y1="{y(0.8)}" y2="{y(share)}"/>')
        parts.append(f'<circle cx="{at}" cy="{y(share)}" r="4"/>')
    foot = _RECORD_HEIGHT + 12
    start = words.day(origin - timedelta(days=7 * RECORD_WEEKS))
    end = words.day(origin - timedelta(days=1))
    parts.append(f'<text x="{_RECORD_LEFT}%" y="{foot}">{start}</text>')
    parts.append(f'<text x="100%" y="{foot}" text-anchor="end">{end}</text>')
    return Markup(
        '<svg class="record" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(sentence, foot + 6, Markup("".join(parts)))
