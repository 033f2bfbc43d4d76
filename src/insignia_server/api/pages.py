"""The API's document, for programs and for people."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja.openapi.schema import get_schema

from insignia_server.api import problems
from insignia_server.api.application import api
from insignia_server.api.reference import reference

PREFIX: Final = "api/v1/"
JSON: Final = "application/json"


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


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The document; anybody may read it, from any origin."""
    server = {"url": request.build_absolute_uri("/").rstrip("/")}
    content = json.dumps({**document(), "servers": [server]}, ensure_ascii=False).encode()
    return HttpResponse(content, content_type=JSON, headers={"Access-Control-Allow-Origin": "*"})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page."""
    return render(request, "api/docs.html", {"sections": reference(document()), "title": api.title})


def to_docs(request: HttpRequest) -> HttpResponse:
    """The short address."""
    return HttpResponseRedirect(reverse("api-docs"))


@csrf_exempt
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """404 as a problem, for every other address below /api/."""
    return problems.not_here().response()
