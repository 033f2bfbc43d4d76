"""Pictures in the sizes that pages show, and what is done with the margins of somebody's own artwork."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django_tasks_db.models import DBTaskResult
from PIL import Image

from insignia_server.achievements import pictures, renderings, services
from insignia_server.achievements.models import Achievement, Picture
from insignia_server.kit import pictures as drawing
from insignia_server.kit.errors import Refused
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="49"/></svg>'
FAR_OFF = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="10 20 400 200" width="800" height="400">'
    b'<rect x="210" y="70" width="100" height="100" fill="#a00"/></svg>'
)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def raster(size: tuple[int, int], format: str, box: tuple[int, int, int, int] | None = None) -> bytes:
    """A red box in a transparent picture."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), box or (0, 0, *size))
    out = io.BytesIO()
    image.save(out, format, lossless=True) if format == "WEBP" else image.save(out, format)
    return out.getvalue()


def stored(picture: Picture) -> set[str]:
    folder, start = (digest := bytes(picture.digest).hex())[:2], digest[2:]
    return {name for name in default_storage.listdir(f"pictures/{folder}")[1] if name.startswith(start)}


def test_each_is_drawn_once_and_kept(
    make_achievement: Callable[..., Achievement], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = pictures.store_picture(make_achievement(), SVG)
    for size in (96, 256, 512, 1024):
        png, webp = (opened(renderings.rendering(picture, size, one)) for one in ("png", "webp"))
        assert (png.format, webp.format) == ("PNG", "WEBP")
        assert png.size == webp.size == (size, size)
        alpha = webp.convert("RGBA").getchannel("A")
        assert (alpha.getpixel((2, 2)), alpha.getpixel((size // 2, size // 2))) == (0, 255)
    before = stored(picture)
    monkeypatch.setattr(drawing, "render_png", None)
    monkeypatch.setattr(drawing, "webp", None)
    renderings.draw_all(picture)
    assert stored(picture) == before
    assert renderings.rendering(picture, 512, "png") == pictures.read(picture.png)


def test_publishing_has_them_drawn_by_a_job(
    make_achievement: Callable[..., Achievement], owner: Actor
) -> None:
    made = make_achievement()
    services.publish(by=owner, achievement=made)
    DBTaskResult.objects.update(run_after=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))  # ten seconds are over
    run_pending()
    version = services.current(made)
    assert version.picture is not None
    assert {f"-{size}.webp" in "".join(stored(version.picture)) for size in renderings.SIZES} == {True}
    for size in renderings.SIZES:
        answer = Client().get(f"/achievements/{made.pk}/1/{size}.webp")
        assert answer["Content-Type"] == "image/webp"
        assert "max-age=604800" in answer["Cache-Control"]
        assert opened(answer.content).size == (size, size)
    for wrong in ("97.webp", "96.gif", "096.png", "96.webp/", "96.png.webp"):
        assert Client().get(f"/achievements/{made.pk}/1/{wrong}").status_code == 404


def test_nothing_else_is_rendered(make_achievement: Callable[..., Achievement]) -> None:
    picture = pictures.store_picture(make_achievement(), SVG)
    with pytest.raises(ValueError, match="expected one of"):
        renderings.rendering(picture, 97, "png")
    with pytest.raises(KeyError):
        renderings.rendering(picture, 96, "gif")


def test_a_webp_is_kept_as_png_since_badges_are_baked_into_png(
    make_achievement: Callable[..., Achievement],
) -> None:
    picture = pictures.store_picture(make_achievement(), raster((600, 600), "WEBP"))
    assert picture.media_type == "image/png"
    assert opened(pictures.read(picture.source)).format == "PNG"


@pytest.mark.parametrize("content", [b"RIFF\x10\0\0\0WEBPVP8 junk", raster((60, 60), "WEBP")[:40]])
def test_a_broken_webp_is_refused(make_achievement: Callable[..., Achievement], content: bytes) -> None:
    with pytest.raises(Refused) as caught:
        pictures.store_picture(make_achievement(), content)
    assert caught.value.refusals[0].code == "picture.broken"


def test_empty_margins_are_cut_off(make_achievement: Callable[..., Achievement]) -> None:
    picture = pictures.store_picture(make_achievement(), raster((800, 600), "PNG", (300, 100, 700, 500)))
    assert (picture.width, picture.height) == (400, 400)
    image = opened(pictures.read(picture.png)).convert("RGBA")
    assert image.getpixel((3, 3)) == image.getpixel((508, 508)) == (200, 0, 0, 255)


def test_a_drawing_gets_a_smaller_window(make_achievement: Callable[..., Achievement]) -> None:
    picture = pictures.store_picture(make_achievement(), FAR_OFF)
    assert 0.95 < picture.width / picture.height < 1.05
    image = opened(pictures.read(picture.png)).convert("RGBA")
    box = image.getchannel("A").getbbox()
    assert box is not None
    assert box[0] < 12 and box[1] < 12 and box[2] > 500 and box[3] > 500  # noqa: PT018
    again = drawing.trimmed(drawing.read_picture(pictures.read(picture.source)))
    assert again.content == pictures.read(picture.source)


@pytest.mark.parametrize(
    "content",
    [
        raster((500, 500), "PNG", (5, 5, 495, 495)),  # a margin of 1 %
        raster((500, 500), "PNG", (0, 0, 0, 0)),  # nothing to be seen
        SVG,
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h1" fill="none"/></svg>',
    ],
)
def test_what_has_no_margins_worth_it_stays_as_it_is(content: bytes) -> None:
    picture = drawing.read_picture(content)
    assert drawing.trimmed(picture) == picture


def test_size_and_shape_are_told(make_achievement: Callable[..., Achievement]) -> None:
    made = make_achievement()

    def said(content: bytes) -> str:
        return " ".join(pictures.remarks(pictures.store_picture(made, content)))

    assert said(raster((600, 600), "PNG")) == said(SVG) == ""
    assert "only 120 × 120 pixels" in said(raster((120, 120), "PNG"))
    assert "wider than it is high" in said(raster((900, 600), "PNG"))
    assert "higher than it is wide" in said(raster((600, 900), "PNG"))
