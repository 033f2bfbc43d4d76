"""Figures for Prometheus at /metrics, off unless METRICS_TOKEN is set (`Authorization: Bearer <token>`).

Requests are counted by each process (several processes of one machine: PROMETHEUS_MULTIPROC_DIR, which
`insignia-server web` sets). All else is read from the database when it is asked for, so workers and other
machines are in it; each figure is a range of an index, never a walk through a whole table.
"""

from __future__ import annotations

import datetime as dt
import hmac
import os
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from insignia_server.kit import scopes

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
DAY: Final = dt.timedelta(days=1)
REQUESTS: Final = Histogram(
    "insignia_request_seconds",
    "Requests by view, method and status, and how long they took",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class Measured:
    """Times each request. Stands first in MIDDLEWARE, so that the others are within the time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.on = bool(getattr(settings, "METRICS_TOKEN", ""))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.on:
            return self.get_response(request)
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        method = request.method if request.method in METHODS else "other"
        view = (match.view_name or match.route or "none") if match else "none"
        REQUESTS.labels(view, method, response.status_code).observe(time.perf_counter() - started)
        return response


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in the text format; 404 where they are off, 401 without the token."""
    token: str = getattr(settings, "METRICS_TOKEN", "")
    if not token:
        return HttpResponse("Metrics are off (METRICS_TOKEN).\n", status=404, content_type="text/plain")
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        answer = HttpResponse("The token is missing or wrong.\n", status=401, content_type="text/plain")
        answer["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return answer
    answer = HttpResponse(
        generate_latest(_requests()) + generate_latest(_stored()), content_type=CONTENT_TYPE_LATEST
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _requests() -> Any:
    """What the processes of this machine counted."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _stored() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(DatabaseFigures(now=timezone.now()))
    return registry


class DatabaseFigures:
    """What the database knows at one moment, as a collector of prometheus-client."""

    def __init__(self, *, now: dt.datetime) -> None:
        self.now = now
        self.since = first_key(now - DAY)

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        with scopes.crossing("operator"):
            yield from self.jobs()
            yield self.mails()
            yield self.credentials()
            yield self.status_lists()

    def describe(self) -> list[Metric]:
        """Nothing is asked of the database when the collector is registered."""
        return []

    def jobs(self) -> Iterator[Metric]:
        """Waiting, running, and the ends of the last day."""
        count = GaugeMetricFamily(
            "insignia_jobs",
            "Jobs: waiting (due), later, running; ended in the last 24 hours",
            labels=["state"],
        )
        ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
        due = Q(run_after__lte=self.now) | Q(run_after=get_date_max())
        count.add_metric(["waiting"], ready.filter(due).count())
        count.add_metric(["later"], ready.exclude(due).count())
        recent = DBTaskResult.objects.filter(pk__gte=self.since)
        for state, query in (
            ("running", DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)),
            ("done", recent.filter(status=TaskResultStatus.SUCCESSFUL)),
            ("failed", recent.filter(status=TaskResultStatus.FAILED)),
        ):
            count.add_metric([state], query.count())
        yield count
        oldest = ready.filter(due).aggregate(
            queued=Min("enqueued_at", filter=Q(run_after=get_date_max())),
            due=Min("run_after", filter=~Q(run_after=get_date_max())),
        )
        moments = [moment for moment in oldest.values() if moment is not None]
        age = max((self.now - min(moments)).total_seconds(), 0) if moments else 0
        yield GaugeMetricFamily(
            "insignia_jobs_oldest_waiting_seconds", "Since when a due job waits", value=age
        )

    def mails(self) -> Metric:
        """Of the last day, by state."""
        found = GaugeMetricFamily("insignia_mails", "Mails of the last 24 hours by state", labels=["state"])
        states = (
            apps.get_model("mail", "Message")
            ._base_manager.filter(pk__gte=self.since)
            .order_by()
            .values_list("state")
            .annotate(Count("pk"))
        )
        for state, number in states:
            found.add_metric([state], number)
        return found

    def credentials(self) -> Metric:
        """From the heads of the issuance logs, one row an issuer."""
        heads = apps.get_model("credentials", "IssuanceLog")._base_manager
        total = heads.aggregate(total=Sum("count"))["total"] or 0
        return CounterMetricFamily(
            "insignia_credentials_issued", "Credentials signed and anchored", value=total
        )

    def status_lists(self) -> Metric:
        """With a change that is not published yet."""
        lists = apps.get_model("credentials", "StatusList")._base_manager
        due = lists.filter(changed_at__isnull=False)
        return GaugeMetricFamily(
            "insignia_status_lists_due", "Status lists with changes that are not published", value=due.count()
        )


def first_key(moment: dt.datetime) -> uuid.UUID:
    """The smallest UUIDv7 of a moment: rows from then on are a range of the primary key."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
