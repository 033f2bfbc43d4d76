"""Refuses requests that no page can use, and turns what services refuse into answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from insignia_server.kit.cache_errors import CACHE_ERRORS, SECONDS
from insignia_server.kit.errors import Forbidden, Gone, NotHere

log = structlog.get_logger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]
NUL: Final = "\x00"
UPLOADING: Final = ("/console/", "/operator/")  # the only pages that take files larger than a badge
FORM_ROOM: Final = 4 * 1024 * 1024  # for the other fields beside a file


class SoundRequests:
    """400 for a NUL in the address, which PostgreSQL cannot hold; 413 for a body that is too large, before it
    is read. A cookie with a NUL counts as none. The API has limits of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if NUL in value]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before any view, and before the check against CSRF reads the body."""
        programs: bool = getattr(view, "csrf_exempt", False)
        if NUL in request.path or any(
            NUL in name or any(NUL in value for value in values) for name, values in request.GET.lists()
        ):
            return _problem() if programs else render(request, "kit/400.html", status=400)
        if not programs and _length(request) > most_bytes(request.path):
            context = {"most": most_bytes(request.path) - FORM_ROOM, "sent": _length(request)}
            return render(request, "kit/413.html", context, status=413)
        return None


def _problem() -> HttpResponse:
    """The same for programs (RFC 9457)."""
    problem = {"title": "There is a NUL character in the address.", "status": 400}
    return JsonResponse(problem, status=400, content_type="application/problem+json")


def most_bytes(path: str) -> int:
    """How large the body of a form may be at this address."""
    most: int = settings.MAX_UPLOAD_BYTES if path.startswith(UPLOADING) else settings.MAX_VERIFY_BYTES
    return most + FORM_ROOM


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class FailuresInWords:
    """`Forbidden` becomes 403 with its sentence, `NotHere` 404, `Gone` 410, what no database can hold 400, a
    cache that does not answer 503."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for an exception of a service; None for all others."""
        if isinstance(exception, Forbidden):
            return render(request, "kit/403.html", {"sentence": str(exception)}, status=403)
        if isinstance(exception, NotHere):
            return render(request, "kit/404.html", status=404)
        if isinstance(exception, Gone):
            return render(request, "kit/410.html", {"sentence": str(exception)}, status=410)
        if isinstance(exception, DataError):  # such as a NUL in a field that no form has looked at
            log.error("the database refused a value", path=request.path, exc_info=exception)
            return render(request, "kit/400.html", status=400)
        if isinstance(exception, CACHE_ERRORS):  # where requests are counted to protect somebody
            log.error("the cache does not answer", path=request.path, error=repr(exception)[:200])
            response = render(request, "kit/503.html", status=503)
            response["Retry-After"] = str(SECONDS)
            response["Cache-Control"] = "no-store"
            return response
        return None
