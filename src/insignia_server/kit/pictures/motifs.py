"""Figures for the middle of a starter badge: each fills a disc of radius 130 around (256, 256).

A figure takes bytes of the seed and three colours and gives pairs of fill and path data, back to front.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from insignia_server.kit.pictures import shapes

Layers = list[tuple[str, str]]
Motif = Callable[[bytes, str, str, str], Layers]
_C: Final = 256.0
_Y: Final = 248.0  # a little higher: the marks of the level stand below


def blossom(seed: bytes, strong: str, light: str, accent: str) -> Layers:
    """Two rings of petals."""
    count = (6, 8, 10)[seed[0] % 3]
    step = 360 / count
    back = [(light, shapes.petal(_C, _Y, 26, 112, i * step + step / 2, step * 0.62)) for i in range(count)]
    front = [(strong, shapes.petal(_C, _Y, 22, 100, i * step, step * 0.42)) for i in range(count)]
    return [*back, *front, (accent, shapes.circle(_C, _Y, 17))]


def peaks(seed: bytes, strong: str, light: str, accent: str) -> Layers:
    """Mountains before a sun."""
    tilt = seed[0] % 24 - 12
    sun = shapes.circle(_C + 46 + tilt, _Y - 56, 25)
    far = shapes.rounded([(_C - 30 + tilt, 330), (_C + 48 + tilt, 208), (_C + 120, 330)], 9)
    near = shapes.rounded([(_C - 122, 330), (_C - 28 + tilt, 166), (_C + 66, 330)], 9)
    snow_x = _C - 28 + tilt
    snow = (
        f"M{snow_x - 27:.1f} 214L{snow_x - 4:.1f} 173Q{snow_x:.1f} 166 {snow_x + 4:.1f} 173"
        f"L{snow_x + 27:.1f} 214l-15 -9l-12 15l-13 -15Z"
    )
    return [(accent, sun), (light, far), (strong, near), ("#ffffff", snow)]


def orbits(seed: bytes, strong: str, light: str, accent: str) -> Layers:
    """Three crossing orbits with a body on each."""
    turn = seed[0] % 60
    layers: Layers = []
    for i, colour in enumerate((light, strong, light)):
        layers.append((colour, _ellipse_ring(108, 42, 7, turn + 60 * i)))
    for i in range(3):
        angle = math.radians(turn + 60 * i)
        x, y = _C + 108 * math.cos(angle), _Y + 108 * math.sin(angle)
        layers.append((accent if i == seed[1] % 3 else strong, shapes.circle(x, y, 12)))
    return [*layers, (strong, shapes.circle(_C, _Y, 24)), (light, shapes.circle(_C - 7, _Y - 7, 7))]


def facets(seed: bytes, strong: str, light: str, accent: str) -> Layers:
    """A cut stone seen from above."""
    sides = (6, 8)[seed[0] % 2]
    outer = [shapes.ring_point(_C, _Y, 112, 360 * i / sides) for i in range(sides)]
    inner = [shapes.ring_point(_C, _Y, 58, 360 * (i + 0.5) / sides) for i in range(sides)]
    layers: Layers = [(light, shapes.polygon(_C, _Y, 112, sides))]
    for i in range(sides):
        a, b, c = outer[i], inner[i], inner[i - 1]
        if i % 2 == seed[1] % 2:
            layers.append((strong, f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}L{c[0]:.1f} {c[1]:.1f}Z"))
    layers.append((strong, shapes.polygon(_C, _Y, 58, sides, turn=180 / sides)))
    return [*layers, (accent, shapes.star(_C, _Y, 30, 13, 4 + seed[2] % 2 * 4, corner=1))]


def steps(seed: bytes, strong: str, light: str, accent: str) -> Layers:
    """Columns that rise to a mark."""
    layers: Layers = []
    for i in range(4):
        height = 44 + i * 34 + seed[i] % 14
        x = _C - 98 + i * 51
        layers.append((strong if i % 2 else light, _bar(x, 338 - height, 41, height)))
        top = 338 - height
    return [*layers, (accent, shapes.star(_C + 75.5, top - 30, 23, 10, 5, corner=2))]


def rings(seed: bytes, strong: str, light: str, accent: str) -> Layers:
    """Rings of growth with a gap that wanders."""
    layers: Layers = []
    for i, radius in enumerate((110, 88, 66, 44)):
        start = seed[i] * 360 / 256
        layers.append((light if i % 2 else strong, _arc_band(radius, 13, start, 250 + seed[i + 4] % 60)))
        x, y = shapes.ring_point(_C, _Y, radius, start - 18)
        layers.append((accent if i % 2 == 0 else light, shapes.circle(x, y, 6.5)))
    return [*layers, (accent, shapes.circle(_C, _Y, 18))]


def book(seed: bytes, strong: str, light: str, accent: str) -> Layers:
    """An open book under a spark."""
    y = 322.0
    left, right = _page(-1, y), _page(1, y)
    spikes = (4, 8)[seed[0] % 2]
    return [(strong, left), (light, right), (accent, shapes.star(_C, _Y - 58, 40, 13, spikes, corner=1))]


MOTIFS: Final[tuple[Motif, ...]] = (blossom, peaks, orbits, facets, steps, rings, book)


def _page(side: int, y: float) -> str:
    """One page of an open book, to the left (-1) or right (1) of its spine."""
    near, far, edge = _C + side * 34, _C + side * 78, _C + side * 112
    lower = f"M{_C} {y}C{near} {y - 22} {far} {y - 24} {edge} {y - 12}"
    return f"{lower}V{y - 118}C{far} {y - 130} {near} {y - 126} {_C} {y - 104}Z"


def _bar(x: float, y: float, width: float, height: float) -> str:
    points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return shapes.rounded(points, 7)


def _ellipse_ring(rx: float, ry: float, thickness: float, degrees: float) -> str:
    """The band between two ellipses, wound in opposite directions so that it is hollow."""
    half = thickness / 2
    angle = math.radians(degrees)

    def ellipse(a: float, b: float, sweep: int) -> str:
        x, y = a * math.cos(angle), a * math.sin(angle)
        arc = f"A{a:.2f} {b:.2f} {degrees:.2f} 1 {sweep}"
        return f"M{_C - x:.2f} {_Y - y:.2f}{arc} {_C + x:.2f} {_Y + y:.2f}{arc} {_C - x:.2f} {_Y - y:.2f}Z"

    return ellipse(rx + half, ry + half, 1) + ellipse(rx - half, ry - half, 0)


def _arc_band(radius: float, thickness: float, start: float, extent: float) -> str:
    outer, inner, half = radius + thickness / 2, radius - thickness / 2, thickness / 2
    a, b = shapes.ring_point(_C, _Y, outer, start), shapes.ring_point(_C, _Y, outer, start + extent)
    c, d = shapes.ring_point(_C, _Y, inner, start + extent), shapes.ring_point(_C, _Y, inner, start)
    large = int(extent > 180)
    return (
        f"M{a[0]:.2f} {a[1]:.2f}A{outer:.2f} {outer:.2f} 0 {large} 1 {b[0]:.2f} {b[1]:.2f}"
        f"A{half:.2f} {half:.2f} 0 0 1 {c[0]:.2f} {c[1]:.2f}"
        f"A{inner:.2f} {inner:.2f} 0 {large} 0 {d[0]:.2f} {d[1]:.2f}"
        f"A{half:.2f} {half:.2f} 0 0 1 {a[0]:.2f} {a[1]:.2f}Z"
    )
