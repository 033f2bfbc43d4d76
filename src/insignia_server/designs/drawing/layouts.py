"""Arrangements: where a badge has its field, icon, texts, ribbon and marks. Each draws a whole badge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from insignia_server.designs.drawing import arranging, edges, marks
from insignia_server.designs.drawing.colour import contrast, mixed
from insignia_server.designs.drawing.paths import MIDDLE, ellipse, number, rectangle, span
from insignia_server.designs.drawing.patterns import pattern
from insignia_server.designs.drawing.ribbons import ribbon
from insignia_server.designs.drawing.sheet import Sheet
from insignia_server.kit.pictures.shapes import ring_point


def ring(sheet: Sheet) -> None:
    """Text around a disc."""
    inside = edges.frame(sheet, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    outer = sheet.r - sheet.depth - 3
    disc = outer * 0.675
    arranging.disc(sheet, disc, sheet.cy)
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
            ink=arranging.quiet(sheet),
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
    sheet.icon(sheet.field, MIDDLE, sheet.cy - (disc * 0.11 if inner_level else 0), disc * 1.6)
    if inner_level:
        marks.row(sheet, sheet.field, sheet.cy + disc * 0.74, disc * 0.078)


def arc(sheet: Sheet) -> None:
    """Text on an arc over the icon, no disc between them."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field)
    edges.ring(sheet, inside, sheet.field)
    outer = sheet.r - sheet.depth - 14
    sheet.arc("title", sheet.field, radius=outer - 24, degrees=190, largest=40)
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
    middle = arranging.roomiest(
        sheet, (top + y - height / 2) / 2 + 4, y - height / 2, (y - height / 2 - top) * 1.04
    )
    sheet.icon(sheet.field, MIDDLE, middle, sheet.icon_size(middle, (y - height / 2 - top) * 1.04))
    below = ribbon(sheet, "title", y, height)
    arranging.under(sheet, sheet.field, below)


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
    middle = arranging.roomiest(sheet, middle, edge, (edge - top) * 1.06)
    sheet.icon(
        sheet.field,
        MIDDLE,
        middle,
        min(sheet.icon_size(middle, (edge - top) * 1.06), (edge - middle - 14) * 2.45),
    )
    arranging.lower_lines(sheet, sheet.shape, edge + 20, arranging.lowest(sheet))


def crest(sheet: Sheet) -> None:
    """Straight text above and below the icon on the badge's own colour."""
    inside = edges.frame(sheet, sheet.shape)
    pattern(sheet, inside, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    room = sheet.room(sheet.depth + 22)
    top = arranging.highest(sheet, room, 150)
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
            ink=arranging.quiet(sheet),
            upper=True,
        )
        rule = (block.lines[-1][1] if block else top) + 16
        arranging.rule(sheet, sheet.palette.accent, rule, min(150.0, room(rule, rule) / 2 - 20), sheet.shape)
    start = sheet.cy + sheet.r * 0.34
    middle = (rule + start) / 2 + 1
    sheet.icon(sheet.shape, MIDDLE, middle, sheet.icon_size(middle, (start - rule) * 1.05))
    arranging.lower_lines(sheet, sheet.shape, start, arranging.lowest(sheet), subtitle=False)


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
    arranging.lower_lines(sheet, sheet.field, cy + radius + 18, arranging.lowest(sheet), largest=38)


