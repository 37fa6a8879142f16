"""Complaints to themes: fit when it is time, else assign to the themes that are known."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field

import pandas as pd
import pyarrow.compute as pc

from models.contracts import ASSIGNMENTS, COMPLAINTS, THEMES
from models.errors import DataContractError
from pipelines.moments import iso
from pipelines.settings import Settings
from pipelines.steps.births_stored import born_themes
from pipelines.steps.themes_fit import fit_themes
from pipelines.steps.themes_versions import (
    complete_versions,
    founding_texts,
    is_in,
    is_known_before,
    shaping_texts,
    stored_assignments,
    withdraw_themes,
    write_assignments,
)
from pipelines.steps.themes_vote import assign_complaints
from pipelines.store import Store

Progress = Callable[[int, int], object]  # called with (steps done, steps in all)

_STEPS = 3  # themes known, complaints assigned, written
_NEEDED = ("complaint_id", "created_at", "text", "text_hash")


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
        since is in no title, label, exemplar or size.
    assignments : DataFrame
        ``contracts.ASSIGNMENTS`` rows of the version, one for every complaint given. One that
        was assigned by an earlier call keeps its theme until a refit, even if its text was
        corrected since.
    new_assigned : int
        Complaints (with or without a theme) that this call assigned for the first time: at a
        refit all, else those that came after the version and no call has seen yet.
    unassigned : int
        Complaints given that have no theme.
    ended : DataFrame of ``theme_id, status, into``
        Themes of the version before that this call's refit merged or retired.
    """

    version: str
    refitted: bool
    themes: pd.DataFrame
    assignments: pd.DataFrame
    new_assigned: int
    unassigned: int
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
        All complaints known at ``as_of``, and no others. A ``received_at`` is read from the
        store where the frame has none.
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
    if "received_at" not in rows.columns:
        received = store.read(COMPLAINTS, columns=["complaint_id", "received_at"])
        rows = rows.merge(received, on="complaint_id", how="left", validate="one_to_one")
    rows = rows[[*_NEEDED, "received_at"]]
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
    fit = fit_themes(
        store, encoder_name, settings, version=version, complaints=complaints, left_out=left_out
    )
    tell(1, _STEPS)
    made = assign_complaints(
        store,
        encoder_name,
        settings.themes,
        version=version,
        complaints=complaints,
        shaping=fit.shaping,
    )
    tell(2, _STEPS)
    has_shaped = is_in(complaints["text_hash"], fit.shaping["text_hash"])
    withdraw_themes(store, version, fit.themes)
    write_assignments(store, version, made[has_shaped])
    _write_themes(store, fit.themes)
    tell(3, _STEPS)
    return ThemesResult(
        version=version,
        refitted=True,
        themes=fit.themes,
        assignments=made,
        new_assigned=len(made),
        unassigned=int(made["theme_id"].isna().sum()),
        ended=fit.ended,
    )


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
    everything = stored_assignments(store, version, complaints)
    # What a later morning moved to a newborn theme is voted on again, as it was this morning.
    stored = everything[~everything["theme_id"].isin(themes.loc[is_unborn, "theme_id"])]
    themes = themes[~is_unborn].reset_index(drop=True)
    shaping = shaping_texts(version, complaints, stored)
    tell(1, _STEPS)
    others = complaints[~is_in(complaints["complaint_id"], stored["complaint_id"])]
    made = assign_complaints(
        store,
        encoder_name,
        settings.themes,
        version=version,
        complaints=others,
        shaping=shaping,
        founding=founding_texts(version, complaints, stored, born=born, shaping=shaping),
    )
    tell(2, _STEPS)
    # What was known before the version and is not stored did not shape it: see themes_versions.
    is_new = ~is_known_before(others, version)
    new = made[is_new & ~is_in(others["complaint_id"], everything["complaint_id"])]
    store.append(ASSIGNMENTS, new)
    tell(3, _STEPS)
    whole = pd.concat([stored, made]).sort_values("complaint_id", ignore_index=True)
    return ThemesResult(
        version=version,
        refitted=False,
        themes=themes,
        assignments=whole,
        new_assigned=len(new),
        unassigned=int(whole["theme_id"].isna().sum()),
    )


def _write_themes(store: Store, themes: pd.DataFrame) -> None:
    # The last write of a fit: with it the version is complete.
    store.upsert(THEMES, themes)
