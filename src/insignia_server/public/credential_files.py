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
from insignia_server.kit import public_files, scopes
from insignia_server.kit.public_files import answer, missing

JWT: Final = "application/jwt"
MINUTE: Final = "public, max-age=60, must-revalidate"
ALWAYS_ASK: Final = "no-cache"  # a learner can make it private at any time
ERASED: Final = "The learner of this credential was erased here, and its bytes with them."
FOR_EVER: Final = "public, max-age=31536000, immutable"


def file_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public file, read in the scope of public pages."""

    @public_files.file_view
    @wraps(view)
    def wrapped(request: HttpRequest, **steps: Any) -> HttpResponse:
        with scopes.crossing("public-pages"):
            return view(request, **steps)

    return wrapped


def signed_file(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A `file_view` of what was signed, or of what is the same for every reader."""
    return public_files.same_in_every_language(file_view(view))


@signed_file
def status_list(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`/status/<uuid>.json`: the signed list as it was published."""
    found = reading.status_list(key)
    if found is None:
        return missing("There is no such status list here.")
    return answer(request, found.content, caching=MINUTE)


@signed_file
def credential(request: HttpRequest, key: uuid.UUID, form: str) -> HttpResponse:
    """`/credentials/<uuid>.json`, or `.jwt` for a token."""
    found = reading.signed(key)
    if found is None:
        return missing("There is no such credential here, or its learner keeps it private.")
    if found.content and found.is_jwt != (form == "jwt"):
        other = "jwt" if found.is_jwt else "json"
        return missing(f"This credential has another form: /credentials/{key}.{other}")
    return _signed(request, found)


@signed_file
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


@signed_file
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


@signed_file
def log_head(request: HttpRequest, slug: str) -> HttpResponse:
    """`/issuers/<slug>/log.json`: the newest root of the issuance log."""
    head = IssuanceLog.objects.filter(issuer__slug=slug).select_related("issuer").first()
    if head is None:
        return missing("There is no such issuer here, or it has issued nothing yet.")
    return answer(request, _json(log.head_json(head, head.issuer)), caching=MINUTE)


@signed_file
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
