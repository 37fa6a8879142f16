"""A new version of the themes: texts to clusters, clusters to themes with ids and names."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import LINEAGE, THEMES, check, conform, empty
from models.embedding import Vectors, to_bytes
from models.series.calendar import local_dates
from models.themes.discovery import SharedNeighbourThemes
from models.themes.labels import describe_themes
from models.themes.lineage import Lineage, carry_names
from pipelines.settings import Settings, Themes
from pipelines.steps.births.stored import born_themes
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.areas import with_areas
from pipelines.steps.themes.versions import (
    complete_versions,
    emerging_of,
    founding_texts,
    shaping_texts,
    stored_assignments,
)
from pipelines.store import Store

# A refit's cluster keeps an old theme's id if it shares this much of their texts (Jaccard):
# half of a theme that splits in two keeps the name, a third of one that falls apart hardly.
_MIN_OVERLAP = 0.3


@dataclass(frozen=True)
class Fit:
    """What a fit found; nothing of it is stored yet.

    Attributes
    ----------
    themes : DataFrame
        ``contracts.THEMES`` rows, by id. An id is carried from the version before, the words
        (title, label, keywords, exemplars) are always the fit's own.
    shaping : DataFrame of ``text_hash, theme_id, strength``
        The texts that shaped it, by hash.
    ended : DataFrame of ``theme_id, status, into``
        Themes of the version before that merged or retired.
    events : DataFrame
        ``contracts.LINEAGE`` rows: what became of the version before.
    """

    themes: pd.DataFrame
    shaping: pd.DataFrame
    ended: pd.DataFrame
    events: pd.DataFrame


@dataclass(frozen=True)
class _Before:
    """The newest version before: its themes, and the theme of each text that was one's own."""

    themes: pd.DataFrame
    by_hash: pd.Series


def fit_themes(
    store: Store,
    encoder_name: str,
    settings: Settings,
    *,
    version: str,
    complaints: pd.DataFrame,
    left_out: Set[str],
) -> Fit:
    """Return the themes of the counted complaints, under the ids of the version before.

    Parameters
    ----------
    store : Store
        Read only: vectors, and what the version before held.
    encoder_name : str
        Whose vectors are used.
    settings : Settings
        ``themes`` and ``time_zone`` are read.
    version : str
        Moment of the fit; all complaints were known before it.
    complaints : DataFrame of ``complaint_id, created_at, received_at, text, text_hash``
        By ``complaint_id``.
    left_out : set of str
        Complaints (ids) that do not count. A text that no counted complaint has shapes nothing.

    Raises
    ------
    DataContractError
        If a text has no vector.
    """
    texts = _counted_texts(complaints, left_out)
    vectors = read_vectors(store, encoder_name, texts["text_hash"])
    before = _before(store, encoder_name, version, complaints)
    model = estimator(settings.themes).fit(
        vectors,
        text_hashes=texts["text_hash"],
        known_themes=_codes(texts["text_hash"], before.by_hash),
        known_resolution=_resolution(before.themes),
    )
    texts["cluster"], texts["strength"] = model.labels_, model.strengths_
    clusters = texts.set_index("text_hash")["cluster"]
    lineage = carry_names(clusters, before.by_hash, version=version, min_overlap=_MIN_OVERLAP)
    texts["theme_id"] = texts["cluster"].map(lineage.names.set_index("cluster")["theme_id"])
    themes = _theme_rows(store, encoder_name, settings, version, texts, vectors, lineage)
    if len(themes):
        clusters_of = lineage.names[["cluster", "theme_id"]]
        rows = with_areas(
            themes.drop(columns=["area_id", "area_title"]).merge(clusters_of, on="theme_id"),
            model,
            texts,
            vectors,
            before=before.themes,
            old_themes=before.by_hash,
            options=settings.themes,
            version=version,
        )
        themes = check(conform(rows.assign(resolution=model.resolution_), THEMES), THEMES)
    shaping = texts[["text_hash", "theme_id", "strength"]]
    events = check(conform(lineage.events.assign(version=version), LINEAGE), LINEAGE)
    return Fit(themes=themes, shaping=shaping, ended=lineage.ended, events=events)


