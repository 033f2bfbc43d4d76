"""An organisation's accent colour, made legible: WCAG 2.2 contrast (success criterion 1.4.3)."""

import re

_HEX = re.compile(r"[0-9a-f]{6}")
_LIGHT_PAPER, _DARK_PAPER = (0xFA, 0xF8, 0xF5), (0x20, 0x1D, 0x1A)
_WHITE, _BLACK, _INK = (0xFF, 0xFF, 0xFF), (0, 0, 0), (0x22, 0x1E, 0x1A)
# Text in the accent also stands on a tint of the accent, where 4.5 on paper would not be enough.
_ON_TINTS = 6.0
Colour = tuple[int, int, int]


def parse_colour(text: str) -> Colour:
    """Six hexadecimal digits, with or without `#`. Raises ValueError."""
    digits = text.removeprefix("#").lower()
    if not _HEX.fullmatch(digits):
        raise ValueError(f"a colour is six hexadecimal digits, as in 3547c8, not {text[:20]!r}")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def contrast(one: Colour, other: Colour) -> float:
    """WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def stylesheet(colour: Colour) -> str:
    """The custom properties that replace the accent: as a fill, the text on it, and as text on paper.

    The colour as text is darkened on light paper, and lightened on dark paper, until its contrast is 6.
    """
    on_brand = _WHITE if contrast(colour, _WHITE) >= contrast(colour, _INK) else _INK
    fill = _toward(colour, _BLACK if on_brand == _WHITE else _WHITE, against=on_brand, ratio=4.5)
    light = _toward(colour, _BLACK, against=_LIGHT_PAPER, ratio=_ON_TINTS)
    dark = _toward(colour, _WHITE, against=_DARK_PAPER, ratio=_ON_TINTS)
    return (
        f":root{{--brand:{_hex(fill)};--on-brand:{_hex(on_brand)};"
        f"--brand-ink:light-dark({_hex(light)},{_hex(dark)})}}\n"
    )


def _toward(colour: Colour, end: Colour, *, against: Colour, ratio: float) -> Colour:
    """The mixture nearest to `colour`, on the way to `end` (which must be far enough), that is legible."""
    step, mixed = 0, colour
    while contrast(mixed, against) < ratio:
        step += 2
        red, green, blue = (round(a + (b - a) * step / 100) for a, b in zip(colour, end, strict=True))
        mixed = red, green, blue
    return mixed


def _luminance(colour: Colour) -> float:
    channels = [value / 255 for value in colour]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
