"""Complaints to themes: fit when it is time, else assign to the themes that are known."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace

import pandas as pd
import pyarrow.compute as pc

from models.contracts import ASSIGNMENTS, COMPLAINTS, THEMES, UNLIKE_ALL
from models.errors import DataContractError
from pipelines.moments import iso
from pipelines.settings import Settings
from pipelines.steps.births_stored import born_themes
from pipelines.steps.themes_apart import (
    assign_apart,
    is_set_apart,
    language_themes,
    languages_with_theme,
    mark_apart,
)
from pipelines.steps.themes_fit import birthdays, fit_themes
from pipelines.steps.themes_versions import (
    complete_versions,
    founding_texts,
    is_in,
    is_known_before,
    shaping_texts,
    stored_assignments,
    withdraw_themes,
    write_assignments,
    write_lineage,
)
from pipelines.steps.themes_vote import assign_complaints
from pipelines.store import Store

Progress = Callable[[int, int], object]  # called with (steps done, steps in all)

_STEPS = 3  # themes known, complaints assigned, written
_NEEDED = ("complaint_id", "created_at", "text", "text_hash")
_READ_IF_MISSING = ("received_at", "language")


@dataclass(frozen=True)
class ThemesResult:
    """The themes as of a morning.

    Attributes
    ----------
    version : str
        Moment of the fit in use, ISO 8601 in UTC.
    refitted : bool
        Whether this call made that version.
    themes : DataFrame
        ``contracts.THEMES`` rows of the version, as its fit wrote them: what joined a theme
        since is in no title, label, exemplar or size. Where the first text of a language came
        after the fit, the theme of other languages is described from what is known now.
    assignments : DataFrame
        ``contracts.ASSIGNMENTS`` rows of the version, one for every complaint given. One that
        was assigned by an earlier call keeps its theme until a refit, unless its text was
        corrected since.
    new_assigned : int
        Complaints (with or without a theme) that this call assigned for the first time, or
        anew since they were corrected: at a refit all, else of those that came after the version.
    unassigned : int
        Complaints given that have no theme because they are unlike any.
    no_complaint : dict of str to int
        Complaints given that are none, by kind; they have no theme.
    foreign : dict of str to int
        Complaints given that are in no main language, by language.
    ended : DataFrame of ``theme_id, status, into``
        Themes of the version before that this call's refit merged or retired.
    """

    version: str
    refitted: bool
    themes: pd.DataFrame
    assignments: pd.DataFrame
    new_assigned: int
    unassigned: int
    no_complaint: dict[str, int] = field(default_factory=dict)
    foreign: dict[str, int] = field(default_factory=dict)
    ended: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["theme_id", "status", "into"])
    )


def find_themes(
    store: Store,
    *,
    encoder_name: str,
    settings: Settings,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    left_out: Set[str],
    refit: bool = False,
    progress: Progress | None = None,
) -> ThemesResult:
    """Return the themes known at ``as_of`` and the theme of every complaint.

    The newest version that is complete, of this encoder, not after ``as_of`` and not older than
    ``themes.refit_days`` is used, and complaints that it does not know yet are assigned by a vote
    of the texts that shaped it: of those alone, so that a morning's answer does not depend on
    what was assigned since. Without such a version a new one is fitted at ``as_of``; its themes
    keep the ids of the version before where they are the same.

    What carries no complaint has no theme; what is not in a main language has its language's.
    Neither shapes a theme or votes.

    A call that is killed leaves a version that is whole, or one without themes, which no later
    call uses.

    Parameters
    ----------
    store : Store
        Its ``embeddings`` hold a vector of each text; ``themes`` and ``assignments`` are read
        and written.
    encoder_name : str
        Whose vectors are used.
    settings : Settings
        ``themes`` and ``time_zone`` are read.
    as_of : Timestamp
        With a time zone.
    complaints : DataFrame of ``complaint_id, created_at, text, text_hash``
        All complaints known at ``as_of``, and no others. ``received_at`` and ``language`` are
        read from the store where the frame has none.
    left_out : set of str
        Complaints (ids) that are assigned to themes, but never shape them. Read at a fit alone:
        who votes afterwards is what shaped it, whatever is left out by then.
    refit : bool, default False
        Fit a new version whatever there is.
    progress : callable, optional
        Called with (steps done, steps in all).

    Raises
    ------
    DataContractError
        If a column is missing, ``as_of`` has no time zone, a complaint is not before it or there
        twice, or a text has no vector.
    """
    rows = _checked(store, complaints, as_of).sort_values("complaint_id", ignore_index=True)
    rows = rows.join(mark_apart(rows, settings))
    tell = progress or _tell_nobody
    tell(0, _STEPS)
    version = None if refit else _usable_version(store, encoder_name, settings, as_of)
    if version is None:
        return _find(store, encoder_name, settings, as_of, rows, left_out, tell)
    return _keep(store, encoder_name, settings, version, as_of, rows, tell)


def _tell_nobody(done: int, total: int) -> None:
    pass


def _checked(store: Store, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    if as_of.tzinfo is None:
        raise DataContractError(f"as_of: expected a moment with a time zone, got {as_of}.")
    missing = [name for name in _NEEDED if name not in complaints.columns]
    if missing:
        raise DataContractError(f"complaints: missing column(s) {', '.join(missing)}.")
    if complaints["complaint_id"].duplicated().any():
        raise DataContractError("complaints: complaint_id is not unique.")
    rows = complaints
    absent = [name for name in _READ_IF_MISSING if name not in rows.columns]
    if absent:
        stored = store.read(COMPLAINTS, columns=["complaint_id", *absent])
        rows = rows.merge(stored, on="complaint_id", how="left", validate="one_to_one")
    rows = rows[[*_NEEDED, *_READ_IF_MISSING]]
    # Written so that a missing moment counts as late, too.
    late = int((~((rows["created_at"] < as_of) & (rows["received_at"] < as_of))).sum())
    if late:
        raise DataContractError(f"complaints: {late} row(s) were not known before {as_of}.")
    return rows


def _usable_version(
    store: Store, encoder_name: str, settings: Settings, as_of: pd.Timestamp
) -> str | None:
    known = complete_versions(store, encoder_name, until=iso(as_of))
    if not known:
        return None
    age = as_of - pd.Timestamp(known[-1])
    return known[-1] if age <= pd.Timedelta(days=settings.themes.refit_days) else None


def _find(
    store: Store,
    encoder_name: str,
    settings: Settings,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    left_out: Set[str],
    tell: Progress,
) -> ThemesResult:
    """Fit a version at ``as_of`` and assign everything to it."""
    version = iso(as_of)
    is_open = _is_open(complaints)
    grouped, apart = complaints[is_open], complaints[~is_open]
    fit = fit_themes(
        store, encoder_name, settings, version=version, complaints=grouped, left_out=left_out
    )
    counted = apart[~apart["complaint_id"].isin(left_out)]
    own = languages_with_theme(counted, min_texts=settings.themes.min_texts)
    ruled = assign_apart(apart, version=version, theme_ids=own)
    ids = ruled.loc[is_in(ruled["complaint_id"], counted["complaint_id"]), "theme_id"]
    languages = _language_themes(
        store, encoder_name, settings, version, apart, ruled, set(ids.dropna())
    )
    themes = _joined(fit.themes, languages)
    tell(1, _STEPS)
    voted = assign_complaints(
        store,
        encoder_name,
        settings.themes,
        version=version,
        complaints=grouped,
        shaping=fit.shaping,
    )
    tell(2, _STEPS)
    withdraw_themes(store, version, themes)
    write_assignments(store, version, voted[is_in(voted["text_hash"], fit.shaping["text_hash"])])
    write_lineage(store, version, fit.events)
    _write_themes(store, themes)
    tell(3, _STEPS)
    return _result(version, True, themes, complaints, [voted, ruled], len(complaints), fit.ended)


def _keep(
    store: Store,
    encoder_name: str,
    settings: Settings,
    version: str,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    tell: Progress,
) -> ThemesResult:
    """Assign to a version's themes what the store has no assignment of."""
    themes = store.read(THEMES, where=pc.field("version") == version)
    born = born_themes(store, before=as_of)
    is_unborn = (themes["status"] == "emerging") & ~themes["theme_id"].isin(list(born))
    unborn, themes = themes.loc[is_unborn, "theme_id"], themes[~is_unborn].reset_index(drop=True)
    everything = stored_assignments(store, version, complaints)
    # What a later morning moved to a newborn theme is voted on again, as it was this morning.
    is_later = everything["theme_id"].isin(unborn)
    stored, moved_later = everything[~is_later], everything.loc[is_later, "complaint_id"]
    is_open = _is_open(complaints)
    grouped, apart = complaints[is_open], complaints[~is_open]
    kept = _still_holding(stored, grouped)
    shaping = shaping_texts(version, complaints, stored)
    tell(1, _STEPS)
    voted = assign_complaints(
        store,
        encoder_name,
        settings.themes,
        version=version,
        complaints=grouped[~is_in(grouped["complaint_id"], kept["complaint_id"])],
        shaping=shaping,
        founding=founding_texts(version, complaints, stored, born=born, shaping=shaping),
    )
    ruled = assign_apart(apart, version=version, theme_ids=set(themes["theme_id"]))
    missing = set(ruled["theme_id"].dropna()) - set(themes["theme_id"])
    # Not stored: an earlier morning of this version, lived again, must not find it.
    late = _language_themes(store, encoder_name, settings, version, apart, ruled, missing)
    tell(2, _STEPS)
    made = pd.concat([voted, ruled])
    made = made[~is_in(made["complaint_id"], moved_later)]
    new = _store_new(store, version, complaints, stored, made)
    tell(3, _STEPS)
    rows = [kept, voted, ruled]
    return _result(version, False, _joined(themes, late), complaints, rows, new)


