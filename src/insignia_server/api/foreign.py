"""Documents of other servers, within one second for a whole request: a thread does not wait for strangers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings

from insignia.errors import ResolveError
from insignia.http import HttpResolver, Limits
from insignia.resolver import Document, OfflineResolver, Purpose

BUDGET: Final = 1.0
SIZE: Final = 2 * 1024 * 1024


class WithinASecond:
    """A resolver that answers bundled documents always, others until `seconds` are used up."""

    def __init__(self, seconds: float = BUDGET, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._left, self._clock = seconds, clock
        self._bundled = OfflineResolver()

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document. Raises ResolveError, with the code timeout once the time is used up."""
        try:
            return self._bundled.resolve(url, purpose)
        except ResolveError:
            if self._left <= 0.01:
                raise ResolveError.at(
                    url, expected="an answer within a second", got="none", code=ResolveError.TIMEOUT
                ) from None
        started = self._clock()
        try:
            limits = Limits(size=SIZE, seconds=self._left, redirects=3)
            return HttpResolver(maps=getattr(settings, "FETCH_MAPS", None), limits=limits).resolve(
                url, purpose
            )
        finally:
            self._left -= self._clock() - started
