"""A photo does not tell where it was taken; its pixels, its colours and the way up stay."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from tests.server.evidence_samples import pdf

from insignia_server.awarding import evidence
from insignia_server.awarding.evidence_content import Damaged, examine
from insignia_server.awarding.evidence_metadata import without_metadata
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SECRETS = (b"Nokia 3310", b"59 deg", b"Ann Lindqvist", b"http://ns.adobe.com/xap", b"2026:11:26")


def drawn(mode: str = "RGB") -> Image.Image:
    image = Image.effect_noise((24, 16), 60).convert("RGB")
    return image.convert(mode)


def photo(form: str, *, way: int = 6, image: Image.Image | None = None, **more: Any) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110], exif[0x013B] = way, "Nokia 3310", "Ann Lindqvist"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:26 10:00:00"
    exif.get_ifd(0x8825)[0x1D] = "59 deg"
    exif.get_ifd(0x8825)[2] = (59.0, 54.0, 50.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {"exif": exif, "icc_profile": profile, **more}
    if form == "PNG":
        info = PngInfo()
        info.add_text("Author", "Ann Lindqvist")
        info.add_itxt("XML:com.adobe.xmp", "http://ns.adobe.com/xap/1.0/")
        options["pnginfo"] = info
    else:
        options["xmp"] = b"<x:xmpmeta>http://ns.adobe.com/xap/1.0/</x:xmpmeta>"
    if form == "JPEG":
        options["comment"] = b"Ann Lindqvist"
    out = io.BytesIO()
    (image or drawn()).save(out, form, **options)
    return out.getvalue()


def seen(content: bytes) -> Any:
    """Everything that a program shows: pixels, colours, way up."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image.mode, image.size, image.tobytes(), image.info.get("icc_profile"), image.getexif().get(0x0112)


@pytest.mark.parametrize("way", [1, 6])
@pytest.mark.parametrize("form", TYPES)
def test_place_time_and_camera_go_and_pixels_stay(form: str, way: int) -> None:
    content = photo(form, way=way)
    assert b"Nokia 3310" in content
    clean = without_metadata(content, TYPES[form])
    assert not [secret for secret in SECRETS if secret in clean]
    mode, size, pixels, profile, turned = seen(clean)
    assert (mode, size, pixels, profile) == seen(content)[:4], "not decoded and encoded anew"
    assert profile
    assert turned == (way if way != 1 else None)
    exif = Image.open(io.BytesIO(clean)).getexif()
    assert set(exif) <= {0x0112}
    assert not exif.get_ifd(0x8825)
    assert not exif.get_ifd(0x8769)
    examine(clean, TYPES[form])
    assert without_metadata(clean, TYPES[form]) == clean


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}, {"quality": 95}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_kind_of_jpeg(mode: str, options: dict[str, Any]) -> None:
    content = io.BytesIO()
    drawn(mode).save(content, "JPEG", comment=b"Ann Lindqvist", **options)
    clean = without_metadata(content.getvalue(), "image/jpeg")
    assert b"Ann" not in clean
    assert seen(clean) == seen(content.getvalue())


def test_what_follows_the_picture_goes() -> None:
    """Phones append further pictures and films, each with a place of its own."""
    for form, kind in TYPES.items():
        content = photo(form) + photo("JPEG") + b"59 deg"
        assert not [secret for secret in SECRETS if secret in without_metadata(content, kind)], form


def test_films_in_webp_keep_their_frames() -> None:
    out = io.BytesIO()
    frames = [drawn() for _ in range(3)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], xmp=b"Ann Lindqvist", duration=80)
    clean = without_metadata(out.getvalue(), "image/webp")
    assert b"Ann" not in clean
    before, after = Image.open(io.BytesIO(out.getvalue())), Image.open(io.BytesIO(clean))
    for number in range(3):
        before.seek(number)
        after.seek(number)
        assert before.tobytes() == after.tobytes()


def test_a_plain_webp_is_as_it_was() -> None:
    out = io.BytesIO()
    drawn().save(out, "WEBP")
    assert without_metadata(out.getvalue(), "image/webp") == out.getvalue()


def test_a_baked_badge_keeps_its_credential() -> None:
    """Open Badges 3.0, 5.3.1.1: 'An iTXt chunk ... with the keyword openbadgecredential'."""
    info = PngInfo()
    info.add_itxt("openbadgecredential", '{"id": "urn:uuid:1"}')
    info.add_text("Author", "Ann Lindqvist")
    out = io.BytesIO()
    drawn().save(out, "PNG", pnginfo=info)
    clean = without_metadata(out.getvalue(), "image/png")
    assert b"urn:uuid:1" in clean
    assert b"Ann" not in clean


def test_unknown_chunks_go() -> None:
    said = b"59 deg"
    chunk = struct.pack(">I", len(said)) + b"prVt" + said + struct.pack(">I", zlib.crc32(b"prVt" + said))
    content = photo("PNG")
    assert said not in without_metadata(content[:33] + chunk + content[33:], "image/png")


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain"])
def test_other_files_are_as_they_were(kind: str) -> None:
    assert without_metadata(pdf(), kind) == pdf()


@given(kind=st.sampled_from(sorted(TYPES)), cut=st.integers(0, 2_000), bad=st.binary(max_size=4))
def test_what_is_no_whole_picture_is_damaged_and_nothing_else(kind: str, cut: int, bad: bytes) -> None:
    content = _SAMPLES[kind]
    at = cut % len(content)
    with contextlib.suppress(Damaged):
        without_metadata(content[:at] + bad, TYPES[kind])


_SAMPLES = {form: photo(form) for form in TYPES}


def test_a_file_is_kept_without_it(owner: Actor, scoped: Organisation) -> None:
    content = photo("JPEG")
    row = evidence.keep(by=owner, name="me.jpg", content=content, now=timezone.now())
    with default_storage.open(row.stored) as file:
        stored = file.read()
    assert not [secret for secret in SECRETS if secret in stored]
    assert (row.size, len(stored) < len(content)) == (len(stored), True)
