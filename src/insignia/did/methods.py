"""The DID methods did:key, did:jwk and did:web."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from insignia import strict_json
from insignia.did.syntax import split_did
from insignia.errors import DidError, KeyFormatError, ParseError, show
from insignia.keys import PublicKey
from insignia.multibase import base64url_decode, base64url_encode

DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT: Final = "https://w3id.org/security/multikey/v1"
_TYPE_CONTEXTS: Final = {
    "Multikey": MULTIKEY_CONTEXT,
    "Ed25519VerificationKey2020": "https://w3id.org/security/suites/ed25519-2020/v1",
    "JsonWebKey": "https://w3id.org/security/jwk/v1",
    "JsonWebKey2020": "https://w3id.org/security/suites/jws-2020/v1",
}
SIGNATURE_RELATIONSHIPS: Final = (
    "authentication",
    "assertionMethod",
    "capabilityInvocation",
    "capabilityDelegation",
)
_KEY_ERRORS: Final = {  # did:key, section 3.1.2, signature method creation algorithm
    "key.multibase": "invalidDid",
    "key.multicodec": "unsupportedPublicKeyType",
    "key.length": "invalidPublicKeyLength",
    "key.point": "invalidPublicKey",
}
_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+")


def did_key(key: PublicKey) -> str:
    """The did:key of a public key. Raises KeyFormatError for RSA and P-521."""
    return "did:key:" + key.to_multikey()


def did_key_method(key: PublicKey) -> str:
    """The DID URL of the verification method of `did_key(key)`."""
    multikey = key.to_multikey()
    return f"did:key:{multikey}#{multikey}"


def did_jwk(key: PublicKey) -> str:
    """The did:jwk of a public key; its verification method is `#0`."""
    return "did:jwk:" + base64url_encode(json.dumps(key.to_jwk(), separators=(",", ":")).encode())


def did_web(url: str) -> str:
    """The did:web whose document lies at an https URL ending with `/did.json`, or below a plain https URL.

    Raises DidError invalidDid when the URL cannot be written as a did:web.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _invalid("an https URL", url) from error
    path = parts.path.removesuffix("/did.json").removesuffix("/.well-known").rstrip("/")
    did = "did:web:" + parts.netloc.replace(":", "%3A") + path.replace("/", ":")
    if parts.scheme != "https" or parts.query or parts.fragment:
        raise _invalid("an https URL without query or fragment", url)
    did_web_url(did)
    return did


def did_web_url(did: str) -> str:
    """The https URL of the document of a did:web. Raises DidError invalidDid or methodNotSupported."""
    method, identifier = split_did(did)
    if method != "web":
        raise DidError.at("", expected="a did:web", got=show(did), code="methodNotSupported")
    authority, *segments = identifier.split(":")
    host, _, port = re.sub("%3a", ":", authority, flags=re.IGNORECASE).partition(":")
    if not _is_domain(host):
        raise _invalid("a domain name, never an IP address, after did:web:", did)
    if ":" in authority or (authority != host and not _is_port(port)):
        raise _invalid("a port from 1 to 65535 after %3A", did)
    if not all(map(_is_segment, segments)):
        raise _invalid("path segments that are neither empty nor dots nor hide a slash", did)
    path = "/".join(segments) or ".well-known"
    return f"https://{host.lower()}{':' + port if port else ''}/{path}/did.json"


def key_document(did: str, public_key_format: str = "Multikey") -> dict[str, Any]:
    """The DID document of a did:key (did:key, section 3.1.1).

    Raises DidError: invalidDid, unsupportedPublicKeyType, invalidPublicKeyLength, invalidPublicKey.
    """
    *version, multibase = split_did(did)[1].split(":")
    if not multibase.startswith("z") or len(version) > 1 or not all(map(_is_version, version)):
        raise _invalid("did:key:z… (after, perhaps, a version)", did)
    try:
        key = PublicKey.from_multikey(multibase)
    except KeyFormatError as error:
        problem = error.problems[0]
        code = _KEY_ERRORS[problem.code]
        raise DidError.at("", expected=problem.expected, got=problem.got, code=code) from error
    material: dict[str, Any] = {"publicKeyMultibase": multibase}
    if public_key_format.startswith("JsonWebKey"):
        material = {"publicKeyJwk": key.to_jwk()}
    if public_key_format not in _TYPE_CONTEXTS or (
        public_key_format == "Ed25519VerificationKey2020" and key.key_type != "Ed25519"
    ):
        raise DidError.at(
            "",
            expected=f"a key format for {key.key_type}",
            got=show(public_key_format),
            code="unsupportedPublicKeyType",
        )
    method = f"{did}#{multibase}"
    return {
        "@context": [DID_CONTEXT, _TYPE_CONTEXTS[public_key_format]],
        "id": did,
        "verificationMethod": [{"id": method, "type": public_key_format, "controller": did, **material}],
        **{name: [method] for name in SIGNATURE_RELATIONSHIPS},
    }


def jwk_document(did: str) -> dict[str, Any]:
    """The DID document of a did:jwk (did:jwk, section Read).

    Raises DidError: invalidDid, unsupportedPublicKeyType, invalidPublicKey.
    """
    encoded = split_did(did)[1]
    try:
        jwk = strict_json.loads(base64url_decode(encoded))
    except ParseError as error:
        raise _invalid("base64url of a JSON Web Key after did:jwk:", did) from error
    try:
        PublicKey.from_jwk(jwk)
    except KeyFormatError as error:
        problem = error.problems[0]
        known = "unsupportedPublicKeyType" if problem.code == "key.jwk-type" else "invalidPublicKey"
        raise DidError.at(problem.where, expected=problem.expected, got=problem.got, code=known) from error
    method = did + "#0"
    return {
        "@context": [DID_CONTEXT, _TYPE_CONTEXTS["JsonWebKey2020"]],
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": jwk}
        ],
        **{name: [method] for name in SIGNATURE_RELATIONSHIPS},
    }


def _invalid(expected: str, got: str) -> DidError:
    return DidError.at("", expected=expected, got=show(got), code="invalidDid")


def _is_version(text: str) -> bool:
    return re.fullmatch(r"0*[1-9][0-9]{0,8}", text, flags=re.ASCII) is not None


def _is_domain(host: str) -> bool:
    """did:web, section 2.1: a name as in a certificate; `0x7f.1` and `2130706433` are addresses too."""
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        return False
    last = labels[-1].lower()
    return not last.isdigit() and not re.fullmatch(r"0x[0-9a-f]*", last)


def _is_port(text: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,4}", text, flags=re.ASCII) is not None and int(text) <= 65535


def _is_segment(text: str) -> bool:
    plain = unquote(text)
    return bool(_SEGMENT.fullmatch(text)) and plain not in (".", "..") and not re.search(r"[/\\\0]", plain)
