"""insignia.http: the networked resolver against servers on this machine, and its guard."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from insignia.errors import ResolveError
from insignia.http import HttpResolver, Limits, is_public
from insignia.http.guard import public_addresses, read_url, system_lookup
from insignia.resolver import Purpose

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])
ORIGIN = "https://issuer.example"


class Handler(BaseHTTPRequestHandler):
    """Answers by path; counts what was asked."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        name = "do_" + self.path.strip("/").partition("?")[0].replace("-", "_")
        getattr(self, name, self.do_doc)()

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_doc(self) -> None:
        self.reply(200, b'{"id":1}', Content_Type="application/did+json")

    def do_missing(self) -> None:
        self.reply(404)

    def do_gone(self) -> None:
        self.reply(410)

    def do_broken(self) -> None:
        self.reply(500)

    def do_big(self) -> None:
        self.reply(200, b"x" * 5000)

    def do_coded(self) -> None:
        self.reply(200, b"\x1f\x8b", Content_Encoding="gzip")

    def do_hop(self) -> None:
        self.reply(302, Location="/doc?hopped#part")

    def do_loop(self) -> None:
        self.reply(307, Location="/loop")

    def do_to_loopback(self) -> None:
        self.reply(302, Location=f"http://127.0.0.1:{self.server.server_address[1]}/doc")

    def do_to_metadata(self) -> None:
        self.reply(301, Location="https://169.254.169.254/latest/meta-data/")

    def do_not_modified(self) -> None:
        self.reply(302)

    def do_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def do_nonsense(self) -> None:
        self.wfile.write(b"this is not HTTP\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    asked: list[tuple[str, dict[str, str]]]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of these tests."""


@contextmanager
def running() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as running_server:
        yield running_server


@pytest.fixture
def local(server: Server) -> str:
    server.asked.clear()
    return f"http://127.0.0.1:{server.server_address[1]}"


def no_lookup(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


def mapped(local: str, **options: Any) -> HttpResolver:
    return HttpResolver(maps={ORIGIN: local}, **{"lookup": no_lookup, **options})


def code(resolver: HttpResolver, url: str, purpose: Purpose = Purpose.CONTROLLER) -> str:
    with pytest.raises(ResolveError) as caught:
        resolver.resolve(url, purpose)
    return caught.value.code


def test_a_mapped_document_keeps_type_and_says_where_it_came_from(local: str, server: Server) -> None:
    document = mapped(local).resolve(f"{ORIGIN}/a/did.json#key", Purpose.CONTROLLER)
    assert document.content == b'{"id":1}'
    assert document.media_type == "application/did+json"
    assert document.source == f"mapped to {local}/a/did.json"
    assert document.final_url is None
    path, headers = server.asked[0]
    assert path == "/a/did.json"
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("missing", ResolveError.NOT_FOUND),
        ("gone", ResolveError.GONE),
        ("broken", ResolveError.BAD_RESPONSE),
        ("coded", ResolveError.BAD_RESPONSE),
        ("loop", ResolveError.BAD_RESPONSE),
        ("nonsense", ResolveError.BAD_RESPONSE),
        ("not-modified", ResolveError.BAD_RESPONSE),
        ("to-loopback", ResolveError.BLOCKED),
        ("to-metadata", ResolveError.BLOCKED),
    ],
)
def test_what_a_server_may_answer(local: str, path: str, expected: str) -> None:
    resolver = mapped(local, lookup=lambda host, port: [host])
    assert code(resolver, f"{ORIGIN}/{path}") == expected


def test_redirects_are_followed_and_named(local: str) -> None:
    document = mapped(local).resolve(f"{ORIGIN}/hop", Purpose.CREDENTIAL)
    assert document.final_url == f"{ORIGIN}/doc?hopped"


def test_a_body_is_cut_off_while_it_streams(local: str) -> None:
    assert code(mapped(local, limits=Limits(size=4999)), f"{ORIGIN}/big") == ResolveError.TOO_LARGE
    assert len(mapped(local, limits=Limits(size=5000)).resolve(f"{ORIGIN}/big", Purpose.KEY).content) == 5000


def test_a_slow_drip_ends_at_the_total_limit(local: str) -> None:
    started = time.monotonic()
    assert code(mapped(local, limits=Limits(seconds=0.2)), f"{ORIGIN}/drip") == ResolveError.TIMEOUT
    assert time.monotonic() - started < 0.9


def test_nothing_listens() -> None:
    with running() as stopped:
        port = stopped.server_address[1]
    resolver = mapped(f"http://127.0.0.1:{port}")
    assert code(resolver, f"{ORIGIN}/doc") == ResolveError.UNREACHABLE


def test_the_cache_ends_by_time_and_by_size(local: str, server: Server) -> None:
    now = [0.0]
    resolver = mapped(local, clock=lambda: now[0], limits=Limits(cached=2, cache_seconds=10, cached_bytes=17))

    def asked(*paths: str) -> int:
        server.asked.clear()
        for path in paths:
            resolver.resolve(f"{ORIGIN}/{path}", Purpose.STATUS)
        return len(server.asked)

    assert asked("1", "1#other", "1") == 1
    now[0] = 9.9
    assert asked("1") == 0
    now[0] = 10.0
    assert asked("1") == 1
    assert asked("2", "3") == 2
    assert asked("2", "3") == 0
    assert asked("1") == 1
    small = mapped(local, limits=Limits(cached_bytes=7))
    small.resolve(f"{ORIGIN}/doc", Purpose.STATUS)
    assert small._cached_bytes == 0


