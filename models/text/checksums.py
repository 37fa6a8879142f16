"""Card and bank account numbers, known by their checksums."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.text.found import Found

_NUMBER_GROUPS = re.compile(r"(?<![\w.])\d{3,19}(?:[ .-]\d{3,8}){0,9}(?!\d)")
# Cards are printed 4-4-4-4, 4-6-5 or 4-6-4; typed also 8-8 or in one go.
_FIRST_GROUP_DIGITS = {4, 8}
_CARD_START = re.compile(r"4|5[0-8]|2[2-7]|3[0-9]|6")
_CARD_DIGITS = range(13, 20)


def passes_luhn(digits: str) -> bool:
    """Return whether the last digit is the Luhn check digit (ISO/IEC 7812-1).

    Examples
    --------
    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    total = sum(int(d) for d in digits[-1::-2])
    total += sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return total % 10 == 0


def cards(text: str) -> Iterator[Found]:
    """Yield card numbers: 13 to 19 digits, grouped as on cards or not, right first digits, Luhn."""
    for match in _NUMBER_GROUPS.finditer(text):
        groups = list(re.finditer(r"\d+", match.group()))
        first = 0
        while first < len(groups):
            for last in range(len(groups), first, -1):  # the longest first
                digits = "".join(group.group() for group in groups[first:last])
                is_grouped = last - first > 1
                if (
                    len(digits) in _CARD_DIGITS
                    and not (is_grouped and len(groups[first].group()) not in _FIRST_GROUP_DIGITS)
                    and _CARD_START.match(digits)
                    and len(set(digits)) > 1
                    and passes_luhn(digits)
                ):
                    start = match.start() + groups[first].start()
                    yield Found(start, match.start() + groups[last - 1].end(), "CARD")
                    first = last - 1
                    break
            first += 1


# Lengths by country, from the SWIFT IBAN registry: a word of 15 letters and digits that passes
# the checksum by chance hardly has its country's length too.
_IBAN_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL FK SD", 19: "MK SI",
    20: "AT BA EE KZ LT LU XK MN", 21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ TL OM SO", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST",
    26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_IBAN_COUNTRIES = {c: n for n, countries in _IBAN_LENGTHS.items() for c in countries.split()}
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[A-Za-z0-9]{11,30}"
    r"|([ .-])[A-Za-z0-9]{4}(?:\1[A-Za-z0-9]{4}){1,6}(?:\1[A-Za-z0-9]{1,4})?)(?![A-Za-z0-9])"
)


def ibans(text: str) -> Iterator[Found]:
    """Yield bank account numbers of their country's length whose mod 97-10 checksum holds."""
    for match in _IBAN.finditer(text):
        length = _IBAN_COUNTRIES.get(match.group()[:2].upper(), 0)
        # "DE89 3704 ... 00 was charged": the next word may look like one more group.
        places = [m.end() for m in re.finditer(r"[A-Za-z0-9]", match.group())][length - 1 :]
        if length and places:
            written = match.group()[: places[0]]
            if _passes_mod97(re.sub(r"[ .-]", "", written).upper()):
                yield Found(match.start(), match.start() + len(written), "IBAN")


def _passes_mod97(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
