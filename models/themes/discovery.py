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
from sklearn.utils.validation import check_is_fitted

from models.embedding.base import unit_length
from models.errors import DataContractError
from models.themes.assignment import NO_THEME, assign_by_near_themes, assign_by_vote
from models.themes.communities import (
    Blocks,
    by_size,
    communities,
    dissolve_small,
    find_blocks,
    rough_communities,
    strengthened,
    strengths,
)
from models.themes.graph import fit_components, project, shared_neighbour_graph
from models.themes.neighbours import Floats, Ints, checked_vectors
from models.themes.resolution import (
    Rung,
    choose_resolution,
    continued_resolution,
    is_still_readable,
)

__all__ = ["AUTO", "SharedNeighbourThemes"]

AUTO = "auto"
_FEWEST_NEIGHBOURS = 15
# Of a sample of forty thousand, half vote on the texts beyond it: as good, at half the cost.
_MAX_VOTERS = 20_000


class SharedNeighbourThemes(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Themes of texts, found without knowing how many there are.

    Texts are put in the order of their hashes, so that the rows' order does not matter; vectors
    are reduced to their principal components; each text is tied to its nearest neighbours with
    the weight

        w(i, j) = |N(i) ∩ N(j)| / |N(i) ∪ N(j)|

    where N(i) is i and its nearest neighbours (Jarvis & Patrick 1973,
    doi:10.1109/T-C.1973.223640, with Jaccard's index); themes are communities of high
    modularity, see :mod:`models.themes.communities`. Communities of too few texts dissolve into
    those that their texts' neighbours belong to.

    Parameters
    ----------
    neighbours : int, default 30
        Nearest neighbours of a text; of n < 8,100 texts sqrt(n) / 3, but at least 15, if fewer.
    dimensions : int, default 128
        Principal components kept.
    resolution : float or "auto", default "auto"
        Of the modularity: higher gives more and smaller themes. "auto" chooses it by what a
        team can read and what resampling upholds, see :mod:`models.themes.resolution`.
    min_texts : int, default 10
        Smaller communities dissolve; if all are smaller, the largest remains.
    max_fit_texts : int, default 40000
        Of more texts than this, those of the lowest hashes are fitted and the rest assigned.
    vote_neighbours : int, default 15
        Known texts that vote on one that was not fitted.
    max_themes : int, default 150
        "auto" finds no more themes than this.
    loyalty : float, default 1.5
        Of texts to the theme that they are known in (see ``fit``); 0 finds themes anew.

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
    graph_ : csr_matrix of shape (n_fitted, n_fitted)
        Ties of the fitted texts, in the order of their hashes.
    resolution_ : float
        The resolution in use.
    rungs_ : tuple of Rung
        The resolutions that were looked at; empty if there was no choice to make.
    n_features_in_ : int
        Numbers in a vector.
    """

    def __init__(
        self,
        *,
        neighbours: int = 30,
        dimensions: int = 128,
        resolution: float | str = AUTO,
        min_texts: int = 10,
        max_fit_texts: int = 40_000,
        vote_neighbours: int = 15,
        max_themes: int = 150,
        loyalty: float = 1.5,
    ) -> None:
        self.neighbours = neighbours
        self.dimensions = dimensions
        self.resolution = resolution
        self.min_texts = min_texts
        self.max_fit_texts = max_fit_texts
        self.vote_neighbours = vote_neighbours
        self.max_themes = max_themes
        self.loyalty = loyalty

    def fit(
        self,
        X: object,
        y: object = None,
        *,
        text_hashes: Sequence[str] | None = None,
        known_themes: npt.ArrayLike | None = None,
        known_resolution: float | None = None,
    ) -> SharedNeighbourThemes:
        """Find the themes of the vectors.

        Parameters
        ----------
        X : array-like of shape (n_texts, dimension)
            A vector a text. None, one, equal or fewer texts than neighbours are all allowed.
        y : ignored
        text_hashes : sequence of str, optional
            What the canonical order is made from; the hash of the vector by default.
        known_themes : array-like of int, shape (n_texts,), optional
            Theme of each text at an earlier fit; negative: none. Texts keep together that were,
            unless the ties now say clearly otherwise: see
            :func:`models.themes.communities.strengthened`.
        known_resolution : float, optional
            Of that earlier fit. "auto" keeps it while the number of themes can be read.

        Raises
        ------
        DataContractError
            If the vectors are no finite matrix, hashes or known themes are not one a text, or a
            parameter is out of its range.
        """
        self._check_parameters()
        vectors = checked_vectors(X)
        order = _canonical_order(vectors, text_hashes)
        known = _known(known_themes, len(vectors))
        fitted = order[: self.max_fit_texts]
        unit = unit_length(vectors)
        components = fit_components(unit[fitted], self.dimensions)
        reduced = project(unit[fitted], components)
        self.graph_ = self._graph(reduced)
        self.fit_vectors_ = unit[fitted]
        self.fit_labels_ = self._themes(known[fitted], known_resolution)
        self.n_features_in_ = vectors.shape[1]
        self.labels_ = np.full(len(vectors), NO_THEME, dtype=np.int64)
        self.strengths_ = np.ones(len(vectors))
        self.labels_[fitted] = self.fit_labels_
        if self.graph_.nnz:
            self.strengths_[fitted] = strengths(self.fit_labels_, self.graph_)
        self.is_fitted_text_ = np.zeros(len(vectors), dtype=bool)
        self.is_fitted_text_[fitted] = True
        rest = order[self.max_fit_texts :]
        if len(rest) and reduced.size:
            self.labels_[rest], self.strengths_[rest] = assign_by_near_themes(
                project(unit[rest], components),
                reduced[:_MAX_VOTERS],
                self.fit_labels_[:_MAX_VOTERS],
                neighbours=self.vote_neighbours,
            )
        elif len(rest):  # all fitted texts are the same
            self.labels_[rest] = 0
        return self

    def predict(self, X: object) -> Ints:
        """Return the theme of each vector by a vote of its nearest fitted texts.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        DataContractError
            If the vectors are not of the fitted size.
        """
        check_is_fitted(self)
        vectors = checked_vectors(X)
        if len(vectors) and vectors.shape[1] != self.n_features_in_:
            raise DataContractError(
                f"vectors: fitted on {self.n_features_in_} numbers a text, got {vectors.shape[1]}: "
                f"X has {vectors.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )
        return self._vote(unit_length(vectors))[0]

    def _check_parameters(self) -> None:
        at_least_one = ("neighbours", "dimensions", "min_texts", "max_fit_texts", "vote_neighbours")
        for name in at_least_one:
            if getattr(self, name) < 1:
                found = getattr(self, name)
                raise DataContractError(f"themes.{name}: expected 1 or more, got {found}.")
        if not self.loyalty >= 0:
            raise DataContractError(f"themes.loyalty: expected 0 or more, got {self.loyalty}.")
        is_number = isinstance(self.resolution, int | float)
        if self.resolution != AUTO and not (is_number and float(self.resolution) > 0):
            found = self.resolution
            raise DataContractError(f"themes.resolution: expected > 0 or auto, got {found}.")

    def _vote(self, unit: Floats) -> tuple[Ints, npt.NDArray[np.float64]]:
        return assign_by_vote(
            unit, self.fit_vectors_, self.fit_labels_, neighbours=self.vote_neighbours, floor=-1.0
        )

    def _graph(self, reduced: Floats) -> sparse.csr_matrix:
        if len(reduced) < 2 or not reduced.size:  # one text, or all the same text
            return sparse.csr_matrix((len(reduced), len(reduced)))
        # Of a few hundred texts, thirty neighbours reach across themes.
        enough = max(_FEWEST_NEIGHBOURS, round(len(reduced) ** 0.5 / 3))
        return shared_neighbour_graph(reduced, min(self.neighbours, enough))

    def _themes(self, known: Ints, known_resolution: float | None) -> Ints:
        """Return the themes of the fitted texts; sets ``resolution_`` and ``rungs_``."""
        self.rungs_: tuple[Rung, ...] = ()
        self.resolution_ = 1.0 if self.resolution == AUTO else float(self.resolution)
        graph = self.graph_
        if not graph.nnz:
            return np.zeros(graph.shape[0], dtype=np.int64)
        if self.loyalty and (known >= 0).any():
            graph = strengthened(graph, known, self.loyalty)
        blocks = find_blocks(graph, self.resolution_)
        if self.resolution == AUTO:
            kept = self._kept_resolution(blocks, known, known_resolution)
            if kept is None:
                choice = choose_resolution(
                    blocks, min_texts=self.min_texts, max_themes=self.max_themes
                )
                self.resolution_, self.rungs_ = choice
            else:
                self.resolution_ = kept
        found = communities(blocks, self.resolution_)
        return by_size(dissolve_small(found, graph, self.min_texts))

    def _kept_resolution(
        self, blocks: Blocks, known: Ints, known_resolution: float | None
    ) -> float | None:
        """Return the resolution that continues an earlier fit's; none where it must be chosen."""
        if known_resolution is None or not (known >= 0).any():
            return None
        kept = continued_resolution(known_resolution, int((known >= 0).sum()), len(known))
        rough = rough_communities(blocks, kept)
        themes = int((np.bincount(rough) >= self.min_texts).sum())
        return kept if is_still_readable(themes, len(known), self.max_themes) else None


def _canonical_order(vectors: Floats, text_hashes: Sequence[str] | None) -> Ints:
    if text_hashes is None:
        text_hashes = [hashlib.sha256(row.tobytes()).hexdigest() for row in vectors]
    hashes = np.asarray(list(text_hashes), dtype=object)
    if len(hashes) != len(vectors):
        raise DataContractError(f"got {len(vectors)} vectors and {len(hashes)} text hashes.")
    return np.asarray(np.argsort(hashes, kind="stable"), dtype=np.int64)


def _known(known_themes: npt.ArrayLike | None, count: int) -> Ints:
    if known_themes is None:
        return np.full(count, NO_THEME, dtype=np.int64)
    known = np.asarray(known_themes, dtype=np.int64)
    if known.shape != (count,):
        raise DataContractError(f"got {count} vectors and {known.size} known themes.")
    return known
