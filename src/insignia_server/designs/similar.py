"""Hashes by which pictures that look alike are found."""

from __future__ import annotations

import io
import math
from functools import cache, lru_cache
from typing import Final

from PIL import Image, ImageChops, ImageFilter

_SIDE: Final = 32
_KEPT: Final = 9
NEAR: Final = 8
"""At most this many of 64 bits differ in pictures that look alike."""


@lru_cache(maxsize=64)
def phash(png: bytes) -> int:
    """64 bits of a picture's coarse structure: the lowest frequencies (DCT) of the lines where
    colour changes.

    Another palette of the same design is near, also where light and dark are the other way round.
    Raises OSError or ValueError for what is no picture.
    """
    lines = _levelled(_lines(png))
    table = _cosines()
    rows = [lines[y * _SIDE : (y + 1) * _SIDE] for y in range(_SIDE)]
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
    """The four parts of 16 bits, for an index of each."""
    return hash >> 48 & 0xFFFF, hash >> 32 & 0xFFFF, hash >> 16 & 0xFFFF, hash & 0xFFFF


def near_bands(hash: int) -> tuple[tuple[int, ...], ...]:
    """For each band the 137 values that differ from it in at most two bits.

    Whatever is NEAR (8 bits of 64) has one of them in its place: one of four parts differs in two at most.
    """
    masks = [0, *(1 << i for i in range(16)), *(1 << i | 1 << j for i in range(16) for j in range(i))]
    return tuple(tuple(band ^ mask for mask in masks) for band in bands(hash))


def _lines(png: bytes) -> bytes:
    """Where colour changes, over white: the same for a dark figure on light and a light one on dark."""
    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGBA").resize((96, 96), Image.Resampling.BOX)
    flat = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")
    lines = Image.new("L", flat.size, 0)
    for channel in flat.split():
        for step in ((1, 0), (0, 1)):
            beside = ImageChops.difference(channel, ImageChops.offset(channel, *step))
            lines = ImageChops.lighter(lines, beside)
    strong = lines.point([255 if amount > 28 else amount * 4 for amount in range(256)])
    return strong.filter(ImageFilter.GaussianBlur(2)).resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()


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
    return [[math.cos(math.pi * (2 * x + 1) * u / (2 * _SIDE)) for x in range(_SIDE)] for u in range(_KEPT)]
