"""How well a theme holds together, how far it is from the next, and which two look like one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.embedding.base import unit_length
from models.errors import DataContractError
from models.themes.neighbours import Floats, Ints, checked_vectors
from models.themes.sentences import key_set
from models.themes.words import GLUE, NEGATIONS

Numbers = npt.NDArray[np.float64]

NO_OTHER = -1
SAME_WORDS = 0.5  # titles that share so many of their words (Jaccard) read like one title
SAME_CENTRE = 0.9  # centroids nearer than this (cosine): hardly two subjects
SAME_IN_REFITS = 0.5  # texts of two themes that a refit puts together more often than apart
_FEWEST_WORDS = 2  # one shared word ("Bookmarks ...") makes no duplicate
_ROWS_PER_BLOCK = 8192  # of the cosines to all centroids: bounds the memory


@dataclass(frozen=True)
class Shapes:
    """How themes lie among the vectors; entry i is about theme i.

    Attributes
    ----------
    centroids : ndarray of shape (n_themes, dimension)
        Mean of the theme's vectors, of unit length.
    closeness : ndarray of shape (n_texts,)
        Cosine of each text to the centroid of its theme's *other* texts: its own vector would
        flatter a small theme. 1 for a theme's only text.
    cohesion : ndarray of shape (n_themes,)
        Mean closeness of the theme's texts, -1..1: higher is denser.
    spread : ndarray of shape (n_themes,)
        Standard deviation of that closeness (n - 1 below the line; 0 for a single text).
    nearest : ndarray of int, shape (n_themes,)
        The other theme of the nearest centroid; -1 if there is no other.
    nearest_cosine : ndarray of shape (n_themes,)
        Cosine of the two centroids, the separation: lower is further apart. NaN if there is
        no other.
    nearer_another : ndarray of shape (n_themes,)
        Share of the theme's texts that lie nearer to some other theme's centroid, 0..1.
    """

    centroids: Floats
    closeness: Numbers
    cohesion: Numbers
    spread: Numbers
    nearest: Ints
    nearest_cosine: Numbers
    nearer_another: Numbers


def theme_shapes(vectors: object, labels: npt.ArrayLike) -> Shapes:
    """Return cohesion and separation of each theme.

    Parameters
    ----------
    vectors : array-like of shape (n_texts, dimension)
        Distinct texts' vectors.
    labels : array-like of int, shape (n_texts,)
        Theme of each text, 0..n_themes-1, none empty.

    Raises
    ------
    DataContractError
        If the vectors are no finite matrix, labels and vectors are not equally many, or a theme
        number is missing.
    """
    rows = unit_length(checked_vectors(vectors)).astype(np.float64)
    themes = _checked_labels(labels, len(rows))
    count = int(themes.max()) + 1 if len(themes) else 0
    sums = np.zeros((count, rows.shape[1]))
    np.add.at(sums, themes, rows)
    sizes = np.bincount(themes, minlength=count)
    closeness = _closeness(rows, themes, sums, sizes)
    # Rounded, so that the last bits of a product cannot choose between equally near themes.
    centroids = unit_length(sums)
    between = np.round(centroids.astype(np.float64) @ centroids.T.astype(np.float64), 6)
    np.fill_diagonal(between, -np.inf)
    has_other = count > 1
    nearest = between.argmax(axis=1) if has_other else np.full(count, NO_OTHER)
    strayed = np.bincount(themes, weights=_strays(rows, themes, centroids, closeness))
    return Shapes(
        centroids=centroids,
        closeness=closeness,
        cohesion=np.bincount(themes, weights=closeness) / np.maximum(sizes, 1),
        spread=_spread(closeness, themes, sizes),
        nearest=np.asarray(nearest, dtype=np.int64),
        nearest_cosine=between.max(axis=1) if has_other else np.full(count, np.nan),
        nearer_another=strayed / np.maximum(sizes, 1),
    )


def closeness_to(vectors: object, labels: npt.ArrayLike, centroids: Floats) -> Numbers:
    """Return each text's cosine to the centroid of its theme, for texts that did not make it.

    Parameters
    ----------
    vectors : array-like of shape (n_texts, dimension)
        New texts' vectors.
    labels : array-like of int, shape (n_texts,)
        Rows of ``centroids``.
    centroids : ndarray of shape (n_themes, dimension)
        Unit vectors.
    """
    rows = unit_length(checked_vectors(vectors)).astype(np.float64)
    themes = np.asarray(labels, dtype=np.int64)
    return np.asarray(np.einsum("ij,ij->i", rows, centroids.astype(np.float64)[themes]))


def _checked_labels(labels: npt.ArrayLike, count: int) -> Ints:
    themes = np.asarray(labels, dtype=np.int64)
    if themes.shape != (count,):
        raise DataContractError(f"got {count} vectors and {themes.size} labels.")
    if count and (themes.min() < 0 or len(np.unique(themes)) != themes.max() + 1):
        raise DataContractError("labels: expected themes 0, 1, 2 ... with a text each.")
    return themes


def _closeness(rows: Numbers, themes: Ints, sums: Numbers, sizes: Ints) -> Numbers:
    others = sums[themes] - rows
    lengths = np.sqrt(np.einsum("ij,ij->i", others, others))
    dots = np.einsum("ij,ij->i", rows, others)
    alone = sizes[themes] == 1
    # Opposite vectors can leave a centroid of no length: no direction, cosine 0.
    cosines = np.divide(dots, lengths, out=np.zeros(len(rows)), where=lengths > 1e-9)
    return np.where(alone, 1.0, np.clip(cosines, -1.0, 1.0))


def _spread(closeness: Numbers, themes: Ints, sizes: Ints) -> Numbers:
    means = np.bincount(themes, weights=closeness) / np.maximum(sizes, 1)
    squares = np.bincount(themes, weights=(closeness - means[themes]) ** 2)
    return np.asarray(np.sqrt(squares / np.maximum(sizes - 1, 1)))


def _strays(rows: Numbers, themes: Ints, centroids: Floats, closeness: Numbers) -> Numbers:
    """Return 1 for each text that is nearer to another theme's centroid than to its own."""
    out = np.zeros(len(rows))
    if len(centroids) < 2:
        return out
    for start in range(0, len(rows), _ROWS_PER_BLOCK):
        part = slice(start, start + _ROWS_PER_BLOCK)
        cosines = rows[part] @ centroids.T.astype(np.float64)
        cosines[np.arange(len(cosines)), themes[part]] = -np.inf
        out[part] = cosines.max(axis=1) > closeness[part] + 1e-6
    return out


