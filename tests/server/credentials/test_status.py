"""Status lists: places used once, bits seen at once, one list written for one bit."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.server.credentials.conftest import NOW, MakeVersion, subject

from insignia import credential
from insignia.issuing import issue
from insignia.resolver import Document, Purpose
from insignia.status_list import BitstringStatusList
from insignia.verification import STRICT, verify
from insignia_server.audit.models import Entry
from insignia_server.credentials import jobs, services, status
from insignia_server.credentials.keys import loader, signing_pair
from insignia_server.credentials.models import CredentialState, StatusList
from insignia_server.credentials.permutation import Permutation, permutation_of
from insignia_server.credentials.verification import verify_bytes
from insignia_server.issuers import services as issuer_services
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.issuers.resolver import LocalResolver
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.kit.jobs import enqueue_due
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member

LATER = NOW + dt.timedelta(minutes=5)


# The permutation


@given(st.binary(max_size=40), st.integers(2, 700))
@settings(max_examples=60, deadline=None)
def test_the_permutation_is_a_bijection(key: bytes, length: int) -> None:
    """Issue 3: 'Indices come from a keyed permutation over a counter, … never used twice'."""
    permutation = Permutation(key, length)
    assert sorted(map(permutation, range(length))) == list(range(length))


def test_the_permutation_of_a_whole_list_is_a_bijection_and_another_for_each_list() -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    places = [permutation_of(first, status.LENGTH)(i) for i in range(status.LENGTH)]
    assert sorted(places) == list(range(status.LENGTH))
    others = [permutation_of(second, status.LENGTH)(i) for i in range(1000)]
    assert sum(a == b for a, b in zip(places, others, strict=False)) < 10
    # Neighbours are no neighbours: less than one in a hundred of them, where chance gives 2 in 131,072.
    assert sum(abs(a - b) == 1 for a, b in pairwise(places[:10_000])) < 100


def test_the_permutation_depends_on_the_key_of_the_instance(settings: Any) -> None:
    one = uuid.uuid4()
    before = [permutation_of(one, status.LENGTH)(i) for i in range(50)]
    settings.STATUS_PERMUTATION_KEY = b"another key of the instance, 32 bytes"
    permutation_of.cache_clear()
    assert [permutation_of(one, status.LENGTH)(i) for i in range(50)] != before
    permutation_of.cache_clear()


def test_what_no_permutation_has() -> None:
    with pytest.raises(ValueError, match="two or more"):
        Permutation(b"key", 1)
    for outside in (-1, 10):
        with pytest.raises(IndexError):
            Permutation(b"key", 10)(outside)


# Places


def test_places_go_on_in_a_new_list_when_one_is_full(issuer: Issuer) -> None:
    status.create_list(issuer, "revocation", now=NOW, length=status.LENGTH)
    StatusList.objects.update(taken=status.LENGTH - 3)
    places = status.allocate(issuer, "revocation", 10, now=NOW)
    lists = list(StatusList.objects.order_by("pk"))
    assert [row.taken for row in lists] == [status.LENGTH, 7]
    assert [sum(place.list_id == row.pk for place in places) for row in lists] == [3, 7]
    assert len({(place.list_id, place.index) for place in places}) == 10
    assert all(place.url == f"https://badges.example.test/status/{place.list_id}.json" for place in places)


def test_purposes_and_issuers_have_lists_of_their_own(issuer: Issuer, owner: Actor) -> None:
    other = issuer_services.create_issuer(by=owner, name="Faculty of Law", now=NOW)
    used = {
        status.allocate(one, purpose, 1, now=NOW)[0].list_id
        for one in (issuer, other)
        for purpose in ("revocation", "suspension", "message")
    }
    assert len(used) == 6
    assert set(StatusList.objects.values_list("purpose", "size")) == {
        ("revocation", 1),
        ("suspension", 1),
        ("message", 2),
    }


def test_no_place_is_asked_for(issuer: Issuer) -> None:
    assert status.allocate(issuer, "revocation", 0, now=NOW) == []
    with pytest.raises(ValueError, match="-1"):
        status.allocate(issuer, "revocation", -1, now=NOW)


def test_places_of_a_transaction_that_failed_come_back_only_where_nothing_was_signed(issuer: Issuer) -> None:
    """A rolled-back allocation leaves the counter as if it had not been; what was committed stays taken."""
    first = status.allocate(issuer, "revocation", 5, now=NOW)
    with transaction.atomic():
        status.allocate(issuer, "revocation", 5, now=NOW)
        transaction.set_rollback(True)
    second = status.allocate(issuer, "revocation", 5, now=NOW)
    assert StatusList.objects.get().taken == 10
    assert len({place.index for place in (*first, *second)}) == 10


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_never_get_the_same_place(issuer: Issuer) -> None:
    """'allocated in blocks, never used twice': eight threads, blocks of odd sizes, a list that runs full."""
    status.create_list(issuer, "revocation", now=NOW)
    StatusList.objects.update(taken=status.LENGTH - 150)
    got: list[tuple[uuid.UUID, int]] = []
    errors: list[BaseException] = []
    start = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            start.wait()
            with scopes.organisation(issuer.organisation_id):
                for size in (1, 7, 20, number + 1):
                    got.extend(
                        (p.list_id, p.index) for p in status.allocate(issuer, "revocation", size, now=NOW)
                    )
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(got) == sum(28 + number + 1 for number in range(8))
    assert len(set(got)) == len(got)


# Publication


def test_a_list_is_published_when_it_is_made_and_verifies(issuer: Issuer) -> None:
    row = status.create_list(issuer, "revocation", now=NOW)
    content, etag = status.published(row.pk) or (b"", "")
    document = credential.parse(content).document
    assert document["id"] == f"https://badges.example.test/status/{row.pk}.json"
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["validFrom"] == "2026-11-25T12:00:00Z"
    assert document["credentialSubject"]["ttl"] == 60_000
    bits = BitstringStatusList.decode(document["credentialSubject"]["encodedList"])
    assert bits.length == 131_072  # Bitstring Status List 1.0, 3.2: 'at least 131,072 entries'
    assert len(etag) == 64
    report = verify(credential.parse(content), resolver=LocalResolver(), now=NOW, policy=STRICT)
    assert report.valid, [check.message for check in report.failed()]


def test_a_message_list_has_two_bits_for_each_of_its_places(issuer: Issuer) -> None:
    row = status.create_list(issuer, "message", now=NOW)
    document = credential.parse(bytes(row.published or b"")).document
    assert BitstringStatusList.decode(document["credentialSubject"]["encodedList"], 2).length == 131_072


def test_changing_one_bit_writes_one_list(issuer: Issuer) -> None:
    """Issue 3: 'changing one bit never costs more than one list'."""
    place = status.allocate(issuer, "revocation", 1, now=NOW)[0]
    other = status.create_list(issuer, "revocation", now=NOW)
    before = bytes(StatusList.objects.get(pk=other.pk).published or b"")
    with CaptureQueriesContext(connection) as queries:
        assert status.set_bits({place.list_id: [(place.index, 1)]}, now=LATER) == [place.list_id]
    writes = [q["sql"] for q in queries if q["sql"].startswith("UPDATE")]
    assert len(writes) == 1
    assert bytes(StatusList.objects.get(pk=other.pk).published or b"") == before
    row = StatusList.objects.get(pk=place.list_id)
    assert (row.published_at, row.changed_at) == (LATER, None)
    assert BitstringStatusList.from_bytes(bytes(row.bits)).get(place.index) == 1


def test_a_bit_that_stands_already_publishes_nothing(issuer: Issuer) -> None:
    place = status.allocate(issuer, "revocation", 1, now=NOW)[0]
    status.set_bits({place.list_id: [(place.index, 1)]}, now=NOW)
    assert status.set_bits({place.list_id: [(place.index, 1)]}, now=LATER) == []
    assert StatusList.objects.get().published_at == NOW


def test_changes_without_publication_go_out_together_with_the_job(issuer: Issuer) -> None:
    """Issue 3: 'changes within a short window are published together'."""
    places = status.allocate(issuer, "revocation", 3, now=NOW)
    old = status.published(places[0].list_id)
    for place in places:
        status.set_bits({place.list_id: [(place.index, 1)]}, now=LATER, publish=False)
    assert status.published(places[0].list_id) == old
    assert status.due() == [(issuer.organisation_id, places[0].list_id)]
    assert any("publish_due" in name for name in enqueue_due(now=LATER))
    with scopes.crossing("jobs"):
        run_pending()
    content = (status.published(places[0].list_id) or (b"", ""))[0]
    encoded = credential.parse(content).document["credentialSubject"]["encodedList"]
    assert [BitstringStatusList.decode(encoded).get(place.index) for place in places] == [1, 1, 1]
    assert status.due() == []
    assert status.publish(places[0].list_id, now=LATER) is False


def test_a_list_signed_with_a_compromised_key_is_signed_again(issuer: Issuer, owner: Actor) -> None:
    row = status.create_list(issuer, "revocation", now=NOW)
    key = SigningKey.objects.get(pk=row.key_id)
    assert status.due() == []
    issuer_services.report_compromised(by=owner, key=key, since=NOW)
    assert [list_id for _, list_id in status.due()] == [row.pk]
    assert status.publish(row.pk, now=LATER)
    again = StatusList.objects.get(pk=row.pk)
    assert again.key_id != key.pk
    report = verify(
        credential.parse(bytes(again.published or b"")), resolver=LocalResolver(), now=LATER, policy=STRICT
    )
    assert report.valid
    assert status.due() == []


def test_the_job_is_known_to_the_worker() -> None:
    assert jobs.publish_due.seconds >= 60


def test_what_stands_in_a_list() -> None:
    table = {
        (purpose, state): status.value_of(purpose, state)
        for purpose in ("revocation", "suspension", "message")
        for state in CredentialState.values
    }
    assert {place for place, value in table.items() if value == 0} == {
        (purpose, "valid") for purpose in ("revocation", "suspension", "message")
    }
    assert table["message", "suspended"] == 1
    assert table["message", "revoked"] == table["message", "superseded"] == 2


# What can happen to a credential


def reasons(content: Any, now: dt.datetime = LATER) -> list[str]:
    return [check.reason for check in verify_bytes(bytes(content), now=now).failed()]


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ob-jwt"])
def test_a_revoked_credential_is_seen_as_revoked_on_the_next_verification(
    suite: str, make_version: MakeVersion, owner: Actor
) -> None:
    row = services.issue_one(version=make_version(suite=suite), subject=subject(), now=NOW)
    other = services.issue_one(version=row.version, subject=subject(2), now=NOW)
    content = bytes(row.content)
    services.revoke(by=owner, credential=row, reason=" Issued by mistake. ", now=LATER)
    row.refresh_from_db()
    assert (row.state, row.state_reason, row.state_at) == ("revoked", "Issued by mistake.", LATER)
    assert bytes(row.content) == content
    assert reasons(content) == ["status.revoked"]
    assert reasons(other.content) == []


def test_suspended_and_reinstated(make_version: MakeVersion, owner: Actor) -> None:
    row = services.issue_one(version=make_version(status="suspension"), subject=subject(), now=NOW)
    services.suspend(by=owner, credential=row, reason="Under review.", now=LATER)
    assert reasons(row.content) == ["status.suspended"]
    services.reinstate(by=owner, credential=row, now=LATER)
    assert (row.state, row.state_reason) == ("valid", "")
    assert reasons(row.content) == []
    services.revoke(by=owner, credential=row, reason="Review failed.", now=LATER)
    assert reasons(row.content) == ["status.suspended"], "its list can say nothing else"
    with pytest.raises(Refused, match="revoked now"):
        services.reinstate(by=owner, credential=row, now=LATER)


def test_a_message_says_suspended_and_revoked_here(make_version: MakeVersion, owner: Actor) -> None:
    """Others report the message without judging; here its words are known, and they count."""
    row = services.issue_one(version=make_version(status="message"), subject=subject(), now=NOW)
    assert reasons(row.content) == []
    services.suspend(by=owner, credential=row, reason="Under review.", now=LATER)
    assert reasons(row.content) == ["status.suspended"]
    services.reinstate(by=owner, credential=row, now=LATER)
    assert reasons(row.content) == []
    services.revoke(by=owner, credential=row, reason="Review failed.", now=LATER)
    assert reasons(row.content) == ["status.revoked"]


def test_a_message_list_of_others_is_only_reported(make_version: MakeVersion) -> None:
    """Bitstring Status List 1.0, 2.1: a message is for its readers; those of others mean nothing here."""
    row = services.issue_one(version=make_version(status="message"), subject=subject(), now=NOW)
    place = {row.status_list_id or uuid.uuid4(): [(row.status_index or 0, 2)]}
    status.set_bits(place, now=NOW)
    assert reasons(row.content) == ["status.revoked"]
    url = status.address(row.issuer, row.status_list_id or uuid.uuid4())
    document = credential.parse(bytes(row.content)).document
    document.pop("proof")
    document.pop("refreshService")  # it would lead back to the original
    document["credentialStatus"]["statusListCredential"] = "https://elsewhere.example/status/1"
    _, key = signing_pair(row.issuer, "eddsa-rdfc-2022")
    moved = issue(document, key=key, suite="eddsa-rdfc-2022", created=NOW, loader=loader())

    class Elsewhere:
        def resolve(self, asked: str, purpose: Purpose) -> Document:
            found = url if asked.startswith("https://elsewhere") else asked
            return LocalResolver().resolve(found, purpose)

    report = verify_bytes(moved, now=NOW, resolver=Elsewhere())
    assert [check.reason for check in report.failed()] == []
    assert [c.facts["message"] for c in report.checks if c.code == "status.message"] == ["revoked"]


def test_a_revocation_list_cannot_suspend(version: Any, owner: Actor) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    with pytest.raises(Refused, match="not suspended"):
        services.suspend(by=owner, credential=row, reason="Under review.", now=LATER)


def test_superseded_names_the_new_one(version: Any, owner: Actor, act_as: Any) -> None:
    old = services.issue_one(version=version, subject=subject(), now=NOW)
    new = services.issue_one(version=version, subject=subject(name="Right Name"), now=LATER)
    services.supersede(by=owner, old=old, new=new, reason="Wrong name.", now=LATER)
    old.refresh_from_db()
    assert (old.state, old.superseded_by_id, old.state_reason) == ("superseded", new.pk, "Wrong name.")
    assert list(new.supersedes.all()) == [old]
    assert reasons(old.content) == ["status.revoked"]
    assert reasons(new.content) == []
    with pytest.raises(Refused, match="superseded now"):
        services.supersede(by=owner, old=old, new=new, reason="Again.", now=LATER)
    with pytest.raises(Refused, match="new, valid"):
        services.supersede(by=owner, old=new, new=old, reason="Back.", now=LATER)
    with pytest.raises(Refused, match="superseded now"):
        services.revoke(by=owner, credential=old, reason="Twice.", now=LATER)


def test_who_may_not_and_what_is_not_here(
    version: Any, owner: Actor, act_as: Any, make_organisation: Any
) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    for role in ("author", "approver", "auditor"):
        with pytest.raises(Forbidden):
            services.revoke(by=act_as(role), credential=row, reason="No.", now=LATER)
    stranger = Member.plain.get(organisation=make_organisation("elsewhere")).actor()
    with pytest.raises(NotHere):
        services.revoke(by=stranger, credential=row, reason="No.", now=LATER)
    with pytest.raises(Refused, match="Say why"):
        services.revoke(by=owner, credential=row, reason="  ", now=LATER)
    row.refresh_from_db()
    assert row.state == "valid"
    assert reasons(row.content) == []


def test_who_revokes_second_is_told(version: Any, owner: Actor) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    same = type(row).objects.get(pk=row.pk)
    services.revoke(by=owner, credential=row, reason="First.", now=LATER)
    with pytest.raises(Refused, match="revoked now"):
        services.revoke(by=owner, credential=same, reason="Second.", now=LATER)
    same.refresh_from_db()
    assert same.state_reason == "First."


def test_a_credential_without_a_status_cannot_be_taken_back(version: Any, owner: Actor) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    type(row).objects.filter(pk=row.pk).update(status_list=None, status_index=None)
    with pytest.raises(Refused, match="no status"):
        services.revoke(by=owner, credential=type(row).objects.get(pk=row.pk), reason="Why.", now=LATER)
    assert services.revoke_many(by=owner, credentials=[row.pk], reason="Undone.", now=LATER) == [row.pk]


def test_many_are_revoked_with_one_publication_of_each_list(version: Any, owner: Actor, act_as: Any) -> None:
    rows = [services.issue_one(version=version, subject=subject(i), now=NOW) for i in range(4)]
    services.revoke(by=owner, credential=rows[0], reason="Alone.", now=LATER)
    with CaptureQueriesContext(connection) as queries:
        done = services.revoke_many(
            by=owner, credentials=[row.pk for row in rows] + [uuid.uuid4()], reason="Batch undone.", now=LATER
        )
    assert sorted(done) == sorted(row.pk for row in rows[1:])
    writes = [q["sql"] for q in queries if q["sql"].startswith("UPDATE")]
    assert len(writes) == 2
    assert all(reasons(row.content) == ["status.revoked"] for row in rows)
    assert services.revoke_many(by=owner, credentials=done, reason="Again.", now=LATER) == []
    with pytest.raises(Forbidden):
        services.revoke_many(by=act_as("author"), credentials=done, reason="No.", now=LATER)


def test_each_act_is_in_the_audit_log(make_version: MakeVersion, owner: Actor) -> None:
    version = make_version(status="message")
    old, new = (services.issue_one(version=version, subject=subject(i), now=NOW) for i in range(2))
    services.suspend(by=owner, credential=old, reason="Review.", now=LATER)
    services.reinstate(by=owner, credential=old, now=LATER)
    services.supersede(by=owner, old=old, new=new, reason="Renewed.", now=LATER)
    services.revoke(by=owner, credential=new, reason="Withdrawn.", now=LATER)
    acts = list(
        Entry.objects.filter(action__startswith="credential.").order_by("pk").values_list("action", flat=True)
    )
    assert acts == ["credential.suspend", "credential.reinstate", "credential.supersede", "credential.revoke"]
    assert not Entry.objects.filter(facts__icontains="Withdrawn").exists()


@pytest.mark.django_db(transaction=True)
def test_two_revocations_at_once_are_both_in_the_list(version: Any, owner: Actor) -> None:
    rows = [services.issue_one(version=version, subject=subject(i), now=NOW) for i in range(6)]
    start, errors = threading.Barrier(6), []

    def work(row: Any) -> None:
        try:
            start.wait()
            with scopes.organisation(owner.organisation_id):
                services.revoke(by=owner, credential=row, reason="At once.", now=LATER)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert all(reasons(row.content) == ["status.revoked"] for row in rows)
