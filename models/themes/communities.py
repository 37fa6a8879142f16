"""Communities of a graph of ties: found, polished text by text, the small ones dissolved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.themes.neighbours import Ints

# Blocks: communities far finer than any theme. Themes are put together from them, so that a
# dozen resolutions cost hardly more than one.
_BLOCK_RESOLUTION = 10.0
_BLOCK_SWEEPS, _THEME_SWEEPS = 3, 5  # of polishing; after these hardly a text moves
_SETTLED = 1e-4  # share of texts moved in a sweep below which polishing ends


class Blocks(NamedTuple):
    """A graph and its blocks."""

    graph: sparse.csr_matrix
    of_text: Ints  # the block of each text
    ties: sparse.csr_matrix  # between blocks, and within them on the diagonal


def find_blocks(graph: sparse.csr_matrix, resolution: float = 1.0) -> Blocks:
    """Return the graph with its blocks, finer than communities of the resolution."""
    fineness = _BLOCK_RESOLUTION if resolution < _BLOCK_RESOLUTION else 2 * resolution
    blocks = polish(graph, louvain(graph, fineness), fineness, sweeps=_BLOCK_SWEEPS)
    return Blocks(graph, blocks, aggregate(graph, blocks))


def rough_communities(blocks: Blocks, resolution: float) -> Ints:
    """Return each text's community, made of whole blocks: a matter of milliseconds."""
    return louvain(blocks.ties, resolution)[blocks.of_text]


def communities(blocks: Blocks, resolution: float) -> Ints:
    """Return each text's community: whole blocks first, then every text where it fits best."""
    rough = rough_communities(blocks, resolution)
    return polish(blocks.graph, rough, resolution, sweeps=_THEME_SWEEPS)


def louvain(graph: sparse.csr_matrix, resolution: float) -> Ints:
    """Return the communities of high modularity (Blondel et al. 2008).

    doi:10.1088/1742-5468/2008/10/P10008. Nodes come in canonical order and are not shuffled:
    there is no seed to depend on.
    """
    from sknetwork.clustering import Louvain

    if not graph.nnz:
        return np.zeros(graph.shape[0], dtype=np.int64)
    method = Louvain(resolution=resolution, shuffle_nodes=False, random_state=0)
    return np.asarray(method.fit_predict(graph), dtype=np.int64)


def polish(graph: sparse.csr_matrix, labels: Ints, resolution: float, *, sweeps: int) -> Ints:
    """Return the labels after moving single texts to where they raise the modularity most.

    Louvain moves whole communities in its later rounds and never looks at a text again; this
    last look (Rotta & Noack 2011, doi:10.1145/1963190.1970376) makes the partition better and
    steadier. Text i gains by standing in community c

        w(i, c) − resolution · d(i) · d(c without i) / 2m

    with w the ties of i into c, d the sum of ties and 2m that of all texts. Even and odd texts
    take turns, so that two that are tied cannot swap for ever.
    """
    degrees = np.asarray(graph.sum(axis=1)).ravel()
    total = float(degrees.sum())
    if not total:
        return labels
    halves = [np.arange(start, len(labels), 2) for start in (0, 1)]
    ties = [graph[half] for half in halves]
    labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    for _ in range(sweeps):
        moved = 0
        for half, own_ties in zip(halves, ties, strict=True):
            best = _best_community(own_ties, half, labels, degrees * resolution / total, degrees)
            moved += int((labels[half] != best).sum())
            labels[half] = best
        if moved <= _SETTLED * len(labels):
            break
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _best_community(
    ties: sparse.csr_matrix,
    texts: Ints,
    labels: Ints,
    scaled: npt.NDArray[np.float64],
    degrees: npt.NDArray[np.float64],
) -> Ints:
    """Return the community in which each of the texts raises the modularity most."""
    count = int(labels.max()) + 1
    weights = np.bincount(labels, weights=degrees, minlength=count)
    into = (ties @ one_hot(labels, count)).tocsr()
    into.sort_indices()
    rows = np.repeat(np.arange(len(texts)), np.diff(into.indptr))
    mine, where = texts[rows], into.indices
    is_own = labels[mine] == where
    gains = into.data - scaled[mine] * (weights[where] - is_own * degrees[mine])
    own = -scaled[texts] * (weights[labels[texts]] - degrees[texts])
    own[rows[is_own]] = gains[is_own]
    # A text stays unless it gains by more than the last bits of a sum; ties: the lower number.
    order = np.lexsort((where, -gains, rows))
    first = order[np.searchsorted(rows[order], np.unique(rows))]
    best = labels[texts].copy()
    is_better = gains[first] > own[rows[first]] + 1e-9
    best[rows[first][is_better]] = where[first][is_better]
    return best


