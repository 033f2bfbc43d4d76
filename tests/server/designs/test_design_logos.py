"""designs.drawing.logo: logos of any shape on any ground, clear of the texts."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from designs_in_tests import rendered
from lxml import etree
from PIL import Image, ImageChops

from insignia_server.designs.drawing import (
    LAYOUTS,
    Design,
    IconUse,
    Logo,
    Pattern,
    Text,
    Texts,
    compose,
)
from insignia_server.designs.drawing.colour import contrast
from insignia_server.designs.drawing.logo import embedded, plate_for
from insignia_server.kit.pictures import Picture, read_picture

SAID = Texts(title=Text(text="Welding Level One"), subtitle=Text(text="Kestrel Academy"))


def drawn(wide: int, high: int, colour: str = "#e02020") -> Picture:
    path = f'<path d="M1 1H{wide}V{high}H1Z" fill="{colour}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">{path}</svg>'
    return read_picture(svg.encode())


def photo(wide: int, high: int) -> Picture:
    out = io.BytesIO()
    Image.effect_noise((wide, high), 90).convert("RGB").save(out, "JPEG")
    return read_picture(out.getvalue())


@pytest.mark.parametrize("layout", list(LAYOUTS))
@pytest.mark.parametrize("shape", [(360, 90), (90, 90), (60, 120)])
def test_a_logo_stands_off_the_texts(layout: str, shape: tuple[int, int]) -> None:
    """Issue 5: 'the organisation's logo', wherever it is put, however wide it is."""
    wide, high = shape
    logo = drawn(wide, high)
    bare = Design(layout=layout, pattern=Pattern(id="none"))
    with_texts = replace(bare, texts=SAID)
    pair = [rendered(one, 512).convert("RGB") for one in (bare, with_texts)]
    texts = ImageChops.difference(*pair).convert("L").point(lambda value: 255 if value > 60 else 0)
    for place in ("top", "centre", "bottom"):
        design = replace(with_texts, icon=IconUse(id="ph:wrench"), logo=Logo(picture="p", place=place))
        image = etree.fromstring(compose(design, logo=logo).svg).find(".//{*}image")
        assert image is not None
        x, y, w, h = (float(image.get(name, "")) for name in ("x", "y", "width", "height"))
        assert w / h == pytest.approx(wide / high, rel=0.02)
        assert w * h > 500, "large enough to be known"
        if layout != "monogram":  # its letters are the title's
            assert texts.crop((round(x), round(y), round(x + w), round(y + h))).getbbox() is None, place


@pytest.mark.parametrize(
    ("colour", "ground", "plate"),
    [("#102040", "#14304f", True), ("#ffffff", "#14304f", False), ("#ffffff", "#fbfaf8", True)],
)
def test_a_logo_that_could_not_be_seen_has_a_plate(colour: str, ground: str, plate: bool) -> None:
    found = plate_for(embedded(drawn(9, 9, colour)), ground)
    assert bool(found) is plate
    assert not found or contrast(found, colour) > 3


def test_a_photograph_travels_small_with_round_corners() -> None:
    """Every copy of a badge carries its logo."""
    logo = photo(2400, 1600)
    assert embedded(logo).opaque
    assert not plate_for(embedded(logo), "#808080")
    svg = compose(Design(layout="emblem", logo=Logo(picture="p")), logo=logo).svg
    assert b"clip-path" in svg
    assert b"data:image/jpeg" in svg
    assert len(svg) < 200_000
    assert read_picture(svg).notes == ()
