"""What the operator sees of tenants and of the instance: counts, never contents."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award
from insignia_server.console.home.figures import capped, shown
from insignia_server.issuers.models import Issuer
from insignia_server.kit.ids import first_key
from insignia_server.mail.models import Message, MessageState
from insignia_server.organisations.models import AbuseReport, Domain, DomainState, Member, Organisation
from insignia_server.organisations.models import OrganisationState as State


@dataclass(frozen=True)
class Counts:
    """Of one tenant, as they are shown."""

    members: str
    issuers: str
    achievements: str
    awards: str
    this_month: str


def counts(organisation: Organisation, *, now: dt.datetime) -> Counts:
    """Each counted to a thousand."""
    awards = Award.objects.filter(organisation=organisation)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = (
        Member.objects.filter(organisation=organisation),
        Issuer.objects.filter(organisation=organisation),
        Achievement.objects.filter(organisation=organisation),
        awards,
        awards.since(first_key(month)),
    )
    return Counts(*(shown(capped(one)) for one in rows))


@dataclass(frozen=True)
class Instance:
    """The state of the instance."""

    waiting: str
    running: str
    failed: str
    oldest_waiting: dt.datetime | None
    mail_queued: str
    mail_failed: str
    pending: int
    suspended: int
    active: int
    reports: int
    unproved: int


def instance(*, now: dt.datetime) -> Instance:
    """What the first page of the operator tells."""
    jobs = DBTaskResult.objects
    ready = jobs.filter(status=TaskResultStatus.READY, run_after__lte=now)
    failed = jobs.filter(status=TaskResultStatus.FAILED)
    oldest = ready.order_by("enqueued_at").first()
    states = Counter(Organisation.objects.values_list("state", flat=True))
    lost = (MessageState.FAILED, MessageState.BOUNCED, MessageState.COMPLAINED)
    week = Message.objects.filter(created_at__gte=now - dt.timedelta(days=7))
    return Instance(
        waiting=shown(capped(ready)),
        running=shown(capped(jobs.filter(status=TaskResultStatus.RUNNING))),
        failed=shown(capped(failed)),
        oldest_waiting=oldest.enqueued_at if oldest else None,
        mail_queued=shown(capped(Message.objects.filter(state=MessageState.QUEUED))),
        mail_failed=shown(capped(week.filter(state__in=lost))),
        pending=states[State.PENDING],
        suspended=states[State.SUSPENDED],
        active=states[State.ACTIVE],
        reports=AbuseReport.objects.filter(closed_at=None).count(),
        unproved=Domain.objects.exclude(state=DomainState.PROVED).count(),
    )
