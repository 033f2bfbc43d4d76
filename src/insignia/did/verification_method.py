"""From the URL of a verification method to a key that its controller lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from insignia import strict_json
from insignia.did.resolution import find_in_document, resolve
from insignia.did.syntax import absolute, split_did_url
from insignia.errors import DidError, KeyFormatError, ParseError, ResolveError, show
from insignia.keys import KeyType, PublicKey
from insignia.resolver import OfflineResolver, Purpose, Resolver

_SECRET_MEMBERS: Final = frozenset(
    {"secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyBase58", "privateKeyJwk"}
)
_MATERIAL: Final = {
    "Multikey": "publicKeyMultibase",
    "Ed25519VerificationKey2020": "publicKeyMultibase",
    "Ed25519VerificationKey2018": "publicKeyBase58",
    "JsonWebKey": "publicKeyJwk",
    "JsonWebKey2020": "publicKeyJwk",
}


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A public key with what its controller's document says about it.

    `revoked` and `expires` are the document's strings, not judged here: the verifier knows the time.
    `document` is the verification method as it stands in the document, `source` where that came from.
    """

    id: str
    controller: str
    type: str
    public_key: PublicKey
    revoked: str | None
    expires: str | None
    document: Mapping[str, Any]
    source: str = "the identifier itself"


def verification_method(
    url: str, *, resolver: Resolver, purpose: str = "assertionMethod", controller: str | None = None
) -> VerificationMethod:
    """Retrieves a verification method (Controlled Identifiers 1.0, section 3.3).

    The document of `url` without its fragment must hold the method, name itself as its controller and list
    it for `purpose`, by reference or embedded. `controller`, where given (the credential's issuer), must
    be that controller or list the method in its own document.

    Raises DidError: those of `resolve`, and invalidDidUrl (also for an identifier without scheme or
    fragment), notFound (no such method), invalidVerificationMethod (ambiguous, malformed, or another
    controller), invalidRelationshipForVerificationMethod, unsupportedPublicKeyType, invalidPublicKey,
    notListedByController. Raises ResolveError when a document cannot be had for now.
    """
    if isinstance(url, str) and url.startswith(("did:key:", "did:jwk:")):
        found = _method_in_itself(url, purpose)
    else:
        found = _listed_method(url, purpose, resolver)
    if controller is not None and controller != found.controller:
        _check_foreign(found, controller, purpose, resolver)
    return found


@lru_cache(maxsize=4096)
def _method_in_itself(url: str, purpose: str) -> VerificationMethod:
    """The method of a DID that is its own document: the same for ever, and read once."""
    return _listed_method(url, purpose, OfflineResolver())


def _listed_method(url: str, purpose: str, resolver: Resolver) -> VerificationMethod:
    """The method at `url`, which its own document lists for `purpose`."""
    document_url = _document_url(url)
    resolution = resolve(document_url, resolver=resolver)
    method = _only_method(resolution.document, url)
    found = read_method(method, base=document_url, source=resolution.source)
    if found.controller != document_url:
        raise _bad_method(url, "/controller", document_url, show(found.controller))
    _check_listed(resolution.document, url, purpose)
    return found


def signing_key(
    kid: str | None, *, issuer: str, resolver: Resolver, purpose: str = "assertionMethod"
) -> VerificationMethod:
    """The key that a JOSE header's `kid` names and that `issuer` lists for `purpose`.

    `kid` is a DID URL, an https URL of a verification method, an https URL that answers with a bare JWK
    or a JWK Set (Open Badges 3.0, section 8.2), or a name that stands in the issuer's document only.
    Without a `kid` the issuer's document must list exactly one method. Raises DidError and ResolveError
    as `verification_method` does.
    """
    if kid is not None and not isinstance(kid, str):
        raise DidError.at("/kid", expected="a string", got=show(kid), code="invalidDidUrl")
    if kid is None or absolute(kid, "") is None or kid.startswith(("urn:", "#")):
        return _named_key(kid, issuer, resolver, purpose)
    if kid.startswith("https:") and (jwk := _fetched_jwk(kid, resolver)):
        return _listed_jwk(kid, jwk, issuer, resolver, purpose)
    return verification_method(kid, resolver=resolver, purpose=purpose, controller=issuer)


