"""Texts that show what a rise is about: typical of it, short, and different from each other."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd

_WORD = re.compile(r"[^\W\d_]{3,}")

# Long enough to say something, short enough to be read on a phone.
_SHORT, _LONG = 20, 240

_ALIKE = 0.5  # two texts sharing half of their words say the same
_PRIOR_TEXTS = 2.0  # a word's share of texts is shrunk by so many
_MAX_TEXTS = 2000  # of a window are looked at; the newest


def typical_texts(window: pd.Series, past: pd.Series, *, count: int) -> list[str]:
    """Return up to `count` texts of the window that are most typical of what is new in it.

    A word is new by the log of its share of the window's texts over its share of the past's,
    weighted by the former; a text's score is the sum over its distinct words, over the root of
    their number, so that neither chatter nor two words win. Texts of readable length come first.

    Parameters
    ----------
    window : Series of str
        Redacted texts of the window.
    past : Series of str
        Redacted texts of the baseline.
    count : int
        How many at most.
    """
    texts = sorted({text.strip() for text in window.iloc[-_MAX_TEXTS:] if text.strip()})
    if not texts or count < 1:
        return []
    words = {text: frozenset(_WORD.findall(text.lower())) for text in texts}
    now = Counter(word for found in words.values() for word in found)
    before: Counter[str] = Counter()
    past = past.iloc[-_MAX_TEXTS:]
    for text in past:
        before.update(set(_WORD.findall(text.lower())))
    weight = {}
    for word, n in now.items():
        share = n / (len(texts) + _PRIOR_TEXTS)
        usual = (before[word] + 1) / (len(past) + _PRIOR_TEXTS)
        weight[word] = share * max(float(np.log(share / usual)), 0.0) if n > 1 else 0.0

    def rank(text: str) -> tuple[bool, float, int, str]:
        score = sum(weight[word] for word in words[text]) / max(len(words[text]), 1) ** 0.5
        return (not _SHORT <= len(text) <= _LONG, -round(score, 9), len(text), text)

    chosen: list[str] = []
    for text in sorted(texts, key=rank):
        if all(_overlap(words[text], words[other]) < _ALIKE for other in chosen):
            chosen.append(text)
        if len(chosen) == count:
            break
    return chosen


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(len(a | b), 1)
