"""How people spell a word: which form of it, and whether with capitals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.themes.word_counts import Runs
from models.themes.words import key_of

_MAX_ACRONYM = 5  # longer words in capitals are shouted


@dataclass
class _Forms:
    """How often a word is written how; ``told`` where capitals tell something."""

    all: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)


def spellings(texts: Sequence[Runs], weights: Mapping[str, float]) -> dict[str, str]:
    """Return the commonest way in which the texts write each weighted word.

    Capitals are kept where people write them within a sentence ("PayPal", "ATM", "Google Pay"):
    at its beginning every word has one, and a line in capitals is shouted.
    """
    forms: dict[str, _Forms] = {}
    for runs in texts:
        for run in runs:
            is_shouted = len(run) > 1 and all(word.surface.isupper() for word in run)
            for place, word in enumerate(run):
                if word.key not in weights:
                    continue
                seen = forms.setdefault(word.key, _Forms())
                surface = word.surface.lower() if is_shouted else word.surface
                seen.all[surface.lower()] += 1
                if is_shouted:
                    continue
                if place > 0 or surface[1:] != surface[1:].lower():
                    seen.told[surface] += 1
    return {key: commonest(seen.all, seen.told) for key, seen in forms.items()}


def commonest(forms: Mapping[str, int], told: Mapping[str, int]) -> str:
    """Return the commonest form: in small letters, unless it is a name or an acronym.

    Parameters
    ----------
    forms : mapping
        How often each form stands anywhere, in small letters.
    told : mapping
        How often it stands, as written, where a capital is the word's own.

    Examples
    --------
    >>> commonest({"atm": 7}, {"ATM": 4, "atm": 1}), commonest({"card": 9}, {"card": 2})
    ('ATM', 'card')
    """
    best = max(forms, key=lambda form: (forms[form], form))
    mine = {form: count for form, count in told.items() if form.lower() == best}
    own = {form: count for form, count in mine.items() if form != best}
    spelled = max(own, key=lambda form: (own[form], form), default=best)
    is_shouted = spelled.isupper() and len(spelled) > _MAX_ACRONYM
    return best if is_shouted or 2 * sum(own.values()) <= sum(mine.values()) else spelled


def respelled(phrase: str, forms: Mapping[str, str]) -> str:
    """Return a phrase of small letters with its names as people spell them.

    Examples
    --------
    >>> respelled("card for atms", {"card": "cards", "atm": "ATM"})
    'card for ATMs'
    """
    out = []
    for word in phrase.split(" "):
        form = forms.get(key_of(word), word)
        if form.lower() == word:
            out.append(form)
        elif word == f"{form.lower()}s":
            out.append(f"{form}s")
        else:
            out.append(word)
    return " ".join(out)
