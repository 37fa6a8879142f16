"""Vectors to themes: communities of the shared-neighbour graph.

Two texts belong together if they are near the same others: the weight between two neighbours is
the share of their neighbourhoods that they have in common. Unlike the distance itself, that
share means the same in crowded and in sparse regions, so no text need be called an outlier.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, ClusterMixin

from models.embedding.base import unit_length
from models.errors import DataContractError
from models.themes.assignment import assign_by_vote
from models.themes.neighbours import Floats, Ints, checked_vectors, nearest

_NO_SPREAD = 1e-6  # a principal component with a smaller share of the spread is noise
_FEWEST_NEIGHBOURS = 15
_ROWS_PER_BLOCK = 2048  # of the product of neighbourhoods: bounds the memory


class SharedNeighbourThemes(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Themes of texts, found without knowing how many there are.

    Texts are put in the order of their hashes, so that the rows' order does not matter; vectors
    are reduced to their principal components; each text is tied to its nearest neighbours with
    the weight

        w(i, j) = |N(i) ∩ N(j)| / |N(i) ∪ N(j)|

    where N(i) is i and its nearest neighbours (Jarvis & Patrick 1973,
    doi:10.1109/T-C.1973.223640, with Jaccard's index); themes are the communities of highest
    modularity (Louvain: Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008). Communities
    of too few texts dissolve into those that their texts' neighbours belong to.

    Parameters
    ----------
    neighbours : int, default 30
        Nearest neighbours of a text; of n < 8,100 texts sqrt(n) / 3, but at least 15, if fewer.
    dimensions : int, default 128
        Principal components kept.
    resolution : float, default 2.0
        Of the modularity: higher gives more and smaller themes.
    min_texts : int, default 10
        Smaller communities dissolve; if all are smaller, the largest remains.
    max_fit_texts : int, default 40000
        Of more texts than this, those of the lowest hashes are fitted and the rest assigned.
    vote_neighbours : int, default 15
        Known texts that vote on one that was not fitted.

    Attributes
    ----------
    labels_ : ndarray of shape (n_texts,)
        Theme of each text: 0 is the largest theme.
    strengths_ : ndarray of shape (n_texts,)
        Share of a text's ties that lead into its own theme, 0..1.
    is_fitted_text_ : ndarray of bool, shape (n_texts,)
        False for texts beyond ``max_fit_texts``, which were assigned.
    fit_vectors_, fit_labels_ : ndarray
        Unit vectors and themes of the fitted texts, in the order of their hashes.
    n_features_in_ : int
        Numbers in a vector.
    """

    def __init__(
        self,
        *,
        neighbours: int = 30,
        dimensions: int = 128,
        resolution: float = 2.0,
        min_texts: int = 10,
        max_fit_texts: int = 40_000,
        vote_neighbours: int = 15,
    ) -> None:
        self.neighbours = neighbours
        self.dimensions = dimensions
        self.resolution = resolution
        self.min_texts = min_texts
        self.max_fit_texts = max_fit_texts
        self.vote_neighbours = vote_neighbours

    def fit(
        self, X: object, y: object = None, *, text_hashes: Sequence[str] | None = None
    ) -> SharedNeighbourThemes:
        """Find the themes of the vectors.

        Parameters
        ----------
        X : array-like of shape (n_texts, dimension)
            A vector a text. None, one, equal or fewer texts than neighbours are all allowed.
        y : ignored
        text_hashes : sequence of str, optional
            What the canonical order is made from; the hash of the vector by default.

        Raises
        ------
        DataContractError
            If the vectors are no finite matrix, the hashes are not one a text, or a parameter
            is out of its range.
        """
        self._check_parameters()
        vectors = checked_vectors(X)
        order = _canonical_order(vectors, text_hashes)
        fitted = order[: self.max_fit_texts]
        unit = unit_length(vectors)
        labels, strengths = self._communities(unit[fitted])
        self.n_features_in_ = vectors.shape[1]
        self.fit_vectors_, self.fit_labels_ = unit[fitted], labels
        self.labels_ = np.full(len(vectors), -1, dtype=np.int64)
        self.strengths_ = np.zeros(len(vectors))
        self.labels_[fitted], self.strengths_[fitted] = labels, strengths
        self.is_fitted_text_ = np.zeros(len(vectors), dtype=bool)
        self.is_fitted_text_[fitted] = True
        rest = order[self.max_fit_texts :]
        self.labels_[rest], self.strengths_[rest] = self._vote(unit[rest])
        return self

    def predict(self, X: object) -> Ints:
        """Return the theme of each vector by a vote of its nearest fitted texts.

        Raises
        ------
        DataContractError
            If the vectors are not of the fitted size.
        """
        vectors = checked_vectors(X)
        if len(vectors) and vectors.shape[1] != self.n_features_in_:
            raise DataContractError(
                f"vectors: fitted on {self.n_features_in_} numbers a text, got {vectors.shape[1]}."
            )
        return self._vote(unit_length(vectors))[0]

    def _check_parameters(self) -> None:
        at_least_one = ("neighbours", "dimensions", "min_texts", "max_fit_texts", "vote_neighbours")
        for name in at_least_one:
            if getattr(self, name) < 1:
                found = getattr(self, name)
                raise DataContractError(f"themes.{name}: expected 1 or more, got {found}.")
        if not self.resolution > 0:
            raise DataContractError(f"themes.resolution: expected > 0, got {self.resolution}.")

    def _vote(self, unit: Floats) -> tuple[Ints, npt.NDArray[np.float64]]:
        return assign_by_vote(
            unit, self.fit_vectors_, self.fit_labels_, neighbours=self.vote_neighbours, floor=-1.0
        )

    def _communities(self, unit: Floats) -> tuple[Ints, npt.NDArray[np.float64]]:
        reduced = principal_components(unit, self.dimensions)
        if len(unit) < 2 or not reduced.size:  # one text, or all the same text
            return np.zeros(len(unit), dtype=np.int64), np.ones(len(unit))
        # Of a few hundred texts, thirty neighbours reach across themes.
        enough = max(_FEWEST_NEIGHBOURS, round(len(unit) ** 0.5 / 3))
        graph = shared_neighbour_graph(reduced, min(self.neighbours, enough))
        labels = _dissolve_small(_louvain(graph, self.resolution), graph, self.min_texts)
        return _by_size(labels), _strengths(labels, graph)


