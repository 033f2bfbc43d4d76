"""What is signed: its members, that the library verifies it, and that these bytes are stored and served."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.server.credentials.conftest import NOW, MakeVersion, full_subject, subject

from insignia import credential
from insignia.issuing import IssuerKey
from insignia.keys import SecretKey
from insignia.profile import identity_hash
from insignia.report import Outcome, Report
from insignia.verification import STRICT, STRICT_TERMS
from insignia_server.credentials import services
from insignia_server.credentials.checking import NotSigned
from insignia_server.credentials.document import document_for
from insignia_server.credentials.keys import signing_pair
from insignia_server.credentials.models import Credential, IssuanceLogEntry, StatusList
from insignia_server.credentials.subject import Result
from insignia_server.credentials.verification import verify_bytes
from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.kit.errors import Refused

SUITES = ("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ob-jwt")


def document(row: Credential) -> dict[str, Any]:
    return dict(credential.parse(bytes(row.content)).document)


def told(report: Report) -> list[str]:
    return [f"{c.code}: {c.outcome}: {c.message}" for c in report.checks if c.outcome is not Outcome.PASSED]


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("make", [subject, full_subject])
def test_what_is_issued_verifies_under_the_strict_policies(
    suite: str, make: Any, make_version: MakeVersion
) -> None:
    """Issue 3: 'A single award is verified by the library's own verifier before it is stored.'"""
    row = services.issue_one(version=make_version(suite=suite), subject=make(), now=NOW)
    assert row.suite == suite
    assert bytes(row.digest) == hashlib.sha256(bytes(row.content)).digest()
    for policy in (STRICT, STRICT_TERMS):
        report = verify_bytes(bytes(row.content), now=NOW, policy=policy, recipient="learner1@example.org")
        assert report.valid, told(report)
        assert report.check("status.revocation").outcome is Outcome.PASSED
        assert report.check("recipient").outcome is Outcome.PASSED


def test_the_members_of_a_full_credential(make_version: MakeVersion) -> None:
    """Issue 3: hashed and salted recipient identifier, evidence, results, `credentialSchema` 'always an
    array', `refreshService`, and 'credentialStatus is one object'; 'properties that may have many values are
    arrays'."""
    given = full_subject(7)
    row = services.issue_one(version=make_version(), subject=given, now=NOW)
    made = document(row)
    assert made["id"] == f"urn:uuid:{row.pk}"
    assert (made["name"], made["description"]) == ("Data Literacy", "Reads, questions and shows data.")
    assert made["issuer"]["id"] == row.issuer.did
    assert made["issuer"]["type"] == ["Profile"]
    assert (made["validFrom"], made["validUntil"], made["awardedDate"]) == (
        "2026-11-25T12:00:00Z",
        "2027-11-25T12:00:00Z",
        "2026-11-24T12:00:00Z",
    )
    assert made["credentialSchema"] == [
        {
            "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
            "type": "1EdTechJsonSchemaValidator2019",
        }
    ]
    assert made["refreshService"] == {
        "id": f"https://badges.example.test/refresh/{row.pk}.json",
        "type": "1EdTechCredentialRefresh",
    }
    url = f"https://badges.example.test/status/{row.status_list_id}.json"
    assert made["credentialStatus"] == {
        "id": f"{url}#{row.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(row.status_index),
        "statusListCredential": url,
    }
    inside = made["credentialSubject"]
    assert "id" not in inside
    assert inside["identifier"] == [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": identity_hash("learner7@example.org", given.salt),
            "identityType": "emailAddress",
            "salt": given.salt,
        },
        {"type": "IdentityObject", "hashed": False, "identityHash": "Learner 7", "identityType": "name"},
    ]
    achievement = inside["achievement"]
    assert achievement["id"].startswith("https://badges.example.test/achievements/")
    assert inside["result"] == [
        {
            "type": ["Result"],
            "resultDescription": f"{achievement['id']}#result-grade",
            "status": "Completed",
            "value": "A",
        },
        {
            "type": ["Result"],
            "achievedLevel": f"{achievement['id']}#level-reading-expert",
            "resultDescription": f"{achievement['id']}#result-reading",
        },
    ]
    ids = {one["id"] for one in achievement["resultDescription"]}
    levels = {
        one["id"] for d in achievement["resultDescription"] for one in d.get("rubricCriterionLevel", [])
    }
    assert {one["resultDescription"] for one in inside["result"]} <= ids
    assert inside["result"][1]["achievedLevel"] in levels
    assert made["evidence"] == [
        {
            "type": ["Evidence"],
            "id": "https://portfolio.example/1",
            "name": "Portfolio",
            "genre": "Portfolio",
        },
        {
            "type": ["Evidence"],
            "name": "Talk",
            "description": "A talk before the class.",
            "narrative": 'It was "good": ümlauts & all.',
        },
    ]
    assert (inside["creditsEarned"], inside["licenseNumber"], inside["role"], inside["term"]) == (
        2.5,
        "L-1",
        "Student",
        "Autumn",
    )


def test_the_address_is_hashed_in_lower_case_and_stands_nowhere(version: Any) -> None:
    row = services.issue_one(version=version, subject=subject(identifier=" Ann.Lee@Example.ORG"), now=NOW)
    assert b"xample.org" not in bytes(row.content).lower().replace(b"badges.example", b"")
    assert document(row)["credentialSubject"]["identifier"][0]["identityHash"] == identity_hash(
        "ann.lee@example.org", "salt-00000001"
    )
    assert verify_bytes(bytes(row.content), now=NOW, recipient="ann.lee@example.org").valid
    assert not verify_bytes(bytes(row.content), now=NOW, recipient="ben@example.org").valid


