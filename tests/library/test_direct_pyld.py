"""PyLD is an oracle: the same canonical bytes for credentials of every shape."""

from __future__ import annotations

import re
from typing import Any

import pytest
from credential_documents import HOSTILE, PLAIN, credentials, everything
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia.jsonld.direct import canonize
from insignia.jsonld.loading import bundled_loader
from insignia.jsonld.shadow import pyld
from insignia.resolver import OfflineResolver

pytest.importorskip("pyld")
LOADER = bundled_loader(OfflineResolver())
# Named exceptions: PyLD escapes as URDNA2015 did (control characters stay as they are), and writes
# numbers in JSON literals with Python's own rules. It breaks on a node with two values of @index, which is
# an error (`conflicting indexes`) here.
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
SAFE = HOSTILE.filter(lambda text: not _CONTROL.search(text))


@settings(max_examples=80)
@given(credentials(SAFE))
def test_credentials(document: dict[str, Any]) -> None:
    assert canonize(document, loader=LOADER) == pyld(document, loader=LOADER, algorithm="sha256")


@settings(max_examples=60)
@given(everything(PLAIN))
def test_all_of_json_ld(document: dict[str, Any]) -> None:
    def plain(node: Any) -> None:
        for name in ("anything", "measure", "parts"):
            node.pop(name, None)

    subject = document["credentialSubject"]
    for node in [document, *(subject if isinstance(subject, list) else [subject])]:
        plain(node)
    assert canonize(document, loader=LOADER) == pyld(document, loader=LOADER, algorithm="sha256")


@given(st.sampled_from(["en", "EN-us", "zh-Hant-TW"]), PLAIN)
def test_language_tags_are_signed_in_lower_case(tag: str, text: str) -> None:
    """RDF 1.1 Concepts, section 3.3: 'The value space of language tags is always in lower case.'"""
    document = {
        "@context": {"p": "https://example.org/p", "q": {"@id": "https://example.org/q", "@language": tag}},
        "p": {"@value": text, "@language": tag},
        "q": text,
    }
    canonical = canonize(document, loader=LOADER)
    assert canonical.decode().count(f"@{tag.lower()} .") == 2
    assert canonical == pyld(document, loader=LOADER, algorithm="sha256")
