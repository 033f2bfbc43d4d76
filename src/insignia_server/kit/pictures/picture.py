"""Reading a picture that somebody sent: by its content, within limits, and cleaned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from insignia.errors import Problem
from insignia_server.kit.pictures.errors import PictureError

PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
SVG: Final = "image/svg+xml"
WEBP: Final = "image/webp"  # taken, and kept as PNG


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What a picture may cost: bytes of a PNG or JPEG, bytes of an SVG, pixels a side and in all; elements
    and nesting of an SVG, and elements after every `use` and every paint reference is followed."""

    bytes: int = 8 * 1024 * 1024
    svg_bytes: int = 2 * 1024 * 1024
    side: int = 8192
    pixels: int = 32_000_000
    elements: int = 20_000
    depth: int = 64
    followed: int = 100_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was checked and cleaned. `content` cannot run and loads nothing; `width` and `height`
    in pixels (SVG: of its natural size); `notes` names what was taken out of it."""

    media_type: str
    width: int
    height: int
    content: bytes = field(repr=False)
    notes: tuple[Problem, ...] = ()

    @property
    def suffix(self) -> str:
        """The usual ending of a file name, with its dot."""
        return {PNG: ".png", JPEG: ".jpg", SVG: ".svg"}[self.media_type]


def media_type_of(content: bytes) -> str | None:
    """PNG, JPEG, WebP or SVG by the first bytes; None for everything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<?xml", b"<!--", b"<!DOCTYPE", b"<!doctype", b"<svg")) or start[:1] == b"<":
        return SVG
    return None


def read_picture(content: bytes, *, limits: PictureLimits | None = None) -> Picture:
    """Checks and cleans a picture by its content, never by its name or claimed type.

    PNG and JPEG are decoded and encoded again (no metadata, no trailing bytes, upright, sRGB); SVG is
    rebuilt from an allow-list. Raises PictureError: unknown-format, broken, too-large, empty, svg-….
    """
    from insignia_server.kit.pictures import raster, svg

    limits = limits or PictureLimits()
    if not content:
        raise PictureError.at("file", expected="a picture", got="no bytes", code=PictureError.EMPTY)
    kind = media_type_of(content)
    most = limits.svg_bytes if kind == SVG else limits.bytes
    if len(content) > most:
        raise PictureError.at(
            "file", expected=f"at most {most} bytes", got=f"{len(content)} bytes", code=PictureError.TOO_LARGE
        )
    if kind is None:
        raise PictureError.at(
            "byte 0", expected="PNG, JPEG, WebP or SVG", got=_first(content), code=PictureError.UNKNOWN
        )
    if kind == SVG:
        drawing = svg.clean(content, limits)
        return Picture(SVG, drawing.width, drawing.height, drawing.content, drawing.notes)
    pixels = raster.clean(content, kind, limits)
    return Picture(pixels.media_type, pixels.width, pixels.height, pixels.content)


def _first(content: bytes) -> str:
    known = {
        b"GIF8": "GIF",
        b"RIFF": "a RIFF file that is no WebP",
        b"%PDF": "PDF",
        b"PK\x03\x04": "a ZIP archive or an office document",
        b"\x00\x00\x01\x00": "an icon (ICO)",
        b"BM": "BMP",
        b"II*\x00": "TIFF",
        b"MM\x00*": "TIFF",
        b"\x1f\x8b": "gzip (an SVGZ must be unpacked first)",
    }
    for magic, name in known.items():
        if content.startswith(magic):
            return name
    return "bytes " + content[:8].hex(" ")
