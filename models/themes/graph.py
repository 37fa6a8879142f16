"""Vectors to the graph of shared neighbours."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.embedding.base import unit_length
from models.themes.neighbours import Floats, nearest

_NO_SPREAD = 1e-6  # a principal component with a smaller share of the spread is noise
_ROWS_PER_BLOCK = 2048  # of the product of neighbourhoods: bounds the memory


def principal_components(unit: Floats, dimensions: int) -> Floats:
    """Return the vectors on their first principal components, each of unit length again.

    Components without spread are left out; of shape (n_texts, 0) if all texts are the same.
    The solver is exact (eigenvectors of the covariance), so there is no seed.
    """
    if len(unit) < 2:
        return np.zeros((len(unit), 0), dtype=np.float32)
    centred = unit.astype(np.float64)
    centred -= centred.mean(axis=0)
    spread, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    kept = np.argsort(-spread, kind="stable")[:dimensions]
    kept = kept[spread[kept] > _NO_SPREAD * max(1.0, float(spread.max()))]
    chosen = axes[:, kept]
    if not chosen.size:
        return np.zeros((len(unit), 0), dtype=np.float32)
    # An eigenvector's sign is the solver's whim: its largest entry is made positive.
    chosen = chosen * np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
    return unit_length(centred @ chosen)


def shared_neighbour_graph(vectors: Floats, neighbours: int) -> sparse.csr_matrix:
    """Return the symmetric graph of neighbours, weighted by their shared neighbourhood.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
        Unit vectors.
    neighbours : int
        Nearest neighbours of a text; all others where there are fewer.

    Returns
    -------
    csr_matrix of shape (n_texts, n_texts)
        Jaccard weights in 0..1 between a text and its neighbours (either way round).
    """
    n = len(vectors)
    places, _ = nearest(vectors, vectors, neighbours=neighbours, is_self=True)
    k = places.shape[1] + 1
    members = np.column_stack([np.arange(n), places])  # a text is in its own neighbourhood
    starts = np.arange(0, n * k + 1, k)
    hoods = sparse.csr_matrix((np.ones(n * k, dtype=np.float32), members.ravel(), starts), (n, n))
    hoods.sort_indices()
    ties = hoods.maximum(hoods.T).tocsr()
    others = hoods.T.tocsr()
    blocks = []
    for start in range(0, n, _ROWS_PER_BLOCK):
        rows = slice(start, start + _ROWS_PER_BLOCK)
        blocks.append((hoods[rows] @ others).multiply(ties[rows]).tocsr())
    graph = sparse.vstack(blocks, format="csr")
    graph.data = graph.data / (2 * k - graph.data)  # |A ∪ B| = |A| + |B| − |A ∩ B|
    graph.setdiag(0)
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph
