"""What the store holds of a version: a fit, which texts shaped it and what joined since.

No column says which texts shaped a version, so the rows do: of the complaints that were known
before a version, the store holds those alone whose text shaped it, under the hash that the text
had then. Others (a flood's uncounted copies, history that was loaded later, texts that were
corrected) are voted on anew by each call, and can never be taken for voters. Complaints that came
after the version are all stored: their moments tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import ASSIGNMENTS, LINEAGE, THEMES
from pipelines.store import Store

Flags = np.ndarray[Any, np.dtype[np.bool_]]


def complete_versions(store: Store, encoder_name: str, *, until: str) -> list[str]:
    """Return the encoder's complete versions up to a version's name, oldest first."""
    # Themes are written after their assignments: a version with themes is complete.
    where = (pc.field("encoder") == encoder_name) & (pc.field("version") <= until)
    return sorted(store.read(THEMES, columns=["version"], where=where)["version"].unique())


def stored_assignments(store: Store, version: str, complaints: pd.DataFrame) -> pd.DataFrame:
    """Return the version's stored ``contracts.ASSIGNMENTS`` rows of the complaints given."""
    rows = store.read(ASSIGNMENTS, where=pc.field("version") == version)
    return rows[is_in(rows["complaint_id"], complaints["complaint_id"])]


def is_known_before(complaints: pd.DataFrame, version: str | pd.Timestamp) -> Flags:
    """Return which complaints were created and received before a version's or other moment."""
    moment = pd.Timestamp(version)
    return np.asarray((complaints["created_at"] < moment) & (complaints["received_at"] < moment))


def shaping_texts(version: str, complaints: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Return the texts that shaped a version and the theme that each got there.

    A complaint that was corrected since still stands for what it said at the fit; one that was
    forgotten is gone.

    Parameters
    ----------
    version : str
        Moment of the fit.
    complaints : DataFrame of ``complaint_id, created_at, received_at``
        Those known now.
    stored : DataFrame
        Of :func:`stored_assignments`.

    Returns
    -------
    DataFrame of ``text_hash, theme_id, strength``
        One row a text, by hash.
    """
    known = complaints[is_known_before(complaints, version)]
    rows = known[["complaint_id"]].merge(stored, on="complaint_id")
    # At a fit a text has one theme, whichever complaint it is read from.
    rows = rows.dropna(subset=["theme_id"]).sort_values(["text_hash", "complaint_id"])
    rows = rows.drop_duplicates("text_hash")
    return rows[["text_hash", "theme_id", "strength"]].reset_index(drop=True)


def founding_texts(
    version: str,
    complaints: pd.DataFrame,
    stored: pd.DataFrame,
    *,
    born: Mapping[str, pd.Timestamp],
    shaping: pd.DataFrame,
) -> pd.DataFrame:
    """Return the texts that founded the themes that were born since a version.

    They came after the version and were known before the morning of the birth, so they were
    moved to the theme and not voted into it.

    Parameters
    ----------
    version, complaints, stored
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
    rows = rows[is_founder & ~is_known_before(rows, version)]
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
    stored = store.read(ASSIGNMENTS, columns=["complaint_id"], where=pc.field("version") == version)
    if is_in(stored["complaint_id"], rows["complaint_id"]).all():
        store.upsert(ASSIGNMENTS, rows)
        return
    others = store.read(ASSIGNMENTS, where=pc.field("version") != version)
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
