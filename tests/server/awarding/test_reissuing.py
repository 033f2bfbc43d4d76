"""Issue 3: a compromised key 'gets `revoked` ...; what it signed then counts only where the append-only
issuance log had anchored it before, and the console offers to issue those again in bulk'."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone
from tests.server.awarding.conftest import NOW, MakeAchievement, MakeAward

from insignia.issuing import SUITES
from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.awarding import quota, reissue_chunks, reissuing, services
from insignia_server.awarding.facts import Facts
from insignia_server.awarding.models import Award, AwardSource, Reissue
from insignia_server.awarding.services import Correction, Evidence, Result
from insignia_server.credentials import log
from insignia_server.credentials import services as credentials
from insignia_server.credentials.bulk import Mint
from insignia_server.credentials.checking import NotSigned
from insignia_server.credentials.models import Credential, IssuanceLogEntry
from insignia_server.credentials.verification import verify_bytes
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.kit.jobs import LeaseLost, take_lease
from insignia_server.kit.models import Lease
from insignia_server.kit.worker import run_pending
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation
from insignia_server.webhooks import services as webhooks
from insignia_server.webhooks.models import Event

HOUR = dt.timedelta(hours=1)
SINCE = NOW + HOUR
REASON = "The key that had signed it was replaced."


def key_of(award: Award) -> SigningKey:
    return SigningKey.objects.get(pk=award.credential.key_id)


def compromise(by: Actor, award: Award, since: dt.datetime = SINCE) -> SigningKey:
    issuers.report_compromised(by=by, key=key_of(award), since=since, now=since + HOUR)
    return key_of(award)


def again(by: Actor, key: SigningKey, **options: Any) -> Reissue:
    row = reissuing.start(by=by, key=key, reason=REASON, **options)
    run_pending()
    row.refresh_from_db()
    return row


def successor(award: Award) -> Award:
    found: Award = Award.objects.select_related("credential").get(credential__supersedes=award.pk)
    return found


def test_what_does_not_count_any_more_is_issued_again_and_the_rest_stays(
    owner: Actor, make_award: MakeAward
) -> None:
    before, after = (
        make_award("ann@example.org", name="Ann"),
        make_award("ben@example.org", now=NOW + 2 * HOUR),
    )
    key = compromise(owner, before)
    found = reissuing.affected(key, now=timezone.now())
    assert (found.uncounted, found.anchored, found.total) == (1, 1, 2)
    row = again(owner, key)
    assert (row.state, row.total, row.reissued, row.refused, row.percent) == ("done", 1, 1, 0, 100)
    assert Credential.objects.get(pk=before.pk).state == "valid"
    assert verify_bytes(bytes(before.credential.content), now=timezone.now()).valid
    old, new = Credential.objects.get(pk=after.pk), successor(after)
    assert (old.state, old.state_reason, old.superseded_by_id) == ("superseded", REASON, new.pk)
    assert new.source == AwardSource.REISSUE
    report = verify_bytes(bytes(new.credential.content), now=timezone.now())
    assert report.valid, [check.message for check in report.failed()]
    assert not any(one.code == "key.compromised" for one in report.warnings)
    assert not verify_bytes(bytes(old.content), now=timezone.now()).valid
    assert new.credential.key_id != key.pk
    assert reissuing.affected(key, now=timezone.now()).uncounted == 0


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ob-jwt"])
def test_it_says_what_the_old_one_said(
    suite: str, owner: Actor, make_achievement: MakeAchievement, make_award: MakeAward
) -> None:
    assert suite in SUITES
    old = make_award(
        achievement=make_achievement(suite=suite),
        valid_from=NOW - dt.timedelta(days=3),
        valid_until=NOW + dt.timedelta(days=900),
        results=(Result(description="grade", value="B"), Result(description="reading", level="basic")),
        evidence=(Evidence(url="https://portfolio.example/1", narrative="A talk."),),
        narrative="Worked with care.",
    )
    assert again(owner, compromise(owner, old), everything=True).reissued == 1
    new = successor(old)
    assert (new.name, new.email, new.identifier, new.version_id) == (
        *(old.name, old.email, old.identifier, old.version_id),
    )
    assert {**new.details, "salt": ""} == {**old.details, "salt": ""}
    assert new.credential.suite == suite
    if suite != "ob-jwt":
        first, second = (json.loads(bytes(one.credential.content)) for one in (old, new))
        for one in (first, second):
            for member in ("id", "proof", "credentialStatus", "refreshService"):
                del one[member]
            for identifier in one["credentialSubject"]["identifier"]:
                if identifier["hashed"]:
                    del identifier["salt"], identifier["identityHash"]
        assert first == second


def test_the_learner_is_told_once_and_keeps_what_is_theirs(
    owner: Actor, make_award: MakeAward, make_user: Callable[..., Any]
) -> None:
    old, user = make_award(), make_user("a@b.example")
    Award.objects.filter(pk=old.pk).update(person=user, claimed_at=NOW, visibility="private")
    key = compromise(owner, old)
    row = again(owner, key, everything=True)
    new = successor(old)
    assert (new.person_id, new.claimed_at, new.visibility) == (user.pk, NOW, "private")
    message = Message.plain.get(kind="award_reissued")
    assert (message.subject_id, message.context["reason"]) == (str(new.pk), REASON)
    assert Message.plain.get(kind="award").state != "queued"
    running = take_lease(row.pk, worker="w", seconds=60)
    assert reissue_chunks.run(running, reissue_id=row.pk) == 0  # the same job again
    Reissue.objects.filter(pk=row.pk).update(state="running", cursor=None)
    reissue_chunks.run(running, reissue_id=row.pk)  # from the beginning again: nothing is left
    assert Message.plain.filter(kind="award_reissued").count() == 1
    assert Award.objects.count() == 2


def test_nobody_is_written_to_unless_it_is_asked(owner: Actor, make_award: MakeAward) -> None:
    old = make_award(send=False)
    again(owner, compromise(owner, old), everything=True, send=False)
    assert successor(old).delivery == "none"
    assert not Message.plain.exists()


def test_what_is_left_out_is_counted_and_why(
    owner: Actor, make_achievement: MakeAchievement, make_award: MakeAward
) -> None:
    status = make_achievement(status="message")
    over = make_award("over@example.org", valid_until=NOW + HOUR)
    suspended = make_award("s@example.org", achievement=status)
    revoked, good = make_award("r@example.org"), make_award("g@example.org")
    services.suspend(by=owner, award=suspended, reason="r", now=NOW)
    services.revoke(by=owner, award=revoked, reason="r", now=NOW)
    subject = Facts.of(good).subject(
        services.Recipient(identifier="x@y.example", identifier_kind="emailAddress"), uuid7()
    )
    credentials.issue_one(version=good.version, subject=subject, now=NOW)  # as over the VC-API: no award
    key = compromise(owner, good, NOW)
    found = reissuing.affected(key, now=timezone.now())
    assert (found.uncounted, found.anchored) == (1, 0)
    assert (found.suspended, found.over, found.elsewhere) == (1, 1, 1)
    assert again(owner, key).reissued == 1
    states = dict(Credential.objects.filter(key=key).values_list("pk", "state"))
    assert [states[one.pk] for one in (over, suspended, revoked, good)] == [
        *("valid", "suspended", "revoked", "superseded"),
    ]


def test_what_the_log_took_up_too_late_does_not_count(owner: Actor, make_award: MakeAward) -> None:
    """Two workers: the log's time had moved on when the credential was stored."""
    early, late = make_award("a@example.org"), make_award("b@example.org")
    entry = IssuanceLogEntry.objects.get(digests=bytes(late.credential.digest))
    IssuanceLogEntry.objects.filter(pk=entry.pk).update(at=NOW + dt.timedelta(minutes=2))
    key = compromise(owner, early, NOW + dt.timedelta(minutes=1))
    assert log.anchored_before(early.credential, key.compromised_since or NOW)
    assert not log.anchored_before(late.credential, key.compromised_since or NOW)
    assert [row.pk for row in credentials.unanchored(key)] == [late.pk]


