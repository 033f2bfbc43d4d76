"""designs.similar and designs.simulate: what looks alike, and how it looks to others."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from designs_in_tests import opened, png_of
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from insignia_server.designs import similar, simulate
from insignia_server.designs.drawing import PALETTES, Design, IconUse, Text, Texts
from insignia_server.designs.examples import example_designs

DESIGN = Design(
    frame="shield", layout="plate", icon=IconUse(id="ph:atom"), texts=Texts(title=Text(text="Physics"))
)


def flat(colour: str, size: int = 64) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (size, size), colour).save(out, "PNG")
    return out.getvalue()


def test_the_same_design_in_another_palette_is_near() -> None:
    first = similar.phash(png_of(DESIGN))
    for id in PALETTES:
        other = similar.phash(png_of(replace(DESIGN, palette=PALETTES[id])))
        assert similar.distance(first, other) <= similar.NEAR, id


def test_another_size_is_near() -> None:
    first = similar.phash(png_of(DESIGN, 512))
    for size in (96, 120, 256, 1024):
        assert similar.distance(first, similar.phash(png_of(DESIGN, size))) <= similar.NEAR


def test_unrelated_designs_are_not_near() -> None:
    hashes = [similar.phash(png_of(one)) for one in example_designs()]
    near = sum(
        similar.distance(one, other) <= similar.NEAR
        for i, one in enumerate(hashes)
        for other in hashes[i + 1 :]
    )
    assert near == 0


def test_colours_tell_palettes_apart_that_the_structure_does_not() -> None:
    first, second = (png_of(replace(DESIGN, palette=PALETTES[id])) for id in ("harbour", "ember"))
    assert similar.distance(similar.colour_hash(first), similar.colour_hash(second)) >= 4
    assert similar.colour_hash(first) == similar.colour_hash(png_of(DESIGN))


def test_hashes_fit_and_split() -> None:
    for content in (png_of(DESIGN), flat("#ffffff"), flat("#00000000")):
        hash = similar.phash(content)
        assert 0 <= hash < 2**64
        assert 0 <= similar.colour_hash(content) < 2**32
        parts = similar.bands(hash)
        assert parts[0] << 48 | parts[1] << 32 | parts[2] << 16 | parts[3] == hash
    with pytest.raises(OSError, match="cannot identify"):
        similar.phash(b"no picture")


def test_grey_has_no_colour_and_keeps_the_light() -> None:
    seen = opened(simulate.seen(flat("#c8102e"), "grey"))
    red, green, blue, alpha = seen.getpixel((5, 5))  # type: ignore[misc]
    assert (red == green == blue, alpha) == (True, 255)
    assert opened(simulate.seen(flat("#ffffff"), "grey")).getpixel((0, 0)) == (255, 255, 255, 255)


def test_red_and_green_are_hard_to_tell_without_the_green_cones() -> None:
    """Machado 2009: for deuteranopia red and green of like lightness come near one another."""

    def apart(kind: str) -> int:
        one = opened(simulate.seen(flat("#b35900"), kind)).getpixel((0, 0))
        other = opened(simulate.seen(flat("#5c8a00"), kind)).getpixel((0, 0))
        return sum(abs(a - b) for a, b in zip(one, other, strict=True))  # type: ignore[arg-type, misc]

    assert apart("deuteranopia") < 60 < apart("tritanopia")


def test_a_circle_crops_the_corners() -> None:
    seen = opened(simulate.seen(flat("#123456"), "circle", 40))
    assert seen.size == (40, 40)
    assert seen.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert seen.getpixel((20, 20)) == (0x12, 0x34, 0x56, 255)


def test_white_and_transparent_stay() -> None:
    for kind in ("deuteranopia", "protanopia", "tritanopia", "grey"):
        white = opened(simulate.seen(flat("#ffffff"), kind)).getpixel((0, 0))
        assert min(white) >= 254, kind  # type: ignore[arg-type]
        assert opened(simulate.seen(flat("#00000000"), kind)).getpixel((0, 0))[3] == 0  # type: ignore[index]
        assert etree.fromstring(simulate.filter_svg(kind, "seen")).get("id") == "seen"
    with pytest.raises(KeyError):
        simulate.seen(flat("#ffffff"), "sepia")


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=similar.NEAR))
def test_what_is_near_shares_a_near_band(hash: int, flipped: set[int]) -> None:
    other = hash
    for bit in flipped:
        other ^= 1 << bit
    assert similar.distance(hash, other) == len(flipped)
    near = similar.near_bands(hash)
    assert [len(set(one)) for one in near] == [137] * 4
    assert any(band in known for band, known in zip(similar.bands(other), near, strict=True))
