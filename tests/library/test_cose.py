"""Credentials in COSE_Sign1: RFC 9052, section 4.2, and VC-JOSE-COSE 1.0, section 3.3."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia import contexts, cose, credential, jose
from insignia.credential import Form, Kind
from insignia.did import did_key, did_key_method
from insignia.errors import InsigniaError, ParseError, ProofError
from insignia.keys import KeyType, PublicKey, SecretKey
from insignia.resolver import OfflineResolver
from insignia.verification import STRICT, verify

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
KEYS = {
    KeyType.ED25519: SecretKey.from_seed(bytes(range(32))),
    KeyType.P256: SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1))),
    KeyType.P384: SecretKey.generate(KeyType.P384, lambda size: bytes(range(1, size + 1))),
}


def badge(key: SecretKey) -> dict[str, Any]:
    return {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3],
        "id": "urn:uuid:b8bb4e84-5a5b-4e33-9c0c-0b3d0c5c1b11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": did_key(key.public_key), "type": ["Profile"], "name": "Universität"},
        "validFrom": "2026-02-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://university.example/achievements/1",
                "type": ["Achievement"],
                "name": "Robotics",
                "description": "Builds robots that work.",
                "criteria": {"narrative": "Build three robots."},
            },
        },
    }


def signed(kind: KeyType = KeyType.P256, document: dict[str, Any] | None = None) -> bytes:
    key = KEYS[kind]
    return cose.sign(document or badge(key), key, kid=did_key_method(key.public_key))


def reported(message: bytes, **more: Any) -> Any:
    return verify(credential.parse(message), resolver=OfflineResolver(), now=NOW, policy=STRICT, **more)


@pytest.mark.parametrize("kind", KEYS)
def test_what_is_signed_is_read_and_verified(kind: KeyType) -> None:
    message = signed(kind)
    secured = credential.parse(message)
    assert (secured.form, secured.kind) == (Form.COSE, Kind.ACHIEVEMENT)
    assert secured.document == badge(KEYS[kind])
    report = reported(message)
    assert report.valid, report.failed()


def test_the_headers_that_the_text_asks_for() -> None:
    """VC-JOSE-COSE, 3.3.1: 'The typ header parameter SHOULD be application/vc+cose. … The content type header
    parameter SHOULD be application/vc.'"""
    tag = cbor2.loads(signed())
    assert tag.tag == 18
    assert cbor2.loads(tag.value[0]) == {
        1: -7,
        3: "application/vc",
        4: did_key_method(KEYS[KeyType.P256].public_key).encode(),
        16: "application/vc+cose",
    }


def test_the_signature_is_that_of_rfc_9052() -> None:
    """4.4: 'Create a Sig_structure and populate it with the appropriate fields', checked without our code."""
    protected, _, payload, signature = cbor2.loads(signed()).value
    structure = cbor2.dumps(["Signature1", protected, b"", payload])
    public = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), KEYS[KeyType.P256].public_key.material
    )
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    public.verify(encode_dss_signature(r, s), structure, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(encode_dss_signature(r, s), structure + b"\0", ec.ECDSA(hashes.SHA256()))


def test_a_changed_payload_does_not_verify() -> None:
    tag = cbor2.loads(signed())
    protected, unprotected, payload, signature = tag.value
    changed = payload.replace(b"Robotics", b"Astrology")
    message = cbor2.dumps(cbor2.CBORTag(18, [protected, dict(unprotected), changed, signature]))
    report = reported(message)
    assert not report.valid
    assert [check.code for check in report.failed()] == ["proof"]


def test_the_key_has_to_be_the_issuers() -> None:
    other = KEYS[KeyType.ED25519]
    message = cose.sign(badge(KEYS[KeyType.P256]), other, kid=did_key_method(other.public_key))
    assert [check.code for check in reported(message).failed()] == ["key-binding"]


def test_untagged_and_enveloped() -> None:
    protected, unprotected, payload, signature = cbor2.loads(signed()).value
    bare = cbor2.dumps([protected, dict(unprotected), payload, signature])
    assert reported(bare).valid
    url = "data:application/vc+cose;base64," + base64.b64encode(signed()).decode()
    envelope = {"@context": contexts.CREDENTIALS_V2, "type": "EnvelopedVerifiableCredential", "id": url}
    secured = credential.from_json(envelope)
    assert secured.form is Form.COSE
    with pytest.raises(ParseError, match="base64"):
        credential.from_json({**envelope, "id": "data:application/vc+cose;base64,!"})


def test_a_presentation_cannot_answer_a_challenge() -> None:
    key = KEYS[KeyType.P256]
    presentation = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": did_key(key.public_key),
        "verifiableCredential": [
            {
                "@context": contexts.CREDENTIALS_V2,
                "type": "EnvelopedVerifiableCredential",
                "id": "data:application/vc+cose;base64," + base64.b64encode(signed()).decode(),
            }
        ],
    }
    message = cose.sign(presentation, key, kid=did_key_method(key.public_key), kind="vp")
    assert cose.parse(message).form == "vp-cose"
    assert reported(message).valid
    report = reported(message, challenge="c-1")
    assert [check.reason for check in report.failed()] == ["INVALID_CHALLENGE_ERROR"]


