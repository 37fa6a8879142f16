"""The map of themes: areas cut into boxes, as large as their complaints, shaded by what comes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from markupsafe import Markup, escape

from pipelines.report.charts.scale import numbers, shortened
from pipelines.report.charts.squares import Box, squarified
from pipelines.report.facts.theme_map import Area, Place, ThemeMap

_HEIGHT = 380  # pixels
# Boxes are cut as if the map were so wide: between a phone and a desk, where none gets too long.
_WIDTH = 600.0
_HEAD = 18  # pixels for an area's name
_GAP = 2.0  # pixels between areas
_LINE, _LETTER, _PAD = 15, 6.9, 5  # pixels: of a line, of a letter at most as a rule, of a margin
# No script measures the page: each box has its words twice, as they fit a phone and as they fit
# paper or a desk, and the style sheet shows one of them.
_WIDTHS = (("narrow", 320.0), ("wide", 660.0))


def map_chart(it: ThemeMap) -> Markup:
    """Return the map; a box too small for its name has its number alone, or nothing."""
    whole = Box(0.0, 0.0, _WIDTH, float(_HEIGHT))
    boxes = squarified([area.size for area in it.areas], whole)
    parts = [_area(area, box) for area, box in zip(it.areas, boxes, strict=True)]
    return Markup(
        '<svg class="map" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(it.label, _HEIGHT, Markup("".join(parts)))


def _area(area: Area, box: Box) -> str:
    has_head = bool(area.title) and box.height >= 3 * _HEAD
    head = _HEAD if has_head else 0
    inner = Box(box.x, box.y + head, max(box.width - _GAP, 1.0), max(box.height - head - _GAP, 1.0))
    places = squarified([float(place.size.value or 0) for place in area.places], inner)
    out = [_head(area.title, box)] if has_head else []
    out += [_place(place, at) for place, at in zip(area.places, places, strict=True)]
    return "".join(out)


def _head(title: str, box: Box) -> str:
    lines = []
    for css, width in _WIDTHS:
        room = int(box.width / _WIDTH * width / _LETTER)
        if room > 3:
            said = shortened(title, room)
            lines.append(f'<text class="{css} head" y="13">{escape(said)}</text>')
    return _placed("", Box(box.x, box.y, box.width, _HEAD), "".join(lines))


def _place(place: Place, box: Box) -> str:
    css = place.level.direction
    shape = f"{place.level.shape} " if css in ("up", "down") else ""
    usual = f" ({place.usual.shown})" if place.usual else ""
    figures = (f"{shape}{place.size.shown}{usual}", f"{shape}{place.size.shown}")
    texts = []
    for kind, width in _WIDTHS:
        lines = _lines(place.title, figures, box, box.width / _WIDTH * width)
        texts += [
            f'<text class="{kind}" x="{_PAD}" y="{_LINE * n - 1}">{escape(line)}</text>'
            for n, line in enumerate(lines, start=1)
        ]
    return _placed(css, box, f'<rect width="100%" height="100%"/>{"".join(texts)}')


def _lines(title: str, figures: Sequence[str], box: Box, width: float) -> list[str]:
    """Return the lines that fit: the title and its figures, or the figures, or nothing."""
    letters = int((width - 2 * _PAD) / _LETTER)
    most = int((box.height - _PAD) / _LINE)
    if most < 1:
        return []
    figure = next((it for it in figures if len(it) <= letters), "")
    if not figure:
        return []
    wrapped = textwrap.wrap(title, letters, break_long_words=False) if letters > 3 else []
    fits = wrapped and len(wrapped) < most and max(map(len, wrapped)) <= letters
    return [*wrapped, figure] if fits else [figure]


def _placed(css: str, box: Box, content: str) -> str:
    x, width = (f"{numbers(100 * value / _WIDTH)}%" for value in (box.x, box.width))
    kind = f' class="{css}"' if css else ""
    return (
        f'<svg{kind} x="{x}" y="{numbers(box.y)}" width="{width}" height="{numbers(box.height)}">'
        f"{content}</svg>"
    )
