"""A real mail server and a real web server on loopback, which can be told to fail."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.pipelines.loopback import free_port


@dataclass
class MailServer:
    """What came in, and what the next messages are answered."""

    port: int = 0
    envelopes: list[Any] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # to DATA, used up one by one
    refused: dict[str, str] = field(default_factory=dict)  # to RCPT, by recipient
    then: Any = None  # called when a message has been accepted, before the answer goes out

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(it.content, policy=default) for it in self.envelopes]  # type: ignore[misc]

    def url(self, *to: str, **more: str) -> str:
        query = "".join(f"&{name}={value}" for name, value in more.items())
        return (
            f"mailto://127.0.0.1:{self.port}?smtp=127.0.0.1&from=outlook@acme.example"
            f"&to={','.join(to or ('cx@acme.example',))}{query}"
        )

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            answer = self.answers.pop(0)
            if not answer.startswith("250"):
                return answer
        self.envelopes.append(envelope)
        if self.then is not None:
            self.then()
        return "250 accepted"


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, account: str = "") -> Iterator[MailServer]:
    """Yield a mail server that listens; with TLS it takes the account `name:password` alone."""
    handler = MailServer(port=free_port())

    def knows(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == account, handled=False)

    secured: dict[str, Any] = {}
    if tls is not None:
        secured = {"tls_context": tls, "require_starttls": True}
        secured |= {"auth_required": True, "authenticator": knows}
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, **secured)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


@dataclass
class Hook:
    """What a webhook was sent, and how it answers: a status each, then 200; 0 hangs."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    always: int = 200
    received: list[dict[str, Any]] = field(default_factory=list)
    tries: int = 0
    hang_s: float = 3.0
    then: Any = None  # called when a message has come in, before the answer goes out

    @property
    def url(self) -> str:
        return self.address.replace("http://", "json://") + "/hooks/t0kenPath"


@contextmanager
def web_server() -> Iterator[Hook]:
    """Yield a webhook that listens."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.tries += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = hook.answers.pop(0) if hook.answers else hook.always
            if status == 0:
                time.sleep(hook.hang_s)
                return
            if status == 200:
                key = self.headers.get("Idempotency-Key")
                hook.received.append({"key": key, "path": self.path, **json.loads(body)})
                if hook.then is not None:
                    hook.then()
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", "/elsewhere")
            if status == 429:
                self.send_header("Retry-After", "1")
            with contextlib.suppress(OSError):  # who asked may be gone
                self.end_headers()

        def do_GET(self) -> None:  # where a redirect would lead
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
