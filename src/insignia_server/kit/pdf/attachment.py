"""Finds the credential that a certificate carries, without trusting the file.

Reads the embedded files of ISO 32000-1, section 7.11.4, plain or with FlateDecode, which is what
`certificate` writes and what rewriting tools keep. Nothing else of the PDF is interpreted.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

MAX_PDF: Final = 32 * 1024 * 1024
MAX_ATTACHMENT: Final = 4 * 1024 * 1024
_MAX_STREAMS: Final = 64
_EMBEDDED: Final = re.compile(rb"/Type\s*/EmbeddedFile\b")
_OBJECT: Final = re.compile(rb"\d+\s+\d+\s+obj\b")
_STREAM: Final = re.compile(rb">>\s*stream(?:\r\n|\n|\r)")
_LENGTH: Final = re.compile(rb"/Length\s+(\d{1,10})\b(\s+\d+\s+R\b)?")
_FILTER: Final = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[A-Za-z0-9]+)")
_JSON: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_JWT: Final = re.compile(rb"\s*eyJ[\w-]*\.[\w-]*\.[\w-]*(?:~[\w.~-]*)?\s*")
_HEAD: Final = 4096  # bytes on each side in which the dictionary of a stream is sought


def attached(pdf: bytes) -> bytes | None:
    """The signed credential inside a PDF: the first embedded file that is JSON or a JWT, as it was attached.

    None for what is no PDF, holds none, is encrypted, or is larger than 32 MB. Raises nothing.
    """
    if len(pdf) > MAX_PDF or b"%PDF-" not in pdf[:1024]:
        return None
    for content in _embedded(pdf):
        if _JSON.match(content) or _JWT.fullmatch(content):
            return content
    return None


def _embedded(pdf: bytes) -> Iterator[bytes]:
    for count, found in enumerate(_EMBEDDED.finditer(pdf)):
        if count >= _MAX_STREAMS:
            return
        near = max(0, found.start() - _HEAD)
        objects = [match.end() for match in _OBJECT.finditer(pdf, near, found.start())]
        stream = _STREAM.search(pdf, found.end(), found.end() + _HEAD)
        if not objects or stream is None:
            continue
        dictionary = pdf[objects[-1] : stream.start()]
        if b"endobj" in dictionary:
            continue
        content = _decoded(dictionary, _raw(pdf, dictionary, stream.end()))
        if content is not None:
            yield content


def _raw(pdf: bytes, dictionary: bytes, start: int) -> bytes:
    """The bytes of a stream by its length, or up to `endstream` where the length does not fit."""
    length = _length(pdf, dictionary)
    if length is not None and pdf[start + length : start + length + 20].lstrip().startswith(b"endstream"):
        return pdf[start : start + length]
    end = pdf.find(b"endstream", start, start + 2 * MAX_ATTACHMENT)
    return pdf[start:end].removesuffix(b"\n").removesuffix(b"\r") if end != -1 else b""


def _length(pdf: bytes, dictionary: bytes) -> int | None:
    """The length that a dictionary states, also as an object of its own (`/Length 9 0 R`)."""
    stated = _LENGTH.search(dictionary)
    if stated is None or stated[2] is None:
        return int(stated[1]) if stated else None
    elsewhere = re.search(rb"(?<!\d)%s\s+\d+\s+obj\s+(\d{1,10})\s+endobj" % stated[1], pdf)
    return int(elsewhere[1]) if elsewhere else None


def _decoded(dictionary: bytes, raw: bytes) -> bytes | None:
    named = _FILTER.search(dictionary)
    filters = re.findall(rb"/([A-Za-z0-9]+)", named[1]) if named else []
    if not filters:
        return raw if len(raw) <= MAX_ATTACHMENT else None
    if filters != [b"FlateDecode"]:
        return None
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(raw, MAX_ATTACHMENT + 1)
    except zlib.error:
        return None
    return content if len(content) <= MAX_ATTACHMENT and unpacker.eof else None
