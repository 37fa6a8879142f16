"""The name of a count series: which theme, channel and brand it counts, and how names nest."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from models.contracts import NODE_ALL
from models.errors import DataContractError

_AXES = ("theme", "channel", "brand")


@dataclass(frozen=True)
class SeriesKey:
    """What a series counts: one value or all (``*``) of each axis."""

    theme: str = NODE_ALL
    channel: str = NODE_ALL
    brand: str = NODE_ALL

    @property
    def level(self) -> str:
        """Return the node's level: ``total``, ``theme``, ``channel``, ``theme*channel``, ...

        Examples
        --------
        >>> SeriesKey().level, SeriesKey(theme="t-1", brand="Acme").level
        ('total', 'theme*brand')
        """
        named = [axis for axis in _AXES if getattr(self, axis) != NODE_ALL]
        return "*".join(named) or "total"


def series_id(theme: str = NODE_ALL, channel: str = NODE_ALL, brand: str = NODE_ALL) -> str:
    """Return the name of the series of a theme, channel and brand; ``*`` means all.

    Values are percent-encoded, so that any value, ``|`` and ``=`` included, gives a name that
    :func:`parse_series_id` reads back.

    Examples
    --------
    >>> series_id("t-1")
    'theme=t-1|channel=*|brand=*'
    >>> series_id(channel="e-mail|chat")
    'theme=*|channel=e-mail%7Cchat|brand=*'
    """
    return "|".join(
        f"{axis}={value if value == NODE_ALL else quote(value, safe=' ')}"
        for axis, value in zip(_AXES, (theme, channel, brand), strict=True)
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
    if tuple(axis for axis, _, _ in parts) != _AXES or not all(mark for _, mark, _ in parts):
        message = f"Expected a series like theme=...|channel=...|brand=..., got {name[:80]!r}."
        raise DataContractError(message)
    return SeriesKey(*(unquote(value) for _, _, value in parts))
