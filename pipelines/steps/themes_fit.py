"""A new version of the themes: texts to clusters, clusters to themes with ids and names."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import THEMES, check, conform, empty
from models.embedding import Vectors, to_bytes
from models.themes.discovery import SharedNeighbourThemes
from models.themes.labels import describe_themes
from models.themes.lineage import Lineage, carry_names
from pipelines.settings import Settings, Themes
from pipelines.steps.births_stored import born_themes
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes_versions import (
    complete_versions,
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
    """

    themes: pd.DataFrame
    shaping: pd.DataFrame
    ended: pd.DataFrame


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
    model = _estimator(settings.themes).fit(vectors, text_hashes=texts["text_hash"])
    texts["cluster"], texts["strength"] = model.labels_, model.strengths_
    lineage = _lineage(store, encoder_name, version, complaints, texts)
    texts["theme_id"] = texts["cluster"].map(lineage.names.set_index("cluster")["theme_id"])
    themes = _theme_rows(store, encoder_name, settings, version, texts, vectors, lineage)
    shaping = texts[["text_hash", "theme_id", "strength"]]
    return Fit(themes=themes, shaping=shaping, ended=lineage.ended)


def _counted_texts(complaints: pd.DataFrame, left_out: Set[str]) -> pd.DataFrame:
    counted = complaints[~complaints["complaint_id"].isin(left_out)]
    texts = counted.groupby("text_hash", sort=True).agg(
        text=("text", "first"), weight=("complaint_id", "size"), first_at=("created_at", "min")
    )
    return texts.reset_index()


def _estimator(options: Themes) -> SharedNeighbourThemes:
    return SharedNeighbourThemes(
        neighbours=options.neighbours,
        dimensions=options.dimensions,
        resolution=options.resolution,
        min_texts=options.min_texts,
        max_fit_texts=options.max_fit_texts,
        vote_neighbours=options.vote_neighbours,
    )


def _lineage(
    store: Store, encoder_name: str, version: str, complaints: pd.DataFrame, texts: pd.DataFrame
) -> Lineage:
    """Return the names of the new clusters, carried from the newest version before."""
    known = complete_versions(store, encoder_name, until=version)
    older = [name for name in known if name < version]
    old = pd.Series(dtype="str")
    if older:
        stored = stored_assignments(store, older[-1], complaints)
        shaped = shaping_texts(older[-1], complaints, stored)
        born = born_themes(store, before=pd.Timestamp(version))
        founding = founding_texts(older[-1], complaints, stored, born=born, shaping=shaped)
        old = pd.concat([shaped, founding]).set_index("text_hash")["theme_id"]
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
    born = _birthdays(store, encoder_name, settings.time_zone, version, texts)
    rows["born_on"] = rows["theme_id"].map(born)
    rows["centroid"] = pd.Series(to_bytes(np.stack(rows["centroid"])), dtype="object")
    rows = rows.assign(version=version, status="active", encoder=encoder_name)
    rows = conform(rows[list(THEMES.columns)], THEMES).sort_values("theme_id", ignore_index=True)
    return check(rows, THEMES)


def _birthdays(
    store: Store, encoder_name: str, time_zone: str, version: str, texts: pd.DataFrame
) -> dict[str, pd.Timestamp]:
    """Return the local date of each theme's first complaint, by id."""
    first = texts.groupby("theme_id")["first_at"].min().dt.tz_convert(time_zone)
    born = first.dt.tz_localize(None).dt.normalize()
    # A theme that has its id from before was born when that id was.
    where = (pc.field("encoder") == encoder_name) & (pc.field("version") < version)
    before = store.read(THEMES, columns=["theme_id", "version", "born_on"], where=where)
    known = before.sort_values("version").set_index("theme_id")["born_on"]
    return {**born.to_dict(), **known.to_dict()}
