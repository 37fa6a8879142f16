"""Dates as the report writes them."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date, *, year: bool = False) -> str:
    """Return a date, e.g. ``2 Nov`` or ``2 Nov 2026``."""
    return f"{when.day} {MONTHS[when.month - 1]}" + (f" {when.year}" if year else "")


def days(first: date, last: date) -> str:
    """Return two dates as one span, e.g. ``2–8 Nov`` or ``30 Oct–5 Nov``."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\u2013{day(last)}"
    return f"{day(first)}\u2009\u2013\u2009{day(last)}"


def moment(when: datetime, zone: str) -> str:
    """Return a moment with its time zone, e.g. ``1 Nov 2026, 23:40 UTC``."""
    return f"{day(when, year=True)}, {when:%H:%M} {zone}"


def heading(title: str, origin: date) -> str:
    """Return the report's title: the week that it looks at."""
    word = "week of" if origin.weekday() == 0 else "week from"
    return f"{title}, {word} {day(origin, year=True)}"
