"""insignia.http.exchange: one guarded request, whatever the status, as webhooks need it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from insignia.errors import ResolveError
from insignia.http import Answer, Limits, exchange

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])
ORIGIN = "https://hooks.example"


class Handler(BaseHTTPRequestHandler):
    """Repeats what it got; the path says what to answer."""

    server: Server

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body: bytes) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        name, _, rest = self.path.strip("/").partition("/")
        if name == "to":
            self.reply(302, b"moved", Location=f"/{rest}" if rest else "https://169.254.169.254/")
        elif name == "coded":
            self.reply(500, b"x", Content_Encoding="gzip")
        elif name == "bare":
            self.reply(302, b"nowhere")
        else:
            self.reply(int(name), b"said: " + body)

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    asked: list[tuple[str, str, dict[str, str], bytes]]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def send(server: Server, method: str, path: str, **options: Any) -> Answer:
    maps = {ORIGIN: f"http://127.0.0.1:{server.server_address[1]}"}
    headers = options.pop("headers", {})
    return exchange(method, f"{ORIGIN}{path}", headers=headers, maps=maps, **options)


def code(call: Any) -> str:
    with pytest.raises(ResolveError) as caught:
        call()
    return caught.value.code


def test_a_post_arrives_as_it_was_sent(server: Server) -> None:
    answer = send(server, "POST", "/202/x?a=1", body=b'{"n":1}', headers={"Webhook-Id": "m1", "Host": "evil"})
    method, path, headers, body = server.asked[0]
    assert (method, path, body) == ("POST", "/202/x?a=1", b'{"n":1}')
    assert headers["Webhook-Id"] == "m1"
    assert headers["Host"] == f"127.0.0.1:{server.server_address[1]}"
    assert (answer.status, answer.content, answer.url) == (202, b'said: {"n":1}', f"{ORIGIN}/202/x?a=1")
    assert answer.headers["content-length"] == "13"


@pytest.mark.parametrize("status", [200, 204, 404, 410, 500])
def test_every_status_is_an_answer(server: Server, status: int) -> None:
    answer = send(server, "GET", f"/{status}")
    assert answer.status == status
    assert answer.content == (b"" if status == 204 else b"said: ")


def test_a_get_follows_redirects_and_a_post_does_not(server: Server) -> None:
    assert send(server, "GET", "/to/200").url == f"{ORIGIN}/200"
    assert send(server, "POST", "/to/200", body=b"signed").status == 302
    assert [asked[0] for asked in server.asked] == ["GET", "GET", "POST"]
    assert send(server, "GET", "/bare").status == 302


def test_redirects_are_counted_and_each_hop_is_guarded(server: Server) -> None:
    assert (
        code(lambda: send(server, "GET", "/to/to/200", limits=Limits(redirects=1)))
        == ResolveError.BAD_RESPONSE
    )
    assert code(lambda: send(server, "GET", "/to/")) == ResolveError.BLOCKED


def test_a_long_body_is_cut_only_when_asked_for(server: Server) -> None:
    small = Limits(size=10)
    assert send(server, "POST", "/500", body=b"y" * 500, limits=small, cut=True).content == b"said: yyyy"
    assert code(lambda: send(server, "POST", "/500", body=b"y" * 500, limits=small)) == ResolveError.TOO_LARGE


def test_a_coded_body_is_refused(server: Server) -> None:
    assert code(lambda: send(server, "GET", "/coded")) == ResolveError.BAD_RESPONSE


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0x7f000001/",
        "https://user@hooks.example/",
        "ftp://hooks.example/",
    ],
)
def test_what_is_not_reached(url: str) -> None:
    assert code(lambda: exchange("POST", url, headers={}, body=b"")) == ResolveError.BLOCKED


def test_a_rebinding_name_is_blocked() -> None:
    answers = iter([["93.184.216.34", "10.0.0.7"]])

    def lookup(host: str, port: int) -> list[str]:
        return next(answers)

    call = partial(exchange, "POST", "https://name.example/", headers={}, lookup=lookup)
    assert code(call) == ResolveError.BLOCKED


def test_http_only_when_asked_for(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr("insignia.http.guard.is_public", lambda address: True)
    answer = exchange(
        "GET",
        f"http://name.invalid:{server.server_address[1]}/200",
        headers={},
        allow_http=True,
        lookup=lambda host, port: ["127.0.0.1"],
    )
    assert answer.status == 200
