"""The semantic scan: a text that far more people write like now than they ever did.

Looking among texts that no theme wants finds little: most texts of a new issue are near some
known theme. So every text of a window is asked how many people of the window wrote something
near to it, and how many would have, had they written as people did in the reference.
"""

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
# One more text near than was seen: a reference that holds none does not make the impossible.
_PRIOR_TEXTS = 1.0
_ROWS_PER_BLOCK = 1024  # of similarities to the reference at a time: bounds the memory


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


@dataclass(frozen=True)
class Scan:
    """What one window shows; texts are numbered by their place in the stream.

    Attributes
    ----------
    moment : datetime64[us]
        The window's end, which it does not hold.
    window_hours : int
    texts : ndarray of int, shape (n,)
        The window's texts.
    scores : ndarray of float, shape (n,)
        Of each text, at the radius where it is highest; 0 where enough people never wrote more
        like it than expected.
    people : ndarray of int, shape (n,)
        People of the window who wrote something as near to it, its own writer included.
    expected : ndarray of float, shape (n,)
        How many would have, had they written as in the reference.
    radii : ndarray of float, shape (n,)
        What the product of two quantised vectors reaches at that radius.
    products : ndarray of float32, shape (n, n)
        Of the window's quantised vectors.
    """

    moment: np.datetime64
    window_hours: int
    texts: Ints
    scores: npt.NDArray[np.float64]
    people: Ints
    expected: npt.NDArray[np.float64]
    radii: npt.NDArray[np.float64]
    products: Floats

    def near(self, i: int) -> Ints:
        """Return the texts that are as near to the window's i-th as its score says."""
        return np.asarray(self.texts[self.products[i] >= self.radii[i]])


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


