"""Spark lines: the last weeks of a series, small enough for a table."""

from __future__ import annotations

from markupsafe import Markup

from pipelines.report.charts.scale import numbers
from pipelines.report.figures import Figure

_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_BAR = 80, 26, 8


def sparkline(past: tuple[Figure | None, ...], usual: float | None, sentence: str) -> Markup:
    """Return the last weeks as bars, the newest dark, with the usual level as a dashed line."""
    values = [float(week.value or 0) if week else 0.0 for week in past]
    top = max([*values, usual or 0.0, 1.0])
    slot = _SPARK_WIDTH / len(values)
    bars = [
        f"M{numbers(i * slot + 1)} {_SPARK_HEIGHT}v-{numbers(v / top * (_SPARK_HEIGHT - 2))}"
        f"h{_SPARK_BAR}V{_SPARK_HEIGHT}z"
        for i, v in enumerate(values)
    ]
    parts = [f'<path class="b" d="{"".join(bars[:-1])}"/><path class="n" d="{bars[-1]}"/>']
    if usual is not None:
        level = numbers(_SPARK_HEIGHT - usual / top * (_SPARK_HEIGHT - 2))
        parts.append(f'<path class="u" d="M0 {level}H{_SPARK_WIDTH}"/>')
    return Markup(
        '<svg class="spark" role="img" aria-label="{}" width="88" height="28" '
        'viewBox="0 0 {} {}">{}</svg>'
    ).format(sentence, _SPARK_WIDTH, _SPARK_HEIGHT, Markup("".join(parts)))
