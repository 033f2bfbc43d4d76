"""Samples of other projects: the 1EdTech inspector, the Digital Credentials Consortium and W3C."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from verification_world import reasons

from insignia import baking, credential
from insignia.report import Report
from insignia.resolver import MapResolver
from insignia.verification import INSPECTOR_COMPATIBLE, STRICT, Policy, render, verify
from shared_vectors import read_vectors

Vectors = Callable[[str], list[dict[str, Any]]]


def cases(name: str) -> list[Any]:
    """The verifications of a file, without Open Badges 2.0, CLR and selective disclosure."""
    wanted = [
        case
        for case in read_vectors(name)
        if case["expect"] in ("valid", "invalid")
        and case["request"].get("profile") not in ("ob20", "clr20")
        and "ecdsa-sd-2023" not in case["request"]["id"]
    ]
    return [pytest.param(case, id=case["request"]["id"]) for case in wanted] or [
        pytest.param(None, id="missing")
    ]


def run(request: dict[str, Any], policy: Policy | None = None) -> Report:
    if "base64" in request:
        content: bytes | str = baking.unbake(base64.b64decode(request["base64"])).content
    else:
        content = request["jwt"] if "jwt" in request else json.dumps(request["credential"])
    return verify(
        credential.parse(content),
        resolver=MapResolver(request["documents"]),
        now=datetime.fromisoformat(request["now"].replace("Z", "+00:00")),
        policy=policy or (INSPECTOR_COMPATIBLE if request.get("profile") == "ob30" else STRICT),
        checks=request.get("checks"),
    )


@pytest.mark.parametrize("case", [*cases("onedtech"), *cases("dcc"), *cases("w3c_di")])
def test_the_verdict_is_the_expected_one(case: dict[str, Any] | None, vectors: Vectors) -> None:
    if case is None:
        vectors("onedtech")
    else:
        report = run(case["request"])
        assert report.valid is (case["expect"] == "valid"), render.text(report)


# Why each invalid sample fails. A sample with several faults names the ones it was made for.
REASONS = {
    "ob30/simple-eddsa-2022.json!tampered": {("proof", "PROOF_VERIFICATION_ERROR")},
    "ob30/simple-did-key-method.json!tampered": {("proof", "PROOF_VERIFICATION_ERROR")},
    "ob30/simple-did-web-method.json!tampered": {("proof", "PROOF_VERIFICATION_ERROR")},
    "ob30/simple-context-alias.json!tampered": {("proof", "PROOF_VERIFICATION_ERROR")},
    "ob30/simple-err-context.json": {("data-model", "schema.empty")},
    "ob30/simple-err-proof-method-no-scheme.json": {("proof", "PROOF_VERIFICATION_ERROR")},
    "ob30/simple-err-proof-value.json": {("proof", "PROOF_VERIFICATION_ERROR")},
    "ob30/simple-err-credential-subject-type.json": {("data-model", "schema.value")},
    "ob30/simple-err-credential-subject-identifier-type.json": {("data-model", "schema.value")},
    "ob30/simple-err-credential-subject-profile-type.json": {("data-model", "schema.value")},
    "ob30/simple-err-credential-subject-achievement-result-description-type.json": {
        ("data-model", "schema.value")
    },
    "ob30/simple-err-evidence-type.json": {("data-model", "schema.value")},
    "ob30/simple-err-issuer-type.json": {("data-model", "schema.value")},
    "ob30/simple-err-issuer-parentorg-type.json": {("data-model", "schema.value")},
    "ob30/simple-err-issuer-otheridentifier-type.json": {("data-model", "schema.value")},
    "ob30/complete.json": {("status.revocation", "STATUS_RETRIEVAL_ERROR")},
    "ob30/simple-noproof.json": {("proof", "proof.missing")},
    "ob30/simple.jwt": {("proof", "jwt.no-key")},
    "ob30/bit-string-list/credential-status-revoked.json": {("status.revocation", "status.revoked")},
    "ob30/endorsement-err-schema-status-refresh.json": {("schema", "resolve.not-found")},
    "v1/bothSignatureTypes/didKey/oidf-noStatus-expired.json": {("validity.until", "validity.expired")},
    "v1/ed25519/didKey/legacy-noStatus-expired.json": {("validity.until", "validity.expired")},
    "v1/ed25519/didKey/oidf-noStatus-expired.json": {("validity.until", "validity.expired")},
    "v1/ed25519/didWeb/legacy-revokedStatus-noExpiry.json": {("status.revocation", "status.revoked")},
    "v2/bothSignatureTypes/didkey/oidf-revokedStatus-noExpiry.json": {
        ("status.revocation", "status.revoked")
    },
    "v2/ed25519/didKey/legacy-expiredStatus-noExpiry.json": {
        ("status.revocation", "STATUS_VERIFICATION_ERROR")
    },
    "v2/ed25519/didKey/legacy-notYetValidStatus-noExpiry.json": {
        ("status.revocation", "STATUS_VERIFICATION_ERROR")
    },
    "v2/ed25519/didKey/legacy-tamperedStatus-noExpiry.json": {
        ("status.revocation", "STATUS_VERIFICATION_ERROR")
    },
    "v2/ed25519/didKey/legacy-noStatus-expired.json": {("validity.until", "validity.expired")},
    "v2/dataIntegrityProof/didKey/twoOIDF-validStatus-expired.json": {("validity.until", "validity.expired")},
}


@pytest.mark.parametrize(("identifier", "expected"), list(REASONS.items()))
def test_invalid_samples_fail_for_the_right_reason(
    identifier: str, expected: set[tuple[str, str]], vectors: Vectors
) -> None:
    requests = {case["request"]["id"]: case["request"] for case in (*vectors("onedtech"), *vectors("dcc"))}
    assert expected <= reasons(run(requests[identifier]))


@pytest.mark.parametrize("name", ["simple-jwt_v1.png", "simple-jwt.svg", "simple-jwt_v1.svg"])
def test_tokens_that_bring_their_own_key_do_not_pass_under_the_default_policy(
    name: str, vectors: Vectors
) -> None:
    """They have a `jwk` in the header, no `kid` and no `sub`; anyone could have made them."""
    [request] = [c["request"] for c in vectors("onedtech") if c["request"]["id"] == f"ob30/{name}"]
    report = run(request, STRICT)
    assert not report.valid
    assert ("jwt-claims", "jwt.claim-missing") in reasons(report)
    assert "key-binding" in {code for code, _ in reasons(report)}
    compatible = run(request)
    assert compatible.valid
    assert {"key.unbound", "jwt-claims"} <= {notice.code for notice in compatible.warnings}


def test_every_mutation_of_the_w3c_samples_fails_in_the_proof(vectors: Vectors) -> None:
    for case in vectors("w3c_di"):
        identifier = case["request"]["id"]
        if case["expect"] == "invalid" and "ecdsa-sd-2023" not in identifier:
            codes = {code for code, _ in reasons(run(case["request"]))}
            assert codes & {"proof", "data-model"}, identifier
            if "claim-added" not in identifier:
                assert "proof" in codes, identifier
