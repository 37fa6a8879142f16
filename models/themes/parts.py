"""A theme that people split: each of its texts goes to the part with the nearest example."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.contracts import THEMES, conform
from models.embedding.base import to_bytes, unit_length
from models.themes.assignment import assign_by_vote
from models.themes.decisions import Decision
from models.themes.neighbours import Floats

VectorsOf = Callable[[pd.Series], Floats]  # text hashes -> unit vectors, in their order


@dataclass(frozen=True)
class Parts:
    """A split theme.

    Attributes
    ----------
    themes : DataFrame
        ``contracts.THEMES`` rows, one a part that has complaints.
    theme_of : Series of str
        The part (id) of each complaint, by complaint id.
    """

    themes: pd.DataFrame
    theme_of: pd.Series


def split_theme(
    row: Mapping[str, Any],
    decision: Decision,
    *,
    complaints: pd.DataFrame,
    examples: pd.DataFrame,
    vectors_of: VectorsOf,
    brand_words: Collection[str] = (),
    has_words: bool = True,
) -> Parts | None:
    """Return a theme's parts, or None where fewer than two parts have an example left.

    A text goes to the part of the example that is nearest by cosine, each text alone: what else
    is split changes nothing. Of equally near examples the part that is named first gets it. An
    example keeps its say when it has moved to another theme, or was never of this one.

    Parameters
    ----------
    row : mapping
        The theme's ``contracts.THEMES`` row.
    decision : Decision
        Its parts have distinct names.
    complaints : DataFrame of ``complaint_id, text_hash, text, is_fitted``
        The theme's complaints; what a part is called rests on those that were there at the fit
        (``is_fitted``), or on all where a part has none of them.
    examples : DataFrame of ``complaint_id, text_hash``
        Complaints that are known, among them the examples.
    vectors_of : callable
        Text hashes to unit vectors.
    brand_words : collection of str
        See :func:`models.themes.labels.describe_themes`.
    has_words : bool, default True
        Whether the parts get labels, keywords and exemplars of their own, which takes a second;
        else they have the theme's label and no others. ``text`` is not read then.
    """
    hash_of = examples.set_index("complaint_id")["text_hash"]
    shown = [
        (hash_of[name], number)
        for number, part in enumerate(decision.parts)
        for name in part.examples
        if name in hash_of.index
    ]
    if len({number for _, number in shown}) < 2 or complaints.empty:
        return None
    texts = complaints.groupby("text_hash", sort=True).agg(
        weight=("complaint_id", "size"), fitted=("is_fitted", "sum")
    )
    if has_words:
        texts["text"] = complaints.groupby("text_hash")["text"].first()
    hashes, numbers = zip(*shown, strict=True)
    vectors = vectors_of(pd.Series(texts.index))
    places, _ = assign_by_vote(
        vectors, vectors_of(pd.Series(hashes)), np.array(numbers), neighbours=1, floor=-1.0
    )
    texts["part"] = places
    part_of = complaints["text_hash"].map(texts["part"])
    theme_of = pd.Series(
        [decision.part_ids[number] for number in part_of], index=complaints["complaint_id"]
    )
    words = _words(texts, vectors, brand_words) if has_words else _no_words(row, texts, vectors)
    return Parts(_rows(row, decision, texts, words), theme_of)


def _words(texts: pd.DataFrame, vectors: Floats, brand_words: Collection[str]) -> pd.DataFrame:
    """Return what each part is called, as told apart from the other parts."""
    # Costs a second of imports, which a look at the themes need not wait for.
    from models.themes.labels import describe_themes

    has_all = (texts.groupby("part")["fitted"].sum() > 0).all()
    is_told = (texts["fitted"] > 0) if has_all else texts["weight"] > 0
    told = texts[is_told]
    return describe_themes(
        told["text"].tolist(),
        told["part"].to_numpy(),
        vectors[is_told.to_numpy()],
        brand_words=brand_words,
        weights=told["fitted" if has_all else "weight"].to_numpy(),
    )


def _no_words(row: Mapping[str, Any], texts: pd.DataFrame, vectors: Floats) -> pd.DataFrame:
    parts = np.unique(texts["part"])
    return pd.DataFrame(
        {
            "cluster": parts,
            "label": row["label"],
            "keywords": [[] for _ in parts],
            "exemplars": [[] for _ in parts],
            "centroid": [vectors[texts["part"] == part].mean(axis=0) for part in parts],
        }
    )


def _rows(
    row: Mapping[str, Any], decision: Decision, texts: pd.DataFrame, words: pd.DataFrame
) -> pd.DataFrame:
    sizes = texts.groupby("part")["fitted"].sum().astype(int)
    # A text that was corrected since the fit is not found there: no complaint may get lost.
    sizes[sizes.idxmax()] += max(int(row["size"]) - int(sizes.sum()), -int(sizes.max()))
    columns = ("cluster", "label", "keywords", "exemplars", "centroid")
    rows: list[dict[str, Any]] = [
        {
            **row,
            "theme_id": decision.part_ids[part],
            "title": decision.parts[part].name,
            "label": label,
            "keywords": keywords,
            "exemplars": exemplars,
            "parents": [str(row["theme_id"])],
            "size": int(sizes[part]),
            "centroid": to_bytes(unit_length(np.asarray(centroid)[None]))[0],
        }
        for part, label, keywords, exemplars, centroid in zip(
            *(words[name] for name in columns), strict=True
        )
    ]
    return conform(pd.DataFrame(rows), THEMES)
