"""Texts that carry no complaint, by rules that anyone can read.

Shortness excludes nothing: "Internet down", "Potholes" and "Sulfur" are whole complaints. A text
carries none if, once marks, links, names and signs are taken away, every word that is left
is of a closed class: a greeting, thanks, yes or no, laughter, and the little words that go with
them. One word of content keeps the text: "Thanks for nothing" is a complaint.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from models.text.courtesies import (
    GREETING_WORDS,
    LAUGHING,
    LITTLE,
    REPLYING,
    THANKED_FOR,
    THANKING,
)

# The kinds, as they are counted and told.
MARKS, EMOJI, SHORT = "only marks or links", "emoji", "too short"
THANKS, GREETING, REPLY, LAUGHTER, ADVERT = "thanks", "greeting", "reply", "laughter", "advert"
KINDS = (MARKS, EMOJI, SHORT, THANKS, GREETING, REPLY, LAUGHTER, ADVERT)

_MAX_CHARS = 160  # a longer text is not looked at word by word: it has a word of content

# Marks of redaction, addresses, names with @ (whoever is spoken to), entities.
_MARK = re.compile(
    r"<[a-z][a-z_ ]*>|\[[a-z]+\]|(?:https?://|www\.)\S+|[@\uff20]\w+"
    r"|&(?:amp|gt|lt|quot|nbsp);"
)
# The line that a phone adds to every mail, and words of content that mean none here.
_SET_PHRASES = re.compile(
    r"\b(?:sent from my|get outlook for) \w+|\bno (?:problem|worries|rush|bother)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
# So, symbols: emoji stand there, and nothing else that people write without words.
_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|[:;]-?[()DPp]|<3")
_EMOTICON = re.compile(r"<3|[:;]-?[dp](?!\w)")

_LAUGHING = re.compile(r"a?(?:ha|he|ja){2,}h?")
_CLOSED = THANKING | GREETING_WORDS | REPLYING | LAUGHING | LITTLE | THANKED_FOR
_NO = frozenset(("no", "nope", "nah", "not", "zero"))

# An advert says three of these, one of the telling ones among them; a complaint about adverts
# seldom says two. Each is a family: words of which one must be there, and how they are meant.
_TELLING_FAMILIES = (
    ("from home,at home", r"\b(?:from|at) home\b"),
    ("crypto,bitcoin,forex,casino,betting,followers,viagra", r""),
    ("members,guaranteed,100", r"\d members|\d \w+ members|\b100 ?% (?:free|guaranteed|legit)"),
    ("link in,dm me,whatsapp", r"\blink in (?:my )?(?:bio|profile)|\bdm me\b|\bwhatsapp (?:me|us)"),
    ("toll", r"\btoll[- ]free\b"),
)
_FAMILIES = (
    *_TELLING_FAMILIES,
    ("earn,mak,win", r"\b(?:earn|mak|win)\w*\b.{0,25}\d.{0,12}\b(?:a|per|every) \w+"),
    ("now,today,offer", r"\b(?:join|sign up|apply|order|buy|subscribe) (?:now|today)|time offer"),
    ("code,price", r"\b(?:promo|discount|coupon) code|\b(?:best|cheap\w*) price"),
    ("number", r"\b(?:customer|technical|tech|help) (?:care|support|service|desk) .{0,10}number"),
)
_ADVERT = tuple((words.split(","), re.compile(pattern)) for words, pattern in _FAMILIES)
_TELLING = tuple(word for words, _ in _TELLING_FAMILIES for word in words.split(","))
_ENOUGH_ADVERT = 3
_ADVERT_CHARS = 400


def no_complaint_kinds(texts: pd.Series, *, names: Collection[str] = ()) -> pd.Series:
    """Return, for each text that carries no complaint, of which kind it is; else missing.

    Parameters
    ----------
    texts : Series of str
        Redacted texts; each distinct one is looked at once.
    names : collection of str
        Whom people speak to, such as the company: words without content here.

    Returns
    -------
    Series of str
        One of ``KINDS`` or missing, with the input's index.
    """
    known = frozenset(name.lower() for name in names)
    found = {text: no_complaint_kind(text, names=known) for text in texts.dropna().unique()}
    return texts.map({text: kind for text, kind in found.items() if kind}).astype("str")


def no_complaint_kind(text: str, *, names: Collection[str] = ()) -> str | None:
    """Return why a text carries no complaint, or None where it may carry one.

    ``names`` are in small letters; see :func:`no_complaint_kinds`.

    Examples
    --------
    >>> no_complaint_kind("@LarkfieldHelp thanks so much!"), no_complaint_kind("<URL> ??")
    ('thanks', 'only marks or links')
    >>> no_complaint_kind("Internet down") is None, no_complaint_kind("Thanks for nothing") is None
    (True, True)
    """
    if len(text) > _MAX_CHARS:
        return ADVERT if _is_advert(text) else None
    rest = _SET_PHRASES.sub(" ", text).lower().replace("\u2019", "'")
    if _has_content(rest, names):
        return ADVERT if _is_advert(text) else None
    plain = _MARK.sub(" ", _EMOTICON.sub(" ", rest))
    words = [word for word in _WORD.findall(plain) if word not in names]
    if not words:
        return EMOJI if _EMOJI.search(text) else MARKS
    if all(map(_is_letter, words)) and len(words) == 1:
        return SHORT
    return _closed_class(words) or (ADVERT if _is_advert(text) else None)


def _has_content(text: str, names: Collection[str]) -> bool:
    """Return whether a word of content is plain to see: nearly every text ends here."""
    return any(
        len(word) > 1
        and word.isalpha()
        and word not in _CLOSED
        and word not in names
        and not _LAUGHING.fullmatch(word)
        for word in text.split()
    )


def _is_letter(word: str) -> bool:
    """Return whether the word is one letter or a number of two digits: it can be no message."""
    # A Chinese sign is a word ("贵": expensive); letters of alphabets have capitals.
    is_letter = len(word) == 1 and word.lower() != word.upper()
    return is_letter or (word.isdigit() and len(word) <= 2)


def _closed_class(words: list[str]) -> str | None:
    kinds = {_kind(word) for word in words}
    # "Thanks for no help" is none: what is denied is content.
    thanked = frozenset() if _NO.intersection(words) else THANKED_FOR
    if THANKS in kinds and all(_kind(word) or word in thanked for word in words):
        return THANKS
    if None in kinds:
        return None
    # A text of little words alone ("it is what it was") names nothing, yet may mean something.
    return next((kind for kind in (GREETING, REPLY, LAUGHTER) if kind in kinds), None)


def _kind(word: str) -> str | None:
    """Return the word's closed class; None for a word of content."""
    if word in THANKING:
        return THANKS
    if word in GREETING_WORDS:
        return GREETING
    if word in REPLYING:
        return REPLY
    if word in LAUGHING or _LAUGHING.fullmatch(word):
        return LAUGHTER
    return "little" if word in LITTLE else None


def _is_advert(text: str) -> bool:
    start = text[:_ADVERT_CHARS].lower()
    # Nearly every text ends here: the rarer words are looked for first.
    if not any(word in start for word in _TELLING):
        return False
    likely = [pattern for words, pattern in _ADVERT if any(word in start for word in words)]
    # Who writes of something of his own has a matter, too: he must sound still more like one.
    enough = _ENOUGH_ADVERT + (" my " in f" {start}")
    return sum(pattern.search(start) is not None for pattern in likely) >= enough
