"""insignia.did: DIDs, documents, and keys that their controller lists."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import did
from insignia.errors import DidError, InsigniaError, KeyFormatError, ResolveError
from insignia.keys import KeyType, PublicKey, SecretKey
from insignia.multibase import base58btc_encode, base64url_encode
from insignia.resolver import Document, MapResolver, OfflineResolver, Purpose

OFFLINE = OfflineResolver()
ISSUER = "https://issuer.example/1"


def key(key_type: KeyType = KeyType.ED25519, start: int = 1) -> PublicKey:
    return SecretKey.generate(key_type, lambda n: bytes((start + i) % 256 for i in range(n))).public_key


ED, P256, P384 = key(), key(KeyType.P256), key(KeyType.P384)


def failure(call: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(DidError) as caught:
        call(*args, **options)
    return caught.value.code


def method(**changes: Any) -> dict[str, Any]:
    base = {
        "id": f"{ISSUER}#k",
        "type": "Multikey",
        "controller": ISSUER,
        "publicKeyMultibase": ED.to_multikey(),
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def document(*methods: dict[str, Any], listed: Any = (f"{ISSUER}#k",), **more: Any) -> dict[str, Any]:
    return {
        "id": ISSUER,
        "verificationMethod": list(methods),
        "assertionMethod": list(listed) if isinstance(listed, tuple) else listed,
        **more,
    }


def find(doc: Any, url: str = f"{ISSUER}#k", **options: Any) -> did.VerificationMethod:
    return did.verification_method(url, resolver=MapResolver({ISSUER: doc}), **options)


@pytest.mark.parametrize("public", [ED, P256, P384])
def test_did_key_documents(public: PublicKey) -> None:
    """did:key, section 3.1.1: the properties "authentication, assertionMethod, capabilityInvocation, and
    the capabilityDelegation"."""
    name = did.did_key(public)
    url = did.did_key_method(public)
    found = did.resolve(name, resolver=OFFLINE).document
    assert found["@context"] == ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    assert found["verificationMethod"] == [
        {"id": url, "type": "Multikey", "controller": name, "publicKeyMultibase": public.to_multikey()}
    ]
    for relationship in ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation"):
        assert found[relationship] == [url]
    assert did.verification_method(url, resolver=OFFLINE, controller=name).public_key == public
    as_jwk = did.resolve(name, resolver=OFFLINE, public_key_format="JsonWebKey").document
    assert as_jwk["verificationMethod"][0]["publicKeyJwk"] == public.to_jwk()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("did:key:@", "invalidDid"),
        ("notDid:key:z6Mk", "invalidDid"),
        ("did:KEY:z6Mk", "invalidDid"),
        ("did:key:", "invalidDid"),
        (f"did:key:-4:{ED.to_multikey()}", "invalidDid"),
        (f"did:key:0:{ED.to_multikey()}", "invalidDid"),
        (f"did:key:1:1:{ED.to_multikey()}", "invalidDid"),
        (f"did:key:{ED.to_multikey()[1:]}", "invalidDid"),
        ("did:key:z0OIl", "invalidDid"),
        ("did:key:zTjsVPtY", "invalidPublicKeyLength"),
        ("did:key:z" + base58btc_encode(b"\xed\x01" + bytes(32)), "invalidPublicKey"),
        ("did:key:z" + base58btc_encode(b"\xec\x01" + bytes(32)), "unsupportedPublicKeyType"),
        ("did:experimental:x", "methodNotSupported"),
        ("did:jwk:e30", "unsupportedPublicKeyType"),
        ("did:jwk:e30=", "invalidDid"),
        ("did:jwk:bm90anNvbg", "invalidDid"),
        ("did:jwk:" + base64url_encode(json.dumps({**ED.to_jwk(), "d": "AA"}).encode()), "invalidPublicKey"),
        ("did:web:10.0.0.1", "invalidDid"),
        ("", "invalidDid"),
        ("http://issuer.example/", "invalidDid"),
        ("https://issuer.example/#k", "invalidDid"),
        (None, "invalidDid"),
    ],
)
def test_identifiers_that_do_not_resolve(name: Any, code: str) -> None:
    assert failure(did.resolve, name, resolver=OFFLINE) == code


def test_a_version_in_a_did_key() -> None:
    name = f"did:key:1:{ED.to_multikey()}"
    assert did.resolve(name, resolver=OFFLINE).document["id"] == name


def test_key_formats() -> None:
    def format_error(public: PublicKey, wanted: str) -> str:
        return failure(did.resolve, did.did_key(public), resolver=OFFLINE, public_key_format=wanted)

    assert format_error(ED, "unknown") == "unsupportedPublicKeyType"
    assert format_error(P256, "Ed25519VerificationKey2020") == "unsupportedPublicKeyType"
    legacy = did.resolve(did.did_key(ED), resolver=OFFLINE, public_key_format="Ed25519VerificationKey2020")
    assert legacy.document["@context"][1].endswith("ed25519-2020/v1")
    with pytest.raises(KeyFormatError):
        did.did_key(key(KeyType.P521))


