"""The one writer of awards: rows, messages and credentials go into the caller's transaction together."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _

from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding.models import (
    Award,
    AwardSource,
    AwardState,
    DeliveryState,
)
from insignia_server.awarding.querysets import name_key
from insignia_server.awarding.recipients import Recipient
from insignia_server.credentials.models import VisitorView
from insignia_server.issuers.models import Issuer
from insignia_server.kit.bulk_insert import insert_many
from insignia_server.kit.errors import Refusal
from insignia_server.mail.services import Outgoing, queue_many
from insignia_server.people.models import Identifier
from insignia_server.webhooks import services as webhooks

COLUMNS: Final = (
    *("id", "organisation_id", "version_id", "achievement_id", "credential_id", "idempotency_key", "source"),
    *("batch_id", "line", "state", "identifier_kind", "identifier", "blind_index", "email", "name"),
    *("name_key", "language", "details", "person_id", "claimed_at", "visibility", "delivery", "delivered_at"),
    *("message_id", "created_by_id", "created_at", "valid_until"),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One award to be written. `id` is also the credential's; `details` are Facts as JSON and the salt."""

    id: uuid.UUID
    key: str
    identifier_kind: str
    identifier: str
    blind_index: bytes
    email: str
    name: str
    language: str
    details: Mapping[str, Any]
    line: int | None = None
    person_id: uuid.UUID | None = None
    claimed_at: dt.datetime | None = None
    visibility: str = VisitorView.UNLISTED.value
    message: Mapping[str, Any] = field(default_factory=dict)  # more for its mail: a reason, an end


@dataclass(frozen=True, slots=True)
class Source:
    """What the awards of one call have in common. `send` False: nobody is written to."""

    version: AchievementVersion
    issuer: Issuer
    kind: AwardSource
    language: str  # of mails, where the recipient has none
    now: dt.datetime
    by_user: uuid.UUID | None = None
    batch_id: uuid.UUID | None = None
    send: bool = True
    mail: str = "award"


def record(source: Source, acts: Sequence[Act]) -> int:
    """Write awards and queue their messages; how many messages. The credentials are written beside them.

    Raises IntegrityError when an idempotency key of the organisation was used before: then the caller's
    transaction is lost.
    """
    messages = _queue(source, acts) if source.send else {}
    insert_many(Award, COLUMNS, (_row(source, act, messages.get(act.id)) for act in acts))
    _tell_claimed(source, acts)
    return len(messages)


def _row(source: Source, act: Act, message_id: uuid.UUID | None) -> tuple[object, ...]:
    version = source.version
    return (
        act.id,
        version.organisation_id,
        version.pk,
        version.achievement_id,
        act.id,
        act.key,
        source.kind.value,
        source.batch_id,
        act.line,
        AwardState.ISSUED.value,
        act.identifier_kind,
        act.identifier,
        act.blind_index,
        act.email,
        act.name,
        name_key(act.name),
        act.language,
        act.details,
        act.person_id,
        act.claimed_at,
        act.visibility,
        _delivery(act, message_id).value,
        None,
        message_id,
        source.by_user,
        source.now,
        dt.datetime.fromisoformat(end) if (end := act.details.get("valid_until")) else None,
    )


def _delivery(act: Act, message_id: uuid.UUID | None) -> DeliveryState:
    """What is somebody's already is claimed, whatever becomes of its mail (owning.py, delivery.py)."""
    if act.claimed_at:
        return DeliveryState.CLAIMED
    return DeliveryState.QUEUED if message_id else DeliveryState.NONE


def _tell_claimed(source: Source, acts: Sequence[Act]) -> None:
    """Webhooks hear of an award that is claimed the moment it is made as they hear of any other claim."""
    organisation_id = source.version.organisation_id
    claimed = [act for act in acts if act.claimed_at == source.now]
    if claimed and webhooks.anyone_hears("award.claimed", organisation_id=organisation_id):
        for act in claimed:
            webhooks.publish(
                organisation_id=organisation_id, type="award.claimed", data={"award": str(act.id)}
            )


def badge_url(issuer: Issuer, key: uuid.UUID) -> str:
    """The badge page."""
    return f"{issuer.base_url}/badges/{key}/"


def mail_context(version: AchievementVersion, issuer: Issuer) -> dict[str, str]:
    """What the messages about awards of a version have in common."""
    return {
        "achievement": version.content["name"],
        "issuer": issuer.name,
        "picture": f"{issuer.base_url}/achievements/{version.achievement_id}/{version.number}.png",
        "answers_to": issuer.email,
    }


def _queue(source: Source, acts: Sequence[Act]) -> dict[uuid.UUID, uuid.UUID]:
    shared = mail_context(source.version, source.issuer)
    to_send = [act for act in acts if act.email]
    outgoing = (
        Outgoing(
            kind=source.mail,
            to=act.email,
            name=act.name,
            language=act.language or source.language,
            context={"url": badge_url(source.issuer, act.id), **act.message},
            subject_type="award",
            subject_id=str(act.id),
            organisation_id=source.version.organisation_id,
            shared=shared,
        )
        for act in to_send
    )
    return dict(zip((act.id for act in to_send), queue_many(outgoing, now=source.now), strict=True))


def people_of(indexes: Iterable[bytes]) -> dict[bytes, uuid.UUID]:
    """Who has proved these identifiers, by blind index. One query for up to a thousand."""
    rows = Identifier.objects.filter(blind_index__among=list(indexes)).values_list("blind_index", "user_id")
    return {bytes(index): user_id for index, user_id in rows}


def known_keys(keys: Sequence[str]) -> dict[str, uuid.UUID]:
    """Which of these idempotency keys the organisation has used, and for which award."""
    rows: models.QuerySet[Any] = Award.objects.filter(idempotency_key__among=keys)
    return dict(rows.values_list("idempotency_key", "pk"))


@dataclass(frozen=True, slots=True)
class Named:
    """The award that a key named: whose it is, and of which achievement."""

    award: uuid.UUID
    identifier_kind: str
    identifier: str
    achievement: uuid.UUID

    def other(self, key: str, recipient: Recipient, achievement: uuid.UUID) -> Refusal | None:
        """Why the key cannot name the award of this achievement to this (normalised) recipient; None where it
        is the same act again."""
        here = (recipient.identifier_kind, recipient.identifier, achievement)
        if here == (self.identifier_kind, self.identifier, self.achievement):
            return None
        text = _("This key named the award to {who}. Give each award its own key.")
        if achievement != self.achievement:
            text = _("This key named an award of another achievement, to {who}. Give each its own key.")
        message = text.format(who=self.identifier)
        return Refusal(message, "key", "key.other", _("each key once"), key[:200])


def named_by(keys: Sequence[str]) -> dict[str, Named]:
    """The awards that these idempotency keys named in the organisation."""
    rows: models.QuerySet[Any] = Award.objects.filter(idempotency_key__among=keys)
    values = rows.values_list("idempotency_key", "pk", "identifier_kind", "identifier", "achievement_id")
    return {key: Named(*rest) for key, *rest in values}
