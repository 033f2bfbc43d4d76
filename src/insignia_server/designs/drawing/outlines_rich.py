"""Outlines with a top and a bottom: shields, windows, paper, leaves, medals."""

from __future__ import annotations

from typing import Final

from insignia_server.designs.drawing.outlines_plain import lobes
from insignia_server.designs.drawing.paths import MIDDLE, ellipse, moved, number, rectangle, smooth, symmetric
from insignia_server.kit.pictures.shapes import Point, polygon, ring_point, rounded

_C: Final = MIDDLE

SHIELD: Final = symmetric(
    (_C, 30),
    (440, 30),
    (452, 30, 460, 38, 460, 50),
    (460, 250),
    (460, 372, 372, 444, _C, 490),
)
SHIELD_ROUND: Final = symmetric(
    (_C, 26),
    (420, 26),
    (444, 26, 464, 46, 464, 70),
    (464, 278),
    (464, 394, 372, 488, _C, 488),
)
SHIELD_SWISS: Final = symmetric(
    (_C, 58),
    (310, 58, 352, 40, 392, 18),
    (416, 44, 442, 58, 472, 66),
    (462, 110, 458, 160, 462, 212),
    (472, 346, 400, 438, _C, 496),
)
SHIELD_FRENCH: Final = symmetric(
    (_C, 30),
    (448, 30),
    (456, 30, 462, 36, 462, 44),
    (462, 382),
    (462, 420, 440, 442, 402, 442),
    (342, 442),
    (302, 442, 272, 456, _C, 490),
)
SHIELD_MODERN: Final = symmetric((_C, 20), (450, 82), (450, 318), (372, 420), (_C, 494))
SHIELD_NOTCHED: Final = symmetric(
    (_C, 62),
    (306, 62, 344, 48, 366, 22),
    (432, 22),
    (438, 50, 452, 68, 474, 78),
    (440, 132, 438, 176, 456, 232),
    (480, 330, 420, 440, _C, 494),
)
CREST: Final = symmetric(
    (_C, 16),
    (276, 46, 314, 58, 356, 46),
    (388, 36, 420, 34, 446, 46),
    (436, 80, 444, 110, 466, 134),
    (446, 180, 452, 220, 462, 260),
    (476, 360, 400, 436, _C, 498),
)
PENNANT: Final = symmetric(
    (_C, 22),
    (424, 22),
    (436, 22, 444, 30, 444, 42),
    (444, 476),
    (444, 488, 432, 494, 422, 488),
    (_C, 412),
)
BOOKMARK: Final = symmetric(
    (_C, 22), (424, 22), (436, 22, 444, 30, 444, 42), (444, 404), (440, 412), (_C, 492)
)
GOTHIC: Final = symmetric(
    (_C, 10),
    (372, 66, 446, 160, 446, 292),
    (446, 478),
    (446, 488, 440, 494, 430, 494),
    (_C, 494),
)
GATE: Final = symmetric(
    (_C, 18),
    (368, 18, 452, 102, 452, 214),
    (452, 474),
    (452, 486, 444, 494, 432, 494),
    (_C, 494),
)
DROP: Final = symmetric(
    (_C, 6),
    (298, 78, 456, 190, 456, 302),
    (456, 416, 366, 500, _C, 500),
)
LEAF: Final = (
    "M44 44C44 38 48 34 54 34L276 34C392 34 478 120 478 236L478 458C478 466 472 472 464 472"
    "L236 472C120 472 44 386 44 270Z"
)
PEBBLE: Final = smooth(
    [
        (256, 28),
        (384, 46),
        (474, 150),
        (482, 282),
        (414, 420),
        (280, 484),
        (138, 456),
        (42, 348),
        (34, 208),
        (116, 78),
    ]
)
GEM: Final = rounded([(146, 40), (366, 40), (496, 190), (256, 496), (16, 190)], 22)
GEM_FOLDS: Final = ("M366 40L496 190L376 190Z", "M376 190L496 190L256 496Z", "M146 40L366 40L256 190Z")
GEM_LIGHTS: Final = ("M146 40L136 190L16 190Z", "M146 40L256 190L136 190Z", "M256 190L256 496L136 190Z")
KEYSTONE: Final = symmetric(
    (_C, 34),
    (466, 34),
    (476, 34, 482, 42, 480, 52),
    (410, 468),
    (408, 474, 402, 478, 396, 478),
    (_C, 478),
)
CARTOUCHE: Final = symmetric(
    (_C, 20),
    (312, 20, 344, 34, 372, 62),
    (396, 62, 450, 116, 450, 140),
    (478, 168, 492, 200, 492, 256),
    (492, 312, 478, 344, 450, 372),
    (450, 396, 396, 450, 372, 450),
    (344, 478, 312, 492, _C, 492),
)
LABEL: Final = symmetric(
    (_C, 18),
    (352, 18),
    (362, 18, 370, 22, 376, 28),
    (446, 104),
    (452, 110, 454, 116, 454, 124),
    (454, 470),
    (454, 484, 444, 494, 430, 494),
    (_C, 494),
)


