"""Delivers events to their endpoints, tries again with back-off, and forgets what was told long ago."""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from insignia.errors import ResolveError
from insignia_server.kit import fetch, scopes
from insignia_server.kit.cache_errors import CACHE_ERRORS
from insignia_server.kit.jobs import Running, job
from insignia_server.kit.portions import delete_in_portions
from insignia_server.webhooks.models import Delivery, Endpoint, Event
from insignia_server.webhooks.services import TEST, secret_of, sign

log = structlog.get_logger(__name__)

# Standard Webhooks: go on for a few days, at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
WAITS = tuple(dt.timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
CLAIM = dt.timedelta(minutes=2)
PER_ENDPOINT: Final = 20  # one after the other, before the next endpoint has its turn
RUN: Final = 10.0  # seconds; then other jobs have theirs, and the next run goes on
SLOW: Final = 2.0  # seconds; who takes longer has no second event in a run
PAUSE: Final = 120  # seconds in which a server that did not answer is left alone
KEPT: Final = dt.timedelta(days=30)


@job(seconds=120, every=dt.timedelta(seconds=5), attempts=1, priority=-10)
@scopes.crossing("webhooks")
def deliver_due(running: Running, *, clock: Callable[[], float] = time.monotonic) -> int:
    """Send what is due, to each endpoint in turn; returns how many were tried.

    A server that is slow or gone holds up neither the events of others nor the worker.
    """
    now, count, end = timezone.now(), 0, clock() + RUN
    endpoints = list(_due(now).order_by().values_list("endpoint", flat=True).distinct())
    random.shuffle(endpoints)  # no one is always the last
    for endpoint in endpoints:
        for delivery in _next(endpoint, now):
            started = clock()
            if started >= end:
                return count
            running.check()
            # Whoever moves the due time first sends it, so two workers do not send the same delivery.
            if not Delivery.objects.filter(pk=delivery.pk, state="waiting", due_at=delivery.due_at).update(
                due_at=now + CLAIM
            ):
                continue
            attempt(delivery)
            count += 1
            if delivery.state != "delivered" and delivery.status is None:
                _pause(endpoint)
                break
            if clock() - started > SLOW:
                break
    return count


def _due(now: dt.datetime) -> QuerySet[Delivery]:
    """What is to be sent now. An endpoint that is off is told nothing but tests; the rest waits."""
    told = Q(endpoint__disabled_at=None) | Q(event__type=TEST)
    found: QuerySet[Delivery] = Delivery.objects.filter(told, state="waiting", due_at__lte=now)
    return found


def _next(endpoint: uuid.UUID, now: dt.datetime) -> QuerySet[Delivery]:
    """The next few for an endpoint; while it is paused, tests only."""
    due = _due(now).filter(endpoint=endpoint).select_related("endpoint", "event").order_by("due_at", "pk")
    try:
        paused = cache.get(_paused(endpoint))
    except CACHE_ERRORS:
        paused = None
    return (due.filter(event__type=TEST) if paused else due)[:PER_ENDPOINT]


def _pause(endpoint: uuid.UUID) -> None:
    """Its server did not answer: other events need not find that out one by one."""
    try:
        cache.set(_paused(endpoint), True, timeout=PAUSE)
    except CACHE_ERRORS as error:
        log.warning("not paused, since the cache does not answer", error=repr(error)[:200])


def _paused(endpoint: uuid.UUID) -> str:
    return f"webhook-paused:{endpoint}"


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
    """Write the outcome, and when to try again. 410 Gone switches the endpoint off (Standard Webhooks), and
    so does an event that failed for days while no other one was taken."""
    delivery.attempts += 1
    endpoint = Endpoint.objects.filter(pk=delivery.endpoint_id)
    if good:
        delivery.state, delivery.delivered_at = "delivered", now
        endpoint.exclude(failing_since=None).update(failing_since=None)
    elif delivery.status == 410 or delivery.attempts > len(WAITS):
        delivery.state = "failed"
        if delivery.status == 410 or not _took_others(delivery, now=now):
            endpoint.update(disabled_at=now)
    else:
        delivery.due_at = now + WAITS[delivery.attempts - 1]
        endpoint.filter(failing_since=None).update(failing_since=now)
    delivery.save()
    return delivery


def _took_others(delivery: Delivery, *, now: dt.datetime) -> bool:
    """Whether the endpoint took anything while this event was tried again and again."""
    since = now - sum(WAITS, dt.timedelta())
    return Delivery.objects.filter(endpoint=delivery.endpoint_id, delivered_at__gte=since).exists()


@job(seconds=120, every=dt.timedelta(hours=1))
@scopes.crossing("webhooks")
def forget_told(running: Running) -> int:
    """Delete what was delivered or given up 30 days ago, and events that wait for nobody; how many rows."""
    before = timezone.now() - KEPT
    told = Delivery.objects.filter(state__in=("delivered", "failed"), due_at__lt=before)
    count = delete_in_portions(told, check=running.check)
    events = Event.objects.filter(created_at__lt=before, deliveries=None)
    return count + delete_in_portions(events, check=running.check)
