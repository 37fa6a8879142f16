"""Exact nearest neighbours of texts among themselves, at little more than half the products.

A cosine of two texts serves both of them, so half of the products are enough, if it is known which
of them matter to either: those that reach a threshold which a sample of the texts gives. The few
texts for which the sample promised too much are looked at once more, in full.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.themes.neighbours import LEVELS, Floats, Ints, nearest, quantised, reached_by

_FEW = 8192  # of fewer texts all products cost next to nothing
_SAMPLE = 2048
_ROWS, _COLUMNS = 1024, 4096  # of products at a time
_MANY_TIES = 16  # times as many candidates as expected: copies of a text; then everything is sorted
# A candidate is one whole number, so that one sort puts all in order: its text, how far its
# neighbour is, its neighbour. A product is a whole number of less than 2^23.
_TEXT_BITS, _FAR_BITS = 19, 24
_FARTHEST = 1 << (_FAR_BITS - 1)


def nearest_to_each_other(
    vectors: npt.NDArray[np.floating], *, neighbours: int
) -> tuple[Ints, Floats]:
    """Return the nearest other rows of each row: as :func:`nearest` would, to the bit.

    Parameters
    ----------
    vectors : ndarray of shape (n, dimension)
        Unit vectors.
    neighbours : int
        How many; fewer where there are fewer rows.

    Returns
    -------
    places : ndarray of shape (n, k)
        Row numbers, nearest first; of equally near rows the first ones are taken.
    similarities : ndarray of shape (n, k)
        Cosines in -1..1.
    """
    n = len(vectors)
    if n < _FEW or n > 1 << _TEXT_BITS or neighbours > _SAMPLE // 16:
        return nearest(vectors, vectors, neighbours=neighbours, is_self=True)
    rows = quantised(vectors)
    share = _SAMPLE / n
    wanted = int(neighbours * share + 3 * (neighbours * share) ** 0.5) + 2  # itself included
    threshold = _thresholds(rows, wanted)
    keys = _candidates(rows, threshold, at_most=int(_MANY_TIES * n * wanted / share))
    if keys is None:
        return nearest(vectors, vectors, neighbours=neighbours, is_self=True)
    keys.sort()
    text = keys >> (_TEXT_BITS + _FAR_BITS)
    starts = np.searchsorted(text, np.arange(n + 1))
    is_short = np.diff(starts) < neighbours
    # Of a text with too few candidates whatever stands here is written over.
    at = np.minimum(starts[:-1, None] + np.arange(neighbours), len(keys) - 1)
    found = keys[at]
    places = found & ((1 << _TEXT_BITS) - 1)
    far = (found >> _TEXT_BITS) & ((1 << _FAR_BITS) - 1)
    similarities = ((_FARTHEST - far) / np.float32(LEVELS**2)).astype(np.float32)
    short = np.flatnonzero(is_short)
    if len(short):
        places[short], similarities[short] = _in_full(vectors, short, neighbours)
    return places, np.clip(similarities, -1.0, 1.0)


def _thresholds(rows: Floats, wanted: int) -> Floats:
    """Return for each row a product that so many rows of a sample reach."""
    sample = np.ascontiguousarray(rows[:: max(1, len(rows) // _SAMPLE)][:_SAMPLE].T)
    out = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _COLUMNS):
        part = slice(start, start + _COLUMNS)
        out[part] = reached_by(rows[part] @ sample, wanted)
    return out


def _candidates(rows: Floats, threshold: Floats, *, at_most: int) -> Ints | None:
    """Return all pairs that reach the threshold of their first text, as keys; none: too many."""
    n, found, total = len(rows), [], 0
    for top in range(0, n, _ROWS):
        mine = slice(top, min(top + _ROWS, n))
        for left in range(top, n, _COLUMNS):
            theirs = slice(left, min(left + _COLUMNS, n))
            products = rows[mine] @ rows[theirs].T
            if left == top:  # a pair is looked at once, and no text is its own neighbour
                low = np.tril_indices(len(products), 0, products.shape[1])
                products[low] = -np.inf
            is_near = products >= threshold[mine, None]
            is_near |= products >= threshold[theirs]
            place = np.flatnonzero(is_near)
            value = products.ravel()[place]
            one, other = np.divmod(place, products.shape[1])
            one += top
            other += left
            far = _FARTHEST - value.astype(np.int64)
            for text, neighbour in ((one, other), (other, one)):
                kept = value >= threshold[text]
                head = (text[kept] << _FAR_BITS) | far[kept]
                found.append((head << _TEXT_BITS) | neighbour[kept])
                total += len(found[-1])
        if total > at_most:
            return None
    return np.concatenate(found)


def _in_full(
    vectors: npt.NDArray[np.floating], texts: Ints, neighbours: int
) -> tuple[Ints, Floats]:
    """Return the neighbours of some of the rows, by all products."""
    places, similarities = nearest(vectors[texts], vectors, neighbours=neighbours + 1)
    # A text is its own nearest, but for copies of it with a lower number.
    is_other = places != texts[:, None]
    is_other[is_other.all(axis=1), -1] = False
    shape = (len(texts), neighbours)
    return places[is_other].reshape(shape), similarities[is_other].reshape(shape)
