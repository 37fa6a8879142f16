"""Complaints to themes: fit when it is time, else assign to the themes that are known."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import ASSIGNMENTS, COMPLAINTS, THEMES, check, conform, empty
from models.embedding import Vectors, to_bytes
from models.errors import DataContractError
from models.themes.assignment import NO_THEME, assign_by_vote, rejection_floor
from models.themes.discovery import SharedNeighbourThemes
from models.themes.labels import describe_themes
from models.themes.lineage import Lineage, carry_names
from pipelines.settings import Settings
from pipelines.steps.embed import read_vectors
from pipelines.store import Store

Labels = np.ndarray[Any, Any]
Progress = Callable[[int, int], object]  # called with (steps done, steps in all)

# A refit's cluster keeps an old theme's id if it shares this much of their texts (Jaccard):
# half of a theme that splits in two keeps the name, a third of one that falls apart hardly.
_MIN_OVERLAP = 0.3
_NEEDED = ("complaint_id", "created_at", "text", "text_hash")
_VERSION_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


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
        ``contracts.THEMES`` rows of the version.
    assignments : DataFrame
        ``contracts.ASSIGNMENTS`` rows of the version, one for every complaint given.
    new_assigned : int
        Complaints that this call assigned (with or without a theme).
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
    of the texts it was fitted on: of those alone, so that a morning's answer does not depend on
    what was assigned since. Without such a version a new one is fitted at ``as_of``; its themes
    keep the ids of the version before where they are the same.

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
        Complaints (ids) that are assigned to themes, but never shape them.
    refit : bool, default False
        Fit a new version whatever there is.
    progress : callable, optional
        Called with (steps done, steps in all).

    Raises
    ------
    DataContractError
        If a column is missing, ``as_of`` has no time zone, a complaint is not before it, or a
        text has no vector.
    """
    complaints = _checked(store, complaints, as_of).sort_values("complaint_id", ignore_index=True)
    tick = _Ticker(progress)
    version = None if refit else _usable_version(store, encoder_name, settings, as_of)
    if version is None:
        return _fit(store, encoder_name, settings, as_of, complaints, left_out, tick)
    return _assign(store, encoder_name, settings, version, complaints, tick)


class _Ticker:
    """Counts the steps of a call for whoever shows progress."""

    _STEPS = 4

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._done = progress, -1
        self()

    def __call__(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._STEPS)


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
    late = int(((rows["created_at"] >= as_of) | (rows["received_at"] >= as_of)).sum())
    if late:
        raise DataContractError(f"complaints: {late} row(s) were not known before {as_of}.")
    return rows


def _usable_version(
    store: Store, encoder_name: str, settings: Settings, as_of: pd.Timestamp
) -> str | None:
    known = _versions(store, encoder_name, as_of)
    if not known:
        return None
    age = as_of - pd.Timestamp(known[-1])
    return known[-1] if age <= pd.Timedelta(days=settings.themes.refit_days) else None


def _versions(store: Store, encoder_name: str, as_of: pd.Timestamp) -> list[str]:
    """Return the complete versions up to ``as_of``, oldest first."""
    where = (pc.field("encoder") == encoder_name) & (pc.field("version") <= _version_name(as_of))
    # Themes are written after their assignments: a version with themes is complete.
    return sorted(store.read(THEMES, columns=["version"], where=where)["version"].unique())


def _version_name(moment: pd.Timestamp) -> str:
    return str(moment.tz_convert("UTC").strftime(_VERSION_FORMAT))


# ---------------------------------------------------------------- a morning between refits


def _assign(
    store: Store,
    encoder_name: str,
    settings: Settings,
    version: str,
    complaints: pd.DataFrame,
    tick: _Ticker,
) -> ThemesResult:
    themes = store.read(THEMES, where=pc.field("version") == version)
    stored = _stored_assignments(store, version, complaints)
    tick()
    new = complaints[~_is_in(complaints["complaint_id"], stored["complaint_id"])]
    if len(new):
        made = _vote(store, encoder_name, settings, version, complaints, stored, new)
        tick()
        store.append(ASSIGNMENTS, made)
        stored = pd.concat([stored, made], ignore_index=True)
    return _result(version, themes, stored, refitted=False, new_assigned=len(new))


def _stored_assignments(store: Store, version: str, complaints: pd.DataFrame) -> pd.DataFrame:
    rows = store.read(ASSIGNMENTS, where=pc.field("version") == version)
    return rows[_is_in(rows["complaint_id"], complaints["complaint_id"])]


