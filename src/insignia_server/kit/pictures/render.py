"""Pictures as square PNGs of the sizes that pages, mails and wallets use."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from insignia_server.kit.pictures import raster
from insignia_server.kit.pictures.drawing import draw
from insignia_server.kit.pictures.picture import JPEG, PNG, SVG, Picture, PictureLimits

WEBP_QUALITY: Final = 88
SIZES: Final = (96, 256, 512, 1024)
MAX_SIZE: Final = 2048


def fitted(picture: Picture, across: int, down: int, format: str) -> tuple[bytes, tuple[int, int]]:
    """The picture in its own shape within so many pixels, as `png`, `webp` or `jpg`, and its size. A
    drawing fills the room, pixels are not made more than they are.

    Raises PictureError rendering.
    """
    scale = min(across / picture.width, down / picture.height)
    if picture.media_type != SVG:
        scale = min(scale, 1.0)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    if picture.media_type == SVG:
        image = raster.decode(draw(picture.content, *size), PNG, PictureLimits())
    else:
        whole = raster.decode(picture.content, picture.media_type, PictureLimits())
        image = whole.convert("RGBA").convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    if format == "jpg":
        return raster.encode(image.convert("RGB"), JPEG), size
    png = raster.encode(image, PNG)
    return (webp(png) if format == "webp" else png), size


def webp(png: bytes) -> bytes:
    """A PNG of ours as WebP: without loss or with little, whichever is shorter."""
    image = raster.decode(png, PNG, PictureLimits())
    forms: list[bytes] = []
    for options in ({"lossless": True, "quality": 60}, {"quality": WEBP_QUALITY, "alpha_quality": 95}):
        out = io.BytesIO()
        image.save(out, "WEBP", method=4, exact=False, **options)
        forms.append(out.getvalue())
    return min(forms, key=len)


def render_png(picture: Picture, size: int) -> bytes:
    """The picture as a PNG of `size` × `size` pixels: as large as fits, in the middle, transparent around.

    Raises PictureError rendering, ValueError for a size outside 16 to 2048.
    """
    if not 16 <= size <= MAX_SIZE:
        raise ValueError(f"expected a size from 16 to {MAX_SIZE} pixels, got {size}")
    scale = size / max(picture.width, picture.height)
    width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    if picture.media_type == SVG:
        drawn = draw(picture.content, width, height)
        if width == height:
            return drawn
        image = raster.decode(drawn, PNG, PictureLimits())
    else:
        whole = raster.decode(picture.content, picture.media_type, PictureLimits())
        # Premultiplied, so that the colour of transparent pixels does not bleed in.
        small = whole.convert("RGBA").convert("RGBa").resize((width, height), Image.Resampling.LANCZOS)
        image = small.convert("RGBA")
    if image.size == (size, size):
        return raster.encode(image, PNG)
    square = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    square.paste(image, ((size - image.width) // 2, (size - image.height) // 2))
    out = io.BytesIO()
    square.save(out, "PNG", optimize=True)
    return out.getvalue()
