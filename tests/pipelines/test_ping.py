from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipelines.ping import PING_VARIABLE, ping
from tests.pipelines.loopback import free_port


class _Watcher(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.status, self.location = 200, ""


class _Handler(BaseHTTPRequestHandler):
    server: _Watcher

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def watcher() -> Iterator[_Watcher]:
    server = _Watcher()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def _address(server: _Watcher) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/secret-1"


def test_the_address_is_asked_for_once(watcher: _Watcher) -> None:
    assert ping({PING_VARIABLE: _address(watcher)}) == ""
    assert watcher.asked == ["/secret-1"]


def test_without_an_address_nothing_is_sent(watcher: _Watcher) -> None:
    assert ping({}) == ""
    assert watcher.asked == []


def test_no_redirect_is_followed(watcher: _Watcher) -> None:
    watcher.status = 302
    watcher.location = _address(watcher) + "/elsewhere"
    said = ping({PING_VARIABLE: _address(watcher)})
    assert said == "Ping not taken: the watcher answered 302. The run stands."
    assert watcher.asked == ["/secret-1"]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/secret-1",
        "secret-1",
        "http://[secret-1",
        "http://user:secret-1@127.0.0.1:notaport/",
    ],
)
def test_an_odd_address_fails_no_run_and_is_not_said(address: str) -> None:
    said = ping({PING_VARIABLE: address})
    assert said
    assert "secret-1" not in said


def test_nobody_there_fails_no_run() -> None:
    said = ping({PING_VARIABLE: f"http://127.0.0.1:{free_port()}/secret-1"})
    assert "Ping not sent (URLError)" in said
    assert "secret-1" not in said
