"""Documents over https, for whoever may open connections."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin

from insignia import contexts
from insignia.errors import ResolveError
from insignia.http.exchange import REDIRECTS, Answer, Limits
from insignia.http.guard import Lookup, blocked, destination, read_maps, system_lookup
from insignia.resolver import Document, Purpose

if TYPE_CHECKING:
    import ssl

    from insignia.http.transport import Deadline

_ACCEPT: Final = {
    Purpose.CONTROLLER: "application/did+json, application/did+ld+json, application/json, */*;q=0.1",
    Purpose.KEY: "application/jwk+json, application/jwk-set+json, application/json, */*;q=0.1",
    Purpose.STATUS: "application/vc, application/vc+jwt, application/json, */*;q=0.1",
    Purpose.CREDENTIAL: "application/vc, application/vc+jwt, application/json, image/png, */*;q=0.1",
}
_JSON: Final = "application/ld+json, application/json, */*;q=0.1"


class HttpResolver:
    """Fetches what is not bundled with Insignia over https, from public addresses only.

    `maps` sends an https origin to another server, such as a local one: `{"https://example.org":
    "http://127.0.0.1:8000"}`; its documents then say `mapped to …` and the guard does not look at that one
    server. `only_mapped` refuses every other origin. `allow_contexts` permits contexts that are not
    bundled. `lookup` resolves names; `clock` counts seconds. Safe to be shared by threads.
    """

    def __init__(
        self,
        *,
        maps: Mapping[str, str] | None = None,
        only_mapped: bool = False,
        allow_contexts: bool = False,
        allow_http: bool = False,
        limits: Limits | None = None,
        lookup: Lookup = system_lookup,
        clock: Callable[[], float] = time.monotonic,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._schemes = ("https", "http") if allow_http else ("https",)
        self._maps = read_maps(maps)
        self._only_mapped = only_mapped
        self._allow_contexts = allow_contexts
        self._limits = limits or Limits()
        self._lookup = lookup
        self._clock = clock
        self._ssl_context = ssl_context
        self._cache: OrderedDict[str, tuple[float, Document]] = OrderedDict()
        self._cached_bytes = 0
        self._lock = Lock()

    @property
    def mapped(self) -> Mapping[str, str]:
        """The origins that are sent elsewhere, for the report to name."""
        return dict(self._maps)

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document at `url`. Raises ResolveError: not-found (404), gone (410), blocked, timeout,
        too-large, unreachable, bad-response, and offline for an origin that is not mapped."""
        content = contexts.bundled(url)
        if content is not None:
            return Document(url, content, "application/json", "bundled")
        if purpose is Purpose.CONTEXT and not self._allow_contexts:
            raise blocked(url, "a context that is bundled with Insignia", "another one")
        key = urldefrag(url)[0] if isinstance(url, str) else url
        cached = self._cached(key)
        if cached is None:
            cached = self._fetch(key, _ACCEPT.get(purpose, _JSON))
            self._keep(key, cached)
        return Document(url, cached.content, cached.media_type, cached.source, cached.final_url)

    def _fetch(self, url: str, accept: str) -> Document:
        from insignia.http.transport import Deadline

        deadline = Deadline(self._clock, self._clock() + self._limits.seconds)
        here = url
        for _ in range(self._limits.redirects + 1):
            answer, source = self._get(here, accept, deadline)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return _document(url, here, answer, source)
            here = urldefrag(urljoin(here, answer.headers["location"]))[0]
        raise ResolveError.at(
            url,
            expected=f"at most {self._limits.redirects} redirects",
            got="more",
            code=ResolveError.BAD_RESPONSE,
        )

    def _get(self, url: str, accept: str, deadline: Deadline) -> tuple[Answer, str]:
        from insignia.http import transport

        target, addresses, source = destination(
            url,
            schemes=self._schemes,
            maps=self._maps,
            only_mapped=self._only_mapped,
            lookup=self._lookup,
        )
        answer = transport.get(
            url,
            target,
            addresses,
            deadline=deadline,
            max_bytes=self._limits.size,
            accept=accept,
            ssl_context=self._ssl_context,
        )
        return answer, source

    def _cached(self, url: str) -> Document | None:
        with self._lock:
            until, document = self._cache.get(url, (0.0, None))
            if document is None or self._clock() >= until:
                return None
            self._cache.move_to_end(url)
            return document

    def _keep(self, url: str, document: Document) -> None:
        with self._lock:
            _, old = self._cache.pop(url, (0.0, None))
            self._cached_bytes += len(document.content) - (len(old.content) if old else 0)
            self._cache[url] = (self._clock() + self._limits.cache_seconds, document)
            while self._cache and (
                len(self._cache) > self._limits.cached or self._cached_bytes > self._limits.cached_bytes
            ):
                _, (_, dropped) = self._cache.popitem(last=False)
                self._cached_bytes -= len(dropped.content)


def _document(url: str, final_url: str, answer: Answer, source: str) -> Document:
    if answer.status == 200:
        media_type = answer.headers.get("content-type")
        return Document(url, answer.content, media_type, source, None if final_url == url else final_url)
    code = {404: ResolveError.NOT_FOUND, 410: ResolveError.GONE}.get(answer.status, ResolveError.BAD_RESPONSE)
    raise ResolveError.at(url, expected="a document (status 200)", got=f"status {answer.status}", code=code)
