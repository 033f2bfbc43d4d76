"""The keys that an issuer links from its profile (Open Badges 2.0, 'SignedBadge Verification', 4 to 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia import strict_json
from insignia.errors import InsigniaError, KeyFormatError, ParseError, ProofError, show
from insignia.jose import ParsedJwt, verify_signature
from insignia.keys import PublicKey, pem
from insignia.openbadges2.linking import Part, fetch, fetch_json
from insignia.openbadges2.reading import host_of, id_of, is_url, listed, same_address
from insignia.resolver import Purpose, Resolver

Json = Any
MOST_KEYS: Final = 10


@dataclass(frozen=True, slots=True)
class Linked:
    """A key that the issuer vouches for: its `id`, and the document of the key where it stands in the
    profile itself."""

    id: str
    document: Mapping[str, Json] | None = None


def trusted(assertion: Part, issuer: Part) -> list[Linked]:
    """The keys to check a signed badge with: the one that it names, if the profile links it, else all of the
    profile's (step 4: "Do not trust a key that is not properly linked from the issuer Profile").

    Before 2.0 the badge named the address of its key (`verify.url`), which counts on the issuer's own host.
    Raises ProofError: `key.unlinked`, `key.none`.
    """
    verification = assertion.document.get("verification")
    verification = verification if isinstance(verification, Mapping) else {}
    if assertion.version < "2" and is_url(verification.get("url")):
        return [_of_own_host(str(verification["url"]), issuer)]
    keys = [Linked(id_of(k), k if isinstance(k, Mapping) else None) for k in _entries(issuer)]
    named = id_of(verification.get("creator"))
    if named:
        keys = [key for key in keys if same_address(key.id, named)]
        if not keys:
            expected = f"a key that {issuer.id or 'the issuer'} links from its profile"
            raise ProofError.at("/verification/creator", expected=expected, got=named, code="key.unlinked")
    if not keys:
        raise ProofError.at("/badge/issuer/publicKey", expected="a key", got="none", code="key.none")
    return keys[:MOST_KEYS]


def _entries(issuer: Part) -> list[Json]:
    return [key for key in listed(issuer.document.get("publicKey")) if id_of(key) or isinstance(key, Mapping)]


def _of_own_host(url: str, issuer: Part) -> Linked:
    if host_of(url) != host_of(issuer.url):
        expected = f"a key on the issuer's host, {host_of(issuer.url) or 'which is not known'}"
        raise ProofError.at("/verify/url", expected=expected, got=url, code="key.unlinked")
    return Linked(url)


def signed_by(
    parsed: ParsedJwt, keys: list[Linked], issuer: Part, resolver: Resolver
) -> tuple[Linked, PublicKey]:
    """The key that made the signature. Raises what speaks against the last of them: ResolveError where it
    cannot be had, KeyFormatError and ParseError where it is none, ProofError where it does not fit."""
    failure: InsigniaError | None = None
    for key in keys:
        try:
            public = read(key, issuer, resolver)
            verify_signature(parsed, public)
        except InsigniaError as error:
            failure = error
            continue
        return key, public
    assert failure is not None  # there is at least one key
    raise failure


def read(key: Linked, issuer: Part, resolver: Resolver) -> PublicKey:
    """The public key of a CryptographicKey document, or of a PEM file as 1.x had them.

    Its `owner`, where it names one, must be the issuer. Raises ResolveError, ParseError, KeyFormatError.
    """
    document = key.document
    if document is None or "publicKeyPem" not in document:
        content = fetch(key.id, resolver, Purpose.KEY).content
        if content.lstrip().startswith(b"-----BEGIN"):
            return pem.read(strict_json.decode(content))
        document, _ = fetch_json(key.id, resolver, Purpose.KEY)
    owner = id_of(document.get("owner"))
    if owner and not same_address(owner, issuer.id):
        raise KeyFormatError.at("/owner", expected=issuer.id, got=show(owner), code="key.owner")
    if not isinstance(document.get("publicKeyPem"), str):
        got = show(document.get("publicKeyPem"))
        raise ParseError.at("/publicKeyPem", expected="a public key in PEM", got=got, code="key.pem")
    return pem.read(document["publicKeyPem"])
