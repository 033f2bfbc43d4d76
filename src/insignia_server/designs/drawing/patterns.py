"""Patterns for fields: fine, even, one tone."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from insignia_server.designs.drawing.colour import luminance, mixed
from insignia_server.designs.drawing.paths import MIDDLE, ellipse, moved, number, polyline, wave
from insignia_server.designs.drawing.sheet import Element, Ground, Sheet
from insignia_server.kit.pictures.shapes import ring_point

Drawn = tuple[str, str, float]  # fill or stroke, path data, width of the stroke


def pattern(sheet: Sheet, parent: Element, ground: Ground, cx: float = MIDDLE, cy: float = 0.0) -> None:
    """The design's pattern around a centre; `parent` is clipped by who calls."""
    chosen = sheet.design.pattern
    if chosen.id == "none" or not chosen.strength:
        return
    kind, data, width = drawing(chosen.id, round(cx), round(cy or sheet.cy))
    # The tone stays close to the ground, so that figures and texts on it keep their contrast.
    share = chosen.strength * (0.34 if luminance(ground.colour) < 0.25 else 0.5)
    tone = mixed(ground.colour, ground.tint, share)
    group = sheet.group("pattern", parent)
    if kind == "fill":
        sheet.path(group, data, tone)
    else:
        sheet.path(group, data, stroke=tone, width=width, cap="round", join="round")


@lru_cache(maxsize=128)
def drawing(id: str, cx: int, cy: int) -> Drawn:
    """A pattern over the whole sheet: fill or stroke, path data, and the stroke's width."""
    return _DRAWN[id](float(cx), float(cy))


def _rays(cx: float, cy: float) -> Drawn:
    data = []
    for i in range(24):
        a, b = ring_point(cx, cy, 420, i * 15 - 3.75), ring_point(cx, cy, 420, i * 15 + 3.75)
        data.append(polyline([(cx, cy), a, b]))
    return "fill", "".join(data), 0


def _dots(cx: float, cy: float) -> Drawn:
    out = []
    for row in range(-14, 15):
        for column in range(-14, 15):
            x, y = cx + (column + (row % 2) / 2) * 26, cy + row * 22.5
            out.append(ellipse(x, y, 3.4))
    return "fill", "".join(out), 0


def _guilloche(cx: float, cy: float) -> Drawn:
    out = []
    for phase in range(6):
        points = []
        for i in range(145):
            angle = i * 2.5
            radius = 178 + 34 * math.sin(math.radians(angle * 12 + phase * 60))
            points.append(ring_point(cx, cy, radius, angle))
        out.append(wave(points))
        points = [
            ring_point(cx, cy, 100 + 30 * math.sin(math.radians(i * 3 * 10 + phase * 60)), i * 3)
            for i in range(121)
        ]
        out.append(wave(points))
    return "stroke", "".join(out), 1.6


def _contours(cx: float, cy: float) -> Drawn:
    out = []
    for level in range(1, 15):
        points = []
        for i in range(48):
            angle = i * 7.5
            a = math.radians(angle)
            bend = 1 + 0.13 * math.sin(2 * a + level * 0.23) + 0.08 * math.sin(3 * a - level * 0.31 + 1)
            points.append(ring_point(cx + 46, cy - 58, level * 26 * bend, angle))
        out.append(wave([*points, points[0]]))
    return "stroke", "".join(out), 2.2


def _chevrons(cx: float, cy: float) -> Drawn:
    out = []
    for i in range(-12, 13):
        y = cy + i * 34
        out.append(
            polyline([(cx + (j - 12) * 28, y + (14 if j % 2 else -14)) for j in range(25)], closed=False)
        )
    return "stroke", "".join(out), 5


def _grid(cx: float, cy: float) -> Drawn:
    lines = [f"M{number(cx + i * 26 - 13)} 0V512M0 {number(cy + i * 26 - 13)}H512" for i in range(-12, 14)]
    return "stroke", "".join(lines), 1.7


def _waves(cx: float, cy: float) -> Drawn:
    out = []
    for row in range(-12, 13):
        points = [(cx + j * 17, cy + row * 22 + 6 * math.sin(j * math.pi / 2)) for j in range(-16, 17)]
        out.append(wave(points))
    return "stroke", "".join(out), 3


def _confetti(cx: float, cy: float) -> Drawn:
    out = []
    shapes = ("M-7 -2.2L7 -2.2L7 2.2L-7 2.2Z", "M0 -5L5.5 4.5L-5.5 4.5Z", ellipse(0, 0, 4))
    for i in range(170):
        # The golden angle spreads points evenly without rows.
        radius, angle = 21.5 * math.sqrt(i + 0.5), i * 137.508
        x, y = ring_point(cx, cy, radius, angle)
        out.append(moved(shapes[i % 3], x, y, 1.0, (i * 47) % 180))
    return "fill", "".join(out), 0


def _mesh(cx: float, cy: float) -> Drawn:
    points = {}
    for row in range(-6, 7):
        for column in range(-6, 7):
            jitter = math.sin(row * 12.9898 + column * 78.233) * 43758.5453
            jx, jy = jitter % 1 - 0.5, (jitter * 1.7) % 1 - 0.5
            points[row, column] = (cx + column * 58 + jx * 30, cy + row * 58 + jy * 30)
    out = []
    for (row, column), (x, y) in points.items():
        beside = ((row, column + 1), (row + 1, column), (row + 1, column + 1))
        out += [polyline([(x, y), points[one]], closed=False) for one in beside if one in points]
    return "stroke", "".join(out) + "".join(ellipse(x, y, 2) for x, y in points.values()), 1.8


def _hatch(cx: float, cy: float) -> Drawn:
    return (
        "stroke",
        "".join(
            f"M{number(cx + i * 17 - 300)} {number(cy + 300)}L{number(cx + i * 17 + 300)} {number(cy - 300)}"
            for i in range(-36, 37)
        ),
        2.2,
    )


def _rings(cx: float, cy: float) -> Drawn:
    return "stroke", "".join(ellipse(cx, cy, 24.0 * i) for i in range(2, 17)), 3


def _scales(cx: float, cy: float) -> Drawn:
    out = []
    for row in range(-12, 13):
        for column in range(-10, 11):
            x, y = cx + (column + (row % 2) / 2) * 40, cy + row * 20
            low = number(y + 26)
            curve = f"{number(x - 20)} {low} {number(x + 20)} {low} {number(x + 20)} {number(y)}"
            out.append(f"M{number(x - 20)} {number(y)}C{curve}")
    return "stroke", "".join(out), 2.2


def _triangles(cx: float, cy: float) -> Drawn:
    out = []
    for row in range(-7, 8):
        for column in range(-9, 10):
            if (row * 7 + column * 5 + row * column) % 3:
                continue
            x, y = cx + (column + (row % 2) / 2) * 46, cy + row * 40
            out.append(polyline([(x - 23, y + 20), (x + 23, y + 20), (x, y - 20)]))
    return "fill", "".join(out), 0


_DRAWN: Final[dict[str, Callable[[float, float], Drawn]]] = {
    "rays": _rays,
    "dots": _dots,
    "guilloche": _guilloche,
    "contours": _contours,
    "chevrons": _chevrons,
    "grid": _grid,
    "waves": _waves,
    "confetti": _confetti,
    "mesh": _mesh,
    "hatch": _hatch,
    "rings": _rings,
    "scales": _scales,
    "triangles": _triangles,
}
