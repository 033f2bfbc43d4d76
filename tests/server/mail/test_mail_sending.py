"""The way to the mail server, with a real SMTP server on this machine."""

from __future__ import annotations

import datetime as dt
import smtplib
import time
from typing import Any

import pytest
from django.core import mail as django_mail
from django.utils import timezone
from mail_rows import at, award, only
from mail_servers import Elsewhere, free_port

from insignia_server.kit.worker import run_pending
from insignia_server.mail import (
    jobs,
    outcomes,
    replies,
    sending,
    services,
)
from insignia_server.mail.branding import Branding
from insignia_server.mail.envelope import mail
from insignia_server.mail.models import (
    BounceKind,
    Failure,
    Message,
    MessageState,
    Suppression,
)
from insignia_server.mail.services import queue_many

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_is_queued_and_a_job_sends_it(server: Elsewhere, told: list[Any]) -> None:
    (key,) = queue_many([award()])
    assert only().state == MessageState.QUEUED
    assert not told, "whoever queues knows that it is queued"
    run_pending()
    message = only()
    assert (message.pk, message.state, message.attempts) == (key, MessageState.SENT, 1)
    assert message.sent_at is not None
    assert told == [([key], "sent")]
    assert [taken.recipient for taken in server.taken] == ["ann@elsewhere.example"]


def test_nothing_is_sent_before_its_time(server: Elsewhere) -> None:
    later = timezone.now() + dt.timedelta(hours=1)
    queue_many([award()], after=later)
    run_pending()
    assert sending.send_due() == 0
    assert sending.send_due(clock=at(later)) == 1


def test_one_connection_carries_many(server: Elsewhere) -> None:
    queue_many([award(f"ann{number}@elsewhere.example") for number in range(30)])
    assert sending.send_due() == 30
    assert len({taken.connection for taken in server.taken}) <= 2
    assert len(server.taken) == 30


def test_a_connection_that_breaks_is_opened_again(server: Elsewhere) -> None:
    server.hang_up_after = 1
    queue_many([award(), award("bob@elsewhere.example")])
    first, second = Message.plain.order_by("pk")
    look = Branding("Nordhaven")
    with sending.Post() as post:
        for message in (first, second):
            assert post.send(mail(message, sending.composed(message), look, by_provider=False)) is None
            time.sleep(0.3)
    assert [taken.recipient for taken in server.taken] == ["ann@elsewhere.example", "bob@elsewhere.example"]
    assert server.taken[0].connection != server.taken[1].connection


def test_a_refused_recipient_bounces_at_once(server: Elsewhere, told: list[Any]) -> None:
    server.answers["ann@elsewhere.example"] = "550 5.1.1 No such user here"
    (key,) = queue_many([award()])
    sending.send_due()
    message = only()
    assert (message.state, message.bounce_kind) == (MessageState.BOUNCED, BounceKind.HARD)
    assert message.bounce_text == "550 5.1.1 No such user here"
    assert message.explanation == "the address does not take mail"
    assert told == [([key], "bounced")]
    queue_many([award()])
    sending.send_due()
    newest = Message.plain.latest("pk")
    assert (newest.state, newest.failure) == (MessageState.FAILED, Failure.SUPPRESSED)
    assert not server.taken


def test_refused_content_says_nothing_about_the_address(server: Elsewhere) -> None:
    server.answers["ann@elsewhere.example"] = "data:554 5.7.1 Message looks like spam"
    queue_many([award()])
    sending.send_due()
    assert (only().state, only().bounce_kind) == (MessageState.BOUNCED, BounceKind.SOFT)
    assert not Suppression.plain.exists()


