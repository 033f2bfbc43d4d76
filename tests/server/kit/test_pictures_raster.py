"""kit.pictures: PNG and JPEG from strangers, by content, within limits, without what hides in them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from insignia_server.kit.pictures import JPEG, PNG, PictureError, PictureLimits, read_picture


def png(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def jpeg(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def code(content: bytes, limits: PictureLimits | None = None) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(content, limits=limits)
    assert caught.value.advice
    return caught.value.code


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_a_png_keeps_its_pixels_and_loses_the_rest() -> None:
    image = Image.new("RGBA", (20, 10), (200, 30, 40, 128))
    image.putpixel((3, 4), (1, 2, 3, 255))
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("openbadgecredential", "eyJhbGciOi.secret")
    hidden.add_itxt("Author", "Somebody", zip=True)
    content = png(image, pnginfo=hidden, exif=Image.Exif().tobytes()) + b"<script>alert(1)</script>"
    picture = read_picture(content)
    assert (picture.media_type, picture.width, picture.height, picture.suffix) == (PNG, 20, 10, ".png")
    assert opened(picture.content).tobytes() == image.tobytes()
    for word in (b"secret", b"Somebody", b"script", b"tEXt", b"iTXt", b"eXIf"):
        assert word not in picture.content


def test_a_jpeg_is_turned_upright_and_loses_where_it_was_taken() -> None:
    image = Image.new("RGB", (40, 20), "navy")
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned by 90 degrees
    exif[0x010F] = "CameraOfSomebody"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # GPS latitude
    picture = read_picture(jpeg(image, exif=exif.tobytes()) + b"PK\x03\x04 a polyglot")
    assert (picture.media_type, picture.width, picture.height) == (JPEG, 20, 40)
    assert b"CameraOfSomebody" not in picture.content
    assert b"Exif" not in picture.content
    assert b"PK\x03\x04" not in picture.content
    assert not opened(picture.content).getexif()


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (Image.new("L", (4, 4), 90), "L"),
        (Image.new("LA", (4, 4), (90, 10)), "RGBA"),
        (Image.new("P", (4, 4), 1), "RGB"),
        (Image.new("1", (4, 4), 1), "RGB"),
        (Image.new("I;16", (4, 4), 65535), "L"),
    ],
)
def test_every_kind_of_png_becomes_a_plain_one(image: Image.Image, mode: str) -> None:
    picture = read_picture(png(image))
    assert opened(picture.content).mode == mode
    if image.mode == "I;16":
        assert opened(picture.content).getpixel((0, 0)) == 255


def test_a_transparent_palette_stays_transparent() -> None:
    picture = read_picture(png(Image.new("P", (4, 4), 0), transparency=0))
    assert opened(picture.content).getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    assert opened(read_picture(jpeg(Image.new("CMYK", (8, 8), (0, 255, 255, 0)))).content).mode == "RGB"


def test_a_colour_profile_is_applied_and_dropped() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = read_picture(png(Image.new("RGB", (4, 4), (10, 200, 30)), icc_profile=lab))
    assert opened(picture.content).getpixel((0, 0)) == (10, 200, 30)
    assert "icc_profile" not in opened(picture.content).info


@pytest.mark.parametrize("profile", [b"no profile at all", b"\0" * 200])
def test_a_broken_colour_profile_is_dropped(profile: bytes) -> None:
    picture = read_picture(jpeg(Image.new("RGB", (8, 8), "white"), icc_profile=profile))
    assert "icc_profile" not in opened(picture.content).info


def test_an_animated_png_keeps_its_first_picture() -> None:
    frames = [Image.new("RGB", (5, 5), colour) for colour in ("red", "blue")]
    picture = read_picture(png(frames[0], save_all=True, append_images=frames[1:]))
    assert opened(picture.content).getpixel((0, 0)) == (255, 0, 0)
    assert b"acTL" not in picture.content


WHOLE = png(Image.new("RGB", (30, 30), "teal"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (bomb(60_000, 60_000), "too-large"),
        (bomb(2_000_000_000, 2_000_000_000), "too-large"),
        (bomb(9_000, 2), "too-large"),
        (bomb(8_000, 8_000), "too-large"),
        (bomb(100, 100), "broken"),
        (bomb(0, 5), "broken"),
        (WHOLE[:-30], "broken"),
        (WHOLE[:20], "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"\x89PNG\r\n\x1a\n<svg xmlns='http://www.w3.org/2000/svg'/>", "broken"),
        (b"\xff\xd8\xff", "broken"),
        (b"\xff\xd8\xff\xe0" + b"A" * 500, "broken"),
        (jpeg(Image.new("RGB", (300, 300), "teal"))[:500], "broken"),
        (WHOLE.replace(b"IDAT", b"IDAX"), "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 9_000_000, "too-large"),
    ],
)
def test_bombs_and_broken_files_are_refused(content: bytes, expected: str) -> None:
    assert code(content) == f"picture.{expected}"


def test_a_text_bomb_in_a_png_is_refused_or_dropped() -> None:
    text = b"Comment\0\0" + zlib.compress(b"A" * 80_000_000)
    content = WHOLE[:33] + chunk(b"zTXt", text) + WHOLE[33:]
    assert code(content) == PictureError.BROKEN


def test_the_limits_are_the_callers() -> None:
    assert code(WHOLE, PictureLimits(bytes=10)) == PictureError.TOO_LARGE
    assert code(WHOLE, PictureLimits(side=29)) == PictureError.TOO_LARGE
    assert code(WHOLE, PictureLimits(pixels=899)) == PictureError.TOO_LARGE
    assert read_picture(WHOLE, limits=PictureLimits(side=30, pixels=900)).width == 30


@pytest.mark.parametrize("name", ["RIFF\0\0\0\0WAVE", "II*\0", "BM", "\0\0\1\0", "PK\3\4"])
def test_other_formats_are_named(name: str) -> None:
    with pytest.raises(PictureError) as caught:
        read_picture(name.encode("latin-1") + b"....")
    assert caught.value.code == PictureError.UNKNOWN
    assert not caught.value.problems[0].got.startswith("bytes")


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_decodes(position: int, value: int) -> None:
    changed = bytearray(WHOLE)
    changed[position] = value
    try:
        picture = read_picture(bytes(changed))
    except PictureError:
        return
    assert opened(picture.content).size == (picture.width, picture.height)


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["RGB", "RGBA", "L"]))
def test_reading_a_clean_png_changes_nothing(width: int, height: int, mode: str) -> None:
    once = read_picture(png(Image.effect_noise((width, height), 80).convert(mode)))
    assert read_picture(once.content) == once
