"""Files that anyone may read from any site: the same bytes for everybody, with an ETag and CORS.

A plain file server can stand in for these addresses: no content negotiation, the path is the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
JSON: Final = "application/json"
MINUTES: Final = "public, max-age=300"  # a compromised key has to be known everywhere soon
HOUR: Final = "public, max-age=3600"
WEEK: Final = "public, max-age=604800"
METHODS: Final = "GET, HEAD, OPTIONS"


def file_view(view: View) -> View:
    """GET and HEAD; OPTIONS tells browsers that every site may read it; all else is 405. Nothing here changes
    anything, so no request needs a token against CSRF."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, **steps: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = open_to_all(HttpResponse(status=204))
            response["Access-Control-Allow-Headers"] = "*"
            response["Access-Control-Max-Age"] = "86400"
            return response
        if request.method not in ("GET", "HEAD"):
            response = missing("This address can only be read.", status=405)
            response["Allow"] = METHODS
            return response
        return view(request, **steps)

    wrapped.reads_only = True  # type: ignore[attr-defined]
    return wrapped


def same_in_every_language(view: View) -> View:
    """A file that caches need not keep once for each language of readers."""

    @wraps(view)
    def wrapped(request: HttpRequest, **steps: Any) -> HttpResponse:
        response = view(request, **steps)
        response.in_no_language = True  # type: ignore[attr-defined]
        return response

    return wrapped


class Languages(LocaleMiddleware):
    """Django's, which says of every answer that it varies by language."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Leave those alone that do not."""
        if getattr(response, "in_no_language", False):
            return response
        return super().process_response(request, response)


def answer(
    request: HttpRequest, content: bytes, *, media_type: str = JSON, caching: str = MINUTES
) -> HttpResponse:
    """The bytes for anyone on any site, with a strong ETag; 304 for who has them."""
    response = HttpResponse(content, content_type=media_type)
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
    response["Cache-Control"] = caching
    conditional = get_conditional_response(request, etag=response["ETag"], response=response)
    return open_to_all(conditional or response)


def missing(sentence: str, *, status: int = 404) -> HttpResponse:
    """Nothing there, as a problem (RFC 9457)."""
    problem = {"title": sentence, "status": status}
    response = HttpResponse(json.dumps(problem), content_type="application/problem+json", status=status)
    response["Cache-Control"] = "no-cache"
    return open_to_all(response)


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Readable by scripts of every site (CORS)."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Expose-Headers"] = "ETag"
    return response
