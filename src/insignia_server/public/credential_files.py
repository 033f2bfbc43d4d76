"""Signed bytes for anyone: status lists, credentials, their newest version, and the issuance log.

Nothing is signed on read and nobody is signed in: one or two queries, and the bytes as they were stored.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from insignia_server.credentials import log, reading
from insignia_server.credentials.canonical import canonical
from insignia_server.credentials.models import IssuanceLog, IssuanceLogEntry
from insignia_server.kit import scopes
from insignia_server.public.documents import answer, missing, open_to_all

JWT: Final = "application/jwt"
MINUTE: Final = "public, max-age=60, must-revalidate"
ALWAYS_ASK: Final = "no-cache"  # a learner can make it private at any time
ERASED: Final = "The learner of this credential was erased here, and its bytes with them."
FOR_EVER: Final = "public, max-age=31536000, immutable"


def file_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """GET and HEAD in the scope of public pages; OPTIONS tells browsers that every site may read it."""

    @wraps(view)
    def wrapped(request: HttpRequest, **steps: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = open_to_all(HttpResponse(status=204))
            response["Access-Control-Allow-Headers"] = "*"
            response["Access-Control-Max-Age"] = "86400"
            return response
        if request.method not in ("GET", "HEAD"):
            response = missing("This address can only be read.", status=405)
            response["Allow"] = "GET, HEAD, OPTIONS"
            return response
        with scopes.crossing("public-pages"):
            return view(request, **steps)

    return wrapped


@file_view
def status_list(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`/status/<uuid>.json`: the signed list as it was published."""
    found = reading.status_list(key)
    if found is None:
        return missing("There is no such status list here.")
    return answer(request, found.content, caching=MINUTE)


@file_view
def credential(request: HttpRequest, key: uuid.UUID, form: str) -> HttpResponse:
    """`/credentials/<uuid>.json`, or `.jwt` for a token."""
    found = reading.signed(key)
    if found is None:
        return missing("There is no such credential here, or its learner keeps it private.")
    if found.content and found.is_jwt != (form == "jwt"):
        other = "jwt" if found.is_jwt else "json"
        return missing(f"This credential has another form: /credentials/{key}.{other}")
    return _signed(request, found)


@file_view
def signed_texts(request: HttpRequest, key: uuid.UUID, of: str) -> HttpResponse:
    """`/credentials/<uuid>.nq.json` and `/status/<uuid>.nq.json`: the texts that were hashed and signed, for
    browsers that verify. Seen by whoever may see the signed bytes."""
    found = reading.status_list(key) if of == "status" else reading.signed(key)
    if found is None:
        return missing("There is nothing here, or its learner keeps it private.")
    if not found.content:
        return missing(ERASED, status=410)
    response = answer(request, canonical(found.content), caching=MINUTE if of == "status" else ALWAYS_ASK)
    response["X-Robots-Tag"] = "noindex"
    return response


@file_view
def refresh(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`/refresh/<uuid>.json`: what took this one's place, or itself (1EdTechCredentialRefresh)."""
    found = reading.newest(key)
    if found is None:
        return missing("There is no such credential here, or its learner keeps it private.")
    return _signed(request, found)


def _signed(request: HttpRequest, found: reading.Served) -> HttpResponse:
    if not found.content:
        return missing(ERASED, status=410)
    media_type = JWT if found.is_jwt else "application/json"
    response = answer(request, found.content, media_type=media_type, caching=ALWAYS_ASK)
    response["X-Robots-Tag"] = "noindex"
    return response


@file_view
def log_head(request: HttpRequest, slug: str) -> HttpResponse:
    """`/issuers/<slug>/log.json`: the newest root of the issuance log."""
    head = IssuanceLog.objects.filter(issuer__slug=slug).select_related("issuer").first()
    if head is None:
        return missing("There is no such issuer here, or it has issued nothing yet.")
    return answer(request, _json(log.head_json(head, head.issuer)), caching=MINUTE)


@file_view
def log_entry(request: HttpRequest, slug: str, sequence: int) -> HttpResponse:
    """`/issuers/<slug>/log/<sequence>.json`: one entry, which never changes."""
    entry = (
        IssuanceLogEntry.objects.filter(issuer__slug=slug, sequence=sequence).select_related("issuer").first()
    )
    if entry is None:
        return missing("There is no such entry in this log.")
    return answer(request, _json(log.entry_json(entry, entry.issuer)), caching=FOR_EVER)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
