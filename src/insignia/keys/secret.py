"""Secret keys that live in this process, and the protocol that a key management service implements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from insignia import multibase
from insignia.errors import KeyFormatError, ParseError
from insignia.keys.algorithms import (
    CURVES,
    SECRET_HEADERS,
    KeyType,
    check_algorithm,
    openssl_curve,
    sha2,
)
from insignia.keys.public import MAX_MULTIKEY, PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa


class Signer(Protocol):
    """Whatever can sign: a `SecretKey`, or a key management service that never lets its key out."""

    @property
    def public_key(self) -> PublicKey: ...

    def sign(self, data: bytes, algorithm: str) -> bytes:
        """The signature over `data`; `algorithm` is a JOSE name, ECDSA signatures are r || s."""
        ...


class SecretKey:
    """A signer whose key is in memory. Neither `repr` nor an error shows the key.

    ECDSA signatures are deterministic (RFC 6979), so that no randomness is needed.
    """

    __slots__ = ("_public_key", "_secret", "_sign")

    def __init__(self, public_key: PublicKey, secret: bytes, sign: Callable[[bytes, str], bytes]) -> None:
        self._public_key = public_key
        self._secret = secret
        self._sign = sign

    def __repr__(self) -> str:
        return f"<SecretKey {self._public_key.key_type} {self._public_key.thumbprint()}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self._public_key, self._secret)

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        return self._public_key

    def sign(self, data: bytes, algorithm: str) -> bytes:
        """The signature over `data`. Raises KeyFormatError when the key is not for `algorithm`."""
        check_algorithm(self._public_key.algorithms, algorithm)
        return self._sign(data, algorithm)

    @classmethod
    def from_seed(cls, seed: bytes) -> SecretKey:
        """The Ed25519 key of a 32-octet seed (RFC 8032, section 5.1.5). Raises KeyFormatError."""
        from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

        if len(seed) != 32:
            raise KeyFormatError.at("", expected="32 octets", got=f"{len(seed)} octets", code="key.length")
        point, expanded = crypto_sign_seed_keypair(bytes(seed))

        def sign(data: bytes, _algorithm: str) -> bytes:
            return crypto_sign(data, expanded)[:64]

        return cls(PublicKey(KeyType.ED25519, point), bytes(seed), sign)

    @classmethod
    def from_multikey(cls, secret: str, public: str | None = None) -> SecretKey:
        """Reads `secretKeyMultibase` (Controlled Identifiers 1.0, section 2.2.2).

        `public`, where given, must be its public half. Raises KeyFormatError.
        """
        try:
            if not isinstance(secret, str) or len(secret) > MAX_MULTIKEY or not secret.startswith("z"):
                raise ParseError.at("", expected="base58btc", got="something else")
            data = multibase.decode(secret)
        except ParseError:
            raise _unreadable("secretKeyMultibase", "key.multibase") from None
        key_type, size = SECRET_HEADERS.get(data[:2], (None, 0))
        if key_type is None:
            raise _unreadable("the header of a secret Ed25519, P-256 or P-384 key", "key.multicodec")
        # Ed25519VerificationKey2020 keys were written as seed and public key, one after the other.
        both = key_type is KeyType.ED25519 and len(data) == 66
        if len(data) != 2 + size and not both:
            raise _unreadable(f"{size} octets after the header of {key_type}", "key.length")
        key = _from_octets(key_type, data[2 : 2 + size])
        _check_pair(key, data[34:] if both else key.public_key.material)
        if public is not None:
            _check_pair(key, PublicKey.from_multikey(public).material)
        return key

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> SecretKey:
        """Reads a private JWK whose public members must belong to it. Raises KeyFormatError."""
        from insignia.keys import jwk as jwk_format

        public = PublicKey.from_jwk(jwk, allow_private=True)
        if public.key_type is KeyType.RSA:
            return _from_rsa_jwk(public, jwk)
        size = 32 if public.key_type is KeyType.ED25519 else CURVES[public.key_type].size
        return _restore(public, jwk_format.octets(jwk, "d", size))

    @classmethod
    def generate(cls, key_type: KeyType, random: Callable[[int], bytes]) -> SecretKey:
        """A new Ed25519 or elliptic curve key; `random(n)` gives n octets, such as `os.urandom`.

        Raises KeyFormatError for RSA: import a key that OpenSSL made.
        """
        if key_type is KeyType.ED25519:
            return cls.from_seed(random(32))
        if key_type is KeyType.RSA:
            raise KeyFormatError.at(
                "", expected="Ed25519 or an elliptic curve", got="RSA", code="key.cannot-generate"
            )
        curve = CURVES[key_type]  # FIPS 186-5, A.2.1: 64 extra bits make the bias negligible
        scalar = int.from_bytes(random(curve.size + 8), "big") % (curve.order - 1) + 1
        return _from_octets(key_type, scalar.to_bytes(curve.size, "big"))

    def to_multikey(self) -> str:
        """`secretKeyMultibase`: handle with care. Raises KeyFormatError for RSA and P-521."""
        for header, (key_type, _) in SECRET_HEADERS.items():
            if key_type is self._public_key.key_type:
                return "z" + multibase.base58btc_encode(header + self._secret)
        raise KeyFormatError.at(
            "",
            expected="a key type with a Multikey form",
            got=self.public_key.key_type,
            code="key.no-multikey-form",
        )

    def to_jwk(self) -> dict[str, str]:
        """The private JWK: handle with care."""
        jwk = self._public_key.to_jwk()
        if self._public_key.key_type is KeyType.RSA:
            return jwk | _rsa_members(self._secret)
        return jwk | {"d": multibase.base64url_encode(self._secret)}


def _unreadable(expected: str, code: str) -> KeyFormatError:
    return KeyFormatError.at("", expected=expected, got="something else", code=code)


def _check_pair(key: SecretKey, material: bytes) -> None:
    if key.public_key.material != material:
        raise KeyFormatError.at(
            "", expected="the public half of the secret key", got="another key", code="key.pair"
        )


def _restore(public: PublicKey, secret: bytes) -> SecretKey:
    """A secret key with the public half that it was read with."""
    key = _from_octets(public.key_type, secret)
    _check_pair(key, public.material)
    return SecretKey(public, key._secret, key._sign)


def _from_octets(key_type: KeyType, secret: bytes) -> SecretKey:
    if key_type is KeyType.ED25519:
        return SecretKey.from_seed(secret)
    if key_type is KeyType.RSA:
        return _from_rsa_der(secret)
    return _from_scalar(key_type, secret)


def _from_scalar(key_type: KeyType, secret: bytes) -> SecretKey:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    curve = CURVES[key_type]
    scalar = int.from_bytes(secret, "big")
    if not 0 < scalar < curve.order:
        raise _unreadable(f"a scalar between 1 and the order of {key_type}", "key.scalar")
    private = ec.derive_private_key(scalar, openssl_curve(key_type))
    material = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    scheme = ec.ECDSA(sha2(curve.algorithm), deterministic_signing=True)

    def sign(data: bytes, _algorithm: str) -> bytes:
        r, s = decode_dss_signature(private.sign(data, scheme))
        return r.to_bytes(curve.size, "big") + s.to_bytes(curve.size, "big")

    return SecretKey(PublicKey(key_type, material), secret, sign)


_RSA_MEMBERS = ("d", "p", "q", "dp", "dq", "qi")


def _from_rsa_jwk(public: PublicKey, jwk: Mapping[str, Any]) -> SecretKey:
    """RFC 7518, section 6.3.2: all of the two primes' members, or none of them."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from insignia.keys import jwk as jwk_format

    if "oth" in jwk:
        raise KeyFormatError.at("/oth", expected="two primes", got="more", code="key.jwk-member")
    d, p, q, dp, dq, qi = (int.from_bytes(jwk_format.octets(jwk, name), "big") for name in _RSA_MEMBERS)
    n, e = (int.from_bytes(jwk_format.octets(jwk, name), "big") for name in ("n", "e"))
    try:
        private = rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, rsa.RSAPublicNumbers(e, n)).private_key()
    except ValueError:
        raise _unreadable("an RSA key whose members belong together", "key.pair") from None
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return _restore(public, der)


def _load_rsa(der: bytes) -> rsa.RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    private = load_der_private_key(der, None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise _unreadable("an RSA key", "key.pair")
    return private


def _from_rsa_der(der: bytes) -> SecretKey:
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = _load_rsa(der)
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(data: bytes, algorithm: str) -> bytes:
        digest = sha2(algorithm)
        if algorithm.startswith("PS"):
            return private.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        return private.sign(data, padding.PKCS1v15(), digest)

    return SecretKey(PublicKey(KeyType.RSA, spki), der, sign)


def _rsa_members(der: bytes) -> dict[str, str]:
    numbers = _load_rsa(der).private_numbers()
    values = (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    return {
        name: multibase.base64url_encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        for name, value in zip(_RSA_MEMBERS, values, strict=True)
    }
