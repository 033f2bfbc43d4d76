"""One award: what it checks, what it writes, and that its key works once."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.server.awarding.conftest import NOW, MakeAchievement, MakeAward

from insignia.verification import STRICT
from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.awarding import services
from insignia_server.awarding.models import Award, DeliveryState
from insignia_server.awarding.services import Evidence, Recipient, Result
from insignia_server.credentials.models import Credential
from insignia_server.credentials.verification import verify_bytes
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in refused.value.refusals]


def test_an_award_is_signed_verified_stored_told_and_audited(make_award: MakeAward) -> None:
    """Issue 3: 'A single award is verified by the library's own verifier before it is stored.'"""
    made = make_award(" Amara@Example.org ", results=(Result(description="grade", value="a"),))
    document = json.loads(bytes(made.credential.content))
    assert document["id"] == f"urn:uuid:{made.pk}" == f"urn:uuid:{made.credential_id}"
    assert document["credentialSubject"]["result"][0]["value"] == "A"
    assert verify_bytes(
        bytes(made.credential.content), now=NOW, policy=STRICT, recipient="amara@example.org"
    ).valid
    assert (made.email, made.identifier_kind, made.delivery) == (
        "amara@example.org",
        "emailAddress",
        "queued",
    )
    message = Message.plain.get(pk=made.message_id)
    assert (message.kind, message.to_address, message.subject_id) == ("award", made.email, str(made.pk))
    assert message.context["url"] == f"https://badges.example.test/badges/{made.pk}/"
    entry = Entry.objects.get(action="award.issue")
    assert entry.subject == str(made.pk)
    assert "amara" not in json.dumps(entry.facts)


def test_the_same_key_gives_the_first_award(make_award: MakeAward) -> None:
    """House rule 8: 'Every award carries an idempotency key with a unique constraint.'"""
    first = make_award(key="k")
    assert make_award(key="k", narrative="In other words.").pk == first.pk
    assert (Award.objects.count(), Credential.objects.count(), Message.plain.count()) == (1, 1, 1)


def test_a_key_names_nobody_elses_award(
    make_award: MakeAward, make_achievement: Callable[..., Achievement]
) -> None:
    """Else the second person gets no badge, and nobody hears of it."""
    make_award("ann@example.org", key="k")
    with pytest.raises(Refused) as refused:
        make_award("bo@example.org", key="k")
    assert codes(refused) == [("key", "key.other")]
    assert "ann@example.org" in str(refused.value.refusals[0].message)
    with pytest.raises(Refused) as refused:
        make_award("ann@example.org", key="k", achievement=make_achievement(name="Another"))
    assert codes(refused) == [("key", "key.other")]
    assert "another achievement" in str(refused.value.refusals[0].message)
    assert Award.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment_awards_once(make_award: MakeAward, scoped: Organisation) -> None:
    made: list[Any] = []
    barrier = threading.Barrier(4)

    def call(number: int) -> None:
        try:
            with scopes.organisation(scoped.pk):
                barrier.wait()
                made.append(make_award("Pat@example.org" if number % 2 else "pat@example.org", key="k").pk)
        except BaseException as error:
            made.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [made[0]] * 4
    assert (Award.objects.count(), Credential.objects.count(), Message.plain.count()) == (1, 1, 1)


def test_who_may_not_award(act_as: Callable[..., Actor], make_award: MakeAward) -> None:
    for role in ("author", "approver", "auditor"):
        with pytest.raises(Forbidden):
            make_award(by=act_as(role))
    assert not Award.objects.exists()


def test_another_organisations_achievement_is_not_here(
    make_award: MakeAward, achievement: Achievement, make_organisation: Callable[..., Organisation]
) -> None:
    other = make_organisation("elsewhere")
    with scopes.organisation(other.pk), pytest.raises(NotHere):
        services.award(
            by=other.members.get().actor(),
            achievement=achievement,
            recipient=Recipient(email="a@example.org"),
            key="k",
        )


