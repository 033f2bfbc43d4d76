"""Webhooks: addresses that hear events, what was sent to them, and sending it again."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed, one_of
from insignia_server.api.rest.rows import row
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks import services
from insignia_server.webhooks.models import Delivery, Endpoint

router = Router(tags=["webhooks"])


class EndpointIn(Body):
    """An address; without events it hears all of them."""

    url: str
    events: list[str] = Field(default=[])


class EndpointChange(Body):
    """Switch it off and on."""

    enabled: bool


class EndpointOut(Schema):
    """An address that hears events."""

    id: uuid.UUID
    url: str
    events: list[str]
    created_at: dt.datetime
    disabled_at: dt.datetime | None
    failing_since: dt.datetime | None


class NewEndpoint(EndpointOut):
    """With the secret that signs (Standard Webhooks): it is shown this once."""

    secret: str


class Secret(Schema):
    """A new secret."""

    secret: str


class DeliveryOut(Schema):
    """One event for one address."""

    id: uuid.UUID
    endpoint: uuid.UUID
    event: uuid.UUID
    type: str
    state: str
    attempts: int
    due_at: dt.datetime
    status: int | None
    answer: str
    delivered_at: dt.datetime | None
    body: dict[str, Any] = Field(description="What is sent.")


def _endpoints(request: ApiRequest) -> Any:
    return Endpoint.objects.filter(organisation_id=request.actor.organisation_id)


def _deliveries(request: ApiRequest) -> Any:
    rows = Delivery.objects.filter(organisation_id=request.actor.organisation_id)
    return rows.select_related("event")


def _shown(one: Delivery) -> dict[str, Any]:
    same = ("id", "state", "attempts", "due_at", "status", "answer", "delivered_at")
    return {
        **{name: getattr(one, name) for name in same},
        "endpoint": one.endpoint_id,
        "event": one.event_id,
        "type": one.event.type,
        "body": json.loads(bytes(one.event.body)),
    }


@router.get("", response=Listed[EndpointOut], **needs(Permission.READ), summary="List webhooks")
def list_webhooks(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Newest first."""
    return listed(request, response, _endpoints(request), asked, lambda one: one)


@router.post("", response={201: NewEndpoint}, **needs(Permission.MANAGE), summary="Create a webhook")
def create_webhook(request: ApiRequest, endpoint: EndpointIn) -> Status[dict[str, Any]]:
    """The answer holds the secret."""
    made, secret = services.create_endpoint(by=request.actor, url=endpoint.url, events=endpoint.events)
    return Status(201, {**EndpointOut.from_orm(made).dict(), "secret": secret})


@router.get("/{key}", response=EndpointOut, **needs(Permission.READ), summary="Get a webhook")
def get_webhook(request: ApiRequest, key: uuid.UUID) -> Any:
    """Without its secret."""
    return row(_endpoints(request), key)


@router.patch("/{key}", response=EndpointOut, **needs(Permission.MANAGE), summary="Switch off and on")
def change_webhook(request: ApiRequest, key: uuid.UUID, change: EndpointChange) -> Any:
    """Off, nothing is kept for it."""
    endpoint = row(_endpoints(request), key)
    services.enable_endpoint(by=request.actor, endpoint=endpoint, enabled=change.enabled)
    return endpoint


@router.post("/{key}/secret", response=Secret, **needs(Permission.MANAGE), summary="Rotate the secret")
def rotate_secret(request: ApiRequest, key: uuid.UUID) -> dict[str, str]:
    """The old one signs nothing any more."""
    return {"secret": services.rotate_secret(by=request.actor, endpoint=row(_endpoints(request), key))}


@router.post("/{key}/test", response={202: None}, **needs(Permission.MANAGE), summary="Send a test")
def send_test(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """An event `webhook.test` to this address alone, whichever events it hears."""
    services.send_test(by=request.actor, endpoint=row(_endpoints(request), key))
    return Status(202, None)


@router.delete("/{key}", response={204: None}, **needs(Permission.MANAGE), summary="Remove a webhook")
def remove_webhook(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """With its deliveries."""
    services.remove_endpoint(by=request.actor, endpoint=row(_endpoints(request), key))
    return Status(204, None)


@router.get(
    "/{key}/deliveries", response=Listed[DeliveryOut], **needs(Permission.READ), summary="List deliveries"
)
def list_deliveries(
    request: ApiRequest, response: HttpResponse, key: uuid.UUID, asked: Query[Paging], state: str = ""
) -> dict[str, Any]:
    """Newest first; `state`: waiting, delivered, failed."""
    one_of("state", state, ("waiting", "delivered", "failed"))
    rows = _deliveries(request).filter(endpoint=row(_endpoints(request), key))
    return listed(request, response, rows.filter(state=state) if state else rows, asked, _shown)


@router.post(
    "/{key}/deliveries/{delivery}/replay",
    response={202: DeliveryOut},
    **needs(Permission.MANAGE),
    summary="Send it again",
)
def replay(request: ApiRequest, key: uuid.UUID, delivery: uuid.UUID) -> Status[dict[str, Any]]:
    """With the same `webhook-id`, so that the receiver can tell."""
    found = row(_deliveries(request).filter(endpoint_id=key), delivery)
    return Status(202, _shown(services.replay(by=request.actor, delivery=found)))
