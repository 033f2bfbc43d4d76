"""What mail providers report by webhook, through anymail: the same outcomes as a bounce by mail."""

from __future__ import annotations

import uuid
from typing import Any, Final

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.utils import timezone

from insignia_server.kit import scopes
from insignia_server.mail import outcomes
from insignia_server.mail.bounces import Bounce, record
from insignia_server.mail.models import BounceKind, Message
from insignia_server.mail.replies import enhanced_status, kind_of
from insignia_server.mail.tokens import read_return_token
from insignia_server.mail.words import one_line

_HARD: Final = frozenset({RejectReason.INVALID, RejectReason.BOUNCED})


def hear(sender: object, event: AnymailTrackingEvent, esp_name: str, **_: object) -> None:
    """anymail's `tracking` signal: what happened to a message of ours; of others nothing is kept."""
    message_id = _message(event)
    if message_id is None:
        return
    now = event.timestamp or timezone.now()
    words = one_line(
        str(event.mta_response or event.description or event.reject_reason or esp_name), limit=1000
    )
    if event.event_type in (EventType.BOUNCED, EventType.DEFERRED):
        final = event.event_type == EventType.BOUNCED
        record(
            Bounce(message_id, _kind(event, words), words, status=enhanced_status(words), final=final),
            now=now,
        )
    elif event.event_type == EventType.COMPLAINED:
        record(Bounce(message_id, BounceKind.SOFT, words, complaint=True), now=now)
    elif event.event_type in (EventType.REJECTED, EventType.FAILED):
        outcomes.refused(message_id, text=words, now=now)
    elif event.event_type == EventType.CLICKED:
        outcomes.opened(message_id, now=now)


def _kind(event: AnymailTrackingEvent, words: str) -> BounceKind:
    if event.reject_reason in _HARD and event.event_type == EventType.BOUNCED:
        status = enhanced_status(words)
        return kind_of(status, words) if status else BounceKind.HARD
    return kind_of(enhanced_status(words), words)


@scopes.crossing("mail")
def _message(event: AnymailTrackingEvent) -> uuid.UUID | None:
    """By our token, which most providers hand back, or by the key that the provider gave the message."""
    metadata: Any = event.metadata or {}
    token = metadata.get("message") if hasattr(metadata, "get") else None
    if isinstance(token, str) and (key := read_return_token(token)):
        return key
    given = str(event.message_id or "")[:255]
    if not given:
        return None
    return Message.plain.filter(provider_message_id=given).values_list("pk", flat=True).first()