def test_only_for_a_compromised_key_by_who_may_award_with_a_reason(
    owner: Actor,
    act_as: Callable[..., Actor],
    make_award: MakeAward,
    make_organisation: Callable[..., Organisation],
) -> None:
    old = make_award()
    key = key_of(old)
    with pytest.raises(Refused, match="not reported as compromised"):
        reissuing.start(by=owner, key=key, reason=REASON)
    key = compromise(owner, old)
    for role in ("author", "approver", "auditor"):
        with pytest.raises(Forbidden):
            reissuing.start(by=act_as(role), key=key, reason=REASON)
    other = Member.plain.get(organisation=make_organisation("elsewhere")).actor()
    with pytest.raises(NotHere):
        reissuing.start(by=other, key=key, reason=REASON)
    with pytest.raises(Refused) as refused:
        reissuing.start(by=owner, key=key, reason=" ", everything=True)
    assert refused.value.refusals[0].field == "reason"
    with pytest.raises(Refused, match="Nothing is left"):
        reissuing.start(by=owner, key=key, reason=REASON)  # it was anchored before
    first = reissuing.start(by=act_as("awarder"), key=key, reason=REASON, everything=True)
    assert reissuing.start(by=owner, key=key, reason="Other words.") == first
    with pytest.raises(IntegrityError):
        Reissue.objects.create(organisation_id=old.organisation_id, key=key, reason="x", created_at=NOW)


