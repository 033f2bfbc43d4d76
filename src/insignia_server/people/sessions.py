"""The list of a person's sessions: when and from where each was last seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.http import HttpRequest, HttpResponse

EVERY: Final = 60.0  # seconds between two notes of the same session by one process
FROM: Final = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT")
MOST: Final = 10_000  # sessions a process remembers


class SessionsSeen:
    """Notes a session once a minute, not for each page, which would write a row each time; at once when it
    comes from another address or another program."""

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponse], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._answer = get_response
        self._note: Callable[[HttpRequest], HttpResponse] = UserSessionsMiddleware(get_response)
        self._clock = clock
        self._noted: dict[tuple[str | None, ...], float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if not key:
            return self._answer(request)
        meta = request.META
        seen = (key, *(meta.get(name) for name in FROM))
        now = self._clock()
        if now - self._noted.get(seen, -EVERY) < EVERY:
            return self._answer(request)
        if len(self._noted) >= MOST:
            self._noted.clear()
        self._noted[seen] = now
        return self._note(request)
