"""How often one visitor may ask: for pages without an account that cost work or write rows.

The counts lie in the cache, so all processes share them. allauth counts sign-in, sign-up and password reset
itself; the API counts by client. When the cache does not answer, a limit lets everybody through, unless it
guards somebody (docs/operating.md).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from insignia_server.kit.cache_errors import CACHE_ERRORS

log = structlog.get_logger(__name__)
View = Callable[..., HttpResponse]
_IPV6_NETWORK: Final = 64  # what one visitor is given by a provider


def limited(
    name: str, *, count: Callable[[], int], seconds: int, clock: Callable[[], float] = time.time
) -> Callable[[View], View]:
    """A view whose POST each visitor may send `count()` times in `seconds`; then the page 429 with
    Retry-After. GET is free."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = 0 if request.method != "POST" else take(name, visitor(request), count(), seconds, clock())
            return too_many(request, seconds=wait) if wait else view(request, *args, **kwargs)

        return checked

    return decorate


def take(name: str, who: str, count: int, seconds: int, now: float, *, guards: bool = False) -> int:
    """Count one more; 0, or the seconds until the next one is allowed.

    `guards`: the limit protects people; when the cache does not answer, its error is raised, which
    `FailuresInWords` makes the page 503. Otherwise the request is not counted.
    """
    try:
        return _count(name, who, count, seconds, now)
    except CACHE_ERRORS as error:
        if guards:
            raise
        log.warning("not counted, since the cache does not answer", limit=name, error=repr(error)[:200])
        return 0


def _count(name: str, who: str, count: int, seconds: int, now: float) -> int:
    window = int(now // seconds)
    key = f"limit:{name}:{who}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        used = cache.incr(key)
    except ValueError:  # it was pushed out of the cache just now
        used = 1
    cache.touch(key, timeout=seconds)
    return max(1, int((window + 1) * seconds - now)) if used > count else 0


def visitor(request: HttpRequest) -> str:
    """The visitor's address, of IPv6 the network: what allauth counts by too."""
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False).network_address)
    return str(getattr(address, "ipv4_mapped", None) or address)


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """The page that says so."""
    response = render(request, "kit/429.html", status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
