"""The colours of a certificate from the two that were chosen, each moved until it can be read on paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from insignia_server.kit.accent import Colour, contrast, parse_colour

_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)
_INK: Colour = (0x1F, 0x1D, 0x1A)
_TEXT = 6.0  # the accent as text also stands on its tint
_ON = 4.5  # WCAG 2.2, 1.4.3
_LINE = 1.8  # lines and frames: seen, not read
_TINT = 1.1


@dataclass(frozen=True, slots=True)
class Colours:
    """`fill` for areas, `on` for text on them, `text` for words on white, `tint` for quiet areas, `line` and
    `second` for lines; each #rrggbb."""

    fill: str
    on: str
    text: str
    tint: str
    line: str
    second: str

    def to_json(self) -> dict[str, str]:
        """For the templates."""
        return asdict(self)


def colours(accent: str, second: str = "") -> Colours:
    """Raises ValueError for what is not #rrggbb; `second` empty: a lighter accent."""
    chosen = parse_colour(accent)
    on = _WHITE if contrast(chosen, _WHITE) >= contrast(chosen, _INK) else _INK
    fill = _moved(chosen, _BLACK if on == _WHITE else _WHITE, against=on, ratio=_ON)
    text = _moved(chosen, _BLACK, against=_WHITE, ratio=_TEXT)
    other = parse_colour(second) if second else _mixed(fill, _WHITE, 45)
    lines = (_moved(one, _BLACK, against=_WHITE, ratio=_LINE) for one in (fill, other))
    return Colours(*(_hex(one) for one in (fill, on, text, _tint(fill), *lines)))


def _tint(fill: Colour) -> Colour:
    """Much lighter, but not white: of a light colour itself, a little darker where need be."""
    lighter = (_mixed(fill, _WHITE, part) for part in range(90, -1, -5))
    found = next((one for one in lighter if contrast(one, _WHITE) >= _TINT), fill)
    return _moved(found, _BLACK, against=_WHITE, ratio=_TINT)


def _moved(colour: Colour, end: Colour, *, against: Colour, ratio: float) -> Colour:
    return next(
        mixed
        for mixed in (_mixed(colour, end, part) for part in range(0, 101, 2))
        if contrast(mixed, against) >= ratio
    )


def _mixed(colour: Colour, end: Colour, part: int) -> Colour:
    red, green, blue = (round(a + (b - a) * part / 100) for a, b in zip(colour, end, strict=True))
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
