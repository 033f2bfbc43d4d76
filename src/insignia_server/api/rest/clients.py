"""API clients: other keys of the same organisation."""

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
from insignia_server.organisations import clients
from insignia_server.organisations.models import ApiClient
from insignia_server.organisations.roles import Permission

router = Router(tags=["clients"])


class ClientIn(Body):
    """A new client."""

    name: str = Field(max_length=200)
    scopes: list[str]
    a_minute: int = Field(600, ge=1, le=100_000)


class ClientOut(Schema):
    """A client. The key itself is never shown again."""

    id: uuid.UUID
    name: str
    scopes: list[str]
    a_minute: int
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None


class NewClient(ClientOut):
    """A client that was just made, with its key: it is shown this once."""

    key: str


@router.get("", response=Listed[ClientOut], **needs(Permission.MANAGE), summary="List clients")
def list_clients(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Revoked ones too, newest first."""
    return listed(request, response, ApiClient.objects, asked, lambda one: one)


@router.post("", response={201: NewClient}, **needs(Permission.MANAGE), summary="Create a client")
def create_client(request: ApiRequest, client: ClientIn) -> Status[dict[str, Any]]:
    """With at most the scopes of the key that asks."""
    made, key = clients.create_client(
        by=request.actor, name=client.name, scopes_=client.scopes, a_minute=client.a_minute
    )
    return Status(201, {**ClientOut.from_orm(made).dict(), "key": key})


@router.delete("/{key}", response={204: None}, **needs(Permission.MANAGE), summary="Revoke a client")
def revoke_client(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """Its key opens nothing from now on."""
    clients.revoke_client(by=request.actor, client=row(ApiClient.objects, key), now=request.now)
    return Status(204, None)
