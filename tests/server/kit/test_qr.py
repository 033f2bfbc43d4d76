"""kit.qr: codes that are drawn can be read again."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from insignia_server.kit import qr
from insignia_server.kit.pictures import PictureError, read_picture

URL = "https://badges.nordhaven.example/badges/01975b2e-4c1f-7d0a-9a44-d3a4b5f0c112"


def test_a_drawn_code_is_read_from_svg_and_png() -> None:
    assert qr.read(qr.svg(URL).encode()) == [URL]
    assert qr.read(qr.png(URL)) == [URL]
    assert qr.read(qr.png(URL, 1)) == [URL]


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=120))
def test_any_text_comes_back(text: str) -> None:
    assert qr.read(qr.png(text, 4)) == [text]


def test_the_svg_obeys_the_content_security_policy() -> None:
    svg = qr.svg(URL, title='Leads to "<b>" & more')
    root = etree.fromstring(svg)
    assert root.get("aria-label") == 'Leads to "<b>" & more'
    assert root.get("role") == "img"
    for element in root.iter():
        assert not {"style", "class"} & set(element.attrib)
    assert read_picture(svg.encode()).notes == ()
    assert etree.fromstring(qr.svg(URL)).get("aria-hidden") == "true"


def test_a_photograph_of_a_code_is_read() -> None:
    """Turned, small in a large picture, in colours, as a JPEG."""
    code = Image.open(io.BytesIO(qr.png(URL, 8))).convert("RGB").rotate(17, expand=True, fillcolor="white")
    page = Image.new("RGB", (3000, 2200), (236, 232, 220))
    page.paste(code, (1400, 900))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=70)
    assert qr.read(out.getvalue()) == [URL]


def test_a_photo_of_a_large_camera_is_decoded_at_a_fraction_of_its_size() -> None:
    code = Image.open(io.BytesIO(qr.png("https://badges.example.org/b/1", 40))).convert("RGB")
    photo = Image.new("RGB", (9248, 6936), "#c8beb4")  # 64 million pixels
    photo.paste(code, (3000, 2000))
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=60)
    assert qr.read(out.getvalue()) == ["https://badges.example.org/b/1"]
    large = io.BytesIO()
    photo.save(large, "JPEG", quality=60, progressive=True)  # this one would need them all in memory
    with pytest.raises(PictureError, match="size"):
        qr.read(large.getvalue())


def test_two_codes_on_a_transparent_ground() -> None:
    page = Image.new("RGBA", (900, 420), (0, 0, 0, 0))
    for place, text in ((10, "https://a.example/1"), (480, "https://a.example/2")):
        page.paste(Image.open(io.BytesIO(qr.png(text, 10))).convert("RGBA"), (place, 10))
    out = io.BytesIO()
    page.save(out, "PNG")
    assert sorted(qr.read(out.getvalue())) == ["https://a.example/1", "https://a.example/2"]


def test_a_picture_without_a_code_and_other_codes() -> None:
    out = io.BytesIO()
    Image.new("L", (50, 50), 255).save(out, "PNG")
    assert qr.read(out.getvalue()) == []


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture(content: bytes) -> None:
    with pytest.raises(PictureError):
        qr.read(content)


def test_texts_and_scales_that_do_not_fit() -> None:
    for text in ("", "x" * 1201):
        with pytest.raises(ValueError, match="characters"):
            qr.svg(text)
    assert qr.read(qr.png("x" * 1200, 4)) == ["x" * 1200]
    for scale in (0, 41):
        with pytest.raises(ValueError, match="pixels a module"):
            qr.png("x", scale)
