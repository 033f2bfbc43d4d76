"""Outlines as SVG path data of M, L, Q, C and Z with absolute coordinates, and what can be asked of them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from insignia_server.kit.pictures.shapes import Point

MIDDLE: Final = 256.0
_TOKEN: Final = re.compile(r"([MLQCZ])([^MLQCZ]*)")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_KAPPA: Final = 0.5522847498
Segment = tuple[float, ...]  # one, two or three points that follow the last one: a line, Q or C


def number(value: float) -> str:
    """A coordinate with two decimals at most, without needless noughts."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None) -> str:
    """A circle, or an ellipse, as four curves."""
    ry = rx if ry is None else ry
    kx, ky = rx * _KAPPA, ry * _KAPPA
    quarters = (
        (cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy),
        (cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry),
        (cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy),
        (cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry),
    )
    return _written((cx, cy - ry), quarters)


def rectangle(x: float, y: float, width: float, height: float, corner: float = 0.0) -> str:
    """A rectangle, its corners rounded."""
    if not corner:
        return f"M{number(x)} {number(y)}L{number(x + width)} {number(y)}L{number(x + width)} {number(y + height)}L{number(x)} {number(y + height)}Z"  # noqa: E501
    c, k = corner, corner * (1 - _KAPPA)
    r, b = x + width, y + height
    segments = (
        (r - c, y),
        (r - k, y, r, y + k, r, y + c),
        (r, b - c),
        (r, b - k, r - k, b, r - c, b),
        (x + c, b),
        (x + k, b, x, b - k, x, b - c),
        (x, y + c),
        (x, y + k, x + k, y, x + c, y),
    )
    return _written((x + c, y), segments)


def symmetric(start: Point, *right: Segment, axis: float = MIDDLE) -> str:
    """A figure with a vertical axis: its right side from the top, in segments; the left one is mirrored."""
    points: list[Point] = [start, *((segment[-2], segment[-1]) for segment in right)]
    left: list[Segment] = []
    for i in range(len(right) - 1, -1, -1):
        segment = right[i]
        controls = [(segment[j], segment[j + 1]) for j in range(0, len(segment) - 2, 2)]
        back = [*reversed(controls), points[i]]
        left.append(tuple(n for x, y in back for n in (2 * axis - x, y)))
    joined = [*right]
    if abs(points[-1][0] - axis) > 0.01:
        joined.append((2 * axis - points[-1][0], points[-1][1]))
    return _written(start, (*joined, *left))


def polyline(points: Sequence[Point], *, closed: bool = True) -> str:
    """Straight lines from point to point."""
    data = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"{data}Z" if closed else data


def smooth(points: Sequence[Point], tension: float = 0.5) -> str:
    """A closed curve through the points (Catmull-Rom)."""
    segments: list[Segment] = []
    count = len(points)
    for i in range(count):
        before, a, b, after = points[i - 1], points[i], points[(i + 1) % count], points[(i + 2) % count]
        t = tension / 3 * 2
        segments.append(
            (
                a[0] + (b[0] - before[0]) * t / 2,
                a[1] + (b[1] - before[1]) * t / 2,
                b[0] - (after[0] - a[0]) * t / 2,
                b[1] - (after[1] - a[1]) * t / 2,
                *b,
            )
        )
    return _written(points[0], segments)


def wave(points: Sequence[Point]) -> str:
    """An open smooth line through the points."""
    data = [f"M{number(points[0][0])} {number(points[0][1])}"]
    count = len(points)
    for i in range(count - 1):
        before, a, b, after = points[max(0, i - 1)], points[i], points[i + 1], points[min(count - 1, i + 2)]
        c = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        d = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        data.append("C" + " ".join(number(n) for n in (*c, *d, *b)))
    return "".join(data)


def moved(path: str, dx: float, dy: float, scale: float = 1.0, turn: float = 0.0) -> str:
    """The same path scaled and turned (degrees) around 0,0 and then moved."""
    cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
    out: list[str] = []
    for command, arguments in _TOKEN.findall(path):
        n = [float(part) for part in _NUMBER.findall(arguments)]
        turned = [
            number(v)
            for i in range(0, len(n), 2)
            for v in (n[i] * cos - n[i + 1] * sin + dx, n[i] * sin + n[i + 1] * cos + dy)
        ]
        out.append(command + " ".join(turned))
    return "".join(out)


