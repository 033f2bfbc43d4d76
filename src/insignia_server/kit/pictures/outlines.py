"""Text as outlines, so that a drawing looks alike where the typeface is not installed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from lxml import etree

from insignia_server.kit.fonts import FALLBACKS, SANS
from insignia_server.kit.pictures.svg_rules import SVG_NAMESPACE, XLINK_NAMESPACE
from insignia_server.kit.typesetting import typeset

_TEMPLATE: Final = Path(__file__).with_name("line.typ")
_EM: Final = 100.0
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shape: path data with y upwards, 100 units to the em; where it stands; how far the next one is."""

    path: str
    x: float
    y: float
    advance: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, shaped, in units of 100 to the em."""

    glyphs: tuple[Glyph, ...]
    width: float

    def straight(self, x: float, y: float, size: float, *, anchor: str = "middle") -> str:
        """Path data of the whole line at a baseline; `x` is its start, middle or end."""
        scale = size / _EM
        start = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * self.width * scale
        return " ".join(
            transform(glyph.path, scale, 0.0, start + glyph.x * scale, y - glyph.y * scale)
            for glyph in self.glyphs
        )

    def on_arc(self, cx: float, cy: float, radius: float, size: float, *, below: bool = False) -> str:
        """Path data of the line on a circle, centred at the top (reading clockwise) or at the bottom."""
        scale = size / _EM
        parts: list[str] = []
        for glyph in self.glyphs:
            middle = (glyph.x + glyph.advance / 2 - self.width / 2) * scale
            angle = -middle / radius if below else middle / radius
            direction = math.pi / 2 if below else -math.pi / 2
            px = cx + radius * math.cos(direction + angle)
            py = cy + radius * math.sin(direction + angle)
            half = glyph.advance / 2 * scale
            px, py = px - half * math.cos(angle), py - half * math.sin(angle)
            parts.append(transform(glyph.path, scale, angle, px, py, lift=glyph.y * scale))
        return " ".join(parts)


@lru_cache(maxsize=512)
def outline(text: str, *, family: str = SANS, weight: int = 600, tracking: float = 0.0) -> Line:
    """Shapes a line of text (kerning, ligatures, right-to-left, fallback fonts); `tracking` is extra space
    in hundredths of an em."""
    data = {
        "text": " ".join(text.split()),
        "fonts": [family, *FALLBACKS],
        "weight": weight,
        "tracking": tracking,
    }
    root = etree.fromstring(typeset(_TEMPLATE, data, format="svg"), etree.XMLParser(resolve_entities=False))
    symbols = {symbol.get("id"): _path(symbol) for symbol in root.iter(f"{{{SVG_NAMESPACE}}}symbol")}
    width = float(_NUMBER.findall(root.get("viewBox") or "0 0 0 0")[2])
    placed: list[tuple[str, float, float]] = []
    _collect(root, 0.0, 0.0, symbols, placed)
    stops = sorted({x for _, x, _ in placed} | {width})
    following = dict(pairwise(stops))
    glyphs = tuple(Glyph(path, x, y, following.get(x, width) - x) for path, x, y in placed)
    return Line(glyphs, width)


def transform(path: str, scale: float, angle: float, x: float, y: float, *, lift: float = 0.0) -> str:
    """Path data in units of 100 to the em, y upwards, as data at a place: scaled, turned, y downwards.

    Understands what typst writes: M and m first, then m, l, h, v, q, c, Z in relative coordinates.
    """
    cos, sin = math.cos(angle), math.sin(angle)

    def turned(dx: float, dy: float) -> tuple[float, float]:
        return scale * (dx * cos + dy * sin), scale * (dx * sin - dy * cos)

    out: list[str] = []
    start = (x + lift * sin, y - lift * cos)
    fresh = True
    for command, arguments in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [float(number) for number in _NUMBER.findall(arguments)]
        if command in "Zz":
            out.append("Z")
            continue
        if command == "M":
            dx, dy = turned(numbers[0], numbers[1])
            out.append(f"M{start[0] + dx:.2f} {start[1] + dy:.2f}")
            continue
        if command in "hv":
            numbers = [numbers[0], 0.0] if command == "h" else [0.0, numbers[0]]
            command = "l"
        pairs = [turned(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
        fresh = False
        out.append(command + " ".join(f"{dx:.2f} {dy:.2f}" for dx, dy in pairs))
    return "".join(out) if not fresh else ""


def _path(symbol: etree._Element) -> str:
    found = symbol.find(f"{{{SVG_NAMESPACE}}}path")
    return "" if found is None else found.get("d") or ""


def _collect(
    element: etree._Element,
    x: float,
    y: float,
    symbols: dict[str | None, str],
    placed: list[tuple[str, float, float]],
) -> None:
    numbers = [float(number) for number in _NUMBER.findall(element.get("transform") or "")]
    if len(numbers) == 6:
        x, y = x + numbers[4], y - numbers[5]
    for child in element:
        if child.tag == f"{{{SVG_NAMESPACE}}}use":
            path = symbols[(child.get(f"{{{XLINK_NAMESPACE}}}href") or "")[1:]]
            placed.append((path, x + float(child.get("x") or 0), y + float(child.get("y") or 0)))
        elif child.tag == f"{{{SVG_NAMESPACE}}}g":
            _collect(child, x, y, symbols, placed)
