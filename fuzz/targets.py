"""The fuzz targets: one for each parser that meets what strangers send.

A target takes bytes and returns a short name of what happened. An InsigniaError is what a parser is meant
to answer; every other exception is a finding. Imports are inside the targets, so that one starts quickly.
"""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import picture_targets  # noqa: F401 - registers its targets
import token_targets  # noqa: F401 - the same
from registry import COMMON, EXAMPLES, KEY, NOW, TARGETS, as_json, as_text, dumps, target

from credentials import fillings, template
from insignia.errors import InsigniaError

__all__ = ["TARGETS"]


@target("credential", [*EXAMPLES, b'{"type":["VerifiableCredential"]}', b"[]"])
def credential_bytes(data: bytes) -> object:
    """Bytes that a stranger uploads, as far as the schema and the typed view."""
    from insignia import credential, schema

    secured = credential.parse(data)
    problems = schema.check(secured.document, secured.kind)
    if secured.kind is not credential.Kind.PRESENTATION and not problems:
        secured.view()
    return f"{secured.form} {secured.kind} {min(len(problems), 3)}"


QUADS = (
    b'<http://a.example/s> <http://a.example/p> "o"@en <http://a.example/g> .\n',
    b"_:b0 <http://a.example/p> _:b1 .\n_:b1 <http://a.example/p> _:b0 .\n# comment\n",
    b'_:a <p:p> "\\u00e9\\U0001F4A9\\n"^^<http://www.w3.org/2001/XMLSchema#integer> _:g .\n',
    b"".join(b"_:e%d <p:p> _:e%d .\n" % (i, j) for i in range(4) for j in range(4) if i != j),
)


@target(
    "nquads", QUADS, [b"_:", b"<", b">", b'"', b"^^", b"@", b" .\n", b"\\u", b"\\U0000", b"<p:p>", b"_:b0"]
)
def n_quads(data: bytes) -> object:
    """N-Quads and their canonical form, which must be read again as the same."""
    from insignia.jsonld import nquads, rdfc10

    quads = nquads.parse(as_text(data))
    canonical = rdfc10.canonicalize(quads, limit=rdfc10.WorkLimit(steps=20_000))
    again = rdfc10.canonicalize(nquads.parse(canonical.nquads), limit=rdfc10.WorkLimit(steps=20_000))
    assert again.nquads == canonical.nquads
    return min(len(quads), 3)


JSONLD = (
    b'{"@context":{"a":"http://a.example/","t":{"@id":"a:t","@type":"@id","@container":"@set"}},"@id":"a:s","t":"a:o"}',
    b'{"@context":{"@vocab":"http://v.example/","m":{"@container":"@language"},"n":{"@container":["@graph","@id"]}},'
    b'"m":{"en":"x","de":["y"]},"n":{"http://g.example/":{"p":{"@list":[1,2.5,true,null]}}}}',
    b'{"@context":[{"@protected":true,"x":"http://x.example/x"},{"y":{"@id":"http://y.example/","@context":{"z":"y:z"}}}],'
    b'"y":{"z":{"@value":"v","@type":"@json"}},"@included":[{"@id":"_:b","@type":"http://t.example/"}]}',
    b'{"@context":{"r":{"@reverse":"http://r.example/"},"@base":"http://b.example/"},"r":{"@id":"../c"},"@nest":{"@id":"q"}}',
    *EXAMPLES,
)
KEYWORDS = tuple(
    b'"@%s"' % name
    for name in (
        *(b"base", b"container", b"context", b"direction", b"graph", b"id", b"import", b"included", b"index"),
        *(b"json", b"language", b"list", b"nest", b"none", b"prefix", b"propagate", b"protected", b"reverse"),
        *(b"set", b"type", b"value", b"version", b"vocab"),
    )
)


@target(
    "jsonld",
    JSONLD,
    [*KEYWORDS, *(word.strip(b'"') for word in KEYWORDS), b"_:b0", b"http://a.example/", *COMMON],
)
def json_ld(data: bytes) -> object:
    """Contexts and documents: expansion, RDF, and the product's own way to canonical N-Quads."""
    from insignia import jsonld
    from insignia.jsonld import rdfc10
    from insignia.resolver import OfflineResolver

    document = as_json(data)
    loader = jsonld.bundled_loader(OfflineResolver())
    jsonld.to_rdf(document, loader=loader, base="http://base.example/")
    if not isinstance(document, dict):
        return None
    limit = jsonld.WorkLimit(steps=20_000)
    problems = jsonld.check_terms(document, loader=loader)
    canonical = jsonld.canonize(document, loader=loader, limit=limit)
    assert not problems, "what is canonicalised safely has no undefined terms"
    complete = rdfc10.canonicalize(jsonld.to_rdf(document, loader=loader), limit=limit)
    assert canonical.decode() == complete.nquads, "the short way gives what the complete algorithms give"
    return canonical.count(b"\n") // 8


TEMPLATE, SLOTS = template()