def near_duplicates(
    titles: Sequence[str], centroids: Floats, together: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Return the pairs of themes that look like one, the likeliest first.

    A pair is listed for any of three reasons: the titles share at least half of their words
    (Jaccard of the words' keys, two words or more); the centroids' cosine is at least .9; or
    refits on subsamples put a text of the one and a text of the other together at least as often
    as apart (``together``, see :func:`models.themes.quality.stability.resampled_stability`).

    Parameters
    ----------
    titles : sequence of str
        Of each theme.
    centroids : ndarray of shape (n_themes, dimension)
        Unit vectors.
    together : array-like of shape (n_themes, n_themes), optional
        Without it the third reason is not looked at.

    Returns
    -------
    DataFrame of ``first, second, title_overlap, centroid_cosine, together``
        Positions of the two themes, ``first < second``; 0..1, -1..1 and 0..1 (NaN if unknown).
    """
    words = [key_set(title) - GLUE - NEGATIONS for title in titles]
    cosines = np.round(centroids.astype(np.float64) @ centroids.T.astype(np.float64), 6)
    shared = np.full(cosines.shape, np.nan) if together is None else np.asarray(together)
    rows = []
    for i in range(len(titles)):
        for j in range(i + 1, len(titles)):
            common = len(words[i] & words[j])
            overlap = common / max(len(words[i] | words[j]), 1)
            is_same_title = common >= _FEWEST_WORDS and overlap >= SAME_WORDS
            is_same_place = cosines[i, j] >= SAME_CENTRE
            if is_same_title or is_same_place or shared[i, j] >= SAME_IN_REFITS:
                rows.append((i, j, overlap, cosines[i, j], shared[i, j]))
    names = ["first", "second", "title_overlap", "centroid_cosine", "together"]
    pairs = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[2:], "float64"))
    pairs = pairs.astype({"first": "int64", "second": "int64"})
    order = ["together", "centroid_cosine", "title_overlap"]
    return pairs.sort_values(order, ascending=False, kind="stable", ignore_index=True)
