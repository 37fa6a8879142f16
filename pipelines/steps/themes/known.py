"""A version of the themes that is known: what came since is assigned to it."""

from __future__ import annotations

import pandas as pd
import pyarrow.compute as pc

from models.contracts import ASSIGNMENTS, THEMES
from pipelines.settings import Settings
from pipelines.steps.births.stored import born_themes, last_morning
from pipelines.steps.themes.apart import assign_apart, grouped_and_apart, is_set_apart
from pipelines.steps.themes.languages import themes_of_languages, with_languages
from pipelines.steps.themes.result import STEPS, Progress, ThemesResult, as_result
from pipelines.steps.themes.versions import (
    emerging_of,
    founding_texts,
    is_in,
    is_known_before,
    shaping_texts,
    stored_assignments,
)
from pipelines.steps.themes.vote import assign_complaints
from pipelines.store import Store


def assign_to_known(
    store: Store,
    encoder_name: str,
    settings: Settings,
    version: str,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    tell: Progress,
) -> ThemesResult:
    """Assign to a version's themes what the store has no assignment of, and store what came since.

    Parameters
    ----------
    store, encoder_name, settings, as_of
        As :func:`pipelines.steps.themes.themes.find_themes` has them.
    version : str
        A complete one, of this encoder and not after ``as_of``.
    complaints : DataFrame
        All complaints known at ``as_of``, by id, with ``kind`` and ``foreign`` as
        :func:`pipelines.steps.themes.apart.mark_apart` gives them.
    tell : callable
        Called with (steps done, steps in all).
    """
    themes = store.read(THEMES, where=pc.field("version") == version)
    born = born_themes(store, version=version, before=as_of)
    is_unborn = (themes["status"] == "emerging") & ~themes["theme_id"].isin(list(born))
    unborn, themes = themes.loc[is_unborn, "theme_id"], themes[~is_unborn].reset_index(drop=True)
    newborn = {theme_id: born[theme_id] for theme_id in emerging_of(themes)}
    everything = stored_assignments(store, version, complaints, born=newborn)
    # What this morning or a later one moved to a newborn theme is voted on again, as it was this
    # morning: texts that no earlier one knew are not moved yet.
    is_later = everything["theme_id"].isin(unborn)
    seen = last_morning(store, before=as_of)
    if seen is not None:
        unseen = complaints.loc[~is_known_before(complaints, seen), "complaint_id"]
        is_later |= everything["theme_id"].isin(list(born)) & is_in(
            everything["complaint_id"], unseen
        )
    stored, moved_later = everything[~is_later], everything.loc[is_later, "complaint_id"]
    grouped, apart = grouped_and_apart(complaints)
    kept = _still_holding(stored, grouped)
    shaping = shaping_texts(version, complaints, stored, born=newborn)
    tell(1, STEPS)
    voted = assign_complaints(
        store,
        encoder_name,
        settings.themes,
        version=version,
        complaints=grouped[~is_in(grouped["complaint_id"], kept["complaint_id"])],
        shaping=shaping,
        founding=founding_texts(complaints, stored, born=newborn, shaping=shaping),
    )
    ruled = assign_apart(apart, version=version, theme_ids=set(themes["theme_id"]))
    missing = set(ruled["theme_id"].dropna()) - set(themes["theme_id"])
    # Not stored: an earlier morning of this version, lived again, must not find it.
    late = themes_of_languages(store, encoder_name, settings, version, apart, ruled, missing)
    tell(2, STEPS)
    made = pd.concat([voted, ruled])
    made = made[~is_in(made["complaint_id"], moved_later)]
    new = _store_new(store, version, complaints, stored, made)
    tell(3, STEPS)
    rows = [kept, voted, ruled]
    return as_result(version, False, with_languages(themes, late), complaints, rows, new)


def _still_holding(stored: pd.DataFrame, grouped: pd.DataFrame) -> pd.DataFrame:
    """Return the stored rows that answer for the complaints as they are now."""
    now = grouped.set_index("complaint_id")["text_hash"]
    is_same_text = stored["text_hash"] == stored["complaint_id"].map(now)
    return stored[is_same_text & ~is_set_apart(stored)]


def _store_new(
    store: Store,
    version: str,
    complaints: pd.DataFrame,
    stored: pd.DataFrame,
    made: pd.DataFrame,
) -> int:
    """Store what was decided of complaints that came after the version; return how many."""
    # What was known before the version and is not stored did not shape it: see themes_versions.
    came_after = complaints.loc[~is_known_before(complaints, version), "complaint_id"]
    rows = made[is_in(made["complaint_id"], came_after)]
    before = stored.set_index("complaint_id").reindex(rows["complaint_id"]).set_axis(rows.index)
    is_known = before["text_hash"].notna()
    is_same = (before["text_hash"] == rows["text_hash"]) & (
        before["theme_id"].fillna("") == rows["theme_id"].fillna("")
    )
    is_same &= before["reason"].fillna("") == rows["reason"].fillna("")
    fresh = rows[~is_known]
    corrected = rows[is_known & ~is_same]
    if len(corrected):
        store.upsert(ASSIGNMENTS, pd.concat([fresh, corrected]))
    else:
        store.append(ASSIGNMENTS, fresh)
    return len(fresh) + len(corrected)
