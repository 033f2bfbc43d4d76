"""POST /vc-api/credentials/verify before Django: proof only, without the ORM. docs/adr/0012-api.md.

Only a good proof of a known caller is answered here. Everything else (another check, a proof that does not
hold, a key that is not remembered) goes on to Django, which finds the words for it.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import close_old_connections, connection
from django.http.request import split_domain_port, validate_host

from insignia import strict_json, verification
from insignia.credential import Kind, from_json
from insignia.errors import InsigniaError, ResolveError
from insignia.resolver import Document, OfflineResolver, Purpose
from insignia_server.api import limits
from insignia_server.organisations.roles import Permission

if TYPE_CHECKING:
    from insignia_server.organisations.models import ApiClient

PATH: Final = "/vc-api/credentials/verify"
REMEMBERED: Final = 30.0  # seconds that a key is believed without asking the database
FRESH: Final = 1.0  # seconds that a DID document of this instance is believed
MOST: Final = 10_000
ANSWER: Final = b'{"verified": true}'
PROOF: Final = ("proof",)
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


@dataclass(slots=True)
class Known:
    """A key that Django has found good, until when that is believed, and what it may still ask."""

    client: str
    a_minute: int
    until: float
    full_at: float | None = None


_known: dict[str, Known] = {}
_documents: dict[str, tuple[float, Document]] = {}
_lock = threading.Lock()


def remember(header: str, client: ApiClient, *, clock: Callable[[], float] = time.monotonic) -> None:
    """Django has read this `Authorization` header and found a client that may read."""
    if Permission.READ not in client.scopes:
        return
    with _lock:
        before = _known.get(header)
        if len(_known) >= MOST:
            _known.clear()
        full_at = before.full_at if before else None
        _known[header] = Known(str(client.pk), client.a_minute, clock() + REMEMBERED, full_at)


def forget() -> None:
    """Everything that this process remembers (tests)."""
    _known.clear()
    _documents.clear()


class Local:
    """DID documents of this instance, each asked of the database once a second; no other server is asked."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._bundled = OfflineResolver()

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document. Raises ResolveError."""
        try:
            return self._bundled.resolve(url, purpose)
        except ResolveError:
            if purpose not in (Purpose.CONTROLLER, Purpose.KEY):
                raise
        now = self._clock()
        found = _documents.get(url)
        if found is not None and found[0] > now:
            return found[1]
        from insignia_server.issuers.resolver import LocalResolver

        if not connection.in_atomic_block:  # as Django does when a request begins
            close_old_connections()
        document = LocalResolver().resolve(url, purpose)
        with _lock:
            if len(_documents) >= MOST:
                _documents.clear()
            _documents[url] = now + FRESH, document
        return document


class FastVerify:
    """The WSGI application in front of Django."""

    def __init__(self, django: Application, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._django, self._clock = django, clock
        self._resolver = Local(clock=clock)
        self._hosts: set[str] = set()
        self._headers = _security_headers()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer, or hand on."""
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") != "POST":
            return self._django(environ, start_response)
        allowed = self._allowed(environ)
        if allowed is None:
            return self._django(environ, start_response)
        if allowed:
            return self._wait(allowed, start_response)
        body = _body(environ)
        if body is None:
            return self._django(environ, start_response)
        if _holds(body, self._resolver):
            start_response("200 OK", [*self._headers, ("Content-Length", str(len(ANSWER)))])
            return [ANSWER]
        environ["wsgi.input"] = io.BytesIO(body)
        return self._django(environ, start_response)

    def _allowed(self, environ: dict[str, Any]) -> float | None:
        """0: go on. More: seconds to wait. None: Django decides."""
        if not self._host(environ) or (settings.SECURE_SSL_REDIRECT and not _is_https(environ)):
            return None
        header = environ.get("HTTP_AUTHORIZATION", "")
        if not header and settings.VC_API_OPEN:
            return 0.0
        known = _known.get(header)
        now = self._clock()
        if known is None or known.until < now:
            return None
        known.full_at, wait = limits.spend(known.full_at, known.a_minute, now)
        return wait

    def _host(self, environ: dict[str, Any]) -> bool:
        host = environ.get("HTTP_HOST", "")
        if host in self._hosts:
            return True
        domain, _port = split_domain_port(host)
        good = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
        if good and len(self._hosts) < 100:
            self._hosts.add(host)
        return good

    def _wait(self, seconds: float, start_response: Start) -> Iterable[bytes]:
        body = (
            b'{"type": "about:blank", "title": "Too Many Requests", "status": 429, '
            b'"detail": "Too many requests. Retry-After says when to come again."}'
        )
        headers = [pair for pair in self._headers if pair[0] != "Content-Type"]
        start_response(
            "429 Too Many Requests",
            [
                *headers,
                ("Content-Type", "application/problem+json"),
                ("Retry-After", str(math.ceil(seconds))),
                ("Content-Length", str(len(body))),
            ],
        )
        return [body]


def _holds(body: bytes, resolver: Local) -> bool:
    """Whether it asks for the proof alone, and the proof holds. What is unclear is false."""
    try:
        request = strict_json.loads(body)
        options = request.get("options") if isinstance(request, dict) else None
        if not isinstance(options, dict) or options.get("checks") != ["proof"]:
            return False
        given = request.get("verifiableCredential")
        if not isinstance(given, dict) or "proof" not in given:
            return False
        secured = from_json(given, content=body)
        if secured.kind is Kind.PRESENTATION:
            return False
        report = verification.verify(secured, resolver=resolver, now=dt.datetime.now(dt.UTC), checks=PROOF)
        return report.valid
    except (InsigniaError, RecursionError):
        return False


def _body(environ: dict[str, Any]) -> bytes | None:
    """The body; None when its length is not known or too much, and it was not read."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or -1)
    except ValueError:
        return None
    if not 0 < length <= limits.JSON_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    return body


def _is_https(environ: dict[str, Any]) -> bool:
    proxy = settings.SECURE_PROXY_SSL_HEADER
    if proxy and proxy[0] in environ:
        return bool(environ[proxy[0]].split(",")[0].strip() == proxy[1])
    return environ.get("wsgi.url_scheme") == "https"


def _security_headers() -> list[tuple[str, str]]:
    """What the middleware sets on every answer of Django."""
    found = [
        ("Content-Type", "application/json"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]
    if settings.SECURE_HSTS_SECONDS:
        found.append(("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"))
    return found
