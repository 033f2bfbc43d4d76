"""The API's document, for programs and for people."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from ninja.openapi.schema import get_schema

from insignia_server.api import problems
from insignia_server.api.application import api
from insignia_server.api.reference import reference
from insignia_server.kit.public_files import answer, file_view, same_in_every_language

PREFIX: Final = "api/v1/"
_TOKEN: Final = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[^"]*')


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    made = described(json.loads(json.dumps(get_schema(api, PREFIX), default=str)))
    for operations in made["paths"].values():
        if "post" in operations:
            operations["post"]["parameters"].append(IDEMPOTENCY)
    return made


def described(made: dict[str, Any]) -> dict[str, Any]:
    """The document with what every operation may answer when it fails."""
    made["components"]["schemas"]["Problem"] = PROBLEM
    failure = {"content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            for status, words in FAILURES.items():
                if status != "404" or "{" in path or "requestBody" in operation:
                    operation["responses"].setdefault(status, {"description": words, **failure})
    return made


FAILURES: Final = {
    "400": "The request cannot be read.",
    "401": "No key, or one that opens nothing.",
    "403": "The key does not have the scope, or the organisation is not active.",
    "404": "Nothing under this key in the organisation.",
    "409": "The same request is still running.",
    "413": "The body is too large.",
    "422": "Refused; `errors` say why.",
    "429": "Too many requests; `Retry-After` says when to come again.",
}
IDEMPOTENCY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The same key with the same request gets the first answer again, for 24 hours.",
}
_TEXT: Final = {"type": "string"}
PROBLEM: Final = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": dict.fromkeys(("field", "code", "message", "expected", "got"), _TEXT),
            },
        },
    },
}


@gzip_page
@same_in_every_language
@file_view
def openapi(request: HttpRequest) -> HttpResponse:
    """The document; anybody may read it, from any origin."""
    return document_file(request, document())


@gzip_page
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page."""
    return reference_page(request, document(), api.title)


def document_file(request: HttpRequest, made: dict[str, Any]) -> HttpResponse:
    """An OpenAPI document with this server's address, as the public file that it is."""
    server = {"url": request.build_absolute_uri("/").rstrip("/")}
    return answer(request, json.dumps({**made, "servers": [server]}, ensure_ascii=False).encode())


def reference_page(request: HttpRequest, made: dict[str, Any], title: str) -> HttpResponse:
    """An OpenAPI document as a page with a weak ETag, which browsers ask by each time.

    The page says who is signed in, so caches between do not keep it. The token against CSRF in it looks other
    in each answer, so that compressing does not give it away (BREACH); the ETag counts what is behind it.
    """
    response = render(request, "api/docs.html", {"sections": reference(made), "title": title})
    said = _TOKEN.sub(b"", response.content) + str(request.META.get("CSRF_COOKIE", "")).encode()
    response["ETag"] = f'W/"{hashlib.sha256(said).hexdigest()}"'
    response["Cache-Control"] = "private, no-cache"
    conditional = get_conditional_response(request, etag=response["ETag"], response=response)
    assert isinstance(conditional, HttpResponse)
    return conditional


def to_docs(request: HttpRequest) -> HttpResponse:
    """The short address."""
    return HttpResponseRedirect(reverse("api-docs"))


@csrf_exempt
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """404 as a problem, for every other address below /api/."""
    return problems.not_here().response()
