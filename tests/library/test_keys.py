"""insignia.keys: formats, strictness and signatures; edge cases of our own making."""

from __future__ import annotations

import pickle
from hashlib import sha512
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia import multibase
from insignia.errors import InsigniaError, KeyFormatError
from insignia.keys import KeyType, PublicKey, SecretKey, default_algorithm
from insignia.keys.algorithms import CURVES
from insignia.multibase import base58btc_encode, base64url_decode, base64url_encode

ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19


def counter(size: int) -> bytes:
    return bytes((7 * i + 3) % 256 for i in range(size))


KEYS = {t: SecretKey.generate(t, counter) for t in KeyType if t is not KeyType.RSA}


def number(value: int) -> str:
    return base64url_encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


@pytest.fixture(scope="module")
def rsa_jwk() -> dict[str, str]:
    numbers = rsa.generate_private_key(65537, 2048).private_numbers()
    values = {
        "n": numbers.public_numbers.n,
        "e": 65537,
        "d": numbers.d,
        "p": numbers.p,
        "q": numbers.q,
        "dp": numbers.dmp1,
        "dq": numbers.dmq1,
        "qi": numbers.iqmp,
    }
    return {"kty": "RSA", **{name: number(value) for name, value in values.items()}}


def failure(call: Any, *args: Any, **options: Any) -> KeyFormatError:
    with pytest.raises(KeyFormatError) as caught:
        call(*args, **options)
    return caught.value


@pytest.mark.parametrize("key_type", list(KEYS))
def test_keys_survive_every_format_and_sign(key_type: KeyType) -> None:
    key, algorithm = KEYS[key_type], default_algorithm(key_type)
    signature = key.sign(b"data", algorithm)
    public = key.public_key
    assert public.verify(signature, b"data", algorithm)
    assert not public.verify(signature, b"date", algorithm)
    assert not public.verify(signature[:-1], b"data", algorithm)
    assert not public.verify(signature + b"\0", b"data", algorithm)
    assert not public.verify(b"", b"data", algorithm)
    assert PublicKey.from_jwk(public.to_jwk()) == public
    assert SecretKey.from_jwk(key.to_jwk()).sign(b"data", algorithm) == signature
    assert pickle.loads(pickle.dumps(key)).sign(b"data", algorithm) == signature


@pytest.mark.parametrize("key_type", [KeyType.ED25519, KeyType.P256, KeyType.P384])
def test_multikeys_come_back(key_type: KeyType) -> None:
    """Controlled Identifiers 1.0, section 2.2.2: the beginnings follow from header and length."""
    key = KEYS[key_type]
    public = key.public_key.to_multikey()
    assert public.startswith({"Ed25519": "z6Mk", "P-256": "zDna", "P-384": "z82L"}[key_type])
    assert PublicKey.from_multikey(public) == key.public_key
    again = SecretKey.from_multikey(key.to_multikey(), public)
    assert again.public_key == key.public_key
    assert failure(SecretKey.from_multikey, key.to_multikey(), other_multikey(key_type)).code == "key.pair"


def other_multikey(key_type: KeyType) -> str:
    return SecretKey.generate(key_type, lambda n: counter(n)[::-1]).public_key.to_multikey()


