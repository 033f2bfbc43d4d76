"""Domains that the organisation proves to be its own."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.rows import row
from insignia_server.kit.errors import NotHere
from insignia_server.organisations import domains, pages_hosts
from insignia_server.organisations.models import Domain, PagesHost
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


class PagesHostIn(Body):
    """A host name within the domain, such as badges.example.edu."""

    host: str = Field(max_length=300)


class PagesHostOut(Schema):
    """The organisation's own host name for its public pages. `host` needs a CNAME record that leads to
    `target`; `state` is pending, checking, working or failing, and `detail` says what the last check saw."""

    id: uuid.UUID
    host: str
    target: str
    state: str
    detail: str
    checked_at: dt.datetime | None


def _pages_host(domain: uuid.UUID) -> PagesHost:
    found: PagesHost | None = PagesHost.objects.filter(domain=row(Domain.objects, domain)).first()
    if found is None:
        raise NotHere
    return found


def _shown_host(one: PagesHost) -> dict[str, Any]:
    return {
        **{"id": one.pk, "host": one.host, "target": settings.PUBLIC_HOST, "state": one.state},
        **{"detail": one.detail, "checked_at": one.checked_at},
    }


@router.get(
    "/{key}/pages-host", response=PagesHostOut, **needs(Permission.READ), summary="Get the host for pages"
)
def get_pages_host(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """The host within this domain; 404 where none was chosen."""
    return _shown_host(_pages_host(key))


@router.put(
    "/{key}/pages-host",
    response=PagesHostOut,
    **needs(Permission.MANAGE),
    summary="Choose the host for pages",
)
def choose_pages_host(request: ApiRequest, key: uuid.UUID, chosen: PagesHostIn) -> dict[str, Any]:
    """Public pages answer there too, in the place of the host before. Nothing that is signed moves."""
    domain = row(Domain.objects, key)
    return _shown_host(pages_hosts.choose(by=request.actor, domain=domain, host=chosen.host))


@router.post(
    "/{key}/pages-host/check",
    response={202: PagesHostOut},
    **needs(Permission.MANAGE),
    summary="Check the host for pages",
)
def check_pages_host(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """A job asks the host; poll `state`."""
    pages_hosts.ask_check(by=request.actor, row=_pages_host(key))
    return Status(202, _shown_host(_pages_host(key)))


@router.delete(
    "/{key}/pages-host",
    response={204: None},
    **needs(Permission.MANAGE),
    summary="Give up the host for pages",
)
def give_up_pages_host(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """Pages answer at the instance's address only."""
    pages_hosts.give_up(by=request.actor, row=_pages_host(key))
    return Status(204, None)