@functools.cache
def compiled_shape() -> Any:
    """The template of the benchmarks, compiled."""
    from insignia import jsonld
    from insignia.jsonld.compiled import CompiledShape
    from insignia.resolver import OfflineResolver

    loader = jsonld.bundled_loader(OfflineResolver())
    shape = CompiledShape.compile(TEMPLATE, SLOTS, loader=loader)
    assert shape.compiled, shape.reason
    return shape


FILLINGS = [dumps(list(values.values())) for values in fillings(4)]


@target(
    "compiled",
    FILLINGS,
    [b"https://a.example/", b"urn:uuid:", b"did:key:z", b"_:c14n0", b"true", b"\\u0000", b"@id"],
)
def compiled_achievement(data: bytes) -> object:
    """Values in the slots of a compiled achievement: the same bytes as the complete algorithms give."""
    from insignia import jsonld
    from insignia.jsonld import rdfc10
    from insignia.resolver import OfflineResolver

    given = as_json(data)
    given = given if isinstance(given, list) else [given]
    values = {name: given[place] if place < len(given) else "" for place, name in enumerate(SLOTS)}
    shape = compiled_shape()
    canonical = shape.canonize(values)
    loader = jsonld.bundled_loader(OfflineResolver())
    complete = rdfc10.canonicalize(jsonld.to_rdf(shape.document(values), loader=loader))
    assert canonical.decode() == complete.nquads
    return canonical.count(b"\n")


@target(
    "multikey",
    [KEY.encode(), b"zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP", b"uAAAA", b"m", b"f00"],
    [b"z", b"u", b"z6Mk", b"zDna", b"1111"],
)
def multikey(data: bytes) -> object:
    """Multibase and Multikey; what is accepted is written back the same."""
    from insignia import multibase
    from insignia.keys import PublicKey, SecretKey

    text = as_text(data)
    multibase.decode(text)
    with contextlib.suppress(InsigniaError):
        SecretKey.from_multikey(text)
    key = PublicKey.from_multikey(text)
    assert key.to_multikey() == text
    return key.key_type


JWKS = (
    b'{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
    b'{"kty":"EC","crv":"P-256","x":"WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ","y":"qUd_55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk"}',
    b'{"kty":"RSA","n":"' + b"_" * 341 + b'w","e":"AQAB","alg":"RS256"}',
    b'{"kty":"oct","k":"AAAA"}',
)


@target(
    "jwk",
    JWKS,
    [b"OKP", b"EC", b"RSA", b"P-256", b"P-384", b"P-521", b"Ed25519", b'"d"', b'"alg"', b"AQAB", b"AAAA"],
)
def jwk(data: bytes) -> object:
    """A JWK; what is accepted is written back and read again as the same key."""
    from insignia.keys import PublicKey, SecretKey

    value = as_json(data)
    with contextlib.suppress(InsigniaError):
        SecretKey.from_jwk(value)
    key = PublicKey.from_jwk(value)
    assert PublicKey.from_jwk(key.to_jwk()) == key
    return key.key_type


DIDS = (
    f"did:key:{KEY}#{KEY}".encode(),
    b"did:web:example.com%3A3000:user:alice#key-1",
    b"did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IjExcVlBWUt4Q3JmVlNfN1R5V1FIT2c3aGN2UGFwaU1scndJYWFQY0hVUm8ifQ#0",
    b"https://issuer.example/controller#key-1",
)
CONTROLLER = {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    "id": "did:web:issuer.example",
    "verificationMethod": [
        {
            "id": "#key-1",
            "type": "Multikey",
            "controller": "did:web:issuer.example",
            "publicKeyMultibase": KEY,
        }
    ],
    "assertionMethod": ["did:web:issuer.example#key-1"],
}


@target(
    "did", DIDS, [b"did:", b"key:", b"web:", b"jwk:", b"%3A", b"%2F", b"..", b"#", b"?", b"/", b":", b"z6Mk"]
)
def did_url(data: bytes) -> object:
    """A DID or DID URL, resolved without a network."""
    from insignia import did
    from insignia.resolver import MapResolver

    text = as_text(data)
    with contextlib.suppress(InsigniaError):
        did.verification_method(text, resolver=MapResolver({}))
    did.resolve(text, resolver=MapResolver({}))
    return None


@target("controller", [dumps(CONTROLLER)])
def controller_document(data: bytes) -> object:
    """The document that an issuer's server answers with."""
    from insignia import did
    from insignia.resolver import MapResolver

    resolver = MapResolver({"https://issuer.example/.well-known/did.json": data})
    return did.verification_method("did:web:issuer.example#key-1", resolver=resolver).type


LISTS = (
    b"uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
    b"uH4sIAAAAAAACA-3QAQ0AAAgDIB_9zc2hgwi0AwAAAAAAAAAAAADAM1EAAAAAcE0WKgCdHgBAAAA",
)


