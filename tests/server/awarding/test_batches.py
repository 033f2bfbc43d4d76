"""Batches from the file to the undo: each state, who may, what is told, and what is never done twice."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.server.awarding.conftest import MakeAchievement, MakeAward

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.awarding import batches, days
from insignia_server.awarding.batches import signing
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.models import Award, Batch, BatchChunk, ColumnMemory
from insignia_server.credentials.checking import NotSigned
from insignia_server.credentials.models import Credential
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.kit.worker import run_pending
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation

MakeBatch = Callable[..., Batch]


def sheet(*rows: str, heading: str = "Email,Name,Grade") -> bytes:
    return "\n".join([heading, *rows]).encode()


def people(count: int) -> list[str]:
    return [f"learner{i}@uni.example,Learner {i},{'ABC'[i % 3]}" for i in range(count)]


@pytest.fixture
def make_batch(owner: Actor, achievement: Achievement, scoped: Organisation) -> MakeBatch:
    """`make_batch("a@example.org,Ann,A")`: started and checked; `hold` minutes."""

    def make(
        *rows: str, hold: int = 0, heading: str = "Email,Name,Grade", options: Any = None, **more: Any
    ) -> Batch:
        Organisation.plain.filter(pk=scoped.pk).update(hold_minutes=hold)
        given = {"by": owner, "achievement": achievement, "name": "Summer", "file_name": "s.csv", **more}
        batch = batches.start_bulk(content=sheet(*rows, heading=heading), **given)
        run_pending()
        if options:
            batches.set_options(by=owner, batch=batch, **options)
        batches.check(by=owner, batch=batch)
        run_pending()
        batch.refresh_from_db()
        return batch

    return make


def go(batch: Batch, by: Actor) -> Batch:
    """Confirm, sign, deliver."""
    batches.confirm(by=by, batch=batch)
    run_pending()
    batch.refresh_from_db()
    return batch


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_from_the_file_to_the_undo(
    owner: Actor, make_batch: MakeBatch, django_assert_num_queries: Any
) -> None:
    batch = make_batch(*people(1201), "nobody,Bad Row,A", "z@uni.example,Zoe,F")
    assert (batch.state, batch.good, batch.bad, batch.rows) == ("checked", 1201, 2, 1203)
    assert batch.summary["codes"] == {"email.invalid": 1, "grade.not-allowed": 1}
    assert [one.line for one in batches.problems(batch)] == [1203, 1204]
    go(batch, owner)
    assert (batch.state, batch.signed, batch.sent, batch.to_send) == ("done", 1201, 1201, 1201)
    awards = Award.objects.filter(batch=batch)
    assert awards.count() == 1201 == awards.filter(delivery="sent").count()
    assert Credential.objects.values("status_list_id", "status_index").distinct().count() == 1201
    first = awards.get(line=2)
    assert json.loads(bytes(first.credential.content))["credentialSubject"]["result"][0]["value"] == "A"
    with django_assert_num_queries(1):  # 'Progress costs the same however long the batch is.'
        found = batches.progress(batch, now=timezone.now())
    assert (found.percent, found.signed, found.moving) == (100, 1201, False)
    told = table(batches.outcomes_file(batch, "csv"))
    assert [one["Outcome"] for one in told] == ["awarded"] * 1201 + ["not awarded"] * 2
    assert told[0]["Badge page"] == f"https://badges.example.test/badges/{first.pk}/"
    assert Message.plain.filter(kind="batch_finished").count() == 1

    batches.undo_batch(by=owner, batch=batch, reason="The wrong file.")
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.undone) == ("undone", 1201)
    assert set(awards.values_list("state", flat=True)) == {"undone"}
    reasons = Credential.objects.values_list("state", "state_reason").distinct()
    assert list(reasons) == [("revoked", "The wrong file.")]
    used = set(Credential.objects.values_list("status_list_id", "status_index"))
    again = go(make_batch(*people(3)), owner)
    new = set(Credential.objects.filter(award__batch=again).values_list("status_list_id", "status_index"))
    assert len(new) == 3
    assert not used & new  # 'never used twice, not after an undo either'
    acts = set(Entry.objects.values_list("action", flat=True))
    assert {"batch.start", "batch.check", "batch.confirm", "batch.sign", "batch.undo", "batch.undone"} <= acts


def test_problems_come_back_in_the_file(make_batch: MakeBatch) -> None:
    batch = make_batch("a@example.org,Ann,A", "b@gmial.com,Ben,B", "nobody,Cy,C")
    assert (batch.good, batch.bad, batch.warned) == (2, 1, 1)
    rows = table(batches.problems_file(batch, "csv"))
    assert "gmail.com" in rows[1]["Warnings"]
    assert rows[2]["Problems"]
    assert [row["Email"] for row in table(batches.problems_file(batch, "csv", only_bad=True))] == [
        "b@gmial.com",
        "nobody",
    ]
    assert batches.problems_file(batch, "xlsx")[:2] == b"PK"


def test_the_hold_can_be_used_to_stop_and_to_change(owner: Actor, make_batch: MakeBatch) -> None:
    """Issue 3: 'a hold window ... in which the batch can be changed or stopped'."""
    batch = make_batch(*people(3), hold=10)
    go(batch, owner)
    found = batches.progress(batch, now=timezone.now())
    assert (found.state, found.signed) == ("held", 0)
    assert 590 < found.hold_seconds <= 600
    batches.stop(by=owner, batch=batch)
    assert (batch.state, batch.hold_until) == ("stopped", None)
    batches.confirm(by=owner, batch=batch)
    batches.set_options(by=owner, batch=batch, send=False)
    assert batch.state == "draft"
    with pytest.raises(Refused):
        batches.confirm(by=owner, batch=batch)
    batches.check(by=owner, batch=batch)
    run_pending()
    batch.refresh_from_db()
    Organisation.plain.filter(pk=batch.organisation_id).update(hold_minutes=0)
    go(batch, owner)
    assert (batch.state, batch.signed, batch.to_send) == ("done", 3, 0)
    assert not Message.plain.filter(kind="award").exists()
    with pytest.raises(Refused):
        batches.set_options(by=owner, batch=batch, send=True)


def test_signing_begins_when_the_hold_ends_and_not_before(owner: Actor, make_batch: MakeBatch) -> None:
    batch = go(make_batch(*people(2), hold=10), owner)
    assert batch.hold_until is not None
    early = batch.hold_until - dt.timedelta(seconds=1)
    assert not signing.begin(batch_id=batch.pk, revision=batch.revision, now=early)
    assert not signing.begin(batch_id=batch.pk, revision=batch.revision - 1, now=batch.hold_until)
    assert signing.begin(batch_id=batch.pk, revision=batch.revision, now=batch.hold_until)
    assert not signing.begin(batch_id=batch.pk, revision=batch.revision, now=batch.hold_until)
    run_pending()
    assert Award.objects.count() == 2


def test_a_second_person_approves_above_the_size(
    owner: Actor, act_as: Callable[..., Actor], make_batch: MakeBatch, scoped: Organisation
) -> None:
    Organisation.plain.filter(pk=scoped.pk).update(approval_from=3)
    approver = act_as("approver")
    small = go(make_batch(*people(2)), owner)
    assert small.state == "done"
    batch = go(make_batch(*people(3)), owner)
    assert batch.state == "approval"
    assert [one.to_address for one in Message.plain.filter(kind="batch_approval_wanted")] == [
        "approver@nordhaven.example"
    ]
    with pytest.raises(Forbidden):
        batches.approve(by=owner, batch=batch)  # the same person
    with pytest.raises(Forbidden):
        batches.approve(by=act_as("awarder"), batch=batch)
    batches.approve(by=approver, batch=batch)
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.signed, batch.approved_by_id) == ("done", 3, approver.user_id)
    with pytest.raises(Refused):
        batches.approve(by=approver, batch=batch)


def test_own_keys_are_awarded_once_and_reported(owner: Actor, make_batch: MakeBatch) -> None:
    heading = "Email,Name,External ID"
    rows = ["a@example.org,Ann,T-1", "b@example.org,Ben,T-2"]
    first = go(make_batch(*rows, heading=heading), owner)
    assert (first.signed, first.skipped) == (2, 0)
    second = go(make_batch(*rows, "c@example.org,Cy,T-3", heading=heading), owner)
    assert (second.signed, second.skipped, second.state) == (1, 2, "done")
    known = [one for one in batches.row_outcomes(second) if one.state == "known"]
    assert {one.award for one in known} == {str(pk) for pk in first.awards.values_list("pk", flat=True)}
    batches.undo_batch(by=owner, batch=first, reason="r")
    run_pending()
    assert go(make_batch(*rows, heading=heading), owner).signed == 2  # after an undo the keys are free again


def test_duplicates_are_warned_of_or_refused(
    owner: Actor, make_batch: MakeBatch, make_award: MakeAward
) -> None:
    make_award("a@example.org")
    rows = ("A@example.org,Ann,A", "b@example.org,Ben,B")
    assert make_batch(*rows).summary["codes"] == {"award.held-again": 1}
    strict = make_batch(*rows, options={"held": "refuse"})
    assert (strict.good, strict.bad, strict.summary["codes"]) == (1, 1, {"award.already-held": 1})


def test_a_row_that_cannot_be_signed_is_refused_and_tried_again(
    owner: Actor, make_batch: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 3: 'per-row outcomes to download, retry of failed rows'."""
    batch = make_batch(*people(5))
    issue = signing.Mint.issue

    def stumble(self: Any, subjects: Any, places: Any) -> Any:
        if any(one.name == "Learner 3" for one in subjects):
            raise NotSigned("the signature does not hold")
        return issue(self, subjects, places)

    monkeypatch.setattr(signing.Mint, "issue", stumble)
    go(batch, owner)
    assert (batch.state, batch.signed, batch.refused) == ("done", 4, 1)
    assert [(one.line, one.message) for one in batches.row_outcomes(batch) if one.state == "refused"] == [
        (5, "the signature does not hold")
    ]
    monkeypatch.setattr(signing.Mint, "issue", issue)
    batches.retry_failed(by=owner, batch=batch)
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.signed, batch.refused) == ("done", 5, 0)
    assert sorted(Award.objects.values_list("line", flat=True)) == [2, 3, 4, 5, 6]
    with pytest.raises(Refused) as refused:
        batches.retry_failed(by=owner, batch=batch)
    assert refused.value.refusals[0].code == "nothing-left"


