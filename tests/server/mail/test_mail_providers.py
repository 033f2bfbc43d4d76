"""What mail providers report, through anymail."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.test import Client
from mail_rows import ORGANISATION

from insignia_server.mail import sending
from insignia_server.mail.models import BounceKind, Message, MessageState
from insignia_server.mail.provider_events import hear
from insignia_server.mail.services import Outgoing, queue_many
from insignia_server.mail.tokens import return_token


def queued(**more: Any) -> uuid.UUID:
    values: dict[str, Any] = {
        "kind": "award",
        "to": "ann@elsewhere.example",
        "name": "Ann",
        "language": "en",
        "context": {"achievement": "A", "issuer": "I", "url": "https://badges.example.test/badges/1/"},
        "organisation_id": ORGANISATION,
    }
    return queue_many([Outgoing(**(values | more))])[0]


@pytest.fixture
def by_provider(db: None, settings: Any) -> Message:
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    key = queued()
    assert sending.send_due() == 1
    message = Message.plain.get(pk=key)
    assert message.state == MessageState.SENT
    assert message.provider_message_id
    return message


def test_a_provider_gets_the_real_sender_and_our_token(by_provider: Message) -> None:
    from django.core import mail

    sent_mail: Any = mail.outbox[0]
    params = sent_mail.anymail_test_params
    assert params["metadata"] == {"message": return_token(by_provider.pk)}
    assert params["from"].addr_spec == "badges@badges.example.test"
    assert "envelope_sender" not in params, "not every provider takes one"


@pytest.mark.urls("anymail.urls")
@pytest.mark.parametrize("named_by", ["token", "provider's id"])
def test_a_webhook_of_a_provider_becomes_a_bounce(by_provider: Message, settings: Any, named_by: str) -> None:
    settings.ANYMAIL, settings.MIDDLEWARE = {"WEBHOOK_SECRET": "user:secret"}, []
    body = {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": by_provider.provider_message_id if named_by != "token" else "other",
        "Metadata": {"message": return_token(by_provider.pk)} if named_by == "token" else {},
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist",
        "Description": "The server was unable to deliver your message",
        "Email": "ann@elsewhere.example",
        "BouncedAt": "2026-11-25T12:00:00Z",
    }
    login = "Basic " + base64.b64encode(b"user:secret").decode()
    sent_body: dict[str, Any] = {"data": json.dumps(body), "content_type": "application/json"}
    assert Client().post("/postmark/tracking/", **sent_body).status_code == 400, (
        "without the secret nothing happens"
    )
    assert Message.plain.get().state == MessageState.SENT
    answer = Client().post("/postmark/tracking/", headers={"Authorization": login}, **sent_body)
    assert answer.status_code == 200
    message = Message.plain.get()
    assert (message.state, message.bounce_kind) == (MessageState.BOUNCED, BounceKind.HARD)
    assert "does not exist" in message.bounce_text


@pytest.mark.parametrize(
    ("event_type", "reason", "words", "state", "kind"),
    [
        (EventType.BOUNCED, RejectReason.BOUNCED, None, "bounced", "hard"),
        (EventType.BOUNCED, RejectReason.BOUNCED, "552 5.2.2 full", "bounced", "soft"),
        (EventType.BOUNCED, RejectReason.OTHER, "550 no such user", "bounced", "hard"),
        (EventType.BOUNCED, RejectReason.BLOCKED, "blocked", "bounced", "soft"),
        (EventType.DEFERRED, None, "451 later", "sent", ""),
        (EventType.COMPLAINED, RejectReason.SPAM, None, "complained", ""),
        (EventType.REJECTED, RejectReason.BLOCKED, None, "failed", ""),
        (EventType.FAILED, None, None, "failed", ""),
        (EventType.CLICKED, None, None, "opened", ""),
        (EventType.OPENED, None, None, "sent", ""),
        (EventType.DELIVERED, None, None, "sent", ""),
    ],
)
def test_each_event_of_a_provider(
    by_provider: Message, event_type: str, reason: str | None, words: str | None, state: str, kind: str
) -> None:
    event = AnymailTrackingEvent(
        event_type=event_type,
        metadata={"message": return_token(by_provider.pk)},
        reject_reason=reason,
        mta_response=words,
    )
    hear(None, event, "Test")
    message = Message.plain.get()
    assert (message.state, message.bounce_kind) == (state, kind)


@pytest.mark.parametrize("given_id", [None, "", "unknown"])
def test_an_event_about_anothers_mail_is_nothing_to_us(by_provider: Message, given_id: str | None) -> None:
    event = AnymailTrackingEvent(event_type=EventType.BOUNCED, metadata={"message": 5}, message_id=given_id)
    hear(None, event, "Test")
    assert Message.plain.get().state == MessageState.SENT


def test_what_a_provider_refuses_at_once(db: None, settings: Any) -> None:
    from anymail.exceptions import (
        AnymailAPIError,
        AnymailConfigurationError,
        AnymailInvalidAddress,
        AnymailRecipientsRefused,
    )

    from insignia_server.mail.replies import Meaning, understand

    assert understand(AnymailRecipientsRefused("Invalid recipient")).meaning is Meaning.REFUSED
    assert understand(AnymailRecipientsRefused("Invalid recipient")).kind == BounceKind.HARD
    assert understand(AnymailInvalidAddress("x")).kind == BounceKind.SOFT
    limited = understand(AnymailAPIError("secret in the answer"))
    assert (limited.meaning, limited.text) == (Meaning.UNREACHABLE, "AnymailAPIError")
    assert understand(AnymailConfigurationError("no key")).meaning is Meaning.UNREACHABLE
