"""Credentials attached to PDF certificates, found without trusting the file.

Reads the embedded files of ISO 32000-1, section 7.11.4, plain or with FlateDecode, which is what the server's
certificates hold and what rewriting tools keep. Nothing else of the PDF is interpreted.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final, NoReturn

from insignia.baking.formats import MAX_CREDENTIAL, BakedFormat, format_of
from insignia.errors import BakingError

MAX_PDF: Final = 32 * 1024 * 1024
"""The largest PDF that is read, in bytes."""

MAX_STREAMS: Final = 64
"""The most attachments that are looked into."""

_MAX_NUMBERS: Final = 65_536  # of objects that are a number alone
_HEAD: Final = 4096  # bytes on each side in which the dictionary of a stream is sought

# No repetition here can run twice over the same bytes: a hostile file costs no more than its length.
_EMBEDDED: Final = re.compile(rb"/Type\s*/EmbeddedFile\b")
_OBJECT: Final = re.compile(rb"(?<!\d)\d{1,10}\s+\d{1,5}\s+obj\b")
_STREAM: Final = re.compile(rb">>\s*stream(?:\r\n|\n|\r)")
_LENGTH: Final = re.compile(rb"/Length\s+(\d{1,10})\b(\s+\d{1,5}\s+R\b)?")
_NUMBER: Final = re.compile(rb"obj\s+(\d{1,10})\s+endobj")
_NUMBERED: Final = re.compile(rb"(?<!\d)0*(\d{1,10})\s+\d{1,5}\s+\Z")
_FILTER: Final = re.compile(rb"/Filter\s*(\[[^\]]{0,200}\]|/[A-Za-z0-9]+)")
_ENCRYPTED: Final = re.compile(rb"/Encrypt\s*(?:<<|\d{1,10}\s+\d{1,5}\s+R\b)")
_MARK: Final = b"\xef\xbb\xbf"  # a byte order mark, which no signature covers
_JSON: Final = re.compile(rb"\s*\{")
_JWT: Final = re.compile(rb"\s*eyJ[\w-]*\.[\w-]*\.[\w-]*(?:~[\w.~-]*)?\s*")


def unbake(pdf: bytes) -> tuple[BakedFormat, bytes] | None:
    """The first attached credential with what its content says of its format, or None.

    Raises BakingError for a PDF that is larger than MAX_PDF, and where nothing was found in one that was cut
    off or is encrypted.
    """
    if len(pdf) > MAX_PDF:
        _refuse(f"a PDF of at most {MAX_PDF} bytes", f"{len(pdf)} bytes", "baking.too-large")
    content = attached(pdf)
    if content is not None:
        return format_of(content.strip()), content
    if b"%%EOF" not in pdf[-1024:]:
        _refuse("a PDF with its end (%%EOF)", f"the end of the file at byte {len(pdf)}", "baking.truncated")
    if _ENCRYPTED.search(pdf):
        _refuse("a credential attached to the PDF", "an encrypted PDF", "baking.no-credential")
    return None


def attached(pdf: bytes) -> bytes | None:
    """The first embedded file that is JSON or a JWT, as it was attached but for a byte order mark.

    None where there is none, or where it is encrypted, longer than MAX_CREDENTIAL, or after the first
    MAX_STREAMS. Raises nothing.
    """
    for content in _embedded(pdf):
        content = content.removeprefix(_MARK)
        if _JSON.match(content) or _JWT.fullmatch(content):
            return content
    return None


def _embedded(pdf: bytes) -> Iterator[bytes]:
    numbers = _Numbers(pdf)
    for found in islice(_EMBEDDED.finditer(pdf), MAX_STREAMS):
        near = max(0, found.start() - _HEAD)
        objects = [match.end() for match in _OBJECT.finditer(pdf, near, found.start())]
        stream = _STREAM.search(pdf, found.end(), found.end() + _HEAD)
        if not objects or stream is None:
            continue
        dictionary = pdf[objects[-1] : stream.start()]
        if b"endobj" in dictionary:
            continue
        content = _decoded(dictionary, _raw(pdf, numbers.length(dictionary), stream.end()))
        if content is not None:
            yield content


class _Numbers:
    """The objects of a PDF that are a number alone (`9 0 obj 17 endobj`), looked for once and when needed."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self._found: dict[int, int] | None = None

    def length(self, dictionary: bytes) -> int | None:
        """The length that a dictionary states, also as an object of its own (`/Length 9 0 R`)."""
        stated = _LENGTH.search(dictionary)
        if stated is None or stated[2] is None:
            return int(stated[1]) if stated else None
        if self._found is None:
            self._found = dict(self._all())
        return self._found.get(int(stated[1]))

    def _all(self) -> Iterator[tuple[int, int]]:
        for found in islice(_NUMBER.finditer(self._pdf), _MAX_NUMBERS):
            start = found.start()
            if numbered := _NUMBERED.search(self._pdf, max(0, start - 32), start):
                yield int(numbered[1]), int(found[1])


def _raw(pdf: bytes, length: int | None, start: int) -> bytes:
    """The bytes of a stream by its length, or up to `endstream` where the length does not fit."""
    if length is not None and pdf[start + length : start + length + 20].lstrip().startswith(b"endstream"):
        return pdf[start : start + length]
    end = pdf.find(b"endstream", start, start + 2 * MAX_CREDENTIAL)
    return pdf[start:end].removesuffix(b"\n").removesuffix(b"\r") if end != -1 else b""


def _decoded(dictionary: bytes, raw: bytes) -> bytes | None:
    named = _FILTER.search(dictionary)
    filters = re.findall(rb"/([A-Za-z0-9]+)", named[1]) if named else []
    if not filters:
        return raw if len(raw) <= MAX_CREDENTIAL else None
    if filters != [b"FlateDecode"]:
        return None
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(raw, MAX_CREDENTIAL + 1)
    except zlib.error:
        return None
    return content if len(content) <= MAX_CREDENTIAL and unpacker.eof else None


def _refuse(expected: str, got: str, code: str) -> NoReturn:
    raise BakingError.at("", expected=expected, got=got, code=code)
