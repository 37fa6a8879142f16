"""Numbers that are no person's: dates, versions, sizes and prices."""

from __future__ import annotations

import re

# Six digits in a row, or seven in any grouping: less is no number of a person. "66.0.3 (64-bit)"
# has six.
_HAS_NUMBER = re.compile(r"\d(?:[ -]?\d){5}|\d(?:[ ()./-]{0,3}\d){6}")


def has_number(text: str) -> bool:
    """Return whether a text, folded or not, has digits enough for a phone or account number."""
    return _HAS_NUMBER.search(text) is not None


# A date is no phone number, whatever its digits add up to.
DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d{2}"
    r"|(?:19|20)\d{2}[-/. ]\d{1,2}[-/. ]\d{1,2})(?!\d)"
)
# Written next to a number, these say that it is a version, a size or a price.
_TECHNICAL_BEFORE = re.compile(
    r"(?:\b(?:v|ver|version|firmware|driver|build|buildid|release|kb|bug|error|code|build id|"
    r"chrome|firefox|windows|safari|ios|android|gecko|mozilla)\b[\s:#=./-]{0,3}|[$€£¥])$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"\s?(?:(?:bytes?|octets|[kmgt]i?b|px|dollars?|euros?|usd|eur|gbp)\b|%|°)",
    re.IGNORECASE,
)


def is_technical(text: str, start: int) -> bool:
    """Return whether the words before a number say that it is a version, an error or a price."""
    return _TECHNICAL_BEFORE.search(text[max(0, start - 20) : start]) is not None


def is_quantity(text: str, end: int) -> bool:
    """Return whether a unit follows the number that ends there."""
    return _UNIT_AFTER.match(text, end) is not None


def count_digits(text: str) -> int:
    """Return how many characters are digits."""
    return sum(map(str.isdigit, text))
