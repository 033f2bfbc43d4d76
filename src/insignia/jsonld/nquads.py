"""N-Quads: a strict parser, and the canonical form that RDFC-1.0 asks (rdf-canon, appendix on N-Quads).

A quad is a tuple of canonical N-Quads tokens, the cheapest form there is: `<iri>`, `_:b0`, `"lexical"`,
`"lexical"@en`, `"lexical"^^<datatype>`. The default graph is the empty string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from insignia.errors import ParseError, show
from insignia.jsonld.iri import is_iri

Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph name as canonical N-Quads tokens; `""` is the default graph."""

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD_STRING = f"^^<{XSD}string>"
MAX_LENGTH = 64 * 1024 * 1024
MAX_QUADS = 1_000_000

# Besides these, the characters that XML 1.1's Char production excludes are written as UCHAR.
_TO_ESCAPE = re.compile('[\\x00-\\x1f\\x7f"\\\\\ud800-\udfff\ufffe\uffff]')
_ECHARS = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_UNESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "'": "'", "\\": "\\"}

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_PN_CHARS_U = (
    "A-Za-z_:\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PN_CHARS = _PN_CHARS_U + "\\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
_IRI = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*+>"
_BLANK = rf"_:[{_PN_CHARS_U}0-9](?:\.*[{_PN_CHARS}])*+"
_STRING = rf'"(?:[^"\\\n\r]|\\[tbnrf"\'\\]|{_UCHAR})*+"'
_LANGUAGE = r"@[a-zA-Z]++(?:-[a-zA-Z0-9]++)*+"
_STATEMENT = re.compile(
    rf"[ \t]*+({_IRI}|{_BLANK})[ \t]*+({_IRI})[ \t]*+"
    rf"({_IRI}|{_BLANK}|({_STRING})({_LANGUAGE}|\^\^{_IRI})?+)[ \t]*+"
    rf"({_IRI}|{_BLANK})?+[ \t]*+\.[ \t]*+(?:#.*+)?"
)
_NOTHING = re.compile(r"[ \t]*+(?:#.*+)?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")


def escape(text: str) -> str:
    """The characters between the quotation marks of a canonical literal."""
    return _TO_ESCAPE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    return _ECHARS.get(character) or f"\\u{ord(character):04X}"


def literal(lexical: str, datatype: str | None = None, language: str | None = None) -> str:
    """The token of a literal; `datatype` is an IRI, and xsd:string is left out."""
    token = f'"{_TO_ESCAPE.sub(_escaped, lexical)}"'
    if language is not None:
        return f"{token}@{language}"
    return token if datatype is None or datatype == XSD + "string" else f"{token}^^<{datatype}>"


def serialise(quads: Iterable[Quad]) -> str:
    """Canonical N-Quads, one statement a line, in the order given."""
    return "".join(
        f"{subject} {predicate} {value} {graph} .\n" if graph else f"{subject} {predicate} {value} .\n"
        for subject, predicate, value, graph in quads
    )


def parse(text: str, *, max_length: int = MAX_LENGTH, max_quads: int = MAX_QUADS) -> list[Quad]:
    """The statements of an N-Quads document (RDF 1.1 N-Quads, section 4), in order, as canonical tokens.

    Raises ParseError `nquads.syntax` or `nquads.relative-iri` with the line, `nquads.too-large` when the text
    has more than `max_length` characters or `max_quads` statements.
    """
    if len(text) > max_length:
        raise _too_large(f"at most {max_length} characters", str(len(text)))
    quads: list[Quad] = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        match = _STATEMENT.fullmatch(line)
        if match is None:
            if _NOTHING.fullmatch(line) is None:
                raise _wrong(number, "an N-Quads statement", line, "nquads.syntax")
            continue
        if len(quads) >= max_quads:
            raise _too_large(f"at most {max_quads} statements", "more")
        subject, predicate, value, string, suffix, graph = match.groups()
        if string is not None:
            value = _literal(number, string, suffix)
        else:
            value = _resource(number, value)
        subject, predicate = _resource(number, subject), _resource(number, predicate)
        quads.append((subject, predicate, value, _resource(number, graph) if graph else ""))
    return quads


def _wrong(number: int, expected: str, got: str, code: str) -> ParseError:
    return ParseError.at(f"line {number}", expected=expected, got=show(got[:200]), code=code)


def _too_large(expected: str, got: str) -> ParseError:
    return ParseError.at("", expected=expected, got=got, code="nquads.too-large")


def _unescape(number: int, text: str) -> str:
    def character(match: re.Match[str]) -> str:
        short, long, other = match.groups()
        if other is not None:
            return _UNESCAPED[other]
        code_point = int(short or long, 16)
        if code_point > 0x10FFFF or 0xD800 <= code_point <= 0xDFFF:
            raise _wrong(number, "an escape of a Unicode scalar value", match.group(), "nquads.syntax")
        return chr(code_point)

    return _ESCAPE.sub(character, text) if "\\" in text else text


def _resource(number: int, token: str) -> str:
    if token[0] == "_":
        return token
    iri = _unescape(number, token[1:-1])
    if not is_iri(iri):
        raise _wrong(number, "an absolute IRI", token, "nquads.relative-iri")
    return f"<{iri}>"


def _literal(number: int, string: str, suffix: str | None) -> str:
    token = f'"{escape(_unescape(number, string[1:-1]))}"'
    if suffix is None:
        return token
    if suffix[0] == "@":
        return token + suffix
    datatype = "^^" + _resource(number, suffix[2:])
    return token if datatype == _XSD_STRING else token + datatype
