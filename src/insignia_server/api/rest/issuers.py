"""Issuer profiles."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from ninja import File, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from insignia_server.api.fitting import Body, sent_as
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.rows import row
from insignia_server.api.rest.uploads import content_of
from insignia_server.issuers import addresses, services
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.models import Domain
from insignia_server.organisations.roles import Permission

router = Router(tags=["issuers"])


class Identifier(Schema):
    """Another identifier: `linkedin`, `ror`, `ctid`, …"""

    type: str
    value: str


class IdentifierIn(Body):
    """Another identifier of an issuer profile."""

    type: str
    value: str


class IssuerIn(Body):
    """A new issuer profile. `slug` is part of its DID and never changes; left out, the name makes it."""

    name: str = Field(max_length=200)
    slug: str | None = None
    description: str = ""
    url: str = ""
    email: str = ""
    phone: str = ""
    parent: uuid.UUID | None = None
    identifiers: list[IdentifierIn] = Field(default=[])
    languages: dict[str, dict[str, str]] = Field(default={})


class IssuerChange(Body):
    """What to change; members that are left out stay as they are."""

    name: str | None = None
    description: str | None = None
    url: str | None = None
    email: str | None = None
    phone: str | None = None
    parent: uuid.UUID | None = None
    identifiers: list[IdentifierIn] | None = None
    languages: dict[str, dict[str, str]] | None = None


class IssuerOut(Schema):
    """An issuer profile, and where the public finds it."""

    id: uuid.UUID
    slug: str
    name: str
    description: str
    url: str
    email: str
    phone: str
    parent: uuid.UUID | None
    identifiers: list[Identifier]
    languages: dict[str, dict[str, str]]
    did: str
    own_domain: str
    document_seen_at: dt.datetime | None
    document_detail: str
    page: str
    picture: str
    pinned_at: dt.datetime | None
    archived_at: dt.datetime | None
    created_at: dt.datetime


class OwnDomain(Body):
    """A proved domain of the organisation."""

    domain: uuid.UUID


def _shown(one: Issuer) -> dict[str, Any]:
    same = (
        *("id", "slug", "name", "description", "url", "email", "phone", "identifiers", "languages", "did"),
        *("own_domain", "document_seen_at", "document_detail", "pinned_at", "archived_at", "created_at"),
    )
    return {
        **{name: getattr(one, name) for name in same},
        "parent": one.parent_id,
        "page": addresses.home(one),
        "picture": addresses.picture(one) if one.picture else "",
    }


def issuer_of(key: uuid.UUID) -> Issuer:
    """The issuer of this key in the client's organisation. Raises NotHere."""
    found: Issuer = row(Issuer.objects.select_related("parent"), key)
    return found


@router.get("", response=Listed[IssuerOut], **needs(Permission.READ), summary="List issuers")
def list_issuers(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Archived ones too, newest first."""
    return listed(request, response, Issuer.objects, asked, _shown)


@router.post("", response={201: IssuerOut}, **needs(Permission.ISSUERS), summary="Create an issuer")
def create_issuer(request: ApiRequest, issuer: IssuerIn) -> Status[dict[str, Any]]:
    """With an Ed25519 and a P-256 key."""
    values = issuer.dict()
    parent = values.pop("parent")
    made = services.create_issuer(
        by=request.actor, parent=issuer_of(parent) if parent else None, now=request.now, **values
    )
    return Status(201, _shown(made))


@router.get("/{key}", response=IssuerOut, **needs(Permission.READ), summary="Get an issuer")
def get_issuer(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """The profile; keys have their own address."""
    return _shown(issuer_of(key))


@router.patch("/{key}", response=IssuerOut, **needs(Permission.ISSUERS), summary="Change an issuer")
def change_issuer(request: ApiRequest, key: uuid.UUID, change: IssuerChange) -> dict[str, Any]:
    """Credentials that were signed keep what they say. Only `parent` may be null."""
    values = change.dict(exclude_unset=True)
    parent = values.pop("parent", None)
    values = {name: value for name, value in values.items() if value is not None}
    if "parent" in change.model_fields_set:
        values["parent"] = issuer_of(parent) if parent else None
    return _shown(services.update_issuer(by=request.actor, issuer=issuer_of(key), **values))


@router.post("/{key}/picture", response=IssuerOut, **needs(Permission.ISSUERS), summary="Upload the picture")
def set_picture(request: ApiRequest, key: uuid.UUID, file: File[UploadedFile]) -> dict[str, Any]:
    """PNG, JPEG, WebP or SVG, as `file` of a multipart form."""
    issuer = issuer_of(key)
    content = content_of(file, most=settings.MAX_PICTURE_BYTES)
    with sent_as(picture="file"):
        services.set_issuer_picture(by=request.actor, issuer=issuer, content=content)
    return _shown(issuer_of(key))


@router.delete(
    "/{key}/picture", response=IssuerOut, **needs(Permission.ISSUERS), summary="Remove the picture"
)
def remove_picture(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """The page and the profile show none."""
    services.set_issuer_picture(by=request.actor, issuer=issuer_of(key), content=b"")
    return _shown(issuer_of(key))


@router.post("/{key}/archive", response=IssuerOut, **needs(Permission.ISSUERS), summary="Archive an issuer")
def archive_issuer(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Nothing new is awarded in its name; what was stays valid."""
    return _shown(services.archive_issuer(by=request.actor, issuer=issuer_of(key), now=request.now))


@router.post("/{key}/unarchive", response=IssuerOut, **needs(Permission.ISSUERS), summary="Take it back")
def unarchive_issuer(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """It awards again."""
    return _shown(services.unarchive_issuer(by=request.actor, issuer=issuer_of(key)))


@router.put(
    "/{key}/own-domain", response=IssuerOut, **needs(Permission.ISSUERS), summary="Use its own domain"
)
def use_own_domain(request: ApiRequest, key: uuid.UUID, chosen: OwnDomain) -> dict[str, Any]:
    """`did:web` on a proved domain; only before the first signature."""
    issuer, domain = issuer_of(key), row(Domain.objects, chosen.domain)
    with sent_as(own_domain="domain"):
        used = services.use_own_domain(by=request.actor, issuer=issuer, domain=domain, now=request.now)
    return _shown(used)


@router.delete(
    "/{key}/own-domain", response=IssuerOut, **needs(Permission.ISSUERS), summary="Use the instance's domain"
)
def use_instance_domain(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Back to the DID on this instance; only before the first signature."""
    return _shown(services.use_instance_domain(by=request.actor, issuer=issuer_of(key), now=request.now))


@router.post(
    "/{key}/own-domain/check",
    response={202: IssuerOut},
    **needs(Permission.ISSUERS),
    summary="Check the document",
)
def check_own_domain(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """A job looks whether the own domain answers the DID document; poll `document_seen_at`."""
    services.ask_document_check(by=request.actor, issuer=issuer_of(key))
    return Status(202, _shown(issuer_of(key)))