@pytest.mark.parametrize("public", [ED, P256, P384, key(KeyType.P521)])
def test_did_jwk(public: PublicKey) -> None:
    name = did.did_jwk(public)
    found = did.verification_method(name + "#0", resolver=OFFLINE, controller=name)
    assert found.public_key == public
    assert found.type == "JsonWebKey2020"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
        ("did:web:Example.com%3a3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        ("did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json"),
    ],
)
def test_did_web_urls(name: str, url: str) -> None:
    """The examples of the did:web method specification, section 2.5.2."""
    assert did.did_web_url(name) == url
    assert did.did_web_url(did.did_web(url)) == url


@pytest.mark.parametrize(
    "name",
    [
        "did:web:example.com::a",
        "did:web:example.com:",
        "did:web:example.com:..",
        "did:web:example.com:a:.",
        "did:web::a",
        "did:web:%3A80",
        "did:web:example.com%3A",
        "did:web:example.com%3A0",
        "did:web:example.com%3A65536",
        "did:web:example.com%3Ax",
        "did:web:example.com%3A80%3A81",
        "did:web:127.0.0.1",
        "did:web:2130706433",
        "did:web:0x7f.1",
        "did:web:example.com:%2e%2e",
        "did:web:example.com:a%2Fb",
        "did:web:example.com:%5C",
        "did:web:-a.com",
        "did:web:a..b",
        "did:web:a%2Fb.com",
        "did:web:a_b.com",
        "did:web:example.com/path",
        "did:web:user@example.com",
        "did:web:a%40b.com",
        "did:web:%5B--1%5D",
    ],
)
def test_malformed_did_webs(name: str) -> None:
    assert failure(did.did_web_url, name) == "invalidDid"


@pytest.mark.parametrize(
    "url", ["http://a.example/", "https://a.example/?q", "https://[::1/", "https://10.0.0.1/"]
)
def test_urls_that_no_did_web_can_name(url: str) -> None:
    assert failure(did.did_web, url) == "invalidDid"


def test_did_web_url_of_another_method() -> None:
    assert failure(did.did_web_url, did.did_key(ED)) == "methodNotSupported"


def test_documents_must_be_found_and_name_themselves() -> None:
    name, url = "did:web:issuer.example", "https://issuer.example/.well-known/did.json"
    assert did.resolve(name, resolver=MapResolver({url: {"id": name}})).source == "map"
    assert failure(did.resolve, name, resolver=MapResolver({})) == "notFound"
    for content in ({"id": "did:web:other.example"}, {}, [], b"junk", b'{"id":1,"id":2}'):
        assert failure(did.resolve, name, resolver=MapResolver({url: content})) == "invalidDidDocument"


def test_a_document_that_cannot_be_had_for_now_is_no_did_error() -> None:
    with pytest.raises(ResolveError) as caught:
        did.resolve("did:web:issuer.example", resolver=OFFLINE)
    assert caught.value.code == ResolveError.OFFLINE


@pytest.mark.parametrize(
    "listed",
    [
        (f"{ISSUER}#k",),
        ("#k",),
        (method(),),
        (method(id="#k", controller=ISSUER),),
        f"{ISSUER}#k",
        ("other:x", "#k"),
    ],
)
def test_methods_are_listed_by_reference_or_embedded(listed: Any) -> None:
    embedded = isinstance(listed, tuple) and isinstance(listed[0], dict)
    doc = document(*([] if embedded else [method()]), listed=listed)
    found = find(doc, controller=ISSUER)
    assert (found.id, found.public_key, found.controller) == (f"{ISSUER}#k", ED, ISSUER)


@pytest.mark.parametrize(
    "kind",
    [
        method(type="Ed25519VerificationKey2020"),
        method(
            type="Ed25519VerificationKey2018",
            publicKeyMultibase=None,
            publicKeyBase58=base58btc_encode(ED.material),
        ),
        method(type="JsonWebKey", publicKeyMultibase=None, publicKeyJwk=ED.to_jwk()),
        method(type="JsonWebKey2020", publicKeyMultibase=None, publicKeyJwk=ED.to_jwk()),
        method(revoked="2024-01-01T00:00:00Z", expires="2025-01-01T00:00:00Z"),
    ],
)
def test_kinds_of_methods(kind: dict[str, Any]) -> None:
    found = find(document(kind))
    assert found.public_key == ED
    assert (found.revoked, found.expires) == (kind.get("revoked"), kind.get("expires"))
    assert found.document == kind


