"""From a DID or an https URL to its document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from insignia import strict_json
from insignia.did.methods import SIGNATURE_RELATIONSHIPS, did_web_url, jwk_document, key_document
from insignia.did.syntax import absolute, split_did, split_did_url
from insignia.errors import DidError, InsigniaError, ParseError, ResolveError, show
from insignia.resolver import Purpose, Resolver

RESULT_CONTEXT: Final = "https://w3id.org/did-resolution/v1"
_EXPERIMENTAL_FORMATS: Final = frozenset(
    {"Ed25519VerificationKey2018", "EcdsaSecp256k1VerificationKey2019", "X25519KeyAgreementKey2019"}
)

_WITH_FRAGMENTS: Final = ("verificationMethod", *SIGNATURE_RELATIONSHIPS, "keyAgreement", "service")


@dataclass(frozen=True, slots=True)
class DidResolution:
    """A resolved document: the DID document, its metadata (DID Core, section 7.1.3), where it came from."""

    document: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    source: str = "the identifier itself"


def resolve(did_or_url: str, *, resolver: Resolver, public_key_format: str = "Multikey") -> DidResolution:
    """Resolves a did:key, did:jwk, did:web, or the https URL (or URN) of a controlled identifier document.

    Raises DidError with a code of DID Core, section 7.1.2, or of the did:key text: invalidDid,
    methodNotSupported, notFound, invalidDidDocument (not a document, or the `id` of another one),
    invalidPublicKey, invalidPublicKeyLength, unsupportedPublicKeyType. Raises ResolveError when the
    document cannot be had for now (offline, blocked, unreachable): that says nothing about the DID.
    """
    if not isinstance(did_or_url, str):
        raise DidError.at("", expected="a DID or URL", got=show(did_or_url), code="invalidDid")
    if not did_or_url.startswith("did:"):
        return _controlled_document(did_or_url, resolver)
    method, _ = split_did(did_or_url)
    if method == "key":
        return DidResolution(key_document(did_or_url, public_key_format))
    if method == "jwk":
        return DidResolution(jwk_document(did_or_url))
    if method == "web":
        return _fetch(did_or_url, did_web_url(did_or_url), resolver)
    raise DidError.at(
        "", expected="did:key, did:jwk or did:web", got=show(f"did:{method}"), code="methodNotSupported"
    )


def answer(
    identifier: str,
    *,
    resolver: Resolver,
    public_key_format: str | None = None,
    experimental_types: bool = False,
) -> dict[str, Any]:
    """What a DID resolver's HTTP binding answers; never raises.

    `{"@context", "didDocument", "didDocumentMetadata", "didResolutionMetadata"}`; for a DID URL with path,
    query or fragment the metadata are `didDereferencingMetadata` and `didDocument` is what was found. A
    failure has an `error` there and no document.
    """
    is_url = identifier.startswith("did:") and any(mark in identifier for mark in "/?#")
    metadata_name = "didDereferencingMetadata" if is_url else "didResolutionMetadata"
    try:
        _check_format(public_key_format, experimental_types)
        wanted = public_key_format or "Multikey"
        if is_url:
            found, metadata = _dereference(identifier, resolver, wanted), {}
        else:
            split_did(identifier)
            resolution = resolve(identifier, resolver=resolver, public_key_format=wanted)
            found, metadata = resolution.document, dict(resolution.metadata)
    except InsigniaError as error:
        code = error.code if isinstance(error, DidError) else "internalError"
        return _result(None, {}, metadata_name, {"error": code, "message": str(error)})
    media_type = {"contentType": "application/did+ld+json"}
    return _result(found, metadata, metadata_name, media_type)


def find_in_document(document: Mapping[str, Any], url: str) -> list[Mapping[str, Any]]:
    """Every verification method or service of a document whose absolute `id` is `url`."""
    base = document["id"]
    values = (document.get(name) for name in _WITH_FRAGMENTS)
    items = (item for value in values for item in (value if isinstance(value, list) else [value]))
    return [item for item in items if isinstance(item, dict) and absolute(item.get("id"), base) == url]


def _result(
    document: Any, document_metadata: Mapping[str, Any], name: str, metadata: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "@context": RESULT_CONTEXT,
        "didDocument": document,
        "didDocumentMetadata": dict(document_metadata),
        name: dict(metadata),
    }


def _check_format(public_key_format: str | None, experimental_types: bool) -> None:
    """did:key, section 3.1.2: a known but experimental format is another error than an unknown one."""
    if public_key_format in _EXPERIMENTAL_FORMATS and not experimental_types:
        raise DidError.at(
            "",
            expected="Multikey, JsonWebKey or Ed25519VerificationKey2020",
            got=show(public_key_format),
            code="invalidPublicKeyType",
        )


def _dereference(url: str, resolver: Resolver, public_key_format: str) -> Mapping[str, Any]:
    did, path, query, fragment = split_did_url(url)
    document = resolve(did, resolver=resolver, public_key_format=public_key_format).document
    if not path and query is None and fragment:
        found = find_in_document(document, url)
        if found:
            return found[0]
    raise DidError.at("", expected=f"a resource in the document of {did}", got=show(url), code="notFound")


def _controlled_document(url: str, resolver: Resolver) -> DidResolution:
    """Controlled Identifiers 1.0, section 3.3; documents over plain http prove nothing."""
    if "#" in url or not url.startswith(("https://", "urn:")):
        raise DidError.at(
            "", expected="a DID, or an https URL without fragment", got=show(url), code="invalidDid"
        )
    return _fetch(url, url, resolver)


def _fetch(identifier: str, url: str, resolver: Resolver) -> DidResolution:
    try:
        found = resolver.resolve(url, Purpose.CONTROLLER)
    except ResolveError as error:
        if error.code not in (ResolveError.NOT_FOUND, ResolveError.GONE):
            raise
        problem = error.problems[0]
        raise DidError.at("", expected=f"a document at {url}", got=problem.got, code="notFound") from error
    try:
        document = strict_json.loads(found.content)
    except ParseError as error:
        problem = error.problems[0]
        raise DidError.at(
            problem.where, expected=problem.expected, got=problem.got, code="invalidDidDocument"
        ) from error
    if not isinstance(document, dict) or document.get("id") != identifier:
        got = document.get("id") if isinstance(document, dict) else document
        raise DidError.at("/id", expected=identifier, got=show(got), code="invalidDidDocument")
    return DidResolution(document, {}, found.source)