def read_method(method: Mapping[str, Any], *, base: str, source: str = "map") -> VerificationMethod:
    """Reads one verification method of the document `base`; says nothing about who lists it.

    Raises DidError: invalidVerificationMethod, unsupportedPublicKeyType, invalidPublicKey.
    """
    url = absolute(method.get("id"), base) or ""
    kind = method.get("type")
    name = _MATERIAL.get(kind) if isinstance(kind, str) else None
    if name is None or not isinstance(kind, str):
        raise DidError.at(
            "/type", expected=" or ".join(_MATERIAL), got=show(kind), code="unsupportedPublicKeyType"
        )
    for member in ("revoked", "expires"):
        if not isinstance(method.get(member, ""), str):
            raise _bad_method(url, f"/{member}", "a dateTimeStamp", show(method[member]))
    if secret := _SECRET_MEMBERS & method.keys():
        raise _bad_method(url, "", "no secret key in a public document", ", ".join(sorted(secret)))
    materials = {"publicKeyMultibase", "publicKeyBase58", "publicKeyJwk"} & method.keys()
    if materials != {name}:
        raise _bad_method(url, "", f"{name} and no other key", ", ".join(sorted(materials)) or "no key")
    return VerificationMethod(
        url,
        absolute(method.get("controller"), base) or "",
        kind,
        _public_key(kind, method[name]),
        method.get("revoked"),
        method.get("expires"),
        method,
        source,
    )


def _public_key(kind: str, material: Any) -> PublicKey:
    try:
        if kind.startswith("JsonWebKey"):
            return PublicKey.from_jwk(material)
        if kind == "Ed25519VerificationKey2018":
            return PublicKey.from_base58(material)
        key = PublicKey.from_multikey(material)
    except KeyFormatError as error:
        problem = error.problems[0]
        raise DidError.at(
            problem.where, expected=problem.expected, got=problem.got, code="invalidPublicKey"
        ) from error
    if kind == "Ed25519VerificationKey2020" and key.key_type is not KeyType.ED25519:
        raise DidError.at("", expected="an Ed25519 key", got=key.key_type, code="invalidPublicKey")
    return key


def _document_url(url: str) -> str:
    if not isinstance(url, str) or absolute(url, "") is None or "#" not in url[1:]:
        raise DidError.at("", expected="an absolute URL with a fragment", got=show(url), code="invalidDidUrl")
    if not url.startswith("did:"):
        return url.partition("#")[0]
    did, path, query, _ = split_did_url(url)
    if path or query is not None:
        raise DidError.at("", expected="a DID and a fragment", got=show(url), code="invalidDidUrl")
    return did


def _bad_method(url: str, where: str, expected: str, got: str) -> DidError:
    return DidError.at(where, expected=f"{expected} in {url}", got=got, code="invalidVerificationMethod")