def test_when_nothing_can_be_signed_the_batch_fails_and_can_be_taken_up_again(
    owner: Actor, make_batch: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_batch(*people(2))

    def broken(self: Any, subjects: Any, places: Any) -> Any:
        raise NotSigned("the key was changed")

    with monkeypatch.context() as patched:
        patched.setattr(signing.Mint, "issue", broken)
        go(batch, owner)
    assert (batch.state, batch.failure, Award.objects.count()) == ("failed", "the key was changed", 0)
    batches.retry_failed(by=owner, batch=batch)
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.signed) == ("done", 2)


def test_a_stop_in_the_middle_of_a_chunk_writes_nothing_of_it(
    owner: Actor, make_batch: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_batch(*people(600))
    issue, calls = signing.Mint.issue, []

    def stop_in_second(self: Any, subjects: Any, places: Any) -> Any:
        calls.append(len(subjects))
        if len(calls) == 2:
            batches.stop(by=owner, batch=batch)
        return issue(self, subjects, places)

    with monkeypatch.context() as patched:
        patched.setattr(signing.Mint, "issue", stop_in_second)
        go(batch, owner)
    assert (batch.state, batch.signed, Award.objects.count()) == ("stopped", 500, 500)
    assert Credential.objects.count() == 500
    batches.retry_failed(by=owner, batch=batch)
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.signed, Award.objects.count()) == ("done", 600, 600)


