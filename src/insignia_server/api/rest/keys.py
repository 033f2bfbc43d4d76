"""Signing keys of an issuer. Private keys never leave the server."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status

from insignia_server.api.fitting import Body, sent_as
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.issuers import issuer_of
from insignia_server.api.rest.rows import row
from insignia_server.credentials import status
from insignia_server.issuers import addresses, services
from insignia_server.issuers.models import SigningKey
from insignia_server.organisations.roles import Permission

router = Router(tags=["issuers"])


class KeyIn(Body):
    """Ed25519, P-256 or RSA."""

    algorithm: str


class Compromised(Body):
    """From when on others may have had the key."""

    since: dt.datetime


class KeyOut(Schema):
    """The public half of a key, and what became of it."""

    id: uuid.UUID
    algorithm: str
    verification_method: str
    public_jwk: dict[str, Any]
    state: str
    created_at: dt.datetime
    retired_at: dt.datetime | None
    revoked_at: dt.datetime | None
    compromised_since: dt.datetime | None


def _shown(one: SigningKey) -> dict[str, Any]:
    same = (
        *("id", "algorithm", "public_jwk", "state", "created_at", "retired_at", "revoked_at"),
        "compromised_since",
    )
    return {
        **{name: getattr(one, name) for name in same},
        "verification_method": addresses.method(one.issuer, one),
    }


def _key(issuer: uuid.UUID, key: uuid.UUID) -> SigningKey:
    found: SigningKey = row(SigningKey.objects.select_related("issuer").filter(issuer_id=issuer), key)
    return found


@router.get("/{key}/keys", response=Listed[KeyOut], **needs(Permission.READ), summary="List keys")
def list_keys(
    request: ApiRequest, response: HttpResponse, key: uuid.UUID, asked: Query[Paging]
) -> dict[str, Any]:
    """All that there ever were, newest first."""
    rows = SigningKey.objects.select_related("issuer").filter(issuer=issuer_of(key))
    return listed(request, response, rows, asked, _shown)


@router.post("/{key}/keys", response={201: KeyOut}, **needs(Permission.ISSUERS), summary="Add a key")
def add_key(request: ApiRequest, key: uuid.UUID, new: KeyIn) -> Status[dict[str, Any]]:
    """Of an algorithm that no active key has."""
    made = services.add_key(by=request.actor, issuer=issuer_of(key), algorithm=new.algorithm, now=request.now)
    return Status(201, _shown(made))


@router.post(
    "/{key}/keys/{signing_key}/rotate",
    response={201: KeyOut},
    **needs(Permission.ISSUERS),
    summary="Rotate a key",
)
def rotate_key(request: ApiRequest, key: uuid.UUID, signing_key: uuid.UUID) -> Status[dict[str, Any]]:
    """The new key. What the old one signed stays valid."""
    with sent_as(key="signing_key"):
        made = services.rotate_key(by=request.actor, key=_key(key, signing_key), now=request.now)
    return Status(201, _shown(made))


@router.post(
    "/{key}/keys/{signing_key}/compromised",
    response={201: KeyOut},
    **needs(Permission.ISSUERS),
    summary="Report a compromise",
)
def report_compromised(
    request: ApiRequest, key: uuid.UUID, signing_key: uuid.UUID, report: Compromised
) -> Status[dict[str, Any]]:
    """The key that signs in its place. Only what the log had before counts from now on."""
    found = _key(key, signing_key)
    since = report.since if report.since.tzinfo else report.since.replace(tzinfo=dt.UTC)
    with sent_as(key="signing_key"):
        made = services.report_compromised(by=request.actor, key=found, since=since, now=request.now)
    status.sign_again(made.issuer, now=request.now)
    return Status(201, _shown(made))
