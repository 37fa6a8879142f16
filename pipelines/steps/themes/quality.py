"""The quality of the newest themes, measured on what is stored: nothing of it is changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from sklearn.base import clone

from models.contracts import THEMES
from models.embedding import Vectors
from models.errors import NotEnoughHistory
from models.themes.decisions import Decision
from models.themes.neighbours import Floats, Ints
from models.themes.quality.coherence import keyword_coherence
from models.themes.quality.drift import UNKNOWN, drift, standardised
from models.themes.quality.shapes import Shapes, closeness_to, near_duplicates, theme_shapes
from models.themes.quality.stability import Stability, resampled_stability
from models.themes.quality.verdicts import EMERGING, ThemesQuality, judged
from pipelines.moments import iso
from pipelines.settings import Settings
from pipelines.steps.births.stored import born_themes
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.decisions import told_by_people
from pipelines.steps.themes.fit import estimator
from pipelines.steps.themes.quality_rows import (
    alarms_of,
    drift_by_theme,
    known_births,
    sizes_by_theme,
    unassigned_since,
    weeks_since,
)
from pipelines.steps.themes.unborn import without_unborn
from pipelines.steps.themes.versions import emerging_of, is_known_before, shaping_texts
from pipelines.store import Store

_ENDED = ("merged", "retired")


def measure_quality(
    store: Store,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    decisions: Sequence[Decision] = (),
    is_quick: bool = False,
) -> ThemesQuality:
    """Return how good the newest themes known at ``as_of`` are.

    Parameters
    ----------
    store : Store
        Read only.
    settings : Settings
        ``themes``, ``quality``, ``seed`` and ``time_zone`` are read.
    as_of : Timestamp
        With a time zone.
    complaints : DataFrame of ``complaint_id, created_at, received_at, text, text_hash``
        All complaints known at ``as_of``, and no others.
    decisions : sequence of Decision, optional
        Those that stand at ``as_of``: the themes are measured as they were found, and told under
        the names that people gave them, with who is hidden and who is pinned.
    is_quick : bool, default False
        Leave out what takes more than a second or two: stability and coherence.

    Raises
    ------
    NotEnoughHistory
        If no themes are known at ``as_of``.
    DataContractError
        If a text has no vector.
    """
    rows = complaints.sort_values("complaint_id", ignore_index=True)
    themes = _newest_themes(store, as_of)
    version, encoder = str(themes["version"].iloc[0]), str(themes["encoder"].iloc[0])
    # This morning's own births count: its page is written after them.
    mornings = born_themes(store, version=version, before=as_of + pd.Timedelta(1, "us"))
    is_unborn = (themes["status"] == EMERGING) & ~themes["theme_id"].isin(list(mornings))
    unborn, themes = themes.loc[is_unborn, "theme_id"], themes[~is_unborn].reset_index(drop=True)
    born = emerging_of(themes)
    stored = without_unborn(
        store,
        encoder,
        settings,
        version=version,
        complaints=rows,
        newborn={name: mornings[name] for name in born},
        unborn=unborn,
    )
    themes = told_by_people(
        store,
        decisions,
        encoder_name=encoder,
        options=settings.themes,
        version=version,
        themes=themes,
        assignments=stored,
        complaints=rows,
    )
    given = rows.merge(stored, on="complaint_id", suffixes=("", "_then"))
    given["is_new"] = ~is_known_before(given, version)
    new = given[given["is_new"]]
    shaped = shaping_texts(version, rows, stored, born=born)
    members = _members(shaped, given[given["theme_id"].isin(born) | given["is_new"]], themes)
    if members.empty:
        raise NotEnoughHistory(
            f"The themes of {version} have no text in a main language: nothing to measure. "
            "Name the language under `languages` in the parameters, or refit."
        )
    sizes = sizes_by_theme(themes, given, as_of=as_of, recent_days=settings.quality.recent_days)
    # A theme without such texts (of a language that is set apart) has its size and no more.
    themes = themes[themes["theme_id"].isin(members["theme_id"])].reset_index(drop=True)
    place = pd.Series(themes.index, index=themes["theme_id"])
    labels = place[members["theme_id"]].to_numpy(dtype=np.int64)
    is_fitted = members["is_fitted"].to_numpy(dtype=bool)
    vectors = read_vectors(store, encoder, members["text_hash"])
    shapes = theme_shapes(vectors, labels)
    stability = _stability(
        settings,
        vectors,
        labels,
        members["text_hash"],
        is_fitted,
        is_quick,
        _resolution(themes),
    )
    fit_sizes = np.bincount(labels[is_fitted], minlength=len(themes))
    fresh = _fresh_texts(store, encoder, new, members, place, shapes, fit_sizes)
    pairs = _pairs(themes, shapes, stability)
    figures = pd.DataFrame(
        {
            "texts": np.bincount(labels, minlength=len(themes)),
            "cohesion": shapes.cohesion,
            "spread": shapes.spread,
            "nearest_id": [themes["theme_id"].get(i) for i in shapes.nearest.tolist()],
            "nearest_cosine": shapes.nearest_cosine,
            "nearer_another": shapes.nearer_another,
            "coherence": _coherence(rows, themes, is_quick),
            "stability": stability.jaccard,
            **drift_by_theme(fresh, fit_sizes),
        },
        index=themes["theme_id"],
    )
    by_theme = sizes.join(figures, on="theme_id")
    by_theme = by_theme.fillna({"texts": 0, "drift_texts": 0, "drift_word": UNKNOWN})
    by_theme = by_theme.astype({"texts": "int64", "drift_texts": "int64"})
    return ThemesQuality(
        version=version,
        as_of=iso(as_of),
        encoder=encoder,
        themes=judged(by_theme, pairs),
        pairs=pairs,
        weeks=weeks_since(new, fresh, version=version, time_zone=settings.time_zone),
        drift=drift(fresh["z"]),
        unassigned=unassigned_since(rows, new, version, nominal=settings.themes.reject_share),
        ari=stability.ari,
        asked_refits=0 if is_quick else settings.quality.refits,
        refits=stability.refits,
        refit_texts=stability.texts,
        texts=int(is_fitted.sum()),
        age_days=(as_of - pd.Timestamp(version)) / pd.Timedelta(days=1),
        refit_days=settings.themes.refit_days,
        recent_days=settings.quality.recent_days,
        alarms=alarms_of(known_births(store, as_of)),
    )


def _newest_themes(store: Store, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the living themes of the newest version, by id."""
    stored = store.read(THEMES, where=pc.field("version") <= iso(as_of))
    stored = stored[~stored["status"].isin(_ENDED)]
    if stored.empty:
        raise NotEnoughHistory(
            f"No themes are known as of {iso(as_of)}: find them first (`issuecast run --input "
            "FILE`, or `issuecast themes`), or give a later --as-of."
        )
    newest = stored[stored["version"] == stored["version"].max()]
    newest = newest[newest["encoder"] == newest["encoder"].max()]
    return newest.sort_values("theme_id", ignore_index=True)