def made(protected: Any, unprotected: Any = None, payload: Any = b"{}", signature: Any = bytes(64)) -> bytes:
    header = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    return cbor2.dumps([header, {} if unprotected is None else unprotected, payload, signature])


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", "cose.cbor"),
        (b"\x84", "cose.cbor"),
        (b"\x84" * 4_000, "cose.cbor"),
        (made({1: -7}) + b"\0", "cose.cbor"),
        (cbor2.dumps([1, 2, 3]), "cose.shape"),
        (cbor2.dumps(cbor2.CBORTag(97, [b"", {}, b"", b""])), "cose.shape"),
        (cbor2.dumps([1, {}, b"{}", b""]), "cose.shape"),
        (made({1: -7}, unprotected=[]), "cose.shape"),
        (made({1: -7}, signature="text"), "cose.shape"),
        (made({1: -7}, payload=None), "cose.payload"),
        (made({1: -7}, payload=b"[]"), "cose.payload"),
        (made({1: -7}, payload=b"{"), "json.syntax"),
        (made(b""), "cose.algorithm"),
        (made({}, unprotected={1: -7}), "cose.algorithm"),
        (made({1: 5}), "cose.algorithm"),
        (made({1: "ES256"}), "cose.algorithm"),
        (made({1: -7, 2: [1]}), "cose.header"),
        (made({1: -7, 4: b"\xff"}), "cose.header"),
        (made({1: -7, 4: 7}), "cose.header"),
        (made({1: -7, 16: 7}), "cose.header"),
        (made(cbor2.dumps([1])), "cose.header"),
        (made({1: -7, 99: "x" * 20_000}), "cose.header"),
        (made({1: -7, 16: "application/vp+cose"}), "cose.typ"),
        (made({1: -7, 3: "application/vp"}), "cose.cty"),
        (bytes(10 * 1024 * 1024), "cose.size"),
    ],
)
def test_hostile_messages(message: bytes, code: str) -> None:
    with pytest.raises(ParseError) as error:
        cose.parse(message)
    assert error.value.code == code


def test_headers_that_are_missing_are_noted() -> None:
    document = badge(KEYS[KeyType.P256])
    parsed = cose.parse(made({1: -7}, unprotected={4: "name"}, payload=json.dumps(document).encode()))
    assert parsed.kid == "name"
    assert [note.code for note in parsed.notes] == ["cose.typ", "cose.cty"]
    short = made({1: -7, 16: "vc+cose", 3: "vc"}, payload=json.dumps(document).encode())
    assert cose.parse(short).notes == ()


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused_calmly(data: bytes) -> None:
    for message in (data, b"\xd2\x84" + data):
        with pytest.raises(ParseError):
            cose.parse(message)


def test_what_cannot_be_signed() -> None:
    with pytest.raises(ProofError, match="JSON"):
        cose.sign({"a": float("nan")}, KEYS[KeyType.P256], kid=None)

    class Other:
        public_key = PublicKey.from_jwk({**KEYS[KeyType.P256].public_key.to_jwk()})

        def sign(self, data: bytes, algorithm: str) -> bytes:
            raise AssertionError

    object.__setattr__(Other.public_key, "algorithm", "ES257")
    with pytest.raises(ProofError, match="ES256"):
        cose.sign({}, Other(), kid=None)


def test_without_a_kid_the_only_key_of_the_issuer_counts() -> None:
    key = KEYS[KeyType.P256]
    assert reported(cose.sign(badge(key), key, kid=None)).valid
    with pytest.raises(InsigniaError):
        jose.verify_signature(cose.parse(signed()), KEYS[KeyType.ED25519].public_key)