def _only_method(document: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    """The method, which may stand in a document more than once but never with different content."""
    found = find_in_document(document, url)
    if not found:
        got = f"a document of {document['id']} without it"
        raise DidError.at("", expected=url, got=got, code="notFound")
    if any(other != found[0] for other in found):
        raise _bad_method(url, "", "one meaning", "two that differ")
    return found[0]


def _references(document: Mapping[str, Any], purpose: str) -> set[str | None]:
    """The absolute URLs that a verification relationship holds, by reference or embedded."""
    values = document.get(purpose, [])
    items = values if isinstance(values, list) else [values]
    return {absolute(item.get("id") if isinstance(item, dict) else item, document["id"]) for item in items}


def _check_listed(document: Mapping[str, Any], url: str, purpose: str) -> None:
    if url not in _references(document, purpose):
        raise DidError.at(
            f"/{purpose}",
            expected=f"{url} among those that {document['id']} lists",
            got="others" if document.get(purpose) else "none",
            code="invalidRelationshipForVerificationMethod",
        )


def _check_foreign(method: VerificationMethod, controller: str, purpose: str, resolver: Resolver) -> None:
    """A controller may list a method of another document by reference, and vouches for it thereby."""
    document = resolve(controller, resolver=resolver).document
    if method.id not in _references(document, purpose):
        raise DidError.at(
            f"/{purpose}",
            expected=f"{method.id} among those that {controller} lists",
            got=f"a key of {method.controller}",
            code="notListedByController",
        )


def _listed_methods(
    issuer: str, resolver: Resolver, purpose: str
) -> tuple[Mapping[str, Any], list[Mapping[str, Any]], str]:
    resolution = resolve(issuer, resolver=resolver)
    document = resolution.document
    listed = [
        _only_method(document, url)
        for url in sorted(filter(None, _references(document, purpose)))
        if find_in_document(document, url)
    ]
    return document, listed, resolution.source


def _named_key(kid: str | None, issuer: str, resolver: Resolver, purpose: str) -> VerificationMethod:
    """Securing VCs with JOSE and COSE, section 4.1: `kid` tells one key of the issuer from another."""
    document, listed, source = _listed_methods(issuer, resolver, purpose)
    names = {kid, f"#{kid}", f"{issuer}#{kid}", f"{issuer}{kid}"}
    matches = [m for m in listed if kid is None or m.get("id") in names or _jwk_name(m) == kid]
    if len(matches) != 1:
        raise DidError.at(
            "/kid",
            expected=f"one key of {issuer} for {purpose}",
            got=f"{len(matches)} that fit {show(kid)}",
            code="notFound" if not matches else "invalidVerificationMethod",
        )
    found = read_method(matches[0], base=document["id"], source=source)
    if found.controller != issuer:
        raise _bad_method(found.id, "/controller", issuer, show(found.controller))
    return found


def _jwk_name(method: Mapping[str, Any]) -> object:
    jwk = method.get("publicKeyJwk")
    return jwk.get("kid") if isinstance(jwk, dict) else None


def _fetched_jwk(kid: str, resolver: Resolver) -> Mapping[str, Any] | None:
    """The JWK at a URL, alone or in a JWK Set (RFC 7517, section 5); None where another document lies."""
    url, _, fragment = kid.partition("#")
    try:
        document = strict_json.loads(resolver.resolve(url, Purpose.KEY).content)
    except ParseError as error:
        raise DidError.at("", expected="a JWK", got=str(error), code="invalidDidDocument") from error
    except ResolveError as error:
        if error.code not in (ResolveError.NOT_FOUND, ResolveError.GONE):
            raise
        raise DidError.at("", expected=f"a key at {url}", got="nothing", code="notFound") from error
    if not isinstance(document, dict):
        return None
    if "kty" in document:
        return document
    members = document.get("keys")
    keys = [key for key in members if isinstance(key, dict)] if isinstance(members, list) else []
    named = [key for key in keys if key.get("kid") in (kid, fragment) or (len(keys) == 1 and not fragment)]
    return named[0] if len(named) == 1 else None


def _listed_jwk(
    kid: str, jwk: Mapping[str, Any], issuer: str, resolver: Resolver, purpose: str
) -> VerificationMethod:
    key = _public_key("JsonWebKey", jwk)
    document, listed, source = _listed_methods(issuer, resolver, purpose)
    for method in listed:
        found = read_method(method, base=document["id"], source=source)
        if found.public_key == key and found.controller == issuer:
            return found
    if kid in _references(document, purpose):
        return VerificationMethod(kid, issuer, "JsonWebKey", key, None, None, jwk, source)
    raise DidError.at(
        f"/{purpose}",
        expected=f"{kid} or its key among those that {issuer} lists",
        got="others" if listed else "none",
        code="notListedByController",
    )
