"""Broad areas over the themes: communities of the themes' own graph, so that they are nested."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.embedding.base import unit_length
from models.themes.communities import aggregate, by_size, louvain, one_hot, strengthened
from models.themes.neighbours import Floats, Ints

_LADDER = tuple(2.0**-step for step in range(25))
# Themes that share no neighbour at all still lie nearer to some than to others: their centroids'
# cosine counts as a tie, so weak that it decides nothing where there are ties of texts.
_BACKGROUND = 1e-3
_SHARP = 4  # power that tells near centroids from middling ones


def broad_areas(
    graph: sparse.csr_matrix,
    labels: Ints,
    unit: Floats,
    *,
    known: npt.ArrayLike | None = None,
    loyalty: float = 1.5,
) -> Ints:
    """Return the area of each theme: 0 is the one of most texts.

    Areas are communities of the graph whose nodes are the themes, tied by the sum of their
    texts' ties; of n themes at most √n areas, as near to that as a resolution gives. No theme
    stands in two areas.

    Parameters
    ----------
    graph : csr_matrix of shape (n_texts, n_texts)
        Ties of the texts.
    labels : ndarray of int, shape (n_texts,)
        Theme of each text, 0..n_themes-1, none empty.
    unit : ndarray of shape (n_texts, dimension)
        The texts' unit vectors.
    known : array-like of int, shape (n_themes,), optional
        Area of each theme before; negative: none. Themes stay together as texts do, see
        :func:`models.themes.communities.strengthened`.
    loyalty : float, default 1.5
        As there.

    Returns
    -------
    ndarray of int, shape (n_themes,)
    """
    themes = int(labels.max(initial=-1)) + 1
    most = max(1, round(themes**0.5))
    if most < 2:
        return np.zeros(themes, dtype=np.int64)
    ties = _ties(graph, labels, unit)
    if known is not None:
        ties = strengthened(ties, np.asarray(known, dtype=np.int64), loyalty)
    for resolution in _LADDER:
        areas = louvain(ties, resolution)
        if int(areas.max()) + 1 <= most:
            break
    sizes = np.bincount(labels, minlength=themes)
    of_text = by_size(np.repeat(areas, sizes))
    return of_text[np.cumsum(sizes) - 1]


def _ties(graph: sparse.csr_matrix, labels: Ints, unit: Floats) -> sparse.csr_matrix:
    ties = aggregate(graph, labels)
    centroids = unit_length(np.asarray(one_hot(labels, ties.shape[0]).T @ unit))
    cosines = np.round(centroids.astype(np.float64) @ centroids.T, 6)
    near = ((1 + np.clip(cosines, -1, 1)) / 2) ** _SHARP
    np.fill_diagonal(near, 0.0)
    scale = _BACKGROUND * float(ties.sum()) / max(float(near.sum()), 1.0)
    return sparse.csr_matrix(ties + scale * sparse.csr_matrix(near))
