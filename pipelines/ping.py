"""A word to a watcher outside that a run ended well: what it does not hear, it tells of."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

PING_VARIABLE = "ISSUECAST_PING_URL"
_TIMEOUT_S = 10.0


def ping(environment: Mapping[str, str], *, timeout_s: float = _TIMEOUT_S) -> str:
    """Ask for the address that the environment names; return what to say of it, or nothing.

    It is asked for once (GET), goes to the host it names and to no other, and tells nothing but
    the address itself. No failure is raised, and the address, which may hold a secret, never said.

    Parameters
    ----------
    environment : mapping
        Of ``ISSUECAST_PING_URL``; without it nothing is sent.
    timeout_s : float
        How long to wait for each answer, seconds.
    """
    address = environment.get(PING_VARIABLE, "").strip()
    if not address:
        return ""
    try:
        if urlsplit(address).scheme not in ("http", "https"):
            return f"{PING_VARIABLE}: expected an address that begins http:// or https://; no ping."
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(address, timeout=timeout_s) as answer:
            answer.read(1)
    except urllib.error.HTTPError as err:
        return f"Ping not taken: the watcher answered {err.code}. The run stands."
    except Exception as err:  # whatever it is, a run that ended well must not end with it
        return f"Ping not sent ({type(err).__name__}). The run stands."
    return ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: it could lead to another host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse; urllib then raises the answer as an error."""
        return
