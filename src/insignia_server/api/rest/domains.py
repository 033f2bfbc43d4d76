"""Domains that the organisation proves to be its own."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.rows import row
from insignia_server.organisations import domains
from insignia_server.organisations.models import Domain
from insignia_server.organisations.roles import Permission

router = Router(tags=["domains"])


class DomainIn(Body):
    """The domain alone, like example.edu."""

    name: str = Field(max_length=300)


class DomainOut(Schema):
    """A domain, and what has to be placed where to prove it: one of the two is enough."""

    id: uuid.UUID
    name: str
    state: str
    method: str
    detail: str
    txt_name: str
    file_url: str
    content: str
    checked_at: dt.datetime | None
    proved_at: dt.datetime | None


def _shown(one: Domain) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("id", "name", "state", "method", "detail")},
        **{"checked_at": one.checked_at, "proved_at": one.proved_at, "content": domains.expected(one)},
        "txt_name": f"{domains.RECORD}.{one.name}",
        "file_url": f"https://{one.name}{domains.FILE}",
    }


@router.get("", response=Listed[DomainOut], **needs(Permission.READ), summary="List domains")
def list_domains(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Proved or not, newest first."""
    return listed(request, response, Domain.objects, asked, _shown)


@router.post("", response={201: DomainOut}, **needs(Permission.MANAGE), summary="Add a domain")
def add_domain(request: ApiRequest, domain: DomainIn) -> Status[dict[str, Any]]:
    """The answer says what to place where; then ask for the check."""
    return Status(201, _shown(domains.add_domain(by=request.actor, name=domain.name)))


@router.get("/{key}", response=DomainOut, **needs(Permission.READ), summary="Get a domain")
def get_domain(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Poll it after asking for the check."""
    return _shown(row(Domain.objects, key))


@router.post("/{key}/check", response={202: DomainOut}, **needs(Permission.MANAGE), summary="Check the proof")
def check_domain(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """A job looks; `state` is `checking` until it is done."""
    domains.ask_check(by=request.actor, domain=row(Domain.objects, key))
    return Status(202, _shown(row(Domain.objects, key)))


@router.delete("/{key}", response={204: None}, **needs(Permission.MANAGE), summary="Remove a domain")
def remove_domain(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """Issuer pages stop showing it."""
    domains.remove_domain(by=request.actor, domain=row(Domain.objects, key))
    return Status(204, None)