@pytest.mark.parametrize("state", ["suspended", "pending"])
def test_an_organisation_that_is_not_active_awards_nothing(
    state: str, scoped: Organisation, make_award: MakeAward
) -> None:
    Organisation.plain.filter(pk=scoped.pk).update(state=state)
    with pytest.raises(Refused) as refused:
        make_award()
    assert codes(refused) == [("", "organisation-state")]


def test_the_quota_of_the_month(scoped: Organisation, make_award: MakeAward) -> None:
    Organisation.plain.filter(pk=scoped.pk).update(quota_awards_a_month=1)
    make_award("old@example.org", now=NOW - dt.timedelta(days=40))
    make_award("a@example.org")
    with pytest.raises(Refused) as refused:
        make_award("b@example.org")
    assert codes(refused) == [("", "quota")]


def test_drafts_and_archived_achievements_are_not_awarded(
    owner: Actor, make_achievement: MakeAchievement, make_award: MakeAward
) -> None:
    with pytest.raises(Refused) as refused:
        make_award(achievement=make_achievement(publish=False))
    assert codes(refused) == [("achievement", "unpublished")]
    archived = make_achievement()
    achievements.archive(by=owner, achievement=archived)
    with pytest.raises(Refused) as refused:
        make_award(achievement=archived)
    assert codes(refused) == [("achievement", "archived")]


def test_everything_that_is_wrong_is_said_at_once(make_award: MakeAward) -> None:
    with pytest.raises(Refused) as refused:
        make_award(
            "nobody",
            valid_from=NOW,
            valid_until=NOW - dt.timedelta(days=1),
            results=(
                Result(description="grade", value="F"),
                Result(description="nothing", value="1"),
                Result(description="reading", level="guru"),
                Result(description="score", value="101"),
            ),
            evidence=(Evidence(url="javascript:alert(1)"), Evidence()),
        )
    assert codes(refused) == [
        ("email", "email.invalid"),
        ("valid_until", "expiry.before-issue"),
        ("results.0", "grade.not-allowed"),
        ("results.1", "result.unknown"),
        ("results.2", "result.level"),
        ("results.3", "score.over-maximum"),
        ("evidence.0", "link.scheme"),
        ("evidence.1", "evidence.empty"),
    ]
    assert all(one.message for one in refused.value.refusals)
    assert not Award.objects.exists()


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        (Recipient(), "person.missing"),
        (Recipient(identifier="did:key:z6MkWRONG"), "identifier.did"),
        (Recipient(identifier="12345"), "identifier.type-missing"),
        (Recipient(identifier="12345", identifier_kind="passport"), "identifier.type-unknown"),
        (Recipient(email="a@example.org", name="n" * 300), "name.too-long"),
    ],
)
def test_wrong_recipients(recipient: Recipient, code: str, owner: Actor, achievement: Achievement) -> None:
    with pytest.raises(Refused) as refused:
        services.award(by=owner, achievement=achievement, recipient=recipient, key="k", now=NOW)
    assert code in [one.code for one in refused.value.refusals]


def test_a_did_and_a_student_number(owner: Actor, achievement: Achievement) -> None:
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    first = services.award(
        by=owner, achievement=achievement, recipient=Recipient(identifier=did), key="1", now=NOW
    )
    assert json.loads(bytes(first.credential.content))["credentialSubject"]["id"] == did
    assert (first.delivery, Message.plain.count()) == (DeliveryState.NONE, 0)
    number = Recipient(identifier="s-77", identifier_kind="sisSourcedId", email="s77@example.org")
    second = services.award(by=owner, achievement=achievement, recipient=number, key="2", now=NOW)
    identity = json.loads(bytes(second.credential.content))["credentialSubject"]["identifier"][0]
    assert identity["identityType"] == "sisSourcedId"
    assert (second.email, second.delivery) == ("s77@example.org", DeliveryState.QUEUED)
    assert list(Award.objects.to_identifier("did", did)) == [first]


