"""QR codes: drawn for pages and print, and read from pictures that people send."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import quoteattr

import segno
import zxingcpp
from PIL import Image

from insignia_server.kit.pictures import PNG, SVG, PictureLimits, read_picture, render_png
from insignia_server.kit.pictures.picture import media_type_of
from insignia_server.kit.pictures.raster import decode

MAX_TEXT: Final = 1200
"""Characters that a code may hold: more would not be read from paper."""

_READ: Final = PictureLimits(bytes=12 * 1024 * 1024, side=10_000, pixels=40_000_000)
_LOOKED_AT: Final = 2400  # pixels of the longer side that are searched
_QUIET: Final = 4  # modules around the code (ISO/IEC 18004)


def svg(text: str, *, title: str = "") -> str:
    """The code as one SVG element without style, for putting into a page: black on white, also in dark
    mode. Raises ValueError for empty text and more than 1,200 characters."""
    rows = tuple(_code(text).matrix_iter(border=_QUIET))
    runs = "".join(
        f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in _runs(row)
    )
    size = len(rows)
    label = f' role="img" aria-label={quoteattr(title)}' if title else ' aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"'
        f'{label}><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" d="{runs}"/></svg>'
    )


def png(text: str, scale: int = 8) -> bytes:
    """The code as a black and white PNG of `scale` pixels a module (1 to 40). Raises ValueError."""
    if not 1 <= scale <= 40:
        raise ValueError(f"expected 1 to 40 pixels a module, got {scale}")
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=scale, border=_QUIET)
    return out.getvalue()


def read(picture: bytes) -> list[str]:
    """The texts of all QR codes in a PNG, JPEG, WebP or SVG, in the order they are found, each once.

    Raises PictureError for what is not such a picture or is too large.
    """
    image = _grey(picture)
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return list(dict.fromkeys(code.text for code in found if code.valid and code.text))


def _code(text: str) -> segno.QRCode:
    if not 0 < len(text) <= MAX_TEXT:
        raise ValueError(f"expected 1 to {MAX_TEXT} characters, got {len(text)}")
    if text.isascii():
        return segno.make_qr(text, error="m")
    # Without the mark for UTF-8 (ECI) a reader guesses, and takes a lone Latin letter for Japanese.
    return segno.make_qr(text, error="m", encoding="utf-8", eci=True)


def _runs(row: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs


def _grey(content: bytes) -> Image.Image:
    kind = media_type_of(content)
    if kind is None or kind == SVG or len(content) > _READ.bytes:
        image = decode(render_png(read_picture(content, limits=_READ), 1024), PNG, PictureLimits())
    else:
        image = decode(content, kind, _READ, about=_LOOKED_AT)
    if max(image.size) > _LOOKED_AT:
        image.thumbnail((_LOOKED_AT, _LOOKED_AT), Image.Resampling.BOX)
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    return image.convert("L")
