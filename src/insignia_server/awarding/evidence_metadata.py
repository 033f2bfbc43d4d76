"""What a picture says beside its pixels (where, when, by whom and with what it was taken) is taken out;
pixels, colours and the way up stay as they are. It was decoded before (evidence_content.examine)."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from PIL import Image

from insignia_server.awarding.evidence_content import Damaged

_ORIENTATION: Final = 0x0112
_WAYS: Final = range(2, 9)  # 1 is upright

# JPEG (ITU-T T.81, annex B): 0xFF and one of these.
_SOI: Final = b"\xff\xd8"
_EOI, _SOS, _COM, _APP0, _APP1, _APP2, _APP14, _APP15 = 0xD9, 0xDA, 0xFE, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # no length follows

# PNG: what pictures are drawn from, and what a baked badge holds; all other chunks go.
_PNG_START: Final = 8
_PNG_KEPT: Final = frozenset(
    [
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT"),
        *(b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
    ]
)
_BAKED: Final = (b"openbadgecredential\0", b"openbadges\0")

# WebP (RFC 9649)
_WEBP_KEPT: Final = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"])
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
_FRAME_HEAD: Final = 16


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The picture without what it says beside its pixels; everything that is no picture as it is.

    Raises:
        Damaged: its parts do not follow each other as its format says.
    """
    strip = _STRIPS.get(media_type)
    if strip is None:
        return content
    try:
        return strip(content, _way_up(content))
    except (IndexError, struct.error) as error:
        raise Damaged("a whole picture", str(error)[:100]) from error


def _way_up(content: bytes) -> int:
    """How the picture is to be turned (Exif 2.3, tag 0x0112); 1: not at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = Image.open(io.BytesIO(content)).getexif().get(_ORIENTATION, 1)
    except Exception:  # whatever a decoder makes of nonsense: it says nothing then
        return 1
    return found if isinstance(found, int) and found in _WAYS else 1


def _exif(way: int) -> bytes:
    """An Exif block that says the way up and nothing else."""
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHHI", _ORIENTATION, 3, 1, way, 0, 0)


def _jpeg(content: bytes, way: int) -> bytes:
    if content[:2] != _SOI:
        raise Damaged("FF D8", content[:2].hex(" "))
    out, kept = [_SOI], []
    for marker, part in _segments(content):
        if _jpeg_kept(marker, part):
            kept.append(part)
    if way != 1:
        exif = b"Exif\0\0" + _exif(way)
        first = 1 if kept and kept[0][1] == _APP0 else 0  # JFIF must come first
        kept.insert(first, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join([*out, *kept])


def _jpeg_kept(marker: int, part: bytes) -> bool:
    said = part[4:]
    if marker == _APP0:
        return said.startswith(b"JFIF\0")
    if marker == _APP2:
        return said.startswith(b"ICC_PROFILE\0")
    if marker == _APP14:
        return said.startswith(b"Adobe")
    return marker != _COM and not _APP1 <= marker <= _APP15


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with what belongs to it, the scans with their data, up to the end of the picture. What
    follows there (further pictures, films) is left out."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise Damaged("FF", content[at : at + 2].hex(" "))
        while content[at + 1] == 0xFF:  # fill bytes, B.1.1.2
            at += 1
        marker, end = content[at + 1], at + 2
        if marker not in _ALONE and marker != _EOI:
            (length,) = struct.unpack_from(">H", content, end)
            end += max(length, 2)
        if marker == _SOS:
            end = _after_scan(content, end)
        if end > len(content):
            raise Damaged(f"{end} bytes", str(len(content)))
        yield marker, content[at:end]
        if marker == _EOI:
            return
        at = end


def _after_scan(content: bytes, at: int) -> int:
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise Damaged("FF D9", "the end of the file")
        following = content[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or following in _ALONE:
            at += 2
        else:
            return at


def _png(content: bytes, way: int) -> bytes:
    out, at, name = [content[:_PNG_START]], _PNG_START, b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise Damaged(f"{end} bytes", str(len(content)))
        if way != 1 and name == b"IDAT":
            out.append(_chunk(b"eXIf", _exif(way)))
            way = 1
        baked = name in (b"iTXt", b"tEXt") and content[at + 8 :].startswith(_BAKED)
        if name in _PNG_KEPT or baked:
            out.append(content[at:end])
        at = end
    return b"".join(out)


def _chunk(name: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))


def _webp(content: bytes, way: int) -> bytes:
    (size,) = struct.unpack_from("<I", content, 4)
    kept = _webp_chunks(content[12 : 8 + size])
    if way != 1 and kept and kept[0][0] == b"VP8X":
        kept.append((b"EXIF", _exif(way)))
    if kept and kept[0][0] == b"VP8X":
        flags = kept[0][1][0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if way != 1 else 0)
        kept[0] = (b"VP8X", bytes([flags]) + kept[0][1][1:])
    body = b"WEBP" + _webp_bytes(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    at, kept = 0, []
    while at + 8 <= len(content):
        name, (length,) = content[at : at + 4], struct.unpack_from("<I", content, at + 4)
        said = content[at + 8 : at + 8 + length]
        if len(said) < length:
            raise Damaged(f"{length} bytes", str(len(said)))
        if name == b"ANMF":
            said = said[:_FRAME_HEAD] + _webp_bytes(_webp_chunks(said[_FRAME_HEAD:]))
        if name in _WEBP_KEPT:
            kept.append((name, said))
        at += 8 + length + length % 2
    return kept


def _webp_bytes(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(
        name + struct.pack("<I", len(said)) + said + b"\0" * (len(said) % 2) for name, said in chunks
    )


_STRIPS: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
}