@lru_cache(maxsize=512)
def flattened(path: str) -> tuple[Point, ...]:
    """The points of a closed path's first contour; curves become twelve lines."""
    points: list[Point] = []
    for command, arguments in _TOKEN.findall(path):
        n = [float(part) for part in _NUMBER.findall(arguments)]
        if command == "Z" or (command == "M" and points):
            break
        size = {"M": 2, "L": 2, "Q": 4, "C": 6}[command]
        for i in range(0, len(n), size):
            part = n[i : i + size]
            if size == 2:
                points.append((part[0], part[1]))
            else:
                points.extend(_curve(points[-1], part))
    distinct = [b for a, b in pairwise([points[-1], *points]) if math.dist(a, b) > 0.01]
    return tuple(distinct)


def _curve(start: Point, n: Sequence[float]) -> list[Point]:
    out: list[Point] = []
    for step in range(1, 13):
        t = step / 12
        u = 1 - t
        if len(n) == 4:
            weights, values = (u * u, 2 * u * t, t * t), (start, (n[0], n[1]), (n[2], n[3]))
        else:
            weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)  # type: ignore[assignment]
            values = (start, (n[0], n[1]), (n[2], n[3]), (n[4], n[5]))  # type: ignore[assignment]
        out.append(
            (
                sum(w * v[0] for w, v in zip(weights, values, strict=True)),
                sum(w * v[1] for w, v in zip(weights, values, strict=True)),
            )
        )
    return out


def span(points: Sequence[Point], y: float, axis: float = MIDDLE) -> tuple[float, float]:
    """From where to where the outline is open at a height, around the axis; twice the axis if nowhere."""
    crossings: list[float] = []
    for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
        if (y0 <= y) != (y1 <= y):
            crossings.append(x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    left = [x for x in crossings if x < axis]
    right = [x for x in crossings if x > axis]
    # An even number on one side: the axis lies in a notch, outside.
    return (max(left), min(right)) if len(left) % 2 and len(right) % 2 else (axis, axis)


def distance_to(points: Sequence[Point], x: float, y: float) -> float:
    """How far a place is from the outline."""
    best = math.inf
    for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
        dx, dy = x1 - x0, y1 - y0
        t = ((x - x0) * dx + (y - y0) * dy) / ((dx * dx + dy * dy) or 1)
        t = min(1.0, max(0.0, t))
        best = min(best, (x0 + t * dx - x) ** 2 + (y0 + t * dy - y) ** 2)
    return math.sqrt(best)


@lru_cache(maxsize=256)
def inscribed(path: str) -> tuple[float, float]:
    """The height of the centre on the axis, and the radius, of the largest circle within an outline."""
    points = flattened(path)
    heights = [y for _, y in points]
    low, high = min(heights), max(heights)
    candidates = [low + (high - low) * i / 48 for i in range(8, 41)]
    radius, _, cy = max(
        (round(distance_to(points, MIDDLE, y), 1), -abs(y - (low + high) / 2), y) for y in candidates
    )
    return cy, radius


@lru_cache(maxsize=256)
def beads(path: str, inset: float, spacing: float) -> tuple[tuple[float, float, float], ...]:
    """Places on the line `inset` within an outline, evenly `spacing` apart, with the direction inwards
    (degrees, 0 upwards)."""
    points = flattened(path)
    dense: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
        count = max(1, int(math.dist((x0, y0), (x1, y1)) / 8))
        dense.extend((x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count) for i in range(count))
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*points, points[0]]))
    side = 1 if area > 0 else -1
    inner: list[Point] = []
    for i, (x, y) in enumerate(dense):
        before, after = dense[i - 1], dense[(i + 1) % len(dense)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        place = (x - side * dy / length * inset, y + side * dx / length * inset)
        if distance_to(points, *place) > inset - 0.6:
            inner.append(place)
    return _spaced(inner, spacing)


def _spaced(line: list[Point], spacing: float) -> tuple[tuple[float, float, float], ...]:
    closed = [*line, line[0]]
    total = sum(math.dist(a, b) for a, b in pairwise(closed))
    count = max(3, round(total / spacing))
    step, walked, goal = total / count, 0.0, 0.0
    out: list[tuple[float, float, float]] = []
    for a, b in pairwise(closed):
        length = math.dist(a, b)
        while goal < walked + length - 1e-9 and len(out) < count:
            t = (goal - walked) / length
            direction = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
            out.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, direction))
            goal += step
        walked += length
    return tuple(out)


def _written(start: Point, segments: Sequence[Segment]) -> str:
    letters = {2: "L", 4: "Q", 6: "C"}
    parts = [f"M{number(start[0])} {number(start[1])}"]
    parts += [letters[len(segment)] + " ".join(number(n) for n in segment) for segment in segments]
    return "".join(parts) + "Z"