def test_bundled_documents_come_first_and_other_contexts_not_at_all(local: str, server: Server) -> None:
    resolver = mapped(local)
    v2 = resolver.resolve("https://www.w3.org/ns/credentials/v2", Purpose.CONTEXT)
    assert v2.source == "bundled"
    assert code(resolver, f"{ORIGIN}/context", Purpose.CONTEXT) == ResolveError.BLOCKED
    assert not server.asked
    allowed = mapped(local, allow_contexts=True)
    assert allowed.resolve(f"{ORIGIN}/context", Purpose.CONTEXT).content == b'{"id":1}'


def test_only_mapped_refuses_all_else(local: str) -> None:
    resolver = mapped(local, only_mapped=True)
    assert code(resolver, "https://other.example/") == ResolveError.OFFLINE
    assert resolver.resolve(f"{ORIGIN}/doc", Purpose.KEY).content
    assert resolver.mapped == {ORIGIN: local}


def test_the_guard_stays_on_for_other_origins(local: str) -> None:
    resolver = mapped(local, lookup=lambda host, port: ["127.0.0.1"])
    assert code(resolver, "https://other.example/") == ResolveError.BLOCKED
    assert code(resolver, "http://issuer.example/") == ResolveError.BLOCKED
    assert code(resolver, "https://issuer.example:8443/") == ResolveError.BLOCKED


def test_http_only_when_asked_for() -> None:
    def lookup(host: str, port: int) -> list[str]:
        return []

    assert code(HttpResolver(lookup=lookup), "http://a.example/") == ResolveError.BLOCKED
    assert code(HttpResolver(lookup=lookup, allow_http=True), "http://a.example/") == ResolveError.UNREACHABLE


def test_a_rebinding_name_is_blocked_and_looked_up_once() -> None:
    calls = []

    def rebinding(host: str, port: int) -> list[str]:
        calls.append(host)
        return ["93.184.216.34", "10.0.0.1"]

    assert code(HttpResolver(lookup=rebinding), "https://rebind.example/") == ResolveError.BLOCKED
    assert calls == ["rebind.example"]


def test_a_name_that_cannot_be_resolved() -> None:
    def failing(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(ResolveError, match="no such host"):
        public_addresses("u", "a.example", 443, failing)
    with pytest.raises(ResolveError, match="no address"):
        public_addresses("u", "a.example", 443, lambda host, port: [])
    assert "127.0.0.1" in system_lookup("127.0.0.1", 80)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.1.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:1::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "fec0::1",
        "2001:db8::1",
        "nonsense",
        "0x7f.1",
        "2130706433",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "100.128.0.1"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "//a.example/",
        "https:///path",
        "https://user@a.example/",
        "https://user:pw@a.example/",
        "https://a.example:22/",
        "https://a.example:0/",
        "https://a.example:70000/",
        "https://a.example:x/",
        "https://a.example\\@b.example/",
        "https://a b.example/",
        "https://a.example/\n",
        "https://ä.example/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://[v1.x:y]/",
        "https://[::zz]/",
        "https://-a.example/",
        "https://a..example/",
        "https://" + "a" * 64 + ".example/",
        "https://a.example/" + "x" * 5000,
        "",
        None,
    ],
)
def test_urls_that_are_blocked_before_any_look_up(url: Any) -> None:
    resolver = HttpResolver(lookup=no_lookup)
    assert code(resolver, url) == ResolveError.BLOCKED


def test_urls_that_are_read() -> None:
    target = read_url("https://A.example:8443/x?y=1#z", schemes=("https",))
    assert (target.origin, target.path) == ("https://a.example:8443", "/x?y=1")
    assert read_url("https://a.example", schemes=("https",)).path == "/"
    assert (
        read_url("https://[2606:4700::1111]:443/", schemes=("https",)).origin == "https://[2606:4700::1111]"
    )
    assert read_url("http://8.8.8.8/", schemes=("http",)).origin == "http://8.8.8.8"


def test_connects_to_the_checked_address_not_to_the_name(local: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guard let through is what is connected to; the name is not resolved a second time."""
    monkeypatch.setattr("insignia.http.guard.is_public", lambda address: True)
    port = local.rpartition(":")[2]
    resolver = HttpResolver(allow_http=True, lookup=lambda host, port: ["127.0.0.1"])
    document = resolver.resolve(f"http://name.invalid:{port}/doc", Purpose.KEY)
    assert document.source == "http"
    assert document.content == b'{"id":1}'


def test_a_tls_handshake_counts_towards_the_limits(local: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insignia.http.guard.is_public", lambda address: True)
    port = local.rpartition(":")[2]
    resolver = HttpResolver(lookup=lambda host, port: ["127.0.0.1"], limits=Limits(seconds=2))
    with pytest.raises(ResolveError) as caught:
        resolver.resolve(f"https://name.invalid:{port}/doc", Purpose.KEY)
    assert caught.value.code in (ResolveError.UNREACHABLE, ResolveError.TIMEOUT)


def test_a_step_after_the_deadline_is_refused(local: str) -> None:
    ticks = iter([0.0, 0.0, 99.0])
    resolver = mapped(local, clock=lambda: next(ticks, 99.0))
    assert code(resolver, f"{ORIGIN}/doc") == ResolveError.TIMEOUT
