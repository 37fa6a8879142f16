"""Counts of themes that are no more, as they were read while they were themes.

A refit ends themes: they merge into others or their texts go to several. What came while such a
theme was known was given to it that very day and still stands in the assignments of the version
that was then in use. So the forecasts of those days can be judged; those of the days after
cannot, for nothing is given to a theme that is not there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from models.contracts import CHANNELS_UNKNOWN, NODE_ALL, THEMES
from models.forecasting.scoring.come_due import NAIVE_DAYS
from models.series.calendar import day_starts, local_dates
from models.series.hierarchy import parse_series_id
from models.themes.deciding import LIVE
from pipelines.steps.past.readings import themes_as_they_came
from pipelines.store import Store

ENDED = "the theme ended on {day}"
UNREAD = "not all of these days' complaints were read under the themes of then"
NO_LONGER_COUNTED = "no longer counted"

_WEEK = pd.Timedelta(days=7)


class ThenCounted(NamedTuple):
    """What can be judged of series that are counted no more, by what, and what cannot."""

    due: pd.DataFrame  # the forecasts that can be judged
    counts: pd.DataFrame  # series_id, date, count: zeros included
    not_scored: pd.DataFrame  # the others, with `reason` and `title`


def as_then_counted(
    store: Store,
    gone: pd.DataFrame,
    complaints: pd.DataFrame,
    *,
    versions: list[str],
    as_of: pd.Timestamp,
    time_zone: str,
) -> ThenCounted:
    """Return the counts by which forecasts of ended themes can be judged.

    Parameters
    ----------
    store : Store
        Its ``assignments`` and ``themes`` are read.
    gone : DataFrame
        ``series_id, origin, date, ...``: forecasts of series that are not counted today.
    complaints : DataFrame
        ``complaint_id, created_at, received_at, channel, brand, is_counted``.
    versions : list of str
        Complete ones, oldest first.
    as_of : Timestamp
        UTC; later rows are not read.
    time_zone : str
        Whose midnight ends a day.
    """
    nothing = pd.DataFrame({"series_id": [], "date": [], "count": []})
    if gone.empty:
        return ThenCounted(gone, nothing, gone.assign(reason=None, title=None))
    rows = _as_they_came(store, gone, complaints, versions, as_of, time_zone)
    themes = store.read(THEMES, columns=["theme_id", "version", "title", "status"])
    theme = gone["series_id"].map(_theme_of(gone["series_id"]))
    reason = _reasons(theme, gone["date"], rows, themes, versions, time_zone)
    titles = themes.drop_duplicates("theme_id", keep="last").set_index("theme_id")["title"]
    told = gone.assign(reason=reason, title=theme.map(titles))
    judged = gone[reason.isna()]
    return ThenCounted(judged, _counts(judged, rows), told[reason.notna()])


def _theme_of(names: pd.Series) -> dict[str, str]:
    return {name: parse_series_id(name).theme for name in names.unique()}


def _as_they_came(
    store: Store,
    gone: pd.DataFrame,
    complaints: pd.DataFrame,
    versions: list[str],
    as_of: pd.Timestamp,
    time_zone: str,
) -> pd.DataFrame:
    """Return ``theme, channel, brand, day, is_read``, a row a counted complaint."""
    first = gone["origin"].min() - pd.Timedelta(days=NAIVE_DAYS) - _WEEK
    start = day_starts(pd.DatetimeIndex([first]), time_zone)[0]
    known = (complaints["created_at"] < as_of) & (complaints["received_at"] < as_of)
    is_mine = known & (complaints["created_at"] >= start) & complaints["is_counted"].astype(bool)
    rows = complaints[is_mine]
    came = themes_as_they_came(store, rows, versions=versions)
    return pd.DataFrame(
        {
            "theme": came["theme_id"],
            "channel": rows["channel"].fillna(CHANNELS_UNKNOWN),
            "brand": rows["brand"].fillna(CHANNELS_UNKNOWN),
            "day": local_dates(rows["created_at"], time_zone).astype("datetime64[us]"),
            "is_read": came["is_read"].astype(bool),
        }
    )


def _reasons(
    theme: pd.Series,
    day: pd.Series,
    rows: pd.DataFrame,
    themes: pd.DataFrame,
    versions: list[str],
    time_zone: str,
) -> pd.Series:
    """Return why a forecast cannot be judged; missing where it can."""
    live = themes[themes["status"].isin(LIVE) & themes["version"].isin(versions)]
    known = set(zip(live["version"], live["theme_id"], strict=True))
    moments = pd.DatetimeIndex([pd.Timestamp(name) for name in versions])
    unread = set(rows.loc[~rows["is_read"], "day"])
    starts = {
        date: day_starts(pd.DatetimeIndex([date, date + pd.Timedelta(days=1)]), time_zone)
        for date in day.unique()
    }

    def why(name: str, date: pd.Timestamp) -> str | None:
        if name == NODE_ALL or not versions:
            return NO_LONGER_COUNTED
        start, end = starts[date]
        first = max(int(moments.searchsorted(start, side="right")) - 1, 0)
        last = max(int(moments.searchsorted(end, side="left")) - 1, 0)
        for number in range(first, last + 1):
            if (versions[number], name) not in known:
                return _ended(name, known, versions[: number + 1], time_zone)
        return UNREAD if date in unread else None

    found = [why(name, date) for name, date in zip(theme, day, strict=True)]
    return pd.Series(found, index=theme.index, dtype="object")


def _ended(name: str, known: set[tuple[str, str]], versions: list[str], time_zone: str) -> str:
    """Return on which day a theme ended: that of the first version that no longer has it."""
    had = [number for number, version in enumerate(versions) if (version, name) in known]
    if not had:
        return NO_LONGER_COUNTED
    moment = pd.Timestamp(versions[had[-1] + 1]).tz_convert(time_zone)
    return ENDED.format(day=moment.strftime("%Y-%m-%d"))


def _counts(judged: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return daily counts of the series, zeros included."""
    names = sorted(judged["series_id"].unique())
    if not names:
        return pd.DataFrame({"series_id": [], "date": [], "count": []})
    first = judged["origin"].min() - pd.Timedelta(days=NAIVE_DAYS) - _WEEK
    dates = pd.date_range(first, judged["date"].max(), freq="D").as_unit("us")
    place = dates.get_indexer(pd.DatetimeIndex(rows["day"]))
    count = np.zeros((len(names), len(dates)), dtype=np.int64)
    for i, name in enumerate(names):
        key = parse_series_id(name)
        is_mine = (rows["theme"] == key.theme).fillna(False).to_numpy(dtype=bool) & (place >= 0)
        for axis in ("channel", "brand"):
            value = getattr(key, axis)
            if value != NODE_ALL:
                is_mine &= (rows[axis] == value).to_numpy(dtype=bool)
        np.add.at(count[i], place[is_mine], 1)
    return pd.DataFrame(
        {
            "series_id": np.repeat(names, len(dates)),
            "date": np.tile(dates.to_numpy(), len(names)),
            "count": count.ravel(),
        }
    )
