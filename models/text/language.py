"""The language of each text, found offline; none where the text does not say."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pandas as pd

from models.text.language_names import LANGUAGE_NAMES

# The detector's own, calibrated probability. At .7 none of 14,600 English tweets and bank
# questions in a sample of 3,000 and none of 1,500 smell reports of a few words was taken for
# foreign: that is the costly error, since a foreign text takes part in no theme of content.
CONFIDENCE = 0.7
_READ_CHARS = 200  # of prose: more makes the answer no surer, only slower
_SEEN_CHARS = 1000  # ... looked for in so much of a text: logs and addresses may come first
_MIN_WORDS = 2  # "Router" and "Totals" are words in many languages
_MIN_LETTERS = 4  # of a text in a script that writes no spaces

# A word with one of these is no prose: marks of redaction, addresses, paths, versions, codes.
_NO_PROSE = re.compile(r"[\d\\/_=@#<>{}|\[\]]|\w\.\w")
_WORDS = re.compile(r"[^\W\d_]{2,}")

# Common English words; some are words elsewhere too, yet so many different ones meet in English
# alone. They settle the matter without the detector, which makes tens of thousands of texts a
# matter of a second.
_ENGLISH_WORDS = """
the and my with have this that it's its you your they there would because which been from
when what how after before cannot can't don't doesn't won't i'm i've didn't isn't wasn't
should could being doing getting trying their these those why where who about into than then
get need want does did only any some more has had never always still again please help just
use using every other without back now keep keeps we our for can not to of is was i me
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_ENOUGH_ENGLISH = 4

# The detector's three-letter answers that have a two-letter macro-language. What else has no
# two letters (Nigerian Pidgin, "zxx" for a log) is no answer.
_MACRO_LANGUAGES = {"wuu": "zh", "yue": "zh", "arz": "ar", "ary": "ar"}


# Nobody complains in these, yet short English looks like them now and then: constructed and
# ancient languages, and some of so few speakers that an answer is more often wrong than right.
_NOT_ASKED = frozenset(("an", "eo", "grc", "hbo", "la", "lij", "sa", "vec", "vo", "wa"))


def detect_languages(texts: pd.Series) -> pd.Series:
    """Return the ISO 639-1 code of each text's language; missing where it is not sure.

    A text of one word, of marks, links, numbers or logs alone has no language, nor has one that
    the detector (py3langid's model of 139 languages, a naive Bayes over byte n-grams: Lui &
    Baldwin 2012, "langid.py") gives less than ``CONFIDENCE``. A text in two languages
    has that of its first 200 letters of prose.

    Parameters
    ----------
    texts : Series of str
        Redacted texts; missing ones have no language. Each distinct text is looked at once, on
        its own: other texts change no answer.

    Returns
    -------
    Series of str
        With the input's index.
    """
    found = {text: detect_language(text) for text in texts.dropna().unique()}
    return texts.map(found).astype("str")


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the text's language, or None where it is not sure.

    Examples
    --------
    >>> detect_language("My router drops the connection every evening")
    'en'
    >>> detect_language("Der Router verliert jeden Abend die Verbindung")
    'de'
    >>> detect_language("Outage") is None
    True
    """
    start = text[:_READ_CHARS].lower().replace("\u2019", "'")
    if len(_ENGLISH.intersection(start.split())) >= _ENOUGH_ENGLISH:
        return "en"
    prose = _prose(text)
    words = _WORDS.findall(prose)
    if len(words) < _MIN_WORDS and not any(map(_is_unspaced, words)):
        return None
    code, confidence = _detector()(prose)
    code = _MACRO_LANGUAGES.get(code, code)
    return code if confidence >= CONFIDENCE and code in LANGUAGE_NAMES else None


def _prose(text: str) -> str:
    words, length = [], 0
    for word in text[:_SEEN_CHARS].split():
        if length > _READ_CHARS:
            break
        if not _NO_PROSE.search(word):
            words.append(word)
            length += len(word) + 1
    return " ".join(words)[:_READ_CHARS]


def _is_unspaced(word: str) -> bool:
    """Return whether the word is long and of a script without capitals, such as Chinese."""
    return len(word) >= _MIN_LETTERS and word.lower() == word.upper()


@cache
def _detector() -> Callable[[str], tuple[str, float]]:
    # Half a second and 60 MB: loaded when the first text needs it, which on most mornings is
    # after the known ones were left out.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([code for code in model.labels if code not in _NOT_ASKED])
    classify: Callable[[str], tuple[str, float]] = model.classify
    return classify
