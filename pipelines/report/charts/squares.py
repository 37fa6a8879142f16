"""A rectangle cut into boxes of given areas, none much longer than it is wide.

After Bruls, Huizing and van Wijk (2000), "Squarified treemaps",
https://doi.org/10.1007/978-3-7091-6783-0_4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], within: Box) -> list[Box]:
    """Return a box for each size, in their order; together they fill the whole.

    Parameters
    ----------
    sizes : sequence of float
        Above 0, the largest first.
    within : Box
        What is cut.

    Examples
    --------
    >>> for box in squarified([6, 3, 3], Box(0, 0, 6, 4)):
    ...     print(*box)
    0 0 3.0 4.0
    3.0 0 3.0 2.0
    3.0 2.0 3.0 2.0
    """
    scale = within.width * within.height / sum(sizes) if sizes else 0.0
    areas = [size * scale for size in sizes]
    out: list[Box] = []
    free = within
    while len(out) < len(areas):
        side = min(free.width, free.height)
        row = [areas[len(out)]]
        for area in areas[len(out) + 1 :]:
            if _worst([*row, area], side) > _worst(row, side):
                break
            row.append(area)
        boxes, free = _laid(row, free)
        out += boxes
    return out


def _worst(row: Sequence[float], side: float) -> float:
    """Return the worst ratio of length to width of a row of areas along a side."""
    thick = sum(row) / side
    return max(max(area / thick**2, thick**2 / area) for area in row)


def _laid(row: Sequence[float], free: Box) -> tuple[list[Box], Box]:
    """Return a row of boxes along the shorter side, and what is left."""
    x, y, width, height = free
    total, out = sum(row), []
    if width >= height:
        thick = total / height
        for area in row:
            out.append(Box(x, y, thick, area / thick))
            y += area / thick
        return out, Box(x + thick, free.y, width - thick, height)
    thick = total / width
    for area in row:
        out.append(Box(x, y, area / thick, thick))
        x += area / thick
    return out, Box(free.x, y + thick, width, height - thick)
