"""The two credentials in SD-JWT: of the W3C (VC-JOSE-COSE 1.0, section 3.2), and SD-JWT VC (ADR 18)."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import pytest

from insignia import contexts, credential, issuing, sd_jwt
from insignia.credential import Form, Kind
from insignia.did import did_key, did_key_method
from insignia.errors import InsigniaError, IssuingError, ParseError, ProofError
from insignia.issuing import IssuerKey
from insignia.jose.compact import sign as sign_jws
from insignia.keys import KeyType, SecretKey
from insignia.report import Outcome, Report
from insignia.resolver import MapResolver, OfflineResolver
from insignia.sd_jwt import vc, w3c
from insignia.sd_jwt.forms import SdForm
from insignia.verification import STRICT, render, verify

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
ISSUER = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
HOLDER = SecretKey.from_seed(bytes(range(32)))
KEY = IssuerKey.from_secret(ISSUER)
DID = did_key(ISSUER.public_key)
METHOD = did_key_method(ISSUER.public_key)
BADGE: dict[str, Any] = {
    "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3],
    "id": "urn:uuid:b8bb4e84-5a5b-4e33-9c0c-0b3d0c5c1b11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": DID, "type": ["Profile"], "name": "Universität"},
    "name": "Robotics",
    "validFrom": "2026-02-01T00:00:00Z",
    "validUntil": "2028-02-01T00:00:00Z",
    "evidence": [{"type": ["Evidence"], "id": "https://robots.example/1", "name": "The robot"}],
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "ann@example.org",
                "identityType": "emailAddress",
            },
            {"type": "IdentityObject", "hashed": False, "identityHash": "Ann", "identityType": "name"},
        ],
        "role": "Builder",
        "achievement": {
            "id": "https://university.example/achievements/1",
            "type": ["Achievement"],
            "name": "Robotics",
            "description": "Builds robots that work.",
            "criteria": {"narrative": "Build three robots."},
        },
    },
}


def randomness() -> Any:
    return random.Random(2).randbytes


def signed(suite: str, document: dict[str, Any] | None = None, **more: Any) -> str:
    made = issuing.issue_selectively(document or BADGE, key=KEY, suite=suite, random=randomness(), **more)
    return made.token


def shown(text: str, *pointers: str, nonce: str | None = None) -> str:
    part = sd_jwt.present(sd_jwt.parse(text), pointers)
    if nonce is None:
        return part
    return sd_jwt.bind(part, HOLDER, audience="https://e.example", nonce=nonce, now=NOW)


def reported(text: str, resolver: Any = None, **more: Any) -> Report:
    return verify(
        credential.parse(text), resolver=resolver or OfflineResolver(), now=NOW, policy=STRICT, **more
    )


def outcomes(report: Report) -> dict[str, str]:
    return {check.code: check.outcome.value for check in report.checks}


def reasons(report: Report) -> dict[str, str]:
    return {check.code: check.reason for check in report.checks if check.outcome is Outcome.FAILED}


def token(payload: Any, *, key: SecretKey = ISSUER, disclosures: tuple[Any, ...] = (), **header: Any) -> str:
    return sd_jwt.issue({"kid": METHOD, **header}, payload, disclosures, key)


CLAIMS: dict[str, Any] = {
    "vct": "https://types.example/course",
    "iss": DID,
    "name": "Ann",
    "nbf": 1_700_000_000,
}


# --- which of the two it is


def test_a_credential_of_the_w3c() -> None:
    secured = credential.parse(signed("vc-sd-jwt"))
    assert (secured.form, secured.kind, secured.data_model) == (Form.SD_JWT, Kind.ACHIEVEMENT, "2.0")
    assert secured.document == BADGE
    assert secured.jwt is not None
    assert secured.jwt.header == {"alg": "ES256", "kid": METHOD, "typ": "vc+sd-jwt", "cty": "vc"}
    assert secured.jwt.notes == ()


def test_an_sd_jwt_vc() -> None:
    """'SD-JWT-based Verifiable Credentials', 3.2.1: 'the typ value MUST use dc+sd-jwt'."""
    secured = credential.parse(signed("dc-sd-jwt"))
    assert (secured.form, secured.kind, secured.data_model) == (Form.SD_JWT_VC, Kind.SD_JWT_VC, vc.VCT)
    assert secured.jwt is not None
    assert secured.jwt.header == {"alg": "ES256", "kid": METHOD, "typ": "dc+sd-jwt"}
    assert "@context" not in secured.document


@pytest.mark.parametrize(
    ("payload", "header", "code"),
    [
        (BADGE, {"typ": "dc+sd-jwt"}, "sd-jwt.vct"),
        ({**BADGE, "vct": "x"}, {"typ": "vc+sd-jwt"}, "sd-jwt.two-kinds"),
        ({**BADGE, "vct": "x"}, {}, "sd-jwt.two-kinds"),
        (BADGE, {"typ": "bad+typ"}, "sd-jwt.typ"),
        (BADGE, {"typ": "vc+jwt"}, "sd-jwt.typ"),
        (BADGE, {"typ": "vp+sd-jwt"}, "sd-jwt.typ"),
        ({**BADGE, "type": "VerifiablePresentation"}, {"typ": "vc+sd-jwt"}, "sd-jwt.typ"),
        (CLAIMS, {"typ": "vp+sd-jwt"}, "sd-jwt.typ"),
        (CLAIMS, {}, "sd-jwt.typ"),
        ({"name": "x"}, {"typ": "vc+sd-jwt"}, "sd-jwt.typ"),
        ({**BADGE, "vc": {}}, {"typ": "vc+sd-jwt"}, "sd-jwt.vc-claim"),
    ],
)
def test_the_two_are_never_mixed(payload: Any, header: dict[str, Any], code: str) -> None:
    with pytest.raises(ParseError) as caught:
        credential.parse(token(payload, **header))
    assert caught.value.code == code


def test_what_is_unusual_is_noted() -> None:
    bare = credential.parse(token(BADGE))
    assert bare.jwt is not None
    assert [p.where for p in bare.jwt.notes] == ["/typ", "/cty"]
    older = credential.parse(token(CLAIMS, typ="application/VC+sd-jwt"))
    assert older.form is Form.SD_JWT_VC
    report = reported(token(CLAIMS, typ="vc+sd-jwt"))
    assert [(n.code, n.where) for n in report.warnings if n.where == "/typ"] == [
        ("data-model.advice", "/typ")
    ]
    odd = credential.parse(token({**CLAIMS, "vct": 5}, typ="dc+sd-jwt"))
    assert odd.data_model == ""


def test_in_envelopes_and_as_json() -> None:
    text = signed("vc-sd-jwt")
    envelope = {"@context": contexts.CREDENTIALS_V2, "type": "EnvelopedVerifiableCredential"}
    inside = credential.from_json({**envelope, "id": f"data:application/vc+sd-jwt,{text}"})
    assert inside.document == BADGE
    for media_type, one in (("application/vp+sd-jwt", text), ("application/vc+sd-jwt", signed("dc-sd-jwt"))):
        with pytest.raises(ParseError) as caught:
            credential.from_json({**envelope, "id": f"data:{media_type},{one}"})
        assert caught.value.code == "format.envelope"
    jws, *parts, _ = text.split("~")
    protected, payload, signature = jws.split(".")
    flattened = {
        "payload": payload,
        "protected": protected,
        "signature": signature,
        "header": {"disclosures": parts},
    }
    assert credential.parse(json.dumps(flattened)).document == BADGE


# --- verifying one of the W3C


def test_what_is_shown_is_verified() -> None:
    text = signed("vc-sd-jwt", holder=HOLDER.public_key, decoys=1)
    report = reported(shown(text, "/evidence", nonce="n1"), challenge="n1", domain="https://e.example")
    assert report.valid
    assert outcomes(report)["proof.holder"] == "passed"
    assert any("Shown by choice: /evidence, /evidence/0." in note for note in report.notes)
    assert any("hidden or empty" in note for note in report.notes)
    assert "Who shows it" in render.text(report)
    assert "role" not in json.dumps(render.tree(report))
    least = reported(shown(text))
    assert least.valid
    assert outcomes(least)["proof.holder"] == "not applicable"
    assert any("Shown by choice: none." in note for note in least.notes)


def test_many_parts_are_counted() -> None:
    badge = {**BADGE, "evidence": [{"type": ["Evidence"], "name": str(n)} for n in range(10)]}
    report = reported(signed("vc-sd-jwt", badge))
    assert any("and 5 more" in note for note in report.notes)
    bare = reported(signed("vc-sd-jwt", hidden=()))
    assert bare.valid
    assert bare.notes == ()


@pytest.mark.parametrize("suite", ["vc-sd-jwt", "dc-sd-jwt"])
def test_who_shows_it(suite: str) -> None:
    bound = signed(suite, holder=HOLDER.public_key)
    free = signed(suite)
    fine = reported(shown(bound, nonce="n1"))
    assert fine.valid
    assert [n.code for n in fine.warnings] == ["proof.no-challenge"]
    for text, more, reason in (
        (shown(bound, nonce="n1"), {"challenge": "n2"}, "INVALID_CHALLENGE_ERROR"),
        (shown(bound, nonce="n1"), {"domain": "https://other.example"}, "INVALID_DOMAIN_ERROR"),
        (shown(bound), {"challenge": "n1"}, "sd-jwt.no-binding"),
        (shown(free), {"domain": "https://e.example"}, "sd-jwt.no-binding"),
        (shown(free, nonce="n1"), {}, "sd-jwt.no-holder-key"),
    ):
        assert reasons(reported(text, **more)) == {"proof.holder": reason}


@pytest.mark.parametrize(
    ("confirmation", "outcome"), [({"kid": "x"}, "not checked"), ({"jwk": {}}, "failed"), (5, "failed")]
)
def test_a_holder_key_that_cannot_be_used(confirmation: Any, outcome: str) -> None:
    report = reported(token({**BADGE, "cnf": confirmation}, typ="vc+sd-jwt", cty="vc"))
    assert outcomes(report)["proof.holder"] == outcome
    assert not report.valid


def test_a_changed_signature_says_nothing_of_the_holder() -> None:
    text = shown(signed("vc-sd-jwt", holder=HOLDER.public_key), nonce="n1")
    jws, _, rest = text.partition("~")
    forged = token({**BADGE, "name": "Other"}, key=HOLDER, typ="vc+sd-jwt", cty="vc")
    for changed in (forged, f"{jws[:-2]}AA~{rest}"):
        report = reported(changed)
        assert outcomes(report)["proof"] == "failed"
        assert outcomes(report)["proof.holder"] == "not checked"


def test_claims_have_to_agree() -> None:
    report = reported(token({**BADGE, "iss": "did:example:other", "exp": 1}, typ="vc+sd-jwt", cty="vc"))
    assert {c.reason for c in report.failed()} == {"jwt.claim-mismatch", "jwt.expired"}


def test_the_recipient_may_be_hidden() -> None:
    badge = {**BADGE, "credentialSubject": {**BADGE["credentialSubject"], "id": "did:example:ann"}}
    text = signed("vc-sd-jwt", badge, hidden=["/credentialSubject/identifier"])
    assert reported(text, recipient="ann@example.org").valid
    assert reasons(reported(text, recipient="ben@example.org")) == {"recipient": "recipient.mismatch"}
    claims = {**BADGE, "credentialSubject": [{"type": "AchievementSubject"}, 5]}
    report = reported(
        token(claims, typ="vc+sd-jwt", cty="vc"), recipient="ann@example.org", checks=["recipient"]
    )
    assert outcomes(report) == {"recipient": "not checked"}


def test_presentations() -> None:
    """VC-JOSE-COSE, 3.2.2: securing presentations with SD-JWT."""
    holder = IssuerKey.from_secret(HOLDER)
    inside = {
        "@context": contexts.CREDENTIALS_V2,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+sd-jwt," + signed("vc-sd-jwt"),
    }
    document = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [inside],
    }
    made = issuing.issue_selectively(document, key=holder, suite="vc-sd-jwt", random=randomness()).token
    secured = credential.parse(made)
    assert (secured.form, secured.kind) == (Form.SD_JWT, Kind.PRESENTATION)
    report = reported(made)
    assert report.valid
    assert outcomes(report)["holder"] == "passed"
    assert reasons(reported(made, challenge="n1")) == {"jwt-claims": "INVALID_CHALLENGE_ERROR"}
    answering = {**document, "holder": holder.controller, "nonce": "n1", "aud": "https://e.example"}
    text = sd_jwt.issue(
        {"kid": holder.verification_method, "typ": "vp+sd-jwt", "cty": "vp"}, answering, (), HOLDER
    )
    assert reported(text, challenge="n1", domain="https://e.example").valid


def test_an_unsigned_kid_is_looked_for_at_the_issuer() -> None:
    text = sd_jwt.issue({"typ": "vc+sd-jwt", "cty": "vc"}, BADGE, (), ISSUER)
    assert reported(text).valid


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


# --- issuing


def test_the_claims_of_a_badge() -> None:
    """The table of ADR 18."""
    badge = {**BADGE, "endorsement": [], "awardedDate": "2026-01-31T00:00:00Z"}
    badge["credentialSubject"] = {**BADGE["credentialSubject"], "id": "did:example:ann", "source": {}}
    claims, lost = vc.claims_of(badge)
    assert claims == {
        "vct": vc.VCT,
        "iss": DID,
        "jti": BADGE["id"],
        "sub": "did:example:ann",
        "nbf": 1_769_904_000,
        "exp": 1_832_976_000,
        "issuer": {"name": "Universität"},
        "name": "Robotics",
        "awardedDate": "2026-01-31T00:00:00Z",
        "evidence": BADGE["evidence"],
        "achievement": BADGE["credentialSubject"]["achievement"],
        "identifier": BADGE["credentialSubject"]["identifier"],
        "role": "Builder",
    }
    assert lost == ("/endorsement", "/credentialSubject/source")
    bare, _ = vc.claims_of(
        {"issuer": DID, "credentialSubject": [{"achievement": {}}]}, vct="https://x.example"
    )
    assert bare == {"vct": "https://x.example", "iss": DID, "achievement": {}}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"issuer": {}}, "/issuer/id"),
        ({"credentialSubject": [{}, {}]}, "/credentialSubject"),
        ({"validFrom": "soon"}, "/validFrom"),
        ({"validUntil": "2026-01-01T00:00:00"}, "/validUntil"),
    ],
)
def test_a_badge_that_has_no_claims(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(IssuingError) as caught:
        vc.claims_of({**BADGE, **changes})
    assert caught.value.problems[0].where == where


def test_what_is_hidden_by_default() -> None:
    assert issuing.issue_selectively(BADGE, key=KEY, suite="vc-sd-jwt", random=randomness()).hidden == (
        "/credentialSubject/role",
        "/credentialSubject/identifier/1",
        "/evidence",
        "/evidence/0",
    )
    assert issuing.issue_selectively(BADGE, key=KEY, suite="dc-sd-jwt", random=randomness()).hidden == (
        *("/role", "/identifier", "/identifier/0", "/identifier/1", "/evidence", "/evidence/0"),
    )


@pytest.mark.parametrize("suite", ["vc-sd-jwt", "dc-sd-jwt"])
@pytest.mark.parametrize("pointer", ["/credentialStatus", "/issuer/name"])
def test_what_has_to_stay_visible(suite: str, pointer: str) -> None:
    with pytest.raises(ProofError) as caught:
        signed(suite, hidden=[pointer])
    assert caught.value.code == "sd-jwt.visible"


def test_what_the_data_model_asks_for_cannot_be_hidden() -> None:
    with pytest.raises(IssuingError, match="once it is hidden"):
        signed("vc-sd-jwt", hidden=["/credentialSubject/achievement/name"])
    assert signed("dc-sd-jwt", hidden=["/achievement/name"])


def test_what_is_no_badge_has_no_claims() -> None:
    other = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "did:example:ann"},
    }
    assert signed("vc-sd-jwt", other)
    with pytest.raises(IssuingError, match="Open Badges"):
        signed("dc-sd-jwt", other)
    with pytest.raises(ProofError, match="vc\\+sd-jwt"):
        w3c.sign(other, ISSUER, kid=METHOD, hidden=(), random=randomness(), form=SdForm.SD_JWT_VC)
    with pytest.raises(ProofError, match="seconds"):
        vc.sign({"nbf": "y"}, ISSUER, kid=None, hidden=(), random=randomness())
    anonymous = w3c.sign(other, ISSUER, kid=None, hidden=(), random=randomness())
    assert "kid" not in sd_jwt.parse(anonymous).token.header


class Foreign:
    """A signer elsewhere, such as a KMS."""

    def __init__(self, key: SecretKey) -> None:
        self._key = key
        self.public_key = ISSUER.public_key

    def sign(self, data: bytes, algorithm: str) -> bytes:
        return self._key.sign(data, algorithm)


def test_what_a_foreign_signer_answers_is_verified() -> None:
    assert issuing.issue_selectively(
        BADGE, key=IssuerKey(Foreign(ISSUER), METHOD), suite="vc-sd-jwt", random=randomness()
    ).token
    other = SecretKey.generate(KeyType.P256, lambda size: bytes(range(3, size + 3)))
    with pytest.raises(IssuingError, match="signature"):
        issuing.issue_selectively(
            BADGE, key=IssuerKey(Foreign(other), METHOD), suite="dc-sd-jwt", random=randomness()
        )


def test_hostile_headers() -> None:
    for payload in ([], "text", 5):
        text = sign_jws({"typ": "dc+sd-jwt"}, {"x": payload}, ISSUER) + "~"
        with pytest.raises(InsigniaError):
            credential.parse(text)