def _is_open(complaints: pd.DataFrame) -> pd.Series:
    """Return which complaints are grouped by what they say: no rule has set them apart."""
    return complaints["kind"].isna() & complaints["foreign"].isna()


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


def _language_themes(
    store: Store,
    encoder_name: str,
    settings: Settings,
    version: str,
    apart: pd.DataFrame,
    ruled: pd.DataFrame,
    ids: Set[str],
) -> pd.DataFrame:
    """Return the languages' themes of these ids."""
    theme = ruled.set_index("complaint_id")["theme_id"]
    rows = apart.assign(theme_id=apart["complaint_id"].map(theme))
    rows = rows[rows["theme_id"].isin(list(ids))].rename(columns={"created_at": "first_at"})
    born = birthdays(store, encoder_name, settings.time_zone, version, rows) if len(rows) else {}
    return language_themes(
        store, encoder_name, version=version, complaints=rows, born=pd.Series(born)
    )


def _joined(themes: pd.DataFrame, languages: pd.DataFrame) -> pd.DataFrame:
    if languages.empty:
        return themes
    if themes.empty:
        return languages
    return pd.concat([themes, languages]).sort_values("theme_id", ignore_index=True)


def _result(
    version: str,
    refitted: bool,
    themes: pd.DataFrame,
    complaints: pd.DataFrame,
    assignments: list[pd.DataFrame],
    new_assigned: int,
    ended: pd.DataFrame | None = None,
) -> ThemesResult:
    found = [rows for rows in assignments if len(rows)] or assignments[:1]
    whole = pd.concat(found).sort_values("complaint_id", ignore_index=True)
    result = ThemesResult(
        version=version,
        refitted=refitted,
        themes=themes,
        assignments=whole,
        new_assigned=new_assigned,
        unassigned=int((whole["reason"] == UNLIKE_ALL).sum()),
        no_complaint=_tally(complaints["kind"]),
        foreign=_tally(complaints["foreign"]),
    )
    return result if ended is None else replace(result, ended=ended)


def _tally(values: pd.Series) -> dict[str, int]:
    counts = values.dropna().value_counts()
    return {str(name): int(counts[name]) for name in sorted(counts.index)}


def _write_themes(store: Store, themes: pd.DataFrame) -> None:
    # The last write of a fit: with it the version is complete.
    store.upsert(THEMES, themes)
