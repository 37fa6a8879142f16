"""A real HTTP server on loopback that answers as a test says."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """A request that came."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Reply:
    """What is answered; with ``cut`` the connection ends in the middle of the body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Api:
    """The server: its address, what it was asked, and what it answers to the n-th request."""

    address: str
    answer: Callable[[Asked, int], Reply]
    asked: list[Asked] = field(default_factory=list)


@contextlib.contextmanager
def api() -> Iterator[Api]:
    """Yield a server that runs until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            params = dict(parse_qsl(parts.query))
            request = Asked(self.command, parts.path, params, dict(self.headers), body)
            served.asked.append(request)
            reply = served.answer(request, len(served.asked))
            data = reply.data()
            self.send_response(reply.status)
            self.send_header("content-length", str(len(data)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):  # who asks may go away
                self.wfile.write(data[: len(data) // 2] if reply.cut else data)
            self.close_connection = True

        do_POST = do_GET

        def date_time_string(self, *_: Any) -> str:
            return "Sat, 20 Jan 2024 10:00:00 GMT"

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Api(f"http://127.0.0.1:{server.server_port}", lambda *_: Reply(status=500))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
