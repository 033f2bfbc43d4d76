"""The levels of the Unicode Bidirectional Algorithm (Unicode Standard Annex 9) for one paragraph.

Without the explicit formatting characters (X1 to X8), which `kit.fonts.drawable` drops. The names of the
rules stand at the steps.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

Direction = Literal["rtl", "ltr"]
_STRONG: Final = frozenset({"L", "R"})
_BRACKETS: Final = dict(zip("([{⟨〈《「『【", ")]}⟩〉》」』】", strict=True))


def direction(text: str, otherwise: Direction = "ltr") -> Direction:
    """The direction of a line: that of its first strong character (P2), `otherwise` without one."""
    strong = (kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL"))
    first = next(strong, None)
    return otherwise if first is None else "ltr" if first == "L" else "rtl"


def levels(text: str, base: Direction) -> tuple[int, ...]:
    """The level of each character: even ones are read from the left, odd ones from the right."""
    embedding = "R" if base == "rtl" else "L"
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    _weak(kinds, embedding)
    _pairs(text, kinds, embedding)
    _neutral(kinds, embedding)
    even = {"L": 0, "R": 1, "EN": 2, "AN": 2}
    odd = {"L": 2, "R": 1, "EN": 2, "AN": 2}
    return tuple((odd if base == "rtl" else even)[kind] for kind in kinds)


def _weak(kinds: list[str], embedding: str) -> None:
    """W1 to W7. Joiners go with their letter, as marks do."""
    strong = before = embedding
    for at, kind in enumerate(kinds):
        kind = before if kind in ("NSM", "BN") else kind  # W1
        if kind in ("L", "R", "AL"):
            strong = kind
        before = kinds[at] = "AN" if kind == "EN" and strong == "AL" else kind  # W2
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for at in range(1, len(kinds) - 1):  # W4
        around = kinds[at - 1]
        if kinds[at + 1] == around and (
            (kinds[at] == "CS" and around in ("EN", "AN")) or (kinds[at] == "ES" and around == "EN")
        ):
            kinds[at] = around
    for start, end in _runs(kinds, {"ET"}):  # W5
        if "EN" in (kinds[start - 1] if start else "", kinds[end] if end < len(kinds) else ""):
            kinds[start:end] = ["EN"] * (end - start)
    strong = embedding
    for at, kind in enumerate(kinds):
        if kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":  # W7
            kinds[at] = "L"
        elif kind not in ("EN", "AN"):  # W6; other neutrals are alike from here on
            kinds[at] = "ON"


def _pairs(text: str, kinds: list[str], embedding: str) -> None:
    """N0: both brackets of a pair go one way."""
    opened: list[tuple[str, int]] = []
    pairs = []
    for at, character in enumerate(text):
        if kinds[at] != "ON":
            continue
        if character in _BRACKETS:
            opened.append((_BRACKETS[character], at))
        elif any(closing == character for closing, _start in opened):
            while opened[-1][0] != character:
                opened.pop()
            pairs.append((opened.pop()[1], at))
    for start, end in sorted(pairs):
        inside = {_side(kind) for kind in kinds[start + 1 : end]} & _STRONG
        if not inside:
            continue
        before = next((_side(one) for one in reversed(kinds[:start]) if _side(one) in _STRONG), embedding)
        kinds[start] = kinds[end] = embedding if embedding in inside else before


def _neutral(kinds: list[str], embedding: str) -> None:
    """N1 and N2: between two of one direction that one, otherwise the paragraph's."""
    for start, end in _runs(kinds, {"ON"}):
        before = _side(kinds[start - 1]) if start else embedding
        after = _side(kinds[end]) if end < len(kinds) else embedding
        kinds[start:end] = [before if before == after else embedding] * (end - start)


def _side(kind: str) -> str:
    return "R" if kind in ("EN", "AN") else kind


def _runs(kinds: list[str], sought: set[str]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in sought:
            end += 1
        if end > start:
            yield start, end
        start = max(end, start + 1)
