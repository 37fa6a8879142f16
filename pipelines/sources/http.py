"""One question to a server, asked until it is answered: patiently, within bounds, to one host."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from models.errors import SettingsError, SourceFailed
from pipelines.settings import RestSource
from pipelines.sources.asking import Patience

_TRY_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
# A server that asks for a longer wait is asked again by the next run.
_MAX_ASKED_WAIT_S = 3600.0
# An answer that drips may not take more than so many times the wait for its next byte.
_MAX_DRIPS = 10
_MEGABYTE = 2**20


@dataclass(frozen=True)
class Question:
    """A request; ``params`` are the query's, or of a POST the JSON body."""

    url: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came: parsed JSON, and the address of the next page by the header Link."""

    found: Any
    next_link: str
    body: bytes


class _Broken(Exception):
    """Worth another try, in so many seconds at least."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.wait_s = reason, wait_s


class Client:
    """Asks one server, as a source's parameters say.

    Neither an address, nor a credential, nor anything that was answered is in a message.
    """

    def __init__(
        self,
        described: RestSource,
        *,
        path: str,
        environment: Mapping[str, str],
        patience: Patience,
    ) -> None:
        self._described, self._path, self._patience = described, path, patience
        try:
            self._origin = _origin(httpx.URL(described.base_url))
        except httpx.InvalidURL:
            raise SettingsError(f"{path}.base_url: is no address.") from None
        self._headers = {"Accept": "application/json", "User-Agent": "issuecast"}
        self._secret_param: dict[str, str] = {}
        self._login: tuple[str, str] | None = None
        self._sign(environment)
        self._client = httpx.Client(timeout=described.timeout_s, headers=self._headers)
        self._asked_at: float | None = None
        self._bytes = 0

    def _sign(self, environment: Mapping[str, str]) -> None:
        auth = self._described.auth
        if auth.kind == "none":
            return
        secret = environment.get(auth.env, "").strip()
        name = f"{auth.env} ({self._path}.auth.env)"
        if not secret:
            raise SettingsError(f"{name}: is not set; export {auth.env}=...")
        if not secret.isascii() or not secret.isprintable():
            raise SettingsError(f"{name}: holds characters that cannot be sent; copy it again.")
        if auth.kind == "bearer":
            self._headers["Authorization"] = f"Bearer {secret}"
        elif auth.kind == "header":
            self._headers[auth.name] = secret
        elif auth.kind == "query":
            self._secret_param = {auth.name: secret}
        else:
            user, colon, password = secret.partition(":")
            if not colon:
                raise SettingsError(f"{name}: expected user:password.")
            self._login = (user, password)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, question: Question, *, page: int) -> Answer:
        """Return the answer; tried again where that may help.

        Raises
        ------
        SourceFailed
            If none came that can be used.
        """
        where = f"{self._path}: page {page}"
        waits = self._patience.waits()
        while True:
            try:
                return self._once(question, where)
            except _Broken as err:
                wait = next(waits, None)
                if wait is None or err.wait_s > _MAX_ASKED_WAIT_S:
                    tried = f"tried {self._patience.attempts} times"
                    if err.wait_s > _MAX_ASKED_WAIT_S:
                        tried = f"it asks to wait {err.wait_s:.0f} s"
                    raise SourceFailed(f"{where}: {err.reason} ({tried}).") from None
                self._patience.pause(max(wait, err.wait_s))

    def _once(self, question: Question, where: str) -> Answer:
        url = httpx.URL(question.url)
        sent: dict[str, Any] = {}
        if self._described.method == "POST":
            sent["json"] = dict(question.params)
        else:
            url = url.copy_merge_params({k: _plain(v) for k, v in question.params.items()})
        for _ in range(_MAX_REDIRECTS + 1):
            if _origin(url) != self._origin:
                raise SourceFailed(
                    f"{where}: leads to another host or scheme than base_url, which is not "
                    "followed: credentials would go along. If it is right, write it as base_url."
                )
            self._keep_rate()
            try:
                status, headers, body, target = self._get(url, sent, where)
            except (httpx.TransportError, httpx.DecodingError) as err:
                raise _Broken(f"the server does not answer ({type(err).__name__})") from None
            if status not in _REDIRECTS:
                return self._read(status, headers, body, where)
            if not target or (self._described.method == "POST" and status not in (307, 308)):
                raise SourceFailed(f"{where}: is redirected to nowhere; is path right?")
            try:
                url = url.join(target)
            except (httpx.InvalidURL, ValueError):
                raise SourceFailed(f"{where}: is redirected to what is no address.") from None
        raise SourceFailed(f"{where}: is redirected more than {_MAX_REDIRECTS} times.")

    def _get(
        self, url: httpx.URL, sent: Mapping[str, Any], where: str
    ) -> tuple[int, httpx.Headers, bytes, str]:
        limit = self._described.max_page_mb * _MEGABYTE
        until = time.monotonic() + _MAX_DRIPS * self._described.timeout_s
        signed = url.copy_merge_params(self._secret_param) if self._secret_param else url
        auth = httpx.BasicAuth(*self._login) if self._login else None
        with (
            _muted(),
            self._client.stream(self._described.method, signed, auth=auth, **sent) as response,
        ):
            body = bytearray()
            if response.status_code not in _REDIRECTS:
                for part in response.iter_bytes():
                    body += part
                    self._bytes += len(part)
                    if len(body) > limit:
                        raise SourceFailed(
                            f"{where}: is larger than {self._path}.max_page_mb "
                            f"({self._described.max_page_mb:g}); ask for smaller pages, or raise "
                            "it."
                        )
                    if self._bytes > self._described.max_load_mb * _MEGABYTE:
                        raise SourceFailed(
                            f"{where}: more came than {self._path}.max_load_mb "
                            f"({self._described.max_load_mb:g}); raise it, or load the past from "
                            "files with --input."
                        )
                    if time.monotonic() > until:
                        raise _Broken("the answer does not come to an end")
            links = response.links.get("next", {})
            headers = response.headers.copy()
            headers["x-next"] = links.get("url", "")
            return (
                response.status_code,
                headers,
                bytes(body),
                response.headers.get("location", ""),
            )

    def _read(self, status: int, headers: httpx.Headers, body: bytes, where: str) -> Answer:
        if status in _TRY_AGAIN:
            raise _Broken(f"the server answers with status {status}", _asked_wait(headers))
        if status in (401, 403):
            auth = self._described.auth
            fix = f"is {auth.env} right?" if auth.env else "write auth."
            raise SourceFailed(f"{where}: the server refuses access (status {status}); {fix}")
        if not 200 <= status < 300:
            raise SourceFailed(
                f"{where}: the server answers with status {status}; are base_url, path and params "
                "right?"
            )
        if not body.strip():
            return Answer(None, headers["x-next"], b"")
        try:
            found = json.loads(body, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            is_page = body.lstrip()[:1] == b"<"
            kind = "a web page (HTML) or XML" if is_page else "broken JSON"
            raise _Broken(f"the answer is {kind}; are base_url and path right?") from None
        return Answer(found, headers["x-next"], body)

    def _keep_rate(self) -> None:
        """Wait until another request is within the rate."""
        interval = 60.0 / self._described.rate
        now = time.monotonic()
        if self._asked_at is not None and now - self._asked_at < interval:
            wait = interval - (now - self._asked_at)
            self._patience.pause(wait)
            now += wait
        self._asked_at = now


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value


def _asked_wait(headers: httpx.Headers) -> float:
    """Return the seconds that ``Retry-After`` asks for; a date is read by the server's clock."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:12])
    try:
        until = parsedate_to_datetime(said)
        return max((until - parsedate_to_datetime(headers.get("date", ""))).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return 0.0


@contextmanager
def _muted() -> Iterator[None]:
    """Keep the addresses that httpx logs to ourselves: a query can hold a secret."""
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
