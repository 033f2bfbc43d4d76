"""The delivery desk, and the learner's side of an award."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from tests.server.awarding.conftest import NOW, MakeAward

from insignia_server.awarding import services
from insignia_server.awarding.models import Award
from insignia_server.credentials.models import Credential
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere, Refused
from insignia_server.kit.worker import run_pending
from insignia_server.mail import outcomes, suppressions
from insignia_server.mail.models import BounceKind, Message, SuppressionReason
from insignia_server.organisations.actors import Actor
from insignia_server.people import services as people
from insignia_server.people.models import User


def fresh(award: Award) -> Award:
    row: Award = Award.plain.get(pk=award.pk)
    return row


def test_the_award_follows_its_message(make_award: MakeAward) -> None:
    """Issue 3: 'queued, sent, opened link, bounced, claimed for each award'."""
    made = make_award()
    assert fresh(made).delivery == "queued"
    run_pending()
    sent = fresh(made)
    assert sent.delivery == "sent"
    assert sent.delivered_at is not None
    outcomes.opened(sent.message_id or uuid.uuid4(), now=NOW)
    assert fresh(made).delivery == "opened"


def test_a_bounce_a_corrected_address_and_no_late_news(owner: Actor, make_award: MakeAward) -> None:
    """Issue 3: 'correct an address and send again without revoking'."""
    made = make_award()
    run_pending()
    first = fresh(made).message_id or uuid.uuid4()
    outcomes.bounced(first, BounceKind.HARD, text="550 no such user", now=NOW)
    assert fresh(made).delivery == "bounced"
    again = services.send_again(by=owner, award=fresh(made), email=" Amara@New.example ", now=NOW)
    assert (again.email, again.delivery) == ("amara@new.example", "queued")
    assert again.identifier == "amara@example.org"
    assert again.credential.state == "valid"
    outcomes.complained(first, text="spam", now=NOW)
    assert fresh(made).delivery == "queued"  # the news is of the older message
    run_pending()
    assert fresh(made).delivery == "sent"


def test_a_suppressed_address_is_not_written_to_until_somebody_says_so(
    owner: Actor, make_award: MakeAward
) -> None:
    index = suppressions.address_index("amara@example.org")
    suppressions.suppress(owner.organisation_id, index, reason=SuppressionReason.BOUNCED, now=NOW)
    made = make_award()
    run_pending()
    assert fresh(made).delivery == "failed"
    services.send_again(by=owner, award=fresh(made), now=NOW)
    run_pending()
    assert fresh(made).delivery == "sent"


def test_nothing_is_sent_again_of_what_is_no_longer_in_force(owner: Actor, make_award: MakeAward) -> None:
    made = make_award()
    with pytest.raises(Refused) as refused:
        services.send_again(by=owner, award=made, email="nobody", now=NOW)
    assert refused.value.refusals[0].code == "email.invalid"
    services.revoke(by=owner, award=made, reason="r", now=NOW)
    with pytest.raises(Refused):
        services.send_again(by=owner, award=fresh(made), now=NOW)


def test_reminders_go_to_the_unclaimed_only(
    owner: Actor, make_award: MakeAward, make_user: Callable[..., User]
) -> None:
    waiting, claimed, unwilling, queued = (
        make_award(f"{name}@example.org") for name in ("waiting", "claimed", "unwilling", "queued")
    )
    Award.plain.exclude(pk=queued.pk).update(delivery="sent")
    people.prove_identifier(
        user=make_user("c@example.org"), kind="emailAddress", value="Claimed@example.org", now=NOW
    )
    index = suppressions.address_index("unwilling@example.org")
    suppressions.suppress(owner.organisation_id, index, reason=SuppressionReason.UNSUBSCRIBED, now=NOW)
    everybody = [waiting, claimed, unwilling, queued]
    assert services.remind(by=owner, awards=everybody, now=NOW) == 1
    reminder = Message.plain.get(kind="award_reminder")
    assert reminder.subject_id == str(waiting.pk)
    with pytest.raises(Refused):
        services.remind(by=owner, awards=[waiting] * 501, now=NOW)
    assert services.remind(by=owner, awards=everybody, now=NOW) == 0, "the button was pressed twice"
    tomorrow = NOW + dt.timedelta(days=1, minutes=1)
    assert services.remind(by=owner, awards=everybody, now=tomorrow) == 1
    for rows in (Award.plain, Credential.plain):
        rows.filter(pk=waiting.pk).update(valid_until=tomorrow)
    later = tomorrow + dt.timedelta(days=2)
    assert services.remind(by=owner, awards=everybody, now=later) == 0, "it has expired"


def test_a_newly_proved_address_finds_its_awards(
    make_award: MakeAward, make_user: Callable[..., User]
) -> None:
    """Issue 3: 'a keyed blind index, so that a newly proven address finds its awards without a scan'."""
    made, other = make_award(), make_award("other@example.org")
    user = make_user("amara@home.example")
    people.prove_identifier(user=user, kind="emailAddress", value="AMARA@example.org", now=NOW)
    mine = fresh(made)
    assert (mine.person_id, mine.delivery) == (user.pk, "claimed")
    assert mine.claimed_at is not None
    assert fresh(other).person_id is None
    later = make_award(key="later")  # awarded to an address that is proved already
    assert later.person_id == user.pk
    with scopes.person(user.pk):
        assert set(Award.objects.values_list("pk", flat=True)) == {made.pk, later.pk}


def test_the_learner_alone_decides_who_sees_it(make_award: MakeAward, make_user: Callable[..., User]) -> None:
    made, user, stranger = make_award(), make_user("u@example.org"), make_user("s@example.org")
    with scopes.person(user.pk), pytest.raises(NotHere):
        services.set_visibility(user=user, award=made, visibility="private")
    identifier = people.prove_identifier(user=user, kind="emailAddress", value=made.email, now=NOW)
    with scopes.person(user.pk):
        services.set_visibility(user=user, award=made, visibility="private")
        with pytest.raises(Refused):
            services.set_visibility(user=user, award=made, visibility="secret")
    assert fresh(made).visibility == "private"
    with scopes.person(stranger.pk), pytest.raises(NotHere):
        services.set_visibility(user=stranger, award=made, visibility="public")
    with pytest.raises(NotHere):
        services.attach_person(user=stranger, identifier=identifier)
