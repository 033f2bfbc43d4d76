"""The delivery desk: what became of messages, sending again to a corrected address, reminders."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.awarding.models import Award, AwardState, Batch, BatchState, DeliveryState
from insignia_server.awarding.recipients import Recipient, normalised
from insignia_server.awarding.recording import badge_url, mail_context
from insignia_server.credentials.models import CredentialState
from insignia_server.kit import blind, scopes
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.mail import suppressions
from insignia_server.mail.models import MessageState
from insignia_server.mail.services import Outgoing, queue_many, recent, subjects, withdraw, withdrawn
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks import services as webhooks

MOST_REMINDED: Final = 500
_REST: Final = dt.timedelta(days=1)  # between two reminders of the same badge
_STATES: Final = {
    MessageState.SENT: DeliveryState.SENT,
    MessageState.OPENED: DeliveryState.OPENED,
    MessageState.BOUNCED: DeliveryState.BOUNCED,
    MessageState.COMPLAINED: DeliveryState.BOUNCED,
    MessageState.FAILED: DeliveryState.FAILED,
}
_BEFORE: Final = {
    DeliveryState.SENT: (DeliveryState.QUEUED,),
    DeliveryState.OPENED: (
        *(DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.FAILED),
    ),
    DeliveryState.BOUNCED: (DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.OPENED),
    DeliveryState.FAILED: (DeliveryState.QUEUED, DeliveryState.SENT),
    DeliveryState.WITHHELD: (DeliveryState.QUEUED,),
}


def heard(message_ids: Sequence[uuid.UUID], state: MessageState) -> None:
    """What mail tells within its transaction: the awards that these messages bring move on, with their
    batches."""
    to = _STATES.get(state)
    if to is None:
        return
    dropped = withdrawn(message_ids) if to == DeliveryState.FAILED else set()
    others = [key for key in message_ids if key not in dropped]
    for ids, reached in ((list(dropped), DeliveryState.WITHHELD), (others, to)):
        keys = [uuid.UUID(key) for key in subjects(ids, "award")] if ids else []
        if keys:
            with scopes.crossing("mail-outcome"):
                _move(keys, ids, reached)
                _claimed(keys, ids, reached)


def _move(keys: Sequence[uuid.UUID], message_ids: Sequence[uuid.UUID], to: DeliveryState) -> None:
    """The awards that nobody has claimed yet."""
    rows = list(
        Award.objects.filter(pk__in=keys, message_id__in=message_ids, delivery__in=_BEFORE[to])
        .order_by("pk")
        .values_list("pk", "organisation_id", "batch_id", "delivery")
    )
    values: dict[str, Any] = {"delivery": to}
    if to == DeliveryState.SENT:
        values["delivered_at"] = timezone.now()
    for start in range(0, len(rows), 500):
        part = [row[0] for row in rows[start : start + 500]]
        Award.objects.filter(pk__in=part, delivery__in=_BEFORE[to]).update(**values)
    first = Counter(batch for _, _, batch, before in rows if batch and before == DeliveryState.QUEUED)
    _count(first, to)
    if to in (DeliveryState.BOUNCED, DeliveryState.FAILED):
        for key, organisation_id, _batch, _before in rows:
            data = {"award": str(key), "delivery": to.value}
            webhooks.publish(organisation_id=organisation_id, type="award.delivery", data=data)


def _claimed(keys: Sequence[uuid.UUID], message_ids: Sequence[uuid.UUID], to: DeliveryState) -> None:
    """What is claimed stays claimed; only the first news of its mail is counted for its batch."""
    found = Award.objects.filter(
        pk__in=keys, message_id__in=message_ids, delivery=DeliveryState.CLAIMED, delivered_at=None
    )
    rows = list(found.values_list("pk", "batch_id"))
    arrived = to in (DeliveryState.SENT, DeliveryState.OPENED)
    values: dict[str, Any] = {"delivered_at": timezone.now()} if arrived else {"message_id": None}
    Award.objects.filter(pk__in=[key for key, _ in rows]).update(**values)
    _count(Counter(batch for _, batch in rows if batch), to)


def _count(batches: Counter[uuid.UUID], to: DeliveryState) -> None:
    """A batch is done when nothing of it waits any more; what was withdrawn is no longer to be sent."""
    for key, count in sorted(batches.items()):
        values: dict[str, Any] = {"sent": F("sent") + count}
        if to == DeliveryState.FAILED:
            values = {"unsent": F("unsent") + count}
        elif to == DeliveryState.WITHHELD:
            values = {"to_send": Greatest(F("to_send") - count, 0)}
        Batch.objects.filter(pk=key).update(**values)
        finish_delivery(key)


def finish_delivery(key: uuid.UUID) -> bool:
    """From `delivering` to `done` when every message was sent or given up; True when that happened now."""
    found = Batch.objects.filter(
        pk=key, state=BatchState.DELIVERING, to_send__lte=F("sent") + F("unsent")
    ).update(state=BatchState.DONE)
    return bool(found)


@transaction.atomic
def send_again(*, by: Actor, award: Award, email: str | None = None, now: dt.datetime | None = None) -> Award:
    """Send the mail once more, to a corrected address if one is given. The credential stays as it is.

    An address that a person gives here is written to again, even if mail to it bounced before.

    Raises:
        Forbidden, NotHere.
        Refused: the address is wrong, there is none, or the award is no longer in force.
    """
    by.require(Permission.AWARD)
    _sendable(by, award)
    now = now or timezone.now()
    address = award.email
    if email is not None:
        person, errors, _warnings = normalised(Recipient(email=email))
        if errors or not person.email:
            raise Refused(*errors or [Refusal(_("Give an email address."), "email", "email.invalid")])
        address = person.email
    if not address:
        raise Refused(Refusal(_("Give an address to write to."), "email", "required"))
    suppressions.lift(by.organisation_id, suppressions.address_index(address))
    withdraw("award", [str(award.pk)])
    changed = address != award.email
    message_id = _send(award, address, "award", now)
    award.email, award.message_id, award.delivered_at = address, message_id, None
    if not award.claimed_at:
        award.delivery = DeliveryState.QUEUED
    if award.batch_id:
        Batch.objects.filter(pk=award.batch_id).update(to_send=F("to_send") + 1)
    award.save(update_fields=["email", "message_id", "delivery", "delivered_at"])
    audit.record(by=by, action="award.send-again", subject=award, other_address=changed)
    return award


@transaction.atomic
def remind(*, by: Actor, awards: Iterable[Award], now: dt.datetime | None = None) -> int:
    """Remind those who have not claimed their badge; how many were written to, at most 500 at once.

    Who has claimed it, has no address, asked for no reminders, was reminded within a day, whose mail still
    waits, or whose badge has expired, is left out.
    Raises Forbidden, NotHere, Refused for more than 500.
    """
    by.require(Permission.AWARD)
    now = now or timezone.now()
    keys = [award.pk for award in awards]
    if len(keys) > MOST_REMINDED:
        message = _("Remind at most {count} people at once.").format(count=MOST_REMINDED)
        raise Refused(Refusal(message, "awards", "limit", str(MOST_REMINDED), str(len(keys))))
    rows = list(
        Award.objects.for_list()
        .filter(pk__in=keys, state=AwardState.ISSUED, person=None, credential__state=CredentialState.VALID)
        .filter(delivery__in=(DeliveryState.SENT, DeliveryState.OPENED, DeliveryState.NONE))
        .filter(Q(valid_until=None) | Q(valid_until__gt=now))
        .exclude(email="")
    )
    if any(row.organisation_id != by.organisation_id for row in rows):
        raise NotHere
    indexes = {row.pk: blind.index("emailAddress", row.email) for row in rows}
    closed = suppressions.is_suppressed(by.organisation_id, indexes.values(), reminders=True)
    just = set(recent("award", [str(row.pk) for row in rows], kind="award_reminder", since=now - _REST))
    chosen = [row for row in rows if indexes[row.pk] not in closed and str(row.pk) not in just]
    language = Organisation.objects.values_list("language", flat=True).get(pk=by.organisation_id)
    contexts: dict[uuid.UUID, dict[str, str]] = {}
    queue_many(
        [
            _outgoing(
                row,
                row.email,
                "award_reminder",
                language,
                contexts.setdefault(row.version_id, mail_context(row.version, row.achievement.issuer)),
            )
            for row in chosen
        ],
        now=now,
    )
    if chosen:
        audit.record(by=by, action="award.remind", count=len(chosen))
    return len(chosen)


def _sendable(by: Actor, award: Award) -> None:
    if award.organisation_id != by.organisation_id:
        raise NotHere
    if award.erased:
        message = _("Its learner was erased, so there is nobody to write to.")
        raise Refused(Refusal(message, "", "state", "", "erased"))
    if award.state != AwardState.ISSUED or award.credential.state not in (
        CredentialState.VALID,
        CredentialState.SUSPENDED,
    ):
        message = _("It is no longer in force, so there is nothing to send.")
        raise Refused(Refusal(message, "", "state", CredentialState.VALID, award.credential.state))


def _send(award: Award, address: str, kind: str, now: dt.datetime) -> uuid.UUID:
    language = Organisation.objects.values_list("language", flat=True).get(pk=award.organisation_id)
    context = mail_context(award.version, award.achievement.issuer)
    return queue_many([_outgoing(award, address, kind, language, context)], now=now)[0]


def _outgoing(award: Award, address: str, kind: str, language: str, shared: dict[str, str]) -> Outgoing:
    return Outgoing(
        kind=kind,
        to=address,
        name=award.name,
        language=award.language or language,
        context={"url": badge_url(award.achievement.issuer, award.pk)},
        subject_type="award",
        subject_id=str(award.pk),
        organisation_id=award.organisation_id,
        shared=shared,
    )
