"""Step: each theme's daily counts as re-read today, beside the counts as they were then known.

Every morning reads the whole history under that morning's themes, so a series has no jump where
themes were found anew. The price is that the past changes its theme now and then. Here stands
the other reading too: each complaint under the theme it had when it came, by today's name.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import LINEAGE, READINGS, conform
from models.series.calendar import local_dates
from models.themes.lineage import follow
from pipelines.steps.births.stored import born_themes
from pipelines.steps.themes.apart import in_other_language
from pipelines.steps.themes.versions import with_founders
from pipelines.store import Store

_TODAY = "~~"  # after all versions, those of people too


def themes_then(
    store: Store,
    complaints: pd.DataFrame,
    *,
    version: str,
    versions: list[str],
    by_people: pd.DataFrame | None = None,
) -> pd.Series:
    """Return the theme each complaint had when it came, under the name it has today.

    The version in use when a complaint came is the newest one before it was created and
    received; what came before the first version counts under the first. What came since the last
    morning of a version counts under the next one, whose first morning was the first to read it.
    Missing: it had no theme then, or that theme has been retired.

    Of the version in use today the morning's own answer counts, not the stored one: a morning
    that is lived again must not find there what a later one moved to a newborn theme. A text in
    another language has its theme by rule, and always had it.

    Parameters
    ----------
    store : Store
        Its ``assignments`` and ``lineage`` are read.
    complaints : DataFrame of ``complaint_id, created_at, received_at, theme_id``
        Those counted today, with their themes of today.
    version : str
        In use today.
    versions : list of str
        Complete ones up to today's, oldest first.
    by_people : DataFrame, optional
        Of :func:`pipelines.steps.themes.decisions.events_of_people`: names that people's mergers
        ended are followed, too.
    """
    then = pd.Series(None, index=complaints.index, dtype="str")
    if not versions:
        return then
    lineage = store.read(LINEAGE, where=pc.field("version") <= version)
    if by_people is not None:
        lineage = pd.concat([lineage, by_people])
    came = dict(_version_when_they_came(complaints, versions))
    waiting = complaints.index[:0]  # no morning of the version when they came has read them
    for name in versions:
        rows = waiting.append(came.get(name, complaints.index[:0]))
        if name == version:
            then[rows] = complaints.loc[rows, "theme_id"].astype("str")
            break
        ids, stored = complaints.loc[rows, "complaint_id"], _stored_themes(store, name)
        is_read = pd.Index(stored.index).get_indexer(pd.Index(ids)) >= 0
        mine = ids[is_read].map(stored)
        then[mine.index] = follow(mine, lineage, after=name, until=_TODAY).astype("str")
        waiting = rows[~is_read]
    by_rule = in_other_language(complaints["theme_id"])
    then[by_rule] = complaints.loc[by_rule, "theme_id"].astype("str")
    return then.where(then.notna(), None)


def themes_as_they_came(
    store: Store, complaints: pd.DataFrame, *, versions: list[str]
) -> pd.DataFrame:
    """Return the theme each complaint had when it came, under the name it had then.

    Parameters
    ----------
    store, complaints, versions
        As for :func:`themes_then`.

    Returns
    -------
    DataFrame of ``theme_id, is_read``
        A row a complaint. Not read: no morning of that version ever gave it a theme or none.
    """
    out = pd.DataFrame({"theme_id": None, "is_read": False}, index=complaints.index)
    out["theme_id"] = out["theme_id"].astype("str").where(out["theme_id"].notna(), None)
    for name, rows in _version_when_they_came(complaints, versions):
        stored = _stored_themes(store, name)
        ids = complaints.loc[rows, "complaint_id"]
        out.loc[rows, "theme_id"] = ids.map(stored)
        out.loc[rows, "is_read"] = pd.Index(stored.index).get_indexer(pd.Index(ids)) >= 0
    return out


def _version_when_they_came(
    complaints: pd.DataFrame, versions: list[str]
) -> Iterator[tuple[str, pd.Index]]:
    """Yield each version and the rows that came while it was the newest."""
    if not versions:
        return
    known_at = complaints[["created_at", "received_at"]].max(axis=1)
    moments = pd.DatetimeIndex([pd.Timestamp(name) for name in versions]).as_unit("us")
    place = np.maximum(moments.searchsorted(pd.DatetimeIndex(known_at), side="right") - 1, 0)
    for number, name in enumerate(versions):
        rows = complaints.index[place == number]
        if len(rows):
            yield name, rows


def _stored_themes(store: Store, version: str) -> pd.Series:
    """Return the theme of each complaint that the version read, that of its birth if it had one."""
    stored = with_founders(store, version, born=born_themes(store, version=version))
    return stored.set_index("complaint_id")["theme_id"]


def two_readings(
    complaints: pd.DataFrame, then: pd.Series, *, as_of: pd.Timestamp, time_zone: str
) -> pd.DataFrame:
    """Return daily counts of each of today's themes in both readings.

    Parameters
    ----------
    complaints : DataFrame of ``created_at, theme_id, is_counted``
        See :func:`pipelines.steps.series.with_themes`.
    then : Series of str
        Of :func:`themes_then`, for the same rows.
    as_of : Timestamp
        UTC; later rows are not read.
    time_zone : str
        Whose midnight ends a day.

    Returns
    -------
    DataFrame
        A READINGS frame: the days on which either reading counts something.
    """
    kept = complaints["is_counted"].astype(bool) & (complaints["created_at"] < as_of)
    rows = complaints[kept]
    dates = local_dates(rows["created_at"], time_zone)
    counts = {}
    for name, themes in (("now", rows["theme_id"]), ("then", then[kept])):
        frame = pd.DataFrame({"theme_id": themes.to_numpy(), "date": dates.to_numpy()})
        counts[name] = frame.dropna(subset=["theme_id"]).groupby(["theme_id", "date"]).size()
    both = pd.DataFrame(counts).fillna(0).astype("int64")
    both.index = both.index.set_names(["theme_id", "date"])
    return conform(both.reset_index(), READINGS)
