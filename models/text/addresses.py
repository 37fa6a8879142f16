"""Addresses of people on the net: URLs, e-mail, IP addresses, @names and home folders."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from models.text.found import Found
from models.text.technical import is_technical
from models.text.urls import safe_url, url_spans


def urls(text: str) -> Iterator[Found]:
    """Yield web addresses; those with nothing to hide are replaced by themselves."""
    for start, end in url_spans(text):
        yield Found(start, end, "URL", safe_url(text[start:end]))


_EMAIL = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~.-]{1,100}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"  # a@b.c
    r"|(?<![\w.+-])[A-Za-z][\w.+-]{0,63}@[A-Za-z][\w-]{1,62}(?![\w.-])"  # a@intranet
    r"|\"[^\"@\s]{1,64}\"@[\w.-]{3,190}"
)
_AT = r"(?:\s?[\(\[\{<]\s?at\s?[\)\]\}>]\s?|\s?[\(\[\{]\s?@\s?[\)\]\}]\s?|\s?&#64;\s?|%40)"
_DOT = r"(?:\s?[\(\[\{<]\s?dot\s?[\)\]\}>]\s?|\sdot\s)"
_HIDDEN_EMAIL = re.compile(
    rf"[\w.+-]{{1,64}}{_AT}[\w-]{{1,63}}(?:(?:{_DOT}|\.)[\w-]{{2,63}}){{1,4}}"
    rf"|[\w.+-]{{1,64}}(?:\sat\s|\s?@\s?)[\w-]{{1,63}}(?:{_DOT}[\w-]{{2,63}}){{1,4}}"
    r"|[\w.+-]{1,64}\s@\s[\w-]{1,63}(?:(?:\.|\s\.\s)[\w-]{1,63}){0,3}(?:\.|\s\.\s)[A-Za-z]{2,12}\b"
    r"|(?<![\w.+-])\w{1,30}[._\d][\w.+-]{0,30}\s@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)


def emails(text: str) -> Iterator[Found]:
    """Yield e-mail addresses, also those written as "john (at) example dot com"."""
    patterns = [_EMAIL] if "@" in text else []
    if may_hide_email(text):
        patterns.append(_HIDDEN_EMAIL)
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield Found(*match.span(), "EMAIL")


_EMAIL_HINT = re.compile(
    r"\s@|[(\[{<]\s?(?:at|@)\s?[)\]}>]|&#64;|%40|\sat\s\S{1,63}\sdot\s|[(\[{<]\s?dot\s?[)\]}>]",
    re.IGNORECASE,
)


def may_hide_email(text: str) -> bool:
    """Return whether an e-mail address may be written out, as in "john (at) example dot com"."""
    return _EMAIL_HINT.search(text) is not None


_IPV4 = re.compile(
    r"(?<![\w.-])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\w-]|\.\d)"
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")


def ip_addresses(text: str) -> Iterator[Found]:
    """Yield IPv4 and IPv6 addresses, but no versions, loopback and net masks."""
    for match in _IPV4.finditer(text):
        octets = match.group().split(".")
        # Flash 32.0.0.192 and RoboForm 8.9.0.0 are versions: hardly any address looks so.
        is_version = octets[3] == "0" or (octets[1] == octets[2] == "0" and octets[0] != "10")
        is_common = octets[0] in {"0", "127", "255"}
        if not (is_version or is_common or is_technical(text, match.start())):
            yield Found(*match.span(), "IP")
    for match in _IPV6.finditer(text):
        # Three groups at least: "::" and "12::5" are code or times.
        if sum(map(bool, match.group().split(":"))) < 3:
            continue
        try:
            ipaddress.IPv6Address(match.group())
        except ValueError:
            continue
        yield Found(*match.span(), "IP")


_NETWORK_CARD = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])")


def network_cards(text: str) -> Iterator[Found]:
    """Yield the hardware addresses of network cards (MAC), which name a device."""
    for match in _NETWORK_CARD.finditer(text):
        yield Found(*match.span(), "ACCOUNT")


# Rules of style sheets, which people paste into questions about browsers.
_NOT_HANDLES = {
    "import", "media", "namespace", "keyframes", "charset", "font-face", "font", "supports",
    "page", "layer", "property", "container", "moz",
}  # fmt: skip
_HANDLE = re.compile(r"(?<![\w@./])@(?!\d)(\w{2,30}(?:\.\w{1,30})*)")
_HOME_FOLDER = re.compile(
    r"(?:\b[A-Z]:|(?<![\w/.]))[\\/]{1,2}(?:Users|home|Documents and Settings)[\\/]{1,2}"
    r"(?!(?:Public|Default|All Users|user|username|yourname|name|xxx+)(?!\w))"
    r"([^\\/<>\"':|?*%\[\]\s](?:[^\\/<>\"':|?*%\[\]]{0,40}(?=[\\/])|[^\\/\s<>\"':|?*%\[\],;]{0,40}))",
    re.IGNORECASE,
)


def handles(text: str, keep: frozenset[str]) -> Iterator[Found]:
    """Yield @names, except those to keep (in lower case, without the @)."""
    for match in _HANDLE.finditer(text):
        if match.group(1).casefold() not in keep | _NOT_HANDLES:
            yield Found(*match.span(), "HANDLE")


def home_folders(text: str) -> Iterator[Found]:
    r"""Yield the user's name in paths such as ``C:\Users\jsmith``."""
    for match in _HOME_FOLDER.finditer(text):
        yield Found(*match.span(1), "HANDLE")
