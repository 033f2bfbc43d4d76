"""Step 2 for JSON Web Tokens: the two forms, where their keys come from, and what their claims must say."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from verification_world import (
    AGENCY,
    PERSON,
    STRANGER,
    UNIVERSITY,
    badge,
    changed,
    check,
    endorsement,
    entry,
    found,
    outcomes,
    reasons,
    world,
)

from insignia import jose
from insignia.contexts import CREDENTIALS_V2
from insignia.errors import ResolveError
from insignia.jose.compact import sign
from insignia.keys import KeyType, SecretKey
from insignia.report import Verdict
from insignia.verification import INSPECTOR_COMPATIBLE, STRICT_TERMS

KEYS = "https://university.example/keys/1"
START = 1_735_689_600  # 2025-01-01T00:00:00Z


def profile_token(document: dict[str, Any] | None = None, **header: Any) -> str:
    """A token of the Open Badges profile, signed by the university."""
    return token(
        document or badge(),
        {"iss": UNIVERSITY.id, "jti": badge()["id"], "nbf": START, "sub": PERSON.id},
        **header,
    )


def token(document: dict[str, Any], claims: dict[str, Any], signer: Any = None, **header: Any) -> str:
    """Any token at all; a claim or header member that is None is left out."""
    payload = {name: value for name, value in {**document, **claims}.items() if value is not None}
    given = {"typ": "JWT", "kid": UNIVERSITY.method, **header}
    return sign({k: v for k, v in given.items() if v is not None}, payload, signer or UNIVERSITY.key)


def test_a_token_of_the_open_badges_profile() -> None:
    report = check(jose.sign_ob(badge(), UNIVERSITY.key, kid=UNIVERSITY.method))
    assert report.valid
    assert outcomes(report)["jwt-claims"] == "passed"
    assert "jwt-claims" in report.required
    proof = found(report, "proof")
    assert proof.message == "The signature matches the content (EdDSA, Ed25519)."
    assert proof.facts["verificationMethod"] == UNIVERSITY.method


def test_a_token_of_vc_jose() -> None:
    report = check(jose.sign_vc(badge(), UNIVERSITY.key, kid=UNIVERSITY.method))
    assert report.valid
    enveloped = {
        "@context": CREDENTIALS_V2,
        "type": "EnvelopedVerifiableCredential",
        "id": jose.to_data_url(jose.sign_vc(badge(), UNIVERSITY.key, kid=UNIVERSITY.method)),
    }
    assert check(enveloped).valid


def test_a_changed_token_never_verifies() -> None:
    good = profile_token()
    head, body, tail = good.split(".")
    for bad in (f"{head}.{body}.{tail[:-4]}AAAA", f"{profile_token(typ=None).split('.')[0]}.{body}.{tail}"):
        report = check(bad)
        assert ("proof", "jose.signature") in reasons(report)
        assert report.verdict is Verdict.INVALID


def test_a_token_without_a_key_fails() -> None:
    """Open Badges 3.0, 8.2.3: without `kid` you MUST include the public key in `jwk`."""
    assert ("proof", "jwt.no-key") in reasons(check(profile_token(kid=None)))


def test_a_vc_jose_token_without_kid_has_the_issuer_s_only_key() -> None:
    assert check(token(badge(), {}, typ="vc+jwt", kid=None)).valid
    assert not check(token(badge(), {}, STRANGER.key, typ="vc+jwt", kid=None)).valid


def test_a_kid_may_name_a_key_in_the_issuer_s_document() -> None:
    assert check(token(badge(), {}, typ="vc+jwt", kid="#key-1")).valid


def fresh_key(key_type: KeyType) -> SecretKey:
    if key_type is not KeyType.RSA:
        return SecretKey.generate(key_type, os.urandom)
    from joserfc.jwk import RSAKey

    return SecretKey.from_jwk(RSAKey.generate_key(2048, private=True).as_dict(private=True))


@pytest.mark.parametrize("key_type", [KeyType.RSA, KeyType.P256, KeyType.P384])
def test_a_kid_may_be_the_url_of_a_key(key_type: KeyType) -> None:
    """Open Badges 3.0, 8.2.3: `A URI that can be dereferenced to an object of type JWK`; RS256 at least."""
    key = fresh_key(key_type)
    issuer = "https://university.example/issuer"
    jwk = key.public_key.to_jwk()
    method = {"id": f"{issuer}#k", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": jwk}
    documents = {KEYS: jwk, issuer: {"id": issuer, "assertionMethod": [method]}}
    document = badge(issuer={**UNIVERSITY.profile, "id": issuer})
    made = jose.sign_ob(document, key, kid=KEYS)
    assert check(made, documents).valid
    other = {**documents, issuer: {"id": issuer, "assertionMethod": []}}
    report = check(made, other)
    assert report.verdict is Verdict.INVALID
    assert ("proof", "notListedByController") in reasons(report)


def test_a_token_signed_by_a_stranger_in_the_issuer_s_name() -> None:
    for kid in (STRANGER.method, AGENCY.method):
        signer = STRANGER if kid == STRANGER.method else AGENCY
        report = check(
            token(
                badge(),
                {"iss": UNIVERSITY.id, "jti": badge()["id"], "nbf": START, "sub": PERSON.id},
                signer.key,
                kid=kid,
            )
        )
        assert outcomes(report)["proof"] == "passed"
        assert ("key-binding", "notListedByController") in reasons(report)


def test_a_foreign_https_key_can_be_judged_but_binds_nobody() -> None:
    url = "https://agency.example/keys"
    method = {**AGENCY.document()["verificationMethod"][0], "id": f"{url}#1", "controller": url}
    documents = world(**{url: {"id": url, "verificationMethod": [method], "assertionMethod": [f"{url}#1"]}})
    made = token(
        badge(),
        {"iss": UNIVERSITY.id, "jti": badge()["id"], "nbf": START, "sub": PERSON.id},
        AGENCY.key,
        kid=f"{url}#1",
    )
    report = check(made, documents)
    assert outcomes(report)["proof"] == "passed"
    assert ("key-binding", "notListedByController") in reasons(report)
    assert check(made, documents, checks=("proof",)).valid


def test_an_unreachable_key_is_not_checked() -> None:
    report = check(profile_token(), {})
    assert ("proof", ResolveError.NOT_FOUND) in reasons(report)
    assert report.verdict is Verdict.UNDETERMINED
    assert check(profile_token(kid=f"{KEYS}#1"), {}).verdict is Verdict.UNDETERMINED


def test_a_key_that_was_given_up_signs_no_tokens() -> None:
    documents = world(**{UNIVERSITY.url: UNIVERSITY.document(revoked="2025-06-01T00:00:00Z")})
    assert ("proof", "key.revoked") in reasons(check(profile_token(), documents))


def test_a_key_of_an_unknown_did_method_is_not_checked() -> None:
    report = check(profile_token(kid="did:example:1#key-1"))
    assert ("proof", "methodNotSupported") in reasons(report)
    assert report.verdict is Verdict.UNDETERMINED


def test_a_key_decides_its_algorithm() -> None:
    """RFC 8725, 3.1: never what the token says."""
    head = json.dumps({"alg": "ES256", "typ": "JWT", "kid": UNIVERSITY.method}).encode()
    from insignia.multibase import base64url_encode

    _, body, tail = profile_token().split(".")
    assert ("proof", "jose.algorithm") in reasons(check(f"{base64url_encode(head)}.{body}.{tail}"))


# The key of the header


def header_token(signer: Any = UNIVERSITY, **claims: Any) -> str:
    given = {"iss": UNIVERSITY.id, "jti": badge()["id"], "nbf": START, "sub": PERSON.id, **claims}
    return token(badge(), given, signer.key, kid=None, jwk=signer.key.public_key.to_jwk())


def test_a_key_of_the_header_counts_when_the_issuer_lists_it() -> None:
    report = check(header_token())
    assert report.valid
    assert found(report, "key-binding").facts["method"] == UNIVERSITY.method


def test_a_key_of_the_header_proves_nothing_by_itself() -> None:
    report = check(header_token(STRANGER))
    assert outcomes(report)["proof"] == "passed"
    assert ("key-binding", "binding.header-key") in reasons(report)
    assert not check(header_token(STRANGER), policy=INSPECTOR_COMPATIBLE).valid


def test_an_unbound_key_of_the_header_is_a_warning_for_the_inspector_only() -> None:
    made = header_token(STRANGER)
    assert check(made, {}).verdict is Verdict.UNDETERMINED
    report = check(made, {}, policy=INSPECTOR_COMPATIBLE)
    assert report.valid
    assert "key.unbound" in {notice.code for notice in report.warnings}


def test_an_issuer_that_cannot_have_a_document_binds_nobody() -> None:
    document = badge(issuer={**UNIVERSITY.profile, "id": "http://university.example"})
    claims = {"iss": "http://university.example", "jti": badge()["id"], "nbf": START, "sub": PERSON.id}
    made = token(document, claims, kid=None, jwk=UNIVERSITY.key.public_key.to_jwk())
    assert ("key-binding", "invalidDid") in reasons(check(made))
    assert check(made, policy=INSPECTOR_COMPATIBLE).valid


def test_a_header_key_of_nobody() -> None:
    document = badge(issuer={"type": ["Profile"], "name": "Nobody"})
    made = token(
        document,
        {"jti": badge()["id"], "nbf": START, "sub": PERSON.id},
        kid=None,
        jwk=UNIVERSITY.key.public_key.to_jwk(),
    )
    assert ("key-binding", "invalidDid") in reasons(check(made))


def test_a_listed_method_that_cannot_be_read_does_not_hide_the_others() -> None:
    document = UNIVERSITY.document()
    document["assertionMethod"] = ["#nowhere", *document["assertionMethod"]]
    assert check(header_token(), world(**{UNIVERSITY.url: document})).valid


# The claims


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "did:web:other.example"}, "jwt.claim-mismatch"),
        ({"jti": "urn:uuid:other"}, "jwt.claim-mismatch"),
        ({"sub": STRANGER.id}, "jwt.claim-mismatch"),
        ({"nbf": START + 60}, "jwt.claim-mismatch"),
        ({"iss": None}, "jwt.claim-missing"),
        ({"jti": None}, "jwt.claim-missing"),
        ({"nbf": None}, "jwt.claim-missing"),
        ({"sub": None}, "jwt.claim-missing"),
        ({"nbf": "soon"}, "jwt.claim-type"),
    ],
)
def test_claims_must_agree_with_the_credential(claims: dict[str, Any], reason: str) -> None:
    """Open Badges 3.0, 8.2.4.1: `If they do not match, the credential is not valid.`"""
    given = {"iss": UNIVERSITY.id, "jti": badge()["id"], "nbf": START, "sub": PERSON.id, **claims}
    report = check(token(badge(), given))
    assert ("jwt-claims", reason) in reasons(report)
    assert report.verdict is Verdict.INVALID


def test_a_missing_sub_is_a_warning_for_the_inspector_only() -> None:
    report = check(header_token(sub=None), policy=INSPECTOR_COMPATIBLE)
    assert report.valid
    assert "jwt-claims" in {notice.code for notice in report.warnings}
    wrong = check(header_token(sub=None, jti="urn:x"), policy=INSPECTOR_COMPATIBLE)
    assert ("jwt-claims", "jwt.claim-mismatch") in reasons(wrong)


def test_an_expired_token_is_expired() -> None:
    document = badge(validUntil="2025-02-01T00:00:00Z")
    claims = {
        "iss": UNIVERSITY.id,
        "jti": badge()["id"],
        "nbf": START,
        "sub": PERSON.id,
        "exp": START + 31 * 86400,
    }
    assert reasons(check(token(document, claims))) == {("validity.until", "validity.expired")}


def test_exp_alone_ends_the_validity() -> None:
    """Open Badges 3.0, 8.2.4.1: `exp` … `MUST be used to set the value of the validUntil`."""
    claims = {
        "iss": UNIVERSITY.id,
        "jti": badge()["id"],
        "nbf": START,
        "sub": PERSON.id,
        "exp": START + 86400,
    }
    report = check(token(badge(), claims))
    assert reasons(report) == {("validity.until", "validity.expired")}
    assert found(report, "validity.until").where == "/exp"


def test_an_end_beyond_the_calendar_is_no_end() -> None:
    claims = {"iss": UNIVERSITY.id, "jti": badge()["id"], "nbf": START, "sub": PERSON.id, "exp": 10**30}
    assert check(token(badge(), claims)).valid


def test_the_times_of_vc_jose_limit_the_signature() -> None:
    """VC-JOSE-COSE, 3.1.3: `exp` is the expiration time of the signature, not of the data."""
    late = token(badge(validUntil="2030-01-01T00:00:00Z"), {"exp": START + 60}, typ="vc+jwt")
    assert reasons(check(late)) == {("jwt-claims", "jwt.expired")}
    early = token(badge(), {"nbf": START + 10**9}, typ="vc+jwt")
    assert reasons(check(early)) == {("jwt-claims", "jwt.not-yet-valid")}


def old_token(**claims: Any) -> str:
    """A token of the data model 1.1: the credential in `vc`."""
    contexts = [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    document = badge(**{"@context": contexts}, validFrom=None, issuanceDate="2025-01-01T00:00:00Z")
    given = {"iss": UNIVERSITY.id, "jti": badge()["id"], "nbf": START, "sub": PERSON.id, **claims}
    return token({"vc": document}, given)


def test_tokens_of_the_data_model_1_1_are_read() -> None:
    report = check(old_token())
    assert report.valid
    assert ("jwt-claims", "jwt.claim-missing") in reasons(check(old_token(sub=None)))
    assert ("jwt-claims", "jwt.claim-mismatch") in reasons(check(old_token(sub=STRANGER.id)))


# Terms, parts and presentations


def test_undefined_terms_of_a_token_are_signed_and_reported() -> None:
    made = profile_token(badge(favouriteColour="blue"))
    report = check(made)
    assert report.valid
    assert {notice.code for notice in report.warnings} == {"terms"}
    assert {code for code, _ in reasons(check(made, policy=STRICT_TERMS))} == {"terms"}


def test_a_token_has_a_status_like_any_credential() -> None:
    report = check(profile_token(badge(credentialStatus=entry())))
    assert reasons(report) == {("status.revocation", "STATUS_RETRIEVAL_ERROR")}


def test_endorsements_may_be_tokens() -> None:
    made = jose.sign_ob(endorsement(), AGENCY.key, kid=AGENCY.method)
    signed = UNIVERSITY.sign(changed(badge(), "issuer", "endorsementJwt", value=[made]))
    report = check(signed)
    assert report.valid
    assert report.parts[0].path == "/issuer/endorsementJwt/0"
    spoilt = UNIVERSITY.sign(changed(badge(), "issuer", "endorsementJwt", value=[made[:-8] + "AAAAAAAA"]))
    assert ("endorsements", "endorsement.invalid") in reasons(check(spoilt))


def presentation_token(**claims: Any) -> str:
    document = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": PERSON.id,
        "verifiableCredential": [
            {
                "@context": CREDENTIALS_V2,
                "type": "EnvelopedVerifiableCredential",
                "id": jose.to_data_url(jose.sign_vc(badge(), UNIVERSITY.key, kid=UNIVERSITY.method)),
            }
        ],
    }
    return token(document, claims, PERSON.key, typ="vp+jwt", kid=PERSON.method)


def test_presentations_may_be_tokens() -> None:
    made = presentation_token(nonce="c-1", aud=["verifier.example"])
    report = check(made, challenge="c-1", domain="verifier.example")
    assert report.valid
    assert outcomes(report)["holder"] == "passed"
    assert report.parts[0].valid


def test_a_presented_token_answers_the_verifier() -> None:
    made = presentation_token(nonce="c-1", aud="verifier.example")
    assert ("jwt-claims", "INVALID_CHALLENGE_ERROR") in reasons(check(made, challenge="c-2"))
    assert ("jwt-claims", "INVALID_DOMAIN_ERROR") in reasons(check(made, domain="other.example"))
    expired = presentation_token(exp=START)
    assert ("jwt-claims", "jwt.expired") in reasons(check(expired))


def test_a_holder_s_header_key_must_be_listed_too() -> None:
    document = {"@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"], "holder": PERSON.id}
    jwk = PERSON.key.public_key.to_jwk()
    made = token(document, {}, PERSON.key, typ="vp+jwt", kid=None, jwk=jwk)
    assert outcomes(check(made))["holder"] == "passed"
