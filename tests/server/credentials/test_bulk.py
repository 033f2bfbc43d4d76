"""Compiled issuing: the same credentials as one by one, checked as the issue asks, stored in one go."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.server.credentials.conftest import NOW, MakeVersion, full_subject, subject

from insignia import credential
from insignia.errors import IssuingError, ResolveError
from insignia.keys import SecretKey
from insignia.resolver import Document, Purpose
from insignia_server.achievements.models import AchievementVersion
from insignia_server.credentials import bulk, log, services, status
from insignia_server.credentials.checking import KeyChanged, Memory, NotSigned
from insignia_server.credentials.models import Credential, IssuanceLogEntry
from insignia_server.credentials.subject import Evidence, Result, Subject
from insignia_server.credentials.verification import verify_bytes
from insignia_server.issuers import services as issuer_services
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit import row_security
from insignia_server.organisations.actors import Actor

SUITES = ("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ob-jwt")


def mint_and_store(
    version: AchievementVersion, subjects: list[Subject], suite: str = ""
) -> tuple[bulk.Mint, list[bulk.Minted]]:
    places = status.allocate(version.achievement.issuer, "revocation", len(subjects), now=NOW)
    mint = bulk.Mint(version, suite, now=NOW)
    minted = mint.issue(subjects, places)
    with transaction.atomic():
        bulk.store(mint, minted)
    return mint, minted


@pytest.mark.parametrize("suite", SUITES)
def test_all_of_a_batch_verify_and_are_stored_as_they_were_signed(
    suite: str, make_version: MakeVersion
) -> None:
    subjects = [full_subject(i) if i % 3 else subject(i) for i in range(12)]
    mint, minted = mint_and_store(make_version(suite=suite), subjects)
    assert [one.subject for one in minted] == subjects
    for one in minted:
        row = Credential.objects.get(pk=one.subject.credential_id)
        assert bytes(row.content) == one.content
        assert bytes(row.digest) == one.digest == hashlib.sha256(one.content).digest()
        assert (row.suite, row.state, row.issued_at, row.valid_until) == (
            suite,
            "valid",
            NOW,
            one.subject.valid_until,
        )
        assert one.place is not None
        assert (row.status_list_id, row.status_index) == (one.place.list_id, one.place.index)
        assert row.key == mint.key
        report = verify_bytes(one.content, now=NOW, recipient=one.subject.identifier)
        assert report.valid, [check.message for check in report.failed()]
        assert log.anchored_at(row) == NOW
    entry = IssuanceLogEntry.objects.get()
    assert bytes(entry.digests) == b"".join(one.digest for one in minted)
    assert log.verify(mint.issuer) == 1


@pytest.mark.parametrize("suite", SUITES[:2])
@pytest.mark.parametrize("make", [subject, full_subject])
def test_the_compiled_way_says_what_the_single_way_says(
    suite: str, make: Any, make_version: MakeVersion
) -> None:
    version = make_version(suite=suite)
    given = make(1, name='Zoë "Z" O\\Neil \U0001f393 <b>')
    mint = bulk.Mint(version, now=NOW)
    place = status.allocate(mint.issuer, "revocation", 1, now=NOW)[0]
    compiled = json.loads(mint.issue([given], [place])[0].content)
    assert mint.counts == bulk.Counts(1, 0, 1)
    single = credential.parse(
        bytes(services.issue_one(version=version, subject=given, now=NOW).content)
    ).document
    for made in (compiled, single):
        made.pop("proof")
        made.pop("credentialStatus")
    assert compiled == single


def test_the_first_of_each_shape_and_one_in_a_hundred_are_verified_in_full(version: Any) -> None:
    """Issue 3: 'the first, every one that took the general path, and one in a hundred go through the full
    verifier'."""
    plain, named = subject(name=""), subject(2)
    subjects = [plain if i < 150 else named for i in range(301)]
    places = status.allocate(version.achievement.issuer, "revocation", 301, now=NOW)
    mint = bulk.Mint(version, now=NOW)
    mint.issue(subjects, places)
    assert mint.counts == bulk.Counts(issued=301, general=0, verified=5)  # 0, 100, 150 (new shape), 200, 300


