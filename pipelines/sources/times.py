"""Moments as people and machines write them, in UTC."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from models.contracts import TIMESTAMP

_EARLIEST, _LATEST = pd.Timestamp("1970-01-02", tz="UTC"), pd.Timestamp("2100-01-01", tz="UTC")
_MAX_CHARS = 60  # no moment is written longer
_WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?", re.I
)
_ZONE = r"(?P<zone>\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}|(?<=[\d.])[+-]\d{2}))$"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT = r"^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})$"
# What is not even like this is not tried in all forms.
_DATE_LIKE = re.compile(
    r"\d[/.-]\d{1,2}[/.-]\d|^\d{8}\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I
)
_EPOCH_UNITS = {9: 1.0, 10: 1.0, 12: 1e3, 13: 1e3, 15: 1e6, 16: 1e6, 18: 1e9, 19: 1e9}
_DATES = (
    "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d.%m.%Y",
    "%d.%m.%y", "%Y%m%d",
)  # fmt: skip
_SLASHED = {True: ("%d/%m/%Y", "%d/%m/%y"), False: ("%m/%d/%Y", "%m/%d/%y")}
_CLOCKS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H%M%S")
_SLASHED_DATE = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}\b")


def parse_times(values: pd.Series, *, time_zone: str, day_first: bool = False) -> pd.Series:
    """Return the moments in UTC; what cannot be read is missing.

    Read are ISO 8601, seconds, milli-, micro- and nanoseconds since 1970, and the usual forms
    with slashes, dots and names of months. Slashed dates are read as the whole column shows:
    a first number above 12 makes days come first, a second one makes months come first. A
    naive moment that summer time skips is taken as the moment after the gap; one that stands
    twice in autumn as the first.

    Parameters
    ----------
    values : Series of str
        Blank and missing ones give missing moments.
    time_zone : str
        Of moments that name no zone.
    day_first : bool
        How slashed dates are read where the column does not show it.

    Returns
    -------
    Series of datetime64[us, UTC]
        With the index of the input; only moments from 1970 to 2099.

    Examples
    --------
    >>> written = pd.Series(["2024-07-01 10:00", "1719828000", "soon"])
    >>> parse_times(written, time_zone="Europe/London")
    0   2024-07-01 09:00:00+00:00
    1   2024-07-01 10:00:00+00:00
    2                         NaT
    dtype: datetime64[us, UTC]
    """
    if values.isna().all():
        return pd.Series(pd.NaT, index=values.index, name=values.name, dtype=TIMESTAMP)
    codes, distinct = pd.factorize(values.astype("str").str.strip())
    written = pd.Series(distinct, dtype="str")
    moments = _parse_distinct(
        written.where(written.str.len().between(1, _MAX_CHARS)), time_zone, day_first
    )
    moments = moments.where((moments >= _EARLIEST) & (moments < _LATEST))
    # A missing value has the code -1, which takes the missing moment put at the end.
    table = pd.concat([moments, pd.Series([pd.NaT], dtype=TIMESTAMP)], ignore_index=True)
    out = table.take(codes).set_axis(values.index)
    return out.astype(TIMESTAMP).rename(values.name)


def _parse_distinct(written: pd.Series, time_zone: str, day_first: bool) -> pd.Series:
    out = pd.Series(pd.NaT, index=written.index, dtype=TIMESTAMP)
    for unit_digits, divisor in _EPOCH_UNITS.items():
        is_epoch = written.str.fullmatch(rf"\d{{{unit_digits}}}(?:\.\d+)?") & out.isna()
        seconds = written[is_epoch].astype("float64") / divisor
        out[is_epoch] = pd.to_datetime((seconds * 1e6).round().astype("int64"), unit="us", utc=True)
    plain, zones = _without_zone(written)
    naive = _parse_naive(plain.where(out.isna()), day_first)
    has_zone = zones.notna()
    local = naive[~has_zone].dt.tz_localize(
        time_zone,
        ambiguous=np.ones(int((~has_zone).sum()), dtype=bool),
        nonexistent="shift_forward",
    )
    out = out.fillna(local.dt.tz_convert("UTC").astype(TIMESTAMP).reindex(out.index))
    shift = pd.to_timedelta(zones[has_zone].map(_offset_minutes).astype("int64"), unit="min")
    aware = (naive[has_zone] - shift).dt.tz_localize("UTC").astype(TIMESTAMP)
    return out.fillna(aware.reindex(out.index))


def _without_zone(written: pd.Series) -> tuple[pd.Series, pd.Series]:
    # A trailing "-05" is a zone only behind a clock: 2019-05-04 ends in a day.
    has_clock = written.str.contains(":", regex=False) | written.str.contains(r"T\d{4}", regex=True)
    # Twitter's own form has the year last: "Sat May 04 00:01:02 +0000 2019".
    inner = written.str.extract(r"^(.*\d{2}:\d{2}(?::\d{2})?)\s([+-]\d{4}|UTC|GMT)\s(\d{4})$")
    is_inner = inner[0].notna()
    written = written.where(~is_inner, inner[0] + " " + inner[2] + inner[1])
    zones = written.str.extract(_ZONE, flags=re.IGNORECASE)["zone"].where(has_clock)
    plain = written.where(
        zones.isna(), written.str.replace(_ZONE, "", regex=True, flags=re.IGNORECASE)
    )
    return plain, zones.str.strip()


def _offset_minutes(zone: str) -> int:
    if zone.upper() in {"Z", "UTC", "GMT"}:
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes


def _parse_naive(written: pd.Series, day_first: bool) -> pd.Series:
    out = pd.Series(pd.NaT, index=written.index, dtype="datetime64[us]")
    tidy = written.str.replace(",", ".", regex=False).where(
        written.str.contains(r":\d{2},\d"), written
    )
    iso = tidy.str.replace(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", _iso_date, regex=True)
    iso = iso.str.replace(_COMPACT, r"\1-\2-\3T\4:\5:\6", regex=True)
    is_iso = iso.str.fullmatch(_ISO).fillna(False).astype("bool")
    out[is_iso] = pd.to_datetime(iso[is_iso], format="ISO8601", errors="coerce").astype(out.dtype)
    rest = tidy[~is_iso].dropna()
    rest = rest[rest.str.contains(_DATE_LIKE)]
    if rest.empty:
        return out
    rest = rest.str.replace(_WEEKDAY, "", regex=True).str.replace(
        r"(?<=\d)(?:st|nd|rd|th)\b", "", regex=True
    )
    rest = (
        rest.str.replace(r"[,T]|\bat\b", " ", regex=True)
        .str.replace(r"\s+", " ", regex=True)
        .str.strip()
    )
    rest = rest.str.replace(_SLASHED_DATE, lambda m: m.group().replace("-", "/"), regex=True)
    rest = rest.str.replace(r"(?i)\b([ap])\.?m\.?$", lambda m: m[1].upper() + "M", regex=True)
    for date in (*_DATES, *_SLASHED[_days_come_first(rest, day_first)]):
        for form in (date, *(f"{date} {clock}" for clock in _CLOCKS)):
            if rest.empty:
                return out
            found = pd.to_datetime(rest, format=form, errors="coerce").dropna()
            out[found.index] = found.astype(out.dtype)
            rest = rest.drop(found.index)
    for clock in ("%H:%M:%S", "%H:%M"):
        found = pd.to_datetime(rest, format=f"%b %d {clock} %Y", errors="coerce").dropna()
        out[found.index] = found.astype(out.dtype)
        rest = rest.drop(found.index)
    return out


def _iso_date(match: re.Match[str]) -> str:
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"


def _days_come_first(written: pd.Series, otherwise: bool) -> bool:
    parts = written.str.extract(_SLASHED_DATE).dropna().astype("int64")
    first, second = (parts[0] > 12).sum(), (parts[1] > 12).sum()
    return bool(first > second) if first != second else otherwise
