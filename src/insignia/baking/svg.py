"""Credentials in SVG pictures (Open Badges 3.0 section 5.3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax import saxutils

from insignia.baking.formats import (
    COMPACT_JWS,
    ELEMENTS,
    MAX_CREDENTIAL,
    PLACES,
    BakedFormat,
    Place,
    hosted_at,
    preferred,
)
from insignia.errors import BakingError, show

MAX_PICTURE = 8 * 1024 * 1024
"""The largest SVG that is read, in bytes."""

MAX_DEPTH = 256
"""The deepest nesting of elements that is read."""

MAX_CREDENTIALS = 16
"""The most credential elements in one picture; one is what the specification allows."""

_OPEN_BADGES_2 = PLACES[BakedFormat.OPEN_BADGES_2].namespace
_ROOTS = ("http://www.w3.org/2000/svg svg", "svg")
# A start tag that expat has found well formed: quoted values may hold `>`.
_START_TAG = re.compile(r"""<([^\s/>]+)[^"'>]*(?:(?:"[^"]*"|'[^']*')[^"'>]*)*>""")
_UTF_16_STARTS = {
    b"\xff\xfe": "utf-16-le",
    b"<\0": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"\0<": "utf-16-be",
}
# One byte a character, or UTF: in these, bytes can be inserted between any two characters.
_ENCODINGS = re.compile(r"utf-8|utf-16|us-ascii|iso-8859-\d{1,2}|windows-125\d", re.IGNORECASE)


def bake(picture: bytes, content: bytes, place: Place) -> bytes:
    """The picture with `content` in the one element of `place`, directly after the root's start tag.

    A compact JWS goes into the attribute `verify`, a JSON document into CDATA. Bytes are inserted into the
    original text, which is not serialised again: encoding, comments, document type and prefixes stay.
    Credentials that the picture already holds, of any of the known formats, are taken out.
    Raises BakingError.
    """
    scan = _Scan.of(picture)
    name, tag_end, self_closing = _start_tag(scan, scan.root)
    root_end = tag_end - len("/>".encode(scan.codec)) if self_closing else tag_end
    declare = f' xmlns:{place.prefix}="{place.namespace}"'
    declared = scan.prefixes.get(place.prefix)
    after_name = scan.root + len(f"<{name}".encode(scan.codec))
    own = declare if declared not in (None, place.namespace) else ""
    if place.namespace == _OPEN_BADGES_2 and (url := hosted_at(content)):
        own += f" verify={saxutils.quoteattr(url)}"  # Open Badges 2.0: the address stands beside the document
    element = _element(content, scan.codec, f"{place.prefix}:{place.element}", own)
    parts = [picture[:after_name]]
    if declared is None:
        parts.append(declare.encode(scan.codec))
    parts.append(picture[after_name:root_end])
    if self_closing:
        element = f">{element}</{name}>"
    parts.append(element.encode(scan.codec))
    kept_from = tag_end
    for found in scan.found:
        parts.append(picture[kept_from : found.start])
        _, end, empty = _start_tag(scan, found.start)
        kept_from = end if empty else _end_tag(scan, found.end)
    parts.append(picture[kept_from:])
    return b"".join(parts)


def unbake(picture: bytes) -> tuple[BakedFormat, bytes] | None:
    """The first credential in the picture, at any depth, or None.

    The whole file must be well-formed XML inside the limits MAX_PICTURE, MAX_DEPTH, MAX_CREDENTIALS and
    MAX_CREDENTIAL and must not declare entities. Nothing is fetched, expanded or executed. Line ends come as
    XML gives them (LF). Raises BakingError.
    """
    return preferred((found.format, found.content()) for found in _Scan.of(picture).found)


@dataclass(slots=True)
class _Found:
    """A credential's element: where it starts, where its end tag starts, and what is in it."""

    format: BakedFormat
    start: int
    depth: int
    verify: str
    end: int = 0
    text: list[str] = field(default_factory=list)

    def content(self) -> bytes:
        body = "".join(self.text).strip()
        # Open Badges 2.0: a body wins over `verify`, which may hold the URL; in 3.0 they exclude each other.
        first, second = (
            (body, self.verify) if self.format is BakedFormat.OPEN_BADGES_2 else (self.verify, body)
        )
        return (first or second).encode()


