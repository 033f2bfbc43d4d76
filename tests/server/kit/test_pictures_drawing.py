"""kit.pictures: drawing in a child process, cards and the demo's artwork."""

from __future__ import annotations

import io
import json
import os
import re
import time
from pathlib import Path

import pytest
from PIL import Image

import insignia_server.config
from insignia_server.kit import fonts
from insignia_server.kit.pictures import (
    SIZES,
    SVG,
    Picture,
    PictureError,
    collection_card,
    drawing_child,
    preview_card,
    read_picture,
    render_png,
)
from insignia_server.kit.pictures import drawing as drawing_module
from insignia_server.kit.pictures.drawing import Draughtsman, _Answer
from insignia_server.kit.pictures.outlines import outline
from insignia_server.kit.typesetting import Pages, typeset

LOOK = {"nordhaven-cover", "nordhaven-logo", "nordhaven-logo-dark", "solberg-signature"}
ARTWORK = Path(insignia_server.config.__file__).parent / "demo_artwork"
HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">'
RED = HEAD % (20, 10) + b'<rect width="20" height="10" fill="#f00"/></svg>'


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("size", SIZES)
def test_a_drawing_fills_the_square_and_keeps_its_ratio(size: int) -> None:
    image = opened(render_png(read_picture(RED), size))
    assert image.size == (size, size)
    assert image.getpixel((size // 2, size // 2)) == (255, 0, 0, 255)
    assert image.getpixel((size // 2, 1)) == (0, 0, 0, 0)
    assert image.getbbox() == (0, size // 4, size, size // 4 * 3)


def test_a_raster_picture_is_scaled_without_a_dark_rim() -> None:
    source = Image.new("RGBA", (40, 80), (0, 0, 0, 0))
    source.paste((255, 255, 255, 255), (10, 10, 30, 70))
    out = io.BytesIO()
    source.save(out, "PNG")
    image = opened(render_png(read_picture(out.getvalue()), 96))
    assert image.size == (96, 96)
    visible = [pixel for pixel in image.get_flattened_data() if pixel[3] > 8]  # type: ignore[index]
    assert visible
    assert min(pixel[0] for pixel in visible) >= 240  # type: ignore[index]


def test_a_jpeg_is_drawn() -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "blue").save(out, "JPEG")
    assert opened(render_png(read_picture(out.getvalue()), 64)).size == (64, 64)


@pytest.mark.parametrize("size", [0, 15, 2049, -1])
def test_sizes_that_nobody_needs(size: int) -> None:
    with pytest.raises(ValueError, match="expected a size"):
        render_png(read_picture(RED), size)


def test_the_child_is_kept_and_replaced_when_it_dies() -> None:
    draughtsman = Draughtsman()
    try:
        draughtsman.draw(RED, 20, 10)
        first = draughtsman._process
        assert first is not None
        draughtsman.draw(RED, 20, 10)
        assert draughtsman._process is first
        first.kill()
        first.wait()
        assert draughtsman.draw(RED, 20, 10).startswith(b"\x89PNG")
        assert draughtsman._process is not first
    finally:
        draughtsman.close()


def test_the_child_is_replaced_after_many_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing_module, "_DRAWINGS", 1)
    draughtsman = Draughtsman()
    try:
        draughtsman.draw(RED, 20, 10)
        first = draughtsman._process
        draughtsman.draw(RED, 20, 10)
        assert draughtsman._process is not first
    finally:
        draughtsman.close()


def test_a_forked_process_starts_its_own_child(monkeypatch: pytest.MonkeyPatch) -> None:
    draughtsman = Draughtsman()
    draughtsman.draw(RED, 20, 10)
    parents = draughtsman._process
    assert parents is not None
    process = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: process + 1)
    try:
        draughtsman.draw(RED, 20, 10)
        assert draughtsman._process is not parents
        assert parents.poll() is None
    finally:
        draughtsman.close()
        draughtsman._process, draughtsman._owner = parents, process + 1
        draughtsman.close()


def test_closing_twice_and_closing_anothers_child_does_nothing() -> None:
    draughtsman = Draughtsman()
    draughtsman.close()
    draughtsman.close()


def test_a_drawing_that_takes_too_long_is_ended() -> None:
    """Blurs of a large canvas: the time limit ends the child, and the next drawing works again."""
    blur = (
        b'<filter id="f" x="0" y="0" width="1" height="1">'
        + b'<feTurbulence baseFrequency=".9" numOctaves="99"/>' * 40
    )
    slow = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 2000">'
        + blur
        + b'</filter><rect width="2000" height="2000" filter="url(#f)"/></svg>'
    )
    draughtsman = Draughtsman(seconds=1.5)
    try:
        draughtsman.draw(RED, 20, 10)
        began = time.monotonic()
        with pytest.raises(PictureError) as caught:
            draughtsman.draw(slow, 2000, 2000)
        assert time.monotonic() - began < 5
        assert caught.value.code == PictureError.RENDERING
        assert caught.value.advice
        assert draughtsman.draw(RED, 20, 10).startswith(b"\x89PNG")
    finally:
        draughtsman.close()


@pytest.mark.parametrize(
    "side", [200_000, 30_000], ids=["a canvas that cannot be", "a canvas that does not fit into the memory"]
)
def test_a_canvas_that_would_end_the_process_ends_the_child_only(side: int) -> None:
    draughtsman = Draughtsman(memory=512 * 1024 * 1024)
    try:
        with pytest.raises(PictureError) as caught:
            draughtsman.draw(RED, side, side)
        assert caught.value.code == PictureError.RENDERING
        assert draughtsman.draw(RED, 20, 10).startswith(b"\x89PNG")
    finally:
        draughtsman.close()


def test_an_answer_comes_in_pieces_and_within_limits() -> None:
    answer = _Answer()
    assert [answer.take(piece) for piece in (b'{"by', b'tes": 4}\nab', b"cd")] == [False, False, True]
    assert answer.content == b"abcd"
    for head in (b'{"bytes": 99999999999}\n', b'{"bytes": "4"}\n', b"nonsense\n"):
        with pytest.raises(ValueError, match=r"picture|Expecting"):
            _Answer().take(head)


def test_the_child_serves_until_its_input_ends() -> None:
    def request(svg: bytes) -> bytes:
        return json.dumps({"width": 20, "height": 10, "bytes": len(svg)}).encode() + b"\n" + svg

    answers = io.BytesIO()
    drawing_child.serve(io.BytesIO(request(RED) + request(b"no drawing")), answers, str(fonts.FOLDER))
    head, _, rest = answers.getvalue().partition(b"\n")
    size = json.loads(head)["bytes"]
    assert opened(rest[:size]).size == (20, 10)
    assert "error" in json.loads(rest[size:])


def test_what_is_no_drawing_is_said_so() -> None:
    with pytest.raises(PictureError) as caught:
        render_png(Picture(SVG, 10, 10, b"no drawing"), 32)
    assert caught.value.code == PictureError.RENDERING


def test_a_large_drawing_goes_through_the_pipe() -> None:
    many = b"".join(b'<rect x="%d" width="1" height="1"/>' % i for i in range(15_000))
    picture = read_picture(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">' + many + b"</svg>"
    )
    assert len(picture.content) > 500_000
    assert opened(render_png(picture, 64)).size == (64, 64)


def test_text_is_drawn_with_the_bundled_typeface_only() -> None:
    """Names of typefaces of some machines give the same picture: no font of the machine is used."""
    text = b'<text y="30" font-size="20" font-family="%s">Badge</text></svg>'
    texts = [
        HEAD % (90, 40) + text % name for name in (b"DejaVu Sans", b"Noto Sans Thai Looped", b"Source Sans 3")
    ]
    pictures = {render_png(read_picture(text), 128) for text in texts}
    assert len(pictures) == 1
    assert opened(pictures.pop()).getbbox() is not None


def test_outlines_are_shaped() -> None:
    assert outline("AV").width < outline("A").width + outline("V").width  # kerning
    assert len(outline("مرحبا").glyphs) >= 5
    assert len(outline("a b").glyphs) == 2
    assert outline("").glyphs == ()
    assert outline("ab", tracking=10).width > outline("ab").width


def test_a_line_stands_where_it_is_put() -> None:
    line = outline("H", weight=600)
    for anchor, low, high in (("start", 100, 160), ("middle", 65, 135), ("end", 40, 100)):
        xs = [
            float(pair[0])
            for pair in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", line.straight(100, 50, 60, anchor=anchor))
        ]
        assert all(low - 5 <= x <= high + 5 for x in xs)


def test_a_template_of_several_pages_is_a_defect(tmp_path: Path) -> None:
    template = tmp_path / "two.typ"
    template.write_text("#pagebreak()")
    with pytest.raises(Pages, match="several pages"):
        typeset(template, {}, format="png")


def test_a_card_has_the_size_that_open_graph_asks_for() -> None:
    badge = render_png(
        read_picture(HEAD % (512, 512) + b'<circle cx="256" cy="256" r="240" fill="#17395c"/></svg>'), 256
    )
    card = preview_card(
        badge_png=badge,
        title="Research Integrity",
        issuer="Nordhaven University",
        accent="#8c2f22",
        person="Amélie Okonkwo",
        kicker="Open Badge",
        footer="12 March 2026",
        language="de-AT",
    )
    image = opened(card).convert("RGB")
    assert image.size == (1200, 630)
    assert image.getpixel((3, 300)) == (0x8C, 0x2F, 0x22)


@pytest.mark.parametrize(
    "text",
    [
        "#panic(1)",
        '"); #read("/etc/passwd"',
        "*bold* $x$ \\u{0}",
        "W" * 5000,
        "",
        "שלום עולם",
        "🎓" * 40,
        "\x00\x1b",
    ],
)
def test_values_on_a_card_are_never_markup(text: str) -> None:
    badge = render_png(read_picture(RED), 64)
    card = preview_card(
        badge_png=badge, title=text, issuer=text, person=text, kicker=text, footer=text, language=text
    )
    assert opened(card).size == (1200, 630)


@pytest.mark.parametrize("badges", range(6))
def test_a_card_of_a_collection_has_up_to_four_badges(badges: int) -> None:
    badge = render_png(read_picture(RED), 64)
    image = opened(collection_card(badges=[badge] * badges, title="Nordhaven", footer="n.example"))
    assert image.size == (1200, 630)
    found = image.convert("RGB").getcolors(1 << 20) or []
    red = sum(int(count) for count, colour in found if colour == (255, 0, 0))
    assert (red > 20_000) == (badges > 0)
    with pytest.raises(ValueError, match="expected a colour"):
        collection_card(badges=[], title="T", accent="red")


def test_a_card_in_a_script_from_right_to_left_is_mirrored() -> None:
    """Unicode Standard Annex 9, P2: the first strong character says the direction."""
    badge = render_png(read_picture(RED), 64)
    accent = (0x8C, 0x2F, 0x22)
    for title, x in (("Data 2: مرحبا", 3), ("2: اوريينوت (Data)", 1196)):
        card = preview_card(badge_png=badge, title=title, issuer="I", accent="#8c2f22")
        assert opened(card).convert("RGB").getpixel((x, 300)) == accent, title


def test_a_pictogram_is_left_out_of_a_card_and_a_long_word_is_divided() -> None:
    badge = render_png(read_picture(RED), 64)

    def drawn(title: str, language: str = "en") -> bytes:
        return preview_card(badge_png=badge, title=title, issuer="I", language=language)

    assert drawn("Hands 🎓 on") == drawn("Hands on")
    long = "Wirtschaftsinformatikgrundlagen"
    assert drawn(long, "de") != drawn(long, "xx"), "hyphens are a language's"


def test_a_card_refuses_what_is_no_colour_and_no_png() -> None:
    with pytest.raises(ValueError, match="expected a colour"):
        preview_card(badge_png=b"", title="T", issuer="I", accent='red"); #panic()')
    with pytest.raises(PictureError):
        preview_card(badge_png=RED, title="T", issuer="I")


def test_fonts_know_what_they_lack() -> None:
    assert fonts.missing("Amélie Nguyễn שלום مرحبا 張偉 김하늘 प्रिया สมชาย Ελένη Дарья") == ""
    assert fonts.missing("a🎓b🎓ᚠ") == "🎓ᚠ"
    assert fonts.drawable("  a\n🎓\x00b ") == "a □ b"
    assert fonts.missing("□…•·") == ""


@pytest.mark.parametrize("file", sorted(ARTWORK.glob("*.svg")), ids=lambda file: file.stem)
def test_the_demos_artwork_is_clean_and_drawable(file: Path) -> None:
    picture = read_picture(file.read_bytes())
    assert picture.notes == ()
    assert file.stem in LOOK or (picture.width, picture.height) == (512, 512)
    assert b"<text" not in picture.content
    assert len(set(opened(render_png(picture, 40)).get_flattened_data())) > (4 if file.stem in LOOK else 20)


def test_the_demo_has_its_ten_badges_two_seals_and_a_look() -> None:
    assert len(list(ARTWORK.glob("*.svg"))) == 12 + len(LOOK)
