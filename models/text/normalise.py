"""Texts in one plain form: one line, composed characters, nothing invisible, hashed."""

from __future__ import annotations

import hashlib
import re
import unicodedata

import pandas as pd

# Zero-width and soft-hyphen characters, bidi controls, byte-order marks and language tags: a
# reader cannot see them, so they only make equal texts differ, or hide an e-mail address.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SPACING_CONTROL = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    r"""Return the text on one line, in NFC, without invisible and control characters.

    Line breaks and tabs become spaces, other control characters vanish, runs of white space
    become one space, halves of broken surrogate pairs become U+FFFD. Cleaning twice is
    cleaning once.

    Examples
    --------
    >>> clean_text("  Router\x00 is\r\n\tdead\u200b ")
    'Router is dead'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    text = _SPACING_CONTROL.sub(" ", text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = _LONE_SURROGATE.sub("\ufffd", text)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def clean_texts(texts: pd.Series) -> pd.Series:
    """Return :func:`clean_text` of each text; each distinct text is cleaned once.

    Parameters
    ----------
    texts : Series of str
        Missing texts stay missing.
    """
    known = texts.dropna().unique()
    return texts.map({text: clean_text(text) for text in known}).astype("str")


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal.

    Examples
    --------
    >>> text_hash("late bus")[:12]
    '5c9146748946'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def hash_texts(texts: pd.Series) -> pd.Series:
    """Return :func:`text_hash` of each text; each distinct text is hashed once."""
    return texts.map({text: text_hash(text) for text in texts.dropna().unique()}).astype("str")