def scan_windows(
    stream: Stream,
    moments: Moments,
    *,
    windows_hours: Sequence[int],
    reference_days: int,
    gap_days: int,
    min_reference: int,
    max_reference: int,
    similarities: Sequence[float],
    copy_similarity: float,
    min_people: int,
) -> list[list[Scan]]:
    """Return what the windows that end at each moment show.

    A text's score is how much likelier its window is if people write like it at the rate they
    now do than if they write like it at the reference's (Kulldorff 1997,
    doi:10.1080/03610929708831995, for a rate that is known):

        score = c ln(c / λ) - (c - λ),    λ = P (m + 1) / (n + 1)

    with c the people who wrote something near it in the window, P all people of the window, m
    of the reference's n texts near it; 0 where c <= λ. A person counts once, and where writers
    are not known, texts of nearly the same words are one person's. Near is meant at several
    radii, as in Kulldorff's scan, and the best of them counts: how tightly people speak of one
    thing differs from trade to trade.

    Parameters
    ----------
    stream : Stream
        Whatever lies at or after a moment is not looked at for it.
    moments : ndarray of datetime64[us]
        Rising; those of one day share most of the work.
    windows_hours : sequence of int
        Lengths of the windows, at most the gap.
    reference_days, gap_days : int
        The reference is that many days, up to the gap before a moment.
    min_reference : int
        With fewer texts in the reference nothing is said.
    max_reference : int
        Of more texts than this every second (third, ...) is taken, in the order of time.
    similarities : sequence of float
        Cosines from which two texts are near: the radii.
    copy_similarity : float
        Share of word pairs (Jaccard) that makes two texts of unknown writers one person's.
    min_people : int
        A radius with fewer people scores 0.

    Returns
    -------
    list of list of Scan
        For each moment a scan for each window that holds a text; an empty list without enough
        reference.
    """
    moments = np.asarray(moments, dtype="datetime64[us]")
    if not len(moments) or not len(stream):
        return [[] for _ in moments]
    gap, span = np.timedelta64(gap_days, "D"), np.timedelta64(reference_days, "D")
    longest = np.timedelta64(max(windows_hours), "h")
    low = int(np.searchsorted(stream.moments, moments[0] - longest))
    high = int(np.searchsorted(stream.moments, moments[-1]))
    block = stream.vectors[low:high]
    levels = np.array([cosine_level(s) for s in similarities])
    first_known, last_known = np.searchsorted(
        stream.moments, [moments[0] - gap - span, moments[-1] - gap]
    )
    stride = max(1, -(-int(last_known - first_known) // max_reference))
    known = slice(int(first_known), int(last_known), stride)
    starts = np.searchsorted(stream.moments[known], moments - gap - span)
    ends = np.searchsorted(stream.moments[known], moments - gap)
    counts = _near_counts(block, stream.vectors[known], starts, ends, levels)
    products = block @ block.T
    same = _same_person(stream, low, high, products, copy_similarity)
    out: list[list[Scan]] = []
    for k, moment in enumerate(moments):
        scans: list[Scan] = []
        size = int(ends[k] - starts[k])
        last = int(np.searchsorted(stream.moments, moment)) - low
        for hours in windows_hours:
            first = int(np.searchsorted(stream.moments, moment - np.timedelta64(hours, "h"))) - low
            if last > first and size * stride >= min_reference:
                inside = slice(first, last)
                scans.append(
                    Scan(
                        moment,
                        hours,
                        np.arange(low + first, low + last),
                        *score_texts(
                            products[inside, inside],
                            same[inside, inside],
                            counts[:, inside, k],
                            size,
                            levels=levels,
                            min_people=min_people,
                        ),
                        products[inside, inside],
                    )
                )
        out.append(scans)
    return out


def birth_score(observed: npt.ArrayLike, expected: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the score of so many people where so many were expected.

    Parameters
    ----------
    observed, expected : array-like
        People; expected > 0.

    Examples
    --------
    Eight where half a one was expected: 8 ln 16 - 7.5.

    >>> birth_score([8, 1], [0.5, 2]).round(2).tolist()
    [14.68, 0.0]
    """
    c, lam = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    scores = c * np.log(np.maximum(c, lam) / lam) - (c - lam)
    return np.asarray(np.where(c > lam, scores, 0.0))


def _near_counts(
    block: Floats,
    reference: Floats,
    starts: Ints,
    ends: Ints,
    levels: npt.NDArray[np.float64],
) -> Ints:
    """Return, per radius, text of the block and moment, the reference's texts near it."""
    out = np.zeros((len(levels), len(block), len(starts)), dtype=np.int64)
    edges = np.unique(np.concatenate([[0, len(reference)], starts, ends]))
    if not len(reference):
        return out
    # Between two edges no moment's reference begins or ends: such a piece is counted once.
    piece = np.searchsorted(edges, np.arange(len(reference)), side="right") - 1
    pieces = np.zeros((len(reference), len(edges) - 1), dtype=np.float32)
    pieces[np.arange(len(reference)), piece] = 1.0
    first, last = np.searchsorted(edges, starts), np.searchsorted(edges, ends)
    for row in range(0, len(block), _ROWS_PER_BLOCK):
        rows = slice(row, row + _ROWS_PER_BLOCK)
        products = block[rows] @ reference.T
        for k, level in enumerate(levels):
            in_piece = (products >= level).astype(np.float32) @ pieces
            before = np.cumsum(in_piece.astype(np.int64), axis=1)
            before = np.column_stack([np.zeros(len(before), dtype=np.int64), before])
            out[k, rows] = before[:, last] - before[:, first]
    return out


def _same_person(stream: Stream, low: int, high: int, products: Floats, copied: float) -> Flags:
    """Return which pairs of the block's texts one person wrote, as far as can be told."""
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


def score_texts(
    products: Floats,
    same_person: Flags,
    reference_near: Ints,
    reference_size: int,
    *,
    levels: npt.NDArray[np.float64],
    min_people: int,
) -> tuple[npt.NDArray[np.float64], Ints, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return each text's score, the people near it, how many were expected, and the radius.

    Parameters
    ----------
    products : ndarray of float32, shape (n, n)
        Of the window's quantised vectors, in the order of time.
    same_person : ndarray of bool, shape (n, n)
        Which texts one person wrote; true on the diagonal.
    reference_near : ndarray of int, shape (n_radii, n)
        Texts of the reference near each.
    reference_size : int
        Texts of the reference.
    levels : ndarray of shape (n_radii,)
        The radii as products, see :func:`models.themes.neighbours.cosine_level`.
    min_people : int
        A radius with fewer people scores 0.
    """
    # The first text of the same person stands for them; twice, for copies of copies.
    person = same_person.argmax(axis=1)
    person = person[person]
    everybody, code = np.unique(person, return_inverse=True)
    order = np.argsort(code, kind="stable")
    first = np.searchsorted(code[order], np.arange(len(everybody)))
    expected = len(everybody) * (reference_near + _PRIOR_TEXTS) / (reference_size + 1)
    people = np.empty(expected.shape, dtype=np.int64)
    for k, level in enumerate(levels):
        near = products >= level
        if len(everybody) < len(person):
            near = np.logical_or.reduceat(near[:, order], first, axis=1)
        people[k] = near.sum(axis=1)
    scores = np.where(people >= min_people, birth_score(people, expected), 0.0)
    best = scores.argmax(axis=0), np.arange(len(products))
    return scores[best], people[best], expected[best], levels[best[0]]