def _stamp() -> str:
    """A square with half circles bitten out of its sides."""
    a, b, count, r = 34.0, 478.0, 9, 15.0
    step = (b - a) / count
    corners: list[tuple[Point, Point]] = [
        ((a, a), (1, 0)),
        ((b, a), (0, 1)),
        ((b, b), (-1, 0)),
        ((a, b), (0, -1)),
    ]
    data: list[str] = []
    k = r * 4 / 3
    for (x, y), (dx, dy) in corners:
        data.append(f"{'L' if data else 'M'}{number(x)} {number(y)}")
        nx, ny = -dy, dx  # inwards
        for i in range(count):
            at = step * (i + 0.5)
            p0 = (x + dx * (at - r), y + dy * (at - r))
            p3 = (x + dx * (at + r), y + dy * (at + r))
            p1, p2 = (p0[0] + nx * k, p0[1] + ny * k), (p3[0] + nx * k, p3[1] + ny * k)
            data.append(f"L{number(p0[0])} {number(p0[1])}")
            data.append("C" + " ".join(number(n) for n in (*p1, *p2, *p3)))
    return "".join(data) + "Z"


def _ticket() -> str:
    """An upright ticket with a notch in each side."""
    return symmetric(
        (_C, 22),
        (418, 22),
        (434, 22, 446, 34, 446, 50),
        (446, 330),
        (422, 330, 406, 346, 406, 366),
        (406, 386, 422, 402, 446, 402),
        (446, 462),
        (446, 478, 434, 490, 418, 490),
        (_C, 490),
    )


def _wreath() -> tuple[tuple[str, str], ...]:
    """Leaves along two branches, from the bottom to the top."""
    leaf = "M0 0C-17 -12 -17 -38 0 -58C17 -38 17 -12 0 0Z"
    light, strong = [], []
    for side in (-1, 1):
        for i in range(10):
            angle = 180 + side * (14 + i * 15.6)
            x, y = ring_point(_C, _C - 4, 209, angle)
            size = 1.0 - 0.018 * i
            along = angle + (-90 if side > 0 else 90)
            strong.append(moved(leaf, x, y, size, along + side * 30))
            light.append(moved(leaf, x, y, size * 0.82, along - side * 34))
    return (("accent_dark", "".join(light)), ("accent", "".join(strong)))


def _tails(top: float, spread: float, length: float) -> tuple[tuple[str, str], ...]:
    """Two ends of ribbon that hang from a medal."""
    out: list[tuple[str, str]] = []
    for side in (-1, 1):
        a: list[Point] = [(-46, 0), (46, 0), (46, length), (0, length - 34), (-46, length)]
        turn = -side * spread
        body = moved(polygon_path(a), _C + side * 78, top, 1.0, turn)
        stripe = moved(
            polygon_path([(-15, 0), (15, 0), (15, length - 23), (0, length - 34), (-15, length - 23)]),
            _C + side * 78,
            top,
            1.0,
            turn,
        )
        out += [("accent", body), ("accent_dark", stripe)]
    return tuple(out)


def polygon_path(points: list[Point]) -> str:
    """A polygon of straight lines."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


STAMP: Final = _stamp()
STAMP_INNER: Final = rectangle(62, 62, 388, 388)
TICKET: Final = _ticket()
PAIR: Final = (("accent", polygon(_C, _C, 251, 6, turn=30, corner=30)),)
MEDAL: Final = ellipse(_C, 204, 190)
MEDAL_RIBBONS: Final = _tails(318, 16, 176)
PRIZE: Final = lobes(172, 18, 28, _C, 206)
PRIZE_INNER: Final = ellipse(_C, 206, 164)
PRIZE_TAILS: Final = _tails(318, 11, 182)
LAURELLED: Final = ellipse(_C, _C - 4, 182)
WREATH: Final = _wreath()
