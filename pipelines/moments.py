"""Moments: what ``--as-of`` means, and how a moment names a folder."""

from __future__ import annotations

import pandas as pd

from models.errors import SettingsError
from models.series.calendar import local_date


def parse_as_of(text: str, *, time_zone: str, option: str = "--as-of") -> pd.Timestamp:
    """Return the moment in UTC; a bare date means the start of that day in the time zone.

    Parameters
    ----------
    text : str
        A date, or a date and time; a time without an offset is in the time zone.
    time_zone : str
        IANA name.
    option : str
        What the text was given as, for messages.

    Raises
    ------
    SettingsError
        If the text is no date or moment.

    Examples
    --------
    >>> parse_as_of("2019-05-05", time_zone="America/New_York")
    Timestamp('2019-05-05 04:00:00+0000', tz='UTC')
    """
    try:
        moment = pd.Timestamp(text)
    except ValueError as err:
        message = f"{option}: {text!r} is no date; write e.g. 2019-05-05 or 2019-05-05T06:00Z."
        raise SettingsError(message) from err
    if moment is pd.NaT:
        raise SettingsError(f"{option}: expected a date such as 2019-05-05, got nothing.")
    if moment.tzinfo is None:
        moment = _in_zone(moment, time_zone)
    return moment.tz_convert("UTC").as_unit("us")


def start_of_day(now: pd.Timestamp, *, time_zone: str) -> pd.Timestamp:
    """Return the start, in UTC, of the local day that a moment lies in."""
    return _in_zone(local_date(now, time_zone), time_zone).tz_convert("UTC").as_unit("us")


def _in_zone(local: pd.Timestamp, time_zone: str) -> pd.Timestamp:
    """Return the moment of a local time: of two the first; of none, that at which clocks go on."""
    return local.tz_localize(time_zone, ambiguous=True, nonexistent="shift_forward")


def iso(moment: pd.Timestamp) -> str:
    """Return the moment in ISO 8601, in UTC; such texts sort like the moments.

    Examples
    --------
    >>> iso(pd.Timestamp("2019-05-05", tz="UTC"))
    '2019-05-05T00:00:00Z'
    """
    return str(moment.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ"))


def folder_name(moment: pd.Timestamp, *, time_zone: str) -> str:
    """Return the name of a run's folder: the date, and the time unless the day begins then.

    Where clocks go back, a local time comes twice: the hour of the second one is marked, so that
    each moment has a folder of its own, and names sort like the hours.

    Examples
    --------
    >>> folder_name(pd.Timestamp("2019-05-05", tz="UTC"), time_zone="UTC")
    '2019-05-05'
    >>> folder_name(pd.Timestamp("2019-05-05T06:30", tz="UTC"), time_zone="UTC")
    '2019-05-05T06-30'
    >>> folder_name(pd.Timestamp("2026-10-25T00:00", tz="UTC"), time_zone="Europe/Berlin")
    '2026-10-25T02-00'
    >>> folder_name(pd.Timestamp("2026-10-25T01:00", tz="UTC"), time_zone="Europe/Berlin")
    '2026-10-25T02b-00'
    """
    local = moment.tz_convert(time_zone)
    start = start_of_day(moment, time_zone=time_zone)
    if moment == start:
        return str(local.strftime("%Y-%m-%d"))
    same = _in_zone(local.tz_localize(None), time_zone)
    # A first midnight has the date's name already.
    again = "b" if same != moment and same != start else ""
    return str(local.strftime(f"%Y-%m-%dT%H{again}-%M"))
