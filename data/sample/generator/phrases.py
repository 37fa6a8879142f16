"""The hand-written phrasings: read from `phrases/`, their small gaps filled.

A line of a phrase file is one phrasing. ``{a|b|c}`` is one of several wordings, ``{days}`` a gap
that `fill` knows. A line ``[call]`` opens a section; a line that starts with ``# `` is a comment.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

PHRASE_DIR = Path(__file__).resolve().parent.parent / "phrases"

_GAP = re.compile(r"\{([^{}]*)\}")
_SECTION = re.compile(r"\[(\w+)\]")
_PENCE = ("", "", "", ".50", ".99", ".40", ".36")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a text may speak of: who writes, where and when."""

    brand: str
    town: str
    day: date
    extra: str = ""  # what fills the gap {value}: a personal string, a running number


Phrase = tuple[str | tuple[str, ...], ...]


@cache
def load(name: str) -> dict[str, tuple[Phrase, ...]]:
    """The phrasings of one file by section; lines before any section are ``"any"``."""
    sections: dict[str, list[Phrase]] = {}
    section = "any"
    for line in (PHRASE_DIR / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        if heading := _SECTION.fullmatch(line.strip()):
            section = heading.group(1)
            continue
        sections.setdefault(section, []).append(_parse(line))
    return {key: tuple(lines) for key, lines in sections.items()}


def say(name: str, setting: Setting, rng: Random, section: str = "any") -> str:
    """One phrasing of a file's section, picked at random and filled in."""
    return fill(rng.choice(load(name)[section]), setting, rng)


def fill(phrase: Phrase, setting: Setting, rng: Random) -> str:
    """The phrase as one person would type it: wordings chosen, gaps filled."""
    parts = []
    for piece in phrase:
        if isinstance(piece, str):
            parts.append(piece)
        elif len(piece) > 1:
            parts.append(rng.choice(piece))
        else:
            parts.append(_gap(piece[0], setting, rng))
    return "".join(parts)


def _parse(line: str) -> Phrase:
    # re.split gives text, gap, text, gap, ...; a gap becomes a tuple to tell it from text.
    pieces = _GAP.split(line)
    return tuple(
        tuple(piece.split("|")) if place % 2 else piece
        for place, piece in enumerate(pieces)
        if place % 2 or piece
    )


@cache
def words(name: str, section: str = "any") -> tuple[str, ...]:
    """The lines of a file's section that have no gaps, as they stand."""
    return tuple("".join(phrase) for phrase in load(name)[section])


def _gap(name: str, setting: Setting, rng: Random) -> str:
    if name == "brand":
        return setting.brand
    if name == "town":
        return setting.town
    if name == "value":
        return setting.extra
    if name == "month":
        months = words("shared/gaps", "months")
        return months[(setting.day.month - 1 - rng.randrange(1, 7)) % 12]
    if name == "amount":
        return f"£{rng.randrange(12, 95)}{rng.choice(_PENCE)}"
    if name == "bigamount":
        return f"£{rng.randrange(98, 480)}{rng.choice(_PENCE)}"
    return rng.choice(words("shared/gaps", name))
