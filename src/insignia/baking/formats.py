"""What can be baked into a picture, and under which names the specifications put it there."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from insignia.errors import BakingError

MAX_CREDENTIAL = 4 * 1024 * 1024
"""The longest credential that is baked or read out of a picture or PDF, in bytes (after decompression)."""

# RFC 7515 section 7.1: three base64url parts; the signature may be empty (`alg: none`) and is refused here.
COMPACT_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

_ADDRESS = re.compile(r"https?://[!-~]{3,2000}")

# RFC 8259 section 7: these cannot stand in JSON; NUL would end an iTXt field and XML knows none of them.
_CONTROL = bytes(c for c in range(0x20) if c not in b"\t\n\r")


class Container(StrEnum):
    """The kind of picture or document."""

    PNG = "PNG"
    SVG = "SVG"
    PDF = "PDF"


class BakedFormat(StrEnum):
    """Which specification's name the credential was found under, and in a PDF, which has no names, what its
    type says. A hint: the content decides what it is."""

    OPEN_BADGES_3 = "Open Badges 3.0"
    CLR_2 = "CLR 2.0"
    OPEN_BADGES_2 = "Open Badges 2.0 or older"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a format stands in pictures: the keyword of a PNG's text, the namespace and element of an SVG."""

    keyword: bytes
    prefix: str
    namespace: str
    element: str


PLACES = {
    BakedFormat.OPEN_BADGES_3: Place(
        b"openbadgecredential", "openbadges", "https://purl.imsglobal.org/ob/v3p0", "credential"
    ),
    BakedFormat.CLR_2: Place(b"clrcredential", "clr", "https://purl.imsglobal.org/clr/v2p0", "credential"),
    BakedFormat.OPEN_BADGES_2: Place(b"openbadges", "openbadges", "http://openbadges.org", "assertion"),
}
KEYWORDS = {place.keyword: name for name, place in PLACES.items()}
"""PNG text keywords."""

ELEMENTS = {f"{place.namespace} {place.element}": name for name, place in PLACES.items()}
"""SVG elements as `namespace local-name`."""


@dataclass(frozen=True, slots=True)
class Baked:
    """What was found in a picture or PDF. Nothing in it has been verified.

    `content` holds the bytes of the credential (a JSON document, a compact JWS or, in Open Badges 2.0
    and older, the URL of a hosted assertion); `format` is what the picture says it is.
    """

    content: bytes
    container: Container
    format: BakedFormat


def preferred(found: Iterable[tuple[BakedFormat, bytes]]) -> tuple[BakedFormat, bytes] | None:
    """The first of the newest format: Open Badges 3.0 before CLR 2.0 before Open Badges 2.0."""
    by_format: dict[BakedFormat, bytes] = {}
    for name, content in found:
        by_format.setdefault(name, content)
    return next(((name, by_format[name]) for name in BakedFormat if name in by_format), None)


def credential_bytes(secured: str | bytes) -> bytes:
    """The bytes to bake: a JSON object or a compact JWS, without white space around it.

    Raises BakingError when it is neither, is not UTF-8, or is longer than MAX_CREDENTIAL.
    """
    try:
        content = (secured if isinstance(secured, str) else secured.decode()).strip().encode()
    except UnicodeError as error:
        raise BakingError.at(
            "", expected="a credential in UTF-8", got=str(error), code="baking.not-a-credential"
        ) from error
    if len(content) > MAX_CREDENTIAL:
        raise BakingError.at(
            "",
            expected=f"a credential of at most {MAX_CREDENTIAL} bytes",
            got=f"{len(content)} bytes",
            code="baking.too-large",
        )
    is_json = content.startswith(b"{") and content.endswith(b"}")
    is_json = is_json and len(content.translate(None, _CONTROL)) == len(content)
    if not (is_json or COMPACT_JWS.fullmatch(content)):
        raise BakingError.at(
            "",
            expected="a credential to bake: a JSON object or a compact JWS",
            got=_what(content),
            code="baking.not-a-credential",
        )
    return content


def format_of(content: bytes) -> BakedFormat:
    """Under which name a credential is baked: that of learner records or of Open Badges 2.0 for one of those,
    else of Open Badges 3.0."""
    try:
        text = content
        if not content.startswith(b"{"):
            payload = content.split(b".")[1]
            text = urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
        types = json.loads(text).get("type")
    except (ValueError, AttributeError, RecursionError):
        return BakedFormat.OPEN_BADGES_3
    named = types if isinstance(types, list) else [types]
    if "Assertion" in named and "VerifiableCredential" not in named:
        return BakedFormat.OPEN_BADGES_2
    return BakedFormat.CLR_2 if "ClrCredential" in named else BakedFormat.OPEN_BADGES_3


def hosted_at(content: bytes) -> str:
    """Where a hosted badge of Open Badges 2.0 is published, to stand beside it; empty for what is signed."""
    try:
        found = json.loads(content).get("id")
    except ValueError:
        return ""
    return found if isinstance(found, str) and _ADDRESS.fullmatch(found) else ""


def _what(content: bytes) -> str:
    if not content:
        return "nothing"
    start = content[:24].decode("ascii", "replace")
    return f"{len(content)} bytes that start with {start!r}"
