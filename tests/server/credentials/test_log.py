"""The issuance log, and what it decides after a key was compromised."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from typing import Any

import pytest
from django.db import connections
from tests.server.credentials.conftest import NOW, MakeVersion, subject

from insignia import credential
from insignia.issuing import issue
from insignia_server.credentials import log, services
from insignia_server.credentials.keys import loader, signing_pair
from insignia_server.credentials.models import Credential, IssuanceLog, IssuanceLogEntry
from insignia_server.credentials.verification import verify_bytes
from insignia_server.issuers import services as issuer_services
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor

HOUR = dt.timedelta(hours=1)


def digests(*words: str) -> list[bytes]:
    return [hashlib.sha256(word.encode()).digest() for word in words]


def test_each_entry_names_the_root_before_it(issuer: Issuer) -> None:
    first = log.append(issuer, digests("a", "b"), now=NOW)
    second = log.append(issuer, digests("c"), now=NOW + HOUR)
    assert (first.sequence, bytes(first.previous)) == (1, bytes(32))
    assert (second.sequence, bytes(second.previous)) == (2, bytes(first.root))
    micros = int((NOW + HOUR).timestamp()) * 1_000_000
    expected = hashlib.sha256(
        bytes(first.root) + (2).to_bytes(8, "big") + micros.to_bytes(8, "big") + digests("c")[0]
    )
    assert bytes(second.root) == expected.digest()
    head = IssuanceLog.objects.get()
    assert (head.sequence, bytes(head.root), head.at, head.count) == (2, bytes(second.root), NOW + HOUR, 3)
    assert log.verify(issuer) == 2


def test_times_never_go_back(issuer: Issuer) -> None:
    log.append(issuer, digests("a"), now=NOW)
    assert log.append(issuer, digests("b"), now=NOW - HOUR).at == NOW
    assert log.verify(issuer) == 2


def test_a_log_without_entries_holds(issuer: Issuer) -> None:
    assert log.verify(issuer) == 0


@pytest.mark.parametrize("wrong", [[], [b"short"], [b""]])
def test_only_digests_are_taken(wrong: list[bytes], issuer: Issuer) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        log.append(issuer, wrong, now=NOW)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows.filter(sequence=2).update(digests=digests("x")[0]), "root of entry 2"),
        (lambda rows: rows.filter(sequence=2).update(digests=b"odd"), "root of entry 2"),
        (lambda rows: rows.filter(sequence=2).delete(), "expected entry 2"),
        (lambda rows: rows.filter(sequence=3).delete(), "ends at entry 2"),
        (lambda rows: rows.filter(sequence=2).update(at=NOW - HOUR), "before the one before"),
        (lambda rows: rows.filter(sequence=3).update(at=NOW + 9 * HOUR), "root of entry 3"),
        (lambda rows: rows.filter(sequence=1).update(previous=digests("x")[0]), "expected entry 1"),
        (lambda rows: IssuanceLog.objects.update(count=7), "its head says otherwise"),
    ],
)
def test_whatever_was_changed_shows(change: Any, told: str, issuer: Issuer) -> None:
    """Issue 3: 'the append-only issuance log'."""
    for number in range(3):
        log.append(issuer, digests(f"{number}"), now=NOW + number * HOUR)
    assert log.verify(issuer) == 3
    change(IssuanceLogEntry.objects.filter(issuer=issuer))
    with pytest.raises(log.LogBroken, match=told):
        log.verify(issuer)


@pytest.mark.django_db(transaction=True)
def test_several_writers_at_once_make_one_chain(issuer: Issuer) -> None:
    start, errors = threading.Barrier(6), []

    def work(number: int) -> None:
        try:
            start.wait()
            with scopes.organisation(issuer.organisation_id):
                for turn in range(4):
                    log.append(issuer, digests(f"{number}-{turn}"), now=NOW)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert log.verify(issuer) == 24
    assert IssuanceLog.objects.get().count == 24


def test_what_is_issued_is_anchored(version: Any) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    assert log.anchored_at(row) == NOW
    assert log.anchored_before(row, NOW + HOUR)
    assert not log.anchored_before(row, NOW), "before means before"
    row.digest = digests("another")[0]
    assert log.anchored_at(row) is None


def test_a_digest_across_the_border_of_two_is_none(version: Any, issuer: Issuer) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    digest = digests("one")[0]
    shifted = bytes(5) + digest + bytes(27)
    log.append(issuer, [shifted[:32], shifted[32:]], now=NOW)
    row.digest = digest
    assert log.anchored_at(row) is None
    log.append(issuer, [shifted[:32], shifted[32:], digest], now=NOW + HOUR)
    assert log.anchored_at(row) == NOW + HOUR


# A compromised key

SINCE = NOW + HOUR
LATER = NOW + 3 * HOUR


def compromise(row: Credential, owner: Actor, since: dt.datetime = SINCE) -> SigningKey:
    key = SigningKey.objects.get(pk=row.key_id)
    issuer_services.report_compromised(by=owner, key=key, since=since, now=LATER)
    return SigningKey.objects.get(pk=key.pk)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ob-jwt"])
def test_what_the_log_had_before_the_compromise_counts(
    suite: str, make_version: MakeVersion, owner: Actor
) -> None:
    """Issue 3: what it signed 'counts only where the append-only issuance log had anchored it before'."""
    row = services.issue_one(version=make_version(suite=suite), subject=subject(), now=NOW)
    after = services.issue_one(version=row.version, subject=subject(2), now=NOW + 2 * HOUR)
    compromise(row, owner)
    report = verify_bytes(bytes(row.content), now=LATER)
    assert report.valid, [check.message for check in report.failed()]
    notice = next(one for one in report.warnings if one.code == "key.compromised")
    assert "from 2026-11-25 13:00 UTC on" in notice.message
    assert "so it counts" in notice.message
    report = verify_bytes(bytes(after.content), now=LATER)
    assert not report.valid
    assert any("does not count" in one.message for one in report.warnings)


def test_a_backdated_forgery_with_the_stolen_key_does_not_count(
    version: Any, owner: Actor, issuer: Issuer
) -> None:
    """'since `created` can be backdated': the thief dates it before; the log has no such digest."""
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    _, stolen = signing_pair(issuer, "eddsa-rdfc-2022")
    document = credential.parse(bytes(row.content)).document
    document.pop("proof")
    document["credentialSubject"]["identifier"][1]["identityHash"] = "Mallory"
    forged = issue(document, key=stolen, suite="eddsa-rdfc-2022", created=NOW - HOUR, loader=loader())
    assert verify_bytes(forged, now=NOW).valid, "until the theft is known it cannot be told from others"
    compromise(row, owner)
    assert not verify_bytes(forged, now=LATER).valid
    assert verify_bytes(bytes(row.content), now=LATER).valid
    for other in (
        "urn:uuid:not-a-uuid",
        "https://badges.example.test/1",
        "urn:uuid:0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d",
    ):
        document["id"] = other
        forged = issue(document, key=stolen, suite="eddsa-rdfc-2022", created=NOW, loader=loader())
        assert not verify_bytes(forged, now=LATER).valid


def test_the_anchored_credential_counts_with_other_spaces_too(version: Any, owner: Actor) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    compromise(row, owner)
    assert verify_bytes(json.dumps(json.loads(bytes(row.content)), indent=4), now=LATER).valid


def test_a_key_of_another_issuer_is_nobodys_business(version: Any, owner: Actor) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    other = issuer_services.create_issuer(by=owner, name="Faculty of Law", now=NOW)
    for key in SigningKey.objects.filter(issuer=other, algorithm="Ed25519"):
        issuer_services.report_compromised(by=owner, key=key, since=NOW, now=LATER)
    report = verify_bytes(bytes(row.content), now=LATER)
    assert report.valid
    assert not any(one.code == "key.compromised" for one in report.warnings)


def test_what_is_affected_is_listed_for_issuing_again(version: Any, owner: Actor) -> None:
    before, revoked, after = (
        services.issue_one(version=version, subject=subject(i), now=NOW + i * HOUR) for i in range(3)
    )
    services.revoke(by=owner, credential=revoked, reason="Mistake.", now=NOW + HOUR)
    key = SigningKey.objects.get(pk=before.key_id)
    assert list(services.unanchored(key)) == []
    key = compromise(before, owner)
    assert list(services.affected_by(key)) == [before, after]
    assert list(services.unanchored(key)) == [after]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"{}",
        b'{"proof": 1}',
        b'{"proof": [{"verificationMethod": "did:web:#"}]}',
        b'{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "proof": '
        b'[{"verificationMethod": "https://a.example/"}, {"verificationMethod": 7}, 7, '
        b'{"verificationMethod": "did:key:z6Mk#z6Mk"}]}',
        "eyJ.a.b",
        b"\xff",
    ],
)
def test_whatever_is_verified_gets_a_report(content: bytes | str, db: None) -> None:
    assert not verify_bytes(content, now=NOW).valid
