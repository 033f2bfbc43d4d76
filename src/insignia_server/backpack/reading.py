"""What a learner's page shows of badges and requests; read in the person's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.definition import texts
from insignia_server.awarding.models import Award, AwardState, Claim, ClaimState
from insignia_server.credentials import linkedin
from insignia_server.credentials.models import CredentialState, VisitorView
from insignia_server.kit.paging import Page, page

PAGE_SIZE: Final = 50
CHUNK: Final = 200
REQUESTS: Final = 10  # undecided or declined ones on the page

# The words of who may see a badge: what each choice means, and where it takes effect.
MEANINGS: Final = {
    VisitorView.PUBLIC: (
        _("Public"),
        _("Everyone may see its page, and search engines may list it."),
    ),
    VisitorView.UNLISTED: (
        _("Only with the link"),
        _("Whoever has the link sees its page. Search engines are asked not to list it. So it begins."),
    ),
    VisitorView.PRIVATE: (
        _("Hidden"),
        _(
            "Only you see its page, signed in. For all others the page, its downloads and its data are gone, "
            "as if there were no such badge. Files that you gave away still verify."
        ),
    ),
}


@dataclass(frozen=True)
class Mine:
    """One badge of the list."""

    award: Award
    name: str
    state: str  # a name of kit.statuses
    reason: str  # why it is revoked or suspended
    successor: str  # the page of the badge that took its place
    linkedin: str  # empty: it is not valid, or nobody else could look at its page


def awards_of_mine(search: str = "") -> Any:
    """The person's awards in every organisation; what was undone as a mistake is left out."""
    rows = Award.objects.filter(state=AwardState.ISSUED)
    if search.strip():
        word = search.strip()[:200]
        rows = rows.filter(
            Q(achievement__name__icontains=word) | Q(achievement__issuer__name__icontains=word)
        )
    return rows.select_related("credential", "version", "achievement__issuer").defer(
        "details", "credential__content", "credential__digest", "version__document"
    )


def badges(search: str, *, after: str | None, before: str | None, now: dt.datetime) -> tuple[Page[Any], Any]:
    """A page of badges, newest first, and its lines."""
    found = page(awards_of_mine(search), after=after, before=before, size=PAGE_SIZE)
    return found, [line(award, now=now) for award in found.rows]


def line(award: Award, *, now: dt.datetime) -> Mine:
    """What is said of a badge, its state first."""
    credential, state = award.credential, award.shown_state(now=now)
    name = texts(award.version.definition, [get_language() or "en"]).name
    address = settings.PUBLIC_URL + reverse("badge", kwargs={"key": credential.pk})
    may_share = state == "valid" and award.visibility != VisitorView.PRIVATE
    newer = credential.superseded_by_id
    replaced = state == CredentialState.SUPERSEDED and newer
    withdrawn = state in (CredentialState.REVOKED, CredentialState.SUSPENDED, CredentialState.SUPERSEDED)
    return Mine(
        award=award,
        name=name,
        state=state,
        reason=credential.state_reason if withdrawn else "",
        successor=reverse("badge", kwargs={"key": newer}) if replaced else "",
        linkedin=linkedin.address(credential, name=name, issuer=award.achievement.issuer, page=address)
        if may_share
        else "",
    )


def requests() -> list[Claim]:
    """The newest requests that wait or were declined."""
    rows = Claim.objects.filter(state__in=(ClaimState.WAITING, ClaimState.DECLINED))
    return list(rows.select_related("link__achievement__issuer").order_by("-pk")[:REQUESTS])


def every_award() -> Iterator[Award]:
    """All badges with their signed bytes and pictures, newest first, in chunks."""
    rows = Award.objects.filter(state=AwardState.ISSUED).select_related(
        "credential", "version__picture", "achievement"
    )
    last = None
    while chunk := list((rows.filter(pk__lt=last) if last else rows).order_by("-pk")[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk
