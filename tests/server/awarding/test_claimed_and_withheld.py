"""Claimed is claimed everywhere, and a mail that was withdrawn because the badge changed is no failure."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from tests.server.awarding.conftest import NOW, MakeAward
from tests.server.awarding.test_delivery import fresh

from insignia_server.awarding import services
from insignia_server.awarding.changes import Correction
from insignia_server.awarding.models import Award, Batch, BatchState, DeliveryState
from insignia_server.kit.worker import run_pending
from insignia_server.mail import outcomes
from insignia_server.mail.models import BounceKind, Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User
from insignia_server.people.services import prove_identifier
from insignia_server.webhooks import services as webhooks
from insignia_server.webhooks.models import Event


@pytest.fixture
def amara(make_user: Callable[..., User]) -> User:
    """Has proved the address that badges are awarded to."""
    user = make_user("amara@example.org")
    prove_identifier(user=user, kind="emailAddress", value="amara@example.org", now=NOW)
    return user


@pytest.fixture
def listener(scoped: Organisation, owner: Actor) -> None:
    """Somebody hears every event."""
    webhooks.create_endpoint(by=owner, url="https://sis.nordhaven.example/hooks")


def events(kind: str) -> int:
    return int(Event.objects.filter(type=kind).count())


def its_mail(award: Award) -> uuid.UUID:
    """The key of the message that brings it."""
    assert award.message_id is not None
    return award.message_id


def in_batch(owner: Actor, award: Award, **counters: int) -> Batch:
    """The award as one of a batch that is being delivered."""
    batch: Batch = Batch.objects.create(
        organisation_id=owner.organisation_id, name="Summer", state=BatchState.DELIVERING, **counters
    )
    Award.objects.filter(pk=award.pk).update(batch=batch)
    return batch


@pytest.mark.parametrize("act", ["revoke", "correct"])
def test_a_mail_that_never_left_because_the_badge_changed(
    owner: Actor, make_award: MakeAward, listener: None, act: str
) -> None:
    made = make_award()
    if act == "revoke":
        services.revoke(by=owner, award=made, reason="By mistake", now=NOW)
    else:
        changes = Correction(reason="Misspelt", name="Amara Okafor-Nel")
        services.correct(by=owner, award=made, changes=changes, now=NOW)
    row = fresh(made)
    assert row.delivery == DeliveryState.WITHHELD
    assert row.get_delivery_display() == "not sent, since the badge changed"
    assert list(Award.objects.delivered("failed")) == []
    assert list(Award.objects.delivered("withheld")) == [row]
    assert events("award.delivery") == 0  # nothing is wrong with the address, so nobody is told so
    run_pending()
    assert fresh(made).delivery == DeliveryState.WITHHELD


def test_what_was_withdrawn_is_told_as_that_and_not_as_a_failure(owner: Actor, make_award: MakeAward) -> None:
    made = make_award()
    services.revoke(by=owner, award=made, reason="By mistake", send=False, now=NOW)
    message = Message.plain.get(pk=its_mail(made))
    assert (message.outcome, message.explanation) == ("not sent, since the badge changed", "")
    assert message.title == "A badge was awarded"


def test_a_batch_does_not_count_what_was_withdrawn(owner: Actor, make_award: MakeAward) -> None:
    made = make_award()
    batch = in_batch(owner, made, to_send=3, sent=2)
    services.revoke(by=owner, award=fresh(made), reason="By mistake", now=NOW)
    batch.refresh_from_db()
    assert (batch.to_send, batch.sent, batch.unsent, batch.state) == (2, 2, 0, BatchState.DONE)


def test_what_is_sent_again_while_it_waits_is_counted_once(owner: Actor, make_award: MakeAward) -> None:
    made = make_award()
    batch = in_batch(owner, made, to_send=2, sent=0)
    services.send_again(by=owner, award=fresh(made), email="amara@new.example", now=NOW)
    run_pending()
    batch.refresh_from_db()
    assert (batch.to_send, batch.sent, batch.unsent, batch.state) == (2, 1, 0, BatchState.DELIVERING)


def test_what_is_awarded_to_a_proved_address_is_claimed_at_once(
    make_award: MakeAward, amara: User, listener: None
) -> None:
    made = make_award()
    assert made.claimed_at == NOW
    assert made.delivery == DeliveryState.CLAIMED
    assert list(Award.objects.delivered("claimed")) == [made]
    assert (events("award.issued"), events("award.claimed")) == (1, 1)


def test_the_mail_goes_out_all_the_same_and_claimed_stays(make_award: MakeAward, amara: User) -> None:
    made = make_award()
    run_pending()
    row = fresh(made)
    assert Message.plain.get(pk=its_mail(row)).state == "sent"
    assert (row.delivery, row.delivered_at is not None) == (DeliveryState.CLAIMED, True)


def test_sending_again_does_not_unclaim(owner: Actor, make_award: MakeAward, amara: User) -> None:
    made = make_award()
    again = services.send_again(by=owner, award=fresh(made), now=NOW)
    assert again.delivery == DeliveryState.CLAIMED
    run_pending()
    assert fresh(made).delivery == DeliveryState.CLAIMED


def test_a_correction_of_a_claimed_badge_was_claimed_when_the_badge_was(
    owner: Actor, make_award: MakeAward, amara: User, listener: None
) -> None:
    made = make_award()
    later = services.correct(
        by=owner,
        award=made,
        changes=Correction(reason="Misspelt", name="A. Okafor"),
        now=NOW.replace(hour=18),
    )
    assert (later.claimed_at, later.delivery) == (NOW, DeliveryState.CLAIMED)
    assert events("award.claimed") == 1


def test_a_batch_ends_though_its_learners_have_claimed_before_the_mails_left(
    owner: Actor, make_award: MakeAward, amara: User
) -> None:
    """The learner proves the address between signing and sending, or had proved it long before."""
    made = make_award()
    batch = in_batch(owner, made, to_send=1)
    run_pending()
    batch.refresh_from_db()
    assert (batch.sent, batch.unsent, batch.state) == (1, 0, BatchState.DONE)
    outcomes.opened(its_mail(made), now=NOW)
    batch.refresh_from_db()
    assert batch.sent == 1  # later news of the same mail is not counted again


def test_a_bounce_of_a_claimed_badge_is_counted_once_and_is_nobodys_trouble(
    owner: Actor, make_award: MakeAward, amara: User
) -> None:
    made = make_award()
    batch = in_batch(owner, made, to_send=1)
    outcomes.bounced(its_mail(made), BounceKind.HARD, text="550", now=NOW)
    outcomes.opened(its_mail(made), now=NOW)
    batch.refresh_from_db()
    assert (batch.sent, batch.state) == (1, BatchState.DONE)
    assert fresh(made).delivery == DeliveryState.CLAIMED
    assert list(Award.objects.delivered("bounced")) == []


def test_learners_answer_the_issuer_where_the_organisation_names_no_address(
    owner: Actor, make_award: MakeAward
) -> None:
    """The revocation says 'answer this mail'."""
    made = make_award()
    made.achievement.issuer.email = "arts@nordhaven.example"
    made.achievement.issuer.save(update_fields=["email"])
    services.revoke(by=owner, award=fresh(made), reason="By mistake", now=NOW)
    run_pending()
    assert mail.outbox[0].reply_to == ["arts@nordhaven.example"]
    assert "answer this mail" in " ".join(str(mail.outbox[0].body).split())


def test_what_was_claimed_before_there_was_a_rule_says_so_after_the_update(
    make_award: MakeAward, amara: User
) -> None:
    made, other = make_award(), make_award("bo@example.org")
    Award.objects.filter(pk=made.pk).update(delivery=DeliveryState.SENT)
    migration = import_module("insignia_server.awarding.migrations.0008_withheld")
    migration.claim(apps, SimpleNamespace(connection=connection))
    assert fresh(made).delivery == DeliveryState.CLAIMED
    assert fresh(other).delivery == DeliveryState.QUEUED
