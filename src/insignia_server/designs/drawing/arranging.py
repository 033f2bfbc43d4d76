"""What several layouts do alike: lines of text below, rules, hills, discs, and where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable

from insignia_server.designs.drawing import marks
from insignia_server.designs.drawing.colour import best_on, contrast
from insignia_server.designs.drawing.paths import MIDDLE, ellipse, number, polyline, wave
from insignia_server.designs.drawing.patterns import pattern
from insignia_server.designs.drawing.sheet import Element, Ground, Sheet


def quiet(sheet: Sheet) -> str:
    """The accent where it can be read on the badge's colour, otherwise the colour of texts."""
    p = sheet.palette
    return p.accent if contrast(p.accent, p.shape) >= 4.5 else best_on(p.shape, p.text)


def highest(sheet: Sheet, room: Callable[[float, float], float], needed: float) -> float:
    """The height from which something `needed` wide has room."""
    y = sheet.top + sheet.depth + 18
    half = needed / 2
    while y < sheet.cy and (
        room(y, y + 20) < needed or min(sheet.clear(MIDDLE + x, y) for x in (-half, 0, half)) < 14
    ):
        y += 3
    return y


def roomiest(sheet: Sheet, middle: float, edge: float, wanted: float) -> float:
    """The height at which an icon above an edge can be largest, `middle` or lower."""
    heights = [middle + step for step in range(0, 40, 4)]
    return max(
        heights,
        key=lambda y: round(min(sheet.icon_size(y, wanted), (edge - y - 14) * 2.45)) - 0.4 * (y - middle),
    )


def lowest(sheet: Sheet) -> float:
    """Down to where a line of some words still has room."""
    room = sheet.room(sheet.depth + 18)
    y = sheet.bottom - sheet.depth - 16
    while y > sheet.cy and (room(y - 18, y) < 112 or min(sheet.clear(MIDDLE + x, y) for x in (-56, 56)) < 12):
        y -= 3
    return y


def lowest_row(sheet: Sheet, highest: float, size: float) -> float:
    """The lowest height, not above `highest`, where the marks stand clear of the edge."""
    half = marks.width(sheet.design.level.value, size, sheet.design.level.marks) / 2
    y = sheet.bottom - sheet.depth - 22
    while y > highest and min(sheet.clear(MIDDLE + x, y + size) for x in (0, half)) < 9:
        y -= 3
    return y


def lower_lines(
    sheet: Sheet,
    ground: Ground,
    top: float,
    bottom: float,
    *,
    title: bool = True,
    subtitle: bool = True,
    largest: float = 46.0,
) -> None:
    """Title, subtitle and marks one below the other between two heights."""
    room = sheet.room(sheet.depth + 20)
    level = sheet.design.level.value
    if level:
        size = 11.0
        y = lowest_row(sheet, bottom - 40, size)
        marks.row(sheet, ground, y, size)
        bottom = min(bottom, y - 24)
    has_subtitle = subtitle and bool(sheet.content("subtitle"))
    title_bottom = bottom - 36 if has_subtitle else bottom
    block = None
    if title:
        block = sheet.lines(
            "title",
            ground,
            room,
            top=top,
            bottom=title_bottom,
            largest=largest,
            most=3,
            anchor=0.3 if has_subtitle or level else 0.4,
        )
    if has_subtitle:
        end = block.lines[-1][1] + 0.18 * block.size if block else top
        start = end + 16
        ink = quiet(sheet) if ground.role == "shape" else ground.ink
        sheet.lines(
            "subtitle",
            ground,
            room,
            top=start,
            bottom=max(start + 18, min(start + 26, bottom)),
            largest=22,
            most=1,
            ink=ink,
            upper=True,
        )


def under(sheet: Sheet, ground: Ground, top: float) -> None:
    """Below a ribbon: the subtitle, then marks."""
    room = sheet.room(sheet.depth + 18)
    low = sheet.bottom - sheet.depth - 18
    y = top + 18
    if sheet.content("subtitle"):
        ink = quiet(sheet) if ground.role == "shape" else ground.ink
        sheet.lines("subtitle", ground, room, top=y, bottom=y + 22, largest=23, most=1, ink=ink, upper=True)
        y += 36
    if sheet.design.level.value:
        marks.row(sheet, ground, min(max(y + 12, (y + low) / 2), low - 6), 12 if y < low - 30 else 10)


def rule(sheet: Sheet, colour: str, y: float, half: float, ground: Ground) -> None:
    """A fine line with a small diamond in its middle."""
    if half < 24:
        return
    group = sheet.group("ornament")
    for side in (-1, 1):
        a, b = MIDDLE + side * 14, MIDDLE + side * half
        sheet.path(group, f"M{number(a)} {number(y)}L{number(b)} {number(y)}", stroke=colour, width=2)
    sheet.path(group, polyline([(MIDDLE, y - 5), (MIDDLE + 5, y), (MIDDLE, y + 5), (MIDDLE - 5, y)]), colour)


def hill(sheet: Sheet, group: Element, y: float, swing: float, phase: float, colour: str) -> None:
    points = [(x, y + swing * math.sin(x / 92 + phase)) for x in range(-20, 540, 20)]
    data = wave(points) + f"L540 540L{number(points[0][0])} 540Z"
    sheet.path(group, data, colour)


def disc(sheet: Sheet, radius: float, cy: float, *, line: float = 3.0) -> None:
    """A disc of the field's colour with the pattern in it."""
    group = sheet.group("field")
    outline = ellipse(MIDDLE, cy, radius)
    sheet.path(group, outline, sheet.field.colour)
    inside = sheet.clipped(group, outline)
    pattern(sheet, inside, sheet.field, cy=cy)
    sheet.path(group, outline, stroke=sheet.palette.accent, width=line)
