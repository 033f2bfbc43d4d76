"""Finding a badge again in what a file shows: a page of a PDF, a preview card."""

from __future__ import annotations

import io
import shutil
import subprocess

from PIL import Image

from insignia_server.designs.similar import distance, phash

_SIDE = 16


def first_page(pdf: bytes) -> bytes:
    """The first page as a PNG of 144 dots an inch."""
    tool = shutil.which("pdftoppm")
    assert tool is not None, "poppler-utils draws the PDF"
    return subprocess.run(
        [tool, "-png", "-r", "144", "-singlefile", "-"], input=pdf, stdout=subprocess.PIPE, check=True
    ).stdout


def nearest(page_png: bytes, badge_png: bytes, *, sizes: range) -> int:
    """The distance of the badge's hash to that of the part of the page that is most like it; `sizes` are
    the sides in pixels at which it may stand there."""
    page = _grey(page_png)
    small = _grey(badge_png).resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()
    wanted = phash(badge_png)
    found: list[tuple[int, tuple[float, float, float, float]]] = []
    for size in sizes:
        ratio = _SIDE / size
        wide, high = round(page.width * ratio), round(page.height * ratio)
        if wide < _SIDE or high < _SIDE:
            continue
        pixels = page.resize((wide, high), Image.Resampling.BOX).tobytes()
        for y in range(high - _SIDE + 1):
            for x in range(wide - _SIDE + 1):
                off = 0
                for line in range(_SIDE):
                    at = (y + line) * wide + x
                    part = pixels[at : at + _SIDE]
                    off += sum(
                        abs(a - b)
                        for a, b in zip(part, small[line * _SIDE : (line + 1) * _SIDE], strict=True)
                    )
                    if off > 9000:
                        break
                else:
                    box = (x / ratio, y / ratio, x / ratio + size, y / ratio + size)
                    found.append((off, box))
    assert found, "nothing on this page is like the badge"
    best = 64
    for _off, (left, top, right, _bottom) in sorted(found)[:6]:
        for more in range(-8, 9, 4):
            side = round(right - left) + more
            for by_x in range(-6, 7, 3):
                for by_y in range(-6, 7, 3):
                    x, y = round(left - more / 2) + by_x, round(top - more / 2) + by_y
                    part = page.crop((x, y, x + side, y + side))
                    best = min(best, distance(phash(_png(part)), wanted))
    return best


def _grey(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        whole = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("L")


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
