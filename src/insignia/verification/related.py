"""Step 1, `relatedResource`: do the documents that a credential pins by digest still have it?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

from insignia import multibase
from insignia.contexts import CREDENTIALS_V2
from insignia.errors import ParseError, ResolveError
from insignia.report import Check
from insignia.resolver import Purpose
from insignia.verification.render.words import harmless
from insignia.verification.run import Run, absent, failed, passed, unchecked, unreachable
from insignia.verification.subject import identifier_of, listed

Json = Any
RESOURCES_LIMIT: Final = 64
_ALGORITHMS: Final = ("sha256", "sha384", "sha512")
_SRI: Final = re.compile(r"(sha(?:256|384|512))-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?")
# Multihash codes and lengths of the SHA-2 family.
_MULTIHASHES: Final = {(0x12, 32): "sha256", (0x20, 48): "sha384", (0x13, 64): "sha512"}
# 32 octets are SHA-256 without a header, as in the `evidence` example of VC Data Model 2.0 (5.6) and in its
# test suite; no multihash below is that short.
_BARE: Final = 32
# The v2 context was changed after its digest of July 2024 had been published (commit 8d0ee107 of
# w3c/vc-data-model); the bundled file has the digest of the Recommendation.
_EARLIER: Final = MappingProxyType(
    {
        CREDENTIALS_V2: {
            "sha256": "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9",
            "sha384": "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9"
            "d1dcaada40eda7ef921c6b8c0ae107a0",
            "sha512": "cb1336dfa8670d80d03344b3b0cc25faf4d45201823c35f39bb1afe5a9f911f6"
            "15ff4ec80ec5f2f89e33d14e96bec8be78e38df35b918c9cd5f3b3449bd6c88f",
        }
    }
)


def related_resources(run: Run) -> Iterator[Check]:
    """Each `relatedResource` (Verifiable Credentials Data Model 2.0, section 5.3)."""
    entries = listed(run.document.get("relatedResource"))
    if not entries:
        yield absent("related-resources", "It pins no other documents.")
        return
    urls = [identifier_of(entry) for entry in entries]
    for index, entry in enumerate(entries[:RESOURCES_LIMIT]):
        where = (
            f"/relatedResource/{index}"
            if isinstance(run.document["relatedResource"], list)
            else "/relatedResource"
        )
        yield _one(run, entry, where, unique=urls.count(urls[index]) == 1)
    if len(entries) > RESOURCES_LIMIT:
        message = f"It pins {len(entries)} documents; only the first {RESOURCES_LIMIT} are looked at."
        yield unchecked("related-resources", message, "related.too-many")


def _one(run: Run, entry: Json, where: str, *, unique: bool) -> Check:
    url = identifier_of(entry)
    facts = {"resource": url}
    try:
        wanted = digests(entry)
    except ParseError as error:
        message = f"The digest of a document that it pins cannot be read: {harmless(error.problems[0], 160)}."
        return failed("related-resources", message, "related.malformed-digest", where=where, facts=facts)
    if not url or not wanted or not unique:
        message = "A document that it pins has no URL, no digest, or is listed twice."
        return failed("related-resources", message, "related.malformed", where=where, facts=facts)
    try:
        content = run.shared.resolve(url, Purpose.RELATED).content
    except ResolveError as error:
        message = f"A document that it pins could not be fetched: {harmless(url, 120)}."
        return unchecked(
            "related-resources", message, error.code, advice=unreachable(error), where=where, facts=facts
        )
    if all(_holds(url, content, algorithm, digest) for algorithm, digest in wanted):
        message = f"{harmless(url, 120)} is as it was when the credential was issued."
        return passed("related-resources", message, where, {**facts, "digests": [a for a, _ in wanted]})
    return failed(
        "related-resources",
        f"{harmless(url, 120)} is not the document that the issuer pinned: its digest differs.",
        "related.digest-mismatch",
        advice="The document was changed since, or another one was served.",
        where=where,
        facts=facts,
    )


def digests(entry: Json) -> list[tuple[str, bytes]]:
    """The digests of an entry as (algorithm, bytes): `digestSRI` and `digestMultibase`, one or more each.

    Of an SRI list the strongest algorithm counts, as in Subresource Integrity, section 3.3.
    Raises ParseError when one cannot be read.
    """
    found: list[tuple[str, bytes]] = []
    if not isinstance(entry, dict):
        return found
    for value in listed(entry.get("digestSRI")):
        found += _read_sri(value)
    found += [_read_multibase(value) for value in listed(entry.get("digestMultibase"))]
    return found


def _read_sri(value: Json) -> list[tuple[str, bytes]]:
    read = []
    for word in value.split() if isinstance(value, str) else [None]:
        match = _SRI.fullmatch(word) if word else None
        if match is None:
            raise _unreadable("sha256-, sha384- or sha512- and base64", value)
        algorithm, text = match.groups()
        try:
            digest = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise _unreadable("base64", value) from error
        if len(digest) != hashlib.new(algorithm).digest_size:
            raise _unreadable(f"a {algorithm} digest", value)
        read.append((algorithm, digest))
    strongest = max((_ALGORITHMS.index(algorithm) for algorithm, _ in read), default=0)
    return [(algorithm, digest) for algorithm, digest in read if algorithm == _ALGORITHMS[strongest]][:1]


def _read_multibase(value: Json) -> tuple[str, bytes]:
    if not isinstance(value, str):
        raise _unreadable("a multibase string", value)
    content = multibase.decode(value)
    if len(content) == _BARE:
        return "sha256", content
    algorithm = _MULTIHASHES.get((content[0], len(content) - 2)) if len(content) > 2 else None
    if algorithm is None or content[1] != len(content) - 2:
        raise _unreadable("a SHA-2 multihash, or 32 octets of SHA-256", value)
    return algorithm, content[2:]


def _holds(url: str, content: bytes, algorithm: str, digest: bytes) -> bool:
    if hashlib.new(algorithm, content).digest() == digest:
        return True
    return _EARLIER.get(url, {}).get(algorithm) == digest.hex()


def _unreadable(expected: str, value: Json) -> ParseError:
    return ParseError.at("", expected=expected, got=harmless(value, 60), code="related.malformed-digest")