@target("status-list", LISTS, [b"u", b"z", b"H4sI", b"AAAA", b"__8"])
def encoded_status_list(data: bytes) -> object:
    """An encoded list, read at its ends; what is accepted is encoded and read again as the same."""
    from insignia.status_list import BitstringStatusList

    bits = BitstringStatusList.decode(as_text(data))
    assert BitstringStatusList.decode(bits.encode()) == bits
    return bits.get(0) + bits.get(len(bits) - 1)


ENTRY = json.loads(EXAMPLES[0])["credentialStatus"]
STATUS_DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": "did:key:" + KEY,
    "credentialSubject": {
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": LISTS[0].decode(),
    },
}


@target(
    "status-entry",
    [dumps([ENTRY, STATUS_DOCUMENT]), dumps([ENTRY | {"statusSize": 2, "statusMessage": []}, {}])],
)
def status_entry(data: bytes) -> object:
    """A status entry and the list that it names."""
    from insignia import status_list

    value = as_json(data)
    entry, document = value if isinstance(value, list) and len(value) == 2 else (value, value)
    return status_list.read_entry(entry, document, credential_id="urn:uuid:1").value


SHEETS = (
    b"email,name,score\nann@example.org,Ann,90\n",
    "\ufeffE-Mail;Vorname;Nachname\r\nbo@example.org;Bo;Å\r\n".encode(),
    'email\tname\nann@example.org\t"A\nB"\n'.encode("utf-16"),
    b"email|name\n\n'=cmd|x|y\n\"never closed",
)


@target(
    "sheet",
    SHEETS,
    [b",", b";", b"\t", b"|", b'"', b"\r\n", b"\n", b"\xff\xfe", b"email", b"did:key:", b"@", b"=1+1"],
)
def table_of_recipients(data: bytes) -> object:
    """A CSV file as it arrives."""
    from insignia.issuing import read_table

    table = read_table(data)
    return f"{table.encoding} {table.delimiter!r} {min(len(table.rows), 2)} {min(len(table.problems), 2)}"


EXAMPLE = (Path(__file__).resolve().parent.parent / "examples" / "badge.toml").read_bytes()
DESCRIPTIONS = (
    EXAMPLE,
    b'[achievement]\nname="A"\ndescription="B"\ncriteria="C"\n[recipient]\ndid="did:key:z6Mk"\n',
    b"valid_until = 2030-12-31\nawarded = 2026-01-01T00:00:00Z\n[status]\nlist='https://a.example/1'\nindex=4\n",
)


@target(
    "description",
    DESCRIPTIONS,
    [b"[achievement]", b"[[achievement.skills]]", b"= ", b'"""', b"1979-05-27", b"inf", b"nan", *COMMON],
)
def description_in_toml(data: bytes) -> object:
    """A TOML description, as far as the unsigned credential; a syntax error is TOML's own."""
    from insignia.issuing import draft

    try:
        value = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return "no TOML"
    return draft_of(value, draft)


@target("description-json", [dumps(tomllib.loads(EXAMPLE.decode())), EXAMPLES[0]])
def description_in_json(data: bytes) -> object:
    """The same as JSON, whose structure the mutations can follow."""
    from insignia.issuing import draft

    value = as_json(data)
    return draft_of(value, draft) if isinstance(value, dict) else "no description"


def draft_of(value: dict[str, Any], draft: Callable[..., dict[str, Any]]) -> object:
    """Draft a credential; what was drafted can be written as JSON."""
    dumps(draft(value, now=NOW, identifier=lambda: "urn:uuid:3f8e0a52-2f3c-4a43-9d0b-5d7c8f1c2b3a"))
    return None


URLS = (
    b"https://issuer.example/.well-known/did.json?x=1#y",
    b"http://127.0.0.1:8080/",
    b"https://0x7f.1/",
    b"https://[::ffff:10.0.0.1]:8443/a",
    b"https://user@2130706433/",
    b"https://[64:ff9b::7f00:1]/",
    b"https://issuer.example\\@127.0.0.1/",
)
HOSTS = [
    b"127.0.0.1",
    b"0x7f",
    b"017700000001",
    b"[::1]",
    b"[::ffff:",
    b"@",
    b"\\",
    b"%2e",
    b"..",
    b":80",
    b"#",
    b"?",
]


@target("url", URLS, [b"http://", b"https://", b"file://", *HOSTS])
def guarded_url(data: bytes) -> object:
    """The guard of the networked resolver: an address that the system would reach has to be public."""
    from insignia.http import guard

    place = guard.read_url(as_text(data), schemes=("https",))
    found = guard.public_addresses("", place.host, place.port, lookup_like_the_system)
    assert found
    assert all(map(guard.is_public, found))
    assert place.port == 443 or place.port >= 1024
    return place.host.startswith("[")


def lookup_like_the_system(host: str, _port: int) -> list[str]:
    """Numbers in every spelling that the C library knows; names are public ones."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError, UnicodeError, ValueError):
            return [socket.inet_ntop(family, socket.inet_pton(family, host))]
    with contextlib.suppress(OSError, UnicodeError, ValueError):
        return [socket.inet_ntoa(socket.inet_aton(host))]
    return ["93.184.215.14"]
