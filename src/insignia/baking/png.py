"""Credentials in PNG pictures (PNG, third edition; Open Badges 3.0 section 5.3.1)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from insignia.baking.formats import KEYWORDS, MAX_CREDENTIAL, BakedFormat, Place, preferred
from insignia.errors import BakingError

SIGNATURE = b"\x89PNG\r\n\x1a\n"

MAX_PICTURE = 64 * 1024 * 1024
"""The largest PNG that is read, in bytes."""

MAX_CHUNKS = 100_000
"""The most chunks that are walked; a 64 MiB picture in the usual 8 KiB pieces has about 8,000."""

# PNG section 11.3.3: the three chunk types that hold text after a keyword.
_TEXT_TYPES = frozenset({b"iTXt", b"tEXt", b"zTXt"})
_LONGEST_KEYWORD = 79


class Chunk(NamedTuple):
    """A chunk's place: `start` is where its length field begins, `end` the byte after its CRC."""

    kind: bytes
    start: int
    end: int


def bake(picture: bytes, content: bytes, place: Place) -> bytes:
    """The picture with `content` in one uncompressed iTXt chunk with the keyword of `place`, after IHDR.

    Credentials that the picture already holds, of any of the known formats, are left out; every other byte
    stays as it was, bytes after IEND included. The CRC of IHDR is checked; those of the other chunks are not,
    as they are copied unchanged. Raises BakingError.
    """
    view = memoryview(picture)
    parts: list[memoryview | bytes] = [view[:8]]
    kinds = set()
    kept_from = 8
    for chunk in _chunks(picture):
        kinds.add(chunk.kind)
        if chunk.kind == b"IHDR":
            parts += (view[kept_from : chunk.end], _chunk(b"iTXt", place.keyword + b"\0\0\0\0\0" + content))
            kept_from = chunk.end
        elif chunk.kind in _TEXT_TYPES and _format(picture, chunk):
            parts.append(view[kept_from : chunk.start])
            kept_from = chunk.end
    if b"IDAT" not in kinds:
        _malformed(len(picture), "a PNG with pixels (an IDAT chunk)", "none")
    parts.append(view[kept_from:])
    return b"".join(parts)


def unbake(picture: bytes) -> tuple[BakedFormat, bytes] | None:
    """The first credential in the picture, or None.

    iTXt, compressed or not, is read as the specification says, and tEXt and zTXt as older issuers wrote them.
    The CRC of the chunk that holds the credential is checked. Raises BakingError when the file is not well
    formed up to its end, or the credential is longer than MAX_CREDENTIAL.
    """
    return preferred(_credentials(picture))


def _credentials(picture: bytes) -> Iterator[tuple[BakedFormat, bytes]]:
    for chunk in _chunks(picture):
        name = _format(picture, chunk) if chunk.kind in _TEXT_TYPES else None
        if name is not None:
            _check_crc(picture, chunk)
            yield name, _text(picture, chunk)


def _chunks(picture: bytes) -> Iterator[Chunk]:
    """The chunks in order; BakingError unless IHDR is the first, IEND the last, and none is cut off."""
    size = len(picture)
    if size > MAX_PICTURE:
        raise BakingError.at(
            "", expected=f"a PNG of at most {MAX_PICTURE} bytes", got=f"{size} bytes", code="baking.too-large"
        )
    position, count = len(SIGNATURE), 0
    while True:
        kind = picture[position + 4 : position + 8]
        end = position + 12 + int.from_bytes(picture[position : position + 4])
        if len(kind) < 4 or end > size:
            _truncated(position, kind, end, size)
        chunk = Chunk(kind, position, end)
        if count == 0:
            _check_header(picture, chunk)
        elif kind == b"IHDR" or not (kind.isalpha() and kind.isascii()):
            _malformed(position, "a chunk of another type", repr(kind)[1:])
        yield chunk
        if kind == b"IEND":
            return
        position, count = end, count + 1
        if count > MAX_CHUNKS:
            raise BakingError.at(
                f"byte {position}",
                expected=f"at most {MAX_CHUNKS} chunks",
                got="more",
                code="baking.too-large",
            )