def test_a_value_that_the_short_way_cannot_take_goes_the_general_way_and_is_verified(version: Any) -> None:
    """The compiled shape leaves an address outside of ASCII to the complete algorithms."""
    places = status.allocate(version.achievement.issuer, "revocation", 3, now=NOW)
    mint = bulk.Mint(version, now=NOW)
    usual, odd = Evidence(url="https://portfolio.example/1"), Evidence(url="ftp://portfolio.example/ü")
    subjects = [subject(1, evidence=(usual,)), subject(2, evidence=(usual,)), subject(3, evidence=(odd,))]
    minted = mint.issue(subjects, places)
    assert mint.counts == bulk.Counts(issued=3, general=1, verified=2)
    assert all(verify_bytes(one.content, now=NOW).valid for one in minted)


def test_tokens_always_go_the_general_way(make_version: MakeVersion) -> None:
    mint, _ = mint_and_store(make_version(), [subject(i) for i in range(3)], "ob-jwt")
    assert mint.counts == bulk.Counts(3, 3, 3)
    assert set(Credential.objects.values_list("suite", flat=True)) == {"ob-jwt"}


def test_a_signature_that_does_not_hold_stops_the_batch(
    version: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 3: 'in bulk each signature is checked against the compiled hash'."""
    mint = bulk.Mint(version, now=NOW)
    places = status.allocate(mint.issuer, "revocation", 3, now=NOW)
    good, calls = mint._issuer_key.signer, []

    class FailsOnce:
        public_key = good.public_key

        def sign(self, data: bytes, algorithm: str) -> bytes:
            calls.append(data)
            return (
                SecretKey.from_seed(bytes(32)).sign(data, algorithm)
                if len(calls) == 2
                else good.sign(data, algorithm)
            )

    monkeypatch.setattr(
        mint, "_issuer_key", type(mint._issuer_key)(FailsOnce(), mint._issuer_key.verification_method)
    )
    monkeypatch.setattr(bulk, "_compiled", type(bulk._compiled)())
    with pytest.raises(NotSigned, match="does not hold"):
        mint.issue([subject(i) for i in range(3)], places)
    assert mint.counts.issued == 1


def test_a_key_that_the_did_document_does_not_list_stops_the_batch(
    version: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mint = bulk.Mint(version, now=NOW)
    places = status.allocate(mint.issuer, "revocation", 1, now=NOW)
    other = SecretKey.from_seed(bytes(32))
    monkeypatch.setattr(
        mint, "_issuer_key", type(mint._issuer_key)(other, mint._issuer_key.verification_method)
    )
    monkeypatch.setattr(bulk, "_compiled", type(bulk._compiled)())
    with pytest.raises(NotSigned, match="proof"):
        mint.issue([subject()], places)


def test_a_value_that_open_badges_does_not_allow_is_refused(version: Any) -> None:
    mint = bulk.Mint(version, now=NOW)
    places = status.allocate(mint.issuer, "revocation", 2, now=NOW)
    with pytest.raises(IssuingError, match="/evidence/0/id"):
        mint.issue([subject(1, evidence=(Evidence(url="no address"),))], places[:1])
    with pytest.raises(IssuingError, match="Splendid"):
        mint.issue([subject(2, results=(Result(description="grade", status="Splendid"),))], places[1:])


def test_each_subject_needs_its_place(version: Any) -> None:
    with pytest.raises(ValueError, match="shorter"):
        bulk.Mint(version, now=NOW).issue([subject()], [])


def test_a_rotated_key_is_taken_up_by_the_next_mint(version: Any, owner: Actor) -> None:
    first, _ = mint_and_store(version, [subject(1)])
    issuer_services.rotate_key(by=owner, key=first.key, now=NOW)
    second, minted = mint_and_store(version, [subject(2)])
    assert second.key != first.key
    assert SigningKey.objects.get(pk=first.key.pk).state == "retired"
    assert all(verify_bytes(bytes(row.content), now=NOW).valid for row in Credential.objects.all())
    assert minted[0].content.count(second.key.fragment.encode()) == 1


def test_what_a_key_signed_that_was_rotated_meanwhile_is_not_stored(version: Any, owner: Actor) -> None:
    mint = bulk.Mint(version, now=NOW)
    places = status.allocate(mint.issuer, "revocation", 1, now=NOW)
    minted = mint.issue([subject()], places)
    issuer_services.rotate_key(by=owner, key=mint.key, now=NOW)
    with pytest.raises(KeyChanged, match="rotated"):
        bulk.store(mint, minted)
    assert not Credential.objects.exists()


def test_compiled_shapes_are_remembered_and_forgotten(version: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_compiled", type(bulk._compiled)())
    monkeypatch.setattr(bulk, "_SHAPES_KEPT", 2)
    places = status.allocate(version.achievement.issuer, "revocation", 4, now=NOW)
    subjects = [subject(1), subject(2, name=""), subject(3, narrative="Well done."), subject(4, role="Guest")]
    bulk.Mint(version, now=NOW).issue(subjects, places)
    assert len(bulk._compiled) == 2
    kept = list(bulk._compiled.values())
    place = status.allocate(version.achievement.issuer, "revocation", 1, now=NOW)
    bulk.Mint(version, now=NOW).issue([subject(5, role="Guest")], place)
    assert list(bulk._compiled.values()) == kept


def test_storing_takes_few_statements_and_none_for_nothing(version: Any) -> None:
    subjects = [subject(i) for i in range(50)]
    places = status.allocate(version.achievement.issuer, "revocation", 50, now=NOW)
    mint = bulk.Mint(version, now=NOW)
    minted = mint.issue(subjects, places)
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        bulk.store(mint, minted)
    staged = 3 if row_security.binds(connection, Credential) else 0  # the rows go by way of a table beside
    assert len(queries) <= 13 + staged
    with CaptureQueriesContext(connection) as queries:
        bulk.store(mint, [])
    assert len(queries) == 0


def test_a_chunk_that_is_rolled_back_leaves_nothing_and_its_places_are_not_used_again(
    version: Any, issuer: Issuer
) -> None:
    """'A killed worker … neither loses nor repeats an award', and a place is never used twice."""
    subjects = [subject(i) for i in range(5)]
    first = status.allocate(issuer, "revocation", 5, now=NOW)
    mint = bulk.Mint(version, now=NOW)
    with transaction.atomic():
        bulk.store(mint, mint.issue(subjects, first))
        assert Credential.objects.count() == 5
        transaction.set_rollback(True)  # the worker is killed before the commit
    assert not Credential.objects.exists()
    assert log.verify(issuer) == 0
    _, minted = mint_and_store(version, subjects)
    assert {one.place.index for one in minted if one.place}.isdisjoint({place.index for place in first})
    assert Credential.objects.count() == 5
    assert log.verify(issuer) == 1


@pytest.mark.parametrize("days", [-400, 400])
def test_a_batch_with_dates_behind_or_ahead(days: int, version: Any) -> None:
    moved = NOW + dt.timedelta(days=days)
    _, minted = mint_and_store(
        version, [subject(1, valid_from=moved, valid_until=moved + dt.timedelta(days=1))]
    )
    assert len(minted) == 1


def test_the_memory_of_a_chunk_asks_once_for_each_document(version: Any) -> None:
    asked = []

    class Counting:
        def resolve(self, url: str, purpose: Purpose) -> Document:
            asked.append(url)
            if url.endswith("/missing"):
                raise ResolveError.at(url, expected="a document", got="none", code=ResolveError.NOT_FOUND)
            return Document(url, b"{}")

    memory = Memory(Counting())
    for _ in range(2):
        assert memory.resolve("https://a.example/", Purpose.STATUS).content == b"{}"
        with pytest.raises(ResolveError):
            memory.resolve("https://a.example/missing", Purpose.STATUS)
    assert asked == ["https://a.example/", "https://a.example/missing"]
