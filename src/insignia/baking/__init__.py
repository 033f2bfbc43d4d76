"""Baking: a credential inside a PNG or SVG picture (Open Badges 3.0, section 5.3).

The picture is never re-encoded: pixels, metadata and every other byte stay as they were. Out of PDF
certificates, to which the credential is attached, it is read only.
"""

from __future__ import annotations

import re

from insignia.baking.formats import (
    MAX_CREDENTIAL,
    PLACES,
    Baked,
    BakedFormat,
    Container,
    credential_bytes,
    format_of,
)
from insignia.errors import BakingError

__all__ = ["MAX_CREDENTIAL", "Baked", "BakedFormat", "Container", "bake", "container_of", "unbake"]

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# White space of ISO 32000-1, table 1.
_PDF_START = re.compile(rb"(?:\xef\xbb\xbf)?[\0\t\n\f\r ]{0,1024}%PDF-")
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")
_OTHER_FILES = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a WebP or other RIFF file"),
    (b"\0\0\0", "an AVIF, HEIC or other media file"),
    (b"\x1f\x8b", "a compressed file (an .svgz must be decompressed first)"),
    (b"PK", "a ZIP archive"),
    (b"{", "a JSON document"),
    (b"eyJ", "a JWT"),
)


def container_of(data: bytes) -> Container | None:
    """The kind of picture or document, told by its content; None when it is neither PNG nor XML nor PDF."""
    if data.startswith(_PNG_SIGNATURE):
        return Container.PNG
    if _PDF_START.match(data):
        return Container.PDF
    return Container.SVG if data[:256].lstrip(b" \t\r\n").startswith(_XML_STARTS) else None


def bake(picture: bytes, secured: str | bytes) -> bytes:
    """The picture with the credential inside, exactly one.

    `secured` is a signed credential: a JSON object or a compact JWS. It is not looked into, but for its type:
    a ClrCredential stands under the name of CLR 2.0, a badge of Open Badges 2.0 under its own. A credential
    that is already in the picture is replaced.
    Limits: `png.MAX_PICTURE`, `svg.MAX_PICTURE`, MAX_CREDENTIAL. Raises BakingError, also for a PDF.
    """
    content = credential_bytes(secured)
    place = PLACES[format_of(content)]
    container = _known(picture, "a PNG or SVG picture")
    if container is Container.PDF:
        raise BakingError.at(
            "",
            expected="a PNG or SVG picture",
            got="a PDF document, out of which credentials are only read",
            code="baking.not-a-picture",
        )
    if container is Container.PNG:
        from insignia.baking import png

        return png.bake(picture, content, place)
    from insignia.baking import svg

    return svg.bake(picture, content, place)


def unbake(picture: bytes) -> Baked:
    """The credential inside a PNG or SVG picture or attached to a PDF, with nothing verified.

    Where there are several, the first one under the Open Badges 3.0 name, else the first CLR 2.0 one, else
    the first Open Badges 2.0 one; the first of a PDF. Limits as for `bake`, and `pdf.MAX_PDF`. Raises
    BakingError, with the code `baking.no-credential` for a sound file that holds none and
    `baking.not-a-picture` for anything that is not PNG, SVG or PDF.
    """
    container = _known(picture, "a PNG or SVG picture or a PDF certificate")
    if container is Container.PNG:
        from insignia.baking import png

        found = png.unbake(picture)
    elif container is Container.PDF:
        from insignia.baking import pdf

        found = pdf.unbake(picture)
    else:
        from insignia.baking import svg

        found = svg.unbake(picture)
    if found is None:
        expected, got = f"a credential inside the {container} picture", "a picture without one"
        if container is Container.PDF:
            expected, got = "a credential attached to the PDF", "a PDF without one"
        raise BakingError.at("", expected=expected, got=got, code="baking.no-credential")
    return Baked(found[1], container, found[0])


def _known(picture: bytes, expected: str) -> Container:
    container = container_of(picture)
    if container is None:
        got = next((name for start, name in _OTHER_FILES if picture.lstrip().startswith(start)), None)
        raise BakingError.at(
            "",
            expected=expected,
            got=got or ("another file" if picture else "an empty file"),
            code="baking.not-a-picture",
        )
    return container
