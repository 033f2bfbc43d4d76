"""kit.pictures.uploads: what is transparent, wholly or almost, is no picture."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, ImageDraw

from insignia_server.kit.errors import Refused
from insignia_server.kit.pictures import read_upload

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'


def raster(size: tuple[int, int], alpha: int, format: str = "PNG", *dots: tuple[int, int]) -> bytes:
    """One colour of this alpha, with opaque dots."""
    image = Image.new("RGBA", size, (180, 30, 60, alpha))
    for at in dots:
        image.putpixel(at, (0, 0, 0, 255))
    out = io.BytesIO()
    image.save(out, format, **({"lossless": True, "exact": True} if format == "WEBP" else {}))
    return out.getvalue()


def indexed(size: tuple[int, int]) -> bytes:
    """A PNG with a palette whose only colour is transparent."""
    out = io.BytesIO()
    Image.new("P", size, 0).save(out, "PNG", transparency=0)
    return out.getvalue()


def svg(content: str) -> bytes:
    return f"{HEAD}{content}</svg>".encode()


INSIDE = base64.b64encode(raster((8, 8), 0)).decode()


@pytest.mark.parametrize(
    "content",
    [
        raster((1, 1), 0),
        raster((600, 200), 0),
        raster((64, 64), 1),  # alpha 1 of 255
        raster((64, 64), 25),
        raster((64, 64), 0, "WEBP"),
        indexed((32, 32)),
        raster((1000, 1000), 0, "PNG", (4, 4), (5, 5)),  # two specks in a million
        raster((1000, 1000), 2, "PNG", (4, 4)),
        svg('<path d="M0 0H100V100H0Z" fill="none"/>'),
        svg('<path d="M0 0H100V100H0Z" opacity="0"/>'),
        svg('<path d="M0 0H100V100H0Z" fill-opacity="0.004"/>'),
        svg('<path d="M0 0H100V100H0Z" display="none"/>'),
        svg('<path d="M0 0H100V100H0Z" visibility="hidden"/>'),
        svg('<rect x="300" y="300" width="50" height="50"/>'),  # outside of what is shown
        svg('<rect width="0" height="50"/>'),
        svg('<g transform="scale(0)"><rect width="50" height="50"/></g>'),
        svg('<defs><rect id="a" width="50" height="50"/></defs>'),
        svg('<clipPath id="c"><rect width="0"/></clipPath><g clip-path="url(#c)"><circle r="90"/></g>'),
        svg(
            '<mask id="m"><rect width="100" height="100" fill="#000"/></mask><circle r="90" mask="url(#m)"/>'
        ),
        svg(f'<image width="100" height="100" href="data:image/png;base64,{INSIDE}"/>'),
        svg("<text> </text>"),
    ],
)
def test_what_cannot_be_seen_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as caught:
        read_upload(content, "logo")
    one = caught.value.refusals[0]
    assert (one.field, one.code) == ("logo", "picture.invisible")
    assert "transparent" in one.message


def signature() -> bytes:
    """Strokes of two pixels on a large transparent sheet, as a scanner makes them."""
    image = Image.new("RGBA", (2400, 1600), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(900, 800), (1000, 760), (1100, 840), (1300, 790)], (20, 20, 60, 255), 2)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        raster((1, 1), 255),
        raster((64, 64), 40),  # a pale watermark
        signature(),
        svg('<path d="M5 50H95" stroke="#000" stroke-width="0.3"/>'),  # a hair line
        svg('<rect x="40" y="40" width="3" height="3"/>'),
        svg('<circle cx="50" cy="50" r="40" fill="#fff"/>'),  # white, for dark ground
    ],
)
def test_what_is_faint_or_small_but_there_is_taken(content: bytes) -> None:
    assert read_upload(content, "logo").content
