"""Erasure: nothing of the person is left, the acts are, and the learner's own copy does what was chosen."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from traces import found

from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry, Pseudonym
from insignia_server.awarding import batches, claims, erasing, evidence, services
from insignia_server.awarding.models import (
    Award,
    Batch,
    BatchChunk,
    Erasure,
    ErasureState,
    EvidenceFile,
)
from insignia_server.awarding.services import Correction, Evidence, Recipient
from insignia_server.credentials.models import Credential
from insignia_server.credentials.verification import verify_bytes
from insignia_server.kit import blind, scopes
from insignia_server.kit.errors import Forbidden, Refused
from insignia_server.kit.worker import run_pending
from insignia_server.mail import suppressions
from insignia_server.mail.models import Message, Suppression
from insignia_server.organisations import services as organisations
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Group, GroupMember, Organisation
from insignia_server.people import services as people
from insignia_server.people.models import Identifier, User
from insignia_server.webhooks.models import Event

ADDRESS = "annegret@unmistakable.example"
NAME = "Annegret Unverwechselbar"
NEEDLES = [ADDRESS.encode(), b"unverwechselbar"]
ROWS = (
    f"email,name,narrative\nben@example.org,Ben Other,fine\n"
    f"{ADDRESS.upper()},{NAME},Knows charts\nnot an address,{NAME} <{ADDRESS}>,x\ncleo@example.org,Cleo,\n"
)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    return tmp_path


@pytest.fixture
def annegret(make_user: Callable[..., User]) -> User:
    user = make_user(ADDRESS, NAME)
    people.prove_identifier(user=user, kind="emailAddress", value=ADDRESS, now=timezone.now())
    return user


def give(
    owner: Actor, achievement: Achievement, email: str = ADDRESS, name: str = NAME, **more: Any
) -> Award:
    given: dict[str, Any] = {"key": f"for {email}", "narrative": f"{name} reads charts.", **more}
    return services.award(
        by=owner, achievement=achievement, recipient=Recipient(email=email, name=name), **given
    )


def upload(
    owner: Actor, achievement: Achievement, content: bytes = ROWS.encode(), name: str = "l.csv"
) -> Batch:
    batch = batches.start_bulk(
        by=owner, achievement=achievement, name="Class of 2026", content=content, file_name=name
    )
    run_pending()
    batches.check(by=owner, batch=batch)
    run_pending()
    return batch


def sign(owner: Actor, batch: Batch) -> Batch:
    Organisation.plain.update(hold_minutes=0)
    batches.confirm(by=owner, batch=Batch.plain.get(pk=batch.pk))
    run_pending()
    return Batch.plain.get(pk=batch.pk)


@pytest.fixture
def life(scoped: Organisation, owner: Actor, achievement: Achievement, annegret: User) -> dict[str, Any]:
    """Everything that a server can hold of one learner."""
    file = evidence.keep(by=owner, name="Unverwechselbar.txt", content=NAME.encode(), now=timezone.now())
    first = give(owner, achievement, evidence=(evidence.piece(file), Evidence(narrative=f"By {NAME}")))
    second = services.correct(
        by=owner, award=first, changes=Correction(reason=f"{NAME} has a new name.", narrative="New")
    )
    link = claims.open_link(by=owner, achievement=achievement, name="Workshop", needs_approval=True)
    values = {"name": NAME, "email": ADDRESS, "evidence": "", "note": f"by {NAME}"}
    asked = claims.request(link=link, user=annegret, **values).claim
    other = claims.open_link(by=owner, achievement=achievement, name="Other", needs_approval=True)
    declined = claims.request(link=other, user=annegret, **values).claim
    assert asked is not None
    assert declined is not None
    claims.approve(by=owner, claim=asked)
    claims.decline(by=owner, claim=declined, reason=f"No, {NAME}.")
    batch = sign(owner, upload(owner, achievement))
    waiting = upload(owner, achievement)
    group = Group.objects.create(organisation=scoped, name="2026")
    GroupMember.objects.create(organisation=scoped, group=group, email=ADDRESS.title(), name=NAME)
    organisations.invite(by=owner, email=ADDRESS, roles=["auditor"], now=timezone.now())
    Suppression.objects.create(
        organisation_id=scoped.pk,
        address_index=suppressions.address_index(ADDRESS),
        reason="unsubscribed",
        since=timezone.now(),
    )
    run_pending()
    client = Client()
    client.force_login(annegret)
    client.get("/me/")
    return {"first": first, "second": second, "batch": batch, "waiting": waiting, "file": file, "link": link}


def test_after_a_person_left_nothing_of_them_is_found(
    life: dict[str, Any], annegret: User, folder: Path, scoped: Organisation
) -> None:
    """Issue 3: 'naming people by a pseudonym whose mapping erasure destroys'."""
    before = found(NEEDLES, folder)
    assert {
        *(
            "awarding_award.identifier",
            "awarding_award.name",
            "awarding_award.details",
            "awarding_award.email",
        ),
        *("awarding_batchchunk.rows", "awarding_claim.email", "awarding_claim.decision"),
        *("credentials_credential.content", "credentials_credential.state_reason", "file"),
        *("mail_message.to_address", "mail_message.to_name", "mail_message.context"),
        *("organisations_groupmember.email", "organisations_invitation.email", "people_user.email"),
        *("people_identifier.value", "awarding_evidencefile.name", "awarding_batchchunk.problems"),
    } <= before, before
    index = blind.index("emailAddress", ADDRESS)
    assert "awarding_award.blind_index" in found([index], folder)

    people.erase(user=annegret)
    run_pending()
    assert found(NEEDLES, folder) == set()
    assert found([index], folder) <= {"mail_suppression.address_index"}
    assert not Pseudonym.objects.filter(user_id=annegret.pk).exists()
    assert Entry.objects.filter(action="award.erase").exists()
    done = Erasure.plain.get()
    assert (done.state, done.known, done.organisation_id) == (ErasureState.DONE, {}, None)
    assert done.counts["awards"] == 4
    assert {one.name for one in Award.plain.exclude(identifier="")} == {"Ben Other", "Cleo"}


def test_the_others_of_the_batch_stay(life: dict[str, Any], annegret: User, owner: Actor) -> None:
    people.erase(user=annegret)
    run_pending()
    for key, state in (("batch", "done"), ("waiting", "checked")):
        batch = Batch.plain.get(pk=life[key].pk)
        assert batch.state == state
        with default_storage.open(batch.source) as file:
            lines = file.read().decode("utf-8-sig").splitlines()
        ben, cleo = "ben@example.org,Ben Other,fine", "cleo@example.org,Cleo,"
        assert lines == ["email,name,narrative", ben, "", "", cleo]
        told = batches.problems_file(batch, "csv").lower()
        assert b"ben@example.org" in told
        assert not any(needle in told for needle in NEEDLES)
    waiting = Batch.plain.get(pk=life["waiting"].pk)
    assert waiting.good == 2
    signed = sign(owner, waiting)
    assert (signed.state, signed.signed) == ("done", 2)
    again = upload(owner, Award.plain.first().achievement)  # type: ignore[union-attr]
    assert again.pk != waiting.pk


@pytest.mark.parametrize("revoke", [False, True])
def test_the_learners_own_copy_does_what_was_chosen(
    revoke: bool, owner: Actor, achievement: Achievement, annegret: User
) -> None:
    made = give(owner, achievement)
    copy, digest = bytes(made.credential.content), bytes(made.credential.digest)
    people.erase(user=annegret, revoke=revoke)
    run_pending()
    report = verify_bytes(copy, now=timezone.now())
    assert report.valid is not revoke
    left = Credential.plain.get(pk=made.pk)
    assert (bytes(left.content), bytes(left.digest)) == (b"", digest)
    assert left.status_list_id == made.credential.status_list_id
    assert left.status_index == made.credential.status_index
    assert left.state == ("revoked" if revoke else "valid")
    assert Award.plain.get(pk=made.pk).shown == left.state


def test_public_addresses_say_that_it_is_gone(
    owner: Actor, achievement: Achievement, annegret: User, client: Client
) -> None:
    file = evidence.keep(by=owner, name="work.txt", content=b"mine", now=timezone.now())
    made = give(owner, achievement, evidence=(evidence.piece(file),))
    badge = f"/badges/{made.pk}"
    addresses = [
        *(f"{badge}/", f"{badge}.png", f"{badge}.svg", f"{badge}.pdf"),
        *(f"/credentials/{made.pk}.json", f"/refresh/{made.pk}.json", f"/evidence/{file.token}/"),
    ]
    pages = [one for one in addresses if not one.endswith((".png", ".svg", ".pdf"))]
    assert {client.get(one).status_code for one in pages} == {200}
    people.erase(user=annegret)
    run_pending()
    assert {one: client.get(one).status_code for one in addresses} == dict.fromkeys(addresses, 410)
    page = client.get(f"{badge}/").content.decode()
    assert "erased for good" in page
    assert "can still verify it with that file" in page
    assert client.get(f"/credentials/{made.pk}.jwt").status_code == 410
    assert EvidenceFile.plain.get().stored == ""


def test_an_organisation_erases_a_learner_who_keeps_the_account(
    life: dict[str, Any],
    annegret: User,
    owner: Actor,
    make_organisation: Any,
    folder: Path,
    scoped: Organisation,
) -> None:
    elsewhere = make_organisation("elsewhere", "Elsewhere")
    with scopes.organisation(elsewhere.pk):
        group = Group.objects.create(organisation=elsewhere, name="2026")
        GroupMember.objects.create(organisation=elsewhere, group=group, email=ADDRESS, name=NAME)
    row = erasing.erase_learner(by=owner, identifier=f" {ADDRESS.upper()} ")
    run_pending()
    left = found(NEEDLES, folder)
    assert left == {
        *("people_user.email", "people_user.name", "people_identifier.value"),
        *("organisations_groupmember.email", "organisations_groupmember.name"),
    }
    assert GroupMember.plain.get().organisation_id == elsewhere.pk
    row.refresh_from_db()
    assert (row.state, row.organisation_id, row.known) == ("done", owner.organisation_id, {})
    entry = Entry.objects.get(action="learner.erase")
    assert (entry.subject, entry.facts) == (str(row.pk), {"revoke": False, "count": 4})
    assert Pseudonym.objects.filter(user_id=annegret.pk).exists()


def test_another_organisations_awards_are_not_touched(
    owner: Actor, achievement: Achievement, make_organisation: Any, annegret: User
) -> None:
    made = give(owner, achievement)
    other = make_organisation("elsewhere", "Elsewhere")
    from insignia_server.organisations.models import Member

    theirs = Member.plain.get(organisation=other).actor()
    with scopes.organisation(other.pk):
        erasing.erase_learner(by=theirs, identifier=ADDRESS)
    run_pending()
    assert Award.plain.get(pk=made.pk).identifier == ADDRESS


def test_who_may_and_what_is_no_identifier(scoped: Organisation, owner: Actor, act_as: Any) -> None:
    with pytest.raises(Forbidden):
        erasing.erase_learner(by=act_as("awarder", "approver", "author"), identifier=ADDRESS)
    for wrong, kind in (("", ""), ("nobody", ""), ("x", "no-such-kind")):
        with pytest.raises(Refused):
            erasing.erase_learner(by=owner, identifier=wrong, identifier_kind=kind)
    assert not Erasure.plain.exists()


def test_an_award_to_a_number_that_was_mailed_to_the_person_goes_too(
    owner: Actor, achievement: Achievement, annegret: User, folder: Path
) -> None:
    numbered = services.award(
        by=owner,
        achievement=achievement,
        key="n",
        recipient=Recipient(email=ADDRESS, identifier="4711", identifier_kind="identifier", name=NAME),
    )
    elsewhere = give(owner, achievement, "ben@example.org", "Ben Other", key="b")
    services.send_again(by=owner, award=elsewhere, email=ADDRESS)
    people.erase(user=annegret)
    run_pending()
    assert Award.plain.get(pk=numbered.pk).erased
    kept = Award.plain.get(pk=elsewhere.pk)
    assert (kept.identifier, kept.email, kept.name) == ("ben@example.org", "", "Ben Other")
    assert found(NEEDLES, folder) == set()


def test_a_workbook_loses_the_rows_and_becomes_csv(
    owner: Actor, achievement: Achievement, annegret: User, folder: Path
) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in ("Email|Name", "ben@example.org|Ben Other", f"{ADDRESS}|{NAME}", "cleo@example.org|=1+1"):
        sheet.append(row.split("|"))
    out = io.BytesIO()
    book.save(out)
    batch = sign(owner, upload(owner, achievement, out.getvalue(), "l.xlsx"))
    assert batch.signed == 2  # the formula has no value
    old = batch.source
    people.erase(user=annegret)
    run_pending()
    assert found(NEEDLES, folder) == set()
    batch.refresh_from_db()
    assert not default_storage.exists(old)
    assert batches.outcomes_file(batch, "csv").count(b"@example.org") == 2


def test_a_batch_that_is_being_signed_is_looked_at_once_more(
    owner: Actor, achievement: Achievement, annegret: User, folder: Path
) -> None:
    batch = upload(owner, achievement)
    Batch.plain.filter(pk=batch.pk).update(state="signing")
    people.erase(user=annegret)
    run_pending()
    assert "awarding_batchchunk.rows" in found(NEEDLES, folder)
    assert Erasure.plain.get().state == "running"
    Batch.plain.filter(pk=batch.pk).update(state="checked")
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.filter(run_after__gt=timezone.now()).update(run_after=timezone.now())
    run_pending()
    assert found(NEEDLES, folder) == set()
    assert BatchChunk.plain.get().count == 2


def test_more_awards_than_one_transaction_erases(
    owner: Actor, achievement: Achievement, annegret: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "CHUNK", 2)
    for number in range(5):
        give(owner, achievement, key=str(number), send=False)
    people.erase(user=annegret)
    assert Award.plain.exclude(identifier="").count() == 3
    run_pending()
    assert Award.plain.exclude(identifier="").count() == 0
    assert Event.objects.filter(type="award.erased").count() in (0, 5)


def test_what_cannot_be_done_with_an_erased_award(
    owner: Actor, achievement: Achievement, annegret: User
) -> None:
    made = give(owner, achievement)
    people.erase(user=annegret)
    award = services.awarded(made.pk)
    assert award.learner == "erased learner"
    with pytest.raises(Refused, match="nothing left to correct"):
        services.correct(by=owner, award=award, changes=Correction(reason="x", name="New"))
    with pytest.raises(Refused, match="nobody to write to"):
        services.send_again(by=owner, award=award)
    services.revoke(by=owner, award=award, reason="A mistake.")
    assert Credential.plain.get(pk=made.pk).state == "revoked"
    assert not Message.plain.exclude(to_address="").exists()


def test_the_address_is_free_afterwards_and_brings_nothing_back(
    owner: Actor, achievement: Achievement, annegret: User, make_user: Callable[..., User]
) -> None:
    give(owner, achievement)
    people.erase(user=annegret)
    again = make_user(ADDRESS, NAME)
    people.prove_identifier(user=again, kind="emailAddress", value=ADDRESS, now=timezone.now())
    run_pending()
    assert not Award.plain.filter(person=again).exists()
    made = give(owner, achievement, key="for the new account")
    run_pending()
    assert Award.plain.get(pk=made.pk).person_id == again.pk


def test_an_unproved_address_gives_no_power_over_others(
    owner: Actor, achievement: Achievement, make_user: Callable[..., User]
) -> None:
    made = give(owner, achievement)
    eve = make_user(ADDRESS, "Eve")
    people.erase(user=eve)
    run_pending()
    assert not Award.plain.get(pk=made.pk).erased


def test_an_address_that_was_given_up_can_be_proved_by_another(
    owner: Actor, achievement: Achievement, annegret: User, make_user: Callable[..., User]
) -> None:
    first = give(owner, achievement)
    assert people.give_up_identifier(user=annegret, kind="emailAddress", value=ADDRESS.upper())
    assert not people.give_up_identifier(user=annegret, kind="emailAddress", value=ADDRESS)
    other = make_user("other@example.org")
    people.prove_identifier(user=other, kind="emailAddress", value=ADDRESS, now=timezone.now())
    second = give(owner, achievement, key="later")
    owners = dict(Award.plain.values_list("pk", "person_id"))
    assert owners == {first.pk: annegret.pk, second.pk: other.pk}
    people.erase(user=annegret)
    run_pending()
    assert Award.plain.get(pk=first.pk).erased
    assert not Award.plain.get(pk=second.pk).erased
    assert Identifier.objects.get().user_id == other.pk
