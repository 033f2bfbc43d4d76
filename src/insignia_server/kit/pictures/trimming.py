"""What is to be seen in somebody's own artwork: empty margins are cut off, an empty picture is refused."""

from __future__ import annotations

import dataclasses
import re
from typing import Final

from PIL import Image

from insignia_server.kit.pictures import raster
from insignia_server.kit.pictures.drawing import draw
from insignia_server.kit.pictures.errors import PictureError
from insignia_server.kit.pictures.picture import PNG, SVG, Picture, PictureLimits

_VISIBLE: Final = 8  # of 255: fainter than this is margin
_WORTH: Final = 0.04  # of a side: less stays as it is
_LOOKED_AT: Final = 512  # pixels in which a drawing is looked at
_FAINTEST: Final = 26  # of 255: a tenth; what has nothing stronger cannot be seen
_LEAST: Final = 10_000  # one pixel in so many is the least that is a picture, such as a signature far away
_BOX: Final = re.compile(rb'viewBox="([^"]*)"')
_SIDES: Final = (re.compile(rb'(<svg[^>]*? )width="[^"]*"'), re.compile(rb'(<svg[^>]*? )height="[^"]*"'))
Box = tuple[int, int, int, int]


def trimmed(picture: Picture) -> Picture:
    """Without its transparent margins, where they are worth it. What is empty as a whole stays as it is.

    Raises PictureError rendering.
    """
    if picture.media_type == SVG:
        return _drawing(picture)
    if picture.media_type != PNG:
        return picture
    image = raster.decode(picture.content, PNG, PictureLimits())
    box = _content_of(image)
    if box is None:
        return picture
    cut = image.crop(box)
    return dataclasses.replace(picture, width=cut.width, height=cut.height, content=raster.encode(cut, PNG))


def check_seen(picture: Picture) -> None:
    """Raises PictureError invisible for a picture that is transparent, wholly or almost; and rendering."""
    image = _looked_at(picture)
    if image.mode != "RGBA":
        return
    levels = image.getchannel("A").histogram()
    seen, least = sum(levels[_FAINTEST:]), image.width * image.height / _LEAST
    if seen == 0 or seen < least:
        raise PictureError.at(
            "pixels",
            expected="a picture that can be seen",
            got=f"{seen} of {image.width * image.height} pixels that are not transparent",
            code=PictureError.INVISIBLE,
        )


def _looked_at(picture: Picture) -> Image.Image:
    """The pixels; of a drawing those of a small copy."""
    if picture.media_type != SVG:
        return raster.decode(picture.content, picture.media_type, PictureLimits())
    scale = _LOOKED_AT / max(picture.width, picture.height)
    width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return raster.decode(draw(picture.content, width, height), PNG, PictureLimits())


def _content_of(image: Image.Image) -> Box | None:
    """Where something is to be seen; None where that is everything, nearly everything, or nothing."""
    if image.mode != "RGBA":
        return None
    seen = image.getchannel("A").point(lambda value: 255 if value > _VISIBLE else 0)
    box: Box | None = seen.getbbox()
    if box is None:
        return None
    margins = (box[0], box[1], image.width - box[2], image.height - box[3])
    worth = min(image.width, image.height) * _WORTH
    return box if max(margins) > worth else None


def _drawing(picture: Picture) -> Picture:
    """A drawing keeps its content and gets a smaller window on it."""
    image = _looked_at(picture)
    width, height = image.size
    box, window = _content_of(image), _BOX.search(picture.content)
    if box is None or window is None:
        return picture
    x, y, across, down = (float(number) for number in window[1].split())
    left, top = x + across * (box[0] - 1) / width, y + down * (box[1] - 1) / height
    wide, high = across * (box[2] - box[0] + 2) / width, down * (box[3] - box[1] + 2) / height
    size = max(1, round(picture.width * wide / across)), max(1, round(picture.height * high / down))
    content = picture.content.replace(
        window[0], f'viewBox="{left:.6g} {top:.6g} {wide:.6g} {high:.6g}"'.encode(), 1
    )
    for side, pattern, number in zip(("width", "height"), _SIDES, size, strict=True):
        content = pattern.sub(rf'\g<1>{side}="{number}"'.encode(), content, count=1)
    return dataclasses.replace(picture, width=size[0], height=size[1], content=content)
