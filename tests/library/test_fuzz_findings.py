"""What the fuzz targets have found, each kept as a test."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from insignia import did, jsonld, strict_json
from insignia.errors import DidError, JsonLdError, KeyFormatError, ParseError
from insignia.jsonld import rdfc10
from insignia.keys import PublicKey
from insignia.resolver import MapResolver, OfflineResolver

LOADER = jsonld.bundled_loader(OfflineResolver())


def test_a_syntax_error_after_a_duplicate_member_is_a_parse_error() -> None:
    with pytest.raises(ParseError) as caught:
        strict_json.loads('{"a":1,"a":2}x')
    assert caught.value.code == "json.syntax"


def test_an_rsa_exponent_of_many_digits_is_a_key_format_error() -> None:
    modulus, exponent = (
        base64.urlsafe_b64encode(b"\xff" * size).decode().rstrip("=") for size in (256, 4_000)
    )
    with pytest.raises(KeyFormatError) as caught:
        PublicKey.from_jwk({"kty": "RSA", "n": modulus, "e": exponent})
    assert caught.value.problems[0].where == "/e"


def test_a_bracket_in_the_url_of_a_key_is_a_did_error() -> None:
    with pytest.raises(DidError):
        did.verification_method("https://issu[er.example/keys#1", resolver=MapResolver({}))


def test_an_integer_beyond_the_range_of_a_double_has_a_lexical_form() -> None:
    document: dict[str, Any] = {"@context": {"n": "http://a.example/n"}, "@id": "urn:x:1", "n": -(10**400)}
    lines = rdfc10.canonicalize(jsonld.to_rdf(document, loader=LOADER)).nquads
    assert lines == ('<urn:x:1> <http://a.example/n> "-INF"^^<http://www.w3.org/2001/XMLSchema#double> .\n')


def test_an_iri_with_two_number_signs_is_no_iri_on_either_way() -> None:
    document: dict[str, Any] = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": "https://a.example/1#2#3",
        "type": "VerifiableCredential",
    }
    with pytest.raises(JsonLdError) as caught:
        jsonld.canonize(document, loader=LOADER)
    assert [problem.where for problem in caught.value.problems] == ["/id"]
    assert jsonld.check_terms(document, loader=LOADER) == list(caught.value.problems)


def test_a_document_that_states_nothing_is_not_signed_on_either_way() -> None:
    document: dict[str, Any] = {"@context": {"a": "http://a.example/a"}, "@id": "urn:x:1"}
    with pytest.raises(JsonLdError):
        jsonld.canonize(document, loader=LOADER)
    assert jsonld.check_terms(document, loader=LOADER)
