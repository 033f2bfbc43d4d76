"""One request to a foreign server, behind the same guard as the resolver's: for webhooks and other calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin

from insignia.errors import ResolveError
from insignia.http.guard import Lookup, destination, read_maps, system_lookup

if TYPE_CHECKING:
    import ssl

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch and the cache may cost: bytes of a body, seconds from first look-up to last byte
    for all hops together, redirects, cached documents, bytes of all of them, seconds that they stay."""

    size: int = 8 * 1024 * 1024
    seconds: float = 15.0
    redirects: int = 5
    cached: int = 256
    cached_bytes: int = 32 * 1024 * 1024
    cache_seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case), the body, and the URL that answered."""

    status: int
    headers: dict[str, str]
    content: bytes = field(repr=False)
    url: str = ""


def exchange(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    limits: Limits | None = None,
    cut: bool = False,
    maps: Mapping[str, str] | None = None,
    allow_http: bool = False,
    lookup: Lookup = system_lookup,
    clock: Callable[[], float] = time.monotonic,
    ssl_context: ssl.SSLContext | None = None,
) -> Answer:
    """Sends one request to a public address and returns the answer, whatever its status.

    A GET follows redirects within `limits`, any other method none: a signed body goes to one server.
    A body longer than `limits.size` is an error, or with `cut` ends there. `maps` as for HttpResolver.
    Raises ResolveError: blocked, timeout, too-large, unreachable, bad-response.
    """
    from insignia.http import transport

    limits = limits or Limits()
    deadline = transport.Deadline(clock, clock() + limits.seconds)
    schemes = ("https", "http") if allow_http else ("https",)
    known = read_maps(maps)
    here = url
    for _ in range(limits.redirects + 1):
        target, addresses, _source = destination(
            here, schemes=schemes, maps=known, only_mapped=False, lookup=lookup
        )
        answer = transport.send(
            method,
            here,
            target,
            addresses,
            headers=headers,
            body=body,
            deadline=deadline,
            max_bytes=limits.size,
            every_status=True,
            cut=cut,
            ssl_context=ssl_context,
        )
        if method != "GET" or answer.status not in REDIRECTS or "location" not in answer.headers:
            return answer
        here = urldefrag(urljoin(here, answer.headers["location"]))[0]
    raise ResolveError.at(
        url, expected=f"at most {limits.redirects} redirects", got="more", code=ResolveError.BAD_RESPONSE
    )