def _check_header(picture: bytes, chunk: Chunk) -> None:
    if chunk.kind != b"IHDR" or chunk.end - chunk.start != 25:
        _malformed(chunk.start, "the IHDR chunk of 13 bytes first", f"{chunk.kind!r}"[1:])
    _check_crc(picture, chunk)


def _format(picture: bytes, chunk: Chunk) -> BakedFormat | None:
    start = chunk.start + 8
    keyword_end = picture.find(b"\0", start, min(start + _LONGEST_KEYWORD + 1, chunk.end - 4))
    return KEYWORDS.get(picture[start:keyword_end]) if keyword_end > 0 else None


def _text(picture: bytes, chunk: Chunk) -> bytes:
    keyword, _, rest = picture[chunk.start + 8 : chunk.end - 4].partition(b"\0")
    if chunk.kind == b"tEXt":
        return _bounded(chunk, rest.decode("latin-1").encode())
    if chunk.kind == b"zTXt":
        return _bounded(chunk, _inflate(chunk, rest[:1], rest[1:]).decode("latin-1").encode())
    # iTXt: compression flag, compression method, language tag, translated keyword, text
    parts = rest[2:].split(b"\0", 2)
    if len(parts) < 3 or rest[:1] not in (b"\0", b"\1"):
        _malformed(chunk.start, f"an iTXt chunk {keyword.decode()} with all its fields", "a damaged one")
    if rest[:1] == b"\1":
        return _inflate(chunk, rest[1:2], parts[2])
    return _bounded(chunk, parts[2])


def _bounded(chunk: Chunk, text: bytes) -> bytes:
    if len(text) > MAX_CREDENTIAL:
        raise BakingError.at(
            f"byte {chunk.start}",
            expected=f"a credential of at most {MAX_CREDENTIAL} bytes",
            got="a longer one",
            code="baking.too-large",
        )
    return text


def _inflate(chunk: Chunk, method: bytes, data: bytes) -> bytes:
    if method != b"\0":
        _malformed(chunk.start, "compression method 0 (zlib)", f"{method.hex() or 'none'}")
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, MAX_CREDENTIAL + 1)
    except zlib.error as error:
        _malformed(chunk.start, "compressed text", str(error))
    _bounded(chunk, text)
    if not inflater.eof:
        _malformed(chunk.start, "compressed text up to its end", "a part of it")
    return text


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join((len(data).to_bytes(4), kind, data, zlib.crc32(data, zlib.crc32(kind)).to_bytes(4)))


def _check_crc(picture: bytes, chunk: Chunk) -> None:
    with memoryview(picture) as view:
        actual = zlib.crc32(view[chunk.start + 4 : chunk.end - 4])
    stored = int.from_bytes(picture[chunk.end - 4 : chunk.end])
    if actual != stored:
        raise BakingError.at(
            f"byte {chunk.end - 4}",
            expected=f"CRC {actual:08x} for the {chunk.kind.decode()} chunk",
            got=f"{stored:08x}: the file was damaged or changed",
            code="baking.crc",
        )


def _truncated(position: int, kind: bytes, end: int, size: int) -> NoReturn:
    name = kind.decode("ascii", "replace") if len(kind) == 4 else "IEND"
    expected = f"a {name} chunk up to byte {end}" if len(kind) == 4 else "a chunk, the last one being IEND"
    raise BakingError.at(
        f"byte {position}",
        expected=expected,
        got=f"the end of the file at byte {size}",
        code="baking.truncated",
    )


def _malformed(position: int, expected: str, got: str) -> NoReturn:
    raise BakingError.at(f"byte {position}", expected=expected, got=got, code="baking.malformed-png")
