"""How an achievement can be earned: its course, a claim link, the issuer's page about it, or whom to ask."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding.claim_links import catalogue_links, link_url
from insignia_server.awarding.models import ClaimLink
from insignia_server.issuers.models import Issuer
from insignia_server.kit.links import safe


@dataclass(frozen=True)
class Route:
    """`course`: its own page; `claim`: a link open to everyone; `read`: a page on it; `ask`: the issuer."""

    kind: str
    url: str


def routes(
    versions: Sequence[tuple[AchievementVersion, Issuer]], *, now: dt.datetime
) -> dict[uuid.UUID, Route]:
    """The route of each achievement, by its key; one query. In a crossing."""
    links = catalogue_links([version.achievement_id for version, _issuer in versions], now=now)
    return {
        version.achievement_id: _route(version, issuer, links.get(version.achievement_id))
        for version, issuer in versions
    }


def _route(version: AchievementVersion, issuer: Issuer, link: ClaimLink | None) -> Route:
    if course := safe(version.achievement.earn_url):
        return Route("course", course)
    if link is not None:
        return Route("claim", link_url(link))
    page = safe(version.content.get("criteria_url"))
    if page:
        return Route("read", page)
    if issuer.email:
        return Route("ask", f"mailto:{issuer.email}")
    return Route("ask", safe(issuer.url) or reverse("issuer", kwargs={"slug": issuer.slug}))
