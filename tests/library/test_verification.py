"""The steps of a verification and the policies: what passes, what fails, and what stays open."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verification_sample import SIGNED
from verification_world import (
    AGENCY,
    NOW,
    STRANGER,
    UNIVERSITY,
    badge,
    changed,
    check,
    found,
    outcomes,
    reasons,
    world,
)

from insignia import credential, verification
from insignia.errors import InsigniaError, NotSupportedYet, ParseError, ResolveError
from insignia.report import Verdict
from insignia.resolver import Document, MapResolver, OfflineResolver, Purpose
from insignia.status_list import MINIMUM_ENTRIES
from insignia.verification import INSPECTOR_COMPATIBLE, STRICT, verify
from insignia.verification.policy import FAMILIES, GROUPS, REQUIRED, families, named


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
