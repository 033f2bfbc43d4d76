"""The steps of a verification and the policies: what passes, what fails, and what stays open."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verification_world import (
    AGENCY,
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
    world,
)

from insignia import credential, verification
from insignia.did import did_key_method
from insignia.errors import InsigniaError, NotSupportedYet, ParseError, ResolveError
from insignia.keys import KeyType, SecretKey
from insignia.profile import identity_hash
from insignia.report import Outcome, Verdict
from insignia.resolver import Document, MapResolver, OfflineResolver, Purpose
from insignia.status_list import MINIMUM_ENTRIES
from insignia.verification import INSPECTOR_COMPATIBLE, LENIENT, STRICT, STRICT_TERMS, verify
from insignia.verification.policy import FAMILIES, GROUPS, REQUIRED, families, named
from insignia.verification.recipient import KnownRecipient
from insignia.verification.steps import unreadable

SIGNED = UNIVERSITY.sign(badge())


def test_a_sound_badge_is_valid() -> None:
    report = check(SIGNED)
    assert report.verdict is Verdict.VALID
    assert report.warnings == ()
    assert outcomes(report) == {
        "data-model": "passed",
        "related-resources": "not applicable",
        "schema": "not applicable",
        "terms": "passed",
        "proof": "passed",
        "key-binding": "passed",
        "refresh": "not applicable",
        "status": "not applicable",
        "validity.from": "passed",
        "validity.until": "passed",
        "endorsements": "not applicable",
    }
    proof = found(report, "proof")
    assert proof.facts["verificationMethod"] == UNIVERSITY.method
    assert proof.facts["keyType"] == "Ed25519"


def test_the_report_says_what_was_verified() -> None:
    content = json.dumps(SIGNED, indent=1).encode()
    report = verify(credential.parse(content), resolver=MapResolver(world()), now=NOW)
    import hashlib

    assert report.digest == "sha256:" + hashlib.sha256(content).hexdigest()
    assert report.now == NOW
    assert report.policy == "strict"
    assert report.subject["name"] == "Advanced Robotics"


def test_the_time_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        verify(credential.parse(json.dumps(SIGNED)), resolver=OfflineResolver(), now=NOW.replace(tzinfo=None))


def test_an_unsigned_credential_is_refused() -> None:
    assert ("proof", "proof.missing") in reasons(check(badge()))


def test_required_checks_are_fixed_before_the_run() -> None:
    """The set does not depend on how the checks end."""
    broken = changed(SIGNED, "name", value="Forged")
    assert check(SIGNED).required == check(broken).required == check(SIGNED, {}).required


# The proof


RICH = changed(
    badge(
        evidence=[{"id": "urn:e", "type": ["Evidence"], "narrative": "A robot."}],
        awardedDate="2025-01-01T00:00:00Z",
    ),
    "credentialSubject",
    "achievement",
    "alignment",
    value=[{"type": ["Alignment"], "targetName": "Robotics", "targetUrl": "https://skills.example/1"}],
)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020"])
@given(st.data())
def test_a_changed_value_never_verifies(suite: str, data: Any) -> None:
    """Any signed string that is changed breaks the signature."""
    signed = UNIVERSITY.sign(RICH, suite=suite)
    path = data.draw(st.sampled_from([p for p in _strings(signed) if p[:2] != ("proof", "proofValue")]))
    node: Any = signed
    for step in path:
        node = node[step]
    other = data.draw(st.text(max_size=30).filter(lambda text: text != node))
    text = json.dumps(changed(signed, *path, value=other))
    try:
        secured = credential.parse(text)
    except (ParseError, NotSupportedYet):
        return
    assert not verify(secured, resolver=MapResolver(world()), now=NOW, checks=("proof",)).valid


def _strings(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, str):
        return [path]
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for name, value in items for found in _strings(value, (*path, name))]


def test_a_changed_badge_says_so_to_a_person() -> None:
    report = check(changed(SIGNED, "name", value="Doctor of Robotics"))
    assert report.verdict is Verdict.INVALID
    noted = found(report, "proof")
    assert (
        noted.message
        == "The signature does not match: it was changed after it was signed, or another key signed it."
    )
    assert noted.advice


def test_links_of_a_forged_badge_are_not_followed() -> None:
    asked: list[str] = []

    class Spy:
        def resolve(self, url: str, purpose: Purpose) -> Document:
            asked.append(url)
            return MapResolver(world()).resolve(url, purpose)

    document = badge(
        credentialStatus={"id": "https://tracker.example/1", "type": "1EdTechRevocationList"},
        refreshService={"id": "https://tracker.example/2", "type": "1EdTechCredentialRefresh"},
    )
    forged = changed(UNIVERSITY.sign(document), "name", value="Forged")
    report = verify(credential.parse(json.dumps(forged)), resolver=Spy(), now=NOW)
    assert not any("tracker" in url for url in asked)
    assert ("status", "proof.unverified") in reasons(report)
    assert found(report, "refresh").reason == "proof.unverified"


def test_every_proof_of_a_set_must_hold() -> None:
    """Data Integrity, section 4.5: each proof is verified."""
    both = UNIVERSITY.sign(SIGNED, created="2025-02-01T00:00:00Z")
    assert check(both).valid
    spoilt = changed(both, "proof", 1, "created", value="2025-03-01T00:00:00Z")
    report = check(spoilt)
    assert report.verdict is Verdict.INVALID
    assert [c.where for c in report.failed()] == ["/proof/1"]


def test_any_good_proof_will_do_where_the_policy_says_so() -> None:
    """Open Badges 3.0, 8.1, step 2: `You may accept any one proof for verification.`"""
    both = UNIVERSITY.sign(SIGNED, created="2025-02-01T00:00:00Z")
    spoilt = changed(both, "proof", 1, "created", value="2025-03-01T00:00:00Z")
    report = check(spoilt, policy=verification.ANY_PROOF)
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["proof.other"]
    none = changed(spoilt, "name", value="Forged")
    assert not check(none, policy=verification.ANY_PROOF).valid


def test_a_notary_may_sign_beside_the_issuer_but_not_instead() -> None:
    both = AGENCY.sign(SIGNED)
    report = check(both)
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["proof.other-signer"]
    alone = check(AGENCY.sign(badge()))
    assert ("key-binding", "notListedByController") in reasons(alone)


def test_a_proof_that_cannot_be_read_fails() -> None:
    report = check(changed(SIGNED, "proof", value=["nonsense"]))
    assert ("proof", "PARSING_ERROR") in reasons(report)


def test_a_proof_for_another_purpose_fails() -> None:
    report = check(UNIVERSITY.sign(badge(), purpose="authentication"))
    assert ("proof", "PROOF_VERIFICATION_ERROR") in reasons(report)


def test_an_expired_proof_fails() -> None:
    signed = UNIVERSITY.sign(badge(), extra={"expires": "2025-06-01T00:00:00Z"})
    assert ("proof", "PROOF_VERIFICATION_ERROR") in reasons(check(signed))
    assert check(signed, now=datetime(2025, 5, 1, tzinfo=UTC)).valid


def test_a_proof_from_the_future_is_pointed_out() -> None:
    report = check(UNIVERSITY.sign(badge(), created="2027-01-01T00:00:00Z"))
    assert [notice.code for notice in report.warnings] == ["proof.created"]


def test_a_suite_that_is_not_supported_yet_is_not_checked() -> None:
    report = check(changed(SIGNED, "proof", "cryptosuite", value="bbs-2023"))
    assert report.verdict is Verdict.UNDETERMINED
    assert ("proof", "proof.not-supported-yet") in reasons(report)


def test_a_proof_without_a_method_fails() -> None:
    signed = json.loads(json.dumps(SIGNED))
    del signed["proof"]["verificationMethod"]
    assert not check(signed).valid


# The key


def test_a_missing_controller_document_leaves_the_verdict_open() -> None:
    report = check(SIGNED, {})
    assert report.verdict is Verdict.UNDETERMINED
    assert reasons(report) >= {("proof", ResolveError.NOT_FOUND), ("key-binding", "proof.unverified")}


def test_working_offline_says_what_to_do() -> None:
    report = verify(credential.parse(json.dumps(SIGNED)), resolver=OfflineResolver(), now=NOW)
    noted = found(report, "proof")
    assert noted.reason == ResolveError.OFFLINE
    assert noted.advice == "Allow the verifier to fetch documents, or give it this one."


def test_a_key_that_the_issuer_does_not_list_proves_nothing() -> None:
    signed = STRANGER.sign(badge())
    report = check(signed)
    assert outcomes(report)["proof"] == "passed"
    assert ("key-binding", "notListedByController") in reasons(report)
    assert "Do not rely on it" in found(report, "key-binding").advice


def test_an_issuer_may_list_a_key_of_another_document() -> None:
    document = UNIVERSITY.document()
    document["assertionMethod"].append(STRANGER.method)
    report = check(STRANGER.sign(badge()), world(**{UNIVERSITY.url: document}))
    assert report.valid


def test_a_key_listed_for_something_else_proves_nothing() -> None:
    document = {**UNIVERSITY.document(), "assertionMethod": []}
    report = check(SIGNED, world(**{UNIVERSITY.url: document}))
    assert ("proof", "invalidRelationshipForVerificationMethod") in reasons(report)


@pytest.mark.parametrize(("member", "reason"), [("revoked", "key.revoked"), ("expires", "key.expired")])
def test_a_key_that_was_given_up_proves_nothing(member: str, reason: str) -> None:
    """Controlled Identifiers 1.0, 2.2: `not verify any proofs … at or after the time of revocation`."""
    documents = world(**{UNIVERSITY.url: UNIVERSITY.document(**{member: "2025-06-01T00:00:00Z"})})
    assert ("proof", reason) in reasons(check(SIGNED, documents))
    assert check(SIGNED, documents, now=datetime(2025, 5, 1, tzinfo=UTC)).valid


def test_proofs_made_before_a_key_was_given_up_count_where_the_policy_says_so() -> None:
    policy = dataclasses.replace(STRICT, name="archive", past_keys=True)
    documents = world(**{UNIVERSITY.url: UNIVERSITY.document(revoked="2025-06-01T00:00:00Z")})
    report = check(SIGNED, documents, policy=policy)
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["key.past"]
    later = UNIVERSITY.sign(badge(), created="2025-07-01T00:00:00Z")
    assert ("proof", "key.revoked") in reasons(check(later, documents, policy=policy))
    undated = UNIVERSITY.sign(badge(), created=None)
    assert ("proof", "key.revoked") in reasons(check(undated, documents, policy=policy))


def test_a_did_key_issuer_is_told_to_prove_no_name() -> None:
    report = check(STRANGER.sign(badge(issuer=STRANGER.profile)))
    assert report.valid
    assert "proves no name" in found(report, "key-binding").message


def test_an_issuer_of_an_unknown_did_method_leaves_the_verdict_open() -> None:
    report = check(STRANGER.sign(badge(issuer={**UNIVERSITY.profile, "id": "did:example:1"})))
    assert ("key-binding", "methodNotSupported") in reasons(report)
    assert report.verdict is Verdict.UNDETERMINED


def test_a_key_of_an_unknown_did_method_is_not_checked() -> None:
    signed = UNIVERSITY.sign(badge(), verification_method="did:example:1#key-1")
    report = check(signed)
    assert ("proof", "methodNotSupported") in reasons(report)
    assert report.verdict is Verdict.UNDETERMINED


def test_an_issuer_without_an_id_binds_nobody() -> None:
    report = check(STRANGER.sign(badge(issuer={"type": ["Profile"], "name": "Nobody"})))
    assert ("key-binding", "binding.nobody") in reasons(report)


def test_an_unreachable_issuer_leaves_the_binding_open() -> None:
    report = check(STRANGER.sign(badge()), {})
    assert outcomes(report)["proof"] == "passed"
    assert ("key-binding", ResolveError.NOT_FOUND) in reasons(report)
    assert report.verdict is Verdict.UNDETERMINED


def test_only_the_proof_may_be_asked_for() -> None:
    """`checks: ["proof"]`: data model, JSON-LD and proof, but not the rule that the key is the issuer's."""
    signed = STRANGER.sign(badge(validUntil="2025-02-01T00:00:00Z"))
    report = check(signed, {}, checks=("proof",))
    assert report.valid
    assert set(outcomes(report)) == {"data-model", "terms", "proof"}
    assert report.required <= GROUPS["proof"]
    assert report.asked == ("proof",)


def test_checks_may_be_narrowed_to_any_group() -> None:
    signed = UNIVERSITY.sign(badge(validUntil="2025-02-01T00:00:00Z"))
    for name, group in GROUPS.items():
        report = check(signed, checks=(name,))
        assert {code.partition(".")[0] for code in outcomes(report)} <= group
    assert not check(signed, checks=("proof", "validity")).valid


@pytest.mark.parametrize("names", [(), ("everything",), ("proof", "x")])
def test_unknown_groups_are_an_error(names: tuple[str, ...]) -> None:
    with pytest.raises(InsigniaError) as caught:
        check(SIGNED, checks=names)
    assert caught.value.code == "policy.unknown-check"


def test_policies_have_names() -> None:
    assert named("strict") is STRICT
    with pytest.raises(InsigniaError) as caught:
        named("careless")
    assert caught.value.code == "policy.unknown"
    assert families(None) == set(FAMILIES)
    assert frozenset().union(*GROUPS.values()) == set(FAMILIES)
    assert STRICT.required == REQUIRED
    assert STRICT.status_entries == MINIMUM_ENTRIES
    assert INSPECTOR_COMPATIBLE.required == REQUIRED - {"key-binding"}


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
