"""Issuing badges as SD-JWT VC."""

from __future__ import annotations

from typing import Any

import pytest
from sd_jwt_world import BADGE, DID, ISSUER, KEY, METHOD, randomness, signed

from insignia import contexts, credential, issuing, sd_jwt
from insignia.errors import InsigniaError, IssuingError, ProofError
from insignia.issuing import IssuerKey
from insignia.jose.compact import sign as sign_jws
from insignia.keys import KeyType, SecretKey
from insignia.sd_jwt import vc, w3c
from insignia.sd_jwt.forms import SdForm

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
