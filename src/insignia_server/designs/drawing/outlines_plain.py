"""Outlines that turn around a centre."""

from __future__ import annotations

import math
from typing import Final

from insignia_server.designs.drawing.paths import MIDDLE, ellipse, moved, number, rectangle, smooth
from insignia_server.kit.pictures.shapes import Point, polygon, ring_point, rounded, star

_C: Final = MIDDLE


def lobes(radius: float, count: int, bulge: float, cx: float = _C, cy: float = _C) -> str:
    """Round lobes around a circle: valleys on `radius`, `bulge` is how far a lobe's curve is drawn out."""
    step = 360 / count
    valleys = [ring_point(cx, cy, radius, step * (i - 0.5)) for i in range(count + 1)]
    data = [f"M{number(valleys[0][0])} {number(valleys[0][1])}"]
    for i in range(count):
        a = ring_point(cx, cy, radius + bulge, step * (i - 0.42))
        b = ring_point(cx, cy, radius + bulge, step * (i + 0.42))
        end = valleys[i + 1]
        data.append("C" + " ".join(number(n) for n in (*a, *b, *end)))
    return "".join(data) + "Z"


def _gear(teeth: int, outer: float, inner: float) -> str:
    points: list[Point] = []
    step = 360 / teeth
    for i in range(teeth):
        at = i * step
        points += [
            ring_point(_C, _C, inner, at - step * 0.34),
            ring_point(_C, _C, outer, at - step * 0.21),
            ring_point(_C, _C, outer, at + step * 0.21),
            ring_point(_C, _C, inner, at + step * 0.34),
        ]
    return rounded(points, 7)


def _squircle(radius: float, power: float) -> str:
    points: list[Point] = []
    for i in range(40):
        angle = 2 * math.pi * i / 40
        cos, sin = math.cos(angle), math.sin(angle)
        points.append(
            (
                _C + radius * math.copysign(abs(cos) ** (2 / power), cos),
                _C + radius * math.copysign(abs(sin) ** (2 / power), sin),
            )
        )
    return smooth(points)


def _plaque(half: float, bite: float) -> str:
    a, b, k = _C - half, _C + half, bite * 0.55
    m, n = a + bite, b - bite
    return (
        f"M{m} {a}L{n} {a}C{n} {a + k} {b - k} {m} {b} {m}L{b} {n}C{b - k} {n} {n} {b - k} {n} {b}"
        f"L{m} {b}C{m} {b - k} {a + k} {n} {a} {n}L{a} {m}C{a + k} {m} {m} {a + k} {m} {a}Z"
    )


def _quatrefoil(r: float, off: float) -> str:
    """Four half circles of radius `r`, their centres `off` from the middle."""
    k, y = r * 0.5522847498, -off
    curves = ((-r, y - k, -k, y - r, 0, y - r), (k, y - r, r, y - k, r, y))
    body = "".join("C" + " ".join(number(n) for n in curve) for curve in curves)
    sides = [moved(f"{'L' if i else 'M'}{-r} {y}{body}", _C, _C, 1.0, 90.0 * i) for i in range(4)]
    return "".join(sides) + "Z"


def circle(radius: float) -> str:
    """A circle around the middle."""
    return ellipse(_C, _C, radius)


CIRCLE: Final = ellipse(_C, _C, 238)
OVAL: Final = ellipse(_C, _C, 206, 242)
SEAL: Final = lobes(226, 24, 16)
ROSETTE: Final = lobes(216, 16, 32)
BLOSSOM: Final = lobes(202, 8, 58)
CLOUD: Final = lobes(196, 10, 62)
HEXAGON: Final = polygon(_C, _C, 248, 6, corner=34)
HEXAGON_FLAT: Final = polygon(_C, _C, 248, 6, turn=30, corner=34)
HEXAGON_SHARP: Final = polygon(_C, _C, 248, 6)
OCTAGON: Final = polygon(_C, _C, 250, 8, turn=22.5, corner=22)
DODECAGON: Final = polygon(_C, _C, 246, 12, turn=15, corner=12)
HEPTAGON: Final = polygon(_C, _C + 6, 248, 7, corner=30)
PENTAGON: Final = polygon(_C, _C + 18, 256, 5, corner=40)
SQUIRCLE: Final = _squircle(226, 4.6)
PLAQUE: Final = _plaque(222, 52)
TILE: Final = rounded(
    [(98, 34), (414, 34), (478, 98), (478, 414), (414, 478), (98, 478), (34, 414), (34, 98)], 10
)
DIAMOND: Final = rounded([(_C, 2), (510, _C), (_C, 510), (2, _C)], 46)
BURST: Final = star(_C, _C, 248, 224, 32, corner=3)
SUN: Final = star(_C, _C, 250, 214, 16, corner=20)
OCTAGRAM: Final = star(_C, _C, 250, 208, 8, corner=8)
GEAR: Final = _gear(14, 246, 214)
QUATREFOIL: Final = _quatrefoil(118.0, 118.0)
FULL: Final = rectangle(-20, -20, 552, 552)
