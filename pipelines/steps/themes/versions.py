"""What the store holds of a version: a fit, which texts shaped it and what joined since.

No column says which texts shaped a version, so the rows do: of the complaints that were known
before a version, the store holds those alone whose text shaped it, under the hash that the text
had then. Others (a flood's uncounted copies, history that was loaded later, texts that were
corrected) are voted on anew by each call, and can never be taken for voters. Complaints that came
after the version are all stored: their moments tell them apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import ASSIGNMENTS, LINEAGE, THEMES
from pipelines.store import Store

Flags = np.ndarray[Any, np.dtype[np.bool_]]
# Ends the name under which those rows of a fit stand that founded a theme: no version has it.
_FOUNDERS = "+founders"


def complete_versions(store: Store, encoder_name: str, *, until: str) -> list[str]:
    """Return the encoder's complete versions up to a version's name, oldest first."""
    # Themes are written after their assignments: a version with themes is complete.
    where = (pc.field("encoder") == encoder_name) & (pc.field("version") <= until)
    return sorted(store.read(THEMES, columns=["version"], where=where)["version"].unique())


def emerging_of(themes: pd.DataFrame) -> list[str]:
    """Return the themes of a version that were born since its fit, by id."""
    return sorted(themes.loc[themes["status"] == "emerging", "theme_id"])


def stored_assignments(
    store: Store, version: str, complaints: pd.DataFrame, *, born: Collection[str] = ()
) -> pd.DataFrame:
    """Return the version's stored ``contracts.ASSIGNMENTS`` rows of the complaints given.

    Those that founded one of the themes in ``born`` are that theme's, see :func:`write_founders`.
    """
    rows = with_founders(store, version, born=born)
    return rows[is_in(rows["complaint_id"], complaints["complaint_id"])]


def with_founders(store: Store, version: str, *, born: Collection[str]) -> pd.DataFrame:
    """Return the version's stored rows, with the texts of the fit that founded a newborn theme."""
    rows = store.read(ASSIGNMENTS, where=pc.field("version") == version)
    if not len(born):
        return rows
    where = (pc.field("version") == version + _FOUNDERS) & pc.field("theme_id").isin(list(born))
    founders = store.read(ASSIGNMENTS, where=where).assign(version=version)
    if founders.empty:
        return rows
    others = rows[~is_in(rows["complaint_id"], founders["complaint_id"])]
    both = pd.concat([others, founders])
    return both.sort_values("complaint_id", ignore_index=True)


def write_founders(
    store: Store, version: str, rows: pd.DataFrame, complaints: pd.DataFrame
) -> None:
    """Write the assignments of what is moved to newborn themes.

    What was known before the version is written beside its own rows and not over them: what the
    fit said of it must still be there when the morning of the fit is lived again.

    Parameters
    ----------
    store : Store
        Its ``assignments`` are written.
    version : str
        In use.
    rows : DataFrame
        ``contracts.ASSIGNMENTS`` rows of newborn themes.
    complaints : DataFrame of ``complaint_id, created_at, received_at``
        All that are known.
    """
    before = complaints.loc[is_known_before(complaints, version), "complaint_id"]
    is_before = is_in(rows["complaint_id"], before)
    if (~is_before).any():
        store.upsert(ASSIGNMENTS, rows[~is_before])
    if is_before.any():
        store.upsert(ASSIGNMENTS, rows[is_before].assign(version=version + _FOUNDERS))


def is_known_before(complaints: pd.DataFrame, version: str | pd.Timestamp) -> Flags:
    """Return which complaints were created and received before a version's or other moment."""
    moment = pd.Timestamp(version)
    return np.asarray((complaints["created_at"] < moment) & (complaints["received_at"] < moment))


def shaping_texts(
    version: str, complaints: pd.DataFrame, stored: pd.DataFrame, *, born: Collection[str] = ()
) -> pd.DataFrame:
    """Return the texts that shaped a version and the theme that each got there.

    A complaint that was corrected since still stands for what it said at the fit; one that was
    forgotten is gone. Texts that founded a newborn theme are not among them any more.

    Parameters
    ----------
    version : str
        Moment of the fit.
    complaints : DataFrame of ``complaint_id, created_at, received_at``
        Those known now.
    stored : DataFrame
        Of :func:`stored_assignments`.
    born : collection of str, optional
        Themes that were born since the fit.

    Returns
    -------
    DataFrame of ``text_hash, theme_id, strength``
        One row a text, by hash.
    """
    known = complaints[is_known_before(complaints, version)]
    rows = known[["complaint_id"]].merge(stored, on="complaint_id")
    founders = rows.loc[rows["theme_id"].isin(list(born)), "text_hash"]
    rows = rows[~is_in(rows["text_hash"], founders)]
    # At a fit a text has one theme, whichever complaint it is read from.
    rows = rows.dropna(subset=["theme_id"]).sort_values(["text_hash", "complaint_id"])
    rows = rows.drop_duplicates("text_hash")
    return rows[["text_hash", "theme_id", "strength"]].reset_index(drop=True)