def horizon(sheet: Sheet) -> None:
    """Hills below, a sun behind the icon."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field, cy=sheet.cy - sheet.r * 0.2)
    full = bool(sheet.content("subtitle")) + bool(sheet.design.level.value)
    cy = sheet.cy - sheet.r * (0.26 + 0.07 * full)
    sun = sheet.r * (0.56 - 0.03 * full)
    group = sheet.group("field", inside)
    sheet.path(group, ellipse(MIDDLE, cy, sun), mixed(sheet.field.colour, sheet.palette.accent, 0.42))
    edge = sheet.cy + sheet.r * (0.26 - 0.1 * full)
    arranging.hill(sheet, group, edge - 30, 20, 0.6, mixed(sheet.field.colour, sheet.field.tint, 0.55))
    arranging.hill(sheet, group, edge - 8, 16, 3.4, mixed(sheet.shape.colour, sheet.field.tint, 0.45))
    sheet.icon(sheet.field, MIDDLE, cy, sun * 1.5)
    front = sheet.group("field-front", inside)
    arranging.hill(sheet, front, edge + 16, 12, 5.4, sheet.shape.colour)
    edges.ring(sheet, inside, sheet.field)
    arranging.lower_lines(sheet, sheet.shape, edge + 42, arranging.lowest(sheet))


def emblem(sheet: Sheet) -> None:
    """The icon, large, and nothing else."""
    inside = edges.frame(sheet, sheet.shape)
    pattern(sheet, inside, sheet.shape)
    edges.ring(sheet, inside, sheet.shape)
    room = sheet.r - sheet.depth
    level = sheet.design.level.value
    cy = sheet.cy - (room * 0.1 if level else 0)
    if sheet.frame.round:
        sheet.icon(sheet.shape, MIDDLE, cy, room * 1.8)
        marks.arc(sheet, sheet.shape, room - 24, size=14)
        return
    if level:
        y = arranging.lowest_row(sheet, sheet.cy + room * 0.5, 13)
        size = min(13.0, 13.0 * room * 0.9 / marks.width(level, 13, sheet.design.level.marks))
        marks.row(sheet, sheet.shape, y, size)
        cy = min(cy, y - 20 - room * 0.58)
    sheet.icon(sheet.shape, MIDDLE, cy, min(room * 1.6, sheet.icon_size(cy, 512)))


def diagonal(sheet: Sheet) -> None:
    """A band that rises across the badge with the title on it."""
    inside = edges.frame(sheet, sheet.field)
    pattern(sheet, inside, sheet.field)
    turn = -13.0
    both = bool(sheet.content("subtitle") and sheet.design.level.value)
    y = sheet.cy + sheet.r * (0.18 if both else 0.3)
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
    middle = arranging.roomiest(sheet, (top + y - 58) / 2 + 6, y - 52, (y - 58 - top) * 1.06)
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
    size = sheet.r * (0.96 if rest < 60 else 0.8)
    top = arranging.highest(sheet, room, 110) - 8
    middle = top + size * 0.84
    block = sheet.lines("title", sheet.field, room, top=middle, bottom=low, largest=54, most=3)
    first, end = (block.lines[0][1] - 0.66 * block.size, block.lines[-1][1]) if block else (middle, middle)
    sheet.icon(sheet.field, MIDDLE, (top + first) / 2 - 2, size)
    if sheet.content("subtitle"):
        arranging.rule(sheet, sheet.field.accent, end + 24, 66, sheet.field)
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
    sheet.icon(sheet.field, MIDDLE, cy, radius * 1.56)
    top = cy + radius + 24
    low = arranging.lowest(sheet)
    del room
    arranging.lower_lines(sheet, sheet.shape, top, low, largest=52)


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
    sheet.icon(sheet.field, MIDDLE, cy - 15, radius * 1.34)
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
    arranging.under(sheet, sheet.shape, low)


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
    cy, left = sheet.with_logo(sheet.shape, MIDDLE, sheet.cy - sheet.r * 0.2, room * 0.98, figure=True)
    size *= left / (room * 0.98)
    if size:
        group = sheet.group("monogram")
        sheet.path(group, line.straight(MIDDLE, cy + size * 0.33, size), sheet.shape.ink)
    start = sheet.cy + sheet.r * 0.24
    arranging.rule(sheet, sheet.palette.accent, start, room * 0.42, sheet.shape)
    alone = sheet.content("title") != letters
    arranging.lower_lines(
        sheet, sheet.shape, start + 18, arranging.lowest(sheet), title=alone or not size, largest=32
    )


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
