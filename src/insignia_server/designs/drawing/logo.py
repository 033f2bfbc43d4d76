"""A logo as it is put into a badge: small enough to travel in every copy of it, and seen on its ground."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from PIL import Image

from insignia_server.designs.drawing.colour import hexadecimal, luminance
from insignia_server.kit.pictures import raster
from insignia_server.kit.pictures.picture import JPEG, PNG, Picture, PictureLimits
from insignia_server.kit.pictures.render import fitted

PLATES: Final = ("#ffffff", "#1c1a18")
_SIDE: Final = 384  # pixels: sharp at the size that logos have on a badge of 1024
_LOOKED_AT: Final = 48  # pixels in which its tones are counted
_SEEN: Final = 1.6  # contrast from which a tone stands off its ground
_LOST: Final = 0.3  # the share of a logo that may be lost on its ground


@dataclass(frozen=True, slots=True)
class Embedded:
    """A logo as a `data:` address; `opaque` where it fills its whole rectangle; `tones` are the luminances of
    what is seen of it, each with its share."""

    address: str = field(repr=False)
    opaque: bool
    tones: tuple[tuple[float, float], ...] = field(repr=False)


@lru_cache(maxsize=16)
def embedded(logo: Picture) -> Embedded:
    """The logo in pixels. Raises PictureError rendering."""
    kind = JPEG if logo.media_type == JPEG else PNG
    content, _size = fitted(logo, _SIDE, _SIDE, "jpg" if kind == JPEG else "png")
    image = raster.decode(content, kind, PictureLimits()).convert("RGBA")
    address = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    lowest, _highest = image.getchannel("A").getextrema()
    return Embedded(address, lowest == 255, _tones(image))


def plate_for(shown: Embedded, ground: str) -> str:
    """The colour of the plate that a logo needs on a ground; empty where it can be seen without one."""
    if shown.opaque or _lost(shown, ground) <= _LOST:
        return ""
    return min(PLATES, key=lambda plate: _lost(shown, plate))


def _lost(shown: Embedded, ground: str) -> float:
    """The share of what is drawn that does not stand off the ground."""
    under = luminance(ground) + 0.05
    return sum(
        share for tone, share in shown.tones if max(tone + 0.05, under) / min(tone + 0.05, under) < _SEEN
    )


def _tones(image: Image.Image) -> tuple[tuple[float, float], ...]:
    small = image.convert("RGBa").resize((_LOOKED_AT, _LOOKED_AT), Image.Resampling.BOX).convert("RGBA")
    shares: dict[float, int] = {}
    whole = 0
    for red, green, blue, alpha in zip(*(band.tobytes() for band in small.split()), strict=True):
        tone = round(luminance(hexadecimal((red / 255, green / 255, blue / 255))), 2) if alpha else 0.0
        shares[tone] = shares.get(tone, 0) + alpha
        whole += alpha
    return tuple((tone, share / whole) for tone, share in sorted(shares.items())) if whole else ()