def _canonical_order(vectors: Floats, text_hashes: Sequence[str] | None) -> Ints:
    if text_hashes is None:
        text_hashes = [hashlib.sha256(row.tobytes()).hexdigest() for row in vectors]
    hashes = np.asarray(list(text_hashes), dtype=object)
    if len(hashes) != len(vectors):
        raise DataContractError(f"got {len(vectors)} vectors and {len(hashes)} text hashes.")
    return np.asarray(np.argsort(hashes, kind="stable"), dtype=np.int64)


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


def _louvain(graph: sparse.csr_matrix, resolution: float) -> Ints:
    from sknetwork.clustering import Louvain

    if not graph.nnz:
        return np.zeros(graph.shape[0], dtype=np.int64)
    # Nodes come in canonical order and are not shuffled: there is no seed to depend on.
    method = Louvain(resolution=resolution, shuffle_nodes=False, random_state=0)
    return np.asarray(method.fit_predict(graph), dtype=np.int64)


def _dissolve_small(labels: Ints, graph: sparse.csr_matrix, min_texts: int) -> Ints:
    """Return the labels with each community of too few texts, smallest first, dissolved."""
    labels = labels.copy()
    while True:
        names, sizes = np.unique(labels, return_counts=True)
        if len(names) < 2 or sizes.min() >= min_texts:
            return labels
        smallest = names[sizes.argmin()]
        members = np.flatnonzero(labels == smallest)
        votes = graph[members] @ _one_hot(labels, int(names.max()) + 1)
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


def _one_hot(labels: Ints, count: int) -> sparse.csr_matrix:
    n = len(labels)
    return sparse.csr_matrix((np.ones(n), (np.arange(n), labels)), shape=(n, count))


def _strengths(labels: Ints, graph: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    ties = np.asarray(graph.sum(axis=1)).ravel()
    into = graph @ _one_hot(labels, int(labels.max()) + 1)
    own = np.asarray(into[np.arange(len(labels)), labels]).ravel()
    shares = np.divide(own, ties, out=np.zeros(len(labels)), where=ties > 0)
    return np.asarray(np.clip(shares, 0.0, 1.0))


def _by_size(labels: Ints) -> Ints:
    """Return the labels numbered by size, largest first; ties by their first text."""
    _, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[inverse]