@pytest.mark.parametrize(
    ("doc", "code"),
    [
        (document(method(), listed=()), "invalidRelationshipForVerificationMethod"),
        (document(method(), listed=("did:key:z#z",)), "invalidRelationshipForVerificationMethod"),
        ({"id": ISSUER, "verificationMethod": [method()]}, "invalidRelationshipForVerificationMethod"),
        (document(method(), listed=(5, None, {"id": 7})), "invalidRelationshipForVerificationMethod"),
        (document(), "notFound"),
        (document(method(controller="https://other.example")), "invalidVerificationMethod"),
        (document(method(controller=None)), "invalidVerificationMethod"),
        (document(method(), method(publicKeyMultibase=P256.to_multikey())), "invalidVerificationMethod"),
        (document(method(revoked=5)), "invalidVerificationMethod"),
        (document(method(secretKeyMultibase="z")), "invalidVerificationMethod"),
        (document(method(publicKeyJwk={})), "invalidVerificationMethod"),
        (document(method(publicKeyMultibase=None)), "invalidVerificationMethod"),
        (document(method(type="RsaVerificationKey2018")), "unsupportedPublicKeyType"),
        (document(method(type=["Multikey"])), "unsupportedPublicKeyType"),
        (document(method(publicKeyMultibase="z6Mk")), "invalidPublicKey"),
        (
            document(method(type="Ed25519VerificationKey2020", publicKeyMultibase=P256.to_multikey())),
            "invalidPublicKey",
        ),
        (document(method(type="JsonWebKey", publicKeyMultibase=None, publicKeyJwk=5)), "invalidPublicKey"),
        (
            document(method(type="JsonWebKey", publicKeyMultibase=None, publicKeyJwk={"kty": "oct"})),
            "invalidPublicKey",
        ),
    ],
)
def test_methods_that_prove_nothing(doc: Any, code: str) -> None:
    assert failure(find, doc) == code


@pytest.mark.parametrize(
    "url", ["z6Mk", "#k", ISSUER, "", None, f"{did.did_key(ED)}?a#b", f"{did.did_key(ED)}/p#b"]
)
def test_urls_that_name_no_method(url: Any) -> None:
    assert failure(find, document(method()), url) == "invalidDidUrl"


def test_the_key_is_never_taken_out_of_the_fragment() -> None:
    url = f"{ISSUER}#{ED.to_multikey()}"
    assert failure(did.verification_method, url, resolver=MapResolver({})) == "notFound"
    with pytest.raises(ResolveError):
        did.verification_method(url, resolver=OFFLINE)


def test_the_relationship_is_the_one_asked_for() -> None:
    assert (
        failure(find, document(method()), purpose="authentication")
        == "invalidRelationshipForVerificationMethod"
    )
    assert find(document(method(), authentication=["#k"]), purpose="authentication").public_key == ED


def test_a_controller_may_vouch_for_a_foreign_method() -> None:
    """Controlled Identifiers 1.0, section 2.3: a relationship may reference a method of another document."""
    url = did.did_key_method(ED)
    listing = MapResolver({ISSUER: {"id": ISSUER, "assertionMethod": [url]}})
    assert did.verification_method(url, resolver=listing, controller=ISSUER).controller == did.did_key(ED)
    silent = MapResolver({ISSUER: {"id": ISSUER}})
    assert (
        failure(did.verification_method, url, resolver=silent, controller=ISSUER) == "notListedByController"
    )


class Answers:
    """A resolver that gives bytes for a URL and fails with a code for others."""

    def __init__(self, code: str) -> None:
        self._code = code

    def resolve(self, url: str, purpose: Purpose) -> Document:
        raise ResolveError.at(url, expected="x", got="y", code=self._code)


JWK_URL = "https://issuer.example/keys/1"


def jwk_method(public: PublicKey = P256, **more: Any) -> dict[str, Any]:
    return method(type="JsonWebKey", publicKeyMultibase=None, publicKeyJwk={**public.to_jwk(), **more})


def signing(kid: Any, **documents: Any) -> did.VerificationMethod:
    known = {ISSUER: document(jwk_method(kid="thumb"))}
    known.update({JWK_URL if name == "jwk" else ISSUER: value for name, value in documents.items()})
    return did.signing_key(kid, issuer=ISSUER, resolver=MapResolver(known))


