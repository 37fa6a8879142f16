"""Whose a warning is: the first rule that fits names the department.

A rule may ask for three things: one of some themes (by id or title), one of some words (of the
theme's title and keywords), one of some products (of the rise's complaints). It fits where each
thing that it asks for is met; what it does not ask for may be anything. So the order of the rules
is the order of importance, and a department may have several.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# A rise is a product's where at least so much of it names one of the rule's products.
_SHARE_OF_PRODUCT = 0.5

_PLAIN = re.compile(r"[a-z0-9]+(?:[ -][a-z0-9]+)*")
_MAX_SLUG = 40  # characters of a name in its slug
# Names that some file systems keep for devices, whatever their ending.
_NUMBERED = frozenset(f"{device}{n}" for device in ("com", "lpt") for n in range(10))
_DEVICES = _NUMBERED | {"con", "prn", "aux", "nul"}


@dataclass(frozen=True)
class Subject:
    """What a rise is about.

    Parameters
    ----------
    theme_id, title : str
        Of its theme.
    words : frozenset of str
        Of the theme's title and keywords, in lower case.
    products : mapping of str to float
        Each product's share of the rise's complaints, 0 to 1; those that name none are in none.
    """

    theme_id: str
    title: str = ""
    words: frozenset[str] = frozenset()
    products: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """A rule: the department, and what a rise must be about to be its own.

    Parameters
    ----------
    department : str
    themes, words, products : sequence of str
        One of each must be met; an empty one asks for nothing. Case and blanks do not matter. A
        word of several, such as ``late parcel``, asks for all of them.
    """

    department: str
    themes: Sequence[str] = ()
    words: Sequence[str] = ()
    products: Sequence[str] = ()


def department_of(subject: Subject, routes: Sequence[Route], *, default: str) -> str:
    """Return the department of the first rule that fits; a rule that asks for nothing never does.

    Examples
    --------
    >>> rules = [Route("Product", products=["Router"]), Route("Billing", words=["bill", "fee"])]
    >>> rise = Subject("t-1", "A late fee", frozenset({"a", "late", "fee"}), {"Router": 0.4})
    >>> department_of(rise, rules, default="Service")
    'Billing'
    >>> department_of(rise, rules[:1], default="Service")
    'Service'
    """
    return next((route.department for route in routes if _fits(subject, route)), default)


def _fits(subject: Subject, route: Route) -> bool:
    if not (route.themes or route.words or route.products):
        return False
    names = {folded(subject.theme_id), folded(subject.title)}
    is_theme = any(folded(name) in names for name in route.themes if folded(name))
    said = {word.casefold() for word in subject.words}
    is_worded = any(
        all(word in said for word in folded(words).split())
        for words in route.words
        if folded(words)
    )
    wanted = {folded(name) for name in route.products}
    share = sum(part for name, part in subject.products.items() if folded(name) in wanted)
    return (
        (is_theme or not route.themes)
        and (is_worded or not route.words)
        and (share >= _SHARE_OF_PRODUCT or not route.products)
    )


def folded(name: str) -> str:
    """Return a name as it is compared: whatever its case and its blanks.

    Examples
    --------
    >>> folded("  Late   Parcels ")
    'late parcels'
    """
    return " ".join(name.casefold().split())


def department_slug(name: str) -> str:
    """Return a department's name as that of a file: letters, digits and hyphens of ASCII alone.

    A name that is not such a name already (accents, signs, length) gets a hash at its end, so that
    two such names are never one file and no name leaves its folder.

    Examples
    --------
    >>> department_slug("Customer care"), department_slug("R&D"), department_slug("../../etc")
    ('customer-care', 'r-d-dacc7c', 'etc-74ccf3')
    """
    name = folded(name)
    if _PLAIN.fullmatch(name) and len(name) <= _MAX_SLUG and name not in _DEVICES:
        return name.replace(" ", "-")
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_MAX_SLUG].strip("-")
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{plain}-{mark}" if plain else mark
