"""Delivers events to their endpoints, and tries again with back-off."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from insignia.errors import ResolveError
from insignia_server.kit import fetch, scopes
from insignia_server.kit.jobs import Running, job
from insignia_server.webhooks.models import Delivery, Endpoint
from insignia_server.webhooks.services import secret_of, sign

# Standard Webhooks: go on for a few days, at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
WAITS = tuple(dt.timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
CLAIM = dt.timedelta(minutes=2)
PER_RUN = 50


@job(seconds=120, every=dt.timedelta(seconds=5), attempts=1)
@scopes.crossing("webhooks")
def deliver_due(running: Running) -> int:
    """Send what is due; returns how many were tried."""
    now, count = timezone.now(), 0
    due = Delivery.objects.filter(state="waiting", due_at__lte=now).select_related("endpoint", "event")
    for delivery in due.order_by("due_at")[:PER_RUN]:
        running.check()
        # Whoever moves the due time first sends it, so two workers do not send the same delivery.
        if not Delivery.objects.filter(pk=delivery.pk, state="waiting", due_at=delivery.due_at).update(
            due_at=now + CLAIM
        ):
            continue
        attempt(delivery)
        count += 1
    return count


@scopes.crossing("webhooks")
def attempt(delivery: Delivery, *, now: dt.datetime | None = None) -> Delivery:
    """One request; its answer, or why there was none, is kept."""
    now = now or timezone.now()
    body = bytes(delivery.event.body)
    headers = {
        "content-type": "application/json",
        "webhook-id": str(delivery.event_id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign(secret_of(delivery.endpoint), key=delivery.event_id, at=now, body=body),
    }
    try:
        answer = fetch.post(delivery.endpoint.url, body, headers)
        delivery.status = answer.status
        delivery.answer = answer.content[:1000].decode("utf-8", "replace").replace("\x00", "")
        good = answer.delivered
    except ResolveError as error:
        delivery.status, delivery.answer, good = None, str(error)[:1000], False
    return conclude(delivery, good=good, now=now)


def conclude(delivery: Delivery, *, good: bool, now: dt.datetime) -> Delivery:
    """Write the outcome, and when to try again. 410 Gone switches the endpoint off (Standard Webhooks)."""
    delivery.attempts += 1
    if good:
        delivery.state, delivery.delivered_at = "delivered", now
        Endpoint.objects.filter(pk=delivery.endpoint_id).exclude(failing_since=None).update(
            failing_since=None
        )
    elif delivery.status == 410 or delivery.attempts > len(WAITS):
        delivery.state = "failed"
        Endpoint.objects.filter(pk=delivery.endpoint_id).update(disabled_at=now)
    else:
        delivery.due_at = now + WAITS[delivery.attempts - 1]
        Endpoint.objects.filter(pk=delivery.endpoint_id, failing_since=None).update(failing_since=now)
    delivery.save()
    return delivery
