"""Step 4, the status: every entry is looked up in a list that itself verifies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from verification_world import (
    AGENCY,
    LIST,
    NOW,
    STRANGER,
    UNIVERSITY,
    badge,
    changed,
    check,
    entry,
    found,
    outcomes,
    reasons,
    status_list,
    world,
)

from insignia import credential
from insignia.errors import ResolveError
from insignia.report import Verdict
from insignia.resolver import Document, MapResolver, Purpose
from insignia.status_list import BitstringStatusList
from insignia.verification import INSPECTOR_COMPATIBLE, verify


def with_status(entry_: Any) -> dict[str, Any]:
    return UNIVERSITY.sign(badge(credentialStatus=entry_))


def with_several(*entries: Any) -> dict[str, Any]:
    """An Open Badge has one status at most (0..1); other credentials may have several."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:several",
        "type": ["VerifiableCredential"],
        "issuer": UNIVERSITY.id,
        "credentialSubject": {"id": "urn:x"},
        "credentialStatus": list(entries),
    }
    return UNIVERSITY.sign(document)


def listed(*indices: int, **options: Any) -> dict[str, Any]:
    return world(**{LIST: status_list(*indices, **options)})


def test_a_credential_that_is_not_on_the_list_is_valid() -> None:
    report = check(with_status(entry(5)), listed(4, 6))
    assert report.valid
    noted = found(report, "status.revocation")
    assert noted.message == "It is not revoked, as of 1 January 2026, 00:00 UTC."
    assert noted.facts["list"] == LIST
    assert noted.facts["index"] == "5"
    assert noted.facts["listIssuer"] == UNIVERSITY.id


@pytest.mark.parametrize(
    ("purpose", "reason", "message"),
    [
        ("revocation", "status.revoked", "It was revoked for good by its issuer."),
        ("suspension", "status.suspended", "It was suspended for the time being by its issuer."),
    ],
)
def test_revoked_and_suspended_are_not_valid(purpose: str, reason: str, message: str) -> None:
    report = check(with_status(entry(purpose=purpose)), listed(5, purpose=purpose))
    assert report.verdict is Verdict.INVALID
    assert reasons(report) == {(f"status.{purpose}", reason)}
    assert report.check(f"status.{purpose}").message == message


def test_every_entry_is_checked() -> None:
    """`credentialStatus` may be several objects (VC Data Model 2.0, 4.10): one that is set is enough."""
    both = with_several(entry(4), entry(5, purpose="suspension"))
    report = check(both, listed(5, purpose=["revocation", "suspension"]))
    assert outcomes(report)["status.revocation"] == "passed"
    assert reasons(report) == {("status.suspension", "status.suspended")}
    assert [c.where for c in report.failed()] == ["/credentialStatus/1"]


def test_more_entries_than_are_looked_at_leave_the_verdict_open() -> None:
    report = check(with_several(*(entry(i) for i in range(33))), listed(99))
    assert ("status", "status.too-many") in reasons(report)
    assert report.verdict is Verdict.UNDETERMINED


def test_a_list_is_fetched_and_verified_once() -> None:
    asked: list[str] = []

    class Spy:
        def resolve(self, url: str, purpose: Purpose) -> Document:
            asked.append(url)
            return MapResolver(listed(9)).resolve(url, purpose)

    text = json.dumps(with_several(*(entry(i) for i in range(5))))
    assert verify(credential.parse(text), resolver=Spy(), now=NOW).valid
    assert asked.count(LIST) == 1


def test_an_unreachable_list_is_not_checked() -> None:
    """House rule: an unreachable list is never passed. Bitstring Status List, 3.2: STATUS_RETRIEVAL_ERROR."""
    report = check(with_status(entry()))
    assert report.verdict is Verdict.UNDETERMINED
    assert reasons(report) == {("status.revocation", "STATUS_RETRIEVAL_ERROR")}
    assert found(report, "status.revocation").facts["retrieval"] == ResolveError.NOT_FOUND