def test_what_is_put_off_is_tried_again_later_and_less_and_less_often(
    server: Elsewhere, told: list[Any]
) -> None:
    server.answers["ann@elsewhere.example"] = "451 4.7.1 Greylisted, try again"
    queue_many([award()])
    now = timezone.now()
    waits = []
    for attempt in range(1, 8):
        assert sending.send_due(clock=at(now)) == 1
        message = only()
        assert (message.state, message.attempts) == (MessageState.QUEUED, attempt)
        assert message.last_error == "451 4.7.1 Greylisted, try again"
        waits.append(int((message.due_at - now).total_seconds() // 60))
        assert sending.send_due(clock=at(now)) == 0
        now = message.due_at
    assert waits == [5, 15, 30, 60, 120, 240, 240]
    server.answers.clear()
    sending.send_due(clock=at(now))
    assert only().state == MessageState.SENT
    assert [state for _, state in told] == ["sent"], "a message that waits has not changed its state"


def test_after_five_days_of_being_put_off_it_is_given_up(server: Elsewhere, told: list[Any]) -> None:
    """RFC 5321, 4.5.4.1: 'the give-up time generally needs to be at least 4-5 days'."""
    server.answers["ann@elsewhere.example"] = "451 4.7.1 Not now"
    queue_many([award()])
    Message.plain.update(attempts=6)
    sending.send_due(clock=at(timezone.now() + dt.timedelta(days=5, minutes=1)))
    assert (only().state, only().failure) == (MessageState.FAILED, Failure.EXPIRED)
    assert told[-1][1] == "failed"


def test_a_mail_server_that_is_away_costs_no_attempt(settings: Any, told: list[Any]) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 2
    queue_many([award(), award("bob@elsewhere.example")])
    before = timezone.now()
    assert sending.send_due() == 2
    for message in Message.plain.all():
        assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
        assert message.due_at > before + dt.timedelta(seconds=50)
        assert "ConnectionRefusedError" in message.last_error
    assert not told


def test_a_server_that_closes_or_refuses_the_sender_is_tried_later(server: Elsewhere) -> None:
    server.answers["ann@elsewhere.example"] = "421 4.3.2 Shutting down"
    queue_many([award()])
    sending.send_due()
    assert (only().state, only().attempts) == (MessageState.QUEUED, 0)


def test_what_a_dead_worker_held_is_sent_by_another(server: Elsewhere) -> None:
    queue_many([award()])
    now = timezone.now()
    held = sending._claim(5, ids=None, now=now)
    assert len(held) == 1
    assert sending.send_due(clock=at(now)) == 0, "another worker has it"
    assert sending.send_due(clock=at(now + sending.LEASE)) == 1
    assert only().state == MessageState.SENT
    assert outcomes.sent(held[0], provider_message_id="", now=now) is False, (
        "its attempt is no longer the newest"
    )
    assert outcomes.failed(held[0], Failure.ADDRESS) is False
    assert outcomes.again(held[0], due_at=now, error="") is False


def test_a_message_is_held_by_one_worker_only(server: Elsewhere) -> None:
    queue_many([award(f"ann{number}@elsewhere.example") for number in range(10)])
    now = timezone.now()
    first = sending._claim(6, ids=None, now=now)
    second = sending._claim(6, ids=None, now=now)
    assert len(first) == 6
    assert len(second) == 4
    assert not {one.pk for one in first} & {one.pk for one in second}


def test_one_message_can_be_delivered_at_once(server: Elsewhere) -> None:
    queue_many([award()], after=timezone.now() + dt.timedelta(days=1))
    assert sending.deliver(only()) == MessageState.SENT
    assert sending.deliver(only()) == MessageState.SENT
    assert len(server.taken) == 1, "what was sent is not sent again"


def test_a_text_that_cannot_be_made_fails_that_message_only(server: Elsewhere) -> None:
    keys = queue_many([award(), award("bob@elsewhere.example"), award("cy@elsewhere.example")])
    Message.plain.filter(pk=keys[0]).update(kind="no_such_kind")
    Message.plain.filter(pk=keys[1]).update(context={"url": "ftp://x"})
    sending.send_due()
    assert [message.failure for message in Message.plain.order_by("pk")] == ["template", "template", ""]
    assert [taken.recipient for taken in server.taken] == ["cy@elsewhere.example"]


def test_an_unexpected_failure_of_a_backend_is_tried_later(settings: Any) -> None:
    settings.EMAIL_BACKEND = "test_mail_sending.BrokenBackend"
    queue_many([award()])
    sending.send_due()
    assert (only().state, only().last_error) == (MessageState.QUEUED, "ZeroDivisionError: oops")


class BrokenBackend:
    def __init__(self, **options: Any) -> None: ...

    def open(self) -> None: ...

    def close(self) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    def send_messages(self, mails: Any) -> int:
        raise ZeroDivisionError("oops")


def test_django_test_outbox_still_works() -> None:
    queue_many([award()])
    run_pending()
    assert [one.subject for one in django_mail.outbox] == ["You earned “Data Analysis”"]


def test_what_is_due_comes_round_until_all_is_sent(
    server: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_many([award(f"ann{number}@elsewhere.example") for number in range(services.FEW + 1)])
    Message.plain.update(due_at=timezone.now() + dt.timedelta(seconds=1))
    run_pending()
    assert not server.taken
    Message.plain.update(due_at=timezone.now())
    monkeypatch.setattr(jobs, "JOB_SIZE", 15)
    jobs.send_what_is_due.enqueue()
    run_pending()
    assert len(server.taken) == services.FEW + 1
    jobs.send_what_is_due.enqueue()
    assert run_pending() == 1, "nothing was due, so nothing goes on"
    assert str(only_one(Message.plain.all()[:1])).startswith("award ")


def only_one(rows: Any) -> Any:
    (row,) = rows
    return row


def test_a_sender_that_the_mail_server_does_not_know_is_our_fault(server: Elsewhere) -> None:
    refused = smtplib.SMTPSenderRefused(553, b"5.7.1 Sender not allowed", "bounce+x@y.example")
    reply = replies.understand(refused)
    assert (reply.meaning, reply.text) == (replies.Meaning.UNREACHABLE, "553 5.7.1 Sender not allowed")
