"""How far a source has been read: values of its cursor column, compared and written as it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

TIME, NUMBER = "time", "number"
_EPOCH = datetime(1970, 1, 1)
_SECOND = 1_000_000  # times are kept in microseconds
_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:(?P<between>[T ])(?P<clock>\d\d:\d\d(?::\d\d)?)"
    r"(?:\.(?P<digits>\d{1,9}))?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,12})?")


class NoMark(ValueError):
    """A cursor's value that is neither a time nor a number."""


@dataclass(frozen=True)
class Mark:
    """A value of a cursor column.

    Parameters
    ----------
    kind : str
        ``time`` or ``number``; only marks of one kind can be compared.
    at : int or Decimal
        Microseconds since 1970 (of a time without a zone as if it were UTC), or the number.
    form : str
        How the source has it: ``aware``, ``naive`` or ``date`` (a database's own types),
        ``int``, ``decimal``, ``float`` or ``text``.
    like : str
        Of a text, the text: others are written in its manner, so that they compare as texts do.
    """

    kind: str
    at: int | Decimal
    form: str
    like: str = ""

    def less(self, amount: float) -> Mark:
        """Return the mark so many seconds, or steps of a number, before this one."""
        if self.kind == TIME:
            return replace(self, at=max(self.at - round(amount * _SECOND), min(self.at, 0)))
        return replace(self, at=Decimal(self.at) - Decimal(str(amount)))

    def before(self) -> Mark:
        """Return the last mark before this one that the source can write."""
        return replace(self, at=self.at - self._step())

    def _step(self) -> int | Decimal:
        if self.kind == NUMBER:
            is_whole = self.form == "int" or (self.form == "text" and "." not in self.like)
            return Decimal(1) if is_whole else Decimal("0.000001")
        if self.form == "date":
            return 86_400 * _SECOND
        if self.form != "text":
            return 1
        found = _parts(self.like)
        if not found["clock"]:
            return 86_400 * _SECOND
        if found["digits"]:
            return max(_SECOND // int(10 ** len(found["digits"])), 1)
        return _SECOND if found["clock"].count(":") == 2 else 60 * _SECOND

    def value(self) -> Any:
        """Return the mark as the source has it, to be compared with there."""
        if self.kind == NUMBER:
            number = Decimal(self.at)
            if self.form == "int":
                return int(number)
            if self.form == "float":
                return float(number)
            text = format(number, "f") if "." in self.like else str(int(number))
            return number if self.form == "decimal" else text
        moment = _EPOCH + timedelta(microseconds=int(self.at))
        if self.form == "aware":
            return moment.replace(tzinfo=UTC)
        if self.form == "naive":
            return moment
        return moment.date() if self.form == "date" else self._written(moment)

    def _written(self, moment: datetime) -> str:
        found = _parts(self.like)
        moment += _offset(found["zone"])
        out = moment.strftime("%Y-%m-%d")
        if found["clock"]:
            clock = "%H:%M:%S" if found["clock"].count(":") == 2 else "%H:%M"
            out += found["between"] + moment.strftime(clock)
            if found["digits"]:
                digits = len(found["digits"])
                out += "." + f"{moment.microsecond:06d}".ljust(digits, "0")[:digits]
        return out + (found["zone"] or "")

    def now(self, moment: datetime, zone: str) -> Mark | None:
        """Return the mark of a moment in this one's form; None of a number.

        Parameters
        ----------
        moment : datetime
            With a time zone.
        zone : str
            Of the source's times that name none.
        """
        if self.kind == NUMBER:
            return None
        has_zone = self.form == "aware" or (self.form == "text" and _parts(self.like)["zone"])
        local = moment.astimezone(UTC if has_zone else ZoneInfo(zone))
        return replace(self, at=_microseconds(local.replace(tzinfo=None)))

    def as_dict(self) -> dict[str, str]:
        """Return the mark for a file."""
        return {"kind": self.kind, "at": str(self.at), "form": self.form, "like": self.like}


def mark_of(value: Any) -> Mark | None:
    """Return the mark of a cursor's value as a database or an API gives it; None of none.

    Raises
    ------
    NoMark
        If it is neither a time nor a number.

    Examples
    --------
    >>> mark = mark_of("2024-03-01T00:00:00Z")
    >>> mark.less(3600).value(), mark.before().value()
    ('2024-02-29T23:00:00Z', '2024-02-29T23:59:59Z')
    >>> mark_of(120).less(20).value()
    100
    """
    if value is None or value == "" or value != value:  # only NaN differs from itself
        return None
    try:
        if isinstance(value, bool):
            raise NoMark
        if isinstance(value, datetime):
            form = "naive" if value.tzinfo is None else "aware"
            plain = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
            return Mark(TIME, _microseconds(plain), form)
        if isinstance(value, date):
            return Mark(TIME, _microseconds(datetime(value.year, value.month, value.day)), "date")
        if isinstance(value, int):
            return Mark(NUMBER, Decimal(value), "int")
        if isinstance(value, float | Decimal):
            form = "float" if isinstance(value, float) else "decimal"
            return Mark(NUMBER, Decimal(str(value)), form)
        if isinstance(value, str):
            return _mark_of_text(value.strip())
    except (OverflowError, ValueError, InvalidOperation) as err:
        raise NoMark from err
    raise NoMark


def _mark_of_text(text: str) -> Mark:
    if _NUMBER.fullmatch(text):
        return Mark(NUMBER, Decimal(text), "text", text)
    found = _parts(text)
    written = found["date"] + ("T" + found["clock"] if found["clock"] else "")
    moment = datetime.fromisoformat(written)
    if found["digits"]:
        moment += timedelta(microseconds=int(found["digits"].ljust(6, "0")[:6]))
    return Mark(TIME, _microseconds(moment - _offset(found["zone"])), "text", text)


def mark_from(stored: Mapping[str, str]) -> Mark:
    """Return the mark that :meth:`Mark.as_dict` gave.

    Raises
    ------
    KeyError, ValueError, InvalidOperation
        If it is none.
    """
    kind, at = stored["kind"], stored["at"]
    mark = Mark(kind, int(at) if kind == TIME else Decimal(at), stored["form"], stored["like"])
    mark.value()  # said now rather than when it is needed
    return mark


def _parts(text: str) -> dict[str, str]:
    found = _TIME.fullmatch(text)
    if found is None:
        raise NoMark
    return {name: value or "" for name, value in found.groupdict().items()}


def _offset(zone: str) -> timedelta:
    if zone in ("", "Z"):
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def _microseconds(plain: datetime) -> int:
    passed = plain - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * _SECOND + passed.microseconds
