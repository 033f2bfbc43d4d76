"""Writing the log."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Protocol

from django.utils import timezone

from insignia_server.audit.models import Entry, Pseudonym


class ActsFor(Protocol):
    """What the log needs of an actor (organisations.actors.Actor has it)."""

    @property
    def kind(self) -> str: ...
    @property
    def organisation_id(self) -> uuid.UUID | None: ...
    @property
    def user_id(self) -> uuid.UUID | None: ...
    @property
    def client_id(self) -> uuid.UUID | None: ...


def pseudonym(user_id: uuid.UUID) -> uuid.UUID:
    """The person's name in the log; made at the first act."""
    row, _ = Pseudonym.objects.get_or_create(user_id=user_id)
    return row.pseudonym


def record(*, by: ActsFor, action: str, subject: Any = None, **facts: Any) -> None:
    """Write one act, in the transaction of the act. `facts` are plain values, never names or addresses."""
    actor = pseudonym(by.user_id) if by.user_id else by.client_id
    Entry.objects.create(
        organisation_id=by.organisation_id,
        at=timezone.now(),
        actor_kind=by.kind,
        actor=actor,
        action=action,
        subject_kind=subject._meta.model_name if subject is not None else "",
        subject=str(subject.pk) if subject is not None else "",
        facts=facts,
    )


def record_many(*, by: ActsFor, action: str, kind: str, subjects: Iterable[uuid.UUID], **facts: Any) -> None:
    """Write one act for each subject of a kind (its model's name); otherwise as `record`."""
    actor = pseudonym(by.user_id) if by.user_id else by.client_id
    now = timezone.now()
    Entry.objects.bulk_create(
        [
            Entry(
                organisation_id=by.organisation_id,
                at=now,
                actor_kind=by.kind,
                actor=actor,
                action=action,
                subject_kind=kind,
                subject=str(key),
                facts=facts,
            )
            for key in subjects
        ]
    )


def erase(user_id: uuid.UUID) -> bool:
    """Destroy the mapping: from now on nobody can tell whose acts these were."""
    return bool(Pseudonym.objects.filter(user_id=user_id).delete()[0])