def _counted_texts(complaints: pd.DataFrame, left_out: Set[str]) -> pd.DataFrame:
    counted = complaints[~complaints["complaint_id"].isin(left_out)]
    texts = counted.groupby("text_hash", sort=True).agg(
        text=("text", "first"), weight=("complaint_id", "size"), first_at=("created_at", "min")
    )
    return texts.reset_index()


def estimator(options: Themes) -> SharedNeighbourThemes:
    """Return the estimator that the parameters ask for, not fitted yet."""
    return SharedNeighbourThemes(
        neighbours=options.neighbours,
        dimensions=options.dimensions,
        resolution=options.resolution,
        min_texts=options.min_texts,
        max_fit_texts=options.max_fit_texts,
        vote_neighbours=options.vote_neighbours,
        max_themes=options.max_themes,
        loyalty=options.loyalty,
    )


def _before(store: Store, encoder_name: str, version: str, complaints: pd.DataFrame) -> _Before:
    """Return the newest version before: texts that shaped it, and those of emerging themes.

    Texts that joined a theme since by a vote do not count: a vote is no knowledge of theirs.
    """
    known = complete_versions(store, encoder_name, until=version)
    older = [name for name in known if name < version]
    if not older:
        return _Before(empty(THEMES), pd.Series(dtype="str"))
    themes = store.read(THEMES, where=pc.field("version") == older[-1])
    born = born_themes(store, version=older[-1], before=pd.Timestamp(version))
    is_known = (themes["status"] != "emerging") | themes["theme_id"].isin(list(born))
    themes = themes[is_known].reset_index(drop=True)
    born = {theme_id: born[theme_id] for theme_id in emerging_of(themes)}
    stored = stored_assignments(store, older[-1], complaints, born=born)
    shaped = shaping_texts(older[-1], complaints, stored, born=born)
    founding = founding_texts(complaints, stored, born=born, shaping=shaped)
    both = pd.concat([shaped, founding]) if len(founding) else shaped
    return _Before(themes, both.set_index("text_hash")["theme_id"].sort_index())


def _codes(hashes: pd.Series, by_hash: pd.Series) -> np.ndarray:
    """Return the old theme of each text as a number; -1: none."""
    return np.asarray(pd.factorize(hashes.map(by_hash), sort=True)[0], dtype=np.int64)


def _resolution(themes: pd.DataFrame) -> float | None:
    known = themes["resolution"].dropna()
    return float(known.iloc[0]) if len(known) else None


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
    born = birthdays(store, encoder_name, settings.time_zone, version, texts)
    rows["born_on"] = rows["theme_id"].map(born)
    rows["centroid"] = pd.Series(to_bytes(np.stack(rows["centroid"])), dtype="object")
    rows = rows.assign(version=version, status="active", encoder=encoder_name)
    rows = rows.assign(is_hidden=False, is_pinned=False)  # people's to set, on a morning's frame
    rows = conform(rows, THEMES).sort_values("theme_id", ignore_index=True)
    return check(rows, THEMES)


def birthdays(
    store: Store, encoder_name: str, time_zone: str, version: str, texts: pd.DataFrame
) -> dict[str, pd.Timestamp]:
    """Return the local date of each theme's first complaint, by id.

    ``texts`` has a ``theme_id`` and a ``first_at`` with a time zone.
    """
    born = local_dates(texts.groupby("theme_id")["first_at"].min(), time_zone)
    # A theme that has its id from before was born when that id was.
    where = (pc.field("encoder") == encoder_name) & (pc.field("version") < version)
    before = store.read(THEMES, columns=["theme_id", "version", "born_on"], where=where)
    known = before.sort_values("version").set_index("theme_id")["born_on"]
    return {**born.to_dict(), **known.to_dict()}