@pytest.mark.parametrize(
    ("kid", "jwk"),
    [
        (f"{ISSUER}#k", None),
        ("#k", None),
        ("k", None),
        ("thumb", None),
        (None, None),
        (JWK_URL, P256.to_jwk()),
        (JWK_URL, {"keys": [P256.to_jwk()]}),
        (JWK_URL + "#key-1", {"keys": [ED.to_jwk(), {**P256.to_jwk(), "kid": "key-1"}]}),
        (JWK_URL + "#key-1", {"keys": [{**P256.to_jwk(), "kid": JWK_URL + "#key-1"}, 5]}),
    ],
)
def test_keys_that_a_kid_names(kid: Any, jwk: Any) -> None:
    found = signing(kid, jwk=jwk) if jwk else signing(kid)
    assert found.public_key == P256
    assert found.controller == ISSUER


def test_a_jwk_that_the_issuer_lists_by_its_url() -> None:
    found = signing(JWK_URL, jwk=P256.to_jwk(), issuer={"id": ISSUER, "assertionMethod": [JWK_URL]})
    assert (found.id, found.public_key) == (JWK_URL, P256)


@pytest.mark.parametrize(
    ("kid", "documents", "code"),
    [
        (5, {}, "invalidDidUrl"),
        ("other", {}, "notFound"),
        (
            None,
            {"issuer": document(method(), method(id="#2"), listed=("#k", "#2"))},
            "invalidVerificationMethod",
        ),
        ("k", {"issuer": document(method(controller="did:web:x.example"))}, "invalidVerificationMethod"),
        (JWK_URL, {"jwk": ED.to_jwk()}, "notListedByController"),
        (JWK_URL, {"jwk": ED.to_jwk(), "issuer": {"id": ISSUER}}, "notListedByController"),
        (JWK_URL, {"jwk": {**P256.to_jwk(), "d": "AA"}}, "invalidPublicKey"),
        (JWK_URL, {}, "notFound"),
        (JWK_URL, {"jwk": b"junk"}, "invalidDidDocument"),
        (JWK_URL, {"jwk": []}, "invalidDidUrl"),
        (JWK_URL, {"jwk": {"keys": 5}}, "invalidDidUrl"),
        (JWK_URL, {"jwk": {"keys": [ED.to_jwk(), P256.to_jwk()]}}, "invalidDidUrl"),
        (did.did_key_method(ED), {}, "notListedByController"),
    ],
)
def test_kids_that_prove_nothing(kid: Any, documents: dict[str, Any], code: str) -> None:
    assert failure(signing, kid, **documents) == code


def test_a_kid_that_cannot_be_had_for_now() -> None:
    with pytest.raises(ResolveError) as caught:
        did.signing_key(JWK_URL, issuer=ISSUER, resolver=Answers(ResolveError.TIMEOUT))
    assert caught.value.code == ResolveError.TIMEOUT
    assert failure(did.signing_key, JWK_URL, issuer=ISSUER, resolver=Answers(ResolveError.GONE)) == "notFound"


DID = did.did_key(ED)


@pytest.mark.parametrize(
    ("identifier", "options", "name", "code"),
    [
        (DID, {"public_key_format": "unknown"}, "didResolutionMetadata", "unsupportedPublicKeyType"),
        (
            DID + "#x",
            {"public_key_format": "Ed25519VerificationKey2018"},
            "didDereferencingMetadata",
            "invalidPublicKeyType",
        ),
        (DID + "/^bar^/?query=`#x", {}, "didDereferencingMetadata", "invalidDidUrl"),
        (DID + "#other", {}, "didDereferencingMetadata", "notFound"),
        (DID + "/path", {}, "didDereferencingMetadata", "notFound"),
        ("notDid:key:z", {}, "didResolutionMetadata", "invalidDid"),
        ("did:web:issuer.example", {}, "didResolutionMetadata", "internalError"),
    ],
)
def test_answers_with_errors(identifier: str, options: dict[str, Any], name: str, code: str) -> None:
    """The error cases of the did:key test suite of the W3C CCG."""
    result = did.answer(identifier, resolver=OFFLINE, **options)
    assert result["didDocument"] is None
    assert result["didDocumentMetadata"] == {}
    assert result[name]["error"] == code


def test_answers_with_documents() -> None:
    result = did.answer(DID, resolver=OFFLINE)
    assert result["didDocument"]["id"] == DID
    assert result["@context"] == "https://w3id.org/did-resolution/v1"
    assert "error" not in result["didResolutionMetadata"]
    part = did.answer(did.did_key_method(ED), resolver=OFFLINE)
    assert part["didDocument"]["controller"] == DID
    assert "error" not in part["didDereferencingMetadata"]


@given(st.text(max_size=60) | st.text("did:keywb.%3A/#?z6M@", max_size=30))
def test_hostile_identifiers_end_in_our_error(text: str) -> None:
    assert did.answer(text, resolver=OFFLINE)["didDocumentMetadata"] == {}
    for call in (did.resolve, did.verification_method):
        with pytest.raises(InsigniaError):
            call("did:" + text, resolver=OFFLINE)
