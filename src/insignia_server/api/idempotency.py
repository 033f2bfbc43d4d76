"""`Idempotency-Key`: the same POST again gets the same answer, and nothing happens twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from insignia_server.api.models import IdempotentRequest
from insignia_server.api.problems import Problem
from insignia_server.kit.sealing import seal, unseal
from insignia_server.organisations.models import ApiClient

KEPT: Final = dt.timedelta(hours=24)
LEASE: Final = dt.timedelta(minutes=5)  # after that the process that held it is thought dead
HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_HEADERS: Final = ("Content-Type", "Location", "Link")


def key_of(request: HttpRequest) -> str:
    """The key of a request, empty when there is none.

    Raises:
        Problem: 400 for one that is no visible ASCII of at most 200 characters.
    """
    key = request.headers.get(HEADER, "").strip().strip('"')
    if HEADER in request.headers and not _KEY.fullmatch(key):
        raise Problem(400, _("Idempotency-Key must be 1 to 200 visible ASCII characters."))
    return key


def fingerprint(request: HttpRequest) -> bytes:
    """SHA-256 of address and body; of an upload's fields and files, whatever the boundary."""
    made = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, value in sorted(request.POST.items()):
            made.update(f"{name}={len(str(value))}:{value}\n".encode())
        files: dict[str, Any] = request.FILES.dict()
        for name, file in sorted(files.items()):
            made.update(f"{name}={file.size}:{file.name}\n".encode())
            for chunk in file.chunks():
                made.update(chunk)
            file.seek(0)
    else:
        made.update(request.body)
    return made.digest()


def once(
    request: HttpRequest, client: ApiClient, run: Callable[[], HttpResponse], *, now: dt.datetime
) -> HttpResponse:
    """Run a POST, or answer what it answered before.

    Raises:
        Problem: 409 while the first one runs, 422 when the key came with another request before.
    """
    key = key_of(request) if request.method == "POST" else ""
    if not key:
        return run()
    print_ = fingerprint(request)
    row = _begin(client, key, print_, now)
    if row.status is not None:
        return _replayed(row)
    try:
        response = run()
    except BaseException:
        _forget(row)
        raise
    if response.status_code >= 500 or response.streaming:
        _forget(row)
    else:
        _keep(row, response)
    return response


def _begin(client: ApiClient, key: str, print_: bytes, now: dt.datetime) -> IdempotentRequest:
    """The row of this request, taken by us (no status), or with the answer of the first one."""
    IdempotentRequest.objects.filter(client=client, key=key, started_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            made: IdempotentRequest = IdempotentRequest.objects.create(
                organisation_id=client.organisation_id,
                client=client,
                key=key,
                fingerprint=print_,
                started_at=now,
            )
            return made
    except IntegrityError:
        row = IdempotentRequest.objects.filter(client=client, key=key).first()
    if row is None:  # it failed and was forgotten just now
        raise _running()
    if bytes(row.fingerprint) != print_:
        raise Problem(
            422,
            _("This Idempotency-Key came with another request before. Use a new one for a new request."),
            errors=[
                {
                    "field": HEADER,
                    "code": "idempotency.reused",
                    "message": _("used before"),
                    "expected": "",
                    "got": key,
                }
            ],
        )
    if row.status is None:
        taken = IdempotentRequest.objects.filter(
            pk=row.pk, status=None, started_at=row.started_at, started_at__lt=now - LEASE
        ).update(started_at=now)
        if not taken:
            raise _running()
        row.started_at = now
    found: IdempotentRequest = row
    return found


def _running() -> Problem:
    message = _("The first request with this Idempotency-Key is still running. Ask again in a second.")
    return Problem(409, message, headers={"Retry-After": "1"})


def _keep(row: IdempotentRequest, response: HttpResponse) -> None:
    headers = {name: response[name] for name in _HEADERS if name in response}
    IdempotentRequest.objects.filter(pk=row.pk, started_at=row.started_at).update(
        status=response.status_code,
        headers=headers,
        answer=seal(response.content, context=f"idempotency:{row.pk}"),
    )


def _forget(row: IdempotentRequest) -> None:
    IdempotentRequest.objects.filter(pk=row.pk, started_at=row.started_at, status=None).delete()


def _replayed(row: IdempotentRequest) -> HttpResponse:
    content = unseal(bytes(row.answer or b""), context=f"idempotency:{row.pk}")
    response = HttpResponse(content, status=row.status, headers=row.headers)
    response["Idempotency-Replayed"] = "true"
    return response
