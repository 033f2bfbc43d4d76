"""How much of its box an icon fills: bounds of SVG path data with any command."""

from __future__ import annotations

import math
import re
from typing import Final

_TOKEN: Final = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|(-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)")
_ARC: Final = re.compile(r"\s*,?\s*(-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)")
_FLAG: Final = re.compile(r"\s*,?\s*([01])")
_COUNTS: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
Box = tuple[float, float, float, float]


def bounds(data: str) -> Box:
    """Left, top, right and bottom of what the data draws; curves count by their points in quarters."""
    xs: list[float] = []
    ys: list[float] = []
    x = y = start_x = start_y = 0.0
    for letter, n in _commands(data):
        upper, relative = letter.upper(), letter.islower()
        ox, oy = (x, y) if relative else (0.0, 0.0)
        if upper == "Z":
            x, y = start_x, start_y
            continue
        if upper == "H":
            points = [(ox + n[0], y)]
        elif upper == "V":
            points = [(x, oy + n[0])]
        elif upper == "A":
            points = _arc(x, y, n, ox + n[5], oy + n[6])
        else:
            given = [(ox + n[i], oy + n[i + 1]) for i in range(0, len(n), 2)]
            points = _bezier([(x, y), *given]) if upper in "CQS" else given
        x, y = points[-1]
        if upper == "M":
            start_x, start_y = x, y
        xs += [point[0] for point in points]
        ys += [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def _commands(data: str) -> list[tuple[str, list[float]]]:
    out: list[tuple[str, list[float]]] = []
    at = 0
    letter = ""
    while True:
        match = _TOKEN.search(data, at)
        if match is None:
            return out
        if match[1]:
            letter, at = match[1], match.end()
            if letter in "Zz":
                out.append((letter, []))
            continue
        numbers: list[float] = []
        for i in range(_COUNTS[letter.upper()]):
            part = (_FLAG if letter in "Aa" and i in (3, 4) else _ARC).match(data, at)
            if part is None:
                return out
            numbers.append(float(part[1]))
            at = part.end()
        out.append((letter, numbers))
        letter = {"M": "L", "m": "l"}.get(letter, letter)


def _bezier(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    out = []
    degree = len(points) - 1
    for step in range(1, 5):
        t = step / 4
        weights = [math.comb(degree, i) * t**i * (1 - t) ** (degree - i) for i in range(degree + 1)]
        out.append(
            (
                sum(w * p[0] for w, p in zip(weights, points, strict=True)),
                sum(w * p[1] for w, p in zip(weights, points, strict=True)),
            )
        )
    return out


def _arc(x: float, y: float, n: list[float], ex: float, ey: float) -> list[tuple[float, float]]:
    """Points of an elliptical arc (SVG 2, appendix B.2.4), its own turn left aside."""
    rx, ry, large, sweep = abs(n[0]), abs(n[1]), n[3], n[4]
    if not rx or not ry or (x, y) == (ex, ey):
        return [(ex, ey)]
    ax, ay = (x - ex) / 2 / rx, (y - ey) / 2 / ry
    length = ax * ax + ay * ay
    if length > 1:
        rx, ry = rx * math.sqrt(length), ry * math.sqrt(length)
        ax, ay, length = (x - ex) / 2 / rx, (y - ey) / 2 / ry, 1.0
    factor = math.sqrt(max(0.0, 1 / length - 1)) * (-1 if large == sweep else 1)
    cx, cy = factor * ay, -factor * ax
    begin, end = math.atan2(ay - cy, ax - cx), math.atan2(-ay - cy, -ax - cx)
    if sweep and end < begin:
        end += 2 * math.pi
    if not sweep and end > begin:
        end -= 2 * math.pi
    mx, my = (x + ex) / 2 + cx * rx, (y + ey) / 2 + cy * ry
    angles = [begin + (end - begin) * i / 8 for i in range(1, 8)]
    return [*((mx + rx * math.cos(a), my + ry * math.sin(a)) for a in angles), (ex, ey)]
