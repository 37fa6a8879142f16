"""Complaints to themes: fit when it is time, else assign to the themes that are known."""

from __future__ import annotations

from collections.abc import Set

import pandas as pd

from models.contracts import COMPLAINTS
from models.errors import DataContractError
from pipelines.moments import iso
from pipelines.settings import Settings
from pipelines.steps.themes.anew import fit_anew
from pipelines.steps.themes.apart import mark_apart
from pipelines.steps.themes.known import assign_to_known
from pipelines.steps.themes.result import STEPS, Progress, ThemesResult
from pipelines.steps.themes.versions import complete_versions
from pipelines.store import Store

_NEEDED = ("complaint_id", "created_at", "text", "text_hash")
_READ_IF_MISSING = ("received_at", "language")


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
    tell(0, STEPS)
    version = None if refit else _usable_version(store, encoder_name, settings, as_of)
    if version is None:
        return fit_anew(store, encoder_name, settings, as_of, rows, left_out, tell)
    return assign_to_known(store, encoder_name, settings, version, as_of, rows, tell)


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
