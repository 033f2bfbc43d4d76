"""Policies, the data model, dates, recipients, and whatever else comes in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verification_sample import SIGNED
from verification_world import (
    LOADER,
    NOW,
    PERSON,
    STRANGER,
    UNIVERSITY,
    Issuer,
    badge,
    changed,
    check,
    found,
    outcomes,
    reasons,
)

from insignia import credential, verification
from insignia.did import did_key_method
from insignia.errors import InsigniaError, ResolveError
from insignia.keys import KeyType, SecretKey
from insignia.profile import identity_hash
from insignia.report import Outcome, Verdict
from insignia.verification import INSPECTOR_COMPATIBLE, LENIENT, STRICT_TERMS
from insignia.verification.recipient import KnownRecipient
from insignia.verification.steps import unreadable

# Inspector-compatible


def unbound_badge() -> dict[str, Any]:
    return STRANGER.sign(
        badge(issuer={**UNIVERSITY.profile, "id": "urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164"})
    )


def test_an_unbound_key_is_a_warning_for_the_inspector_only() -> None:
    assert not check(unbound_badge()).valid
    report = check(unbound_badge(), policy=INSPECTOR_COMPATIBLE)
    assert report.valid
    assert outcomes(report)["key-binding"] == "not checked"
    assert [notice.code for notice in report.warnings] == ["key.unbound"]


def test_the_key_of_another_fails_for_the_inspector_too() -> None:
    report = check(STRANGER.sign(badge()), policy=INSPECTOR_COMPATIBLE)
    assert ("key-binding", "notListedByController") in reasons(report)


def test_a_did_key_without_a_fragment_is_for_the_inspector_only() -> None:
    signed = UNIVERSITY.sign(
        badge(issuer=STRANGER.profile), signer=STRANGER.key, verification_method=STRANGER.id
    )
    assert ("proof", "invalidDidUrl") in reasons(check(signed))
    report = check(signed, policy=INSPECTOR_COMPATIBLE)
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["proof.no-fragment"]


def test_what_deceives_nobody_is_tolerated_by_the_lenient_policy() -> None:
    document = badge()
    del document["credentialSubject"]["id"]
    assert check(UNIVERSITY.sign(document), policy=LENIENT).valid
    assert not check(unbound_badge(), policy=LENIENT).valid
    assert not check(STRANGER.sign(badge()), policy=LENIENT).valid


def test_tolerated_problems_of_the_data_model_become_warnings() -> None:
    document = badge()
    del document["credentialSubject"]["id"]
    signed = UNIVERSITY.sign(document)
    assert ("data-model", "subject.unidentified") in reasons(check(signed))
    report = check(signed, policy=INSPECTOR_COMPATIBLE)
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["data-model"]


def test_a_single_value_for_an_array_is_tolerated_for_the_inspector_only() -> None:
    identity = {
        "type": "IdentityObject",
        "identityHash": "a@b.c",
        "identityType": "emailAddress",
        "hashed": False,
    }
    signed = UNIVERSITY.sign(changed(badge(), "credentialSubject", "identifier", value=identity))
    assert ("data-model", "schema.type") in reasons(check(signed))
    assert check(signed, policy=INSPECTOR_COMPATIBLE).valid


# The data model and the terms


def test_all_problems_of_the_data_model_are_in_the_facts() -> None:
    document = badge(validFrom=None)
    del document["credentialSubject"]["achievement"]["criteria"]
    report = check(UNIVERSITY.sign(document))
    noted = found(report, "data-model")
    assert noted.outcome is Outcome.FAILED
    assert {p["where"] for p in noted.facts["problems"]} >= {"", "/credentialSubject/achievement"}
    assert "more such problems" in noted.message


def test_what_is_allowed_and_not_advised_is_pointed_out() -> None:
    document = badge(image="https://university.example/badge.png")
    report = check(UNIVERSITY.sign(document))
    assert report.valid
    assert "data-model.advice" in {notice.code for notice in report.warnings}


def test_not_more_problems_are_shown_than_a_person_reads() -> None:
    alignments = [{"type": ["Alignment"]} for _ in range(30)]
    document = changed(badge(), "credentialSubject", "achievement", "alignment", value=alignments)
    problems = found(check(UNIVERSITY.sign(document)), "data-model").facts["problems"]
    assert len(problems) == 21
    assert problems[-1]["got"].endswith(" more")


def test_undefined_terms_are_reported_where_they_are_signed() -> None:
    """Under JCS an undefined term is signed: a warning, which a strict policy turns into an error."""
    signed = UNIVERSITY.sign(badge(favouriteColour="blue"))
    report = check(signed)
    assert report.valid
    assert {notice.code for notice in report.warnings} == {"terms"}
    strict = check(signed, policy=STRICT_TERMS)
    assert strict.verdict is Verdict.INVALID
    assert {code for code, _ in reasons(strict)} == {"terms"}


def test_undefined_terms_fail_where_they_are_not_signed() -> None:
    signed = UNIVERSITY.sign(badge(), suite="eddsa-rdfc-2022")
    assert check(signed).valid
    report = check({**signed, "favouriteColour": "blue"})
    assert {"terms", "proof"} <= {code for code, _ in reasons(report)}
    assert "not covered by the signature" in found(report, "terms").message


def test_a_context_that_cannot_be_had_leaves_an_rdfc_proof_open() -> None:
    signed = UNIVERSITY.sign(badge(), suite="eddsa-rdfc-2022")
    report = check(
        changed(signed, "@context", value=[*signed["@context"], "https://nowhere.example/context"])
    )
    assert report.verdict is Verdict.UNDETERMINED
    assert reasons(report) >= {("proof", ResolveError.NOT_FOUND), ("terms", ResolveError.NOT_FOUND)}


def test_a_context_that_cannot_be_had_does_not_hide_what_jcs_signed() -> None:
    report = check(
        UNIVERSITY.sign(badge(**{"@context": [*badge()["@context"], "https://nowhere.example/c"]}))
    )
    assert report.valid
    assert outcomes(report)["terms"] == "not checked"
    assert "terms" not in report.required


# The dates


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"validFrom": "2026-01-01T00:00:01Z"}, ("validity.from", "validity.not-yet")),
        ({"validUntil": "2025-12-31T23:59:59Z"}, ("validity.until", "validity.expired")),
        ({"validFrom": "2025-01-01"}, ("validity.from", "validity.malformed")),
        ({"validUntil": "tomorrow"}, ("validity.until", "validity.malformed")),
    ],
)
def test_dates_that_are_wrong(changes: dict[str, Any], reason: tuple[str, str]) -> None:
    report = check(UNIVERSITY.sign(badge(**changes)))
    assert reason in reasons(report)
    assert not report.valid


def test_the_very_moments_count_as_valid() -> None:
    """Open Badges 3.0, 8.1: not yet valid `before the validFrom`, expired `after the validUntil`."""
    signed = UNIVERSITY.sign(badge(validFrom="2025-06-01T00:00:00Z", validUntil="2025-07-01T02:00:00+02:00"))
    start, end = datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    for now, valid in (
        (start, True),
        (end, True),
        (start - timedelta(seconds=1), False),
        (end + timedelta(seconds=1), False),
    ):
        assert check(signed, now=now).valid is valid


def test_a_late_award_is_pointed_out() -> None:
    report = check(UNIVERSITY.sign(badge(awardedDate="2026-06-01T00:00:00Z")))
    assert [notice.code for notice in report.warnings] == ["validity.awarded"]


def test_the_dates_of_the_data_model_1_1_have_other_names() -> None:
    contexts = [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    document = badge(**{"@context": contexts}, validFrom=None, issuanceDate="2025-01-01T00:00:00Z")
    assert check(UNIVERSITY.sign(document)).valid
    expired = UNIVERSITY.sign({**document, "expirationDate": "2025-02-01T00:00:00Z"})
    assert ("validity.until", "validity.expired") in reasons(check(expired))


def test_a_credential_without_a_start_is_valid_from_the_beginning() -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": UNIVERSITY.id,
        "credentialSubject": {"id": "urn:x"},
    }
    report = check(UNIVERSITY.sign(document))
    assert report.valid
    assert report.subject["kind"] == "credential"


# The recipient


def with_identifier(**changes: Any) -> dict[str, Any]:
    entry = {
        "type": "IdentityObject",
        "identityHash": identity_hash("a@example.com", "Kosher"),
        "identityType": "emailAddress",
        "hashed": True,
        "salt": "Kosher",
    }
    return UNIVERSITY.sign(changed(badge(), "credentialSubject", "identifier", value=[{**entry, **changes}]))


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        (PERSON.id, "passed"),
        ("a@example.com", "passed"),
        (KnownRecipient("a@example.com", "emailAddress"), "passed"),
        (KnownRecipient("a@example.com", "nickname"), "failed"),
        ("b@example.com", "failed"),
        (STRANGER.id, "failed"),
        (UNIVERSITY.id, "failed"),
    ],
)
def test_the_recipient_is_compared(known: Any, outcome: str) -> None:
    """Open Badges 3.0, 8.3: an identifier of another type is skipped, a hash is made with the salt."""
    report = check(with_identifier(), recipient=known)
    assert outcomes(report)["recipient"] == outcome
    assert "recipient" in report.required


def test_the_recipient_is_not_asked_about_unless_given() -> None:
    assert "recipient" not in check(with_identifier()).required


def test_a_plain_identifier_and_a_mail_address_as_id_match_too() -> None:
    plain = with_identifier(hashed=False, identityHash="77-1", identityType="sourcedId")
    assert outcomes(check(plain, recipient="77-1"))["recipient"] == "passed"
    mail = UNIVERSITY.sign(changed(badge(), "credentialSubject", "id", value="mailto:a@example.com"))
    assert outcomes(check(mail, recipient="a@example.com"))["recipient"] == "passed"
    broken = with_identifier(hashed="maybe")
    assert outcomes(check(broken, recipient="a@example.com"))["recipient"] == "failed"


def test_the_recipient_may_be_one_of_several_subjects() -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": UNIVERSITY.id,
        "credentialSubject": [{"id": "urn:other"}, {"id": PERSON.id}],
    }
    report = check(UNIVERSITY.sign(document), recipient=PERSON.id)
    assert found(report, "recipient").where == "/credentialSubject/1/id"


# Other suites and keys


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020"])
def test_all_suites_of_ed25519(suite: str) -> None:
    assert check(STRANGER.sign(badge(issuer=STRANGER.profile), suite=suite)).valid


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384])
def test_all_suites_of_ecdsa(suite: str, key_type: KeyType) -> None:
    import os

    key = SecretKey.generate(key_type, os.urandom)
    method = did_key_method(key.public_key)
    issuer = {**UNIVERSITY.profile, "id": method.partition("#")[0]}
    signed = UNIVERSITY.sign(badge(issuer=issuer), suite=suite, signer=key, verification_method=method)
    assert check(signed).valid
    assert not check(changed(signed, "name", value="Forged")).valid


def test_the_draft_name_of_a_suite_is_pointed_out() -> None:
    report = check(changed(SIGNED, "proof", "cryptosuite", value="eddsa-2022"))
    assert "proof.draft-name" in {notice.code for notice in report.warnings}


# Whatever comes in


def test_what_is_no_credential_has_a_report_too() -> None:
    try:
        credential.parse(b'{"type": "Nothing"}')
    except InsigniaError as error:
        report = unreadable(error, now=NOW)
    assert report.verdict is Verdict.INVALID
    assert found(report, "data-model").reason == "format.unknown"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = [
    "issuer",
    "validFrom",
    "validUntil",
    "credentialSubject",
    "credentialStatus",
    "credentialSchema",
    "proof",
    "refreshService",
    "relatedResource",
    "evidence",
    "endorsement",
    "endorsementJwt",
    "name",
    "awardedDate",
    "id",
]


@given(st.sampled_from(MEMBERS), JUNK, st.booleans())
def test_no_document_makes_the_verifier_fall_over(member: str, junk: Any, sign: bool) -> None:
    document = {**badge(), member: junk}
    if sign and member != "proof":
        try:
            document = UNIVERSITY.sign(document)
        except InsigniaError:
            return
    report = check(document, policy=INSPECTOR_COMPATIBLE)
    for made in (report, check(document, recipient="a@b.c")):
        assert made.verdict in Verdict
        verification.render.text(made)


def test_issuers_of_the_world_differ() -> None:
    """The samples of these tests are what they claim to be."""
    assert Issuer("x", b"x" * 32).id != STRANGER.id
    assert callable(LOADER)