def _is_in(values: pd.Series, known: pd.Series) -> Labels:
    # Series.isin takes seconds on a quarter of a million arrow strings; a hash table does not.
    return np.asarray(pd.Index(known.unique()).get_indexer(pd.Index(values)) >= 0)


def _vote(
    store: Store,
    encoder_name: str,
    settings: Settings,
    version: str,
    complaints: pd.DataFrame,
    stored: pd.DataFrame,
    new: pd.DataFrame,
) -> pd.DataFrame:
    reference = _fitted_texts(version, complaints, stored).iloc[: settings.themes.max_fit_texts]
    names = np.sort(reference["theme_id"].unique())
    codes = np.searchsorted(names, reference["theme_id"].to_numpy())
    # A text that the fit knew keeps the theme it got there; the vote is for new ones.
    asked = new.drop_duplicates("text_hash")
    asked = asked[~asked["text_hash"].isin(reference["text_hash"])]
    known = read_vectors(store, encoder_name, reference["text_hash"])
    voted = _voted(store, encoder_name, settings, asked["text_hash"], known, codes, names)
    answers = pd.concat([reference[["text_hash", "theme_id", "strength"]], voted])
    return _assignments(new, answers, version)


def _voted(
    store: Store,
    encoder_name: str,
    settings: Settings,
    hashes: pd.Series,
    known: Vectors,
    codes: Labels,
    names: Labels,
) -> pd.DataFrame:
    """Return ``text_hash, theme_id, strength`` by a vote of the known texts."""
    if hashes.empty:
        return pd.DataFrame({"text_hash": [], "theme_id": [], "strength": []})
    options = settings.themes
    floor = rejection_floor(
        known, codes, neighbours=options.vote_neighbours, share=options.reject_share
    )
    labels, strengths = assign_by_vote(
        read_vectors(store, encoder_name, hashes),
        known,
        codes,
        neighbours=options.vote_neighbours,
        floor=floor,
    )
    theme_ids = [names[label] if label != NO_THEME else None for label in labels]
    return pd.DataFrame(
        {"text_hash": hashes.to_numpy(), "theme_id": theme_ids, "strength": strengths}
    )


