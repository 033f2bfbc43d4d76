"""Text that a PDF gives back, of every script, in the order in which it is read.

typst shows a line from the left to the right, and gives every glyph of a cluster the text of the whole
cluster: readers find words in the wrong order, letters twice and vowels in front. Such texts are drawn as
outlines instead, word by word, and their characters lie on top in blank glyphs. `common.typ` sets the lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from insignia_server.kit.bidi import Direction, direction, levels
from insignia_server.kit.fonts import SANS, SERIF, breakable, undivided
from insignia_server.kit.typesetting import drawings

Value = str | dict[str, object]
"""What a template is given: text, or words that `common.typ` puts in lines."""
_SEGMENT: Final = Path(__file__).with_name("segment.typ")
_BREAKS: Final = Path(__file__).with_name("breaks.typ")
_BOX: Final = re.compile(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_RIGHT: Final = frozenset({"R", "AL"})
_ENDS: Final = frozenset({"L", "EN", "AN", "ES", "ET", "CS"})
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})
_FIRST_UNDIVIDED: Final = "\u2e80"
_THAI: Final = re.compile("[\u0e00-\u0e7f]{3,}")
_SMALL_KANA: Final = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々")
_AT_ONCE: Final = 80  # characters in which Thai words are sought
_LONG: Final = 12  # characters after which a word may be divided
_KEPT: Final = 6_000  # outlines that a process remembers
_Key = tuple[str, bool, tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class Outline:
    """A piece of a word as a drawing; its width in em."""

    svg: str
    width: float


def needs_layer(text: str) -> bool:
    """Whether a PDF would not give the text back as it was: right-to-left, or drawn with several glyphs for
    a letter (some of India's scripts have two for one) and its marks. Han, kana and Hangul are not."""
    return any(
        "\u0900" <= character <= "\u0dff"
        or unicodedata.bidirectional(character) in _RIGHT
        or unicodedata.category(character) in _MARKS
        or not (character >= _FIRST_UNDIVIDED or undivided(character))
        for character in unicodedata.normalize("NFC", text)
    )


def units(text: str) -> list[str]:
    """The characters, each with the joiners (U+200C, U+200D) behind it."""
    found: list[str] = []
    for character in text:
        if found and unicodedata.category(character) == "Cf":
            found[-1] += character
        else:
            found.append(character)
    return found


@dataclass(slots=True)
class Words:
    """The texts of a page in its typefaces. `base` is the direction of the page's language."""

    fallbacks: tuple[str, ...]
    base: Direction
    _numbers: dict[_Key, int] = field(default_factory=dict)
    _parts: list[dict[str, object]] = field(default_factory=list)
    _letters: int = 0  # from the left, less those from the right

    def text(
        self, text: str, *, weight: int = 400, serif: bool = False, base: Direction | None = None
    ) -> Value:
        """A text for a template. `base`: its direction; None, by its first letter."""
        if not needs_layer(text):
            self.seen(text)
            return breakable(text)
        return self.runs(((text, False),), weight=weight, serif=serif, base=base)

    def runs(
        self,
        runs: tuple[tuple[str, bool], ...],
        *,
        weight: int = 400,
        serif: bool = False,
        base: Direction | None = None,
    ) -> dict[str, object]:
        """Several texts in a row; those that are strong are in semibold."""
        text = "".join(run for run, _strong in runs)
        self.seen(text)
        strong = [is_strong for run, is_strong in runs for _character in run]
        base = base or direction(text, self.base)
        level = levels(text, base)
        fonts = (SERIF if serif else SANS, *self.fallbacks)
        words: list[dict[str, object]] = []
        at = 0
        for found in re.finditer(r"\S+", text):
            if words:
                words[-1]["gap"] = level[found.start() - 1]
            for start, end in _pieces(text, found.start(), found.end(), fonts):
                parts = [
                    self._part(text[a:b], level[a], fonts, 600 if strong[a] else weight, strong[a])
                    for a, b in _even(start, end, level, strong)
                ]
                words.append({"parts": parts, "gap": None})
            at = found.end()
        return {"base": int(base == "rtl"), "words": words, "characters": at}

    def seen(self, text: str) -> None:
        """Count the letters of a text that stands on the page."""
        kinds = [unicodedata.bidirectional(character) for character in text]
        self._letters += kinds.count("L") - kinds.count("R") - kinds.count("AL")

    def _part(
        self, text: str, level: int, fonts: tuple[str, ...], weight: int, strong: bool
    ) -> dict[str, object]:
        key = (text, level % 2 == 1, fonts, weight)
        number = self._numbers.setdefault(key, len(self._numbers))
        part = {"number": number, "level": level, "strong": strong, **_read(text)}
        self._parts.append(part)
        return part

    @property
    def mostly_right(self) -> bool:
        """Whether most letters of the texts so far are right-to-left."""
        return self._letters < 0

    def outlines(self) -> list[str]:
        """The drawings that the texts so far name by number; their widths are told to the texts."""
        found = _outlines(tuple(self._numbers))
        for part in self._parts:
            part["width"] = found[cast("int", part["number"])].width
        return [one.svg for one in found]


def _read(text: str) -> dict[str, object]:
    """The characters in chunks, by what readers that look at places take them for: R from the right, E what
    ends a run of these, N neither, which goes with what is before it."""
    chunks: list[tuple[str, list[str]]] = []
    found = units(text)
    for unit in found:
        kind = unicodedata.bidirectional(unit[0])
        kind = "R" if kind in _RIGHT else "E" if kind in _ENDS else "N"
        if chunks and kind in ("N", chunks[-1][0]):
            chunks[-1][1].append(unit)
        else:
            chunks.append((kind, [unit]))
    told = [{"kind": kind, "units": some, "simple": _simple(some)} for kind, some in chunks]
    return {"count": len(found), "chunks": told}


def _simple(some: list[str]) -> bool:
    return all(
        len(unit) == 1 and unicodedata.category(unit) not in _MARKS and not unicodedata.mirrored(unit)
        for unit in some
    )


def _even(start: int, end: int, level: tuple[int, ...], strong: list[bool]) -> Iterator[tuple[int, int]]:
    """Pieces of one direction and one weight."""
    first = start
    for at in range(start + 1, end + 1):
        if at == end or (level[at], strong[at]) != (level[first], strong[first]):
            yield first, at
            first = at


def _pieces(text: str, start: int, end: int, fonts: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """A word, divided where a line may end in it."""
    first = start
    for stop in (*_places(text[start:end], fonts), end - start):
        yield first, start + stop
        first = start + stop


@lru_cache(maxsize=1024)
def _places(word: str, fonts: tuple[str, ...]) -> tuple[int, ...]:
    """Around Han characters and kana, between Thai words, behind a hyphen, and anywhere in what is long."""
    if len(word) <= _LONG and not any(character >= _FIRST_UNDIVIDED for character in word):
        return ()
    places = {at for at in range(1, len(word)) if _may_end(word[at - 1], word[at])}
    for found in _THAI.finditer(word):
        places |= {found.start() + at for at in _between_words(found[0], fonts)}
    first = 0
    for at in range(1, len(word)):
        if at in places or (at - first >= 2 * _LONG and not _leans(word[at])):
            places.add(at)
            first = at
    return tuple(sorted(places))


def _may_end(before: str, after: str) -> bool:
    """Unicode Standard Annex 14, shortened: not before what closes, not behind what opens."""
    if before in "-\u2010/":
        return not _leans(after)
    if max(before, after) < _FIRST_UNDIVIDED or _leans(after):
        return False
    closes = unicodedata.category(after) in ("Pe", "Pf", "Po", "Lm", "Nd") or after in _SMALL_KANA
    return not closes and unicodedata.category(before) not in ("Ps", "Pi")


def _leans(character: str) -> bool:
    """Whether it never begins a line: marks, joiners, Thai vowels that are written behind."""
    return unicodedata.category(character) in (*_MARKS, "Cf") or character in "ะาำๅๆฯ"


def _between_words(text: str, fonts: tuple[str, ...]) -> Iterator[int]:
    """Some at a time, each time from the last word on, since a part of a word may look like another."""
    start = 0
    while len(text) - start > 1:
        some = text[start : start + _AT_ONCE]
        drawn = drawings(_BREAKS, {"fonts": fonts, "characters": list(some)})
        found = sorted({round(float(box[1])) for box in map(_BOX.search, drawn) if box} - {0, len(some)})
        found = [at for at in found if not _leans(some[at])]
        places = [at for at in found if at + 1 not in found]  # no word is one letter
        if start + len(some) < len(text):
            places = places[:-1]  # the last one may be the end of a part
        yield from (start + at for at in places)
        if start + len(some) == len(text) or not places:
            return
        start += places[-1]


_known: dict[_Key, Outline] = {}


def _outlines(keys: tuple[_Key, ...]) -> list[Outline]:
    """Each as it was drawn before, or drawn now, all at once."""
    known = {key: _known[key] for key in keys if key in _known}
    lacking = [key for key in keys if key not in known]
    if lacking:
        segments = [
            {"text": text, "rtl": right, "fonts": fonts, "weight": weight}
            for text, right, fonts, weight in lacking
        ]
        for key, svg in zip(lacking, drawings(_SEGMENT, {"segments": segments}), strict=True):
            box = _BOX.search(svg)
            assert box, "typst writes a viewBox"
            known[key] = Outline(svg.decode(), (float(box[1]) - 40) / 100)
        if len(_known) > _KEPT:
            _known.clear()
        _known.update(known)
    return [known[key] for key in keys]
