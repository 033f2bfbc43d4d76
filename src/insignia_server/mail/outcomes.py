"""Every change of a message's state: a compare-and-set in one transaction with those who want to know."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from insignia_server.kit import scopes
from insignia_server.mail import subscribers, suppressions
from insignia_server.mail.models import (
    BounceKind,
    Failure,
    Message,
    MessageState,
    SuppressionReason,
)

_ON_ITS_WAY = (MessageState.QUEUED, MessageState.SENDING, MessageState.SENT)


@scopes.crossing("mail")
def sent(message: Message, *, provider_message_id: str, now: dt.datetime) -> bool:
    """The mail server has taken it. False when it was opened or bounced meanwhile, or given to another."""
    facts = {"sent_at": now, "provider_message_id": provider_message_id[:255]}
    if _finish_attempt(message, MessageState.SENT, last_error="", **facts):
        return True
    Message.plain.filter(pk=message.pk, sent_at=None).exclude(state=MessageState.QUEUED).update(**facts)
    return False


def failed(message: Message, failure: Failure, *, error: str = "") -> bool:
    """Given up, for a reason of our own."""
    return _finish_attempt(message, MessageState.FAILED, failure=failure, last_error=error[:2000])


@scopes.crossing("mail")
def again(message: Message, *, due_at: dt.datetime, error: str, counts: bool = True) -> bool:
    """Back into the queue until `due_at`; an attempt that did not reach the mail server does not count."""
    changed = _mine(message).update(
        state=MessageState.QUEUED,
        due_at=due_at,
        last_error=error[:2000],
        attempts=message.attempts if counts else max(message.attempts - 1, 0),
    )
    return bool(changed)


def bounced(message_id: uuid.UUID, kind: BounceKind, *, text: str, now: dt.datetime) -> bool:
    """It did not reach its reader; a hard bounce puts the address on the organisation's list. True if new."""
    values = {"bounced_at": now, "bounce_kind": kind, "bounce_text": text[:2000]}
    reason = SuppressionReason.BOUNCED if kind == BounceKind.HARD else None
    return _report(message_id, MessageState.BOUNCED, _ON_ITS_WAY, values, reason=reason, now=now)


def complained(message_id: uuid.UUID, *, text: str, now: dt.datetime) -> bool:
    """Its reader reported it as unwanted: the organisation writes there no more. True if that is new."""
    states = (*_ON_ITS_WAY, MessageState.OPENED, MessageState.BOUNCED)
    reason = SuppressionReason.COMPLAINED
    return _report(
        message_id, MessageState.COMPLAINED, states, {"bounce_text": text[:2000]}, reason=reason, now=now
    )


def refused(message_id: uuid.UUID, *, text: str, now: dt.datetime) -> bool:
    """The mail service took it and then would not send it."""
    values = {"failure": Failure.REFUSED, "last_error": text[:2000]}
    return _report(message_id, MessageState.FAILED, _ON_ITS_WAY, values, now=now)


@scopes.crossing("mail")
def delayed(message_id: uuid.UUID, *, text: str) -> bool:
    """A mail server is still trying: only noted."""
    return bool(Message.plain.filter(pk=message_id, state=MessageState.SENT).update(last_error=text[:2000]))


@scopes.crossing("mail")
def opened(message_id: uuid.UUID, *, now: dt.datetime) -> uuid.UUID | None:
    """Its link was followed, perhaps even after a bounce. None when there is no such message."""
    states = (*_ON_ITS_WAY, MessageState.BOUNCED)
    if _report(message_id, MessageState.OPENED, states, {"opened_at": now}, now=now):
        return message_id
    return message_id if Message.plain.filter(pk=message_id).exists() else None


def _mine(message: Message) -> Any:
    """The message, if this attempt is still the newest one."""
    return Message.plain.filter(pk=message.pk, state=MessageState.SENDING, attempts=message.attempts)


@scopes.crossing("mail")
def _finish_attempt(message: Message, state: MessageState, **values: Any) -> bool:
    with transaction.atomic():
        if not _mine(message).update(state=state, **values):
            return False
        subscribers.tell([message.pk], state)
        return True


@scopes.crossing("mail")
def _report(
    message_id: uuid.UUID,
    state: MessageState,
    states: tuple[MessageState, ...],
    values: dict[str, Any],
    *,
    now: dt.datetime,
    reason: SuppressionReason | None = None,
) -> bool:
    with transaction.atomic():
        if not Message.plain.filter(pk=message_id, state__in=states).update(state=state, **values):
            return False
        if reason is not None:
            message = Message.plain.only("organisation_id", "to_address").get(pk=message_id)
            index = suppressions.address_index(message.to_address)
            suppressions.suppress(message.organisation_id, index, reason=reason, now=now)
        subscribers.tell([message_id], state)
        return True
