"""Arrangements: where a badge has its field, icon, texts, ribbon and marks. Each draws a whole badge."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from insignia_server.designs.drawing import edges, marks
from insignia_server.designs.drawing.colour import best_on, contrast, mixed
from insignia_server.designs.drawing.paths import MIDDLE, ellipse, number, polyline, rectangle, span, wave
from insignia_server.designs.drawing.patterns import pattern
from insignia_server.designs.drawing.ribbons import ribbon
from insignia_server.designs.drawing.sheet import Element, Ground, Sheet
from insignia_server.kit.pictures.shapes import ring_point


def _disc(sheet: Sheet, radius: float, cy: float, *, line: float = 3.0) -> None:
    """A disc of the field's colour with the pattern in it."""
    group = sheet.group("field")
    outline = ellipse(MIDDLE, cy, radius)
    sheet.path(group, outline, sheet.field.colour)
    inside = sheet.clipped(group, outline)
    pattern(sheet, inside, sheet.field, cy=cy)
    sheet.path(group, outline, stroke=sheet.palette.accent, width=line)


def ring(sheet: Sheet) -> None:
    """Text around a disc."""
    inside = edges.frame(sheet, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    outer = sheet.r - sheet.depth - 3
    disc = outer * 0.675
    _disc(sheet, disc, sheet.cy)
    middle, band = (disc + outer) / 2, outer - disc
    level, subtitle = sheet.design.level.value, bool(sheet.content("subtitle"))
    lower = 0.0
    if subtitle:
        lower = sheet.arc(
            "subtitle",
            sheet.shape,
            radius=middle,
            degrees=118,
            largest=band * 0.36,
            below=True,
            ink=_quiet(sheet),
            upper=True,
        )
    elif level:
        lower = marks.arc(sheet, sheet.shape, middle, size=min(15.0, band * 0.24))
    upper = sheet.arc(
        "title", sheet.shape, radius=middle, degrees=min(214.0, 316 - 2 * lower), largest=band * 0.56
    )
    if lower and upper:
        group = sheet.group("ornament")
        for side in (-1, 1):
            angle = side * (upper + 180 - lower) / 2
            sheet.path(
                group, ellipse(*ring_point(MIDDLE, sheet.cy, middle, angle), 3.6), sheet.palette.accent
            )
    inner_level = level if subtitle else 0
    sheet.icon(sheet.field, MIDDLE, sheet.cy - (disc * 0.11 if inner_level else 0), disc * 1.5)
    if inner_level:
        marks.row(sheet, sheet.field, sheet.cy + disc * 0.74, disc * 0.078)


def arc(sheet: Sheet) -> None:
    """Text on an arc over the icon, no disc between them."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field)
    edges.ring(sheet, inside, sheet.field)
    outer = sheet.r - sheet.depth - 14
    sheet.arc("title", sheet.field, radius=outer - 20, degrees=190, largest=40)
    lower = sheet.arc(
        "subtitle", sheet.field, radius=outer - 12, degrees=110, largest=24, below=True, upper=True
    )
    sheet.icon(sheet.field, MIDDLE, sheet.cy + 6, outer * 1.22)
    if lower:
        marks.row(sheet, sheet.field, sheet.cy + outer - 58, 10)
    else:
        marks.arc(sheet, sheet.field, outer - 12, size=13)


def banner(sheet: Sheet) -> None:
    """A ribbon with the title across, the icon over it."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field, cy=sheet.cy - sheet.r * 0.2)
    edges.ring(sheet, inside, sheet.field)
    both = bool(sheet.content("subtitle") and sheet.design.level.value)
    y = sheet.cy + sheet.r * (0.27 if both else 0.34)
    height = 84.0
    top = max(sheet.top, sheet.cy - sheet.r * 1.06) + sheet.depth
    middle = _roomiest(sheet, (top + y - height / 2) / 2 + 4, y - height / 2, (y - height / 2 - top) * 1.04)
    sheet.icon(sheet.field, MIDDLE, middle, sheet.icon_size(middle, (y - height / 2 - top) * 1.04))
    below = ribbon(sheet, "title", y, height)
    _under(sheet, sheet.field, below)


def plate(sheet: Sheet) -> None:
    """The lower part in the badge's colour, with the title in lines; the icon in the field above."""
    inside = edges.frame(sheet, sheet.field)
    edge = sheet.cy + sheet.r * 0.14
    upper = sheet.clipped(inside, rectangle(0, -10, 512, edge + 10))
    pattern(sheet, upper, sheet.field, cy=sheet.cy - sheet.r * 0.38)
    sheet.path(inside, rectangle(-10, edge, 540, 540), sheet.shape.colour)
    sheet.path(inside, rectangle(-10, edge - 3, 540, 6), sheet.palette.accent)
    edges.ring(sheet, inside, sheet.shape)
    top = sheet.top + sheet.depth
    middle = (top + edge) / 2 + 2
    middle = _roomiest(sheet, middle, edge, (edge - top) * 1.06)
    sheet.icon(sheet.field, MIDDLE, middle, min(sheet.icon_size(middle, (edge - top) * 1.06), (edge - middle - 8) * 2.5))
    _lower_lines(sheet, sheet.shape, edge + 20, _lowest(sheet))


def crest(sheet: Sheet) -> None:
    """Straight text above and below the icon on the badge's own colour."""
    inside = edges.frame(sheet, sheet.shape)
    pattern(sheet, inside, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    room = sheet.room(sheet.depth + 22)
    top = _highest(sheet, room, 150)
    rule = top
    if sheet.content("subtitle"):
        block = sheet.lines(
            "subtitle",
            sheet.shape,
            room,
            top=top,
            bottom=top + 26,
            largest=24,
            most=1,
            ink=_quiet(sheet),
            upper=True,
        )
        rule = (block.lines[-1][1] if block else top) + 16
        _rule(sheet, sheet.palette.accent, rule, min(150.0, room(rule, rule) / 2 - 20), sheet.shape)
    start = sheet.cy + sheet.r * 0.34
    middle = (rule + start) / 2 + 1
    sheet.icon(sheet.shape, MIDDLE, middle, sheet.icon_size(middle, (start - rule) * 1.13))
    _lower_lines(sheet, sheet.shape, start, _lowest(sheet), subtitle=False)


def split(sheet: Sheet) -> None:
    """A field of two tones, the icon on a disc over the line between them."""
    inside = edges.frame(sheet, sheet.field)
    tone = mixed(sheet.field.colour, sheet.field.tint, 0.42)
    if contrast(sheet.field.ink, tone) < 4.5:
        tone = mixed(sheet.field.colour, sheet.field.tint, 0.2)
    half = rectangle(MIDDLE, -10, 300, 540)
    sheet.path(inside, half, tone)
    pattern(sheet, sheet.clipped(inside, half), sheet.field)
    edges.ring(sheet, inside, sheet.field)
    radius = sheet.r * 0.5
    cy = sheet.cy - sheet.r * 0.22
    group = sheet.group("field")
    sheet.path(group, ellipse(MIDDLE, cy, radius), sheet.shape.colour)
    sheet.path(group, ellipse(MIDDLE, cy, radius - 7), stroke=sheet.palette.accent, width=2.4)
    sheet.icon(sheet.shape, MIDDLE, cy, radius * 1.42)
    _lower_lines(sheet, sheet.field, cy + radius + 18, _lowest(sheet), largest=38)


def horizon(sheet: Sheet) -> None:
    """Hills below, a sun behind the icon."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field, cy=sheet.cy - sheet.r * 0.2)
    cy = sheet.cy - sheet.r * 0.26
    sun = sheet.r * 0.56
    group = sheet.group("field", inside)
    sheet.path(group, ellipse(MIDDLE, cy, sun), mixed(sheet.field.colour, sheet.palette.accent, 0.42))
    edge = sheet.cy + sheet.r * 0.26
    _hill(sheet, group, edge - 30, 20, 0.6, mixed(sheet.field.colour, sheet.field.tint, 0.55))
    _hill(sheet, group, edge - 8, 16, 3.4, mixed(sheet.shape.colour, sheet.field.tint, 0.45))
    sheet.icon(sheet.field, MIDDLE, cy, sun * 1.5)
    front = sheet.group("field-front", inside)
    _hill(sheet, front, edge + 16, 12, 5.4, sheet.shape.colour)
    edges.ring(sheet, inside, sheet.field)
    _lower_lines(sheet, sheet.shape, edge + 42, _lowest(sheet))


def emblem(sheet: Sheet) -> None:
    """The icon, large, and nothing else."""
    inside = edges.frame(sheet, sheet.shape)
    pattern(sheet, inside, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    room = sheet.r - sheet.depth
    level = sheet.design.level.value
    cy = sheet.cy - (room * 0.1 if level else 0)
    sheet.icon(sheet.shape, MIDDLE, cy, room * 1.62)
    marks.arc(sheet, sheet.shape, room - 24, size=14)


def diagonal(sheet: Sheet) -> None:
    """A band that rises across the badge with the title on it."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field)
    turn = -13.0
    y = sheet.cy + sheet.r * 0.3
    tilt = f"rotate({turn:g} 256 {number(y)})"
    band = sheet.group("ribbon", inside, transform=tilt)
    sheet.path(band, rectangle(-120, y + 44, 752, 480), mixed(sheet.field.colour, sheet.field.tint, 0.4))
    sheet.path(band, rectangle(-120, y - 44, 752, 88), sheet.shape.colour)
    for line in (y - 44, y + 44):
        sheet.path(band, rectangle(-120, line - 2.5, 752, 5), sheet.palette.accent)
    edges.ring(sheet, inside, sheet.field)
    half = sheet.room(sheet.depth + 26)(y - 22, y + 22) / 2
    sheet.lines(
        "title",
        sheet.shape,
        lambda _a, _b: 2 * half,
        top=y - 34,
        bottom=y + 34,
        largest=46,
        most=2,
        parent=sheet.group(transform=tilt),
    )
    top = sheet.top + sheet.depth
    middle = _roomiest(sheet, (top + y - 58) / 2 + 6, y - 52, (y - 58 - top) * 1.06)
    sheet.icon(sheet.field, MIDDLE - 2, middle, sheet.icon_size(middle, (y - 58 - top) * 1.06))
    lower = y + 62 + half * 0.1
    if sheet.content("subtitle"):
        room = sheet.room(sheet.depth + 26)
        sheet.lines(
            "subtitle", sheet.field, room, top=lower, bottom=lower + 24, largest=22, most=1, upper=True
        )
        lower += 36
    marks.row(sheet, sheet.field, min(lower + 14, sheet.bottom - sheet.depth - 26), 10)


def framed(sheet: Sheet) -> None:
    """The title large in the centre, between a small icon and the rest."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field)
    edges.ring(sheet, inside, sheet.field)
    room = sheet.room(sheet.depth + 26)
    rest = 52 * bool(sheet.content("subtitle")) + 34 * bool(sheet.design.level.value)
    low = min(sheet.cy + sheet.r * 0.86 - rest, sheet.bottom - sheet.depth - 20 - rest)
    size = sheet.r * (0.86 if rest < 60 else 0.74)
    top = _highest(sheet, room, 110) - 8
    middle = top + size * 0.84
    block = sheet.lines("title", sheet.field, room, top=middle, bottom=low, largest=54, most=3)
    first, end = (block.lines[0][1] - 0.66 * block.size, block.lines[-1][1]) if block else (middle, middle)
    sheet.icon(sheet.field, MIDDLE, (top + first) / 2 - 2, size)
    if sheet.content("subtitle"):
        _rule(sheet, sheet.field.accent, end + 24, 66, sheet.field)
        sheet.lines(
            "subtitle", sheet.field, room, top=end + 40, bottom=end + 62, largest=22, most=1, upper=True
        )
        end += 62
    marks.row(sheet, sheet.field, min(end + 26, sheet.bottom - sheet.depth - 24), 11)


def stacked(sheet: Sheet) -> None:
    """A small icon on a disc over lines of text, on the badge's own colour."""
    inside = edges.frame(sheet, sheet.shape)
    pattern(sheet, inside, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    radius = sheet.r * 0.37
    room = sheet.room(sheet.depth + 24)
    cy = max(sheet.top + sheet.depth + radius + 18, sheet.cy - sheet.r * 0.5)
    group = sheet.group("field")
    sheet.path(group, ellipse(MIDDLE, cy, radius), sheet.field.colour)
    sheet.path(group, ellipse(MIDDLE, cy, radius + 6), stroke=sheet.palette.accent, width=2.4)
    sheet.icon(sheet.field, MIDDLE, cy, radius * 1.44)
    top = cy + radius + 24
    low = _lowest(sheet)
    del room
    _lower_lines(sheet, sheet.shape, top, low, largest=52)


def medallion(sheet: Sheet) -> None:
    """A disc on rays, a plaque with the title over its lower edge."""
    inside = edges.frame(sheet, sheet.shape)
    pattern(sheet, inside, sheet.shape, cy=sheet.cy - sheet.r * 0.16)
    edges.ring(sheet, inside, sheet.shape)
    radius = sheet.r * 0.54
    cy = sheet.cy - sheet.r * 0.2
    group = sheet.group("field")
    sheet.path(group, ellipse(MIDDLE, cy, radius + 8), sheet.palette.rim)
    sheet.path(group, ellipse(MIDDLE, cy, radius + 4), sheet.palette.accent)
    sheet.path(group, ellipse(MIDDLE, cy, radius), sheet.field.colour)
    sheet.icon(sheet.field, MIDDLE, cy - 15, radius * 1.22)
    y = cy + radius + 12
    style = sheet.design.ribbon.style
    reach = span(sheet.frame.points, y)[1] - MIDDLE
    low = ribbon(
        sheet,
        "title",
        y,
        74,
        style=style if style != "none" else "plaque",
        half=min(reach - sheet.depth - 12, 212) if style in ("none", "plaque", "tab") else 0,
    )
    _under(sheet, sheet.shape, low)


def monogram(sheet: Sheet) -> None:
    """The initials of the title, large; the title below."""
    inside = edges.frame(sheet, sheet.shape)
    pattern(sheet, inside, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    words = [word for word in sheet.content("title").split() if word[0].isupper()]
    letters = "".join(word[0] for word in words[:3]) or sheet.content("title")[:1]
    line = sheet.style("title", serif=True).line(letters)
    room = sheet.r - sheet.depth
    size = min(room * 0.92, room * 1.36 / max(0.3, line.width / 100))
    cy = sheet.cy - sheet.r * 0.2
    group = sheet.group("monogram")
    sheet.path(group, line.straight(MIDDLE, cy + size * 0.33, size), sheet.shape.ink)
    start = sheet.cy + sheet.r * 0.24
    _rule(sheet, sheet.palette.accent, start, room * 0.42, sheet.shape)
    _lower_lines(sheet, sheet.shape, start + 18, _lowest(sheet), largest=32)


LAYOUTS_DRAWN: Final[dict[str, Callable[[Sheet], None]]] = {
    "ring": ring,
    "banner": banner,
    "plate": plate,
    "crest": crest,
    "split": split,
    "horizon": horizon,
    "emblem": emblem,
    "diagonal": diagonal,
    "framed": framed,
    "stacked": stacked,
    "medallion": medallion,
    "monogram": monogram,
    "arc": arc,
}


def _quiet(sheet: Sheet) -> str:
    """The accent where it can be read on the badge's colour, otherwise the colour of texts."""
    p = sheet.palette
    return p.accent if contrast(p.accent, p.shape) >= 4.5 else best_on(p.shape, p.text)


def _highest(sheet: Sheet, room: Callable[[float, float], float], needed: float) -> float:
    """The height from which something `needed` wide has room."""
    y = sheet.top + sheet.depth + 18
    half = needed / 2
    while y < sheet.cy and (
        room(y, y + 20) < needed or min(sheet.clear(MIDDLE + x, y) for x in (-half, 0, half)) < 14
    ):
        y += 3
    return y


def _roomiest(sheet: Sheet, middle: float, edge: float, wanted: float) -> float:
    """The height at which an icon above an edge can be largest, `middle` or lower."""
    heights = [middle + step for step in range(0, 40, 4)]
    return max(
        heights, key=lambda y: round(min(sheet.icon_size(y, wanted), (edge - y - 8) * 2.5)) - 0.4 * (y - middle)
    )


def _lowest(sheet: Sheet) -> float:
    """Down to where a line of some words still has room."""
    room = sheet.room(sheet.depth + 18)
    y = sheet.bottom - sheet.depth - 16
    while y > sheet.cy and (room(y - 18, y) < 112 or min(sheet.clear(MIDDLE + x, y) for x in (-56, 56)) < 12):
        y -= 3
    return y


def _lower_lines(
    sheet: Sheet, ground: Ground, top: float, bottom: float, *, subtitle: bool = True, largest: float = 46.0
) -> None:
    """Title, subtitle and marks one below the other between two heights."""
    room = sheet.room(sheet.depth + 20)
    level = sheet.design.level.value
    if level:
        size = 11.0
        needed = marks.width(level, size, sheet.design.level.marks)
        y = sheet.bottom - sheet.depth - 22
        while y > bottom - 40 and sheet.clear(MIDDLE + needed / 2, y + size) < 10:
            y -= 3
        marks.row(sheet, ground, y, size)
        bottom = min(bottom, y - 24)
    has_subtitle = subtitle and bool(sheet.content("subtitle"))
    title_bottom = bottom - 36 if has_subtitle else bottom
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
        ink = _quiet(sheet) if ground.role == "shape" else ground.ink
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


def _under(sheet: Sheet, ground: Ground, top: float) -> None:
    """Below a ribbon: the subtitle, then marks."""
    room = sheet.room(sheet.depth + 18)
    low = sheet.bottom - sheet.depth - 18
    y = top + 18
    if sheet.content("subtitle"):
        ink = _quiet(sheet) if ground.role == "shape" else ground.ink
        sheet.lines("subtitle", ground, room, top=y, bottom=y + 22, largest=23, most=1, ink=ink, upper=True)
        y += 36
    if sheet.design.level.value:
        marks.row(sheet, ground, min(max(y + 12, (y + low) / 2), low - 6), 12 if y < low - 30 else 10)


def _rule(sheet: Sheet, colour: str, y: float, half: float, ground: Ground) -> None:
    """A fine line with a small diamond in its middle."""
    if half < 24:
        return
    group = sheet.group("ornament")
    for side in (-1, 1):
        a, b = MIDDLE + side * 14, MIDDLE + side * half
        sheet.path(group, f"M{number(a)} {number(y)}L{number(b)} {number(y)}", stroke=colour, width=2)
    sheet.path(group, polyline([(MIDDLE, y - 5), (MIDDLE + 5, y), (MIDDLE, y + 5), (MIDDLE - 5, y)]), colour)


def _hill(sheet: Sheet, group: Element, y: float, swing: float, phase: float, colour: str) -> None:
    points = [(x, y + swing * math.sin(x / 92 + phase)) for x in range(-20, 540, 20)]
    data = wave(points) + f"L540 540L{number(points[0][0])} 540Z"
    sheet.path(group, data, colour)
