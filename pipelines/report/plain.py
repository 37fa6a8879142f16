"""Texts that strangers wrote, made fit to be shown: nothing hidden, nothing endless."""

from __future__ import annotations

import re
import unicodedata

# Controls that are no white space, surrogates and non-characters: not allowed in HTML.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Embeddings, overrides and isolates reorder what stands beside them; marks do not.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"\s+")
_MAX_MARKS = 3  # combining marks on one letter; more climb over the lines above
_CELL_STARTS = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001 - spreadsheets take these as formulas too
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#]|(?<=:)/(?=/)|(?<=www)\.)")


def clean(text: object, limit: int) -> str:
    r"""Return the text on one line without control characters, cut at a word.

    Parameters
    ----------
    text : object
        Untrusted; anything that is no text gives "".
    limit : int
        The most characters to keep, the ellipsis included, >= 2.

    Examples
    --------
    >>> clean("late\x00  parcel\nagain", 40)
    'late parcel again'
    >>> clean("my parcel is late again", 12)
    'my parcel…'
    """
    if not isinstance(text, str):
        return ""
    # Ten times the limit is enough to fill it, whatever is removed on the way.
    text = _REORDERING.sub("", _CONTROLS.sub("", text[: 10 * limit]))
    text = _without_piled_marks(_BLANKS.sub(" ", text).strip())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space >= limit // 2:
        cut = cut[:space]
    return cut.rstrip(" ,;:.") + "…"


def _without_piled_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= _MAX_MARKS:
            kept.append(letter)
    return "".join(kept)


def csv_cell(value: object) -> object:
    """Return the value as a spreadsheet may open it: a text never starts a formula.

    Examples
    --------
    >>> csv_cell("=1+1")
    "'=1+1"
    >>> csv_cell(-3)
    -3
    """
    if not isinstance(value, str):
        return value
    if value.startswith(_CELL_STARTS) or value.lstrip().startswith(_CELL_STARTS):
        return "'" + value
    return value


def markdown(text: str) -> str:
    r"""Return the text with everything escaped that Markdown or a chat would act on.

    Examples
    --------
    >>> print(markdown("a <b> *c* http://d.example"))
    a \<b\> \*c\* http:\//d.example
    """
    return _MARKDOWN.sub(r"\\\1", text)