def test_the_published_test_key_of_the_w3c_vectors() -> None:
    """RFC 8032, section 7.1, test 1."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SecretKey.from_seed(seed)
    assert key.public_key.material.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert (
        key.sign(b"", "EdDSA").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224")
    )
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert PublicKey.from_jwk(jwk).thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    both = "z" + base58btc_encode(b"\x80\x26" + seed + key.public_key.material)
    assert SecretKey.from_multikey(both).public_key == key.public_key
    wrong = "z" + base58btc_encode(b"\x80\x26" + seed + bytes(32))
    assert failure(SecretKey.from_multikey, wrong).code == "key.pair"


def test_ecdsa_signatures_are_deterministic_and_high_s_is_allowed() -> None:
    """Nothing in FIPS 186-5 forbids n - s; a signature is not an identifier."""
    for key_type in CURVES:
        key, algorithm, curve = KEYS[key_type], default_algorithm(key_type), CURVES[key_type]
        signature = key.sign(b"x", algorithm)
        assert key.sign(b"x", algorithm) == signature
        r, s = signature[: curve.size], int.from_bytes(signature[curve.size :], "big")
        high = r + (curve.order - s).to_bytes(curve.size, "big")
        assert key.public_key.verify(high, b"x", algorithm)
        zero = bytes(curve.size)
        order = curve.order.to_bytes(curve.size, "big")
        for bad in (zero + signature[curve.size :], r + zero, zero + zero, order + order, r + order):
            assert not key.public_key.verify(bad, b"x", algorithm)


def test_ed25519_refuses_s_beyond_the_order_and_odd_points() -> None:
    """RFC 8032, section 5.1.7: "S … in range 0 <= s < L"; a small-order R or key fits many messages."""
    key = KEYS[KeyType.ED25519]
    signature = key.sign(b"x", "EdDSA")
    s = int.from_bytes(signature[32:], "little")
    for multiple in range(1, 8):
        larger = (s + multiple * ORDER).to_bytes(32, "little")
        assert not key.public_key.verify(signature[:32] + larger, b"x", "EdDSA")
    small = [
        (1).to_bytes(32, "little"),
        bytes(32),
        (FIELD - 1).to_bytes(32, "little"),
        FIELD.to_bytes(32, "little"),
    ]
    for point in small:
        assert not key.public_key.verify(point + bytes(32), b"x", "EdDSA")
        assert failure(PublicKey.from_bytes, KeyType.ED25519, point).code == "key.point"
    noncanonical = (FIELD + 1).to_bytes(32, "little")
    off_curve = next(p for i in range(99) if not on_curve(p := sha512(bytes([i])).digest()[:32]))
    for point in (noncanonical, off_curve, b"\xff" * 32):
        assert failure(PublicKey.from_bytes, KeyType.ED25519, point).code == "key.point"


def on_curve(point: bytes) -> bool:
    try:
        PublicKey.from_bytes(KeyType.ED25519, point)
    except KeyFormatError:
        return False
    return True


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xed\x01" + bytes(31), "key.length"),
        (b"\xed\x01" + bytes(33), "key.length"),
        (b"\xed\x01" + bytes(32), "key.point"),
        (b"\x80\x24\x04" + bytes(32), "key.point"),
        (b"\x80\x24\x02" + b"\xff" * 32, "key.point"),
        (b"\x80\x24\x02" + bytes(31), "key.length"),
        (b"\xe7\x01\x02" + bytes(32), "key.multicodec"),
        (b"\xed", "key.multicodec"),
        (b"", "key.multicodec"),
    ],
)
def test_multikeys_that_are_refused(data: bytes, code: str) -> None:
    assert failure(PublicKey.from_multikey, "z" + base58btc_encode(data)).code == code
    assert failure(PublicKey.from_multikey, "u" + base64url_encode(data)).code in ("key.multicodec", code)


@pytest.mark.parametrize("text", ["", "z0", "Qx", "z" + "2" * 300, None, 5])
def test_text_that_is_no_key(text: Any) -> None:
    assert failure(PublicKey.from_multikey, text).code.startswith("key.multi")
    assert failure(SecretKey.from_multikey, text).code.startswith("key.multi")


def test_only_base58btc_multikeys_are_keys() -> None:
    key = KEYS[KeyType.ED25519].public_key
    text = "u" + base64url_encode(b"\xed\x01" + key.material)
    assert failure(PublicKey.from_multikey, text).code == "key.multicodec"


def test_legacy_base58_keys() -> None:
    key = KEYS[KeyType.ED25519].public_key
    assert PublicKey.from_base58(base58btc_encode(key.material)) == key
    assert failure(PublicKey.from_base58, "0").code == "key.multibase"
    assert failure(PublicKey.from_base58, None).code == "key.multibase"
    assert failure(PublicKey.from_base58, "22").code == "key.length"


def test_secret_multikeys_that_are_refused() -> None:
    def text(data: bytes) -> str:
        return "z" + base58btc_encode(data)

    assert failure(SecretKey.from_multikey, text(b"\x80\x26" + bytes(31))).code == "key.length"
    assert failure(SecretKey.from_multikey, text(b"\xed\x01" + bytes(32))).code == "key.multicodec"
    assert failure(SecretKey.from_multikey, text(b"\x86\x26" + bytes(32))).code == "key.scalar"
    order = CURVES[KeyType.P256].order.to_bytes(32, "big")
    assert failure(SecretKey.from_multikey, text(b"\x86\x26" + order)).code == "key.scalar"
    assert failure(SecretKey.from_seed, bytes(31)).code == "key.length"
    assert failure(SecretKey.generate, KeyType.RSA, counter).code == "key.cannot-generate"
    assert failure(KEYS[KeyType.P521].to_multikey).code == "key.no-multikey-form"
    assert failure(KEYS[KeyType.P521].public_key.to_multikey).code == "key.no-multikey-form"


@pytest.mark.parametrize("key_type", list(KEYS))
def test_secrets_never_show(key_type: KeyType) -> None:
    key = KEYS[key_type]
    secret = base64url_decode(key.to_jwk()["d"])
    shown = f"{key!r} {key} {failure(key.sign, b'', 'none')}"
    for form in (secret.hex(), base64url_encode(secret), base58btc_encode(secret), repr(secret)):
        assert form not in shown
    broken = {**key.to_jwk(), "d": key.to_jwk()["d"] + "AA"}
    error = failure(SecretKey.from_jwk, broken)
    assert error.problems[0].where == "/d"
    assert key.to_jwk()["d"] not in str(error)


def test_a_private_jwk_must_belong_to_its_public_half() -> None:
    jwk = KEYS[KeyType.P256].to_jwk()
    other = SecretKey.generate(KeyType.P256, lambda n: counter(n)[::-1]).to_jwk()
    assert failure(SecretKey.from_jwk, {**jwk, "d": other["d"]}).code == "key.pair"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"d": "AA"}, "key.private-member"),
        ({"k": "AA"}, "key.private-member"),
        ({"use": "enc"}, "key.jwk-use"),
        ({"key_ops": ["sign"]}, "key.jwk-use"),
        ({"key_ops": [{}]}, "key.jwk-use"),
        ({"key_ops": "verify"}, "key.jwk-use"),
        ({"alg": "ES384"}, "key.algorithm-mismatch"),
        ({"alg": None}, "key.algorithm-mismatch"),
        ({"crv": "secp256k1"}, "key.jwk-type"),
        ({"crv": ["P-256"]}, "key.jwk-type"),
        ({"kty": "oct"}, "key.jwk-type"),
        ({"kty": "OKP"}, "key.jwk-type"),
        ({"x": None}, "key.jwk-member"),
        ({"x": "AAAA"}, "key.jwk-member"),
        ({"x": "!"}, "key.jwk-member"),
        ({"x": "A" * 9000}, "key.jwk-member"),
        ({"y": base64url_encode(bytes(32))}, "key.point"),
    ],
)
def test_jwks_that_are_refused(change: dict[str, Any], code: str) -> None:
    jwk = KEYS[KeyType.P256].public_key.to_jwk()
    assert failure(PublicKey.from_jwk, {**jwk, **change}).code == code


def test_a_jwk_reports_all_its_problems() -> None:
    jwk = {**KEYS[KeyType.P256].to_jwk(), "use": "enc", "alg": "none"}
    assert [p.where for p in failure(PublicKey.from_jwk, jwk).problems] == ["/d", "/use", "/alg"]
    assert failure(PublicKey.from_jwk, "text").code == "key.jwk"


def test_the_alg_of_a_jwk_pins_the_algorithm(rsa_jwk: dict[str, str]) -> None:
    """RFC 8725, section 3.1: "each key MUST be used with exactly one algorithm"."""
    pinned = SecretKey.from_jwk({**rsa_jwk, "alg": "PS256"})
    assert pinned.public_key.algorithms == ("PS256",)
    assert pinned.public_key.to_jwk()["alg"] == "PS256"
    assert failure(pinned.sign, b"x", "RS256").code == "key.algorithm-mismatch"
    assert pickle.loads(pickle.dumps(pinned)).public_key.algorithm == "PS256"
    assert pinned.public_key.thumbprint() == SecretKey.from_jwk(rsa_jwk).public_key.thumbprint()


def test_rsa(rsa_jwk: dict[str, str]) -> None:
    key = SecretKey.from_jwk(rsa_jwk)
    assert key.to_jwk() == rsa_jwk
    assert pickle.loads(pickle.dumps(key)).to_jwk() == rsa_jwk
    for algorithm in ("RS256", "PS256", "RS384", "PS384", "RS512", "PS512"):
        signature = key.sign(b"x", algorithm)
        assert key.public_key.verify(signature, b"x", algorithm)
        assert not key.public_key.verify(signature, b"y", algorithm)
        assert not key.public_key.verify(signature[:-1], b"x", algorithm)
    assert not key.public_key.verify(key.sign(b"x", "RS256"), b"x", "PS256")
    assert failure(key.to_multikey).code == "key.no-multikey-form"
    assert failure(key.public_key.to_multikey).code == "key.no-multikey-form"
    assert failure(key.public_key.verify, b"", b"", "ES256").code == "key.algorithm-mismatch"


def test_rsa_keys_that_are_refused(rsa_jwk: dict[str, str]) -> None:
    public = {"kty": "RSA", "n": rsa_jwk["n"], "e": "AQAB"}
    modulus = base64url_decode(rsa_jwk["n"])
    short = rsa.generate_private_key(65537, 1024).public_key().public_numbers().n
    for n in (number(short), base64url_encode(b"\0" + modulus), base64url_encode(modulus * 5)):
        assert failure(PublicKey.from_jwk, {**public, "n": n}).code == "key.length"
    for e in ("AQ", "Ag", "AAEAAQ", base64url_encode(b"\x01" * 9)):
        assert failure(PublicKey.from_jwk, {**public, "e": e}).code == "key.point"
    assert failure(SecretKey.from_jwk, {**rsa_jwk, "oth": []}).problems[0].where == "/oth"
    assert failure(SecretKey.from_jwk, {**rsa_jwk, "p": rsa_jwk["q"]}).code == "key.pair"


def test_rsa_material_is_checked() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    def spki(key: Any) -> bytes:
        return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    elliptic = spki(ec.generate_private_key(ec.SECP256R1()).public_key())
    small = spki(rsa.generate_private_key(65537, 1024).public_key())
    assert failure(PublicKey.from_bytes, KeyType.RSA, b"junk").code == "key.point"
    assert failure(PublicKey.from_bytes, KeyType.RSA, elliptic).code == "key.point"
    assert failure(PublicKey.from_bytes, KeyType.RSA, small).code == "key.length"
    assert failure(PublicKey.from_bytes, KeyType.P256, b"").code == "key.length"


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "alg", "use", "d", "key_ops"]),
        st.text(max_size=9) | st.none(),
    )
)
def test_hostile_jwks_end_in_our_error(jwk: dict[str, Any]) -> None:
    for read in (PublicKey.from_jwk, SecretKey.from_jwk):
        with pytest.raises(InsigniaError):
            read(jwk)


@given(st.binary(max_size=80), st.binary(max_size=140))
@settings(max_examples=60)
def test_hostile_signatures_are_false_and_nothing_else(data: bytes, signature: bytes) -> None:
    for key_type, key in KEYS.items():
        assert not key.public_key.verify(signature, data, default_algorithm(key_type))


def test_equality_and_hash_are_those_of_the_key() -> None:
    jwk = KEYS[KeyType.P256].public_key.to_jwk()
    assert len({PublicKey.from_jwk(jwk), PublicKey.from_jwk({**jwk, "alg": "ES256"})}) == 1
    assert KEYS[KeyType.ED25519].public_key.algorithms == ("EdDSA", "Ed25519")
    assert multibase.decode(KEYS[KeyType.ED25519].public_key.to_multikey())[:2] == b"\xed\x01"


def test_a_stored_key_of_another_kind_is_refused(rsa_jwk: dict[str, str]) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = ec.generate_private_key(ec.SECP256R1())
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    restore, (public, _) = SecretKey.from_jwk(rsa_jwk).__reduce__()
    assert failure(restore, public, der).code == "key.pair"