def test_each_act_is_in_the_audit_log_and_webhooks_hear_of_each(owner: Actor, make_award: MakeAward) -> None:
    webhooks.create_endpoint(by=owner, url="https://sis.example/hook", events=["award.corrected"])
    old = make_award()
    row = again(owner, compromise(owner, old), everything=True)
    entries = Entry.objects.filter(subject=str(row.pk)).order_by("pk")
    assert [one.action for one in entries] == ["award.reissue", "award.reissued"]
    assert entries[0].facts["count"] == 1
    assert Entry.objects.filter(action="credential.supersede-many", facts__count=1).exists()
    event = Event.objects.get(type="award.corrected")
    data = json.loads(bytes(event.body))["data"]
    assert (data["before"], data["award"]) == (str(old.pk), str(successor(old).pk))


def test_one_that_cannot_be_signed_is_told_and_the_others_go_on(
    owner: Actor, make_award: MakeAward, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = make_award("bad@example.org", name="Bad"), make_award("good@example.org", name="Good")
    key = compromise(owner, bad)
    real = Mint.issue

    def issue(self: Mint, subjects: Any, places: Any) -> Any:
        if any(one.name == "Bad" for one in subjects):
            raise NotSigned("the name does not verify")
        return real(self, subjects, places)

    monkeypatch.setattr(Mint, "issue", issue)
    row = again(owner, key, everything=True)
    assert (row.state, row.reissued, row.refused) == ("done", 1, 1)
    told = {old.name: (new is not None, why) for old, new, why in reissuing.outcomes(row)}
    assert told == {"Bad": (False, "the name does not verify"), "Good": (True, "")}
    assert Credential.objects.get(pk=bad.pk).state == "valid"
    monkeypatch.setattr(Mint, "issue", real)
    assert again(owner, key, everything=True).reissued == 1
    assert (
        Award.objects.filter(source="reissue").count()
        == 2
        == Award.objects.filter(idempotency_key__in=[f"correction:{one.pk}" for one in (bad, good)]).count()
    )


def test_a_signer_that_signs_nothing_stops_it_and_it_can_be_started_again(
    owner: Actor, make_award: MakeAward, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = compromise(owner, make_award())

    def issue(*given: Any) -> Any:
        raise NotSigned("the signer is broken")

    with monkeypatch.context() as broken:
        broken.setattr(Mint, "issue", issue)
        row = again(owner, key, everything=True)
    assert (row.state, row.failure, row.reissued) == ("failed", "the signer is broken", 0)
    assert row.percent < 100
    assert again(owner, key, everything=True).reissued == 1


def test_a_suspended_organisation_issues_nothing_again(
    owner: Actor, make_award: MakeAward, scoped: Organisation
) -> None:
    old = make_award()
    key = compromise(owner, old)
    row = reissuing.start(by=owner, key=key, reason=REASON, everything=True)
    Organisation.plain.filter(pk=scoped.pk).update(state="suspended", state_reason="Abuse.")
    run_pending()
    row.refresh_from_db()
    assert row.state == "failed"
    assert "Abuse." in row.failure


def test_a_correction_at_the_same_moment_wins_once(
    owner: Actor, make_award: MakeAward, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make_award("a@example.org"), make_award("b@example.org")
    key = compromise(owner, one)
    real, met = Mint.issue, []

    def issue(self: Mint, subjects: Any, places: Any) -> Any:
        if not met:
            met.append(1)
            changes = Correction(reason="Other name.", name="B")
            services.correct(by=owner, award=one, changes=changes, now=timezone.now())
            services.revoke(by=owner, award=other, reason="Mistake.", now=timezone.now())
        return real(self, subjects, places)

    monkeypatch.setattr(Mint, "issue", issue)
    row = again(owner, key, everything=True)
    assert (row.state, row.reissued, row.refused) == ("done", 0, 0)
    assert successor(one).source == "correction"
    assert Award.objects.count() == 3
    log.verify(one.achievement.issuer)


def test_a_worker_that_lost_its_lease_writes_nothing(owner: Actor, make_award: MakeAward) -> None:
    old = make_award()
    key = compromise(owner, old)
    row = reissuing.start(by=owner, key=key, reason=REASON, everything=True)
    running = take_lease(row.pk, worker="dead", seconds=60)
    Lease.objects.filter(task_id=row.pk).update(token=9)
    with pytest.raises(LeaseLost):
        reissue_chunks.run(running, reissue_id=row.pk)
    assert Award.objects.count() == 1
    row.refresh_from_db()
    assert (row.cursor, row.reissued) == (None, 0)


def test_a_long_one_goes_on_in_another_job(
    owner: Actor, make_award: MakeAward, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [make_award(f"{i}@example.org") for i in range(7)]
    monkeypatch.setattr(reissue_chunks, "CHUNK", 2)
    monkeypatch.setattr(reissue_chunks, "CHUNK_SQLITE", 2)
    monkeypatch.setattr(reissue_chunks, "CHUNKS_A_JOB", 2)
    row = again(owner, compromise(owner, made[0]), everything=True)
    assert (row.state, row.total, row.reissued) == ("done", 7, 7)
    assert Message.plain.filter(kind="award_reissued").values("subject_id").distinct().count() == 7
    assert log.verify(made[0].achievement.issuer) == 7 + 4


def test_two_jobs_at_once_repeat_nothing(
    owner: Actor, make_award: MakeAward, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_award("a@example.org")
    key = compromise(owner, make_award("b@example.org"))
    row = reissuing.start(by=owner, key=key, reason=REASON, everything=True)
    real, met = Mint.issue, []

    def issue(self: Mint, subjects: Any, places: Any) -> Any:
        if not met:
            met.append(1)
            assert run_pending() >= 1  # the other job, in the middle of this one
        return real(self, subjects, places)

    monkeypatch.setattr(Mint, "issue", issue)
    running = take_lease(key.pk, worker="a", seconds=60)
    assert reissue_chunks.run(running, reissue_id=row.pk) == 0
    row.refresh_from_db()
    assert (row.state, row.reissued) == ("done", 2)
    assert Award.objects.filter(source="reissue").count() == 2


def test_what_takes_a_place_costs_no_quota(
    owner: Actor, make_award: MakeAward, scoped: Organisation, issuer: Issuer, achievement: Achievement
) -> None:
    old = make_award(now=timezone.now() - dt.timedelta(minutes=5))
    Organisation.plain.filter(pk=scoped.pk).update(quota_awards_a_month=1)
    again(owner, compromise(owner, old, timezone.now() - dt.timedelta(minutes=3)), everything=True)
    assert Award.objects.count() == 2
    assert quota.awarded_this_month(5, now=timezone.now()) == 1
