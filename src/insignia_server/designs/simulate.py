"""How a badge is seen elsewhere: without colour, in a circle, by colour-blind readers, small."""

from __future__ import annotations

import io
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from insignia_server.designs.drawing.colour import gamma, linear

KINDS: Final = ("grey", "circle", "deuteranopia", "protanopia", "tritanopia")
SIZES: Final = (40, 120, 512)
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear light.
MATRICES: Final[dict[str, tuple[float, ...]]] = {
    "deuteranopia": (
        0.367322,
        0.860646,
        -0.227968,
        0.280085,
        0.672501,
        0.047413,
        -0.011820,
        0.042940,
        0.968881,
    ),
    "protanopia": (
        0.152286,
        1.052583,
        -0.204868,
        0.114503,
        0.786281,
        0.099216,
        -0.003882,
        -0.048116,
        1.051998,
    ),
    "tritanopia": (
        1.255528,
        -0.076749,
        -0.178779,
        -0.078411,
        0.930809,
        0.147602,
        0.004733,
        0.691367,
        0.303900,
    ),
    "grey": (0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722),
}


def seen(png: bytes, kind: str, size: int = 0) -> bytes:
    """The picture as PNG, seen in one of KINDS, `size` pixels square where that is not 0.

    Raises KeyError for another kind.
    """
    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGBA")
    if size:
        image = image.resize((size, size), Image.Resampling.LANCZOS)
    if kind == "circle":
        image = _cropped(image)
    else:
        image = _through(image, kind)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def filter_svg(kind: str, id: str) -> str:
    """An SVG filter of that kind (not for circle), to be put into a page's own SVG."""
    m = MATRICES[kind]
    rows = [" ".join(f"{value:g}" for value in m[i : i + 3]) + " 0 0" for i in (0, 3, 6)]
    return (
        f'<filter id="{id}" color-interpolation-filters="linearRGB">'
        f'<feColorMatrix type="matrix" values="{" ".join(rows)} 0 0 0 1 0"/></filter>'
    )


def _cropped(image: Image.Image) -> Image.Image:
    side = 4 * image.width
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), fill=255)
    mask = mask.resize(image.size, Image.Resampling.LANCZOS)
    alpha = Image.composite(image.getchannel("A"), Image.new("L", image.size, 0), mask)
    image.putalpha(alpha)
    return image


def _through(image: Image.Image, kind: str) -> Image.Image:
    alpha = image.getchannel("A")
    changed = image.convert("RGB").filter(_table(kind))
    changed.putalpha(alpha)
    return changed


@cache
def _table(kind: str) -> ImageFilter.Color3DLUT:
    """The matrix on linear light as a table, so that no loop runs over pixels."""
    m = MATRICES[kind]

    def change(r: float, g: float, b: float) -> tuple[float, float, float]:
        x, y, z = linear((r, g, b))
        out = [m[i] * x + m[i + 1] * y + m[i + 2] * z for i in (0, 3, 6)]
        red, green, blue = gamma((out[0], out[1], out[2]))
        return min(1.0, red), min(1.0, green), min(1.0, blue)

    return ImageFilter.Color3DLUT.generate(25, change)
