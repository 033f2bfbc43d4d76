"""Colours as #rrggbb: contrast (WCAG 2.2) and lightness, chroma and hue (OKLCH)."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

HEX: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII)
WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
Triple = tuple[float, float, float]


def channels(colour: str) -> Triple:
    """Red, green and blue from 0 to 1, as they are written (sRGB)."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def hexadecimal(rgb: Triple) -> str:
    """#rrggbb of three channels from 0 to 1; what lies outside is cut."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in rgb)


def linear(rgb: Triple) -> Triple:
    """Amounts of light of sRGB channels."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return r, g, b


def gamma(rgb: Triple) -> Triple:
    """The sRGB channels of amounts of light."""
    r, g, b = (12.92 * c if c <= 0.0031308 else 1.055 * max(c, 0.0) ** (1 / 2.4) - 0.055 for c in rgb)
    return r, g, b


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    r, g, b = linear(channels(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=4096)
def oklch(colour: str) -> Triple:
    """Lightness 0 to 1, chroma 0 to about 0.37, hue in degrees (Ottosson 2020)."""
    r, g, b = linear(channels(colour))
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    b_ = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return lightness, math.hypot(a, b_), math.degrees(math.atan2(b_, a)) % 360


@lru_cache(maxsize=4096)
def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """#rrggbb; the chroma is lowered until the colour can be shown."""
    lightness = min(1.0, max(0.0, lightness))
    for step in range(21):
        rgb = _light(lightness, chroma * (1 - step / 20), hue)
        if all(-0.0005 <= part <= 1.0005 for part in rgb):
            break
    return hexadecimal(gamma(rgb))


def _light(lightness: float, chroma: float, hue: float) -> Triple:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )


def mixed(one: str, other: str, part: float) -> str:
    """`one` with `part` (0 to 1) of `other` in it."""
    a, b = channels(one), channels(other)
    return hexadecimal(
        (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, a[2] + (b[2] - a[2]) * part)
    )


def lighter(colour: str, by: float) -> str:
    """The same hue with `by` (-1 to 1) more lightness."""
    lightness, chroma, hue = oklch(colour)
    return from_oklch(round(lightness + by, 4), round(chroma, 4), round(hue, 2))


def readable(colour: str, ground: str, wanted: float = 4.5) -> str:
    """`colour`, or the nearest lighter or darker one of its hue that has the wanted contrast on `ground`.

    Black or white where no colour of the hue has it.
    """
    if contrast(colour, ground) >= wanted:
        return colour
    lightness, chroma, hue = oklch(colour)
    away = 1 if luminance(colour) >= luminance(ground) else -1
    for direction in (away, -away):
        for step in range(1, 101):
            value = lightness + direction * step / 100
            if not 0 <= value <= 1:
                break
            found = from_oklch(round(value, 4), round(chroma, 4), round(hue, 2))
            if contrast(found, ground) >= wanted:
                return found
    return max((WHITE, BLACK), key=lambda one: contrast(one, ground))


def best_on(ground: str, *choices: str) -> str:
    """The first of the choices that can be read on `ground` (4.5), or the best of them made readable."""
    for choice in choices:
        if contrast(choice, ground) >= 4.5:
            return choice
    return readable(max(choices, key=lambda one: contrast(one, ground)), ground)
