"""What sets a theme's words apart, and the short title made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import fsum

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.themes.words import GLUE, NEGATIONS, Word, key_of, plain

Runs = Sequence[Sequence[Word]]  # a text as runs of words: see words.phrases_of
Weights = Mapping[str, float]

MAX_CHARS = 400  # of a text: people say first what it is about; logs and signatures come last
_MAX_WORDS = 60  # kept of a theme: more are never asked for
_MAX_PHRASE = 5  # words of a phrase that may become a title
_TITLE_KEYWORDS = 12  # a title's content words come from so many of a theme's words
_MIN_WORD_WEIGHT = 0.15  # ... that weigh at least so much of the heaviest
_COMMON = 0.5  # power of a phrase's share of the texts: common counts, telling counts more
_COMMONPLACE = 0.4  # a word in more texts than this in the mean theme (the product's name) ...
_FEW_THEMES = 5  # ... says nothing, unless there are so few themes that it may be one's own
_MAX_ACRONYM = 5  # longer words in capitals are shouted


def word_weights(
    texts: Sequence[Runs], labels: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> list[dict[str, float]]:
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
    texts : sequence of runs of words
        The texts.
    labels : ndarray of int, shape (n_texts,)
        Theme of each text, 0..n_themes-1, none empty.
    weights : ndarray of float, shape (n_texts,)
        How much each text counts, > 0.

    Returns
    -------
    list of dict
        A theme's words by key, weights > 0.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer=_content_keys, binary=True, dtype=np.float64)
    try:
        held = counter.fit_transform(texts)
    except ValueError:  # no text has a word of content
        return [{} for _ in range(int(labels.max()) + 1)]
    rows = (labels, np.arange(len(labels)))
    sizes = np.bincount(labels, weights=weights)[:, None]
    shares = (sparse.csr_matrix((weights, rows)) @ held).toarray() / sizes
    counts = (sparse.csr_matrix((np.ones(len(labels)), rows)) @ held).toarray()
    usual = shares.mean(axis=0)
    if len(shares) >= _FEW_THEMES:
        shares[:, usual > _COMMONPLACE] = 0.0
    if len(shares) == 1:
        usual = usual * 0.5  # a single theme has nothing to differ from: its commonest words
    # A word of one text in a theme of more is an accident, not a theme's word.
    shares[(counts < 2) & (np.bincount(labels)[:, None] > 2)] = 0.0
    ratio = np.divide(shares, usual, out=np.ones_like(shares), where=shares > 0)
    scores = np.where(ratio > 1, shares * np.log(ratio), 0.0)
    return [_heaviest(counter.get_feature_names_out(), row) for row in scores]


def _content_keys(runs: Runs) -> list[str]:
    return [word.key for run in runs for word in run if word.is_content]


def _heaviest(names: Sequence[str], row: npt.NDArray[np.float64]) -> dict[str, float]:
    order = np.argsort(-row, kind="stable")[:_MAX_WORDS]
    return {str(names[i]): float(row[i]) for i in order if row[i] > 0}


def spellings(texts: Sequence[Runs], weights: Weights) -> dict[str, str]:
    """Return the commonest way in which the texts write each weighted word."""
    forms: dict[str, Counter[str]] = {}
    for runs in texts:
        for run in runs:
            is_shouted = all(word.surface.isupper() for word in run) and len(run) > 1
            for word in run:
                if word.key in weights:
                    surface = word.surface.lower() if is_shouted else word.surface
                    forms.setdefault(word.key, Counter())[surface] += 1
    return {key: _commonest(counts) for key, counts in forms.items()}


def _commonest(forms: Counter[str]) -> str:
    """Return the commonest form: in small letters, unless it is a name or an acronym."""
    folded: Counter[str] = Counter()
    for form, count in forms.items():
        folded[form.lower()] += count
    best = max(folded, key=lambda form: (folded[form], form))
    # A capital at the front may be a sentence's; one further in is the word's own.
    own = {f: n for f, n in forms.items() if f.lower() == best and f[1:] != f[1:].lower()}
    spelled = max(own, key=lambda form: (own[form], form), default=best)
    is_acronym = spelled.isupper() and len(spelled) > _MAX_ACRONYM
    return best if is_acronym or 2 * sum(own.values()) < folded[best] else spelled


def title_candidates(
    texts: Sequence[Runs],
    counts: npt.NDArray[np.float64],
    weights: Weights,
    forms: Mapping[str, str],
) -> Iterator[str]:
    """Yield titles for a theme, best first: phrases that its people wrote, then its words.

    A phrase is worth the weights of its words of content, times the root of the share of texts
    that say it in any form ("disabled add-ons", "add-ons have been disabled").

    Parameters
    ----------
    texts : sequence of runs of words
        Typical texts of the theme.
    counts : ndarray of shape (n_texts,)
        How much each text counts, > 0.
    weights : mapping
        The theme's words by key, heaviest first.
    forms : mapping
        How the words are spelled, see :func:`spellings`.
    """
    top = [key for key in weights if key in forms][:_TITLE_KEYWORDS]
    if not top:
        return
    strong = {key for key in top if weights[key] >= _MIN_WORD_WEIGHT * weights[top[0]]}
    found: dict[frozenset[str], dict[str, float]] = {}
    holders: Counter[frozenset[str]] = Counter()
    for runs, count in zip(texts, counts.tolist(), strict=True):
        phrases = set(_phrases(runs, strong))
        holders.update({keys for keys, _ in phrases})
        for keys, surface in phrases:
            said = found.setdefault(keys, {})
            said[surface] = said.get(surface, 0.0) + count
    # Exact sums: a set's order changes from process to process, and with it a sum's last bit.
    scores = {
        keys: fsum(weights[key] for key in keys) * (fsum(said.values()) / counts.sum()) ** _COMMON
        for keys, said in found.items()
        if holders[keys] >= min(2, len(texts))  # what one person wrote is no theme's name
    }
    for keys in sorted(scores, key=lambda keys: (-scores[keys], sorted(keys))):
        surface = max(found[keys], key=lambda form: (found[keys][form], form))
        yield _sentence_case(_respelled(surface, forms))
    for i in range(1, len(top)):
        yield _sentence_case(f"{forms[top[0]]}, {forms[top[i]]}")
    yield _sentence_case(forms[top[0]])


def _phrases(runs: Runs, strong: set[str]) -> Iterator[tuple[frozenset[str], str]]:
    """Yield (keys of content, words as written) of the phrases that could be a title."""
    for run in runs:
        for start, first in enumerate(run):
            is_strong = first.is_content and first.key in strong
            if not is_strong and plain(first.surface) not in NEGATIONS:
                continue
            keys: list[str] = []
            for end in range(start, min(start + _MAX_PHRASE, len(run))):
                word = run[end]
                if not word.is_content:
                    if plain(word.surface) not in GLUE and end > start:
                        break
                    continue
                if word.key not in strong or word.key in keys:
                    break
                keys.append(word.key)
                if len(keys) >= 2:
                    words = run[start : end + 1]
                    yield frozenset(keys), " ".join(plain(word.surface) for word in words)


def _respelled(phrase: str, forms: Mapping[str, str]) -> str:
    """Return the phrase with names spelled as people spell them ("PayPal", "ATM")."""
    out = []
    for word in phrase.split(" "):
        form = forms.get(key_of(word), word)
        out.append(form if form.lower() == word else word)
    return " ".join(out)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
