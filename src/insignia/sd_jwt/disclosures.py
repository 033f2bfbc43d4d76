"""Disclosures: a salt, perhaps a name, and a value (RFC 9901, section 4.2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from insignia import strict_json
from insignia.errors import ParseError, ProofError, show
from insignia.multibase import base64url_decode, base64url_encode

# RFC 9901, section 4.1.1: names of the IANA registry 'Named Information Hash Algorithm'.
HASHES: Final = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
DIGESTS: Final = "_sd"
ELEMENT: Final = "..."
ALGORITHM: Final = "_sd_alg"
RESERVED: Final = frozenset({DIGESTS, ELEMENT})
SALT_BYTES: Final = 16  # 'it is RECOMMENDED to base64url-encode a minimum of 128 bits'
MAX_DISCLOSURE: Final = 4 * 1024 * 1024  # characters
_LIMITS: Final = strict_json.Limits(size=MAX_DISCLOSURE, depth=60, containers=100_000)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One claim (`name`) or element of an array (`name` None); `encoded` is what its digest is over."""

    encoded: str
    salt: str
    name: str | None
    value: Any = field(hash=False)

    def digest(self, algorithm: str = "sha-256") -> str:
        """The digest that stands for it in a payload (section 4.2.3)."""
        return digest(self.encoded, algorithm)

    @classmethod
    def read(cls, encoded: str) -> Disclosure:
        """A disclosure as it came. Raises ParseError (`sd-jwt.disclosure`)."""
        if not encoded or len(encoded) > MAX_DISCLOSURE:
            _refuse(f"a disclosure of at most {MAX_DISCLOSURE} characters", show(encoded[:40]))
        try:
            parts = strict_json.loads(base64url_decode(encoded), limits=_LIMITS)
        except ParseError as error:
            raise ParseError.at(
                "", expected="JSON in base64url", got=str(error.problems[0]), code="sd-jwt.disclosure"
            ) from error
        if not isinstance(parts, list) or len(parts) not in (2, 3):
            _refuse("an array of two or three", show(parts))
        if not isinstance(parts[0], str):
            _refuse("a text as salt", show(parts[0]))
        if len(parts) == 2:
            return cls(encoded, parts[0], None, parts[1])
        if not isinstance(parts[1], str) or parts[1] in RESERVED:
            _refuse("the name of a claim", show(parts[1]))
        return cls(encoded, parts[0], parts[1], parts[2])

    @classmethod
    def make(cls, value: Any, *, name: str | None, random: Callable[[int], bytes]) -> Disclosure:
        """A new disclosure. Raises ProofError for what is no JSON."""
        salt = base64url_encode(random(SALT_BYTES))
        parts = [salt, value] if name is None else [salt, name, value]
        try:
            text = json.dumps(parts, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            encoded = base64url_encode(text.encode())
        except (TypeError, ValueError, RecursionError) as error:
            raise ProofError.at("", expected="JSON", got=str(error), code="sd-jwt.disclosure") from error
        return cls(encoded, salt, name, value)


def digest(text: str, algorithm: str) -> str:
    """The base64url digest over the ASCII of a text, by the name that `_sd_alg` gives."""
    return base64url_encode(hashlib.new(HASHES[algorithm], text.encode("ascii")).digest())


def _refuse(expected: str, got: str) -> None:
    raise ParseError.at("", expected=expected, got=got, code="sd-jwt.disclosure")
