"""Numbers as they are shown, each with the row it came from, and sentences made of them."""

from __future__ import annotations

import math
import string
from collections.abc import Iterator
from dataclasses import dataclass

# A range is rounded to the widest of these steps that still leaves five of them inside it:
# 118-192 reads 120-190, and 12-31 stays as it is.
_STEPS = (1, 5, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000)
_STEPS_INSIDE = 5
_FEWEST_PEOPLE = 5  # smaller groups of people are not counted out


@dataclass(frozen=True)
class Figure:
    """A number: its exact value, how it is shown, and the row of a table it came from.

    ``row`` reads ``table key key ... column``, e.g. ``outlook theme=t-1|channel=*|brand=*
    2026-11-02 1 q10``. A figure made of several rows names their span, and one that was
    computed from a row says ``from`` before it.
    """

    value: float | None
    shown: str
    row: str = ""


@dataclass(frozen=True)
class Range:
    """Two figures that belong together; equal ones are shown once."""

    low: Figure
    high: Figure

    @property
    def shown(self) -> str:
        """Return the range as text, e.g. ``120–190``."""
        if self.low.shown == self.high.shown:
            return self.low.shown
        return f"{self.low.shown}\u2013{self.high.shown}"


@dataclass(frozen=True)
class Name:
    """A word or text that comes from complaints: untrusted, so it is isolated when shown."""

    text: str


Part = str | Figure | Range | Name
Sentence = tuple[Part, ...]
Parts = dict[str, Part | Sentence]

_TIMES = "\u00d7"


def say(template: str, **parts: Part | Sentence) -> Sentence:
    """Return a sentence: the template's words with figures and names in their places.

    Examples
    --------
    >>> text(say("{what} will rise to {n}.", what=Name("Late parcels"), n=whole(120.2)))
    'Late parcels will rise to 120.'
    """
    return tuple(_fill(template, parts))


def _fill(template: str, parts: Parts) -> Iterator[Part]:
    for words, field, _, _ in string.Formatter().parse(template):
        if words:
            yield words
        if field:
            part = parts[field]
            if isinstance(part, tuple):
                yield from part
            else:
                yield part


def text(sentence: Sentence) -> str:
    """Return the sentence as plain text."""
    return "".join(_plain(part) for part in sentence)


def _plain(part: Part) -> str:
    if isinstance(part, Name):
        return part.text
    return part if isinstance(part, str) else part.shown


def row_of(table: str, *key: object, column: str) -> str:
    """Return how a figure names its row: the table, the key's values and the column."""
    return " ".join([table, *(str(value).replace(" ", "%20") for value in key), column])


def whole(value: float, row: str = "") -> Figure:
    """Return a count: whole from ten upwards, one decimal below unless it is whole.

    Examples
    --------
    >>> whole(1240.4).shown, whole(3.14).shown, whole(3.0).shown
    ('1,240', '3.1', '3')
    """
    value = float(value)
    rounded = round(value, 1) if abs(value) < 9.95 else float(round(value))
    shown = f"{rounded:,.0f}" if rounded == round(rounded) else f"{rounded:,.1f}"
    return Figure(value, shown, row)


def about(value: float, row: str = "") -> Figure:
    """Return a number that is known roughly: its first two digits.

    Examples
    --------
    >>> about(482).shown, about(1260).shown, about(7.3).shown, about(0.2).shown
    ('480', '1,300', '7', '0')
    """
    value = float(value)
    step = 10 ** max(len(str(int(abs(value)))) - 2, 0)
    return Figure(value, f"{_to_step(value, step):,}", row)


def span(low: float, high: float, *, low_row: str = "", high_row: str = "") -> Range:
    """Return a range rounded to what its width supports.

    Examples
    --------
    >>> span(118, 192).shown, span(12, 31).shown, span(0, 0).shown
    ('120–190', '12–31', '0')
    """
    step = _step(high - low)
    return Range(
        Figure(float(low), f"{_to_step(low, step):,}", low_row),
        Figure(float(high), f"{_to_step(high, step):,}", high_row),
    )


def _step(width: float) -> int:
    return max((s for s in _STEPS if s * _STEPS_INSIDE <= width), default=1)


def _to_step(value: float, step: int) -> int:
    return math.floor(value / step + 0.5) * step


def percent(share: float, row: str = "") -> Figure:
    """Return a share as a whole percentage, e.g. ``96 %``."""
    return Figure(float(share), f"{round(100 * share)}\u00a0%", row)


def times(value: float, usual: float, row: str = "") -> Figure:
    """Return how many times the usual a value is; nothing usual gives no number.

    Examples
    --------
    >>> times(41, 12.8).shown, times(41, 2).shown, times(3, 0).value is None
    ('3.2×', '20×', True)
    """
    if usual <= 0:
        return Figure(None, "", row)
    ratio = value / usual
    return Figure(ratio, f"{ratio:.1f}{_TIMES}" if ratio < 9.95 else f"{ratio:,.0f}{_TIMES}", row)


def people(count: float, row: str = "") -> Figure:
    """Return a number of people; fewer than five are shown as ``<5``.

    The exact value is withheld as well: it would stand in the page's source.

    Examples
    --------
    >>> people(4).shown, people(4).value is None, people(12).shown
    ('<5', True, '12')
    """
    if count < _FEWEST_PEOPLE:
        return Figure(None, f"<{_FEWEST_PEOPLE}", row)
    return Figure(float(count), f"{int(count):,}", row)
