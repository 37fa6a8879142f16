"""Exact nearest neighbours by cosine, the same to the bit on every machine and in any order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.errors import DataContractError

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# Unit vectors become whole numbers of at most this size. A product of two such vectors is at
# most 2,047² < 2^22, so every partial sum is a whole number that float32 holds exactly: the
# BLAS, its threads and the order of the rows cannot change a single bit. It costs about 2e-4
# of cosine, no more than neighbours differ by chance.
LEVELS = 2047
_BLOCK_BYTES = 32 << 20  # of similarities at a time: bounds the memory
_GROUP = 16  # columns whose maximum stands for them, where ...
_MANY_GROUPS = 8  # ... there are so many groups a neighbour that two rarely share one


def quantised(vectors: npt.NDArray[np.floating]) -> Floats:
    """Return unit vectors as whole numbers (stored as float32, see ``LEVELS``)."""
    rows = np.asarray(vectors, dtype=np.float32)
    return np.asarray(np.rint(rows * np.float32(LEVELS)), dtype=np.float32)


def cosine_level(cosine: float) -> float:
    """Return what the product of two quantised vectors reaches at a cosine."""
    return cosine * LEVELS**2


def checked_vectors(vectors: object, name: str = "vectors") -> Floats:
    """Return the vectors as a float32 matrix.

    Raises
    ------
    DataContractError
        If it is not a dense table of finite real numbers, or has rows without numbers.
    """
    if sparse.issparse(vectors):
        raise DataContractError(f"{name}: sparse input is not supported; give an array.")
    try:
        given = np.asarray(vectors)
        is_complex = np.iscomplexobj(given)
        rows: Floats = np.asarray(np.real(given) if is_complex else given, dtype=np.float32)
    except (TypeError, ValueError) as err:
        raise DataContractError(f"{name}: expected a table of numbers.") from err
    if is_complex:
        raise DataContractError(f"{name}: Complex data not supported; give real numbers.")
    if rows.ndim != 2:
        raise DataContractError(
            f"{name}: expected shape (n_texts, dimension), got {rows.shape}. Reshape your data."
        )
    if len(rows) and not rows.shape[1]:
        raise DataContractError(f"{name}: {len(rows)} texts have vectors without numbers.")
    if not np.isfinite(rows).all():
        raise DataContractError(f"{name}: some numbers are missing or infinite.")
    return rows


def nearest(
    queries: npt.NDArray[np.floating],
    reference: npt.NDArray[np.floating],
    *,
    neighbours: int,
    is_self: bool = False,
) -> tuple[Ints, Floats]:
    """Return the nearest reference rows of each query, nearest first.

    Parameters
    ----------
    queries, reference : ndarray of shape (n, dimension)
        Unit vectors (rows of zeros are allowed: similarity 0 to all).
    neighbours : int
        How many; fewer where the reference is smaller.
    is_self : bool, default False
        The queries are the reference's first rows: a row is no neighbour of its own.

    Returns
    -------
    places : ndarray of shape (n_queries, k)
        Row numbers of the reference. Of equally near rows the first ones are taken.
    similarities : ndarray of shape (n_queries, k)
        Cosines in -1..1, falling along a row.
    """
    k = max(0, min(neighbours, len(reference) - int(is_self)))
    places = np.zeros((len(queries), k), dtype=np.int64)
    similarities = np.zeros((len(queries), k), dtype=np.float32)
    if k == 0:
        return places, similarities
    for start, block in _blocks(quantised(queries), quantised(reference)):
        rows = np.arange(len(block))
        if is_self:
            block[rows, start + rows] = -np.inf
        chosen = _top(block, k)
        places[start : start + len(block)] = chosen
        similarities[start : start + len(block)] = block[rows[:, None], chosen]
    similarities /= np.float32(LEVELS**2)
    return places, np.clip(similarities, -1.0, 1.0)


def _blocks(queries: Floats, reference: Floats) -> Iterator[tuple[int, Floats]]:
    size = max(1, _BLOCK_BYTES // (4 * len(reference)))
    for start in range(0, len(queries), size):
        yield start, queries[start : start + size] @ reference.T


def _top(block: Floats, k: int) -> Ints:
    """Return the columns of each row's k largest values, largest first, ties by column."""
    n = block.shape[1]
    # All columns that reach a threshold which at least k reach: ties are seen, not cut blindly.
    threshold = reached_by(block, k)
    rows, columns = np.divmod(np.flatnonzero(block >= threshold[:, None]), n)
    order = np.lexsort((columns, -block[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    first = np.searchsorted(rows, np.arange(len(block)))
    return np.asarray(columns[first[:, None] + np.arange(k)], dtype=np.int64)


def reached_by(block: Floats, k: int) -> Floats:
    """Return a value for each row that at least k of its columns reach, and few more."""
    # The k-th largest of the maxima of small groups of columns: each maximum is a column that
    # reaches it. Maxima cost next to nothing, and selecting among them a sixteenth.
    groups = block.shape[1] // _GROUP
    if groups > _MANY_GROUPS * k:
        block = block[:, : groups * _GROUP].reshape(len(block), _GROUP, groups).max(axis=1)
    place = block.shape[1] - k
    return np.asarray(np.partition(block, place, axis=1)[:, place])
