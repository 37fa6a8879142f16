"""Texts in the order of time, and which of them one person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.embedding.base import unit_length
from models.errors import DataContractError
from models.text.similar import jaccard_of_pairs
from models.themes.neighbours import Floats, Ints, checked_vectors, cosine_level, quantised

Flags = npt.NDArray[np.bool_]
Moments = npt.NDArray[np.datetime64]

UNKNOWN = -1  # stands for a person who is not known
# Copies of a text are near it: only pairs of this cosine are compared word by word.
_COPY_COSINE = 0.8


@dataclass(frozen=True)
class Stream:
    """Texts in the order of time: those alone that can be part of a birth.

    Parameters
    ----------
    moments : ndarray of datetime64[us], shape (n_texts,)
        When each was written, UTC, never falling.
    vectors : ndarray of float32, shape (n_texts, dimension)
        Whole numbers, see :func:`models.themes.neighbours.quantised`.
    people : ndarray of int, shape (n_texts,)
        Who wrote it; -1 where that is not known.
    texts : sequence of str
        Redacted.
    """

    moments: Moments
    vectors: Floats
    people: Ints
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.moments)


def make_stream(
    moments: npt.ArrayLike, vectors: object, people: npt.ArrayLike, texts: Sequence[str]
) -> Stream:
    """Return the texts as a stream.

    Raises
    ------
    DataContractError
        If they are not equally many, the moments fall, or the vectors are no finite matrix.
    """
    times = np.asarray(moments, dtype="datetime64[us]")
    rows = checked_vectors(vectors)
    codes = np.asarray(people, dtype=np.int64)
    if not len(times) == len(rows) == len(codes) == len(texts):
        raise DataContractError(
            f"got {len(times)} moments, {len(rows)} vectors, {len(codes)} people and "
            f"{len(texts)} texts."
        )
    if (np.diff(times) < np.timedelta64(0)).any():
        raise DataContractError("moments: expected them in the order of time.")
    return Stream(times, quantised(unit_length(rows)), codes, texts)


def same_person(stream: Stream, low: int, high: int, products: Floats, copied: float) -> Flags:
    """Return which pairs of a block's texts one person wrote, as far as can be told.

    Parameters
    ----------
    stream : Stream
    low, high : int
        The block's texts, by their place in the stream.
    products : ndarray of float32, shape (high - low, high - low)
        Of their quantised vectors.
    copied : float
        Share of word pairs (Jaccard) that makes two texts of unknown writers one person's.

    Returns
    -------
    ndarray of bool, shape (high - low, high - low)
        True on the diagonal.
    """
    people = stream.people[low:high]
    is_known = people != UNKNOWN
    same = (people[:, None] == people[None]) & is_known[:, None]
    candidates = (products >= cosine_level(_COPY_COSINE)) & ~(is_known[:, None] & is_known[None])
    pairs = np.argwhere(np.triu(candidates, k=1))
    if len(pairs):
        shared = jaccard_of_pairs(stream.texts[low:high], pairs)
        copies = pairs[shared >= copied]
        same[copies[:, 0], copies[:, 1]] = same[copies[:, 1], copies[:, 0]] = True
    np.fill_diagonal(same, True)
    return np.asarray(same)
