"""The name of a count series: which area, theme, channel and brand it counts, how names nest."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from models.contracts import NODE_ALL, NODE_NONE, NODE_REST
from models.errors import DataContractError

_AXES = ("theme", "channel", "brand")
_AREA = "area"


@dataclass(frozen=True)
class SeriesKey:
    """What a series counts: one value or all (``*``) of each axis.

    A theme ``-`` stands for the complaints without one; ``~`` on an axis for all its values that
    have no series of their own.
    """

    theme: str = NODE_ALL
    channel: str = NODE_ALL
    brand: str = NODE_ALL
    area: str = NODE_ALL

    @property
    def level(self) -> str:
        """Return the node's level: ``total``, ``area``, ``theme``, ``theme*channel``, ...

        Complaints without a theme are of the level ``unassigned``; what has no series of its own
        is of the level ``rest``, within a theme or channel too.

        Examples
        --------
        >>> SeriesKey().level, SeriesKey(theme="t-1", brand="Acme").level
        ('total', 'theme*brand')
        >>> SeriesKey(area="a-1").level, SeriesKey(theme="-").level, SeriesKey(channel="~").level
        ('area', 'unassigned', 'rest')
        """
        if NODE_REST in (self.theme, self.channel, self.brand):
            return "rest"
        named = [axis for axis in (_AREA, *_AXES) if getattr(self, axis) != NODE_ALL]
        if self.theme == NODE_NONE:
            named[named.index("theme")] = "unassigned"
        return "*".join(named) or "total"


def series_id(
    theme: str = NODE_ALL, channel: str = NODE_ALL, brand: str = NODE_ALL, *, area: str = NODE_ALL
) -> str:
    """Return the name of the series of a theme, channel and brand, or of an area; ``*`` means all.

    Values are percent-encoded, so that any value, ``|`` and ``=`` included, gives a name that
    :func:`parse_series_id` reads back. Only names of areas name the area.

    Examples
    --------
    >>> series_id("t-1")
    'theme=t-1|channel=*|brand=*'
    >>> series_id(channel="e-mail|chat")
    'theme=*|channel=e-mail%7Cchat|brand=*'
    >>> series_id(area="a-1")
    'area=a-1|theme=*|channel=*|brand=*'
    """
    axes = list(zip(_AXES, (theme, channel, brand), strict=True))
    if area != NODE_ALL:
        axes.insert(0, (_AREA, area))
    return "|".join(
        f"{axis}={value if value == NODE_ALL else quote(value, safe=' ')}" for axis, value in axes
    )


def parse_series_id(name: str) -> SeriesKey:
    """Return what a series counts.

    Raises
    ------
    DataContractError
        If the name was not made by :func:`series_id`.

    Examples
    --------
    >>> parse_series_id("theme=t-1|channel=*|brand=A%26B").brand
    'A&B'
    """
    parts = [part.partition("=") for part in name.split("|")]
    axes = tuple(axis for axis, _, _ in parts)
    if axes not in (_AXES, (_AREA, *_AXES)) or not all(mark for _, mark, _ in parts):
        message = f"Expected a series like theme=...|channel=...|brand=..., got {name[:80]!r}."
        raise DataContractError(message)
    return SeriesKey(**{axis: unquote(value) for axis, _, value in parts})
