"""The map of themes: each theme within its area, by its complaints of the last seven days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipelines.report import catalogue as words
from pipelines.report.facts.series import Level, Series
from pipelines.report.figures import Figure, Name, Sentence, say, text, whole

_MAX_THEMES = 60  # smaller boxes could not be told apart
_SAID = 5
_SPREADS = 2.0
_UNTOLD = Level(*words.TOO_YOUNG)


class Theme(Protocol):
    """What the map reads of a theme."""

    @property
    def theme_id(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def area(self) -> str: ...  # noqa: D102
    @property
    def series(self) -> Series: ...  # noqa: D102


@dataclass(frozen=True)
class Place:
    """One theme on the map."""

    theme_id: str
    title: str
    size: Figure
    usual: Figure | None
    level: Level


@dataclass(frozen=True)
class Area:
    """One area's themes, the largest first."""

    title: str
    size: float
    places: tuple[Place, ...]


@dataclass(frozen=True)
class ThemeMap:
    """The map: areas, the largest first; those of no area last."""

    areas: tuple[Area, ...]
    note: Sentence
    label: str


def map_facts(themes: Sequence[Theme]) -> ThemeMap | None:
    """Return the map; None where no theme had a complaint in the last seven days."""
    on_it = [theme for theme in themes if theme.series.last_7 and theme.series.last_7.value]
    if not on_it:
        return None
    on_it.sort(key=lambda theme: (-_size(theme), theme.theme_id))
    drawn = on_it[:_MAX_THEMES]
    by_area: dict[str, list[Theme]] = {}
    for theme in drawn:
        by_area.setdefault(theme.area, []).append(theme)
    areas = [
        Area(title, sum(map(_size, its)), tuple(map(_place, its))) for title, its in by_area.items()
    ]
    areas.sort(key=lambda area: (not area.title, -area.size, area.title))
    left = len(themes) - len(drawn)
    note = say(words.MAP_NOTE, n=whole(len(drawn)))
    if left:
        note = (*note, " ", *say(words.MAP_LEFT, n=whole(left)))
    return ThemeMap(tuple(areas), note, _label(drawn))


def _size(theme: Theme) -> float:
    return float(theme.series.last_7.value or 0) if theme.series.last_7 else 0.0


def _place(theme: Theme) -> Place:
    series = theme.series
    assert series.last_7 is not None
    usual = series.week.usual if series.week and not series.basis else None
    level = (
        week_change(float(series.last_7.value or 0), float(usual.value or 0)) if usual else _UNTOLD
    )
    return Place(theme.theme_id, theme.title, series.last_7, usual, level)


def week_change(last_7: float, usual: float) -> Level:
    """Return whether a week lies further from a usual one than chance alone mostly does.

    Parameters
    ----------
    last_7, usual : float
        Complaints of the last seven days, and of a usual week.
    """
    chance = _SPREADS * math.sqrt(max(usual, 1.0))  # of a count as large as the usual one
    if last_7 > usual + chance:
        return Level(*(words.FAR_UP if last_7 >= words.FAR * usual else words.UP))
    return Level(*(words.DOWN if last_7 < usual - chance else words.SAME))


def _label(drawn: Sequence[Theme]) -> str:
    """Return what the map shows as a sentence: the largest themes by name."""
    said: Sentence = ()
    for theme in drawn[:_SAID]:
        place = _place(theme)
        template = words.MAP_THEME if place.usual else words.MAP_THEME_ALONE
        usual = place.usual or words.NOT_AVAILABLE
        part = say(template, theme=Name(place.title), n=place.size, usual=usual)
        said = (*said, *((", ",) if said else ()), *part)
    more = len(drawn) - _SAID
    rest = say(words.MAP_MORE, n=whole(more)) if more > 0 else ()
    return text(say(words.MAP, themes=(*said, *rest)))
