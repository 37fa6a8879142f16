"""Web addresses: what of them may be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

URL_MARK = "<URL>"

_URL = re.compile(
    r"(?<![A-Za-z0-9+-])[A-Za-z][A-Za-z0-9+-]{1,20}://[^\s<>\"`]+"
    r"|(?<![\w.@-])www\.[^\s<>\"`@]+"
    # Without a scheme only those that carry something: example.com/reset?token=...
    r"|(?<![\w.@-])(?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,12}(?::\d{1,5})?/[^\s<>\"`?#]*[?#][^\s<>\"`]+",
)
_PARTS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+-]{1,20}://)?(?P<host>[^/?#\\]*)(?P<rest>.*)")
_IPV4_HOST = re.compile(r"^(?!127\.|0\.0\.)\d{1,3}(?:\.\d{1,3}){3}(?=:|$)|^\[[0-9A-Fa-f:.]{5,}\]")
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_PRIVATE = re.compile(
    r"[?@]|%40|#.*=|[;&=]"  # a query, an address, parameters
    r"|\d(?:[-.]?\d){8,}"  # a long number
    rf"|{_UUID}"
    r"|(?=[A-Za-z_]*\d)(?=\d*[A-Za-z_])\w{20,}"  # a token
    r"|/(?:users?|profiles?|members?|people|u)/.|/~\w"  # somebody's page
    r"|/(?:reset|verify|confirm|invite|unsubscribe|token|auth|session)/(?=[^/]*\d)[^/]{6,}",
    re.IGNORECASE,
)
_SOCIAL_HOST = re.compile(
    r"(?:\w+\.)*(?:facebook|fb|twitter|x|instagram|linkedin|tiktok|t)\.(?:com|me)", re.IGNORECASE
)
_PRIVATE_HOST = re.compile(rf"{_UUID}|(?=[a-z_-]*\d)(?=\d*[a-z_-])[a-z0-9_]{{20,}}", re.IGNORECASE)


def url_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where web addresses stand, without the punctuation that follows them."""
    for match in _URL.finditer(text):
        end = match.start() + len(match.group().rstrip(".,;:!?)]}'*…"))
        if end > match.start():
            yield match.start(), end


def safe_url(url: str) -> str:
    """Return the address without user, query, tokens and numbers of its owner.

    An address with nothing to hide comes back as it is. Scheme and host are kept; local
    files and hosts that are themselves tokens keep the scheme alone.

    Examples
    --------
    >>> safe_url("https://bob:pw@shop.example/reset?token=1")
    'https://shop.example/<URL>'
    >>> safe_url("https://shop.example/help/router")
    'https://shop.example/help/router'
    """
    parts = _PARTS.match(url)
    if parts is None:  # pragma: no cover - the pattern takes any text
        return URL_MARK
    scheme, host, rest = parts["scheme"] or "", parts["host"], parts["rest"]
    if scheme.lower() == "file://" or (not host and rest.strip("/")):
        return f"{scheme}{URL_MARK}"
    is_private = "@" in host
    host = host.rpartition("@")[2]
    if _PRIVATE_HOST.search(host):
        return f"{scheme}{URL_MARK}"
    host = _IPV4_HOST.sub("<IP>", host)
    if _PRIVATE.search(rest) or (_SOCIAL_HOST.fullmatch(host) and rest.strip("/")):
        is_private = True
    return f"{scheme}{host}/{URL_MARK}" if is_private else f"{scheme}{host}{rest}"
