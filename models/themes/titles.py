"""The short title of a theme, made of what its people wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import fsum

import numpy as np
import numpy.typing as npt

from models.themes.spelling import respelled, spellings
from models.themes.word_counts import Runs, word_weights
from models.themes.words import GLUE, NEGATIONS, NOT_LAST, PARTICLES, Word, plain

__all__ = ["MAX_CHARS", "Runs", "spellings", "title_candidates", "word_weights"]

Weights = Mapping[str, float]
Keys = frozenset[str]

MAX_CHARS = 400  # of a text: people say first what it is about; logs and signatures come last
_MAX_PHRASE = 5  # words of a phrase that may become a title
_TITLE_KEYWORDS = 12  # a title's content words come from so many of a theme's words
_MIN_WORD_WEIGHT = 0.15  # ... that weigh at least so much of the heaviest,
_ALWAYS_STRONG = 3  # or are among the first
_LOOKED_AT = 60  # best phrases whose purity is asked for: it is what costs
_JOINING = frozenset(("and", "or"))
_CUT_OFF = 0.5  # worth of a phrase that mostly goes on: "showing a cash [withdrawal]"
_PURE = 0.25  # power of a phrase's purity
_APART = 0.25  # worth of two words that people say in one text, but not in one phrase


def title_candidates(
    texts: Sequence[Runs],
    counts: npt.NDArray[np.float64],
    weights: Weights,
    forms: Mapping[str, str],
    *,
    purity: Callable[[Collection[str]], float] | None = None,
) -> Iterator[str]:
    """Yield titles for a theme, best first: phrases that its people wrote, then its words.

    A phrase is worth the weights of its words of content, times the geometric mean of

    - the share of the theme's texts that say it in any form ("disabled add-ons", "add-ons have
      been disabled"), and
    - its purity: how far texts with these words are this theme's.

    So "declined cash withdrawal" is a better title than "cash withdrawal" where other themes
    are about cash withdrawals too. Two words that people only say apart come after as good a
    phrase, in the order in which they are mostly said.

    Parameters
    ----------
    texts : sequence of runs of words
        Typical texts of the theme.
    counts : ndarray of shape (n_texts,)
        How much each text counts, > 0.
    weights : mapping
        The theme's words by key, heaviest first.
    forms : mapping
        How the words are spelled, see :func:`models.themes.spelling.spellings`.
    purity : callable, optional
        From words (keys) to 0..1; 1 for all by default.
    """
    top = [key for key in weights if key in forms][:_TITLE_KEYWORDS]
    if not top:
        return
    enough = _MIN_WORD_WEIGHT * weights[top[0]]
    strong = {key for i, key in enumerate(top) if i < _ALWAYS_STRONG or weights[key] >= enough}
    said = _said(texts, counts, strong)
    apart = {
        keys: (order, count)
        for keys, (order, count) in _apart(texts, counts, strong).items()
        if keys not in said and plain(forms[order[1]]) not in NOT_LAST
    }
    total = float(counts.sum())
    worth = {keys: _worth(keys, weights, sum_, total) for keys, (_, sum_) in said.items()}
    worth |= {
        keys: _APART * _worth(keys, weights, sum_, total) for keys, (_, sum_) in apart.items()
    }
    best = sorted(worth, key=lambda keys: (-worth[keys], sorted(keys)))[:_LOOKED_AT]
    if purity is not None:
        worth = {keys: worth[keys] * purity(keys) ** _PURE for keys in best}
        best.sort(key=lambda keys: (-worth[keys], sorted(keys)))
    for keys in best:
        if keys in said:
            yield _sentence_case(respelled(said[keys][0], forms))
        else:
            yield _sentence_case(" ".join(forms[key] for key in apart[keys][0]))
    for i in range(1, len(top)):
        yield _sentence_case(f"{forms[top[0]]}, {forms[top[i]]}")
    yield _sentence_case(forms[top[0]])


def _worth(keys: Keys, weights: Weights, count: float, total: float) -> float:
    # Exact sums: a set's order changes from process to process, and with it a sum's last bit.
    return float(fsum(weights[key] for key in keys) * (count / total) ** 0.5)


def _said(
    texts: Sequence[Runs], counts: npt.NDArray[np.float64], strong: Collection[str]
) -> dict[Keys, tuple[str, float]]:
    """Return the commonest wording of each phrase of strong words, and its texts' counts."""
    found: dict[Keys, dict[str, float]] = {}
    totals: dict[Keys, list[float]] = {}
    going_on: Counter[Keys] = Counter()
    for runs, count in zip(texts, counts.tolist(), strict=True):
        phrases = set(_phrases(runs, strong))
        for keys in {keys for keys, _, _ in phrases}:
            totals.setdefault(keys, []).append(count)
        for keys, surface, goes_on in phrases:
            going_on[keys] += 1 if goes_on else -1
            wordings = found.setdefault(keys, {})
            wordings[surface] = wordings.get(surface, 0.0) + count
    out = {}
    for keys, wordings in found.items():
        if len(totals[keys]) >= min(2, len(texts)):  # what one person wrote is no theme's name
            form = max(wordings, key=lambda form: (wordings[form], form))
            share = _CUT_OFF**2 if going_on[keys] > 0 else 1.0
            out[keys] = form, fsum(totals[keys]) * share
    return out


def _phrases(runs: Runs, strong: Collection[str]) -> Iterator[tuple[Keys, str, bool]]:
    """Yield phrases that could be a title: keys of content, words as written, does it go on."""
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
                    if plain(word.surface) in _JOINING and not _has_content(run, end + 1):
                        break  # "camera and microphone", not "visit and your engineer"
                    continue
                if word.key not in strong or word.key in keys:
                    break
                keys.append(word.key)
                if len(keys) >= 2 and plain(word.surface) not in NOT_LAST:
                    # "Top up", "log in": without its particle the verb is another.
                    follows = run[end + 1 : end + 2]
                    is_split = bool(follows) and plain(follows[0].surface) in PARTICLES
                    words = run[start : end + 1 + is_split]
                    surface = " ".join(plain(word.surface) for word in words)
                    goes_on = bool(follows) and follows[0].is_content
                    yield frozenset(keys), surface, goes_on


def _has_content(run: Sequence[Word], place: int) -> bool:
    return place < len(run) and run[place].is_content


def _apart(
    texts: Sequence[Runs], counts: npt.NDArray[np.float64], strong: Collection[str]
) -> dict[Keys, tuple[tuple[str, str], float]]:
    """Return pairs of strong words of one text, in their commoner order, and their counts."""
    orders: dict[tuple[str, str], list[float]] = {}
    for runs, count in zip(texts, counts.tolist(), strict=True):
        words = [word.key for run in runs for word in run if word.is_content and word.key in strong]
        keys = list(dict.fromkeys(words))
        for i, first in enumerate(keys):
            for second in keys[i + 1 :]:
                orders.setdefault((first, second), []).append(count)
    out: dict[Keys, tuple[tuple[str, str], float]] = {}
    for first, second in sorted(orders):
        both = [*orders[first, second], *orders.get((second, first), [])]
        if len(both) < min(2, len(texts)):
            continue
        is_reversed = fsum(orders.get((second, first), [])) > fsum(orders[first, second])
        order = (second, first) if is_reversed else (first, second)
        out[frozenset(order)] = order, fsum(both)
    return out


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
