"""N-Quads: strict parsing and the canonical form of RDFC-1.0."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia.errors import ParseError
from insignia.jsonld import nquads

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def test_terms_and_graphs() -> None:
    text = (
        "<a:s> <a:p> <a:o> .\n# a comment\n\n"
        '_:x\t<a:p> "l"@en-GB _:g. # another\r\n'
        f'<a:s><a:p>"é"^^<{XSD_STRING}><a:g> .\r'
        '_:1.2 <a:p> "1"^^<a:t> .'
    )
    assert nquads.parse(text) == [
        ("<a:s>", "<a:p>", "<a:o>", ""),
        ("_:x", "<a:p>", '"l"@en-GB', "_:g"),
        ("<a:s>", "<a:p>", '"é"', "<a:g>"),
        ("_:1.2", "<a:p>", '"1"^^<a:t>', ""),
    ]


def test_canonical_escapes() -> None:
    """Rdf-canon, canonical form of N-Quads: BS, HT, LF, FF, CR, quotation mark and backslash "MUST be encoded
    using ECHAR"; U+0000 to U+0007, VT, U+000E to U+001F, DEL and what XML 1.1's Char excludes as UCHAR."""
    assert nquads.literal('\b\t\n\f\r"\\') == '"\\b\\t\\n\\f\\r\\"\\\\"'
    assert nquads.literal("\x00\x07\x0b\x0e\x1f\x7f\ufffe\uffff") == (
        '"\\u0000\\u0007\\u000B\\u000E\\u001F\\u007F\\uFFFE\\uFFFF"'
    )
    assert nquads.literal("\x80'\u2028\U0001f600") == '"\x80\'\u2028\U0001f600"'


def test_escapes_in_the_input_are_decoded() -> None:
    quad = nquads.parse(r'<a:\u00e9> <a:p> "\u0041\U0001F600\'\t\\"^^<a:\u0074> .')
    assert quad == [("<a:é>", "<a:p>", '"A\U0001f600\'\\t\\\\"^^<a:t>', "")]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_literals_round_trip(lexical: str) -> None:
    quad = ("_:s", "<a:p>", nquads.literal(lexical), "")
    text = nquads.serialise([quad])
    assert text.count("\n") == 1
    assert nquads.parse(text) == [quad]


def test_tokens_of_literals() -> None:
    assert nquads.literal("x", XSD_STRING) == '"x"'
    assert nquads.literal("x", "a:t") == '"x"^^<a:t>'
    assert nquads.literal("x", None, "en") == '"x"@en'
    assert nquads.serialise([("<a:s>", "<a:p>", '"x"', "_:g")]) == '<a:s> <a:p> "x" _:g .\n'


@pytest.mark.parametrize(
    "line",
    [
        "<a:s> <a:p> <a:o>",
        "<a:s> _:p <a:o> .",
        '"s" <a:p> <a:o> .',
        '<a:s> <a:p> "o',
        '<a:s> <a:p> "\\x" .',
        '<a:s> <a:p> "\\ud800" .',
        '<a:s> <a:p> "\\U00110000" .',
        '<a:s> <a:p> "o"@ .',
        '<a:s> <a:p> "o"^^_:t .',
        "<a:s> <a:p> <a:o> <a:g> <a:h> .",
        "<a:s> <a:p> <a b> .",
        "_:-s <a:p> <a:o> .",
        "<a:s> <a:p> <a:o> . <a:s>",
    ],
)
def test_what_is_not_n_quads(line: str) -> None:
    with pytest.raises(ParseError) as caught:
        nquads.parse(f"\n{line}\n")
    assert caught.value.code == "nquads.syntax"
    assert caught.value.problems[0].where == "line 2"


@pytest.mark.parametrize("line", ["<s> <a:p> <a:o> .", '<a:s> <a:p> "o"^^<t> .', "<a:s> <a:\\u0020> <a:o> ."])
def test_relative_iris_are_refused(line: str) -> None:
    """N-Quads, 4: "IRIs may only be absolute"."""
    with pytest.raises(ParseError) as caught:
        nquads.parse(line)
    assert caught.value.code == "nquads.relative-iri"


def test_limits() -> None:
    line = "<a:s> <a:p> <a:o> .\n"
    for limit in ({"max_length": 10}, {"max_quads": 2}):
        with pytest.raises(ParseError) as caught:
            nquads.parse(line * 3, **limit)
        assert caught.value.code == "nquads.too-large"


@pytest.mark.parametrize(
    "text", ['<a:s> <a:p> "' + "\\u0041" * 100_000, "<a:" + "a" * 300_000, "_:a" + "." * 300_000]
)
def test_hostile_lines_take_no_time(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ParseError):
        nquads.parse(text)
    assert time.perf_counter() - start < 2


@given(st.text(alphabet='<a:>_"@^.\\u0041 #\n\r\t'))
def test_any_text_parses_or_is_a_parse_error(text: str) -> None:
    try:
        quads = nquads.parse(text)
    except ParseError:
        return
    assert nquads.parse(nquads.serialise(quads)) == quads
