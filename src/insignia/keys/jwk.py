"""JSON Web Keys (RFC 7517, 7518, 8037), read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from insignia.errors import KeyFormatError, ParseError, Problem, show
from insignia.keys.algorithms import ALGORITHMS, CURVES, KeyType, openssl_curve
from insignia.keys.public import MAX_RSA_BITS, MIN_RSA_BITS, PublicKey, load_rsa
from insignia.multibase import base64url_decode, base64url_encode

PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def read_public(jwk: Mapping[str, Any], *, allow_private: bool) -> PublicKey:
    """The public key of a JWK. Raises KeyFormatError."""
    key_type = _key_type(jwk)
    problems = [
        Problem(f"/{name}", "no private member in a public key", "one", "key.private-member")
        for name in sorted(PRIVATE_MEMBERS & jwk.keys())
        if not allow_private
    ]
    problems += _use_problems(jwk, key_type, allow_private)
    if problems:
        raise KeyFormatError(problems)
    if key_type is KeyType.RSA:
        material = _rsa_material(jwk)
    elif key_type is KeyType.ED25519:
        material = octets(jwk, "x", 32)
    else:
        material = _compressed(jwk, key_type)
    checked = PublicKey.from_bytes(key_type, material)
    return PublicKey(checked.key_type, checked.material, jwk.get("alg"))


def write_public(key: PublicKey) -> dict[str, str]:
    """The JWK of a public key."""
    if key.key_type is KeyType.ED25519:
        members = {"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(key.material)}
    elif key.key_type is KeyType.RSA:
        members = _write_rsa(key)
    else:
        members = _write_point(key)
    return members if key.algorithm is None else {**members, "alg": key.algorithm}


def octets(jwk: Mapping[str, Any], name: str, size: int | None = None) -> bytes:
    """The bytes of a base64url member of exactly `size` octets. Raises KeyFormatError."""
    value = jwk.get(name)
    wanted = "base64url" if size is None else f"base64url of {size} octets"
    if isinstance(value, str) and len(value) <= MAX_RSA_BITS:
        try:
            data = base64url_decode(value)
        except ParseError:
            data = b""
        if data and size in (None, len(data)):
            return data
    shown = "nothing" if value is None else "something secret" if name in PRIVATE_MEMBERS else show(value)
    raise KeyFormatError.at(f"/{name}", expected=wanted, got=shown, code="key.jwk-member")


def _key_type(jwk: Mapping[str, Any]) -> KeyType:
    if not isinstance(jwk, Mapping):
        raise KeyFormatError.at("", expected="a JWK object", got=show(jwk), code="key.jwk")
    kty, curve = jwk.get("kty"), jwk.get("crv")
    if kty == "RSA":
        return KeyType.RSA
    if kty == "OKP" and curve == "Ed25519":
        return KeyType.ED25519
    if kty == "EC" and isinstance(curve, str) and curve in CURVES:
        return KeyType(curve)
    raise KeyFormatError.at(
        "",
        expected="kty OKP with Ed25519, EC with P-256, P-384 or P-521, or RSA",
        got=f"kty {show(kty)}, crv {show(curve)}",
        code="key.jwk-type",
    )


def _use_problems(jwk: Mapping[str, Any], key_type: KeyType, allow_private: bool) -> list[Problem]:
    """RFC 7517, sections 4.2 to 4.4: what the key says it is for must include signatures."""
    problems = []
    if jwk.get("use", "sig") != "sig":
        problems.append(Problem("/use", '"sig"', show(jwk["use"]), "key.jwk-use"))
    operations = jwk.get("key_ops", ["verify"])
    wanted = {"verify", "sign"} if allow_private else {"verify"}
    if not isinstance(operations, list) or not wanted.intersection(filter(_is_text, operations)):
        problems.append(Problem("/key_ops", "an array with verify", show(operations), "key.jwk-use"))
    allowed = ALGORITHMS[key_type]
    if "alg" in jwk and jwk["alg"] not in allowed:
        problems.append(Problem("/alg", " or ".join(allowed), show(jwk["alg"]), "key.algorithm-mismatch"))
    return problems


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _compressed(jwk: Mapping[str, Any], key_type: KeyType) -> bytes:
    """RFC 7518, section 6.2.1: the coordinates are padded to the full size of the field."""
    from cryptography.hazmat.primitives.asymmetric import ec

    size = CURVES[key_type].size
    x, y = octets(jwk, "x", size), octets(jwk, "y", size)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(openssl_curve(key_type), b"\x04" + x + y)
    except ValueError:
        raise KeyFormatError.at(
            "/x", expected=f"a point of {key_type}", got="a point beside the curve", code="key.point"
        ) from None
    return bytes([2 + (y[-1] & 1)]) + x


def _write_point(key: PublicKey) -> dict[str, str]:
    from cryptography.hazmat.primitives.asymmetric import ec

    numbers = ec.EllipticCurvePublicKey.from_encoded_point(
        openssl_curve(key.key_type), key.material
    ).public_numbers()
    size = CURVES[key.key_type].size
    return {
        "kty": "EC",
        "crv": key.key_type.value,
        "x": base64url_encode(numbers.x.to_bytes(size, "big")),
        "y": base64url_encode(numbers.y.to_bytes(size, "big")),
    }


def _rsa_material(jwk: Mapping[str, Any]) -> bytes:
    """RFC 7518, sections 3.3 and 6.3.1: at least 2048 bits, numbers without leading zeros."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    modulus, exponent = octets(jwk, "n"), octets(jwk, "e")
    n, e = int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
    if modulus[0] == 0 or not MIN_RSA_BITS <= n.bit_length() <= MAX_RSA_BITS:
        raise KeyFormatError.at(
            "/n",
            expected=f"a modulus of {MIN_RSA_BITS} to {MAX_RSA_BITS} bits without leading zeros",
            got=f"{n.bit_length()} bits in {len(modulus)} octets",
            code="key.length",
        )
    if exponent[0] == 0 or not 3 <= e < 2**64 or not e & 1 or not n & 1:
        raise KeyFormatError.at("/e", expected="an odd public exponent", got=f"{e:#x}"[:40], code="key.point")
    public = rsa.RSAPublicNumbers(e, n).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _write_rsa(key: PublicKey) -> dict[str, str]:
    numbers = load_rsa(key).public_numbers()
    return {
        "kty": "RSA",
        "n": base64url_encode(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": base64url_encode(numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")),
    }
