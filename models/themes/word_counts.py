"""Which texts hold which words, and what that says about the themes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.themes.words import Word

Runs = Sequence[Sequence[Word]]  # a text as runs of words: see words.phrases_of
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_MAX_WORDS = 60  # kept of a theme: more are never asked for
_COMMONPLACE = 0.4  # a word in more texts than this in the mean theme (the product's name) ...
_FEW_THEMES = 5  # ... says nothing, unless there are so few themes that it may be one's own


@dataclass(frozen=True)
class HeldWords:
    """Which texts hold which words of content, in any of their forms.

    Attributes
    ----------
    matrix : csc_matrix of shape (n_texts, n_words)
        1 where a text holds a word.
    names : ndarray of str, shape (n_words,)
        The words' keys, sorted.
    places : mapping
        Column of each key.
    """

    matrix: sparse.csc_matrix
    names: npt.NDArray[np.object_]
    places: Mapping[str, int]

    def purity(self, labels: Ints, theme: int, keys: Collection[str]) -> float:
        """Return how far texts that hold all the words are this theme's, each theme alike.

        The theme's share of such texts over the sum of all themes' shares: 1 if no other theme
        has any, 1 / n_themes if it is no commoner here than elsewhere; 0 if it has none.

        Parameters
        ----------
        labels : ndarray of int, shape (n_texts,)
            Theme of each text, 0..n_themes-1, none empty.
        theme : int
            Which theme.
        keys : collection of str
            At least one.
        """
        columns = [self._texts_with(key) for key in sorted(keys)]
        both = columns[0]
        for column in columns[1:]:
            both = np.intersect1d(both, column, assume_unique=True)
        sizes = np.bincount(labels)
        shares = np.bincount(labels[both], minlength=len(sizes)) / sizes
        return float(shares[theme] / shares.sum()) if shares[theme] else 0.0

    def _texts_with(self, key: str) -> npt.NDArray[np.int32]:
        if key not in self.places:
            return np.zeros(0, dtype=np.int32)
        place = self.places[key]
        starts = self.matrix.indptr
        return np.asarray(self.matrix.indices[starts[place] : starts[place + 1]])


def hold_words(texts: Sequence[Runs]) -> HeldWords:
    """Return which texts hold which words of content."""
    held = [{word.key for run in runs for word in run if word.is_content} for runs in texts]
    names = sorted(set().union(*held))
    places = {name: place for place, name in enumerate(names)}
    rows = np.repeat(np.arange(len(held)), [len(keys) for keys in held])
    columns = np.fromiter((places[key] for keys in held for key in keys), np.int64, len(rows))
    matrix = sparse.csc_matrix((np.ones(len(rows)), (rows, columns)), (len(held), len(names)))
    matrix.sort_indices()
    return HeldWords(matrix, np.array(names, dtype=object), places)


def weigh_words(held: HeldWords, labels: Ints, weights: Floats) -> list[dict[str, float]]:
    """Return how much each word says about each theme, heaviest first.

    A class-based TF-IDF over texts rather than over words, so that one long log does not count
    more than many short complaints:

        W(t, c) = p(t, c) · log(p(t, c) / p(t))

    where p(t, c) is the (weighted) share of theme c's texts that hold the word t in any of its
    forms and p(t) the mean of these shares over the themes (after Grootendorst 2022,
    doi:10.48550/arXiv.2203.05794; the weight is the word's part of the Kullback-Leibler
    divergence). Words that are not commoner in a theme than elsewhere are left
    out, and so are words that most texts of most themes have.

    Parameters
    ----------
    held : HeldWords
        Of the texts.
    labels : ndarray of int, shape (n_texts,)
        Theme of each text, 0..n_themes-1, none empty.
    weights : ndarray of float, shape (n_texts,)
        How much each text counts, > 0.

    Returns
    -------
    list of dict
        A theme's words by key, weights > 0.
    """
    rows = (labels, np.arange(len(labels)))
    texts_of = np.bincount(labels)
    shares = (sparse.csr_matrix((weights, rows)) @ held.matrix).tocsr()
    shares = sparse.diags(1.0 / np.bincount(labels, weights=weights)) @ shares
    counts = (sparse.csr_matrix((np.ones(len(labels)), rows)) @ held.matrix).tocsr()
    shares.sort_indices()
    counts.sort_indices()  # both have an entry exactly where a theme has the word
    usual = np.asarray(shares.mean(axis=0)).ravel()
    is_told = np.ones(len(usual), dtype=bool)
    if len(texts_of) >= _FEW_THEMES:
        is_told = usual <= _COMMONPLACE
    if len(texts_of) == 1:
        usual = usual * 0.5  # a single theme has nothing to differ from: its commonest words
    # Only what a theme has is looked at: themes times words would be gigabytes.
    share, word = shares.data, shares.indices
    theme = np.repeat(np.arange(len(texts_of)), np.diff(shares.indptr))
    # A word of one text in a theme of more is an accident, not a theme's word.
    is_accident = (counts.data < 2) & (texts_of[theme] > 2)
    ratio = share / usual[word]
    score = np.where(is_told[word] & ~is_accident & (ratio > 1), share * np.log(ratio), 0.0)
    bounds = zip(shares.indptr[:-1], shares.indptr[1:], strict=True)
    return [_heaviest(held.names, word[a:b], score[a:b]) for a, b in bounds]


def word_weights(texts: Sequence[Runs], labels: Ints, weights: Floats) -> list[dict[str, float]]:
    """Return :func:`weigh_words` of the texts' words."""
    return weigh_words(hold_words(texts), labels, weights)


def _heaviest(
    names: npt.NDArray[np.object_], words: npt.NDArray[np.int32], scores: Floats
) -> dict[str, float]:
    order = np.argsort(-scores, kind="stable")[:_MAX_WORDS]
    return {str(names[words[i]]): float(scores[i]) for i in order if scores[i] > 0}