@pytest.mark.parametrize("content", [b"<html>", b"{}", b'{"type": "VerifiableCredential"}', b"\xff"])
def test_a_list_that_cannot_be_read_is_not_checked(content: bytes) -> None:
    report = check(with_status(entry()), world(**{LIST: content}))
    assert not report.valid
    assert {code for code, _ in reasons(report)} == {"status.revocation"}


def test_an_unknown_type_of_status_is_not_checked() -> None:
    report = check(with_status({"id": "https://a.example/1", "type": "TokenStatusList"}))
    assert report.verdict is Verdict.UNDETERMINED
    assert reasons(report) == {("status", "status.unknown-type")}


def test_a_malformed_entry_fails() -> None:
    report = check(with_status(entry(statusListIndex="-1")), listed())
    assert ("status", "MALFORMED_VALUE_ERROR") in reasons(report)


def test_an_index_outside_of_the_list_fails() -> None:
    report = check(with_status(entry(131_072)), listed())
    assert reasons(report) == {("status.revocation", "RANGE_ERROR")}


def test_a_list_for_another_purpose_fails() -> None:
    """Bitstring Status List, 3.2: `If the values are not equal, raise a STATUS_VERIFICATION_ERROR.`"""
    report = check(with_status(entry()), listed(purpose="suspension"))
    assert reasons(report) == {("status.revocation", "STATUS_VERIFICATION_ERROR")}


def test_a_list_that_is_not_signed_or_was_changed_cannot_be_relied_on() -> None:
    """Bitstring Status List, 3.2: `If any of the proof verifications fail`, STATUS_VERIFICATION_ERROR."""
    signed = status_list(5)
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    spoilt = changed(signed, "credentialSubject", "encodedList", value=BitstringStatusList().encode())
    for document in (unsigned, spoilt):
        report = check(with_status(entry()), world(**{LIST: document}))
        assert reasons(report) == {("status.revocation", "STATUS_VERIFICATION_ERROR")}
        assert report.verdict is Verdict.INVALID
    assert found(report, "status.revocation").facts["says"] == "not set"


@pytest.mark.parametrize(
    "dates", [{"validUntil": "2025-06-01T00:00:00Z"}, {"validFrom": "2027-01-01T00:00:00Z"}]
)
def test_a_list_outside_of_its_dates_cannot_be_relied_on(dates: dict[str, str]) -> None:
    report = check(with_status(entry()), listed(**dates))
    assert reasons(report) == {("status.revocation", "STATUS_VERIFICATION_ERROR")}


def test_a_list_whose_signer_is_unknown_for_now_is_not_checked() -> None:
    lister = AGENCY
    documents = {UNIVERSITY.url: UNIVERSITY.document(), LIST: status_list(signer=lister)}
    report = check(with_status(entry()), documents)
    assert report.verdict is Verdict.UNDETERMINED
    assert reasons(report) == {("status.revocation", "STATUS_VERIFICATION_ERROR")}


def test_a_list_of_another_issuer_is_shown() -> None:
    """A status list may be signed by another DID than the credential's; show it."""
    report = check(with_status(entry()), listed(signer=AGENCY))
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["status.other-issuer"]
    assert found(report, "status.revocation").facts["listIssuer"] == AGENCY.id


def test_a_list_under_another_name_is_shown() -> None:
    report = check(with_status(entry()), listed(id="https://elsewhere.example/list"))
    assert [notice.code for notice in report.warnings] == ["status.list-id"]


def test_a_list_signed_in_another_s_name_cannot_be_relied_on() -> None:
    document = status_list()
    del document["proof"]
    forged = STRANGER.sign(document)
    report = check(with_status(entry()), world(**{LIST: forged}))
    assert reasons(report) == {("status.revocation", "STATUS_VERIFICATION_ERROR")}


def test_messages_are_shown() -> None:
    messages = [{"status": "0x0", "message": "pending"}, {"status": "0x1", "message": "delivered"}]
    sized = entry(purpose="message", statusSize=1, statusMessage=messages)
    report = check(with_status(sized), listed(5, purpose="message"))
    assert report.valid
    noted = found(report, "status.message")
    assert noted.message == "The status message is delivered."
    assert noted.facts["message"] == "delivered"