def _resolution(themes: pd.DataFrame) -> float | None:
    """Return the resolution of the version's fit, where the table tells it."""
    if "resolution" not in themes.columns or themes["resolution"].isna().all():
        return None
    return float(themes["resolution"].dropna().iloc[0])


def _members(shaping: pd.DataFrame, new: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Return ``text_hash, theme_id, is_fitted`` of the texts that stand for each theme, by hash.

    They are those that shaped it. A theme that was born since the fit has none: the texts that
    it was given stand for it.
    """
    shaped = shaping[["text_hash", "theme_id"]].assign(is_fitted=True)
    is_young = new["theme_id"].notna() & ~new["theme_id"].isin(shaping["theme_id"])
    young = new.loc[is_young, ["text_hash", "theme_id"]].assign(is_fitted=False)
    both = pd.concat([shaped, young])
    both = both[both["theme_id"].isin(themes["theme_id"])].drop_duplicates("text_hash")
    return both.sort_values("text_hash", ignore_index=True)


def _pairs(themes: pd.DataFrame, shapes: Shapes, stability: Stability) -> pd.DataFrame:
    found = near_duplicates(themes["title"].tolist(), shapes.centroids, stability.together)
    ids = themes["theme_id"].to_numpy()
    first, second = ids[found["first"].to_numpy()], ids[found["second"].to_numpy()]
    named = pd.DataFrame({"first_id": first, "second_id": second}, dtype="str")
    return named.join(found.drop(columns=["first", "second"]))


def _coherence(rows: pd.DataFrame, themes: pd.DataFrame, is_quick: bool) -> list[float]:
    if is_quick:
        return [float("nan")] * len(themes)
    texts = rows.drop_duplicates("text_hash").sort_values("text_hash")["text"]
    return keyword_coherence(texts, themes["keywords"].tolist())


def _stability(
    settings: Settings,
    vectors: Vectors,
    labels: Ints,
    hashes: pd.Series,
    is_fitted: np.ndarray,
    is_quick: bool,
    resolution: float | None,
) -> Stability:
    """Return the stability of all themes: unknown of those that the fit did not know."""
    options, count = settings.quality, int(labels.max()) + 1
    model = estimator(settings.themes)
    if resolution is not None:  # the version's own: a refit must not choose another
        model.set_params(resolution=resolution)
    known, codes = np.unique(labels[is_fitted], return_inverse=True)

    def refit(part: Floats, part_hashes: Sequence[str]) -> Ints:
        found = clone(model).fit(part, text_hashes=part_hashes).labels_
        return np.asarray(found, dtype=np.int64)

    found = resampled_stability(
        vectors[is_fitted],
        codes,
        hashes[is_fitted].tolist(),
        refit=refit,
        refits=0 if is_quick else options.refits,
        share=options.subsample,
        max_texts=options.max_texts,
        seed=settings.seed,
    )
    jaccard, together = np.full(count, np.nan), np.full((count, count), np.nan)
    jaccard[known], together[np.ix_(known, known)] = found.jaccard, found.together
    return Stability(jaccard, together, found.ari, found.texts, found.refits)


def _fresh_texts(
    store: Store,
    encoder: str,
    new: pd.DataFrame,
    members: pd.DataFrame,
    place: pd.Series,
    shapes: Shapes,
    fit_sizes: Ints,
) -> pd.DataFrame:
    """Return ``theme, created_at, z`` of the distinct texts since the fit, by hash."""
    # A text that stands for a theme is not new to it; one without a theme is counted elsewhere.
    is_fresh = new["theme_id"].isin(place.index) & ~new["text_hash"].isin(members["text_hash"])
    rows = new[is_fresh].sort_values(["text_hash", "created_at"]).drop_duplicates("text_hash")
    if rows.empty:
        return pd.DataFrame({"theme": [], "created_at": rows["created_at"], "z": []})
    labels = place[rows["theme_id"]].to_numpy(dtype=np.int64)
    near = closeness_to(read_vectors(store, encoder, rows["text_hash"]), labels, shapes.centroids)
    z = standardised(
        near, labels, fit_mean=shapes.cohesion, fit_spread=shapes.spread, fit_sizes=fit_sizes
    )
    out = {"theme": labels, "created_at": rows["created_at"].to_numpy(), "z": z}
    return pd.DataFrame(out).reset_index(drop=True)
