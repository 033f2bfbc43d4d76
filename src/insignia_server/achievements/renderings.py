"""A picture in the sizes that pages show: drawn once, by a job or when first asked for, and kept."""

from __future__ import annotations

from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from insignia_server.achievements import pictures
from insignia_server.achievements.models import Picture
from insignia_server.kit import pictures as drawing

SIZES: Final = drawing.SIZES
FORMATS: Final = {"png": "image/png", "webp": "image/webp"}


def rendering(picture: Picture, size: int, format: str) -> bytes:
    """The picture as a square of `size` pixels (of SIZES), as `png` or `webp` (of FORMATS).

    Raises PictureError rendering KeyError or ValueError for another format or size.
    """
    if size not in SIZES:
        raise ValueError(f"expected one of {SIZES}, got {size}")
    name = _name(picture, size, format)
    if default_storage.exists(name):
        return pictures.read(name)
    content = _drawn(picture, size, format)
    if not default_storage.exists(name):  # drawn by somebody else meanwhile
        default_storage.save(name, ContentFile(content))
    return content


def draw_all(picture: Picture) -> None:
    """Every size in every format, so that no visitor waits for one."""
    for size in SIZES:
        for format in FORMATS:
            rendering(picture, size, format)


def _name(picture: Picture, size: int, format: str) -> str:
    """Where it lies: beside the picture itself, by the digest of its content."""
    if FORMATS[format] == "image/png" and size == pictures.PNG_SIZE:
        return picture.png
    digest = bytes(picture.digest).hex()
    return f"pictures/{digest[:2]}/{digest[2:]}-{size}.{format}"


def _drawn(picture: Picture, size: int, format: str) -> bytes:
    if format == "webp":
        return drawing.webp(rendering(picture, size, "png"))
    clean = drawing.Picture(picture.media_type, picture.width, picture.height, pictures.read(picture.source))
    return drawing.render_png(clean, size)
