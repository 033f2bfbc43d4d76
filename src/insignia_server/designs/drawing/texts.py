"""Texts that fit: on a line, in lines that follow an outline, on an arc."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final

from insignia_server.kit.fonts import SANS, SERIF, drawable
from insignia_server.kit.pictures.outlines import Line, outline

CAP: Final = 0.66  # height of a capital, in ems, of both typefaces
LEAD: Final = 1.06  # from baseline to baseline, in ems
Width = Callable[[float, float], float]
"""How much room there is between two heights."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. `tracking` in hundredths of an em."""

    weight: int = 700
    tracking: float = 0.0
    serif: bool = False

    def line(self, text: str) -> Line:
        """The text shaped."""
        return outline(text, family=SERIF if self.serif else SANS, weight=self.weight, tracking=self.tracking)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines with their baselines, all of one size. `cut` where text was left off."""

    lines: tuple[tuple[str, float], ...]
    size: float
    cut: bool = False


def prepared(text: str, *, upper: bool) -> str:
    """One line, drawable, in capitals where wanted (scripts without capitals stay as they are)."""
    line = drawable(text)
    return line.upper() if upper else line


@lru_cache(maxsize=2048)
def breaks(text: str, count: int) -> tuple[str, ...]:
    """The text in `count` lines whose longest is as short as can be; fewer where it has fewer words."""
    words = _words(text)
    if len(words) < count or count == 1:
        return (text,) if count == 1 else ()
    if len(words) > 14:
        return _greedy(words, count)
    best: tuple[float, tuple[str, ...]] | None = None
    for cuts in combinations(range(1, len(words)), count - 1):
        ends = (0, *cuts, len(words))
        lines = tuple("".join(words[a:b]).strip() for a, b in pairwise(ends))
        longest = max(_rough(line) for line in lines)
        # A last line of one short word is a widow: little is given for a better shape.
        cost = longest + (0.8 if _rough(lines[-1]) < 0.34 * longest else 0)
        if best is None or cost < best[0]:
            best = (cost, lines)
    return best[1] if best else ()


def fit_lines(
    text: str,
    style: Style,
    width: Width,
    *,
    top: float,
    bottom: float,
    largest: float,
    smallest: float,
    most: int = 3,
    anchor: float = 0.5,
    wanted: float = 0.0,
) -> Block:
    """The text between two heights, in the number of lines that lets it be largest.

    `anchor` is where the block stands in the room that is left (0 top, 1 bottom); `wanted` a given size.
    """
    choices: list[Block] = []
    for count in range(1, most + 1):
        lines = breaks(text, count)
        if lines:
            found = _fit(lines, style, width, top, bottom, largest, smallest, anchor, wanted)
            if found is not None:
                choices.append(found)
    if choices:
        return max(choices, key=lambda block: (block.size - 2.5 * len(block.lines), -len(block.lines)))
    return _cut(text, style, width, top, bottom, smallest, most, anchor)


def fit_arc(
    text: str, style: Style, length: float, *, largest: float, smallest: float, wanted: float = 0.0
) -> tuple[str, float, bool]:
    """The text, its size, and whether it was cut, for an arc of a length."""
    if not text:
        return "", largest, False
    width = style.line(text).width / 100
    size = min(wanted or largest, length / width) if width else largest
    if size >= smallest:
        return text, size, False
    short = _shortened(text, style, length / smallest * 100)
    return short, smallest, True


def _fit(
    lines: tuple[str, ...],
    style: Style,
    width: Width,
    top: float,
    bottom: float,
    largest: float,
    smallest: float,
    anchor: float,
    wanted: float,
) -> Block | None:
    widths = [style.line(line).width / 100 for line in lines]
    room = bottom - top
    size = wanted or min(largest, room / ((len(lines) - 1) * LEAD + CAP))
    while size >= smallest or size == wanted:
        height = ((len(lines) - 1) * LEAD + CAP) * size
        first = top + (room - height) * anchor + CAP * size
        baselines = [first + i * LEAD * size for i in range(len(lines))]
        fits = all(
            part * size <= width(base - CAP * size, base + 0.06 * size)
            for part, base in zip(widths, baselines, strict=True)
        )
        if fits:
            return Block(tuple(zip(lines, baselines, strict=True)), round(size, 1))
        if size == wanted:
            return None
        size -= 1
    return None


def _cut(
    text: str, style: Style, width: Width, top: float, bottom: float, size: float, most: int, anchor: float
) -> Block:
    """As many lines of the smallest size as there is room for; the last one ends with an ellipsis."""
    room = bottom - top
    count = max(1, min(most, int((room / size - CAP) / LEAD) + 1))
    height = ((count - 1) * LEAD + CAP) * size
    first = top + max(0.0, room - height) * anchor + CAP * size
    words, out = _words(text), []
    for i in range(count):
        base = first + i * LEAD * size
        longest = width(base - CAP * size, base + 0.06 * size) / size * 100
        line = ""
        while words and style.line((line + words[0]).strip()).width <= longest:
            line += words.pop(0)
        if i == count - 1 and words:
            line = _shortened((line + "".join(words)).strip(), style, longest)
            words = []
        if line.strip():
            out.append((line.strip(), base))
    return Block(tuple(out), size, cut=True)


def _shortened(text: str, style: Style, longest: float) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = style.line(text[:middle].rstrip() + "…").width <= longest
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip(" ,;:-–&") + "…"


def _words(text: str) -> list[str]:
    """Pieces between which a line may end, each with the space behind it; every Han or kana sign is one."""
    out: list[str] = [""]
    for sign in text:
        if unicodedata.east_asian_width(sign) in "WF" and unicodedata.category(sign) == "Lo":
            out.append(sign)
        elif sign == " ":
            out[-1] += " "
            out.append("")
        else:
            if out[-1] and unicodedata.east_asian_width(out[-1][-1]) in "WF" and sign.isalnum():
                out.append("")
            out[-1] += sign
            if sign in "-–/" and len(out[-1]) > 4:
                out.append("")
    return [word for word in out if word]


def _greedy(words: list[str], count: int) -> tuple[str, ...]:
    goal = _rough("".join(words)) / count
    lines: list[str] = []
    line = ""
    for word in words:
        if line and len(lines) < count - 1 and _rough(line + word) > goal * 1.08:
            lines.append(line.strip())
            line = ""
        line += word
    return (*lines, line.strip()) if len(lines) == count - 1 else ()


def _rough(text: str) -> float:
    """About how wide a text is, in ems: enough to choose where lines end."""
    return sum(
        1.0
        if unicodedata.east_asian_width(c) in "WF"
        else 0.25
        if c in " ilIjtf.,'|-"
        else 0.85
        if c in "mwMW"
        else 0.62
        if c.isupper()
        else 0.5
        for c in text
    )
