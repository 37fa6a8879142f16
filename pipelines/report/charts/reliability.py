"""Reliability: the share of days that came, over the chance that had been asked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pipelines.report import catalogue as words
from pipelines.report.charts.scale import numbers
from pipelines.report.facts.reliability import Curve, Point, Reliability

_TOP, _HEIGHT, _FOOT = 22, 180, 24  # pixels
_LEFT, _RIGHT = 13, 97  # percent of the width: the axis' words, and half a mark at the end
_GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
_MARK = 4.0  # pixels, half of a mark's width


def reliability_chart(it: Reliability) -> Markup:
    """Return the curves: filled dots for the first, hollow squares for the second."""
    grid = "".join(f"M0 {_inner_y(share)}H100" for share in _GRID)
    lines = "".join(
        f'<path class="curve" d="M{"L".join(map(_at, curve.points))}"/>' for curve in it.curves
    )
    inner = (
        f'<svg x="{_LEFT}%" y="{_TOP}" width="{_RIGHT - _LEFT}%" height="{_HEIGHT}" '
        f'viewBox="0 0 100 {_HEIGHT}" preserveAspectRatio="none">'
        f'<path class="grid" d="{grid}"/><path class="usual" d="M0 {_HEIGHT}L100 0"/>{lines}</svg>'
    )
    marks = "".join(_marks(curve, number) for number, curve in enumerate(it.curves))
    return Markup(
        '<svg class="reliability" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(it.label, _TOP + _HEIGHT + _FOOT, Markup(inner + marks + "".join(_texts(_GRID))))


def _inner_y(share: float) -> str:
    return numbers(_HEIGHT * (1 - share))


def _at(point: Point) -> str:
    return f"{numbers(100 * point.asked)} {_inner_y(float(point.came.value or 0))}"


def _x(share: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * share


def _marks(curve: Curve, number: int) -> str:
    out = []
    for point in curve.points:
        x, y = numbers(_x(point.asked)), _TOP + float(_inner_y(float(point.came.value or 0)))
        if number == 0:
            out.append(f'<circle class="dot" cx="{x}%" cy="{numbers(y)}" r="{numbers(_MARK)}"/>')
        else:
            side = numbers(2 * _MARK)
            out.append(
                f'<rect class="square" x="{x}%" y="{numbers(y - _MARK)}" width="{side}" '
                f'height="{side}" transform="translate({numbers(-_MARK)})"/>'
            )
    return "".join(out)


def _texts(grid: Sequence[float]) -> list[str]:
    foot = _TOP + _HEIGHT + 17
    out = [f'<text x="0" y="12">{words.PICTURES["came"]}</text>']
    for share in grid[::2]:
        label = f"{round(100 * share)}\u00a0%"
        y = _TOP + float(_inner_y(share)) + 4
        out.append(f'<text x="0" y="{numbers(y)}">{label}</text>')
        anchor = "end" if share == 1 else "middle"
        out.append(
            f'<text x="{numbers(_x(share))}%" y="{foot}" text-anchor="{anchor}">{label}</text>'
        )
    middle = numbers(_x(0.25))  # between 0 and 50 %: on a phone there is room nowhere else
    asked = words.PICTURES["asked"]
    out.append(f'<text x="{middle}%" y="{foot}" text-anchor="middle">{asked}</text>')
    return out
