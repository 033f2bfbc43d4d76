"""The list of awards, and one award."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.audit.words import said
from insignia_server.awarding import evidence
from insignia_server.awarding import listing as listing_of
from insignia_server.awarding.facts import Facts
from insignia_server.awarding.models import Award, AwardState, DeliveryState
from insignia_server.awarding.querysets import SHOWN
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.credentials.subject import Evidence, Result
from insignia_server.kit.markdown import render as markdown
from insignia_server.mail.models import Message
from insignia_server.organisations.roles import Permission

PAGE = 50
ITS_HISTORY = Q(subject_kind="award") | Q(action="credential.supersede")  # a credential has its award's key


def query_of(request: HttpRequest) -> str:
    """The filters without the cursor, to go on with."""
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    return kept.urlencode()


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Everything that was awarded, newest first; found by address, or by the beginning of a name in its
    order."""
    get = request.GET
    words, state, achievement = get.get("q", ""), get.get("state", ""), get.get("achievement", "")
    now = timezone.now()
    try:
        key = uuid.UUID(achievement) if achievement else None
    except ValueError:
        key = uuid.UUID(int=0)  # nothing has this key
    wanted = listing_of.Wanted(search=words, state=state, achievement=key)
    page = listing_of.page(wanted, now=now, after=get.get("after"), before=get.get("before"), size=PAGE)
    context: dict[str, Any] = {
        "rows": [(row, row.shown_state(now=now)) for row in page.rows],
        "page": page,
        "query": query_of(request),
        "state": state,
        "states": SHOWN,
        "achievement": achievement,
        "achievements": Achievement.objects.exclude(state="draft").order_by("name")[:300],
        "filtered": bool(words or state or achievement),
        "may_award": request.actor.may(Permission.AWARD),
    }
    return render(request, "console/awards/list.html", context)


def award_of(key: uuid.UUID) -> Award:
    """An award of this organisation, with what its pages show; 404 for all others."""
    rows = Award.objects.select_related(
        "credential__superseded_by",
        "version",
        "achievement__issuer",
        "achievement__organisation",
        "batch",
        "person",
    )
    row: Award = need(rows.filter(pk=key).first())
    return row


def _evidence(facts: Facts) -> list[tuple[Evidence, str, str]]:
    """Each piece, the kind and size of its file where it lies here, and its narrative as clean HTML."""
    files = evidence.files_of([one.url for one in facts.evidence])
    return [
        (one, evidence.told(files[one.url]) if one.url in files else "", markdown(one.narrative))
        for one in facts.evidence
    ]


def _reached(definition: Definition, result: Result) -> tuple[str, str]:
    """What was measured, and the value, the level of a rubric by its name, or the status."""
    about = definition.result(result.description)
    if about is None:
        return result.description, result.value or result.level or result.status
    level = next((one.name for one in about.levels if one.key == result.level), result.level)
    return about.name, result.value or level or result.status


@require_safe
@console(Permission.READ)
def detail(request: ConsoleRequest, award: uuid.UUID) -> HttpResponse:
    """One award: what it says, where it is, what happened to it, and what can be done."""
    row = award_of(award)
    state = row.shown_state(now=timezone.now())
    definition = Definition.from_json(row.version.content)
    facts = Facts.of(row)
    live = row.state == AwardState.ISSUED and row.credential.state in ("valid", "suspended")
    messages = list(Message.plain.filter(subject_type="award", subject_id=str(row.pk)).order_by("pk"))
    context = {
        "award": row,
        "state": state,
        "narrative": markdown(facts.narrative),
        "evidence": _evidence(facts),
        "results": [_reached(definition, one) for one in facts.results],
        "before": Award.objects.filter(credential__superseded_by=row.credential_id).first(),
        "history": [
            (said(one.action), one.at)
            for one in Entry.objects.filter(ITS_HISTORY, subject=str(row.pk)).order_by("pk")
        ],
        "messages_sent": messages,
        "live": live,
        "may_award": request.actor.may(Permission.AWARD),
        "may_revoke": request.actor.may(Permission.REVOKE),
        "may_manage": request.actor.may(Permission.MANAGE),
        "can_suspend": live and row.credential.state == "valid" and definition.status != "revocation",
        "can_reinstate": row.credential.state == "suspended" and definition.status != "revocation",
        "undelivered": not row.erased and row.delivery in (DeliveryState.BOUNCED, DeliveryState.FAILED),
    }
    return render(request, "console/awards/detail.html", context)
