"""Key types, their encodings and the signature algorithms that fit them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from insignia.errors import KeyFormatError, show

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import HashAlgorithm


class KeyType(StrEnum):
    """What kind of key; elliptic curves by their JOSE names (RFC 7518, section 7.6)."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    RSA = "RSA"


@dataclass(frozen=True, slots=True)
class Curve:
    """Sizes and names of an elliptic curve; `size` is the octets of a coordinate."""

    size: int
    order: int
    openssl: str
    algorithm: str


CURVES: Final = {
    KeyType.P256: Curve(
        32, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551, "SECP256R1", "ES256"
    ),
    KeyType.P384: Curve(
        48,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        "SECP384R1",
        "ES384",
    ),
    KeyType.P521: Curve(
        66,
        int(
            "01" + "F" * 64 + "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
            16,
        ),
        "SECP521R1",
        "ES512",
    ),
}

# Controlled Identifiers 1.0, section 2.2.2 (public) and 2.2.2.1 (secret): multicodec header, octets of key.
PUBLIC_HEADERS: Final = {
    b"\xed\x01": (KeyType.ED25519, 32),
    b"\x80\x24": (KeyType.P256, 33),
    b"\x81\x24": (KeyType.P384, 49),
}
SECRET_HEADERS: Final = {
    b"\x80\x26": (KeyType.ED25519, 32),
    b"\x86\x26": (KeyType.P256, 32),
    b"\x87\x26": (KeyType.P384, 48),
}

_RSA_ALGORITHMS: Final = ("RS256", "PS256", "RS384", "PS384", "RS512", "PS512")
# "Ed25519" is the fully specified name of the same algorithm (RFC 9864, section 2.2).
ALGORITHMS: Final = {
    KeyType.ED25519: ("EdDSA", "Ed25519"),
    KeyType.P256: ("ES256",),
    KeyType.P384: ("ES384",),
    KeyType.P521: ("ES512",),
    KeyType.RSA: _RSA_ALGORITHMS,
}


def default_algorithm(key_type: KeyType) -> str:
    """The JOSE algorithm that a key of this type signs with unless told otherwise."""
    return ALGORITHMS[key_type][0]


def check_algorithm(algorithms: tuple[str, ...], algorithm: str) -> None:
    """Raises KeyFormatError when `algorithm` is not one of those that the key is for."""
    if algorithm not in algorithms:
        raise KeyFormatError.at(
            "", expected=" or ".join(algorithms), got=show(algorithm), code="key.algorithm-mismatch"
        )


def sha2(algorithm: str) -> HashAlgorithm:
    """The hash of a JOSE algorithm whose name ends with its bits (RFC 7518, section 3.1)."""
    from cryptography.hazmat.primitives import hashes

    return {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[-3:]]


def openssl_curve(key_type: KeyType) -> ec.EllipticCurve:
    """The curve object of `cryptography`."""
    from cryptography.hazmat.primitives.asymmetric import ec

    curve: ec.EllipticCurve = getattr(ec, CURVES[key_type].openssl)()
    return curve