def test_an_undo_takes_corrections_back_too(owner: Actor, make_batch: MakeBatch) -> None:
    from insignia_server.awarding import services

    batch = go(make_batch(*people(2)), owner)
    old = Award.objects.get(line=2)
    new = services.correct(by=owner, award=old, changes=services.Correction(reason="r", name="New"))
    batches.undo_batch(by=owner, batch=batch, reason="The wrong course.")
    run_pending()
    assert Credential.objects.get(pk=new.pk).state == "revoked"
    assert set(Award.objects.values_list("state", flat=True)) == {"undone"}


def test_rows_that_name_their_achievement(
    owner: Actor, make_batch: MakeBatch, make_achievement: MakeAchievement
) -> None:
    make_achievement(name="Statistics")
    batch = make_batch(
        "a@example.org,Data Literacy",
        "b@example.org,Statistics",
        "c@example.org,Alchemy",
        heading="Email,Achievement",
        achievement=None,
    )
    assert (batch.good, batch.bad, batch.summary["codes"]) == (2, 1, {"achievement.unknown": 1})
    go(batch, owner)
    names = Award.objects.order_by("line").values_list("achievement__name", flat=True)
    assert list(names) == ["Data Literacy", "Statistics"]


def test_evidence_and_defaults(
    owner: Actor, make_batch: MakeBatch, make_achievement: MakeAchievement
) -> None:
    strict = make_achievement(evidence_required=True)
    batch = make_batch("a@example.org,Ann", heading="Email,Name", achievement=strict)
    assert (batch.good, batch.summary["codes"]) == (0, {"evidence.missing": 1})
    assert "evidence" in table(batches.problems_file(batch, "csv"))[0]["Problems"]
    with pytest.raises(Refused) as refused:
        batches.confirm(by=owner, batch=batch)
    assert refused.value.refusals[0].code == "no-rows"
    defaults = {
        "evidence_url": "https://work.example/",
        "awarded_on": "2026-11-20",
        "expires_on": "2028-01-31",
    }
    batch = make_batch(
        "a@example.org,Ann", heading="Email,Name", achievement=strict, options={"defaults": defaults}
    )
    go(batch, owner)
    document = json.loads(bytes(Credential.objects.get().content))
    assert document["evidence"][0]["id"] == "https://work.example/"
    assert (document["validFrom"], document["validUntil"]) == ("2026-11-20T00:00:00Z", "2028-01-31T23:59:59Z")
    assert document["awardedDate"] == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize(
    ("now", "zone", "start"),
    [
        ("2026-11-25T12:00:00Z", "Europe/Berlin", "2026-11-25T00:00:00Z"),
        ("2026-11-24T20:00:00Z", "Asia/Tokyo", "2026-11-24T20:00:00Z"),  # it is the 25th there: valid at once
        ("2026-11-24T10:00:00Z", "Asia/Tokyo", "2026-11-25T00:00:00Z"),  # tomorrow stays tomorrow
        ("2026-11-26T02:00:00Z", "America/New_York", "2026-11-25T00:00:00Z"),
    ],
)
def test_a_day_is_the_day_that_verifiers_tell(now: str, zone: str, start: str) -> None:
    """A day without a time begins in UTC, and today is never still to come."""
    day, moment = dt.date(2026, 11, 25), dt.datetime.fromisoformat(now)
    assert days.beginning(day, zone=ZoneInfo(zone), now=moment) == dt.datetime.fromisoformat(start)
    assert days.last_second(day).isoformat() == "2026-11-25T23:59:59+00:00"


