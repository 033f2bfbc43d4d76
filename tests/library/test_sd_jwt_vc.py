"""Verifying badges as SD-JWT VC, and where their keys are found."""

from __future__ import annotations

from typing import Any

import pytest
from sd_jwt_world import (
    CLAIMS,
    DID,
    HOLDER,
    ISSUER,
    outcomes,
    randomness,
    reasons,
    reported,
    shown,
    signed,
    token,
)

from insignia import sd_jwt
from insignia.keys import SecretKey
from insignia.resolver import MapResolver

# --- verifying an SD-JWT VC


def test_a_badge_as_sd_jwt_vc() -> None:
    text = signed("dc-sd-jwt", holder=HOLDER.public_key)
    report = reported(
        shown(text, "/role", "/identifier/0", nonce="n1"), challenge="n1", recipient="ann@example.org"
    )
    assert report.valid
    assert set(report.required) == {"data-model", "proof", "key-binding", "status", "validity", "recipient"}
    assert report.subject["kind"] == "achievement"
    assert report.subject["version"] == "as SD-JWT VC"
    assert report.subject["name"] == "Robotics"
    assert report.subject["issuer"] == {"id": DID, "name": "Universität"}
    assert report.subject["validUntil"] == "2028-02-01T00:00:00Z"
    hidden = reported(shown(text), recipient="ann@example.org")
    assert outcomes(hidden)["recipient"] == "not checked"
    other = reported(shown(text, "/identifier"), recipient="ben@example.org")
    assert reasons(other) == {"recipient": "recipient.mismatch"}
    only_proof = reported(text, checks=["proof"])
    assert outcomes(only_proof).keys() == {"data-model", "proof", "proof.holder"}


def test_any_other_type_is_verified_too() -> None:
    report = reported(token({**CLAIMS, "sub": "did:example:ann", "issuer": "x"}, typ="dc+sd-jwt"))
    assert report.valid
    assert report.subject["kind"] == "credential"
    data_model = report.check("data-model")
    assert data_model is not None
    assert "was not looked at" in data_model.message


@pytest.mark.parametrize(
    "changes",
    [
        {"vct": 5},
        {"vct": ""},
        {"nbf": "2026"},
        {"exp": True},
        {"iss": 5},
        {"cnf": "x"},
        {"status": []},
        {"sub": 1},
    ],
)
def test_registered_claims_have_their_types(changes: dict[str, Any]) -> None:
    report = reported(token({**CLAIMS, **changes}, typ="dc+sd-jwt"))
    assert reasons(report)["data-model"] == "sd-jwt.claims"


def test_what_verifiers_need_may_not_be_a_disclosure() -> None:
    """3.2.2.2: 'The following registered JWT claims … MUST NOT be included in the Disclosures'."""
    payload, hidden = sd_jwt.hide(CLAIMS, ["/iss"], random=randomness())
    report = reported(token(payload, disclosures=hidden, typ="dc+sd-jwt"))
    assert reasons(report)["data-model"] == "sd-jwt.claims"


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"nbf": 4_000_000_000}, "validity.from", "validity.not-yet"),
        ({"exp": 1_700_000_001}, "validity.until", "validity.expired"),
        ({"exp": "x"}, "validity.until", "validity.malformed"),
        ({"exp": 10**20}, "validity.until", "validity.malformed"),
    ],
)
def test_dates(changes: dict[str, Any], code: str, reason: str) -> None:
    assert reasons(reported(token({**CLAIMS, **changes}, typ="dc+sd-jwt")))[code] == reason


def test_without_dates_it_is_valid() -> None:
    report = reported(token({name: CLAIMS[name] for name in ("vct", "iss")}, typ="dc+sd-jwt"))
    assert report.valid


def test_status() -> None:
    listed = {"status_list": {"idx": 0, "uri": "https://status.example/1"}}
    unknown = reported(token({**CLAIMS, "status": listed}, typ="dc+sd-jwt"))
    assert outcomes(unknown)["status"] == "not checked"
    assert not unknown.valid
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "3",
        "statusListCredential": "https://status.example/2",
    }
    offline = reported(token({**CLAIMS, "status": listed, "credentialStatus": entry}, typ="dc+sd-jwt"))
    assert outcomes(offline) | {"status.revocation": "not checked"} == outcomes(offline)


