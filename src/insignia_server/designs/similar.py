"""Hashes by which pictures that look alike are found."""

from __future__ import annotations

import io
import math
from functools import cache
from typing import Final

from PIL import Image

_SIDE: Final = 32
_KEPT: Final = 9
NEAR: Final = 10
"""At most this many of 64 bits differ in pictures that look alike."""


def phash(png: bytes) -> int:
    """64 bits of a picture's coarse structure: the lowest frequencies of its luminance (DCT), over white.

    Light and dark count by rank, not by amount, so that another palette of the same design is near.
    Raises OSError or ValueError for what is no picture.
    """
    grey = _levelled(_grey(png))
    table = _cosines()
    rows = [grey[y * _SIDE : (y + 1) * _SIDE] for y in range(_SIDE)]
    half = [[sum(row[x] * wave[x] for x in range(_SIDE)) for wave in table] for row in rows]
    # The 64 lowest of 80 frequencies, without the constant one.
    places = sorted((u + v, v, u) for v in range(_KEPT) for u in range(_KEPT) if u + v)[:64]
    kept = [sum(half[y][u] * table[v][y] for y in range(_SIDE)) for _, v, u in places]
    middle = sorted(kept)[len(kept) // 2]
    bits = 0
    for value in kept:
        bits = bits << 1 | (value > middle)
    return bits


def colour_hash(png: bytes) -> int:
    """32 bits: the share of twelve hues, of greys and of light, each in steps, over white."""
    with Image.open(io.BytesIO(png)) as image:
        whole = Image.alpha_composite(
            Image.new("RGBA", (24, 24), "white"), image.convert("RGBA").resize((24, 24), Image.Resampling.BOX)
        ).convert("HSV")
    hues = [0.0] * 12
    grey = light = 0
    pixels = whole.tobytes()
    for i in range(0, len(pixels), 3):
        hue, saturation, value = pixels[i], pixels[i + 1], pixels[i + 2]
        if saturation < 40:
            grey += 1
        else:
            hues[hue * 12 // 256] += saturation / 255
        light += value > 150
    bits = 0
    total = 24 * 24
    for amount in hues:
        bits = bits << 2 | (0 if amount < total * 0.02 else 1 if amount < total * 0.2 else 3)
    for amount in (grey, light):
        bits = bits << 4 | (1 << min(4, int(5 * amount / total))) - 1
    return bits


def distance(a: int, b: int) -> int:
    """How many bits differ."""
    return (a ^ b).bit_count()


def bands(hash: int) -> tuple[int, int, int, int]:
    """The four parts of 16 bits: hashes that differ in at most three bits share one."""
    return hash >> 48 & 0xFFFF, hash >> 32 & 0xFFFF, hash >> 16 & 0xFFFF, hash & 0xFFFF


def _grey(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGBA").resize((64, 64), Image.Resampling.BOX)
    flat = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("L")
    return flat.resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()


def _levelled(grey: bytes) -> list[float]:
    """Each pixel's rank among all, from -1 to 1."""
    counts = [0] * 256
    for value in grey:
        counts[value] += 1
    below, ranks = 0, [0.0] * 256
    for value, count in enumerate(counts):
        ranks[value] = (below + count / 2) / len(grey) * 2 - 1
        below += count
    return [ranks[value] for value in grey]


@cache
def _cosines() -> list[list[float]]:
    return [
        [math.cos(math.pi * (2 * x + 1) * u / (2 * _SIDE)) for x in range(_SIDE)] for u in range(_KEPT)
    ]