def test_a_reference_of_a_status_is_shown() -> None:
    report = check(with_status(entry(statusReference="https://university.example/why")), listed())
    assert found(report, "status.revocation").facts["references"] == ["https://university.example/why"]


def test_a_newer_version_is_a_notice() -> None:
    report = check(with_status(entry(purpose="refresh")), listed(5, purpose="refresh"))
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["status.refresh"]
    assert check(with_status(entry(purpose="refresh")), listed(purpose="refresh")).warnings == ()


def test_a_purpose_of_unknown_meaning_is_not_checked_when_set() -> None:
    document = with_status(entry(purpose="mystery"))
    assert check(document, listed(purpose="mystery")).valid
    report = check(document, listed(5, purpose="mystery"))
    assert report.verdict is Verdict.UNDETERMINED
    assert reasons(report) == {("status.mystery", "status.unknown-purpose")}


def test_short_lists_are_for_some_policies_only() -> None:
    """`minimumNumberOfEntries` is 131,072 `unless a different lower bound is established`."""
    short = BitstringStatusList(100_000, minimum=8)
    document = status_list()
    del document["proof"]
    signed = UNIVERSITY.sign(changed(document, "credentialSubject", "encodedList", value=short.encode()))
    documents = world(**{LIST: signed})
    assert reasons(check(with_status(entry()), documents)) == {
        ("status.revocation", "STATUS_LIST_LENGTH_ERROR")
    }
    report = check(with_status(entry()), documents, policy=INSPECTOR_COMPATIBLE)
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["status.short-list"]


def test_a_caller_may_ask_for_the_status_alone() -> None:
    """Who asks for no proof takes that upon himself."""
    report = check(badge(credentialStatus=entry()), listed(5), checks=("status",))
    assert reasons(report) == {("status.revocation", "status.revoked")}
    assert set(outcomes(report)) == {"status.revocation"}


# 1EdTech Revocation List

REVOCATIONS = "https://university.example/revocations"
REVOCATION_ENTRY = {"id": REVOCATIONS, "type": "1EdTechRevocationList"}


def revocations(*items: dict[str, Any], issuer: str = UNIVERSITY.id) -> dict[str, Any]:
    return world(**{REVOCATIONS: {"id": REVOCATIONS, "issuer": issuer, "revokedCredential": list(items)}})


@pytest.mark.parametrize(
    ("item", "valid"),
    [
        ({"id": badge()["id"]}, False),
        ({"id": badge()["id"], "revoked": True, "revocationReason": "Plagiarism"}, False),
        ({"id": badge()["id"], "revoked": False}, True),
        ({"id": "urn:uuid:another"}, True),
    ],
)
def test_a_revocation_list_of_1edtech(item: dict[str, Any], valid: bool) -> None:
    """`revoked` that is missing means true."""
    report = check(with_status(REVOCATION_ENTRY), revocations(item))
    assert report.valid is valid
    if "revocationReason" in item:
        assert "The issuer’s word: Plagiarism." in found(report, "status.revocation").message


def test_a_revocation_list_of_another_issuer_is_shown() -> None:
    report = check(with_status(REVOCATION_ENTRY), revocations(issuer=AGENCY.id))
    assert "status.other-issuer" in {notice.code for notice in report.warnings}


def test_a_revocation_list_that_is_something_else_fails() -> None:
    report = check(with_status(REVOCATION_ENTRY), world(**{REVOCATIONS: ["?"]}))
    assert reasons(report) == {("status.revocation", "STATUS_VERIFICATION_ERROR")}


def test_a_status_list_2021_is_read() -> None:
    bits = BitstringStatusList()
    bits.set(5)
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"],
        "id": LIST,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": UNIVERSITY.id,
        "issuanceDate": "2025-01-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "StatusList2021",
            "statusPurpose": "revocation",
            "encodedList": bits.encode()[1:],
        },
    }
    documents = world(**{LIST: UNIVERSITY.sign(document)})
    assert check(with_status(entry(4, type="StatusList2021Entry")), documents).valid
    report = check(with_status(entry(5, type="StatusList2021Entry")), documents)
    assert reasons(report) == {("status.revocation", "status.revoked")}
