"""Rows that the views of this package look for, within the scope of the organisation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from insignia_server.achievements import services
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.console.access import ConsoleRequest, need
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.roles import Permission


@dataclass(frozen=True)
class Listed:
    """An achievement in a list: what stands in its row."""

    achievement: Achievement
    number: int | None
    has_draft: bool


def achievement_of(key: uuid.UUID) -> Achievement:
    """The achievement of this key in the organisation, or 404."""
    found: Achievement = need(
        Achievement.objects.select_related("issuer", "created_by").filter(pk=key).first()
    )
    return found


def issuers_of() -> QuerySet[Issuer]:
    """The issuer profiles that can issue."""
    return Issuer.objects.filter(archived_at__isnull=True).order_by("name")


def listed(achievements: Iterable[Achievement]) -> list[Listed]:
    """Rows for a list, with one query for all their versions."""
    rows = list(achievements)
    versions = AchievementVersion.objects.filter(achievement__in=rows).values_list("achievement_id", "number")
    numbers: dict[uuid.UUID, list[int | None]] = {}
    for key, number in versions:
        numbers.setdefault(key, []).append(number)
    return [
        Listed(
            row,
            max((one for one in numbers.get(row.pk, ()) if one is not None), default=None),
            None in numbers.get(row.pk, ()),
        )
        for row in rows
    ]


def version_of(achievement: Achievement, number: str) -> AchievementVersion:
    """The published version of this number, or the newest there is for anything else."""
    if number.isdecimal() and len(number) < 9:
        found: AchievementVersion = need(
            AchievementVersion.objects.filter(achievement=achievement, number=int(number)).first()
        )
        return found
    return services.newest(achievement)


def address(request: ConsoleRequest, name: str, achievement: Achievement | None = None) -> str:
    """The address of a page of this package."""
    arguments: dict[str, Any] = {"organisation": request.organisation.slug}
    if achievement is not None:
        arguments["achievement"] = achievement.pk
    return reverse(f"console:achievements:{name}", kwargs=arguments)


def posted(request: ConsoleRequest) -> QueryDict | None:
    """What a form is bound to: the posted fields, even when there are none."""
    return request.POST if request.method == "POST" else None


def page_context(request: ConsoleRequest, achievement: Achievement, current: str = "") -> dict[str, Any]:
    """What every page of one achievement shows: its head, its tabs, and what the person may do."""
    draft, published = services.draft_of(achievement), services.published(achievement)
    return {
        "organisation": request.organisation,
        "achievement": achievement,
        "draft": draft,
        "published": published,
        "version": draft or published,
        "tab": current,
        "may_author": request.actor.may(Permission.AUTHOR),
        "may_publish": request.actor.may(Permission.PUBLISH),
        "may_clone": services.may_clone(request.actor, achievement),
        "may_award": request.actor.may(Permission.AWARD) and published is not None,
    }
