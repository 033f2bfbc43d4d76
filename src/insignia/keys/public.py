"""Public keys: read, written, and used to check signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from insignia import multibase
from insignia.errors import KeyFormatError, ParseError, show
from insignia.keys.algorithms import (
    ALGORITHMS,
    CURVES,
    PUBLIC_HEADERS,
    KeyType,
    check_algorithm,
    openssl_curve,
    sha2,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

MIN_RSA_BITS: Final = 2048  # RFC 7518, section 3.3
MAX_RSA_BITS: Final = 8192  # checking a signature costs the square of it
MAX_MULTIKEY: Final = 200  # characters; the longest one that is read, of P-384, has 71


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that was checked when it was read: right length, on its curve, not of small order.

    `material` is the 32 octets of an Ed25519 key, the compressed point of an elliptic curve (SEC 1,
    section 2.3.3), or the DER SubjectPublicKeyInfo of an RSA key. `algorithm` is the one algorithm that
    a JWK's `alg` names, if it names one. Equality and hash are those of the key alone.
    """

    key_type: KeyType
    material: bytes
    algorithm: str | None = field(default=None, compare=False)

    @classmethod
    def from_multikey(cls, text: str) -> PublicKey:
        """Reads `publicKeyMultibase` (Controlled Identifiers 1.0, section 2.2.2). Raises KeyFormatError.

        Codes: key.multibase, key.multicodec (unknown header), key.length, key.point.
        """
        if not isinstance(text, str) or len(text) > MAX_MULTIKEY:
            raise KeyFormatError.at("", expected="a Multikey", got=show(text), code="key.multibase")
        return _from_multikey(text)

    @classmethod
    def from_base58(cls, text: str) -> PublicKey:
        """Reads the `publicKeyBase58` of an Ed25519VerificationKey2018. Raises KeyFormatError."""
        if not isinstance(text, str) or len(text) > MAX_MULTIKEY:
            raise KeyFormatError.at("", expected="a base58 key", got=show(text), code="key.multibase")
        try:
            return cls.from_bytes(KeyType.ED25519, multibase.base58btc_decode(text))
        except ParseError as error:
            raise KeyFormatError.at(
                "", expected="a base58 key", got=show(text), code="key.multibase"
            ) from error

    @classmethod
    def from_bytes(cls, key_type: KeyType, material: bytes) -> PublicKey:
        """A checked key from its `material`. Raises KeyFormatError."""
        key = cls(key_type, bytes(material))
        _checker(key)
        return key

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any], *, allow_private: bool = False) -> PublicKey:
        """Reads a JWK (RFC 7517, RFC 8037). Raises KeyFormatError with all its problems.

        Private members are refused unless `allow_private`; symmetric keys are always refused.
        """
        from insignia.keys import jwk as jwk_format

        return jwk_format.read_public(jwk, allow_private=allow_private)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The JOSE algorithms whose signatures this key can check; the JWK's `alg` narrows them to one."""
        allowed = ALGORITHMS[self.key_type]
        if self.algorithm is None or self.key_type is KeyType.ED25519:
            return allowed
        return (self.algorithm,)

    def to_multikey(self) -> str:
        """`publicKeyMultibase`. Raises KeyFormatError for RSA and P-521, which have none."""
        for header, (key_type, _) in PUBLIC_HEADERS.items():
            if key_type is self.key_type:
                return "z" + multibase.base58btc_encode(header + self.material)
        raise KeyFormatError.at(
            "", expected="a key type with a Multikey form", got=self.key_type, code="key.no-multikey-form"
        )

    def to_jwk(self) -> dict[str, str]:
        """The required members of the JWK, and `alg` where the key names one."""
        from insignia.keys import jwk as jwk_format

        return jwk_format.write_public(self)

    def thumbprint(self) -> str:
        """The JWK SHA-256 Thumbprint (RFC 7638), base64url."""
        import json

        members = {name: value for name, value in self.to_jwk().items() if name != "alg"}
        text = json.dumps(members, sort_keys=True, separators=(",", ":"))
        return multibase.base64url_encode(hashlib.sha256(text.encode()).digest())

    def verify(self, signature: bytes, data: bytes, algorithm: str) -> bool:
        """Whether `signature` (ECDSA as r || s) is this key's over `data`.

        `algorithm` is a JOSE name: EdDSA, ES256, ES384, ES512, RS256, PS256 and their longer kin. Raises
        KeyFormatError when the key is not for that algorithm.
        """
        check_algorithm(self.algorithms, algorithm)
        return _checker(self)(signature, data, algorithm)


