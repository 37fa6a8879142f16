"""Complaints to daily counts: dense series for the total, themes, channels, brands and pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import CHANNELS_UNKNOWN, COUNTS, DATE, NODE_ALL, conform, empty
from models.series.calendar import day_starts, local_date, local_dates
from models.series.hierarchy import series_id

# Pairs (theme by channel, theme by brand) with fewer complaints are not kept: a thousand brands
# would otherwise make tens of thousands of rows of zeros a day that nobody reads.
MIN_PAIR_TOTAL = 20

# How far back the longest silence is looked for that is still taken as usual.
_SILENCE_DAYS = 365


class Counted(NamedTuple):
    """Daily counts, and how fresh the data behind them is."""

    counts: pd.DataFrame  # a COUNTS frame
    first_date: pd.Timestamp | None  # local date of the first complaint
    last_data_at: pd.Timestamp | None  # when the newest row was received, UTC
    silent_days: int  # complete days at the end without any row, all sources together
    usual_silence_days: int  # the longest such stretch in the year before


class _Rows(NamedTuple):
    """Countable rows as small integers: the day, and each row's value on each axis."""

    day: NDArray[np.int64]
    is_late: NDArray[np.bool_]
    axes: dict[str, tuple[NDArray[np.int64], list[str]]]  # codes (-1: none) and their values


def _codes(values: pd.Series, *, unknown: str | None) -> tuple[NDArray[np.int64], list[str]]:
    # A value that is literally "*" would read as "all": it counts as not given.
    known = values.astype("str").where(values.notna() & (values != NODE_ALL))
    if unknown is not None and known.notna().any():
        known = known.fillna(unknown)
    codes, names = pd.factorize(known, sort=True)
    return np.asarray(codes, dtype=np.int64), [str(name) for name in names]


def _late(complaints: pd.DataFrame, dates: pd.Series, time_zone: str, days: int) -> pd.Series:
    unique = pd.DatetimeIndex(dates.unique())
    closing = day_starts(unique + pd.Timedelta(days=days + 1), time_zone)
    return complaints["received_at"] > dates.map(pd.Series(closing, index=unique))


def _nodes(rows: _Rows) -> Iterator[tuple[NDArray[np.int64], list[str], int]]:
    """Yield each level: the rows' node codes (-1: none), the nodes' names, their least total."""
    themes, theme_names = rows.axes["theme"]
    yield np.zeros(len(rows.day), dtype=np.int64), [series_id()], 0
    yield themes, [series_id(theme=name) for name in theme_names], 0
    for axis in ("channel", "brand"):
        codes, names = rows.axes[axis]
        yield codes, [series_id(**{axis: name}) for name in names], 0
        if len(names) > 1:
            pairs = np.where((themes >= 0) & (codes >= 0), themes * len(names) + codes, -1)
            used, pairs_used = np.unique(pairs[pairs >= 0], return_inverse=True)
            codes_used = np.full(len(pairs), -1, dtype=np.int64)
            codes_used[pairs >= 0] = pairs_used
            pair_names = [
                series_id(theme=theme_names[p // len(names)], **{axis: names[p % len(names)]})
                for p in used
            ]
            yield codes_used, pair_names, MIN_PAIR_TOTAL


def _level_frame(
    rows: _Rows, nodes: NDArray[np.int64], names: list[str], least: int, n_days: int
) -> tuple[list[str], NDArray[np.int64], NDArray[np.bool_]]:
    inside = nodes >= 0
    cells = nodes[inside] * n_days + rows.day[inside]
    shape = (len(names), n_days)
    count = np.bincount(cells, minlength=shape[0] * n_days).reshape(shape)
    late = np.bincount(cells[rows.is_late[inside]], minlength=shape[0] * n_days).reshape(shape)
    kept = count.sum(axis=1) >= least
    return [n for n, k in zip(names, kept, strict=True) if k], count[kept], late[kept] > 0


def _silence(day: NDArray[np.int64], n_complete: int) -> tuple[int, int]:
    """Return complete days at the end without a row, and the longest such stretch before."""
    busy = np.unique(day[day < n_complete])
    if not len(busy):
        return n_complete, 0
    recent = busy[busy >= n_complete - _SILENCE_DAYS]
    longest = int(np.diff(recent).max() - 1) if len(recent) > 1 else 0
    return int(n_complete - 1 - busy[-1]), longest


def count_complaints(
    complaints: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    time_zone: str,
    provisional_days: int,
) -> Counted:
    """Return daily counts of every series, zeros included, and how fresh the data is.

    Every series runs from the first complaint's local date to the last day that has begun by
    ``as_of``. A day is provisional while it is not known to be complete: the day of ``as_of``
    itself unless it has just begun, and a silence at the end that is longer than any in the
    year before (a feed that stopped is no drop to zero). A complaint without a theme counts
    in the total and in its channel and brand; one without a channel counts as ``unknown`` where
    others have one.

    Parameters
    ----------
    complaints : DataFrame
        ``complaint_id, created_at, received_at, theme_id, channel, brand, is_counted``; rows
        created or received at or after ``as_of`` are not read.
    as_of : Timestamp
        The moment of the count, UTC.
    time_zone : str
        Whose midnight ends a day.
    provisional_days : int
        Rows received later than so many days after the end of their date revise it.

    Returns
    -------
    Counted
        Empty counts and no dates when there is no row.
    """
    known = (complaints["created_at"] < as_of) & (complaints["received_at"] < as_of)
    rows = complaints[known & complaints["is_counted"].astype(bool)]
    if rows.empty:
        return Counted(empty(COUNTS), None, None, 0, 0)
    dates = local_dates(rows["created_at"], time_zone)
    first, last = dates.min(), local_date(as_of - pd.Timedelta(microseconds=1), time_zone)
    calendar = pd.date_range(first, last, freq="D").as_unit("us")
    n_complete = len(calendar) - int(local_date(as_of, time_zone) == last)
    coded = _Rows(
        np.asarray((dates - first).dt.days, dtype=np.int64),
        np.asarray(_late(rows, dates, time_zone, provisional_days), dtype=bool),
        {
            "theme": _codes(rows["theme_id"], unknown=None),
            "channel": _codes(rows["channel"], unknown=CHANNELS_UNKNOWN),
            "brand": _codes(rows["brand"], unknown=CHANNELS_UNKNOWN),
        },
    )
    levels = [_level_frame(coded, *level, len(calendar)) for level in _nodes(coded)]
    silent, usual = _silence(coded.day, n_complete)
    is_provisional = np.arange(len(calendar)) >= n_complete
    if silent > usual + 1:
        is_provisional[n_complete - silent :] = True
    names = [name for level_names, _, _ in levels for name in level_names]
    frame = pd.DataFrame(
        {
            "series_id": pd.Series(names, dtype="str").repeat(len(calendar)).to_numpy(),
            "date": np.tile(calendar.to_numpy().astype("datetime64[us]"), len(names)),
            "count": np.concatenate([count for _, count, _ in levels]).ravel(),
            "is_provisional": np.tile(is_provisional, len(names)),
            "is_revised": np.concatenate([late for _, _, late in levels]).ravel(),
        }
    )
    frame["date"] = frame["date"].astype(DATE)
    frame = frame.sort_values(["series_id", "date"], ignore_index=True)
    last_data_at = complaints.loc[known, "received_at"].max()
    return Counted(conform(frame, COUNTS), first, last_data_at, silent, usual)
