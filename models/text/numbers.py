"""Phone numbers, and numbers of accounts, orders, policies and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.text.found import Found
from models.text.technical import DATE, count_digits, is_quantity, is_technical

_PHONES = (
    re.compile(r"(?<![\w.])(?:\+|00[ -]?(?=[1-9]))\(?\d(?:[ ().-]{0,3}\d){8,15}(?!\d)"),
    re.compile(r"(?<![\w.-])\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?![\w]|[.-]\d)"),  # North America
    re.compile(r"(?<![\w.,-])\(?0\d{1,5}\)?(?:[ -]\d{2,8}){1,5}(?![\w]|[.-]\d)"),  # trunk 0
    re.compile(r"(?<![\w.,-])0\d{9,10}(?!\w|[.,]\d)"),
)
_PHONE_WORD = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell|cellphone|fax|landline|whats ?app|call|ring|text|sms|"
    r"reach|dial|handy|telefon|mobil|t[ée]l[ée]phone|tel[ée]fono|m[óo]vil)\b[^\d\n]{0,25}$",
    re.IGNORECASE,
)
_WORD_CHARS = 45  # how far before a number a word can tell what it is
# What the library is asked about: it takes a millisecond for each.
_PHONE_LIKE = re.compile(r"(?<![\d.])[+(]{0,2}\d(?:[ ()./-]{0,3}\d){6,}")
_DOTTED = re.compile(r"\d+(?:\.\d+)+")
_DOTTED_PHONE = re.compile(r"(?:1\.)?\d{3}\.\d{3}\.\d{4}|0\d(?:\.\d{2}){4}")


def phones(text: str, regions: tuple[str, ...]) -> Iterator[Found]:
    """Yield phone numbers: valid ones of the regions, and those that are written like one."""
    spans = [match.span() for pattern in _PHONES for match in pattern.finditer(text)]
    for match in _PHONE_LIKE.finditer(text):
        start, end = match.span()
        if _PHONE_WORD.search(text, max(0, start - _WORD_CHARS), start):
            spans.append((start, end))
        elif not _is_other_number(text, start, end):
            spans += _valid_phones(match.group(), start, regions)
    for start, end in spans:
        if 7 <= count_digits(text[start:end]) <= 16 and not _is_other_number(text, start, end):
            yield Found(start, end, "PHONE")


def _valid_phones(piece: str, start: int, regions: tuple[str, ...]) -> list[tuple[int, int]]:
    from phonenumbers import Leniency, PhoneNumberMatcher

    matches = [
        match
        for region in regions
        for match in PhoneNumberMatcher(piece, region, leniency=Leniency.VALID)
    ]
    return [(start + match.start, start + match.end) for match in matches]


def _is_other_number(text: str, start: int, end: int) -> bool:
    """Return whether a number is a date, a version, a size or a price rather than a phone."""
    written = text[start:end]
    if written[0] == "+":
        return False
    if _DOTTED.fullmatch(written) and not _DOTTED_PHONE.fullmatch(written):
        return True
    # A match may have begun inside a date: look a little around it.
    first = max(0, start - 5)
    dates = DATE.finditer(text, first, end + 6)
    return (
        any(date.start() < end and start < date.end() for date in dates)
        or is_technical(text, start)
        or is_quantity(text, end)
    )


_ACCOUNT_WORDS = re.compile(
    r"\b(?:account|acct|a/c|customer|client|member(?:ship)?|subscriber|user|order|policy|contract|"
    r"invoice|bill|ref|reference|case|ticket|booking|reservation|confirmation|claim|tracking|"
    r"card|debit|credit|passport|licen[cs]e|social security|ssn|nino|national insurance|tax|"
    r"sort ?code|routing|iban|bic|serial|imei|iccid|sim|meter|patient|nhs|loyalty|"
    r"kunden\w*|vertrags\w*|rechnungs\w*|konto\w*|cuenta|cliente|pedido|compte|commande)\b"
    r"(?:\s?(?:no|nr|num|number|nummer|id|code|#|is|was|:|=|-|\.|n°|№)){0,4}\s?[:#=]?\s?"
    r"(?:[A-Za-z]{1,5} )?$",
    re.IGNORECASE,
)
_ACCOUNT_LIKE = re.compile(
    r"(?<![\w])(?:[A-Za-z]{1,5}[-/]?)?\d(?:[ -]?[A-Za-z]?\d){4,24}[A-Za-z]{0,2}(?!\w)"
)
_ACCOUNT_FORMS = (
    re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),  # US social security number
    re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)"),  # UK NINO
    re.compile(r"(?<![\w.,-])\d{2}-\d{2}-\d{2}[ ,/]{1,3}\d{8}(?!\d)"),  # UK sort code and account
)
_LONG_NUMBERS = (
    re.compile(r"(?<![\w.,/])(?:[A-Z]{1,5}[-_]?)?\d{9,40}(?!\w|[.,]\d)"),
    re.compile(r"(?<![\w.,/-])[A-Z]{1,5}[-_]?\d{8}(?!\w|[.,-]\d)"),
    re.compile(
        r"(?<![\w.,-])(?!(?:(?:19|20)\d{2}[ -]?)+(?!\d))"  # not "2018 2019 2020"
        r"\d{4}([ -])\d{4}(?:\1\d{4})+(?:\1\d{1,4})?(?!\w)"
    ),
)
_TIMESTAMP = re.compile(
    r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d){0,1}(?:[0-5]\d)?\d{0,6}"
)


def named_accounts(text: str) -> Iterator[Found]:
    """Yield numbers that a word before them calls an account, order, policy or the like."""
    for match in _ACCOUNT_LIKE.finditer(text):
        start, end = match.span()
        if not _ACCOUNT_WORDS.search(text, max(0, start - _WORD_CHARS), start):
            continue
        is_date = DATE.search(text[start:end]) or _TIMESTAMP.fullmatch(text[start:end])
        if count_digits(text[start:end]) >= 6 and not is_date:
            yield Found(start, end, "ACCOUNT")
    for pattern in _ACCOUNT_FORMS:
        for match in pattern.finditer(text):
            yield Found(*match.span(), "ACCOUNT")


def long_numbers(text: str) -> Iterator[Found]:
    """Yield numbers of nine digits or more that are no time stamp, size or build."""
    for pattern in _LONG_NUMBERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            is_known = (
                len(set(match.group())) == 1
                or _TIMESTAMP.fullmatch(match.group())
                or is_technical(text, start)
                or is_quantity(text, end)
            )
            if not is_known:
                yield Found(start, end, "ACCOUNT")
