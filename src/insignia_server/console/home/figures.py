"""What an organisation's first page tells: what needs attention, the figures, the first steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insignia_server.achievements.models import Achievement, AchievementState
from insignia_server.awarding.models import (
    Award,
    Batch,
    BatchState,
    Claim,
    ClaimState,
    DeliveryState,
)
from insignia_server.issuers.models import Issuer
from insignia_server.kit.ids import first_key
from insignia_server.kit.wording import whole
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain, DomainState, Organisation, OrganisationState
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks.models import Endpoint

MOST: Final = 1000  # counted no further: a page costs the same however many there are
IN_WORK: Final = (
    *(BatchState.READING, BatchState.CHECKING, BatchState.HELD, BatchState.SIGNING, BatchState.PAUSED),
    BatchState.DELIVERING,
)


@dataclass(frozen=True)
class Matter:
    """Something that waits for a person: a sentence, a tone, an icon, where to go."""

    text: str
    icon: str
    tone: str
    address: str


@dataclass(frozen=True)
class Step:
    """One of the first steps of a new organisation."""

    title: str
    text: str
    done: bool
    address: str


def address(organisation: Organisation, name: str) -> str:
    """The address of a page of the console; empty where this instance does not have it."""
    try:
        return reverse(f"console:{name}", args=[organisation.slug])
    except NoReverseMatch:
        return ""


def capped(queryset: QuerySet[Any]) -> int:
    """How many rows, counted to MOST + 1."""
    return queryset[: MOST + 1].count()


def shown(count: int) -> str:
    """The count as it is shown: `1,000+` where there are more."""
    return whole(count, MOST)


def matters(organisation: Organisation, by: Actor) -> list[Matter]:
    """What waits for this person, the most pressing first; nothing that the person may not act on."""
    found = [
        *(_approvals(organisation) if by.may(Permission.APPROVE) else ()),
        *(_deliveries(organisation) if by.may(Permission.AWARD) else ()),
        *(_webhooks(organisation) if by.may(Permission.MANAGE) else ()),
        *(_domains(organisation) if by.may(Permission.MANAGE) else ()),
        *_work(organisation),
        *(_drafts(organisation) if by.may(Permission.AUTHOR) else ()),
    ]
    return [Matter(text, icon, tone, address(organisation, name)) for text, icon, tone, name in found]


_Found = list[tuple[str, str, str, str]]


def _approvals(organisation: Organisation) -> _Found:
    found: _Found = []
    if batches := capped(Batch.objects.filter(state=BatchState.APPROVAL)):
        text = ngettext("%(count)s batch waits for approval", "%(count)s batches wait for approval", batches)
        found.append((text % {"count": shown(batches)}, "circle-help", "warn", "batches:list"))
    if claims := capped(Claim.objects.filter(state=ClaimState.WAITING)):
        text = ngettext("%(count)s claim waits for approval", "%(count)s claims wait for approval", claims)
        found.append((text % {"count": shown(claims)}, "qr-code", "warn", "claims:list"))
    return found


def _deliveries(organisation: Organisation) -> _Found:
    states = (DeliveryState.BOUNCED, DeliveryState.FAILED)
    count = capped(Award.objects.not_undone().filter(delivery__in=states))
    text = ngettext(
        "%(count)s badge did not reach its learner", "%(count)s badges did not reach their learners", count
    )
    return [(text % {"count": shown(count)}, "mail-x", "bad", "delivery:list")] if count else []


def _webhooks(organisation: Organisation) -> _Found:
    count = Endpoint.objects.filter(organisation_id=organisation.pk).exclude(failing_since=None).count()
    text = ngettext("%(count)s webhook is failing", "%(count)s webhooks are failing", count)
    return [(text % {"count": count}, "webhook", "bad", "webhooks:list")] if count else []


def _domains(organisation: Organisation) -> _Found:
    count = Domain.objects.exclude(state=DomainState.PROVED).count()
    text = ngettext("%(count)s domain is not proved", "%(count)s domains are not proved", count)
    return [(text % {"count": count}, "globe", "warn", "domains:list")] if count else []


def _work(organisation: Organisation) -> _Found:
    count = capped(Batch.objects.filter(state__in=IN_WORK))
    text = ngettext("%(count)s batch is in work", "%(count)s batches are in work", count)
    return [(text % {"count": shown(count)}, "refresh-cw", "info", "batches:list")] if count else []


def _drafts(organisation: Organisation) -> _Found:
    count = capped(Achievement.objects.filter(state=AchievementState.DRAFT))
    text = ngettext(
        "%(count)s achievement is not published yet", "%(count)s achievements are not published yet", count
    )
    return [(text % {"count": shown(count)}, "pencil", "", "achievements:list")] if count else []


@dataclass(frozen=True)
class Figures:
    """This month's awards, of those that were sent how many were claimed, and published achievements."""

    awarded: str
    claimed: str
    published: str
    quota: int | None


def figures(organisation: Organisation, *, now: dt.datetime) -> Figures:
    """The figures of the page, each at the cost of at most MOST rows."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    start = first_key(month)
    claimed = Award.objects.delivered(DeliveryState.CLAIMED).filter(pk__gte=start).order_by("-pk")
    return Figures(
        awarded=shown(capped(Award.objects.since(start))),
        claimed=shown(capped(claimed)),
        published=shown(capped(Achievement.objects.filter(state=AchievementState.PUBLISHED))),
        quota=organisation.quota_awards_a_month,
    )


def first_steps(organisation: Organisation, by: Actor) -> list[Step]:
    """The way of a new organisation to its first badge; empty once it has awarded, or for who may do none."""
    may = organisation.state == OrganisationState.ACTIVE and (
        by.may(Permission.AUTHOR) or by.may(Permission.AWARD)
    )
    if not may or Award.objects.exists():
        return []
    issuer = Issuer.objects.filter(archived_at=None).exists()
    achievement = Achievement.objects.exists()
    published = Achievement.objects.filter(state=AchievementState.PUBLISHED).exists()
    rows = [
        (
            _("Make an issuer profile"),
            _("Name, picture and website of who signs. Its keys are made at once."),
            issuer,
            "issuers:new" if by.may(Permission.ISSUERS) else "issuers:list",
        ),
        (
            _("Define an achievement"),
            _("What can be earned, by which criteria, and how it is assessed."),
            achievement,
            "achievements:new" if by.may(Permission.AUTHOR) else "achievements:list",
        ),
        (
            _("Publish it"),
            _("From then on it can be awarded. A published version never changes."),
            published,
            "achievements:list",
        ),
        (
            _("Award it"),
            _("To one learner, to a whole list, or by a link that learners open themselves."),
            False,
            "awards:choose" if by.may(Permission.AWARD) else "awards:list",
        ),
    ]
    return [Step(title, text, done, address(organisation, name)) for title, text, done, name in rows]
