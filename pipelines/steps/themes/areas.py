"""Step: the broad area of each theme, under the id and title that it had before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.embedding import Vectors
from models.themes.discovery import SharedNeighbourThemes
from models.themes.labels import describe_themes
from models.themes.lineage import carry_names
from models.themes.tree import broad_areas
from pipelines.settings import Themes

_MIN_OVERLAP = 0.3  # as of themes: see themes_fit
_TEXTS_OF_A_THEME = 50  # the most typical ones: enough to say what an area is about


def with_areas(
    rows: pd.DataFrame,
    model: SharedNeighbourThemes,
    texts: pd.DataFrame,
    vectors: Vectors,
    *,
    before: pd.DataFrame,
    old_themes: pd.Series,
    options: Themes,
    version: str,
) -> pd.DataFrame:
    """Return the rows of themes with ``area_id`` and ``area_title``.

    Parameters
    ----------
    rows : DataFrame of ``cluster, theme_id, title``
        The new themes.
    model : SharedNeighbourThemes
        That found them.
    texts : DataFrame of ``text_hash, text, weight, cluster, strength``
        What it was fitted on, in that order.
    vectors : ndarray of shape (n_texts, dimension)
        The texts' vectors.
    before : DataFrame of ``theme_id, area_id, area_title``
        Themes of the version before.
    old_themes : Series of str
        Theme of each text in that version, by text hash.
    options : Themes
        ``brand_words``.
    version : str
        Of the new themes.
    """
    area_of_theme = before.dropna(subset=["area_id"]).set_index("theme_id")["area_id"]
    old_areas = old_themes.map(area_of_theme).dropna()
    known = _known_areas(texts, old_areas)
    of_cluster = broad_areas(
        model.graph_, model.fit_labels_, model.fit_vectors_, known=known, loyalty=model.loyalty
    )
    areas = pd.Series(of_cluster[texts["cluster"].to_numpy()], index=texts["text_hash"])
    names = carry_names(
        areas, old_areas, version=version, min_overlap=_MIN_OVERLAP, prefix="a"
    ).names
    # A known area keeps its title; a new one must not take a title that is in use.
    kept = _titles_before(before)
    used = {kept[name] for name in names["theme_id"] if name in kept}
    new = _new_titles(rows, texts, vectors, of_cluster, options)
    titles = {}
    for area, name in zip(names["cluster"], names["theme_id"], strict=True):
        title = kept.get(name) or new[area]
        while name not in kept and title in used:
            title += " (new)"
        used.add(title)
        titles[area] = title
    mine = of_cluster[rows["cluster"].to_numpy()].tolist()
    ids = dict(zip(names["cluster"], names["theme_id"], strict=True))
    return rows.assign(
        area_id=pd.Series([ids[area] for area in mine], index=rows.index, dtype="str"),
        area_title=pd.Series([titles[area] for area in mine], index=rows.index, dtype="str"),
    )


def _known_areas(texts: pd.DataFrame, old_areas: pd.Series) -> np.ndarray:
    """Return, per cluster, the old area that most of its texts were in; -1 where none was."""
    known = np.full(int(texts["cluster"].max()) + 1, -1, dtype=np.int64)
    codes = {name: code for code, name in enumerate(sorted(old_areas.unique()))}
    joined = texts.assign(area=texts["text_hash"].map(old_areas)).dropna(subset=["area"])
    for cluster, held in joined.groupby("cluster")["area"]:
        counts = held.value_counts()
        known[int(cluster)] = codes[min(counts[counts == counts.max()].index)]
    return known


def _titles_before(before: pd.DataFrame) -> dict[str, str]:
    named = before.dropna(subset=["area_id", "area_title"])
    return dict(zip(named["area_id"], named["area_title"], strict=True))


def _new_titles(
    rows: pd.DataFrame,
    texts: pd.DataFrame,
    vectors: Vectors,
    of_cluster: np.ndarray,
    options: Themes,
) -> dict[int, str]:
    """Return a title for each area, by area; of an area of one theme that theme's own."""
    order = texts.assign(place=np.arange(len(texts))).sort_values(
        ["cluster", "strength", "text_hash"], ascending=[True, False, True]
    )
    kept = order.groupby("cluster").head(_TEXTS_OF_A_THEME)["place"].sort_values().to_numpy()
    typical = texts.iloc[kept]
    described = describe_themes(
        typical["text"].tolist(),
        of_cluster[typical["cluster"].to_numpy()],
        vectors[kept],
        brand_words=options.brand_words,
        weights=typical["weight"].to_numpy(),
    )
    titles = dict(zip(described["cluster"].tolist(), described["title"].tolist(), strict=True))
    themes_in = np.bincount(of_cluster)
    for cluster, title in zip(rows["cluster"], rows["title"], strict=True):
        if themes_in[of_cluster[cluster]] == 1:
            titles[int(of_cluster[cluster])] = title
    return titles
