"""The syntax of DIDs and DID URLs (DID Core 1.0, section 3)."""

from __future__ import annotations

import re
from typing import Final

from insignia.errors import DidError, show

MAX_LENGTH: Final = 8192  # characters; a did:jwk of an RSA key of 8192 bits has fewer than 2500
_ID: Final = r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})"
_DID: Final = re.compile(rf"did:([a-z0-9]+):((?:{_ID}*:)*{_ID}+)")
_PCHAR: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_REST: Final = re.compile(rf"((?:/{_PCHAR}*)*)(?:\?((?:{_PCHAR}|[/?])*))?(?:#((?:{_PCHAR}|[/?])*))?")


def split_did(did: str) -> tuple[str, str]:
    """Method and method-specific identifier. Raises DidError invalidDid."""
    match = _DID.fullmatch(did) if isinstance(did, str) and len(did) <= MAX_LENGTH else None
    if match is None:
        raise DidError.at("", expected="a DID", got=show(did), code="invalidDid")
    return match[1], match[2]


def split_did_url(url: str) -> tuple[str, str, str | None, str | None]:
    """DID, path, query and fragment. Raises DidError: invalidDid, or invalidDidUrl for the rest."""
    end = min((i for i in map(url.find, "/?#") if i >= 0), default=len(url))
    did, rest = url[:end], url[end:]
    split_did(did)
    match = _REST.fullmatch(rest) if len(rest) <= MAX_LENGTH else None
    if match is None:
        raise DidError.at("", expected="a DID URL", got=show(url), code="invalidDidUrl")
    return did, match[1], match[2], match[3]


def absolute(reference: object, base: str) -> str | None:
    """An `id` in a document whose `id` is `base`: absolute as it is, or `#fragment`; None for all else."""
    if not isinstance(reference, str):
        return None
    if reference.startswith("#"):
        return base + reference
    return reference if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", reference) else None
