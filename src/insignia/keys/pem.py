"""Public keys in PEM (RFC 7468), as the documents of Open Badges 1.x and 2.x hold them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from insignia.errors import KeyFormatError, show
from insignia.keys.algorithms import CURVES, KeyType, openssl_curve
from insignia.keys.public import PublicKey

MAX_PEM: Final = 16 * 1024  # characters
_CURVES: Final = {CURVES[t].openssl.lower(): t for t in (KeyType.P256, KeyType.P384, KeyType.P521)}


def read(text: str) -> PublicKey:
    """The key of a SubjectPublicKeyInfo or PKCS #1 public key in PEM: RSA, P-256, P-384, P-521 or Ed25519.

    Raises KeyFormatError; code `key.pem` where it is no such key, `key.length` for RSA of another size.
    """
    if not isinstance(text, str) or len(text) > MAX_PEM:
        raise KeyFormatError.at("", expected="a public key in PEM", got=show(text), code="key.pem")
    return _read(text.strip())


@lru_cache(maxsize=1024)
def _read(text: str) -> PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    try:
        key = s.load_pem_public_key(text.encode(errors="replace"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFormatError.at("", expected="a public key in PEM", got=show(text), code="key.pem") from error
    if isinstance(key, rsa.RSAPublicKey):
        material = key.public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
        return PublicKey.from_bytes(KeyType.RSA, material)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey.from_bytes(KeyType.ED25519, key.public_bytes_raw())
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        material = key.public_bytes(s.Encoding.X962, s.PublicFormat.CompressedPoint)
        return PublicKey.from_bytes(_CURVES[key.curve.name], material)
    expected = "a public key of RSA, P-256, P-384, P-521 or Ed25519"
    raise KeyFormatError.at("", expected=expected, got="another kind of key", code="key.pem")


def write(key: PublicKey) -> str:
    """The key as SubjectPublicKeyInfo in PEM, ending in a line feed."""
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if key.key_type is KeyType.RSA:
        public = s.load_der_public_key(key.material)
    elif key.key_type is KeyType.ED25519:
        public = ed25519.Ed25519PublicKey.from_public_bytes(key.material)
    else:
        public = ec.EllipticCurvePublicKey.from_encoded_point(openssl_curve(key.key_type), key.material)
    return public.public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode()
