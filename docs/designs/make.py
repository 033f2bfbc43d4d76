"""Draws the contact sheet of the starter designs: `python docs/designs/make.py` writes PNGs beside itself."""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings
from PIL import Image

settings.configure(USE_I18N=False)

from insignia_server.designs.drawing import compose  # noqa: E402
from insignia_server.designs.examples import example_designs  # noqa: E402
from insignia_server.kit.pictures import read_picture, render_png  # noqa: E402

HERE = Path(__file__).parent
COLUMNS = 6


def sheet(pictures: list[Image.Image], size: int, gap: int) -> Image.Image:
    """The pictures in rows on white."""
    rows = -(-len(pictures) // COLUMNS)
    step = size + gap
    out = Image.new("RGB", (COLUMNS * step + gap, rows * step + gap), "white")
    for i, picture in enumerate(pictures):
        small = picture.resize((size, size), Image.Resampling.LANCZOS)
        out.paste(small, (gap + i % COLUMNS * step, gap + i // COLUMNS * step), small)
    return out


def main() -> None:
    """Writes starters-512.png, starters-120.png, starters-40.png and starters-grey.png."""
    drawn = [render_png(read_picture(compose(design).svg), 512) for design in example_designs()]
    pictures = [Image.open(io.BytesIO(png)).convert("RGBA") for png in drawn]
    for size, gap in ((512, 48), (120, 24), (40, 16)):
        out = sheet(pictures, size, gap)
        out.save(HERE / f"starters-{size}.png", optimize=True)
    sheet(pictures, 120, 24).convert("L").save(HERE / "starters-grey.png", optimize=True)


if __name__ == "__main__":
    main()
