"""The typefaces of pictures and certificates, bundled so that every machine draws alike."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
SANS: Final = "Source Sans 3"
SERIF: Final = "Source Serif 4"
LAYER: Final = "Insignia Layer"
"""Blank glyphs: the text under words that are drawn as outlines."""
CHINESE: Final = "Noto Sans SC"
JAPANESE: Final = "Noto Sans JP"
FALLBACKS: Final = (
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Georgian",
    "Noto Sans Armenian",
    CHINESE,
    JAPANESE,
    "Noto Sans KR",
)
"""For the scripts that the two do not have, in this order; Han characters take their Chinese forms."""

_KANA: Final = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")


def fallbacks(*texts: str, language: str = "") -> tuple[str, ...]:
    """`FALLBACKS`; Han characters take Japanese forms where the language is Japanese or a text has kana."""
    if not language.startswith("ja") and not any(_KANA.search(text) for text in texts):
        return FALLBACKS
    at = FALLBACKS.index(CHINESE)
    return (*FALLBACKS[:at], JAPANESE, CHINESE, *FALLBACKS[at + 2 :])


def missing(text: str) -> str:
    """The visible characters of `text` that no bundled font can draw, each once, in order."""
    known = _characters()
    lacking = (c for c in text if c.isprintable() and not c.isspace() and ord(c) not in known)
    return "".join(dict.fromkeys(lacking))


def drawable(text: str) -> str:
    """`text` in one line, control characters and fillers dropped, with a box for each character that no font
    has."""
    known = _characters()
    kept = (c if c.isprintable() or c in _JOINERS else " " for c in text if c not in _FILLERS)
    return " ".join("".join(c if ord(c) in known or c in _JOINERS or c == " " else "□" for c in kept).split())


def breakable(text: str) -> str:
    """`text` with places to break (U+200B) in words of more than 24 characters, so that none runs over."""
    return re.sub(r"\S{25,}", lambda word: "\u200b".join(re.findall(r"\S{1,12}", word[0])), text)


def undivided(character: str) -> bool:
    """Whether both of our own typefaces have it as one glyph, or it is no letter with marks."""
    return ord(character) in _own() or not unicodedata.decomposition(character)


_JOINERS: Final = "\u200c\u200d"  # they shape Arabic and Indic scripts
_FILLERS: Final = "\u034f\u115f\u1160\u3164\uffa0"  # printable for Unicode, and never to be seen


@cache
def _own() -> frozenset[int]:
    names = ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf", "SourceSerif4-Regular.ttf")
    return frozenset.intersection(*(frozenset(_covered((FOLDER / name).read_bytes())) for name in names))


@cache
def _characters() -> frozenset[int]:
    return frozenset().union(*(_covered(path.read_bytes()) for path in sorted(FOLDER.glob("*-Regular.ttf"))))


def _covered(font: bytes) -> set[int]:
    """The code points of a font's `cmap` table, subtables of the formats 4 and 12 (OpenType 1.9)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    covered: set[int] = set()
    for i in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">HHI", font, start + 4 + 8 * i)[2]
        kind = struct.unpack_from(">H", font, at)[0]
        if kind == 4:
            half = struct.unpack_from(">H", font, at + 6)[0]
            ends = struct.unpack_from(f">{half // 2}H", font, at + 14)
            starts = struct.unpack_from(f">{half // 2}H", font, at + 16 + half)
            for first, last in zip(starts, ends, strict=True):
                covered.update(range(first, last + 1))
        elif kind == 12:
            for group in range(struct.unpack_from(">I", font, at + 12)[0]):
                first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * group)
                covered.update(range(first, last + 1))
    return covered - {0xFFFF}
