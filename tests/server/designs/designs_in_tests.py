"""What tests of designs share."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from insignia_server.designs.drawing import Design, Texts, compose
from insignia_server.kit.pictures import read_picture, render_png


def opened(png: bytes) -> Image.Image:
    """A PNG's pixels."""
    return Image.open(io.BytesIO(png)).convert("RGBA")


def png_of(design: Design, size: int = 256) -> bytes:
    """A design as PNG."""
    return render_png(read_picture(compose(design).svg), size)


def rendered(design: Design, size: int = 128) -> Image.Image:
    """A design over white."""
    drawn = opened(png_of(design, size))
    return Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn)


def without_texts(design: Design) -> Design:
    """A design with all its texts empty."""
    slots = ("title", "subtitle", "ribbon", "small")
    texts = {slot: replace(getattr(design.texts, slot), text="") for slot in slots}
    return replace(design, texts=Texts(**texts))
