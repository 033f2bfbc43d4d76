"""Multibase text for bytes: base58btc (`z`) and base64url (`u`), both strict.

W3C Controlled Identifiers 1.0, section 2.4; base64url is RFC 4648, section 5, without padding.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from binascii import a2b_base64
from typing import Final

from insignia.errors import ParseError, show

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = [a + b for a in _ALPHABET for b in _ALPHABET]
_NOT_A_DIGIT: Final = 255
_DIGITS: Final = bytes(_ALPHABET.find(chr(code)) % 256 for code in range(256))
_BASE_5: Final = 58**5  # fits one digit of a Python integer
_BASE_10: Final = 58**10  # fits two
_TO_STANDARD: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
MAX_BASE58: Final = 8192  # characters or bytes; the conversion is quadratic


def base58btc_encode(data: bytes) -> str:
    """The base58btc text of at most 8,192 bytes, without a multibase prefix; each leading zero is a `1`."""
    if len(data) > MAX_BASE58:
        raise ParseError.at(
            "", expected=f"at most {MAX_BASE58} bytes", got=f"{len(data)} bytes", code="multibase.too-long"
        )
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    parts = []
    while number:
        number, chunk = divmod(number, _BASE_10)
        high, low = chunk // _BASE_5, chunk % _BASE_5
        high4, low4 = high // 58, low // 58
        parts.append(
            f"{_PAIRS[high4 // 3364]}{_PAIRS[high4 % 3364]}{_ALPHABET[high % 58]}"
            f"{_PAIRS[low4 // 3364]}{_PAIRS[low4 % 3364]}{_ALPHABET[low % 58]}"
        )
    parts.reverse()
    return "1" * zeros + "".join(parts).lstrip("1")


def base58btc_decode(text: str) -> bytes:
    """The bytes of base58btc text without its prefix. Raises ParseError for any other character."""
    if len(text) > MAX_BASE58:
        raise ParseError.at(
            "",
            expected=f"at most {MAX_BASE58} characters of base58btc",
            got=f"{len(text)} characters",
            code="multibase.too-long",
        )
    try:
        digits = text.encode("ascii").translate(_DIGITS)
    except UnicodeEncodeError:
        digits = b"\xff"
    if max(digits, default=0) == _NOT_A_DIGIT:
        raise ParseError.at("", expected="base58btc characters", got=show(text), code="multibase.base58btc")
    zeros = len(digits) - len(digits.lstrip(b"\0"))
    odd = len(digits) % 5
    number = 0
    for digit in digits[:odd]:
        number = number * 58 + digit
    for a, b, c, d, e in zip(*[iter(digits[odd:])] * 5, strict=True):
        number = number * _BASE_5 + (((a * 58 + b) * 58 + c) * 58 + d) * 58 + e
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url_encode(data: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_decode(text: str) -> bytes:
    """Bytes of base64url text. Refuses padding, whitespace, other alphabets and non-zero trailing bits.

    There is exactly one text for each value, so a signed token cannot be altered without breaking it.
    """
    try:
        padded = text.encode("ascii").translate(_TO_STANDARD) + b"=" * (-len(text) % 4)
        data = a2b_base64(padded, strict_mode=True)
        canonical = (
            not len(text) % 4 or base64url_encode(data[len(data) // 3 * 3 :]) == text[len(text) // 4 * 4 :]
        )
    except ValueError:
        canonical = False
    if not canonical:
        raise ParseError.at(
            "", expected="canonical base64url without padding", got=show(text), code="multibase.base64url"
        )
    return data


def decode(text: str) -> bytes:
    """Bytes of multibase text with the prefix `z` (base58btc) or `u` (base64url). Raises ParseError."""
    if text.startswith("z"):
        return base58btc_decode(text[1:])
    if text.startswith("u"):
        return base64url_decode(text[1:])
    raise ParseError.at(
        "", expected="multibase that begins with z or u", got=show(text), code="multibase.prefix"
    )