class _Scan:
    """One pass over the XML with expat, which neither fetches nor expands anything here."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture
        self.codec = _UTF_16_STARTS.get(picture[:2], "utf-8")
        self.root = -1
        self.prefixes: dict[str, str] = {}
        self.found: list[_Found] = []
        self._open: _Found | None = None
        self._depth = 0
        self._length = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.XmlDeclHandler = self._declaration
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._entity
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    @classmethod
    def of(cls, picture: bytes) -> _Scan:
        """The scan of a whole picture; raises BakingError."""
        if len(picture) > MAX_PICTURE:
            _too_large("", f"an SVG of at most {MAX_PICTURE} bytes", f"{len(picture)} bytes")
        scan = cls(picture)
        try:
            if scan.codec.startswith("utf-16"):
                picture.decode(scan.codec)  # expat lets lone surrogates pass
            scan._parser.Parse(scan.picture, True)
        except expat.ExpatError as error:
            place = f"line {error.lineno}, column {error.offset + 1}"
            if scan.root < 0:
                _not_svg(f"text that is no XML ({expat.ErrorString(error.code)} at {place})")
            _malformed(place, "a well-formed SVG picture", expat.ErrorString(error.code))
        except (
            ValueError,
            LookupError,
        ) as error:  # an encoding that Python's expat cannot map, or broken UTF-16
            _malformed(scan._place(), f"text in {scan.codec}", show(str(error)))
        return scan

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is None or self.codec.startswith("utf-16"):
            return
        if not _ENCODINGS.fullmatch(encoding):
            _malformed(self._place(), "an SVG in UTF-8 (or another common encoding)", show(encoding))
        self.codec = encoding.lower()

    def _entity(self, name: str, *_: object) -> None:
        raise BakingError.at(
            self._place(),
            expected="an SVG without entities (save it as plain SVG, or through an optimiser)",
            got=f"the entity {show(name)}",
            code="baking.entities",
        )

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if self.root < 0:
            self.prefixes[prefix or ""] = uri or ""

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            _too_large(self._place(), f"at most {MAX_DEPTH} elements inside each other", "more")
        if self.root < 0:
            self.root = self._parser.CurrentByteIndex
            if name not in _ROOTS:
                _not_svg(f"XML with the root {show(name.split(' ')[-1])}")
        elif self._open is None and (format_ := ELEMENTS.get(name)):
            if len(self.found) == MAX_CREDENTIALS:
                _too_large(self._place(), f"at most {MAX_CREDENTIALS} credentials", "more")
            verify = attributes.get("verify", "").strip()
            self._open = _Found(format_, self._parser.CurrentByteIndex, self._depth, verify)
            self.found.append(self._open)
            self._length = 0
            self._parser.CharacterDataHandler = self._text

    def _end(self, _name: str) -> None:
        if self._open is not None and self._open.depth == self._depth:
            self._open.end = self._parser.CurrentByteIndex
            self._open = None
            self._parser.CharacterDataHandler = None
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._open is None or self._open.depth != self._depth:
            return
        self._length += len(text)
        if self._length > MAX_CREDENTIAL:
            _too_large(self._place(), f"a credential of at most {MAX_CREDENTIAL} bytes", "a longer one")
        self._open.text.append(text)

    def _place(self) -> str:
        return f"line {self._parser.CurrentLineNumber}"


def _element(content: bytes, codec: str, name: str, declaration: str) -> str:
    if COMPACT_JWS.fullmatch(content):
        verify = content.decode()
        return f'<{name}{declaration} verify="{verify}"></{name}>'
    text = content.decode()
    # JSON may hold any character inside its strings, XML and the older encodings may not.
    unsafe = r"[\ufffe\uffff]" if codec.startswith("utf") else r"[^\x00-\x7f]"
    text = re.sub(unsafe, lambda match: _json_escape(match[0]), text)
    text = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}{declaration}><![CDATA[{text}]]></{name}>"


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def _start_tag(scan: _Scan, start: int) -> tuple[str, int, bool]:
    """The name of the tag at byte `start`, the byte after it, and whether it is `<name/>`."""
    tag = _START_TAG.match(scan.picture[start:].decode(scan.codec))
    assert tag is not None  # expat has found a start tag here
    return tag[1], start + len(tag[0].encode(scan.codec)), tag[0].endswith("/>")


def _end_tag(scan: _Scan, start: int) -> int:
    """The byte after the end tag at byte `start`."""
    tag, _, _ = scan.picture[start:].decode(scan.codec).partition(">")
    return start + len(f"{tag}>".encode(scan.codec))


def _not_svg(got: str) -> NoReturn:
    raise BakingError.at("", expected="a PNG or SVG picture", got=got, code="baking.not-a-picture")


def _malformed(where: str, expected: str, got: str) -> NoReturn:
    raise BakingError.at(where, expected=expected, got=got, code="baking.malformed-svg")


def _too_large(where: str, expected: str, got: str) -> NoReturn:
    raise BakingError.at(where, expected=expected, got=got, code="baking.too-large")