def aggregate(graph: sparse.csr_matrix, labels: Ints) -> sparse.csr_matrix:
    """Return the ties between communities, and within them on the diagonal."""
    members = one_hot(labels, int(labels.max(initial=0)) + 1)
    return (members.T @ graph @ members).tocsr()


def strengthened(graph: sparse.csr_matrix, known: Ints, loyalty: float) -> sparse.csr_matrix:
    """Return the graph with the ties inside each known theme times (1 + loyalty).

    With a loyalty of 1, parts of a theme part only if they would at half the resolution, and
    themes merge only if they would at twice: what is in doubt stays as people know it
    (evolutionary clustering: Chakrabarti et al. 2006, doi:10.1145/1150402.1150467).

    Parameters
    ----------
    graph : csr_matrix of shape (n_texts, n_texts)
        Ties.
    known : ndarray of int, shape (n_texts,)
        Theme of each text before; negative: none.
    loyalty : float
        0 leaves the graph as it is.
    """
    rows = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    is_inside = (known[rows] == known[graph.indices]) & (known[rows] >= 0)
    out = graph.copy()
    out.data = graph.data * (1.0 + loyalty * is_inside)
    return out


def dissolve_small(labels: Ints, graph: sparse.csr_matrix, min_texts: int) -> Ints:
    """Return the labels with each community of too few texts, smallest first, dissolved."""
    labels = labels.copy()
    while True:
        names, sizes = np.unique(labels, return_counts=True)
        if len(names) < 2 or sizes.min() >= min_texts:
            return labels
        smallest = names[sizes.argmin()]
        members = np.flatnonzero(labels == smallest)
        votes = graph[members] @ one_hot(labels, int(names.max()) + 1)
        ballots = votes.toarray()
        ballots[:, smallest] = -1.0
        # A text without ties to another community goes where most of its fellows go.
        common = ballots.sum(axis=0)
        common[smallest] = -1.0
        if common.max() <= 0:
            sizes[names == smallest] = 0
            common[names[sizes.argmax()]] = 1.0
        choice = np.where(ballots.max(axis=1) > 0, ballots.argmax(axis=1), common.argmax())
        labels[members] = choice


def one_hot(labels: Ints, count: int) -> sparse.csr_matrix:
    """Return who is in which community, as a matrix of ones."""
    n = len(labels)
    return sparse.csr_matrix((np.ones(n), (np.arange(n), labels)), shape=(n, count))


def strengths(labels: Ints, graph: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    """Return the share of each text's ties that lead into its own community, 0..1."""
    ties = np.asarray(graph.sum(axis=1)).ravel()
    into = graph @ one_hot(labels, int(labels.max()) + 1)
    own = np.asarray(into[np.arange(len(labels)), labels]).ravel()
    shares = np.divide(own, ties, out=np.zeros(len(labels)), where=ties > 0)
    return np.asarray(np.clip(shares, 0.0, 1.0))


def by_size(labels: Ints) -> Ints:
    """Return the labels numbered by size, largest first; ties by their first text."""
    _, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[inverse]
