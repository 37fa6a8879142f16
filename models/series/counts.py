"""Complaints to daily counts: dense series of total, areas, themes, channels, brands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import (
    CHANNELS_UNKNOWN,
    COUNTS,
    DATE,
    NODE_ALL,
    NODE_NONE,
    NODE_REST,
    conform,
    empty,
)
from models.series.calendar import day_starts, local_date, local_dates
from models.series.delays import arrived_by_series, learn_delays
from models.series.hierarchy import series_id

# Pairs (theme by channel, theme by brand) with fewer complaints are not kept: a thousand brands
# would otherwise make tens of thousands of rows of zeros a day that nobody reads.
MIN_PAIR_TOTAL = 20

# How far back the longest silence is looked for that is still taken as usual.
_SILENCE_DAYS = 365
# The last days' complaints say what sources and channels a series is made up of.
_MIX_DAYS = 364


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
    received: NDArray[np.int64]  # the day of receipt
    is_late: NDArray[np.bool_]
    axes: dict[str, tuple[NDArray[np.int64], list[str]]]  # codes (-1: none) and their values


def _codes(values: pd.Series, *, unknown: str | None) -> tuple[NDArray[np.int64], list[str]]:
    # A value that is literally "*" would read as "all": it counts as not given.
    reserved = [NODE_ALL, NODE_REST] if unknown else [NODE_ALL, NODE_REST, NODE_NONE]
    known = values.astype("str").where(values.notna() & ~values.isin(reserved))
    if unknown is not None and known.notna().any():
        known = known.fillna(unknown)
    codes, names = pd.factorize(known, sort=True)
    return np.asarray(codes, dtype=np.int64), [str(name) for name in names]


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or nothing where the frame has none."""
    if name in rows:
        return rows[name].astype("str").where(rows[name].notna())
    return pd.Series(pd.NA, index=rows.index, dtype="str")


def _late(complaints: pd.DataFrame, dates: pd.Series, time_zone: str, days: int) -> pd.Series:
    unique = pd.DatetimeIndex(dates.unique())
    closing = day_starts(unique + pd.Timedelta(days=days + 1), time_zone)
    return complaints["received_at"] > dates.map(pd.Series(closing, index=unique))


def _nodes(rows: _Rows) -> Iterator[tuple[NDArray[np.int64], list[str], int]]:
    """Yield each level: the rows' node codes (-1: none), the nodes' names, their least total."""
    themes, theme_names = rows.axes["theme"]
    yield np.zeros(len(rows.day), dtype=np.int64), [series_id()], 0
    yield themes, [series_id(theme=name) for name in theme_names], 0
    areas, area_names = rows.axes["area"]
    yield np.where(themes >= 0, areas, -1), [series_id(area=name) for name in area_names], 0
    if theme_names and (themes < 0).any():
        yield np.where(themes < 0, 0, -1), [series_id(theme=NODE_NONE)], 0
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


class _Level(NamedTuple):
    names: list[str]
    per_day: NDArray[np.int64]  # complaints, (n_series, n_days) as the others
    is_revised: NDArray[np.bool_]
    arrived: NDArray[np.float64]
    arrived_sd: NDArray[np.float64]


def _level(
    rows: _Rows,
    nodes: NDArray[np.int64],
    names: list[str],
    least: int,
    n_days: int,
    lateness: _Lateness,
) -> _Level:
    inside = nodes >= 0
    cells = nodes[inside] * n_days + rows.day[inside]
    shape = (len(names), n_days)
    count = np.bincount(cells, minlength=shape[0] * n_days).reshape(shape)
    late = np.bincount(cells[rows.is_late[inside]], minlength=shape[0] * n_days).reshape(shape)
    kept = count.sum(axis=1) >= least
    arrived, arrived_sd = lateness.of(nodes, len(names))
    return _Level(
        [n for n, k in zip(names, kept, strict=True) if k],
        count[kept],
        late[kept] > 0,
        arrived[kept],
        arrived_sd[kept],
    )


