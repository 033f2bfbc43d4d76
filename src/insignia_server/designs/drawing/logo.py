"""A logo as it is put into a badge: small enough to travel in every copy of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from insignia_server.kit.pictures import raster
from insignia_server.kit.pictures.picture import JPEG, PNG, Picture, PictureLimits
from insignia_server.kit.pictures.render import fitted

_SIDE: Final = 384  # pixels: sharp at the size that logos have on a badge of 1024


@dataclass(frozen=True, slots=True)
class Embedded:
    """A logo as a `data:` address; `opaque` where it fills its whole rectangle."""

    address: str = field(repr=False)
    opaque: bool


@lru_cache(maxsize=16)
def embedded(logo: Picture) -> Embedded:
    """The logo in pixels. Raises PictureError rendering."""
    kind = JPEG if logo.media_type == JPEG else PNG
    content, _size = fitted(logo, _SIDE, _SIDE, "jpg" if kind == JPEG else "png")
    return Embedded(f"data:{kind};base64,{base64.b64encode(content).decode()}", _opaque(content, kind))


def _opaque(content: bytes, kind: str) -> bool:
    image = raster.decode(content, kind, PictureLimits())
    lowest: float | tuple[int, int] = image.getchannel("A").getextrema()[0] if image.mode == "RGBA" else 255
    return lowest == 255
