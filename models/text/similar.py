"""Which texts are near-identical: shared word pairs, found by MinHash."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as arrow
import pyarrow.compute as compute
from scipy import sparse
from scipy.sparse.csgraph import connected_components

# In RE2's dialect. A number is the word 0, whatever its digits.
_NUMBER = r"\p{Nd}+"
_BETWEEN_WORDS = r"[^\p{L}\p{M}0]+"
# Shorter texts ("no signal", "still waiting") are alike by chance.
MIN_WORDS = 4
# 14 bands of 4 find a pair of similarity 0.8 with probability 0.999, one of 0.5 with 0.59.
_BANDS, _ROWS = 14, 4
_HASH_SEED = 20_261_121
_PAIRS_AT_A_TIME = 200_000

Labels = npt.NDArray[np.int64]


def near_identical(texts: Sequence[str], *, similarity: float) -> Labels:
    """Return for each text the number of its group of near-identical texts, or -1.

    Two texts belong together when their sets of word pairs have a Jaccard similarity of at
    least ``similarity``; capitals, punctuation and the digits of numbers do not count. Groups
    are closed under this relation. Candidates come from MinHash signatures, compared in bands.

    Parameters
    ----------
    texts : sequence of str
        Distinct texts, in an order that does not depend on the rows' (e.g. by hash).
    similarity : float
        In (0, 1].

    Returns
    -------
    ndarray of int64, shape (n_texts,)
        Groups are numbered by their first text; texts of fewer than four words have -1.

    References
    ----------
    Broder, A. (1997). On the resemblance and containment of documents.
    doi:10.1109/SEQUEN.1997.666900
    """
    labels = np.full(len(texts), -1, dtype=np.int64)
    sets = _word_pairs(texts)
    eligible = np.flatnonzero(np.diff(sets.indptr) > 0)
    if len(eligible) == 0:
        return labels
    sets = sets[eligible]
    pairs = _candidates(_signatures(sets))
    pairs = pairs[_jaccard(sets, pairs) >= similarity]
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = sparse.coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(eligible),) * 2)
    _, groups = connected_components(graph.tocsr(), directed=False)
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    labels[eligible] = np.argsort(np.argsort(first))[inverse]
    return labels


def jaccard_of_pairs(texts: Sequence[str], pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the Jaccard similarity of the word pairs of each pair of texts.

    Texts of fewer than four words are like no other, unless they are the same to the letter.

    Parameters
    ----------
    texts : sequence of str
    pairs : ndarray of int, shape (n_pairs, 2)
        Numbers of texts.

    Examples
    --------
    Five words make four word pairs, six make five.

    >>> texts = ["my add ons are gone", "My add-ons are gone!", "my add ons are gone too", "help"]
    >>> jaccard_of_pairs(texts, np.array([[0, 1], [0, 2], [0, 3]])).tolist()
    [1.0, 0.8, 0.0]
    """
    used, places = np.unique(pairs, return_inverse=True)
    chosen = [texts[i] for i in used.tolist()]
    places = places.reshape(-1, 2)
    sets = _word_pairs(chosen)
    sizes = np.diff(sets.indptr)
    out = np.array([float(chosen[a] == chosen[b]) for a, b in places.tolist()])
    is_long = (sizes[places] > 0).all(axis=1)
    out[is_long] = _jaccard(sets, places[is_long])
    return out


def _word_pairs(texts: Sequence[str]) -> sparse.csr_array:
    """Return which pairs of neighbouring words each text has, at most once each."""
    owners, words = _words(texts)
    is_long = np.bincount(owners, minlength=len(texts)) >= MIN_WORDS
    is_pair = (owners[1:] == owners[:-1]) & is_long[owners[1:]]
    codes = (words[:-1] << 32 | words[1:])[is_pair]
    distinct, columns = np.unique(codes, return_inverse=True)
    shape = (len(texts), max(len(distinct), 1))
    ones = np.ones(len(columns), dtype=np.int32)
    sets = sparse.csr_array((ones, (owners[1:][is_pair], columns)), shape=shape)
    sets.sum_duplicates()
    sets.data[:] = 1
    return sets


def _words(texts: Sequence[str]) -> tuple[Labels, Labels]:
    """Return the texts' words in order, as numbers, and the text that each stands in."""
    # Arrow takes a text apart in a fifth of the time that Python's own loops need.
    plain = compute.utf8_lower(arrow.array(texts, type=arrow.large_string()))
    plain = compute.replace_substring_regex(plain, pattern=_NUMBER, replacement=" 0 ")
    lists = compute.split_pattern_regex(plain, pattern=_BETWEEN_WORDS)
    flat = compute.list_flatten(lists)
    owners = compute.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    is_word = compute.not_equal(flat, "").to_numpy(zero_copy_only=False)
    numbers = flat.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return owners[is_word].astype(np.int64), numbers[is_word].astype(np.int64)


def _signatures(sets: sparse.csr_array) -> npt.NDArray[np.uint64]:
    rng = np.random.default_rng(_HASH_SEED)
    values = sets.indices.astype(np.uint64) + np.uint64(1)
    out = np.empty((_BANDS * _ROWS, sets.shape[0]), dtype=np.uint64)
    for row, (a, b) in enumerate(
        rng.integers(1, 2**63, size=(_BANDS * _ROWS, 2), dtype=np.uint64) | np.uint64(1)
    ):
        mixed = values * a + b  # modulo 2**64, on purpose
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        out[row] = np.minimum.reduceat(mixed >> np.uint64(16), sets.indptr[:-1])
    return out


def _candidates(signatures: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Return pairs that agree in a band: each text with the first and the next of its bucket."""
    found = []
    for band in range(_BANDS):
        rows = signatures[band * _ROWS : (band + 1) * _ROWS]
        key = rows[0].copy()
        for row in rows[1:]:
            key = key * np.uint64(0x9E3779B97F4A7C15) + row
        order = np.argsort(key, kind="stable")
        is_new = np.concatenate([[True], key[order][1:] != key[order][:-1]])
        first = order[np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))]
        again = np.flatnonzero(~is_new)
        found.append(np.column_stack([first[again], order[again]]))
        found.append(np.column_stack([order[again - 1], order[again]]))
    return np.unique(np.concatenate(found), axis=0)


def _jaccard(sets: sparse.csr_array, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    sizes = np.diff(sets.indptr)
    out = np.empty(len(pairs))
    for start in range(0, len(pairs), _PAIRS_AT_A_TIME):
        left, right = pairs[start : start + _PAIRS_AT_A_TIME].T
        shared = sets[left].multiply(sets[right]).sum(axis=1)
        out[start : start + len(left)] = shared / (sizes[left] + sizes[right] - shared)
    return out
