"""kit.fetch: foreign servers, from jobs only, behind the guard of the library."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from insignia.errors import ResolveError
from insignia.http import Limits
from insignia_server.kit import fetch as module
from insignia_server.kit.fetch import advice, fetch, post

ORIGIN = "https://issuer.example"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.reply(301, b"", "/doc")
        elif self.path == "/doc":
            self.reply(200, f"accept {self.headers['Accept']}".encode())
        else:
            self.reply(int(self.path.strip("/")), b"no")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(int(self.path.strip("/")), self.headers["Webhook-Id"].encode() + body)

    def reply(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "Application/LD+JSON; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def mapped(settings: Any) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        settings.FETCH_MAPS = {ORIGIN: f"http://127.0.0.1:{server.server_address[1]}"}
        yield
        server.shutdown()
        thread.join()


def test_a_document_comes_with_its_type_and_its_last_url(mapped: None) -> None:
    found = fetch(f"{ORIGIN}/moved", accept="application/json")
    assert (found.url, found.status, found.media_type) == (f"{ORIGIN}/doc", 200, "application/ld+json")
    assert found.content == b"accept application/json"


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, ResolveError.NOT_FOUND), (410, ResolveError.GONE), (500, ResolveError.BAD_RESPONSE)],
)
def test_what_is_no_document(mapped: None, status: int, code: str) -> None:
    with pytest.raises(ResolveError) as caught:
        fetch(f"{ORIGIN}/{status}")
    assert caught.value.code == code
    assert advice(caught.value)


def test_a_post_returns_every_status_and_an_excerpt(mapped: None) -> None:
    response = post(f"{ORIGIN}/503", b"z" * 9000, {"Webhook-Id": "msg_1"})
    assert (response.status, response.delivered) == (503, False)
    assert response.content == b"msg_1" + b"z" * (4096 - 5)
    assert response.headers["content-type"].startswith("Application")
    assert post(f"{ORIGIN}/204", b"", {"Webhook-Id": ""}).delivered
    assert not post(f"{ORIGIN}/302", b"", {"Webhook-Id": ""}).delivered


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X", "a\r\nEvil: 1"),
        ("X\n", "a"),
        ("", "a"),
        ("X", "é"),
        ("host", "evil.example"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
    ],
)
def test_headers_that_could_change_the_request(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="expected a header"):
        post(f"{ORIGIN}/200", b"", {name: value})


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://10.0.0.1:8443/", "http://issuer.example/", "file:///etc/passwd"]
)
def test_the_guard_holds_without_maps(url: str) -> None:
    for call in (lambda: fetch(url), lambda: post(url, b"", {})):
        with pytest.raises(ResolveError) as caught:
            call()
        assert caught.value.code == ResolveError.BLOCKED
        assert "public" in advice(caught.value)


def test_limits_are_the_callers(mapped: None) -> None:
    with pytest.raises(ResolveError) as caught:
        fetch(f"{ORIGIN}/doc", limits=Limits(size=3))
    assert caught.value.code == ResolveError.TOO_LARGE
    assert module.POST.redirects == 0
