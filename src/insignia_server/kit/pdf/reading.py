"""Text that a PDF gives back, of every script, in the order in which it is read.

typst shows glyph by glyph from the left, and gives every glyph of a cluster the text of the whole cluster:
readers find letters twice and vowels in front. Such words are drawn as outlines instead, and their text lies
on top in blank glyphs, one for each character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from insignia_server.kit.fonts import undivided
from insignia_server.kit.typesetting import typeset

_SLOT: Final = Path(__file__).with_name("slot.typ")
_BOX: Final = re.compile(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_RIGHT: Final = frozenset({"R", "AL"})
# What ends a right-to-left run for readers of PDFs that work out the direction from where characters stand.
_ENDS: Final = frozenset({"L", "EN", "AN", "ES", "ET", "CS"})
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})
_FIRST_UNDIVIDED: Final = "\u2e80"
Cells = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Words as a drawing, with its size in points."""

    svg: bytes
    width: float
    height: float


def direction(text: str) -> Literal["rtl", "ltr"]:
    """The direction of a line: that of its first strong character (Unicode Standard Annex 9, P2)."""
    strong = (kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL"))
    return "rtl" if next(strong, "L") in _RIGHT else "ltr"


def needs_layer(text: str) -> bool:
    """Whether a PDF would not give the text back as it was: right-to-left, or drawn with several glyphs for
    a letter and its marks. Han, kana and Hangul are not."""
    return any(
        unicodedata.bidirectional(character) in _RIGHT
        or unicodedata.category(character) in _MARKS
        or not (character >= _FIRST_UNDIVIDED or undivided(character))
        for character in unicodedata.normalize("NFC", text)
    )


def cells(text: str) -> Cells:
    """Each character, in reading order, with its place counted from the left.

    Right-to-left runs go from right to left. A joiner (U+200C, U+200D) stays with its letter.
    """
    units: list[str] = []
    for character in text:
        if units and character != "\u200b" and unicodedata.category(character) == "Cf":
            units[-1] += character
        elif character != "\u200b":
            units.append(character)
    places = list(range(len(units)))
    start = 0
    while start < len(units):
        end = start + 1
        if unicodedata.bidirectional(units[start][0]) in _RIGHT:
            while end < len(units) and unicodedata.bidirectional(units[end][0]) not in _ENDS:
                end += 1
            places[start:end] = reversed(places[start:end])
        start = end
    return tuple(zip(units, places, strict=True))


def outlines(data: dict[str, object]) -> Outlines:
    """The words of a slot as a drawing. `data` as slot.typ reads it."""
    svg = typeset(_SLOT, data, format="svg")
    box = _BOX.search(svg)
    if box is None:
        raise ValueError("expected a drawing with a viewBox")
    return Outlines(svg, float(box[1]), float(box[2]))
