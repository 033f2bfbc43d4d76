"""Signed credentials, as the bytes that were signed, and what is true of them now."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.problems import Problem
from insignia_server.api.rest.rows import row
from insignia_server.credentials import status
from insignia_server.credentials.models import Credential
from insignia_server.organisations.roles import Permission

router = Router(tags=["credentials"])


class StatusOut(Schema):
    """What is true of a credential now, and where it is published."""

    id: uuid.UUID
    state: str
    state_reason: str
    state_at: dt.datetime | None
    superseded_by: uuid.UUID | None
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    status_list: str
    status_purpose: str
    status_index: int | None


@router.get("/{key}", **needs(Permission.READ), summary="Get the signed bytes")
def get_credential(request: ApiRequest, key: uuid.UUID) -> HttpResponse:
    """`application/vc`, or `application/vc+jwt`: byte for byte what was signed."""
    one: Credential = row(Credential.objects, key)
    content = bytes(one.content)
    if not content:
        raise Problem(410, _("The learner of this credential was erased: its bytes are gone."))
    kind = "application/vc" if content.startswith(b"{") else "application/vc+jwt"
    return HttpResponse(content, content_type=kind, headers={"ETag": f'"{bytes(one.digest).hex()}"'})


@router.get("/{key}/status", response=StatusOut, **needs(Permission.READ), summary="Get the status")
def get_status(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Revoke and suspend through the award, or /vc-api/credentials/status."""
    one: Credential = row(Credential.objects.select_related("issuer", "status_list"), key)
    same = ("id", "state", "state_reason", "state_at", "valid_from", "valid_until", "status_index")
    found = one.status_list
    return {
        **{name: getattr(one, name) for name in same},
        "superseded_by": one.superseded_by_id,
        "status_list": status.address(one.issuer, found.pk) if found else "",
        "status_purpose": found.purpose if found else "",
    }
