"""Claim links: opened and closed by who may award, found by their addresses."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.audit import services as audit
from insignia_server.awarding.models import Claim, ClaimLink
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Group, OrganisationState
from insignia_server.organisations.roles import Permission

_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@transaction.atomic
def open_link(
    *,
    by: Actor,
    achievement: Achievement,
    name: str,
    limit: int | None = None,
    opens_at: dt.datetime | None = None,
    closes_at: dt.datetime | None = None,
    needs_approval: bool = False,
    domains: Sequence[str] = (),
    group: Group | None = None,
    in_catalogue: bool = False,
    now: dt.datetime | None = None,
) -> ClaimLink:
    """A new link. `domains`: only addresses of these; `group`: only its roster; `limit`: so many claims at
    most; `in_catalogue`: the public catalogue leads to it.

    Raises:
        Forbidden, NotHere.
        Refused: no name, a limit under 1, it closes before it opens or before now, a wrong domain, an
        achievement that cannot be awarded.
    """
    by.require(Permission.AWARD)
    if achievement.organisation_id != by.organisation_id:
        raise NotHere
    if group is not None and group.organisation_id != by.organisation_id:
        raise NotHere
    achievements.awardable(achievement)
    names = [one.strip().lower().removeprefix("@") for one in domains if one.strip()]
    refusals = []
    if not name.strip():
        refusals.append(Refusal(_("Give the link a name."), "name", "required"))
    if limit is not None and limit < 1:
        refusals.append(Refusal(_("Allow one claim or more."), "limit", "range", "1", str(limit)))
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        message = _("It would close before it opens.")
        refusals.append(Refusal(message, "closes_at", "order", opens_at.isoformat(), closes_at.isoformat()))
    elif closes_at is not None and closes_at <= (now or timezone.now()):
        message = _("This time is over: the link would be closed at once.")
        refusals.append(Refusal(message, "closes_at", "past", got=closes_at.isoformat()))
    refusals += [
        Refusal(_("This is no domain."), "domains", "domain", "university.example", one[:100])
        for one in names
        if not _DOMAIN.fullmatch(one)
    ]
    if refusals:
        raise Refused(*refusals)
    link: ClaimLink = ClaimLink.objects.create(
        organisation_id=by.organisation_id,
        achievement=achievement,
        name=name.strip()[:200],
        token=new_token(),
        limit=limit,
        opens_at=opens_at,
        closes_at=closes_at,
        needs_approval=needs_approval,
        domains=names,
        group=group,
        in_catalogue=in_catalogue,
        created_by_id=by.user_id,
    )
    audit.record(by=by, action="claim-link.open", subject=link)
    return link


@transaction.atomic
def close_link(*, by: Actor, link: ClaimLink, now: dt.datetime | None = None) -> ClaimLink:
    """Take no more claims. Raises Forbidden, NotHere."""
    by.require(Permission.AWARD)
    ours(by, link)
    if ClaimLink.objects.filter(pk=link.pk, closed_at=None).update(closed_at=now or timezone.now()):
        audit.record(by=by, action="claim-link.close", subject=link)
    link.closed_at = ClaimLink.objects.values_list("closed_at", flat=True).get(pk=link.pk)
    return link


@transaction.atomic
def show_in_catalogue(*, by: Actor, link: ClaimLink, shown: bool) -> ClaimLink:
    """Let the public catalogue lead to the link while it is open, or no longer. Raises Forbidden, NotHere."""
    by.require(Permission.AWARD)
    ours(by, link)
    if ClaimLink.objects.filter(pk=link.pk).exclude(in_catalogue=shown).update(in_catalogue=shown):
        audit.record(by=by, action="claim-link.catalogue", subject=link, shown=shown)
    link.in_catalogue = shown
    return link


def catalogue_links(keys: Sequence[uuid.UUID], *, now: dt.datetime) -> dict[uuid.UUID, ClaimLink]:
    """Of achievements that have one: the newest link that is open to everyone in the catalogue; one query."""
    rows = ClaimLink.objects.filter(
        achievement__in=keys, in_catalogue=True, closed_at=None, organisation__state=OrganisationState.ACTIVE
    )
    return {row.achievement_id: row for row in rows.order_by("pk") if row.standing(now) == "open"}


def link_url(link: ClaimLink) -> str:
    """The address to give to learners, also as a QR code."""
    return f"{settings.PUBLIC_URL}/claim/{link.token}/"


def find_link(token: str) -> ClaimLink:
    """The link of an address (crossing `claim`). Raises NotHere."""
    with scopes.crossing("claim"):
        link: ClaimLink | None = (
            ClaimLink.objects.select_related("achievement__issuer", "organisation", "group")
            .filter(token=token)
            .first()
        )
    if link is None:
        raise NotHere
    return link


def require_open(link: ClaimLink, *, now: dt.datetime) -> None:
    """Raise Refused with the reason when the link takes no claims now."""
    if link.organisation.state != OrganisationState.ACTIVE:
        message = _("{organisation} cannot award badges at the moment. Ask whoever gave you the link.")
        words = message.format(organisation=link.organisation.name)
        raise Refused(
            Refusal(words, "", "organisation-state", OrganisationState.ACTIVE, link.organisation.state)
        )
    if link.closed_at is not None or (link.closes_at is not None and link.closes_at <= now):
        raise Refused(Refusal(_("This link is closed. Ask whoever gave it to you."), "", "closed"))
    if link.opens_at is not None and link.opens_at > now:
        opens = timezone.localtime(link.opens_at)
        message = _("This link opens on {date} at {time}.").format(
            date=date_format(opens, pgettext("date format", "j F Y"), use_l10n=False),
            time=f"{opens:%H:%M %Z}",
        )
        raise Refused(Refusal(message, "", "not-open", link.opens_at.isoformat(), now.isoformat()))
    if link.limit is not None and link.taken >= link.limit:
        raise Refused(full())


def full() -> Refusal:
    """What is said when no place is left."""
    return Refusal(_("All places of this link are taken. Ask whoever gave it to you."), "", "full")


def new_token() -> str:
    """One that nobody guesses, for an address."""
    return secrets.token_urlsafe(24)


def ours(by: Actor, row: ClaimLink | Claim) -> None:
    """Raise NotHere for a link or a claim of another organisation."""
    if row.organisation_id != by.organisation_id:
        raise NotHere
