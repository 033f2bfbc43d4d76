"""Baking: a credential inside a PNG or SVG picture (Open Badges 3.0, section 5.3).

The picture is never re-encoded: pixels, metadata and every other byte stay as they were.
"""

from __future__ import annotations

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
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")
_OTHER_FILES = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a WebP or other RIFF file"),
    (b"\0\0\0", "an AVIF, HEIC or other media file"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file (an .svgz must be decompressed first)"),
    (b"PK", "a ZIP archive"),
    (b"{", "a JSON document"),
    (b"eyJ", "a JWT"),
)


def container_of(data: bytes) -> Container | None:
    """The kind of picture, told by its content; None when it is neither PNG nor XML."""
    if data.startswith(_PNG_SIGNATURE):
        return Container.PNG
    return Container.SVG if data[:256].lstrip(b" \t\r\n").startswith(_XML_STARTS) else None


def bake(picture: bytes, secured: str | bytes) -> bytes:
    """The picture with the credential inside, exactly one.

    `secured` is a signed credential: a JSON object or a compact JWS. It is not looked into, but for its type:
    a ClrCredential stands under the name of CLR 2.0, a badge of Open Badges 2.0 under its own. A credential
    that is already in the picture is replaced.
    Limits: `png.MAX_PICTURE`, `svg.MAX_PICTURE`, MAX_CREDENTIAL. Raises BakingError.
    """
    content = credential_bytes(secured)
    place = PLACES[format_of(content)]
    if _known(picture) is Container.PNG:
        from insignia.baking import png

        return png.bake(picture, content, place)
    from insignia.baking import svg

    return svg.bake(picture, content, place)


def unbake(picture: bytes) -> Baked:
    """The credential inside a PNG or SVG picture, with nothing verified.

    Where there are several, the first one under the Open Badges 3.0 name, else the first CLR 2.0 one, else
    the first Open Badges 2.0 one. Limits as for `bake`. Raises BakingError, with the code
    `baking.no-credential` for a sound picture that holds none and `baking.not-a-picture` for anything that is
    not PNG or SVG.
    """
    container = _known(picture)
    if container is Container.PNG:
        from insignia.baking import png

        found = png.unbake(picture)
    else:
        from insignia.baking import svg

        found = svg.unbake(picture)
    if found is None:
        raise BakingError.at(
            "",
            expected=f"a credential inside the {container} picture",
            got="a picture without one",
            code="baking.no-credential",
        )
    return Baked(found[1], container, found[0])


def _known(picture: bytes) -> Container:
    container = container_of(picture)
    if container is None:
        got = next((name for start, name in _OTHER_FILES if picture.lstrip().startswith(start)), None)
        raise BakingError.at(
            "",
            expected="a PNG or SVG picture",
            got=got or ("another file" if picture else "an empty file"),
            code="baking.not-a-picture",
        )
    return container
