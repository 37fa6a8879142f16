"""What a theme is called: a short title, the sentence that says it best, words and examples."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.embedding.base import unit_length
from models.errors import DataContractError
from models.themes.neighbours import Floats, Ints, checked_vectors
from models.themes.sentences import cut, exemplars, key_set, medoid_sentence
from models.themes.titles import MAX_CHARS, spellings, title_candidates, word_weights
from models.themes.words import key_of, phrases_of

_KEYWORDS = 8
_TYPICAL = 300  # texts nearest to the centroid: where titles, label and exemplars are looked for
_MAX_TITLE_CHARS = 60
_COLUMNS = ["cluster", "title", "label", "keywords", "exemplars", "size", "centroid"]


def describe_themes(
    texts: Sequence[str],
    labels: npt.ArrayLike,
    vectors: object,
    *,
    brand_words: Collection[str] = (),
    weights: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Return how each theme is called and what stands for it.

    Parameters
    ----------
    texts : sequence of str
        Distinct texts, redacted.
    labels : array-like of int, shape (n_texts,)
        Theme of each text; negative: of none, and not described.
    vectors : array-like of shape (n_texts, dimension)
        The texts' vectors.
    brand_words : collection of str
        Words that never make a title or keyword, such as the company's own name.
    weights : array-like of shape (n_texts,), optional
        Complaints that have the text; 1 each by default.

    Returns
    -------
    DataFrame of ``cluster, title, label, keywords, exemplars, size, centroid``
        One row a theme, by cluster. ``title``: 2-5 words where the texts have them, unique;
        ``label``: a sentence of at most 160 characters; ``keywords``: up to 8; ``exemplars``: up
        to 5 texts; ``size``: complaints; ``centroid``: float32 unit vector.

    Raises
    ------
    DataContractError
        If texts, labels, vectors and weights are not equally many.
    """
    clusters = np.asarray(labels, dtype=np.int64)
    rows = checked_vectors(vectors)
    counts = np.ones(len(texts)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(texts) == len(clusters) == len(rows) == len(counts):
        raise DataContractError(
            f"got {len(texts)} texts, {len(clusters)} labels, {len(rows)} vectors and "
            f"{len(counts)} weights."
        )
    kept = clusters >= 0
    if not kept.any():
        return pd.DataFrame({name: [] for name in _COLUMNS})
    return _describe(
        [text for text, keep in zip(texts, kept.tolist(), strict=True) if keep],
        clusters[kept],
        unit_length(rows[kept]),
        counts[kept],
        frozenset(key for word in brand_words for key in key_set(word) | {key_of(word)}),
    )


def _describe(
    texts: list[str],
    labels: Ints,
    vectors: Floats,
    counts: npt.NDArray[np.float64],
    brand: frozenset[str],
) -> pd.DataFrame:
    names, codes = np.unique(labels, return_inverse=True)
    words = [phrases_of(text[:MAX_CHARS], brand) for text in texts]
    # Said by many counts for more, yet a text repeated a thousand times is still one wording.
    heft = np.log2(1 + counts)
    all_weights = word_weights(words, codes, heft)
    found = []
    for code in range(len(names)):
        members = np.flatnonzero(codes == code)
        centroid = unit_length((vectors[members] * heft[members, None]).sum(axis=0)[None])[0]
        typical, closeness = _typical(members, vectors, centroid)
        near, near_words = [texts[i] for i in typical], [words[i] for i in typical]
        weights = all_weights[code]
        forms = spellings(near_words, weights)
        found.append(
            {
                "cluster": int(names[code]),
                "label": medoid_sentence(near, closeness, heft[typical], weights),
                "keywords": [forms[key] for key in weights if key in forms][:_KEYWORDS],
                "exemplars": exemplars(near, vectors[typical], closeness),
                "size": int(counts[members].sum()),
                "centroid": centroid,
                "candidates": list(title_candidates(near_words, heft[typical], weights, forms)),
            }
        )
    frame = pd.DataFrame(found)
    frame["title"] = _unique_titles(frame)
    return frame[_COLUMNS]


def _typical(
    members: Ints, vectors: Floats, centroid: Floats
) -> tuple[Ints, npt.NDArray[np.float64]]:
    # Rounded, so that the last bits of a product cannot change which text comes first.
    closeness = np.round(vectors[members].astype(np.float64) @ centroid.astype(np.float64), 6)
    order = np.argsort(-closeness, kind="stable")[:_TYPICAL]
    return members[order], closeness[order]


def _unique_titles(frame: pd.DataFrame) -> pd.Series:
    """Return a title a theme, the largest theme choosing first, none twice in other words."""
    titles: dict[int, str] = {}
    taken: set[frozenset[str]] = set()
    for row in frame.sort_values("size", ascending=False, kind="stable").itertuples():
        options = [t for t in row.candidates if len(t) <= _MAX_TITLE_CHARS]
        options.append(cut(row.label, _MAX_TITLE_CHARS))
        title = next((t for t in options if t and key_set(t) not in taken), "")
        number = 1
        while not title or key_set(title) in taken:
            # The first theme without a word of its own is "Theme"; a second one is numbered.
            name = options[0] or "Theme"
            title = name if number == 1 else f"{name} ({number})"
            number += 1
        taken.add(key_set(title))
        titles[row.Index] = title
    return pd.Series(titles)