# --- keys of an SD-JWT VC

ISSUER_URL = "https://university.example/school"
WELL_KNOWN = "https://university.example/.well-known/jwt-vc-issuer/school"
JWK = {**ISSUER.public_key.to_jwk(), "kid": "key-1"}


def published(metadata: Any, **documents: Any) -> MapResolver:
    return MapResolver({WELL_KNOWN: metadata, **documents})


def https(kid: str | None = "key-1", key: SecretKey = ISSUER) -> str:
    header = {"typ": "dc+sd-jwt"} if kid is None else {"typ": "dc+sd-jwt", "kid": kid}
    return sd_jwt.issue(header, {**CLAIMS, "iss": ISSUER_URL}, (), key)


def test_keys_at_the_well_known_address() -> None:
    """Section 5.1: 'inserting the well-known string /.well-known/jwt-vc-issuer between the host component and
    the path component (if any) of the iss claim value'."""
    inside = {"issuer": ISSUER_URL, "jwks": {"keys": [{**HOLDER.public_key.to_jwk(), "kid": "key-2"}, JWK]}}
    for kid in ("key-1", None):
        report = reported(https(kid), published(inside))
        assert report.valid
        assert report.checks[3].facts["source"] == WELL_KNOWN
    url = "https://university.example/keys"
    linked = published({"issuer": ISSUER_URL, "jwks_uri": url}, **{url: {"keys": [JWK]}})
    assert reported(https(), linked).valid
    other = {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "key-0"}
    assert reported(https(None), published({"issuer": ISSUER_URL, "jwks": {"keys": [other, JWK]}})).valid


@pytest.mark.parametrize(
    ("metadata", "text", "outcome"),
    [
        ({"issuer": "https://other.example", "jwks": {"keys": [JWK]}}, https(), "failed"),
        ([], https(), "failed"),
        ({"issuer": ISSUER_URL}, https(), "failed"),
        ({"issuer": ISSUER_URL, "jwks": {"keys": [JWK]}}, https("key-3"), "failed"),
        ({"issuer": ISSUER_URL, "jwks": {"keys": []}}, https(None), "failed"),
        ({"issuer": ISSUER_URL, "jwks": {"keys": [JWK]}}, https(key=HOLDER), "failed"),
        ({"issuer": ISSUER_URL, "jwks": {"keys": [{"kid": "key-1"}]}}, https(), "failed"),
        ("not JSON", https(), "not checked"),
    ],
)
def test_keys_that_are_not_there(metadata: Any, text: str, outcome: str) -> None:
    content = metadata.encode() if isinstance(metadata, str) else metadata
    report = reported(text, published(content))
    assert outcomes(report)["proof"] == outcome
    assert outcomes(report)["key-binding"] == "not checked"
    assert not report.valid


def test_nothing_is_published() -> None:
    report = reported(https())
    assert outcomes(report)["proof"] == "not checked"
    proof = report.check("proof")
    assert proof is not None
    assert proof.advice


@pytest.mark.parametrize("issuer", ["mailto:a@example.org", "http://university.example", None])
def test_an_issuer_without_keys(issuer: Any) -> None:
    claims = {**CLAIMS, "iss": issuer} if issuer else {n: v for n, v in CLAIMS.items() if n != "iss"}
    assert outcomes(reported(token(claims, typ="dc+sd-jwt")))["proof"] == "failed"


def test_certificates_are_not_judged() -> None:
    report = reported(token(CLAIMS, typ="dc+sd-jwt", x5c=["MII"]))
    assert outcomes(report)["proof"] == "not checked"


def test_a_key_that_was_given_up() -> None:
    did = "did:web:university.example"
    method = {
        "id": f"{did}#key-1",
        "type": "JsonWebKey",
        "controller": did,
        "publicKeyJwk": ISSUER.public_key.to_jwk(),
        "revoked": "2026-01-01T00:00:00Z",
    }
    document = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
    }
    resolver = MapResolver({"https://university.example/.well-known/did.json": document})
    text = token({**CLAIMS, "iss": did}, typ="dc+sd-jwt", kid=method["id"])
    assert outcomes(reported(text, resolver))["proof"] == "failed"
