"""Who hears of a batch: approvers that one waits for them, whoever confirmed it that it is finished."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.conf import settings

from insignia_server.awarding.models import Batch
from insignia_server.mail.services import Outgoing, queue_many
from insignia_server.organisations.models import Member, Organisation
from insignia_server.organisations.roles import Permission, granted
from insignia_server.people.models import User
from insignia_server.webhooks import services as webhooks


def console_url(organisation: Organisation, batch: Batch) -> str:
    """The batch's page in the console."""
    return f"{settings.PUBLIC_URL}/console/{organisation.slug}/batches/{batch.pk}/"


def ask_approvers(batch: Batch, *, by_user: uuid.UUID | None, label: str, now: dt.datetime) -> int:
    """Write to everybody else who may approve; how many that are."""
    members = Member.objects.filter(organisation_id=batch.organisation_id).select_related("user")
    users = [
        member.user
        for member in members
        if Permission.APPROVE in granted(member.roles) and member.user_id != by_user
    ]
    context = {"rows": batch.good, "requested_by": label or "-"}
    return _write(batch, "batch_approval_wanted", users, context, now)


def announce_finished(batch: Batch, *, now: dt.datetime) -> None:
    """Tell webhooks, and whoever confirmed the batch."""
    facts = {"signed": batch.signed, "refused": batch.refused}
    webhooks.publish(
        organisation_id=batch.organisation_id,
        type="batch.finished",
        data={"batch": str(batch.pk), **facts, "skipped": batch.skipped, "bad": batch.bad},
    )
    users = User.objects.filter(pk__in=[batch.confirmed_by_id or batch.created_by_id])
    _write(batch, "batch_finished", users, facts, now)


def _write(
    batch: Batch, kind: str, users: Iterable[User], context: Mapping[str, object], now: dt.datetime
) -> int:
    organisation = Organisation.objects.get(pk=batch.organisation_id)
    achievement = batch.achievement.name if batch.achievement else batch.name
    outgoing = [
        Outgoing(
            kind=kind,
            to=user.email,
            name=user.name,
            language=user.language or organisation.language,
            context={
                "batch": batch.name,
                "achievement": achievement,
                "url": console_url(organisation, batch),
                **context,
            },
            subject_type="batch",
            subject_id=str(batch.pk),
            organisation_id=batch.organisation_id,
        )
        for user in users
    ]
    return len(queue_many(outgoing, now=now))
