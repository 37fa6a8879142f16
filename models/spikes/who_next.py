"""Who is next: segments that resemble those who complain of a theme and do not do so yet.

A segment is a combination of what is known of customers' complaints: product, brand, region. It
may be next if it shares with the rise a value that stands out in it (a product, a region), its
customers do complain of things in general, and none of them has in the rise's window. It is a
list for telling people before they have to ask: segments of five customers and more, never a
customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

AXES = ("product", "brand", "region")
LEAST_CUSTOMERS = 5  # fewer could point at single people, whatever is asked for
_LEAST_KNOWN = 0.5  # of the complaints; an axis that fewer name parts nobody
_FOLLOWS_WITHIN = 7  # days
_LOOK_BACK = 365
# Of fewer earlier rises, or days on which the rise's own segments wrote, a share says nothing.
_LEAST_RISES, _LEAST_DAYS = 3, 5
_NEVER = 20  # times without having followed once: the theme is no matter of theirs


@dataclass(frozen=True, kw_only=True)
class ContactRules:
    """Which segments are listed, see ``params.yaml``: ``contact``."""

    min_complaints: int = 10
    min_customers: int = 5
    max_segments: int = 5


class Segment(NamedTuple):
    """A segment that may be next.

    Attributes
    ----------
    parts : tuple of (str, str)
        Axes and values.
    customers, complaints : int
        Of any kind, lately.
    shares, lift : str, float
        The axis of which it has a value that stands out in the rise, and so many times.
    followed, times : int
        How often it complained of the theme within a week after the start of earlier rises, or
        after days on which the segments that complain now did; ``times`` is 0 where there were
        too few.
    """

    parts: tuple[tuple[str, str], ...]
    customers: int
    complaints: int
    shares: str
    lift: float
    followed: int
    times: int


def who_next(
    theme: pd.DataFrame,
    recent: pd.DataFrame,
    lifts: Mapping[tuple[str, str], float],
    *,
    first: pd.Timestamp,
    last: pd.Timestamp,
    openings: Sequence[pd.Timestamp],
    rules: ContactRules,
) -> list[Segment]:
    """Return the segments that may be next, those that followed most often first.

    Those that followed equally often, or of which nothing is known, by complaints times lift. Who
    never did in twenty times or more is left out: a telephone's owner does not lose broadband.

    Parameters
    ----------
    theme : DataFrame of ``date, product, brand, region``
        The theme's complaints, of its past too; dates are local.
    recent : DataFrame of ``customer_key, product, brand, region``
        Complaints of any kind that came lately. Where customers are not known nobody is listed.
    lifts : mapping of (str, str) to float
        Axis and value: how many times its usual it has in the rise.
    first, last : Timestamp
        Local dates of the rise's window, both included.
    openings : sequence of Timestamp
        Local dates on which earlier rises of the theme began.
    rules : ContactRules

    Returns
    -------
    list of Segment
        Empty where fewer than two axes tell complaints apart: whoever shares the only value that
        stands out complains already.
    """
    axes = [axis for axis in AXES if _tells_apart(recent[axis])]
    wanted = {key: lift for key, lift in lifts.items() if key[0] in axes}
    if len(axes) < 2 or not wanted:
        return []
    named = theme.dropna(subset=axes)
    is_in = named["date"].between(first, last)
    complaining = set(named.loc[is_in, axes].itertuples(index=False, name=None))
    past = named[named["date"] < first]
    dates = dict(iter(past.groupby(axes)["date"]))
    starts = {key: _starts(past, axes, key, complaining, openings, first) for key in wanted}
    found = []
    for values, customers, complaints in _segments(recent, axes, rules):
        shared = [key for key in zip(axes, values, strict=True) if key in wanted]
        if not shared or values in complaining:
            continue
        key = max(shared, key=lambda it: (wanted[it], it))
        followed = _followed(starts[key], dates.get(values, past["date"].iloc[:0]))
        if not followed and len(starts[key]) >= _NEVER:
            continue
        found.append(
            Segment(
                tuple(zip(axes, values, strict=True)),
                customers,
                complaints,
                key[0],
                wanted[key],
                followed,
                len(starts[key]),
            )
        )
    return sorted(found, key=_rank)[: rules.max_segments]


def _tells_apart(values: pd.Series) -> bool:
    is_known = bool(values.notna().mean() >= _LEAST_KNOWN)
    return is_known and len(values.dropna().unique()) > 1


def _segments(
    recent: pd.DataFrame, axes: list[str], rules: ContactRules
) -> list[tuple[tuple[str, ...], int, int]]:
    """Return the segments that are large enough, with customers and complaints."""
    groups = recent.dropna(subset=axes).groupby(axes)["customer_key"].agg(["nunique", "size"])
    least = max(rules.min_customers, LEAST_CUSTOMERS)
    large = groups[(groups["nunique"] >= least) & (groups["size"] >= rules.min_complaints)]
    return [
        (tuple(str(value) for value in values), int(customers), int(complaints))
        for values, customers, complaints in large.itertuples(name=None)
    ]


def _starts(
    past: pd.DataFrame,
    axes: list[str],
    key: tuple[str, str],
    complaining: set[tuple[str, ...]],
    openings: Sequence[pd.Timestamp],
    first: pd.Timestamp,
) -> pd.DatetimeIndex:
    """Return the days after which a segment could have followed: of rises, else usual ones.

    Each has its whole week before the rise that is on now.
    """
    until = first - pd.Timedelta(days=_FOLLOWS_WITHIN + 1)
    rises = pd.DatetimeIndex(sorted({day for day in openings if day <= until}))
    if len(rises) >= _LEAST_RISES:
        return rises
    since = first - pd.Timedelta(days=_LOOK_BACK)
    rows = past[past["date"].between(since, until) & (past[key[0]] == key[1])]
    is_leading = [it in complaining for it in rows[axes].itertuples(index=False, name=None)]
    days = pd.DatetimeIndex(rows.loc[np.array(is_leading, dtype=bool), "date"].unique())
    return days.sort_values() if len(days) >= _LEAST_DAYS else days[:0]


def _followed(starts: pd.DatetimeIndex, dates: pd.Series) -> int:
    """Return after how many of the days a complaint came within the week after."""
    days = np.sort(dates.to_numpy(dtype="datetime64[D]"))
    begun = starts.to_numpy(dtype="datetime64[D]")
    until = begun + np.timedelta64(_FOLLOWS_WITHIN, "D")
    after, up_to = days.searchsorted(begun, "right"), days.searchsorted(until, "right")
    return int((up_to > after).sum())


def _rank(it: Segment) -> tuple[float, float, tuple[tuple[str, str], ...]]:
    share = it.followed / it.times if it.times else 0.0
    return (-share, -it.complaints * it.lift, it.parts)
