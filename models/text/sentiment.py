"""How harsh or friendly an English text reads: a lexicon made for social media, offline.

Assumption: the lexicon knows words, not products. "Crash" and "problem" weigh the same in every
complaint about crashes, so a text's number says little by itself; how the numbers of one theme
move says more, see :mod:`models.text.tone`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pandas as pd

ENGLISH = "en"  # the language of the lexicon
# What is written first is the complaint; what follows is often a log or an older mail. Longer texts
# also run into the end of the scale, whatever they say.
_READ_CHARS = 500
_MARK = re.compile(r"<[A-Z][A-Z_]*>")  # of redaction: no word of the writer's


def sentiments(texts: pd.Series, languages: pd.Series) -> pd.Series:
    r"""Return each text's sentiment, from -1 (harshest) to 1; none for texts not in English.

    .. math:: s / \sqrt{s^2 + 15}

    where s is the sum of the valences of the text's words, each between -4 and 4, after
    negations, degree words, capitals and "but" (VADER: Hutto and Gilbert 2014,
    https://doi.org/10.1609/icwsm.v8i1.14550). A text without any word of the lexicon has 0.

    Parameters
    ----------
    texts : Series of str
        Redacted texts. Each distinct text is read once, on its own, as far as its first 500
        characters: other texts change no answer.
    languages : Series of str
        ISO 639-1 codes, with the index of `texts`; missing where the text does not say.

    Returns
    -------
    Series of float
        With the index of `texts`; missing where the language is another or not known.

    Examples
    --------
    >>> texts = pd.Series(["This is awful!", "The app is slow", "Das ist furchtbar"])
    >>> sentiments(texts, pd.Series(["en", "en", "de"])).tolist()
    [-0.5093, 0.0, nan]
    """
    is_read = (languages == ENGLISH).fillna(False).astype(bool) & texts.notna()
    found = {text: _sentiment(text) for text in texts[is_read].unique()}
    return texts.where(is_read).map(found).astype("float64")


def _sentiment(text: str) -> float:
    return _reader()(_MARK.sub(" ", text[:_READ_CHARS]))


@cache
def _reader() -> Callable[[str], float]:
    # Half a megabyte of lexicon: read when the first text needs it.
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()

    def read(text: str) -> float:
        return float(analyser.polarity_scores(text)["compound"])

    return read
