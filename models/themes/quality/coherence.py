"""How well a theme's keywords belong together, judged by the texts that people wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from math import log

from models.themes.titles import MAX_CHARS
from models.themes.words import key_of, phrases_of


def keyword_coherence(texts: Iterable[str], keywords: Sequence[Sequence[str]]) -> list[float]:
    """Return how coherent each theme's keywords are: the mean NPMI of their pairs.

    Normalised pointwise mutual information of two words:

        NPMI(a, b) = ln(p(a, b) / (p(a) p(b))) / −ln p(a, b)

    where p(a) is the share of all texts that hold the word a in any of its forms, and p(a, b)
    the share that hold both; 1: never apart, 0: as by chance, −1: never together (Bouma 2009,
    "Normalized (pointwise) mutual information in collocation extraction"; as topic coherence
    Lau et al. 2014, doi:10.3115/v1/E14-1056, and Röder et al. 2015, doi:10.1145/2684822.2685324,
    whose sliding window is here the text's first 400 characters, the part that titles and
    keywords are read from). Two words that every text holds say nothing: 0.

    Parameters
    ----------
    texts : iterable of str
        Distinct texts of all themes: what a word means by chance.
    keywords : sequence of sequence of str
        Of each theme. Two forms of one word count once.

    Returns
    -------
    list of float
        One a theme, −1..1; NaN where a theme has fewer than two keywords, or there is no text.

    Examples
    --------
    >>> keyword_coherence(["late parcel", "late parcel", "bad app", "app"], [["late", "parcel"]])
    [1.0]
    """
    wanted = [sorted({key_of(word) for word in words}) for words in keywords]
    asked = frozenset(key for keys in wanted for key in keys)
    held = _holders(texts, asked)
    return [_mean_npmi(keys, held) for keys in wanted]


class _Holders:
    """Which texts hold a word: sets of text numbers, and how many texts there are."""

    def __init__(self) -> None:
        self.texts = 0
        self.of: dict[str, set[int]] = {}


def _holders(texts: Iterable[str], asked: Collection[str]) -> _Holders:
    found = _Holders()
    for number, text in enumerate(texts):
        found.texts = number + 1
        for run in phrases_of(text[:MAX_CHARS]):
            for word in run:
                if word.key in asked:
                    found.of.setdefault(word.key, set()).add(number)
    return found


def _mean_npmi(keys: Sequence[str], held: _Holders) -> float:
    pairs = list(combinations(keys, 2))
    if not pairs or not held.texts:
        return float("nan")
    return sum(_npmi(a, b, held) for a, b in pairs) / len(pairs)


def _npmi(a: str, b: str, held: _Holders) -> float:
    first, second = held.of.get(a, set()), held.of.get(b, set())
    both = len(first & second)
    if both == 0:
        return -1.0
    if both == held.texts:
        return 0.0
    joint = both / held.texts
    by_chance = (len(first) / held.texts) * (len(second) / held.texts)
    return log(joint / by_chance) / -log(joint)
