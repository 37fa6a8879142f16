"""The back-test's pictures as inline SVG, and as files of their own."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pipelines.report.backtest import words
from pipelines.report.charts import nice_ticks, numbers
from pipelines.report.render import style

_TOP, _HEIGHT, _FOOT = 8, 120, 24  # pixels
_WIDTH = 720  # of a picture that stands in a file
_FONT = "text { font-family: system-ui, sans-serif; }"


def pit_chart(shares: Sequence[float], sentence: str) -> Markup:
    """Return the tenths of the PIT as bars, with a dashed line where all would be even."""
    n = len(shares)
    top = max(nice_ticks(100 * max(shares))[-1] / 100, 2 / n)
    bars = "".join(
        f"M{numbers(i + 0.08)} {_HEIGHT}V{numbers(_HEIGHT * (1 - share / top))}h.84V{_HEIGHT}z"
        for i, share in enumerate(shares)
    )
    even = numbers(_HEIGHT * (1 - 1 / n / top))
    inner = (
        f'<svg y="{_TOP}" width="100%" height="{_HEIGHT}" viewBox="0 0 {n} {_HEIGHT}" '
        f'preserveAspectRatio="none"><path class="grid" d="M0 {_HEIGHT}H{n}"/>'
        f'<path class="bar" d="{bars}"/><path class="usual" d="M0 {even}H{n}"/></svg>'
    )
    foot = _TOP + _HEIGHT + 17
    low, high = words.LABELS["pit_axis"]
    texts = (
        f'<text x="0" y="{numbers(_TOP + float(even) - 4)}">{words.LABELS["even"]}: '
        f"{round(100 / n)}\u00a0%</text>"
        f'<text x="0" y="{foot}">{low}</text>'
        f'<text x="100%" y="{foot}" text-anchor="end">{high}</text>'
    )
    return Markup(
        '<svg class="pit" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(sentence, _TOP + _HEIGHT + _FOOT, Markup(inner + texts))


def as_file(chart: Markup) -> str:
    """Return a chart of a page as a picture that stands alone, with the page's colours."""
    head, _, rest = str(chart).partition(' width="100%"')
    named = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    start, _, body = rest.partition(">")
    return f'{named} width="{_WIDTH}"{start}><style>{style()}{_FONT}</style>{body}\n'
