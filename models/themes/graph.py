"""Vectors to the graph of shared neighbours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.embedding.base import unit_length
from models.themes.neighbours import Floats
from models.themes.own_neighbours import nearest_to_each_other

_NO_SPREAD = 1e-6  # a principal component with a smaller share of the spread is noise
_ROWS_PER_BLOCK = 2048  # of the product of neighbourhoods: bounds the memory
_ROWS_PER_PROJECTION = 20_000  # likewise


class Components(NamedTuple):
    """Principal components: where texts lie in the mean, and the axes of their spread."""

    mean: npt.NDArray[np.float64]
    axes: npt.NDArray[np.float64]  # a column each, most spread first


def fit_components(unit: Floats, dimensions: int) -> Components:
    """Return the first principal components of the vectors.

    Components without spread are left out; there is none if all texts are the same. The solver
    is exact (eigenvectors of the covariance), so there is no seed.
    """
    width = unit.shape[1]
    if len(unit) < 2:
        return Components(np.zeros(width), np.zeros((width, 0)))
    centred = unit.astype(np.float64)
    mean = centred.mean(axis=0)
    centred -= mean
    spread, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    kept = np.argsort(-spread, kind="stable")[:dimensions]
    kept = kept[spread[kept] > _NO_SPREAD * max(1.0, float(spread.max()))]
    chosen = axes[:, kept]
    if chosen.size:
        # An eigenvector's sign is the solver's whim: its largest entry is made positive.
        signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
        chosen = chosen * signs
    return Components(mean, chosen)


def project(unit: Floats, components: Components) -> Floats:
    """Return the vectors on the components, each of unit length again."""
    out = np.zeros((len(unit), components.axes.shape[1]), dtype=np.float32)
    if not out.size:
        return out
    for start in range(0, len(unit), _ROWS_PER_PROJECTION):
        rows = slice(start, start + _ROWS_PER_PROJECTION)
        out[rows] = unit_length((unit[rows].astype(np.float64) - components.mean) @ components.axes)
    return out


def principal_components(unit: Floats, dimensions: int) -> Floats:
    """Return the vectors on their first principal components, each of unit length again."""
    return project(unit, fit_components(unit, dimensions))


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
    places, _ = nearest_to_each_other(vectors, neighbours=neighbours)
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
