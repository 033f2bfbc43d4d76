"""Identifiers other than an email address: their kinds, and DIDs that are damaged."""

from __future__ import annotations

import re
from typing import Final

from insignia import did
from insignia.errors import InsigniaError, ResolveError
from insignia.profile import IDENTIFIER_TYPES
from insignia.resolver import OfflineResolver
from insignia_server.awarding.sheets.characters import trim
from insignia_server.awarding.sheets.fields import plain
from insignia_server.awarding.sheets.model import Finding, finding, visible

DID: Final = "did"
_OFFERED: Final = "emailAddress, did, userName, accountId, sourcedId, sisSourcedId, identifier"
_SYNTAX: Final = re.compile(
    r"did:[a-z0-9]+:(?:(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})*:)*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+"
)
_KINDS: Final = {plain(kind).replace(" ", ""): kind for kind in IDENTIFIER_TYPES.terms} | {
    "did": DID,
    "email": "emailAddress",
    "mail": "emailAddress",
    "studentid": "sisSourcedId",
    "matrikelnummer": "sisSourcedId",
    "account": "accountId",
    "login": "userName",
}


def check_type(text: str) -> tuple[str, tuple[Finding, ...]]:
    """The kind of identifier as Open Badges writes it, or `did`."""
    bare = trim(text)
    if not bare:
        return "", ()
    kind = _KINDS.get(plain(bare).replace(" ", "")) or (bare if bare in IDENTIFIER_TYPES else "")
    return kind, () if kind else (finding("identifier.type-unknown", visible(text), names=_OFFERED),)


def check_identifier(text: str, kind: str, limit: int) -> tuple[str, str, tuple[Finding, ...]]:
    """The identifier, its kind (told by the identifier itself when `kind` is empty), and the findings."""
    bare = trim(text)
    if not bare:
        return "", "", ()
    if len(bare) > limit:
        return bare, kind, (finding("identifier.too-long", visible(bare, 120), limit=limit),)
    if kind == DID or bare[:4].lower() == "did:":
        return bare, DID, _did_problems(bare)
    if not kind:
        return bare, kind, (finding("identifier.type-missing", visible(text), names=_OFFERED),)
    return bare, kind, ()


def _did_problems(text: str) -> tuple[Finding, ...]:
    """did:key and did:jwk hold their key, so a wrong character can show; did:web only has a form."""
    if not _SYNTAX.fullmatch(text):
        return (finding("identifier.did", visible(text), expected="did:…"),)
    try:
        did.resolve(text, resolver=OfflineResolver())
    except ResolveError:
        return ()
    except InsigniaError as error:
        if error.code == "methodNotSupported":
            return (finding("identifier.did-method", visible(text)),)
        return (finding("identifier.did", visible(text), expected=error.problems[0].expected),)
    return ()