def test_days_of_a_file_are_the_same_days_for_everybody(
    owner: Actor, organisation: Organisation, make_batch: MakeBatch
) -> None:
    Organisation.plain.filter(pk=organisation.pk).update(time_zone="Europe/Berlin")
    heading = "Email,Awarded on,Valid until"
    go(make_batch("a@example.org,2024-02-29,2028-02-29", heading=heading), owner)
    credential = Credential.objects.get()
    assert credential.valid_from.isoformat() == "2024-02-29T00:00:00+00:00"
    assert credential.valid_until
    assert credential.valid_until.isoformat() == "2028-02-29T23:59:59+00:00"


def test_options_that_cannot_be(owner: Actor, make_batch: MakeBatch) -> None:
    batch = make_batch(*people(1))
    for options, field in (
        ({"held": "maybe"}, "held"),
        ({"speed": "fast"}, "speed"),
        ({"defaults": {"email": "a@example.org"}}, "defaults.email"),
        ({"defaults": {"awarded_on": "yesterday"}}, "defaults.awarded_on"),
        ({"defaults": {"evidence_url": "javascript:alert(1)"}}, "defaults.evidence_url"),
    ):
        with pytest.raises(Refused) as refused:
            batches.set_options(by=owner, batch=batch, **options)
        assert refused.value.refusals[0].field == field
    assert Options.from_json(Options(send=False).to_json()) == Options(send=False)