def _fitted_texts(version: str, complaints: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Return ``text_hash, theme_id, strength`` of the texts known at the fit, by hash."""
    moment = pd.Timestamp(version)
    is_known = (complaints["created_at"] < moment) & (complaints["received_at"] < moment)
    rows = complaints[is_known].merge(stored, on="complaint_id").dropna(subset=["theme_id"])
    # Within a version a text has one theme, whichever complaint it is read from.
    rows = rows.drop_duplicates("text_hash").sort_values("text_hash")
    return rows[["text_hash", "theme_id", "strength"]]


def _assignments(complaints: pd.DataFrame, by_text: pd.DataFrame, version: str) -> pd.DataFrame:
    rows = complaints[["complaint_id", "text_hash"]].merge(by_text, on="text_hash", how="left")
    rows["version"] = version
    return conform(rows[list(ASSIGNMENTS.columns)], ASSIGNMENTS)


# ---------------------------------------------------------------- a refit


def _fit(
    store: Store,
    encoder_name: str,
    settings: Settings,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    left_out: Set[str],
    tick: _Ticker,
) -> ThemesResult:
    version = _version_name(as_of)
    counted = complaints[~complaints["complaint_id"].isin(left_out)]
    texts = counted.groupby("text_hash", sort=True).agg(
        text=("text", "first"), weight=("complaint_id", "size"), first_at=("created_at", "min")
    )
    texts = texts.reset_index()
    vectors = read_vectors(store, encoder_name, texts["text_hash"])
    tick()
    model = _estimator(settings).fit(vectors, text_hashes=texts["text_hash"])
    texts["cluster"], texts["strength"] = model.labels_, model.strengths_
    tick()
    lineage = _lineage(store, encoder_name, as_of, complaints, texts, version)
    texts["theme_id"] = texts["cluster"].map(lineage.names.set_index("cluster")["theme_id"])
    themes = _theme_rows(store, encoder_name, settings, version, texts, vectors, lineage)
    outsiders = _vote_on_left_out(store, encoder_name, settings, complaints, texts, vectors)
    tick()
    answers = pd.concat([texts[["text_hash", "theme_id", "strength"]], outsiders])
    assignments = _assignments(complaints, answers, version)
    if len(assignments):
        store.upsert(ASSIGNMENTS, assignments)
    _write_themes(store, version, themes)
    tick()
    result = _result(version, themes, assignments, refitted=True, new_assigned=len(assignments))
    return replace(result, ended=lineage.ended)


def _estimator(settings: Settings) -> SharedNeighbourThemes:
    options = settings.themes
    return SharedNeighbourThemes(
        neighbours=options.neighbours,
        dimensions=options.dimensions,
        resolution=options.resolution,
        min_texts=options.min_texts,
        max_fit_texts=options.max_fit_texts,
        vote_neighbours=options.vote_neighbours,
    )


def _lineage(
    store: Store,
    encoder_name: str,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    texts: pd.DataFrame,
    version: str,
) -> Lineage:
    """Return the names of the new clusters, carried from the newest version before."""
    older = [name for name in _versions(store, encoder_name, as_of) if name < version]
    old = pd.Series(dtype="str")
    if older:
        stored = _stored_assignments(store, older[-1], complaints)
        fitted = _fitted_texts(older[-1], complaints, stored)
        old = fitted.set_index("text_hash")["theme_id"]
    clusters = texts.set_index("text_hash")["cluster"]
    return carry_names(clusters, old, version=version, min_overlap=_MIN_OVERLAP)


def _theme_rows(
    store: Store,
    encoder_name: str,
    settings: Settings,
    version: str,
    texts: pd.DataFrame,
    vectors: Vectors,
    lineage: Lineage,
) -> pd.DataFrame:
    if texts.empty:
        return empty(THEMES)
    described = describe_themes(
        texts["text"].tolist(),
        texts["cluster"].to_numpy(),
        vectors,
        brand_words=settings.themes.brand_words,
        weights=texts["weight"].to_numpy(),
    )
    rows = described.merge(lineage.names, on="cluster")
    first = texts.groupby("theme_id")["first_at"].min().dt.tz_convert(settings.time_zone)
    born = first.dt.tz_localize(None).dt.normalize()
    # A theme that has its name from before was born when that name was.
    where = (pc.field("encoder") == encoder_name) & (pc.field("version") < version)
    before = store.read(THEMES, columns=["theme_id", "version", "born_on"], where=where)
    known = before.sort_values("version").set_index("theme_id")["born_on"]
    rows["born_on"] = rows["theme_id"].map({**born.to_dict(), **known.to_dict()})
    rows["centroid"] = pd.Series(to_bytes(np.stack(rows["centroid"])), dtype="object")
    rows = rows.assign(version=version, status="active", encoder=encoder_name)
    rows = conform(rows[list(THEMES.columns)], THEMES).sort_values("theme_id", ignore_index=True)
    return check(rows, THEMES)


def _vote_on_left_out(
    store: Store,
    encoder_name: str,
    settings: Settings,
    complaints: pd.DataFrame,
    texts: pd.DataFrame,
    vectors: Vectors,
) -> pd.DataFrame:
    """Return ``text_hash, theme_id, strength`` of the texts that only left-out complaints have."""
    others = complaints[~complaints["text_hash"].isin(texts["text_hash"])]
    hashes = others["text_hash"].drop_duplicates().sort_values()
    names = np.sort(texts["theme_id"].unique())
    known = texts.iloc[: settings.themes.max_fit_texts]
    codes = np.searchsorted(names, known["theme_id"].to_numpy())
    return _voted(store, encoder_name, settings, hashes, vectors[: len(known)], codes, names)


def _write_themes(store: Store, version: str, themes: pd.DataFrame) -> None:
    stored = store.read(THEMES)
    others = stored[stored["version"] != version]
    mine = stored[stored["version"] == version]
    if not mine["theme_id"].isin(themes["theme_id"]).all():
        # The version was fitted before on other rows: its other themes must go.
        store.replace(THEMES, pd.concat([others, themes], ignore_index=True))
    elif len(themes):
        store.upsert(THEMES, themes)


def _result(
    version: str,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    refitted: bool,
    new_assigned: int,
) -> ThemesResult:
    return ThemesResult(
        version=version,
        refitted=refitted,
        themes=themes,
        assignments=assignments.sort_values("complaint_id", ignore_index=True),
        new_assigned=new_assigned,
        unassigned=int(assignments["theme_id"].isna().sum()),
    )
