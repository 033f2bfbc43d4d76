"""RFC 3986 reference resolution and the syntax of IRIs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia.jsonld.iri import is_blank_node, is_iri, remove_dot_segments, resolve

BASE = "http://a/b/c/d;p?q"

# RFC 3986, section 5.4.1 (normal) and 5.4.2 (abnormal, strict) examples.
EXAMPLES = {
    "g:h": "g:h",
    "g": "http://a/b/c/g",
    "./g": "http://a/b/c/g",
    "g/": "http://a/b/c/g/",
    "/g": "http://a/g",
    "//g": "http://g",
    "?y": "http://a/b/c/d;p?y",
    "g?y": "http://a/b/c/g?y",
    "#s": "http://a/b/c/d;p?q#s",
    "g#s": "http://a/b/c/g#s",
    "g?y#s": "http://a/b/c/g?y#s",
    ";x": "http://a/b/c/;x",
    "g;x": "http://a/b/c/g;x",
    "g;x?y#s": "http://a/b/c/g;x?y#s",
    "": "http://a/b/c/d;p?q",
    ".": "http://a/b/c/",
    "./": "http://a/b/c/",
    "..": "http://a/b/",
    "../": "http://a/b/",
    "../g": "http://a/b/g",
    "../..": "http://a/",
    "../../": "http://a/",
    "../../g": "http://a/g",
    "../../../g": "http://a/g",
    "../../../../g": "http://a/g",
    "/./g": "http://a/g",
    "/../g": "http://a/g",
    "g.": "http://a/b/c/g.",
    ".g": "http://a/b/c/.g",
    "g..": "http://a/b/c/g..",
    "..g": "http://a/b/c/..g",
    "./../g": "http://a/b/g",
    "./g/.": "http://a/b/c/g/",
    "g/./h": "http://a/b/c/g/h",
    "g/../h": "http://a/b/c/h",
    "g;x=1/./y": "http://a/b/c/g;x=1/y",
    "g;x=1/../y": "http://a/b/c/y",
    "g?y/./x": "http://a/b/c/g?y/./x",
    "g?y/../x": "http://a/b/c/g?y/../x",
    "g#s/./x": "http://a/b/c/g#s/./x",
    "g#s/../x": "http://a/b/c/g#s/../x",
    "http:g": "http:g",
}


@pytest.mark.parametrize(("reference", "expected"), EXAMPLES.items())
def test_resolution_examples_of_rfc_3986(reference: str, expected: str) -> None:
    assert resolve(BASE, reference) == expected


def test_base_with_authority_and_empty_path() -> None:
    """RFC 3986, 5.2.3: "If the base URI has a defined authority component and an empty path, then return a
    string consisting of "/" concatenated with the reference's path"."""
    assert resolve("http://a", "g") == "http://a/g"


@pytest.mark.parametrize(("path", "expected"), [("../g", "g"), ("./g", "g"), (".", ""), ("..", ""), ("", "")])
def test_dot_segments_of_relative_paths(path: str, expected: str) -> None:
    assert remove_dot_segments(path) == expected


def test_without_a_base_nothing_changes() -> None:
    assert resolve(None, "../x") == "../x"


@given(st.text())
def test_resolution_never_fails_and_is_stable(reference: str) -> None:
    once = resolve("https://example.org/a/b?c#d", reference)
    assert resolve("https://example.org/a/b?c#d", once) == once


@pytest.mark.parametrize("value", ["urn:x", "http://é.example/?q#f", "a+b-c.d:", "did:key:z6Mk#z6Mk"])
def test_iris(value: str) -> None:
    assert is_iri(value)


@pytest.mark.parametrize(
    "value", ["", "a", "1a:b", "_:b", ":a", "a:b c", "a:<b>", "a:b#c#d", "a:\ud800", "a:b\n"]
)
def test_not_iris(value: str) -> None:
    assert not is_iri(value)


def test_blank_nodes() -> None:
    assert is_blank_node("_:b")
    assert not is_blank_node("b:_")
