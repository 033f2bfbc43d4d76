"""Pictures of achievements: cleaned, rendered, stored by content."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from insignia_server.achievements import pictures
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement, Picture
from insignia_server.kit.errors import Refused

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    b'<script>x()</script><circle cx="5" cy="5" r="4"/></svg>'
)


def png(colour: str = "red", size: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, "PNG")
    return out.getvalue()


def test_a_drawing_is_cleaned_and_rendered(make_achievement: Callable[..., Achievement]) -> None:
    picture = pictures.store_picture(make_achievement(), SVG)
    assert picture.media_type == "image/svg+xml"
    assert b"script" not in pictures.read(picture.source)
    with Image.open(io.BytesIO(pictures.read(picture.png))) as image:
        assert (image.format, image.size) == ("PNG", (512, 512))


def test_the_same_picture_is_stored_once(make_achievement: Callable[..., Achievement]) -> None:
    made = make_achievement()
    first, second = pictures.store_picture(made, png()), pictures.store_picture(made, png())
    assert first == second
    assert first.source.startswith("pictures/")
    assert pictures.store_picture(made, png("blue")) != first
    assert pictures.store_picture(made, png(), drawn=True) != first
    assert Picture.objects.count() == 3
    assert pictures.put(b"abc", ".txt") == pictures.put(b"abc", ".txt")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture.empty"),
        (b"GIF89a", "picture.unknown-format"),
        (b"%PDF-1.7", "picture.unknown-format"),
        (png()[:40], "picture.broken"),
        (b"<svg", "picture.broken"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9" opacity="0"/></svg>',
            "picture.invisible",
        ),
        (
            b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
            "picture.svg-entities",
        ),
    ],
)
def test_what_is_no_picture_is_refused_with_advice(
    make_achievement: Callable[..., Achievement], content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as raised:
        pictures.store_picture(make_achievement(), content)
    one = raised.value.refusals[0]
    assert (one.field, one.code) == ("picture", code)
    assert one.message
    assert one.expected
    assert not Picture.objects.exists()


def test_a_picture_over_the_limit_of_the_instance(
    make_achievement: Callable[..., Achievement], settings: Any
) -> None:
    settings.MAX_PICTURE_BYTES = 50
    with pytest.raises(Refused) as raised:
        pictures.store_picture(make_achievement(), png())
    assert raised.value.refusals[0].code == "picture.too-large"


def test_the_badge_that_is_drawn_from_the_name(
    make_achievement: Callable[..., Achievement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "seed_of", lambda achievement: str(achievement.pk))
    made = make_achievement()
    named = pictures.starter(made, Definition(name="Sailing"))
    assert named == pictures.starter(made, Definition(name="Sailing"))
    assert named != pictures.starter(make_achievement(), Definition(name="Sailing")), "each has its own look"
    assert b"Sailing" in named
    assert b"New achievement" in pictures.starter(made, Definition())