def test_dates_follow_the_expiry_rule(make_achievement: MakeAchievement, make_award: MakeAward) -> None:
    yearly = make_achievement(expiry={"kind": "period", "months": 12})
    start = dt.datetime(2026, 2, 28, tzinfo=dt.UTC)
    made = make_award(achievement=yearly, valid_from=start)
    assert made.credential.valid_until == dt.datetime(2027, 2, 28, tzinfo=dt.UTC)
    assert json.loads(bytes(made.credential.content))["awardedDate"] == "2026-02-28T00:00:00Z"
    own = make_award("b@example.org", achievement=yearly, valid_until=NOW + dt.timedelta(days=5))
    assert own.credential.valid_until == NOW + dt.timedelta(days=5)
    with pytest.raises(Refused) as refused:
        make_award("c@example.org", achievement=yearly, valid_from=dt.datetime(2026, 1, 1))  # noqa: DTZ001
    assert codes(refused) == [("valid_from", "zone")]
    with pytest.raises(Refused) as refused:
        make_award("c@example.org", valid_from=NOW + dt.timedelta(days=400))
    assert codes(refused) == [("valid_from", "date.too-far")]


def test_evidence_that_is_required(make_achievement: MakeAchievement, make_award: MakeAward) -> None:
    strict = make_achievement(evidence_required=True)
    with pytest.raises(Refused) as refused:
        make_award(achievement=strict)
    assert codes(refused) == [("evidence", "evidence.missing")]
    made = make_award(achievement=strict, evidence=(Evidence(url="https://portfolio.example/1"),))
    assert json.loads(bytes(made.credential.content))["evidence"][0]["id"] == "https://portfolio.example/1"


def test_a_duplicate_is_warned_of_and_refused_only_when_asked(
    owner: Actor, achievement: Achievement, make_award: MakeAward
) -> None:
    make_award(key="1")
    prepared = services.prepare(
        by=owner, achievement=achievement, recipient=Recipient(email="Amara@Example.org"), now=NOW
    )
    assert [one.code for one in prepared.warnings] == ["award.already-held"]
    with pytest.raises(Refused) as refused:
        make_award(key="2", refuse_held=True)
    assert codes(refused) == [("email", "award.already-held")]
    assert make_award(key="3").pk


def test_a_preview_has_no_side_effects(owner: Actor, achievement: Achievement) -> None:
    document = services.preview(
        by=owner,
        achievement=achievement,
        recipient=Recipient(email="a@example.org", name="Ann"),
        results=(Result(description="reading", value="Expert"),),
        now=NOW,
    )
    assert "proof" not in document
    assert "credentialStatus" not in document
    level = document["credentialSubject"]["result"][0]["achievedLevel"]
    assert "expert" in level
    assert not Award.objects.exists()
    assert not Credential.objects.exists()
    assert not Message.plain.exists()


@pytest.mark.parametrize("key", ["", "   ", "k" * 201])
def test_a_key_is_needed(key: str, make_award: MakeAward, owner: Actor, achievement: Achievement) -> None:
    with pytest.raises(Refused) as refused:
        services.award(
            by=owner, achievement=achievement, recipient=Recipient(email="a@example.org"), key=key, now=NOW
        )
    assert codes(refused) == [("key", "key")]


def test_awards_are_found_with_a_constant_number_of_queries(
    make_award: MakeAward, django_assert_num_queries: Any
) -> None:
    for number in range(6):
        make_award(f"learner{number}@example.org", name=f"Learner {number}")
    make_award("zoe@example.org", name="Zoë Ångström")
    with django_assert_num_queries(1):
        rows = list(Award.objects.for_list())
        assert [row.achievement.issuer.name for row in rows] == ["Faculty of Arts"] * 7
        assert {row.credential.state for row in rows} == {"valid"}
    assert rows == sorted(rows, key=lambda row: row.pk, reverse=True)
    found = Award.objects.for_list()
    assert [row.name for row in found.matching("zoë å")] == ["Zoë Ångström"]
    assert [row.name for row in found.matching("LEARNER 3@")] == []
    assert [row.name for row in found.matching(" Learner3@Example.org")] == ["Learner 3"]
    assert found.named("learner").count() == 6
    assert found.named("Learner 12345678901234567890").count() == 0