_Checker = Callable[[bytes, bytes, str], bool]


@lru_cache(maxsize=4096)
def _from_multikey(text: str) -> PublicKey:
    try:
        data = multibase.decode(text)
    except ParseError as error:
        raise KeyFormatError.at("", expected="a Multikey", got=show(text), code="key.multibase") from error
    key_type, size = PUBLIC_HEADERS.get(data[:2], (None, 0))
    if key_type is None or not text.startswith("z"):
        raise KeyFormatError.at(
            "",
            expected="base58btc with the header of Ed25519, P-256 or P-384",
            got=show(text),
            code="key.multicodec",
        )
    if len(data) != 2 + size:
        raise KeyFormatError.at(
            "",
            expected=f"{size} octets after the header of {key_type}",
            got=f"{len(data) - 2} octets",
            code="key.length",
        )
    return PublicKey.from_bytes(key_type, data[2:])


def _bad_point(key: PublicKey) -> KeyFormatError:
    return KeyFormatError.at(
        "",
        expected=f"a valid public key of {key.key_type}",
        got=show(key.material.hex()),
        code="key.point",
    )


@lru_cache(maxsize=4096)
def _checker(key: PublicKey) -> _Checker:
    """The function that checks signatures; making it checks the key, so it is made on reading."""
    if key.key_type is KeyType.ED25519:
        return _ed25519_checker(key)
    if key.key_type is KeyType.RSA:
        return _rsa_checker(key)
    return _ecdsa_checker(key)


def _ed25519_checker(key: PublicKey) -> _Checker:
    from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
    from nacl.exceptions import CryptoError

    point = key.material
    if len(point) != 32:
        raise KeyFormatError.at("", expected="32 octets", got=f"{len(point)} octets", code="key.length")
    if not crypto_core_ed25519_is_valid_point(point):
        raise _bad_point(key)

    def check(signature: bytes, data: bytes, _algorithm: str) -> bool:
        if len(signature) != 64:
            return False
        try:
            crypto_sign_open(signature + data, point)
        except CryptoError:
            return False
        return True

    return check


def _ecdsa_checker(key: PublicKey) -> _Checker:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    curve = CURVES[key.key_type]
    if len(key.material) != curve.size + 1 or key.material[0] not in (2, 3):
        raise KeyFormatError.at(
            "",
            expected=f"a compressed point of {curve.size + 1} octets",
            got=f"{len(key.material)} octets, the first {key.material[:1].hex() or 'missing'}",
            code="key.length" if len(key.material) != curve.size + 1 else "key.point",
        )
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(openssl_curve(key.key_type), key.material)
    except ValueError:
        raise _bad_point(key) from None
    scheme = ec.ECDSA(sha2(curve.algorithm))

    def check(signature: bytes, data: bytes, _algorithm: str) -> bool:
        if len(signature) != 2 * curve.size:
            return False
        r = int.from_bytes(signature[: curve.size], "big")
        s = int.from_bytes(signature[curve.size :], "big")
        try:
            public.verify(encode_dss_signature(r, s), data, scheme)
        except InvalidSignature:
            return False
        return True

    return check


def load_rsa(key: PublicKey) -> rsa.RSAPublicKey:
    """The OpenSSL key. Raises KeyFormatError for anything but RSA of 2048 to 8192 bits."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        public = load_der_public_key(key.material)
    except ValueError:
        raise _bad_point(key) from None
    if not isinstance(public, rsa.RSAPublicKey):
        raise _bad_point(key)
    if not MIN_RSA_BITS <= public.key_size <= MAX_RSA_BITS:
        raise KeyFormatError.at(
            "",
            expected=f"a modulus of {MIN_RSA_BITS} to {MAX_RSA_BITS} bits",
            got=f"{public.key_size} bits",
            code="key.length",
        )
    return public


def _rsa_checker(key: PublicKey) -> _Checker:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding

    public = load_rsa(key)

    def check(signature: bytes, data: bytes, algorithm: str) -> bool:
        digest = sha2(algorithm)
        try:
            if algorithm.startswith("PS"):  # RFC 7518, section 3.5: the salt is as long as the hash
                pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
                public.verify(signature, data, pss, digest)
            else:
                public.verify(signature, data, padding.PKCS1v15(), digest)
        except InvalidSignature:
            return False
        return True

    return check
