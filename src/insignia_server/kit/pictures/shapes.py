"""Outlines of badges and small figures as SVG path data, around a centre."""

from __future__ import annotations

import math

Point = tuple[float, float]


def ring_point(cx: float, cy: float, radius: float, degrees: float) -> Point:
    """The point at an angle, 0 at the top, clockwise."""
    angle = math.radians(degrees - 90)
    return cx + radius * math.cos(angle), cy + radius * math.sin(angle)


def circle(cx: float, cy: float, radius: float) -> str:
    """A full circle."""
    arc = f"a{radius:.2f} {radius:.2f} 0 1 0"
    return f"M{cx - radius:.2f} {cy:.2f}{arc} {2 * radius:.2f} 0{arc} {-2 * radius:.2f} 0Z"


def rounded(points: list[Point], radius: float) -> str:
    """A closed polygon whose corners are rounded with quadratic curves that begin `radius` before them."""
    parts: list[str] = []
    count = len(points)
    for i, corner in enumerate(points):
        before, after = points[i - 1], points[(i + 1) % count]
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"{'L' if parts else 'M'}{start[0]:.2f} {start[1]:.2f}")
        parts.append(f"Q{corner[0]:.2f} {corner[1]:.2f} {end[0]:.2f} {end[1]:.2f}")
    return "".join(parts) + "Z"


def polygon(
    cx: float, cy: float, radius: float, sides: int, *, turn: float = 0.0, corner: float = 0.0
) -> str:
    """A regular polygon, a corner at the top unless turned (degrees)."""
    points = [ring_point(cx, cy, radius, turn + 360 * i / sides) for i in range(sides)]
    if corner:
        return rounded(points, corner)
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"


def star(cx: float, cy: float, outer: float, inner: float, spikes: int, *, corner: float = 0.0) -> str:
    """A star with a spike at the top."""
    points = [ring_point(cx, cy, inner if i % 2 else outer, 180 * i / spikes) for i in range(2 * spikes)]
    return rounded(points, corner) if corner else "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"


def _towards(start: Point, end: Point, distance: float) -> Point:
    part = min(0.5, distance / math.dist(start, end))
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