def founding_texts(
    complaints: pd.DataFrame,
    stored: pd.DataFrame,
    *,
    born: Mapping[str, pd.Timestamp],
    shaping: pd.DataFrame,
) -> pd.DataFrame:
    """Return the texts that founded the themes that were born since a version.

    They were known before the morning of the birth, so they were moved to the theme and not
    voted into it.

    Parameters
    ----------
    complaints, stored
        As for :func:`shaping_texts`.
    born : mapping of str to Timestamp
        The morning of each birth, by theme.
    shaping : DataFrame of ``text_hash, ...``
        Texts that shaped the version: they found nothing.

    Returns
    -------
    DataFrame of ``text_hash, theme_id, strength``
        One row a text, by hash.
    """
    mine = stored[stored["theme_id"].isin(list(born))]
    rows = complaints[["complaint_id", "created_at", "received_at"]].merge(mine, on="complaint_id")
    morning = pd.to_datetime(rows["theme_id"].map(born), utc=True)
    is_founder = (rows["created_at"] < morning) & (rows["received_at"] < morning)
    rows = rows[is_founder]
    rows = rows[~is_in(rows["text_hash"], shaping["text_hash"])]
    rows = rows.sort_values(["text_hash", "complaint_id"]).drop_duplicates("text_hash")
    return rows[["text_hash", "theme_id", "strength"]].reset_index(drop=True)


def withdraw_themes(store: Store, version: str, themes: pd.DataFrame) -> None:
    """Make a version incomplete if it is stored with other themes than these.

    A version that is fitted again may find other themes. A call that is killed once the new
    assignments are written, and the new themes not yet, must not leave the old ones to them.
    """
    stored = store.read(THEMES)
    is_mine = stored["version"] == version
    if is_mine.any() and set(stored.loc[is_mine, "theme_id"]) != set(themes["theme_id"]):
        store.replace(THEMES, stored[~is_mine])


def write_assignments(store: Store, version: str, rows: pd.DataFrame) -> None:
    """Write the assignments of the complaints whose texts shaped a version.

    If it was fitted before, nothing of that fit stays: what joined its themes afterwards is
    voted on again when it is asked for.
    """
    mine = pc.field("version").isin([version, version + _FOUNDERS])
    stored = store.read(ASSIGNMENTS, columns=["complaint_id", "version"], where=mine)
    is_same = is_in(stored["complaint_id"], rows["complaint_id"]) & (stored["version"] == version)
    if is_same.all():
        store.upsert(ASSIGNMENTS, rows)
        return
    others = store.read(ASSIGNMENTS, where=~mine)
    store.replace(ASSIGNMENTS, pd.concat([others, rows], ignore_index=True))


def write_lineage(store: Store, version: str, events: pd.DataFrame) -> None:
    """Write what became of the themes before, in place of what a fit before wrote of it.

    Before the themes are written: of a version without themes nothing is read.
    """
    where = pc.field("version") == version
    stored = store.read(LINEAGE, where=where)
    if stored.equals(events.sort_values(list(LINEAGE.key), ignore_index=True)):
        return
    if stored.empty:
        store.append(LINEAGE, events)
        return
    others = store.read(LINEAGE, where=pc.field("version") != version)
    store.replace(LINEAGE, pd.concat([others, events], ignore_index=True))


def write_themes(store: Store, themes: pd.DataFrame) -> None:
    """Store the themes: the last write of a fit, with it the version is complete."""
    store.upsert(THEMES, themes)


def is_in(values: pd.Series, known: pd.Series) -> Flags:
    """Return which values are among the known ones."""
    # Series.isin takes seconds on a quarter of a million arrow strings; a hash table does not.
    return np.asarray(pd.Index(known.unique()).get_indexer(pd.Index(values)) >= 0)
