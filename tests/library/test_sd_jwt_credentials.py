"""The two credentials in SD-JWT: of the W3C (VC-JOSE-COSE 1.0, section 3.2), and SD-JWT VC (ADR 18)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sd_jwt_world import (
    BADGE,
    CLAIMS,
    HOLDER,
    ISSUER,
    METHOD,
    outcomes,
    randomness,
    reasons,
    reported,
    shown,
    signed,
    token,
)

from insignia import contexts, credential, issuing, sd_jwt
from insignia.credential import Form, Kind
from insignia.errors import ParseError
from insignia.issuing import IssuerKey
from insignia.sd_jwt import vc
from insignia.verification import render

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
