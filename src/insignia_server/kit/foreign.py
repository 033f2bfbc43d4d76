"""Documents of other servers, within so many seconds for a whole verification: nobody waits for strangers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings

from insignia.errors import ResolveError
from insignia.http import HttpResolver, Limits
from insignia.resolver import Document, OfflineResolver, Purpose

A_SECOND: Final = 1.0  # of a request's thread
SIZE: Final = 2 * 1024 * 1024
ONE: Final = 15.0  # seconds for one document, where there are more


class Within:
    """A resolver that answers bundled documents always, others until `seconds` are used up. What was had once
    is not asked for again."""

    def __init__(self, seconds: float = A_SECOND, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = self._left = seconds
        self._clock = clock
        self._bundled = OfflineResolver()
        self._had: dict[tuple[str, Purpose], Document] = {}

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document. Raises ResolveError, with the code timeout once the time is used up."""
        try:
            return self._bundled.resolve(url, purpose)
        except ResolveError:
            if (url, purpose) in self._had:
                return self._had[url, purpose]
            if self._left <= 0.01:
                raise ResolveError.at(
                    url,
                    expected=f"all answers within {self._seconds:g} s",
                    got="none",
                    code=ResolveError.TIMEOUT,
                ) from None
        started = self._clock()
        try:
            limits = Limits(size=SIZE, seconds=min(self._left, ONE), redirects=3)
            maps = getattr(settings, "FETCH_MAPS", None)
            found = HttpResolver(maps=maps, limits=limits).resolve(url, purpose)
            self._had[url, purpose] = found
            return found
        finally:
            self._left -= self._clock() - started