def test_a_mapping_is_remembered(owner: Actor, make_batch: MakeBatch) -> None:
    """Issue 3: 'columns mapped by the user and remembered'."""
    heading, row = "Contact,Who", "a@example.org,Ann Example"
    mapping = {"email": "Contact", "name": "Who"}
    make_batch(row, heading=heading, options={"mapping": mapping})
    assert set(ColumnMemory.objects.values_list("heading", "field")) == {
        ("Contact", "email"),
        ("Who", "name"),
    }
    batch = make_batch(row, heading=heading)
    assert batch.options["mapping"] == mapping


def test_files_and_names_that_cannot_be(
    owner: Actor,
    make_batch: MakeBatch,
    achievement: Achievement,
    make_organisation: Callable[..., Organisation],
) -> None:
    given: dict[str, Any] = {"by": owner, "achievement": achievement, "name": "n", "file_name": "f.csv"}
    with pytest.raises(Refused) as refused:
        batches.start_bulk(content=b"", **given)
    assert refused.value.refusals[0].code == "sheet.empty"
    with pytest.raises(Refused):
        batches.start_bulk(content=sheet(*people(1)), **{**given, "name": " ", "file_name": ""})
    batch = make_batch(*people(1))
    stranger = Member.plain.get(organisation=make_organisation("elsewhere")).actor()
    for act in (batches.check, batches.confirm, batches.stop, batches.retry_failed):
        with pytest.raises(NotHere):
            act(by=stranger, batch=batch)
    with pytest.raises(Refused):
        batches.undo_batch(by=owner, batch=batch, reason="r")
    assert not Batch.objects.exclude(pk=batch.pk).exists()


def test_quota_and_archive_are_seen_before_signing(
    owner: Actor, make_batch: MakeBatch, achievement: Achievement, scoped: Organisation
) -> None:
    batch = make_batch(*people(2))
    Organisation.plain.filter(pk=scoped.pk).update(quota_awards_a_month=1)
    with pytest.raises(Refused) as refused:
        batches.confirm(by=owner, batch=batch)
    assert refused.value.refusals[0].code == "quota"
    Organisation.plain.filter(pk=scoped.pk).update(quota_awards_a_month=None)
    achievements.archive(by=owner, achievement=achievement)
    with pytest.raises(Refused) as refused:
        batches.confirm(by=owner, batch=batch)
    assert refused.value.refusals[0].code == "archived"
    assert BatchChunk.objects.filter(batch=batch, state="waiting").count() == 1
