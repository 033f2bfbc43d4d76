"""Marks that show a level: in a row, or on an arc."""

from __future__ import annotations

from insignia_server.designs.drawing.colour import mixed
from insignia_server.designs.drawing.paths import MIDDLE, ellipse, moved, rectangle
from insignia_server.designs.drawing.sheet import Ground, Sheet
from insignia_server.kit.pictures.shapes import polygon, ring_point, star

_SHAPES = {
    "stars": star(0, 0, 1, 0.44, 5, corner=0.06),
    "chevrons": "M-0.95 0.55L0 -0.35L0.95 0.55L0.95 0L0 -0.9L-0.95 0Z",
    "bars": rectangle(-0.85, -0.3, 1.7, 0.6, 0.2),
    "dots": ellipse(0, 0, 0.62),
    "laurel": "M0 0.95C-0.75 0.5 -0.75 -0.4 0 -1C0.75 -0.4 0.75 0.5 0 0.95Z",
    "pips": polygon(0, 0, 0.85, 4, corner=0.08),
    "stripes": "M-0.35 0.8L0.1 -0.8L0.55 -0.8L0.1 0.8Z",
}
_PITCH = {"stripes": 0.62, "dots": 0.86, "laurel": 0.8}


def width(level: int, size: float, kind: str) -> float:
    """How wide a row of marks is."""
    return (level - 1) * 2.3 * _PITCH.get(kind, 1.0) * size + 2 * size if level else 0.0


def row(sheet: Sheet, ground: Ground, y: float, size: float = 12.0, cx: float = MIDDLE) -> None:
    """The design's marks in a row around a height."""
    level, kind = sheet.design.level.value, sheet.design.level.marks
    if not level:
        return
    group = sheet.group("level")
    pitch = 2.3 * _PITCH.get(kind, 1.0) * size
    data = "".join(moved(_lifted(kind), cx + (i - (level - 1) / 2) * pitch, y, size) for i in range(level))
    sheet.path(group, data, ground.accent)


def arc(
    sheet: Sheet, ground: Ground, radius: float, *, below: bool = True, size: float = 12.0, full: bool = False
) -> float:
    """The marks on a circle around the frame's centre; gives half the angle that they take.

    With `full` the places up to five that are not reached are shown faintly.
    """
    level, kind = sheet.design.level.value, sheet.design.level.marks
    if not level:
        return 0.0
    group = sheet.group("level")
    count = 5 if full else level
    step = 2.3 * _PITCH.get(kind, 1.0) * size / radius * 57.2958
    for i in range(count):
        turn = (i - (count - 1) / 2) * step
        angle = 180 - turn if below else turn
        x, y = ring_point(MIDDLE, sheet.cy, radius, angle)
        upright = angle - 180 if below else angle
        colour = ground.accent if i < level else mixed(ground.accent, ground.colour, 0.75)
        sheet.path(group, moved(_lifted(kind), x, y, size, upright), colour)
    return (count - 1) / 2 * step + size / radius * 57.2958


def _lifted(kind: str) -> str:
    return _SHAPES.get(kind, _SHAPES["stars"])
