"""The learner's side: awards become a person's when an identifier is proved; the learner decides who sees
them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.awarding.models import Award, Claim, ClaimLink, ClaimState, DeliveryState
from insignia_server.credentials.models import VisitorView
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.people.models import Identifier, User
from insignia_server.webhooks import services as webhooks


def learner(user_id: UUID, organisation_id: UUID) -> Actor:
    """A learner who acts on what is theirs."""
    return Actor("learner", organisation_id, user_id=user_id)


@transaction.atomic
def attach_person(*, user: User, identifier: Identifier, now: dt.datetime | None = None) -> int:
    """Everything awarded to a proved identifier becomes this person's, in all organisations; how many awards.

    Found by the blind index, without a scan. The identifier must be the user's own row, which says that it
    was proved.
    """
    if identifier.user_id != user.pk:
        raise NotHere
    now = now or timezone.now()
    index = bytes(identifier.blind_index)
    with scopes.crossing("identity-proved"):
        rows = Award.objects.filter(blind_index=index, person=None)
        found = list(rows.select_for_update(no_key=True).values_list("pk", "organisation_id"))
        keys = [key for key, _ in found]
        for start in range(0, len(keys), 500):
            Award.objects.filter(pk__in=keys[start : start + 500], person=None).update(
                person=user, claimed_at=now, delivery=DeliveryState.CLAIMED
            )
        Claim.objects.filter(blind_index=index, person=None).update(person=user)
        by_organisation: dict[UUID, list[UUID]] = defaultdict(list)
        for key, organisation_id in found:
            by_organisation[organisation_id].append(key)
        for organisation_id, theirs in by_organisation.items():
            audit.record(by=learner(user.pk, organisation_id), action="award.claim", count=len(theirs))
            for key in theirs:
                data = {"award": str(key)}
                webhooks.publish(organisation_id=organisation_id, type="award.claimed", data=data)
    return len(found)


def identifier_proved(identifier: Identifier) -> None:
    """people.subscribers calls this within its transaction."""
    attach_person(user=identifier.user, identifier=identifier)


def own_request(*, user: User, link: ClaimLink) -> Claim | None:
    """What a person asked for through a link, newest first, once the address was proved; whatever became of
    the link."""
    with scopes.person(user.pk):
        rows = Claim.objects.filter(link_id=link.pk).exclude(state=ClaimState.UNPROVED)
        row: Claim | None = rows.order_by("-pk").first()
    return row


@transaction.atomic
def set_visibility(*, user: User, award: Award, visibility: str) -> Award:
    """Who may see the badge page; only the learner decides. Works in the person's scope.

    Raises:
        NotHere: it is somebody else's, or nobody has claimed it.
        Refused: there is no such choice.
    """
    if visibility not in VisitorView.values:
        known = ", ".join(VisitorView.values)
        raise Refused(Refusal(_("Choose who may see it."), "visibility", "choice", known, visibility))
    changed = Award.objects.filter(pk=award.pk, person_id=user.pk).update(visibility=visibility)
    if not changed:
        raise NotHere
    award.visibility = visibility
    audit.record(
        by=learner(user.pk, award.organisation_id),
        action="award.visibility",
        subject=award,
        visibility=visibility,
    )
    return award
