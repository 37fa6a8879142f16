"""A theme divided into a number of parts: communities of its own texts' graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.embedding.base import unit_length
from models.themes.communities import (
    aggregate,
    by_size,
    communities,
    dissolve_small,
    find_blocks,
)
from models.themes.discovery import SharedNeighbourThemes
from models.themes.neighbours import Floats, Ints, checked_vectors, quantised

# Half octaves: the first that gives enough parts is taken, and what is too many joined again.
_LADDER = tuple(float(2.0 ** (step / 2)) for step in range(-8, 15))
_NEIGHBOURS = 30
_FEWEST, _FEWEST_EVEN = 3, 5  # texts of a part, and of the mean part: fewer are no pattern
_MAX_TEXTS = 4000  # of so many texts at most the examples are chosen: their products fit in memory


def divide(
    vectors: object, text_hashes: Sequence[str], *, parts: int, min_texts: int
) -> Ints | None:
    """Return the part of each text, 0 the largest; None where there are not so many parts.

    The parts are what discovery would find in these texts alone, with no others: communities of
    their shared-neighbour graph (see :mod:`models.themes.discovery`) at the lowest resolution
    that gives so many of at least ``min_texts``. Where it gives more, the two whose union costs
    the least modularity are joined until they are so many (Clauset, Newman & Moore 2004,
    doi:10.1103/PhysRevE.70.066111):

        cost(a, b) = resolution · d(a) · d(b) / 2m − w(a, b)

    with w the ties between them, d the sum of a part's ties and 2m that of all.

    Parameters
    ----------
    vectors : array-like of shape (n_texts, dimension)
        Of distinct texts.
    text_hashes : sequence of str
        One a text: the rows' order does not matter, that of the hashes is used.
    parts : int
        At least 2.
    min_texts : int
        No part has fewer; where there are few texts, a quarter of the mean part is enough, if it
        is three texts or more. The mean part has five or more.
    """
    unit = unit_length(checked_vectors(vectors))
    order = np.argsort(np.asarray(list(text_hashes), dtype=object), kind="stable")
    even = len(order) // parts
    if even < _FEWEST_EVEN:
        return None
    # A neighbourhood that is larger than a part ties all texts to all.
    model = SharedNeighbourThemes(neighbours=max(2, min(_NEIGHBOURS, even // 2)), resolution=1.0)
    graph = model.fit(unit[order], text_hashes=[text_hashes[i] for i in order]).graph_
    if not graph.nnz or graph.shape[0] < len(order):
        return None
    blocks = find_blocks(graph)
    fewest = max(_FEWEST, min(min_texts, even // 4))
    for resolution in _LADDER:
        found = dissolve_small(communities(blocks, resolution), graph, fewest)
        if len(np.unique(found)) >= parts:
            labels = np.empty(len(order), dtype=np.int64)
            labels[order] = by_size(_joined(graph, found, parts, resolution))
            return labels
    return None


def _joined(graph: sparse.csr_matrix, labels: Ints, parts: int, resolution: float) -> Ints:
    """Return the labels with the parts joined that are nearest to one, until they are few."""
    labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    while (count := int(labels.max()) + 1) > parts:
        ties = aggregate(graph, labels).toarray()
        degrees = ties.sum(axis=1)
        cost = resolution * np.outer(degrees, degrees) / degrees.sum() - ties
        cost[np.tril_indices(count)] = np.inf
        # Rounded, so that the last bits of a sum cannot choose between equals.
        one, other = np.unravel_index(int(np.round(cost, 9).argmin()), cost.shape)
        labels = np.unique(np.where(labels == other, one, labels), return_inverse=True)[1]
    return labels


def telling_examples(vectors: object, labels: Ints, *, most: int) -> Ints:
    """Return few texts by which the parts of all others can be told.

    Each text goes to the part of its nearest example, see :func:`models.themes.parts.split_theme`.
    The first example of a part is the text nearest to its middle; then, one by one, the text that
    puts most others right, less those that it puts wrong (condensed nearest neighbours,
    doi:10.1109/TIT.1968.1054155, here the best one first), until none is worth its place.

    Parameters
    ----------
    vectors : array-like of shape (n_texts, dimension)
        In an order that is chance: of very many texts, the first stand for all.
    labels : ndarray of int, shape (n_texts,)
        Part of each text, 0..n_parts-1, none empty.
    most : int
        Examples of a part at most.

    Returns
    -------
    ndarray of int
        Places of the examples, those of the first part first, each part's in the order in which
        they were chosen.
    """
    unit = unit_length(checked_vectors(vectors))
    firsts = [_middle(unit, np.flatnonzero(labels == part)) for part in range(labels.max() + 1)]
    kept = np.unique([*firsts, *range(min(len(unit), _MAX_TEXTS))])
    rows, of = quantised(unit[kept]), labels[kept]
    products: Floats = rows @ rows.T  # whole numbers: the same to the bit everywhere
    is_mine = of[:, None] == of[None]
    chosen = [int(place) for place in np.searchsorted(kept, firsts)]
    own = _nearest_of(products, chosen, is_mine)
    other = _nearest_of(products, chosen, ~is_mine)
    while True:
        is_wrong = own <= other
        # By candidate: texts of its part that come right by it, and others that go wrong.
        rights = ((products > other[:, None]) & is_mine & is_wrong[:, None]).sum(axis=0)
        wrongs = ((products >= own[:, None]) & ~is_mine & ~is_wrong[:, None]).sum(axis=0)
        worth = rights - wrongs
        worth[chosen] = 0
        worth[np.bincount(of[chosen], minlength=of.max() + 1)[of] >= most] = 0
        best = int(worth.argmax())
        if worth[best] <= 0:
            break
        chosen.append(best)
        own = np.where(is_mine[:, best], np.maximum(own, products[:, best]), own)
        other = np.where(is_mine[:, best], other, np.maximum(other, products[:, best]))
    return kept[sorted(chosen, key=lambda place: int(of[place]))]


def _middle(unit: Floats, members: Ints) -> int:
    closeness = np.round(unit[members].astype(np.float64) @ unit[members].mean(axis=0), 6)
    return int(members[closeness.argmax()])


def _nearest_of(products: Floats, chosen: list[int], is_asked: npt.NDArray[np.bool_]) -> Floats:
    """Return how near the nearest example is, among those that are asked for."""
    return np.asarray(np.where(is_asked[:, chosen], products[:, chosen], -np.inf).max(axis=1))
