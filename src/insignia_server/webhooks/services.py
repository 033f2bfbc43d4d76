"""Webhooks by the Standard Webhooks conventions: endpoints, events, signatures. jobs.py delivers."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia.errors import ResolveError
from insignia_server.audit import services as audit
from insignia_server.kit import fetch, scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.sealing import seal, unseal
from insignia_server.webhooks.models import Delivery, Endpoint, Event

EVENTS = (
    "award.issued",
    "award.corrected",
    "award.revoked",
    "award.suspended",
    "award.reinstated",
    "award.claimed",
    "award.delivery",
    "award.erased",
    "batch.finished",
    "batch.undone",
    "claim.requested",
    "achievement.published",
    "webhook.test",
)
TEST = "webhook.test"
MAX_ENDPOINTS = 20
MANAGE = "organisation.manage"  # organisations.roles.Permission.MANAGE, which stands above this app


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64, as Standard Webhooks writes symmetric secrets."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, *, key: uuid.UUID | str, at: dt.datetime, body: bytes) -> str:
    """The header `webhook-signature`: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`."""
    material = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{key}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(material, content, hashlib.sha256)).decode()


@transaction.atomic
def create_endpoint(*, by: Any, url: str, events: Iterable[str] = ()) -> tuple[Endpoint, str]:
    """An address that hears these events (none named: all), and its secret, which is shown once.

    Raises:
        Refused: the address is not https, an event is unknown, or there are too many.
    """
    by.require(MANAGE)
    chosen = sorted(set(events))
    unknown = [name for name in chosen if name not in EVENTS]
    _check_address(url)
    if unknown:
        known = ", ".join(EVENTS)
        raise Refused(
            Refusal(
                _("Unknown event: {name}.").format(name=unknown[0]), "events", "choice", known, unknown[0]
            )
        )
    if Endpoint.objects.filter(organisation_id=by.organisation_id).count() >= MAX_ENDPOINTS:
        raise Refused(
            Refusal(
                _("{count} addresses are the most there can be.").format(count=MAX_ENDPOINTS), "url", "limit"
            )
        )
    secret, endpoint = new_secret(), Endpoint(organisation_id=by.organisation_id, url=url, events=chosen)
    endpoint.sealed_secret = seal(secret.encode(), context=f"webhook:{endpoint.pk}")
    endpoint.save()
    audit.record(by=by, action="webhook.create", subject=endpoint, events=chosen)
    return endpoint, secret


def _check_address(url: str) -> None:
    """What could never be delivered is refused here, not by the job."""
    if not url.startswith("https://") or len(url) > 500 or any(character.isspace() for character in url):
        raise Refused(
            Refusal(_("The address must begin with https://."), "url", "url", "https://…", url[:100])
        )
    try:
        fetch.require_public(url)
    except ResolveError as error:
        message = _(
            "No events are sent there: the address must be of a public server, by its name or its public "
            "IP address, at port 443 or one from 1024."
        )
        raise Refused(Refusal(message, "url", "blocked", "https://hooks.example.edu/…", url[:100])) from error


@transaction.atomic
def rotate_secret(*, by: Any, endpoint: Endpoint) -> str:
    """A new secret; the old one signs nothing any more."""
    by.require(MANAGE)
    secret = new_secret()
    endpoint.sealed_secret = seal(secret.encode(), context=f"webhook:{endpoint.pk}")
    endpoint.save(update_fields=["sealed_secret"])
    audit.record(by=by, action="webhook.rotate", subject=endpoint)
    return secret


@transaction.atomic
def remove_endpoint(*, by: Any, endpoint: Endpoint) -> None:
    """Forget an address and its deliveries."""
    by.require(MANAGE)
    audit.record(by=by, action="webhook.remove", subject=endpoint)
    endpoint.delete()


@transaction.atomic
def enable_endpoint(*, by: Any, endpoint: Endpoint, enabled: bool) -> None:
    """Switch an address off and on."""
    by.require(MANAGE)
    endpoint.disabled_at = None if enabled else timezone.now()
    endpoint.failing_since = None
    endpoint.save(update_fields=["disabled_at", "failing_since"])
    audit.record(by=by, action="webhook.enable" if enabled else "webhook.disable", subject=endpoint)


def secret_of(endpoint: Endpoint) -> str:
    """The secret, to sign with."""
    return unseal(bytes(endpoint.sealed_secret), context=f"webhook:{endpoint.pk}").decode()


def anyone_hears(type: str, *, organisation_id: uuid.UUID) -> bool:
    """Whether publishing such an event would do anything: ask once before telling many."""
    with scopes.organisation(organisation_id):
        return bool(_hearing(organisation_id, type))


def _hearing(organisation_id: uuid.UUID, type: str) -> list[Endpoint]:
    found = Endpoint.objects.filter(organisation_id=organisation_id, disabled_at=None)
    return [endpoint for endpoint in found if not endpoint.events or type in endpoint.events]


def publish(*, organisation_id: uuid.UUID, type: str, data: Mapping[str, Any]) -> Event | None:
    """Tell that something happened, in the transaction in which it did; None when nobody listens."""
    made = publish_many(organisation_id=organisation_id, type=type, data=[data])
    return made[0] if made else None


def publish_many(*, organisation_id: uuid.UUID, type: str, data: Sequence[Mapping[str, Any]]) -> list[Event]:
    """Tell of several things of one kind, an event for each; none when nobody listens."""
    with scopes.organisation(organisation_id):
        endpoints = _hearing(organisation_id, type)
        if not endpoints:
            return []
        now = timezone.now()
        events = Event.objects.bulk_create([_event(organisation_id, type, one, now) for one in data])
        Delivery.objects.bulk_create(
            [
                Delivery(organisation_id=organisation_id, endpoint=endpoint, event=event, due_at=now)
                for event in events
                for endpoint in endpoints
            ]
        )
    return events


@transaction.atomic
def send_test(*, by: Any, endpoint: Endpoint) -> Delivery:
    """An event `webhook.test` for this endpoint alone, whichever events it hears and though it is off."""
    by.require(MANAGE)
    now = timezone.now()
    event = _event(endpoint.organisation_id, TEST, {"endpoint": str(endpoint.pk)}, now)
    event.save(force_insert=True)
    audit.record(by=by, action="webhook.test", subject=endpoint)
    return Delivery.objects.create(
        organisation_id=endpoint.organisation_id, endpoint=endpoint, event=event, due_at=now
    )


def _event(organisation_id: uuid.UUID, type: str, data: Mapping[str, Any], now: dt.datetime) -> Event:
    body = {"type": type, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": dict(data)}
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Event(organisation_id=organisation_id, type=type, body=content)


@transaction.atomic
def replay(*, by: Any, delivery: Delivery) -> Delivery:
    """Send an event once more, with the same id, so that the receiver can tell that it is the same."""
    by.require(MANAGE)
    again = Delivery.objects.create(
        organisation_id=delivery.organisation_id,
        endpoint_id=delivery.endpoint_id,
        event_id=delivery.event_id,
        due_at=timezone.now(),
    )
    audit.record(by=by, action="webhook.replay", subject=delivery)
    return again


@scopes.crossing("key-rotation")
def reseal_all() -> int:
    """Seal every secret under the first key-encryption key; returns how many."""
    count = 0
    for endpoint in Endpoint.objects.iterator():
        context = f"webhook:{endpoint.pk}"
        endpoint.sealed_secret = seal(unseal(bytes(endpoint.sealed_secret), context=context), context=context)
        endpoint.save(update_fields=["sealed_secret"])
        count += 1
    return count
