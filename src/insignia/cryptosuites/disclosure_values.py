"""The `proofValue` of ecdsa-sd-2023: base64url of a header and CBOR (Data Integrity ECDSA Cryptosuites 1.0,
sections 3.5.2 to 3.5.7)."""

from __future__ import annotations

import io
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final

from insignia.errors import InsigniaError, ParseError, show
from insignia.multibase import base64url_decode, base64url_encode

BASE: Final = b"\xd9\x5d\x00"
DERIVED: Final = b"\xd9\x5d\x01"
P256_HEADER: Final = b"\x80\x24"
MAX_TEXT: Final = 4 * 1024 * 1024
_MAX_ITEMS: Final = 100_000
_SIGNATURE: Final = 64
_PUBLIC_KEY: Final = 35
_HMAC_KEY: Final = 32


@dataclass(frozen=True, slots=True)
class BaseValue:
    """What the holder gets: everything with which a part can be shown later. `hmac_key` stays secret."""

    signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]

    def text(self) -> str:
        """Section 3.5.2, `serializeBaseProofValue`."""
        parts = [self.signature, self.public_key, self.hmac_key, [*self.signatures]]
        return _text(BASE, [*parts, [*self.mandatory_pointers]])


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """What a verifier gets. `labels`: canonical label to the label that was signed; `mandatory`: positions
    among the statements shown that are covered by `signature`, the others each have one of `signatures`."""

    signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: dict[str, str]
    mandatory: tuple[int, ...]

    def text(self) -> str:
        """Section 3.5.7, `serializeDerivedProofValue`."""
        packed = {
            int(name[4:]): urlsafe_b64decode(label[1:] + "=" * (-len(label[1:]) % 4))
            for name, label in self.labels.items()
        }
        parts = [self.signature, self.public_key, [*self.signatures], packed]
        return _text(DERIVED, [*parts, [*self.mandatory]])


def kind_of(value: Any) -> bytes:
    """The header of a proof value, BASE or DERIVED, or b'' for anything else."""
    if not isinstance(value, str) or not value.startswith("u2V0"):
        return b""
    try:
        return base64url_decode(value[1:5])
    except ParseError:
        return b""


def read_base(value: Any) -> BaseValue:
    """Section 3.5.3, `parseBaseProofValue`. Raises ParseError (`proof-value.*`)."""
    signature, public_key, hmac_key, signatures, pointers = _items(value, BASE, "a base proof")
    _check_common(signature, public_key, signatures)
    if not isinstance(hmac_key, bytes) or len(hmac_key) != _HMAC_KEY:
        _refuse(f"an HMAC key of {_HMAC_KEY} bytes", hmac_key)
    if not isinstance(pointers, list) or not all(isinstance(one, str) for one in pointers):
        _refuse("an array of JSON Pointers", pointers)
    return BaseValue(signature, public_key, hmac_key, tuple(signatures), tuple(pointers))


def read_derived(value: Any) -> DerivedValue:
    """Section 3.5.8, `parseDerivedProofValue`. Raises ParseError (`proof-value.*`)."""
    signature, public_key, signatures, packed, mandatory = _items(value, DERIVED, "a derived proof")
    _check_common(signature, public_key, signatures)
    if not isinstance(packed, dict) or not all(
        _is_number(name) and isinstance(label, bytes) and len(label) == _HMAC_KEY
        for name, label in packed.items()
    ):
        _refuse("a map from the numbers of blank nodes to labels of 32 bytes", packed)
    if (
        not isinstance(mandatory, list)
        or not all(map(_is_number, mandatory))
        or len(set(mandatory)) < len(mandatory)
    ):
        _refuse("an array of different positions", mandatory)
    labels = {
        f"c14n{name}": "u" + urlsafe_b64encode(label).decode().rstrip("=") for name, label in packed.items()
    }
    return DerivedValue(signature, public_key, tuple(signatures), labels, tuple(mandatory))


def _text(header: bytes, parts: list[Any]) -> str:
    import cbor2

    return "u" + base64url_encode(header + cbor2.dumps(parts))


def _items(value: Any, header: bytes, what: str) -> list[Any]:
    import cbor2

    expected = f"{what} in base64url with the multibase prefix u"
    if not isinstance(value, str) or not value.startswith("u") or len(value) > MAX_TEXT:
        raise ParseError.at("", expected=expected, got=show(value), code="proof-value.encoding")
    try:
        data = base64url_decode(value[1:])
    except InsigniaError as error:
        raise ParseError.at("", expected=expected, got=str(error), code="proof-value.encoding") from error
    if data[:3] != header:
        got = {BASE: "a base proof, from which nothing was derived yet", DERIVED: "a derived proof"}
        known = got.get(data[:3], f"the header {data[:3].hex()}")
        raise ParseError.at("", expected=what, got=known, code="proof-value.header")
    stream = io.BytesIO(data[3:])
    try:
        items = cbor2.load(stream)
    except Exception as error:  # hostile CBOR ends in errors of several libraries
        raise ParseError.at(
            "", expected="CBOR", got=f"{type(error).__name__}", code="proof-value.cbor"
        ) from error
    if stream.read(1):
        raise ParseError.at("", expected="nothing after the CBOR", got="more", code="proof-value.cbor")
    if not isinstance(items, list) or len(items) != 5:
        _refuse("an array of five", items)
    found: list[Any] = items
    return found


def _check_common(signature: Any, public_key: Any, signatures: Any) -> None:
    if not isinstance(signature, bytes) or len(signature) != _SIGNATURE:
        _refuse(f"a base signature of {_SIGNATURE} bytes", signature)
    if (
        not isinstance(public_key, bytes)
        or len(public_key) != _PUBLIC_KEY
        or not public_key.startswith(P256_HEADER)
    ):
        _refuse("a P-256 public key as Multikey", public_key)
    if not isinstance(signatures, list) or len(signatures) > _MAX_ITEMS:
        _refuse("an array of signatures", signatures)
    if not all(isinstance(one, bytes) and len(one) == _SIGNATURE for one in signatures):
        _refuse(f"signatures of {_SIGNATURE} bytes", signatures)


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MAX_ITEMS


def _refuse(expected: str, got: Any) -> None:
    shown = f"{len(got)} bytes" if isinstance(got, bytes) else type(got).__name__
    raise ParseError.at("", expected=expected, got=shown, code="proof-value.shape")
