"""The bars of a rise by channel or product: a dark one for now on a pale one for the usual."""

from __future__ import annotations

from markupsafe import Markup

from pipelines.report.charts.scale import numbers
from pipelines.report.facts.split import Part

_HEIGHT, _NOW = 14, 6  # pixels: the pale bar, and the dark one in its middle


def split_bar(part: Part, highest: float) -> Markup:
    """Return one part's bar, as wide as its place where it is the highest of its axis."""

    def width(value: float) -> str:
        return f"{numbers(100 * value / highest if highest else 0)}%"

    usual = float(part.expected.value or 0) if part.expected else 0.0
    now = float(part.observed.value or 0)
    shapes = (
        f'<rect class="usually" width="{width(usual)}" height="{_HEIGHT}"/>'
        f'<rect class="now" y="{(_HEIGHT - _NOW) // 2}" width="{width(now)}" height="{_NOW}"/>'
    )
    return Markup(
        '<svg class="split" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(part.sentence, _HEIGHT, Markup(shapes))
