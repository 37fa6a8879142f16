"""A find in a text, and the folding that lets patterns be plain."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple


class Found(NamedTuple):
    """A piece of personal data: where it is, what it is, and what stands in its place."""

    start: int
    end: int
    kind: str
    replacement: str = ""  # "": the kind's mark


_LAST_DIGIT = 0x1FFFF  # no script has its digits further up


@cache
def _folding() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width ASCII
    table |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63), "-")
    table |= {0xFE6B: "@", 0x3002: ".", 0x2024: ".", 0x00A0: " ", 0x202F: " "}
    beyond_ascii = "".join(map(chr, range(0x80, _LAST_DIGIT + 1)))
    table |= {ord(d): str(unicodedata.decimal(d)) for d in re.findall(r"\d", beyond_ascii)}
    return table


def fold(text: str) -> str:
    """Return the text with full-width letters, foreign digits and dashes as plain ASCII.

    The result has the same length, so that what is found in it can be cut from the original.

    Examples
    --------
    >>> fold("٠١٢ ＠ ok")
    '012 @ ok'
    """
    return text if text.isascii() else text.translate(_folding())
