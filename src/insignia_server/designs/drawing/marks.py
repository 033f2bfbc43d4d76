"""Marks that show a level: in a row, or on an arc."""

from __future__ import annotations

from typing import Final

from insignia_server.designs.drawing.choices import MAX_LEVEL
from insignia_server.designs.drawing.colour import mixed
from insignia_server.designs.drawing.paths import MIDDLE, ellipse, moved, rectangle
from insignia_server.designs.drawing.sheet import Element, Ground, Sheet
from insignia_server.kit.pictures.shapes import polygon, ring_point, star

_SHAPES: Final = {
    "stars": star(0, 0, 1, 0.44, 5, corner=0.06),
    "chevrons": "M-0.95 0.62L0 -0.28L0.95 0.62L0.95 0.1L0 -0.8L-0.95 0.1Z",
    "bars": rectangle(-0.85, -0.3, 1.7, 0.6, 0.2),
    "dots": ellipse(0, 0, 0.62),
    "laurel": "M0 0.95C-0.75 0.5 -0.75 -0.4 0 -1C0.75 -0.4 0.75 0.5 0 0.95Z",
    "pips": polygon(0, 0, 0.85, 4, corner=0.08),
    "stripes": "M-0.35 0.8L0.1 -0.8L0.55 -0.8L0.1 0.8Z",
}
_PITCH: Final = {"stripes": 0.62, "dots": 0.86, "laurel": 0.8}
_COUNTED: Final = ("stars", "chevrons", "laurel")  # as many as the level; the others fill a scale of five


def width(level: int, size: float, kind: str) -> float:
    """How wide a row of marks is."""
    return (_count(level, kind) - 1) * _pitch(kind) * size + 2 * size if level else 0.0


def row(sheet: Sheet, ground: Ground, y: float, size: float = 12.0, cx: float = MIDDLE) -> None:
    """The design's marks in a row around a height."""
    level, kind = sheet.design.level.value, sheet.design.level.marks
    if not level:
        return
    count, pitch = _count(level, kind), _pitch(kind) * size
    places = [moved(_SHAPES[kind], cx + (i - (count - 1) / 2) * pitch, y, size) for i in range(count)]
    _draw(sheet, sheet.group("level"), ground, places, level)


def arc(sheet: Sheet, ground: Ground, radius: float, *, size: float = 12.0) -> float:
    """The marks at the bottom of a circle around the frame's centre; half the angle that they take."""
    level, kind = sheet.design.level.value, sheet.design.level.marks
    if not level:
        return 0.0
    count = _count(level, kind)
    step = _pitch(kind) * size / radius * 57.2958
    places: list[str] = []
    for i in range(count):
        turn = ((count - 1) / 2 - i) * step
        x, y = ring_point(MIDDLE, sheet.cy, radius, 180 + turn)
        places.append(moved(_SHAPES[kind], x, y, size, turn))
    _draw(sheet, sheet.group("level"), ground, places, level)
    return (count - 1) / 2 * step + size / radius * 57.2958


def sample(kind: str, level: int, room: float) -> tuple[str, str]:
    """Marks as large as a room lets them be, in its middle: path data of those that are reached, and of the
    rest. Raises KeyError for what is not known."""
    shape, count = _SHAPES[kind], _count(level, kind)
    size = min(room / ((count - 1) * _pitch(kind) + 2), room / 5)
    pitch = _pitch(kind) * size
    at = [moved(shape, MIDDLE + (i - (count - 1) / 2) * pitch, MIDDLE, size) for i in range(count)]
    return "".join(at[:level]), "".join(at[level:])


def _pitch(kind: str) -> float:
    return 2.3 * _PITCH.get(kind, 1.0)


def _count(level: int, kind: str) -> int:
    return level if kind in _COUNTED else MAX_LEVEL


def _draw(sheet: Sheet, group: Element, ground: Ground, places: list[str], level: int) -> None:
    sheet.path(group, "".join(places[:level]), ground.accent)
    if places[level:]:
        sheet.path(group, "".join(places[level:]), mixed(ground.accent, ground.colour, 0.68))
