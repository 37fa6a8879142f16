"""Texts without personal data: each piece replaced by a typed mark such as ``<EMAIL>``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

import pandas as pd

from models.text import addresses, checksums, numbers
from models.text.found import Found, fold
from models.text.presidio import presidio_spans
from models.text.technical import has_number

KINDS = ("EMAIL", "URL", "IBAN", "CARD", "IP", "PHONE", "ACCOUNT", "HANDLE")

# A text without any of these and without a long number holds nothing that a recogniser could
# find: most texts end here.
_SCREEN_WORDS = ("@", "\uff20", "\ufe6b", "://", "www.", "&#64;", "%40")
_SCREEN = re.compile(
    r"\d\.\d{1,3}\.\d{1,3}\.\d"  # an IP address
    r"|[0-9A-Fa-f]:[0-9A-Fa-f]{0,4}:"  # one of the newer kind, or of a network card
    r"|[0-9A-Fa-f]-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]"
    r"|[\\/](?:[Hh]ome|[Uu]sers|USERS|Documents and Settings)[\\/]"
    r"|[?#][\w.-]{1,40}="  # a token
)

# A replaced piece may have parted two others that are only seen now; this never takes three.
_MAX_PASSES = 5
# What lies this far beyond the cut is still looked at, so that no half address is kept.
_MARGIN_CHARS = 256
_PART_OF_MARK = re.compile(r"<[A-Z]{0,7}$")


class RedactionRules(TypedDict):
    """The arguments that say what is hidden, see :func:`redact`."""

    phone_regions: Sequence[str]
    handles: bool
    keep_handles: Sequence[str]


@dataclass(frozen=True)
class Redaction:
    """Redacted texts and what was hidden.

    Parameters
    ----------
    texts : Series of str
        In the order and with the index of the input; missing texts stay missing.
    counts : dict of str to int
        Pieces hidden by kind, over all rows (a text that stands twice counts twice).
    kinds : list of tuple of str
        What was hidden in each row's text, a kind as often as it was found.
    """

    texts: pd.Series
    counts: dict[str, int]
    kinds: list[tuple[str, ...]]


def redact(
    texts: pd.Series,
    *,
    phone_regions: Sequence[str] = ("US", "GB"),
    handles: bool = True,
    keep_handles: Sequence[str] = (),
    max_chars: int | None = None,
) -> Redaction:
    """Return the texts with personal data replaced by typed marks.

    Names and postal addresses of people are not found: no pattern has them.

    Parameters
    ----------
    texts : Series of str
        Normalised texts; each distinct one is looked at once.
    phone_regions : sequence of str
        ISO 3166 codes; numbers without a country code are read as from these.
    handles : bool
        Whether @names are hidden.
    keep_handles : sequence of str
        @names that are kept, e.g. the brand's own.
    max_chars : int, optional
        Cut the texts here. What the cut would go through is hidden as a whole.
    """
    rules = _Rules(tuple(phone_regions), handles, _plain_handles(keep_handles))
    redacted: dict[str, str] = {}
    hidden: dict[str, tuple[str, ...]] = {}
    for text in texts.dropna().unique().tolist():
        redacted[text], kinds = _redact_one(text, rules, max_chars)
        if kinds:
            hidden[text] = tuple(kinds)
    found = [hidden.get(text, ()) for text in texts.tolist()]
    counts = Counter(kind for kinds in found for kind in kinds)
    return Redaction(
        texts.map(redacted).astype("str"),
        {kind: counts[kind] for kind in KINDS if counts[kind]},
        found,
    )


def redact_value(
    value: str,
    *,
    phone_regions: Sequence[str] = ("US", "GB"),
    handles: bool = True,
    keep_handles: Sequence[str] = (),
) -> str:
    """Return one short value (a channel, a file's name) without personal data.

    Examples
    --------
    >>> redact_value("chat with <me> on 192.0.2.44")
    'chat with <me> on <IP>'
    """
    rules = _Rules(tuple(phone_regions), handles, _plain_handles(keep_handles))
    return _redact_one(value, rules, None)[0]


def personal_kinds(
    text: str,
    *,
    phone_regions: Sequence[str] = ("US", "GB"),
    handles: bool = True,
    keep_handles: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the kinds of personal data that the text still holds, e.g. ``("EMAIL",)``."""
    rules = _Rules(tuple(phone_regions), handles, _plain_handles(keep_handles))
    return tuple(sorted(set(_redact_one(text, rules, None)[1])))


def contains_personal_data(
    text: str,
    *,
    phone_regions: Sequence[str] = ("US", "GB"),
    handles: bool = True,
    keep_handles: Sequence[str] = (),
) -> bool:
    """Return whether the text still holds personal data: the last check before publishing.

    Examples
    --------
    >>> contains_personal_data("written by <EMAIL>"), contains_personal_data("from 192.0.2.44")
    (False, True)
    """
    return bool(
        personal_kinds(
            text, phone_regions=phone_regions, handles=handles, keep_handles=keep_handles
        )
    )


@dataclass(frozen=True)
class _Rules:
    regions: tuple[str, ...]
    handles: bool
    keep: frozenset[str]


def _plain_handles(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.lstrip("@").casefold() for name in names)


def is_suspect(text: str) -> bool:
    """Return whether a text is worth a closer look; False is certain."""
    return (
        any(word in text for word in _SCREEN_WORDS)
        or has_number(text)
        or _SCREEN.search(text) is not None
        or addresses.may_hide_email(text)
    )


def _redact_one(text: str, rules: _Rules, max_chars: int | None) -> tuple[str, list[str]]:
    limit = len(text) if max_chars is None else max_chars
    seen = text[: limit + _MARGIN_CHARS]
    kinds: list[str] = []
    if is_suspect(seen):
        for _ in range(_MAX_PASSES):
            found = [f for f in _find(seen, rules) if f.start < limit]
            hidden = [f for f in found if seen[f.start : f.end] != _written(f)]
            if not hidden:
                break
            seen, limit = _replaced(seen, hidden, limit)
            kinds += [f.kind for f in hidden]
    return _cut(seen[:limit], max_chars), kinds


def _find(text: str, rules: _Rules) -> list[Found]:
    """Return what is personal, in order and without overlaps: the surer kind wins."""
    taken: list[Found] = []
    for found in _recognised(fold(text), rules):
        if all(found.end <= other.start or other.end <= found.start for other in taken):
            taken.append(found)
    return sorted(taken)


def _recognised(text: str, rules: _Rules) -> Iterator[Found]:
    # An address within a URL belongs to the URL, an @name within an e-mail to the e-mail, and
    # the digits of a card are no phone number: the order is the order of precedence.
    yield from addresses.urls(text)
    yield from addresses.emails(text)
    yield from presidio_spans(text)
    yield from addresses.ip_addresses(text)
    yield from addresses.network_cards(text)
    if has_number(text):
        yield from checksums.ibans(text)
        yield from checksums.cards(text)
        yield from numbers.named_accounts(text)
        yield from numbers.phones(text, rules.regions)
        yield from numbers.long_numbers(text)
    if rules.handles:
        yield from addresses.home_folders(text)
        yield from addresses.handles(text, rules.keep)


def _written(found: Found) -> str:
    return found.replacement or f"<{found.kind}>"


def _replaced(text: str, hidden: Sequence[Found], limit: int) -> tuple[str, int]:
    pieces, at, shift = [], 0, 0
    for found in hidden:
        pieces += [text[at : found.start], _written(found)]
        shift += len(_written(found)) - (min(found.end, limit) - found.start)
        at = found.end
    return "".join([*pieces, text[at:]]), limit + shift


def _cut(text: str, max_chars: int | None) -> str:
    if max_chars is None:
        return text
    if len(text) > max_chars:
        text = _PART_OF_MARK.sub("", text[:max_chars])
    return text.rstrip()
