"""Correct, revoke, suspend, reinstate: the learner is told why, and both credentials are linked."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable

import pytest
from tests.server.awarding.conftest import NOW, MakeAchievement, MakeAward

from insignia_server.audit.models import Entry
from insignia_server.awarding import services
from insignia_server.awarding.models import Award
from insignia_server.awarding.services import Correction, Result
from insignia_server.credentials.models import Credential
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation
from insignia_server.organisations.roles import Permission

LATER = NOW + dt.timedelta(minutes=30)


def kinds(award: Award) -> list[str]:
    return list(Message.plain.filter(subject_id=str(award.pk)).order_by("pk").values_list("kind", flat=True))


def test_a_correction_supersedes_and_links(owner: Actor, make_award: MakeAward) -> None:
    """Issue 3: 'a new credential with a new id supersedes the old; both are linked, ... the old one is
    revoked with that reason'."""
    old = make_award(name="Amara Okafur", results=(Result(description="grade", value="B"),))
    changes = Correction(reason="The name was misspelt.", name="Amara Okafor")
    new = services.correct(by=owner, award=old, changes=changes, now=LATER)
    before = Credential.objects.get(pk=old.pk)
    assert (before.state, before.state_reason) == ("superseded", "The name was misspelt.")
    assert before.superseded_by_id == new.credential_id != old.pk
    assert (new.name, new.source, new.version_id) == ("Amara Okafor", "correction", old.version_id)
    document = json.loads(bytes(new.credential.content))
    assert document["validFrom"] == "2026-11-25T12:00:00Z"
    assert document["credentialSubject"]["result"][0]["value"] == "B"
    message = Message.plain.get(subject_id=str(new.pk))
    assert (message.kind, message.context["reason"]) == ("award_corrected", "The name was misspelt.")
    assert Message.plain.get(subject_id=str(old.pk)).state == "failed"  # it was not sent yet: withdrawn
    assert Entry.objects.filter(action="award.correct", subject=str(new.pk)).exists()


def test_only_the_newest_can_be_corrected(owner: Actor, make_award: MakeAward) -> None:
    old = make_award()
    newer = services.correct(by=owner, award=old, changes=Correction(reason="r", name="B"), now=LATER)
    with pytest.raises(Refused, match="corrected already"):
        services.correct(by=owner, award=old, changes=Correction(reason="r", name="C"), now=LATER)
    newest = services.correct(
        by=owner,
        award=newer,
        changes=Correction(
            reason="r", email="new@example.org", results=(), valid_until=LATER, valid_from=NOW
        ),
        now=NOW,
    )
    assert (newest.email, newest.identifier) == ("new@example.org", "new@example.org")
    assert newest.credential.valid_until == LATER
    assert Credential.objects.filter(state="valid").count() == 1


def test_an_end_that_was_given_stays_when_the_beginning_is_corrected(
    owner: Actor, make_award: MakeAward
) -> None:
    """Correction: None stays as it was."""
    end = NOW + dt.timedelta(days=100)
    made = make_award(valid_until=end)
    start = NOW - dt.timedelta(days=3)
    new = services.correct(by=owner, award=made, changes=Correction(reason="r", valid_from=start), now=LATER)
    assert (new.credential.valid_from, new.credential.valid_until) == (start, end)
    free = services.correct(by=owner, award=new, changes=Correction(reason="r", end_by_rule=True), now=LATER)
    assert (free.credential.valid_from, free.credential.valid_until) == (start, None)


def test_a_correction_needs_a_reason_and_good_values(
    owner: Actor, act_as: Callable[..., Actor], make_award: MakeAward
) -> None:
    made = make_award()
    with pytest.raises(Refused) as refused:
        services.correct(by=owner, award=made, changes=Correction(reason=" ", name="B"), now=NOW)
    assert refused.value.refusals[0].field == "reason"
    with pytest.raises(Refused) as refused:
        services.correct(by=owner, award=made, changes=Correction(reason="r", email="nobody"), now=NOW)
    assert refused.value.refusals[0].code == "email.invalid"
    with pytest.raises(Forbidden):
        services.correct(by=act_as("auditor"), award=made, changes=Correction(reason="r"), now=NOW)
    assert Award.objects.count() == 1
    assert Credential.objects.get().state == "valid"


def test_revoke_tells_the_learner_why(owner: Actor, make_award: MakeAward) -> None:
    made = make_award()
    services.revoke(by=owner, award=made, reason="It was awarded by mistake.", now=LATER)
    row = Credential.objects.get(pk=made.pk)
    assert (row.state, row.state_reason, row.state_at) == ("revoked", "It was awarded by mistake.", LATER)
    assert kinds(made) == ["award", "award_revoked"]
    with pytest.raises(Refused):
        services.revoke(by=owner, award=made, reason="Again.", now=LATER)
    with pytest.raises(Refused):
        services.correct(by=owner, award=made, changes=Correction(reason="r", name="B"), now=LATER)


def test_a_correction_ends_no_suspension(
    owner: Actor, act_as: Callable[..., Actor], make_award: MakeAward, make_achievement: MakeAchievement
) -> None:
    """A doubt is not removed by mending a name, least of all by somebody who may not reinstate."""
    made = make_award(achievement=make_achievement(status="suspension"))
    services.suspend(by=owner, award=made, reason="Checked again.", now=LATER)
    clerk = dataclasses.replace(act_as("awarder"), permissions=frozenset({Permission.AWARD}))
    new = services.correct(by=clerk, award=made, changes=Correction(reason="r", name="Amara O."), now=LATER)
    assert (new.credential.state, new.credential.state_reason) == ("suspended", "Checked again.")
    assert (new.shown, Award.objects.get(pk=made.pk).shown) == ("suspended", "superseded")
    services.reinstate(by=owner, award=new, now=LATER)
    assert Credential.objects.get(pk=new.pk).state == "valid"


def test_suspend_and_reinstate(
    owner: Actor, make_achievement: MakeAchievement, make_award: MakeAward
) -> None:
    made = make_award(achievement=make_achievement(status="message"))
    services.suspend(by=owner, award=made, reason="Checked again.", now=LATER)
    assert Credential.objects.get(pk=made.pk).state == "suspended"
    services.reinstate(by=owner, award=made, send=False, now=LATER)
    assert Credential.objects.get(pk=made.pk).state == "valid"
    assert kinds(made) == ["award", "award_suspended"]
    plain = make_award("b@example.org")
    with pytest.raises(Refused) as refused:
        services.suspend(by=owner, award=plain, reason="r", now=LATER)
    assert refused.value.refusals[0].code == "status-purpose"


def test_another_organisation_changes_nothing(
    make_award: MakeAward, make_organisation: Callable[..., Organisation]
) -> None:
    made, other = make_award(), make_organisation("elsewhere")
    stranger = Member.plain.get(organisation=other).actor()
    with pytest.raises(NotHere):
        services.revoke(by=stranger, award=made, reason="r", now=NOW)
    with pytest.raises(NotHere):
        services.correct(by=stranger, award=made, changes=Correction(reason="r"), now=NOW)
    with pytest.raises(NotHere):
        services.send_again(by=stranger, award=made, now=NOW)
