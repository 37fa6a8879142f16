"""How people speak of a theme now against how they usually do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from models.themes.titles import MAX_CHARS, Runs, spellings, title_candidates, word_weights
from models.themes.words import key_of, phrases_of

_MIN_TEXTS = 3  # fewer texts of the window say nothing of a change
_MIN_SHARE = 0.1  # of the window's texts hold a word that is worth naming ...
_MIN_LIFT = 2.0  # ... and so many times the usual share
_NEW, _USUAL = 0, 1


def changed_wording(
    window: Sequence[str], past: Sequence[str], *, brand_words: Sequence[str] = (), count: int = 6
) -> list[str]:
    """Return the words that texts of a window use more than usual, the most telling first.

    The first is a phrase where people wrote one. A word is named when at least a tenth of the
    window's texts hold it, twice the usual share or more; its weight is that of
    :func:`models.themes.titles.word_weights` between the two sets of texts.

    Parameters
    ----------
    window, past : sequence of str
        Redacted texts of the window, and of the theme's ordinary days.
    brand_words : sequence of str
        Words that tell nothing, e.g. the company's own name.
    count : int
        How many at most.

    Returns
    -------
    list of str
        Empty where the window has fewer than three texts, or nothing changed.

    Examples
    --------
    >>> usual = ["wifi is slow", "wifi is slow again", "slow wifi upstairs"]
    >>> changed_wording(["router reboots", "my router reboots", "router reboots daily"], usual)
    ['Router reboots']
    """
    if len(window) < _MIN_TEXTS or not past:
        return []
    ignored = frozenset(key_of(word) for word in brand_words)
    # In a fixed order: the rows' order must not choose between equal phrases.
    texts = [*sorted(window), *sorted(past)]
    runs = [phrases_of(text[:MAX_CHARS], ignored) for text in texts]
    labels = np.array([_NEW] * len(window) + [_USUAL] * len(past), dtype=np.int64)
    weights = word_weights(runs, labels, np.ones(len(texts)))[_NEW]
    new_runs = runs[: len(window)]
    held_now, held_before = _shares(new_runs, weights), _shares(runs[len(window) :], weights)
    rising = {
        key: weight
        for key, weight in weights.items()
        if held_now[key] >= max(_MIN_SHARE, _MIN_LIFT * held_before[key])
    }
    forms = spellings(new_runs, rising)
    phrase = next(iter(title_candidates(new_runs, np.ones(len(window)), rising, forms)), None)
    if phrase is None:
        return []
    said = {key_of(word) for word in phrase.replace(",", " ").split()}
    return [phrase, *(forms[key] for key in rising if key in forms and key not in said)][:count]


def _shares(texts: Sequence[Runs], keys: Iterable[str]) -> dict[str, float]:
    counts = dict.fromkeys(keys, 0)
    for runs in texts:
        for key in {word.key for run in runs for word in run} & counts.keys():
            counts[key] += 1
    return {key: n / max(len(texts), 1) for key, n in counts.items()}