def test_a_name_is_in_the_credential_only_where_the_definition_says_so(make_version: MakeVersion) -> None:
    hidden = make_version(name_in_credential=False)
    row = services.issue_one(version=hidden, subject=subject(name="Ada Lovelace"), now=NOW)
    assert b"Ada Lovelace" not in bytes(row.content)


def test_a_did_is_the_id_of_the_subject_and_no_hash(version: Any) -> None:
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    row = services.issue_one(
        version=version, subject=subject(identifier=did, identifier_kind="did", name=""), now=NOW
    )
    inside = document(row)["credentialSubject"]
    assert inside["id"] == did
    assert "identifier" not in inside
    assert verify_bytes(bytes(row.content), now=NOW, recipient=did).valid


@pytest.mark.parametrize("given", ["did:example:ann", ""])
def test_a_token_has_a_sub(given: str, make_version: MakeVersion) -> None:
    """Issue 3: 'a VC-JWT recipient gets a `credentialSubject.id`, … so that `sub` exists'."""
    row = services.issue_one(version=make_version(suite="ob-jwt"), subject=subject(subject_id=given), now=NOW)
    secured = credential.parse(bytes(row.content))
    assert secured.jwt is not None
    sub = secured.jwt.payload["sub"]
    assert sub == (given or sub)
    assert sub.startswith("did:example:ann" if given else "urn:uuid:")
    assert sub != secured.document["id"]
    assert secured.jwt.payload["iss"] == row.issuer.did
    assert secured.jwt.header["alg"] == "RS256"
    assert row.key.algorithm == "RSA"


@pytest.mark.parametrize(("purpose", "size"), [("revocation", None), ("suspension", None), ("message", 2)])
def test_an_achievement_chooses_what_its_status_can_say(
    purpose: str, size: int | None, make_version: MakeVersion
) -> None:
    row = services.issue_one(version=make_version(status=purpose), subject=subject(), now=NOW)
    entry = document(row)["credentialStatus"]
    assert entry["statusPurpose"] == purpose
    assert entry.get("statusSize") == size
    assert row.status_list is not None
    assert row.status_list.purpose == purpose
    report = verify_bytes(bytes(row.content), now=NOW)
    assert report.valid, told(report)


def test_dates_in_the_past_and_in_the_future_can_be_signed(version: Any) -> None:
    """A credential that begins later is signed now; a verifier says that it is not valid yet."""
    later = subject(valid_from=NOW + dt.timedelta(days=30))
    over = subject(2, valid_from=NOW - dt.timedelta(days=30), valid_until=NOW - dt.timedelta(days=1))
    for given, reason in ((later, "validity.not-yet"), (over, "validity.expired")):
        row = services.issue_one(version=version, subject=given, now=NOW)
        failed = list(verify_bytes(bytes(row.content), now=NOW).failed())
        assert [check.reason for check in failed] == [reason]


@pytest.mark.parametrize("suite", SUITES)
def test_a_token_with_dates_ahead_can_be_signed_too(suite: str, make_version: MakeVersion) -> None:
    later = subject(valid_from=NOW + dt.timedelta(days=3000), valid_until=NOW + dt.timedelta(days=4000))
    assert (
        services.issue_one(version=make_version(suite=suite), subject=later, now=NOW).pk
        == later.credential_id
    )


def test_what_open_badges_does_not_allow_is_refused_with_its_place_and_nothing_is_stored(
    version: Any,
) -> None:
    bad = subject(results=(Result(description="grade", status="Splendid"),))
    with pytest.raises(Refused) as caught:
        services.issue_one(version=version, subject=bad, now=NOW)
    assert caught.value.refusals[0].field == "/credentialSubject/result/0/status"
    assert "Splendid" in caught.value.refusals[0].got
    assert not Credential.objects.exists()
    assert not IssuanceLogEntry.objects.exists()


def test_what_does_not_verify_is_not_stored(version: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signer that answers another message's signature: the gate shuts."""
    key, pair = signing_pair(version.achievement.issuer, "eddsa-rdfc-2022")
    other = SecretKey.from_seed(bytes(32))
    monkeypatch.setattr(
        services, "signing_pair", lambda *_: (key, IssuerKey(other, pair.verification_method))
    )
    with pytest.raises(NotSigned, match="proof"):
        services.issue_one(version=version, subject=subject(), now=NOW)
    assert not Credential.objects.exists()


def test_an_award_without_a_key_says_what_to_do(version: Any) -> None:
    SigningKey.objects.filter(algorithm="Ed25519").update(state=KeyState.RETIRED)
    with pytest.raises(Refused, match="no Ed25519 key"):
        services.issue_one(version=version, subject=subject(), now=NOW)


def test_the_same_credential_cannot_be_issued_twice(version: Any) -> None:
    given = subject()
    services.issue_one(version=version, subject=given, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.issue_one(version=version, subject=given, now=NOW)


def test_a_credential_that_cannot_be_revoked_has_no_status(version: Any, issuer: Issuer) -> None:
    """A preview has none: nobody takes a place for it."""
    made = document_for(version, issuer, subject())
    assert "credentialStatus" not in made
    assert not StatusList.objects.exists()
