"""How much a client may ask: requests a minute, and bytes a request."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from insignia_server.api.problems import Problem
from insignia_server.kit.cache_errors import CACHE_ERRORS

log = structlog.get_logger(__name__)

JSON_BYTES: Final = 8 * 1024 * 1024
UPLOAD_BYTES: Final = 64 * 1024 * 1024
BURST: Final = 60  # seconds of its allowance that a client may use at once


def spend(full_at: float | None, a_minute: int, now: float, *, burst: float = BURST) -> tuple[float, float]:
    """One token out of a bucket. (when the bucket is full again, seconds to wait: 0 when there was a token).

    The bucket is one number: a token costs `60 / a_minute` seconds, and there are `burst` seconds in it.
    """
    cost = 60 / max(a_minute, 1)
    start = max(full_at or now, now)
    wait = start + cost - now - max(burst, cost)
    return (start, wait) if wait > 1e-6 else (start + cost, 0.0)


def take(client_key: str, a_minute: int, *, clock: Callable[[], float] = time.time) -> None:
    """Count a request of a client; the bucket lies in the cache, so all processes share it.

    Two requests at the same instant may take the same token: the limit guards the server, it sells nothing.
    When the cache does not answer, requests are let through.

    Raises:
        Problem: 429 with Retry-After.
    """
    name, now = f"api-bucket:{client_key}", clock()
    try:
        full_at, wait = spend(cache.get(name), a_minute, now)
        if not wait:
            cache.set(name, full_at, timeout=BURST * 2)
    except CACHE_ERRORS as error:
        log.warning("not counted, since the cache does not answer", limit="api", error=repr(error)[:200])
        return
    if wait:
        seconds = math.ceil(wait)
        raise Problem(
            429,
            _("More than {count} requests a minute. Wait {seconds} s.").format(
                count=a_minute, seconds=seconds
            ),
            headers={"Retry-After": str(seconds)},
        )


def check_size(request: HttpRequest) -> None:
    """Refuse a body that is too large before it is read, and one that comes in pieces of unknown length:
    WSGI would read it as empty.

    Raises:
        Problem: 413, 411.
    """
    if request.headers.get("Transfer-Encoding") and not request.META.get("CONTENT_LENGTH"):
        raise Problem(411, _("Send the length of the body (Content-Length)."))
    upload = request.content_type == "multipart/form-data"
    most = UPLOAD_BYTES if upload else JSON_BYTES
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > most:
        raise Problem(
            413,
            _("The body has {length} bytes; {most} are allowed.").format(length=length, most=most),
        )
