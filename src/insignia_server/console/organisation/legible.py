"""What becomes of an organisation's colour so that everybody can read it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.formats import number_format

from insignia_server.kit.accent import contrast, parse_colour, stylesheet

WHITE = (0xFF, 0xFF, 0xFF)


@dataclass(frozen=True)
class Legibility:
    """The colour, its contrast on white, the colour of the text on it, and what it becomes as text."""

    colour: str
    ratio: str
    on_white: bool
    as_text: str
    as_text_dark: str

    @property
    def changed(self) -> bool:
        """Whether text in it is darker than the colour itself."""
        return self.as_text != self.colour


def legibility(colour: str) -> Legibility | None:
    """None without a colour. 4.5 is the least for text (WCAG 2.2, 1.4.3)."""
    try:
        parsed = parse_colour(colour)
    except ValueError:
        return None
    found = re.search(r"light-dark\((#\w{6}),(#\w{6})\)", stylesheet(parsed))
    light, dark = found.groups() if found else (colour, colour)
    ratio = contrast(parsed, WHITE)
    return Legibility(colour, number_format(f"{ratio:.1f}"), ratio >= 4.5, light, dark)