class _Lateness:
    """How much of the last days has come in, for any series of the rows."""

    def __init__(self, rows: _Rows, group: NDArray[np.int64], *, n_days: int, today: int) -> None:
        self.n_groups = int(group.max(initial=0)) + 1
        self.n_days, self.group = n_days, group
        self.ages = today - np.arange(n_days)
        self.is_recent = rows.day >= today - _MIX_DAYS
        self.delays = learn_delays(
            rows.day, rows.received, group, n_groups=self.n_groups, today=today
        )

    def of(
        self, nodes: NDArray[np.int64], n_nodes: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if self.delays is None:
            none = np.full((n_nodes, self.n_days), np.nan)
            return none, none
        inside = (nodes >= 0) & self.is_recent
        cells = nodes[inside] * self.n_groups + self.group[inside]
        mix = np.bincount(cells, minlength=n_nodes * self.n_groups)
        of_groups = mix.astype(np.float64).reshape(n_nodes, self.n_groups)
        return arrived_by_series(self.delays, of_groups, self.ages)


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
    in the total and in its channel and brand, and in a series of those without; one without a
    channel counts as ``unknown`` where others have one.

    Where complaints are told late (see :mod:`models.series.delays`), ``arrived`` says how much of
    each of the last days has come in.

    Parameters
    ----------
    complaints : DataFrame
        ``complaint_id, created_at, received_at, theme_id, channel, brand, is_counted``, perhaps
        ``area_id`` (of the theme) and ``source``; rows created or received at or after ``as_of``
        are not read.
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
    today = local_date(as_of, time_zone)
    n_complete = len(calendar) - int(today == last)
    received = local_dates(rows["received_at"], time_zone)
    coded = _Rows(
        np.asarray((dates - first).dt.days, dtype=np.int64),
        np.asarray((received - first).dt.days, dtype=np.int64),
        np.asarray(_late(rows, dates, time_zone, provisional_days), dtype=bool),
        {
            "theme": _codes(rows["theme_id"], unknown=None),
            "area": _codes(_column(rows, "area_id"), unknown=None),
            "channel": _codes(rows["channel"], unknown=CHANNELS_UNKNOWN),
            "brand": _codes(rows["brand"], unknown=CHANNELS_UNKNOWN),
        },
    )
    deliveries = _column(rows, "source").fillna("") + "|" + rows["channel"].fillna("")
    lateness = _Lateness(
        coded, _codes(deliveries, unknown=None)[0], n_days=len(calendar), today=(today - first).days
    )
    levels = [_level(coded, *nodes, len(calendar), lateness) for nodes in _nodes(coded)]
    silent, usual = _silence(coded.day, n_complete)
    is_provisional = np.arange(len(calendar)) >= n_complete
    if silent > usual + 1:
        is_provisional[n_complete - silent :] = True
    names = [name for level in levels for name in level.names]
    frame = pd.DataFrame(
        {
            "series_id": pd.Series(names, dtype="str").repeat(len(calendar)).to_numpy(),
            "date": np.tile(calendar.to_numpy().astype("datetime64[us]"), len(names)),
            "count": np.concatenate([level.per_day for level in levels]).ravel(),
            "is_provisional": np.tile(is_provisional, len(names)),
            "is_revised": np.concatenate([level.is_revised for level in levels]).ravel(),
            "arrived": np.concatenate([level.arrived for level in levels]).ravel(),
            "arrived_sd": np.concatenate([level.arrived_sd for level in levels]).ravel(),
        }
    )
    frame["date"] = frame["date"].astype(DATE)
    frame = frame.sort_values(["series_id", "date"], ignore_index=True)
    last_data_at = complaints.loc[known, "received_at"].max()
    return Counted(conform(frame, COUNTS), first, last_data_at, silent, usual)
