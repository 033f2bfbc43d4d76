"""Ribbons, plaques and tabs that carry a text across the badge."""

from __future__ import annotations

from insignia_server.designs.drawing import texts
from insignia_server.designs.drawing.colour import lighter
from insignia_server.designs.drawing.paths import MIDDLE, number, polyline, rectangle, span
from insignia_server.designs.drawing.sheet import Element, Ground, Sheet

Style = str


def ribbon(
    sheet: Sheet,
    slot: str,
    y: float,
    height: float,
    *,
    style: Style = "",
    half: float = 0.0,
    ground: Ground | None = None,
    upper: bool = False,
    largest: float = 44.0,
    most: int = 2,
) -> float:
    """A ribbon around the height `y` with a text on it, `half` as wide to each side as said or fitting.

    Gives how far it reaches down.
    """
    ground = ground or sheet.strip
    style = style or sheet.design.ribbon.style
    style = "folded" if style == "none" else style
    group = sheet.group("ribbon")
    if style == "plaque":
        return _plaque(sheet, group, slot, y, height, half or 190.0, ground, upper, largest, most)
    if style == "tab":
        half = half or _reach(sheet, y, height) - sheet.depth - 22
        return _plaque(sheet, group, slot, y, height, half, ground, upper, largest, most, corner=6)
    half = half or min(238.0, _reach(sheet, y, height) + 16)
    sag = 22.0 if style == "curved" else 0.0
    _band(sheet, group, y, height, half, ground, style, sag)
    inner = half - 24

    def width(_top: float, _bottom: float) -> float:
        return 2 * inner

    if sag:
        _curved_text(sheet, group, slot, y, height, half, ground, sag, upper, largest)
        return y + height / 2 + sag
    block_top, block_bottom = y - height * 0.34, y + height * 0.34
    sheet.lines(
        slot,
        ground,
        width,
        top=block_top,
        bottom=block_bottom,
        largest=largest,
        most=most,
        upper=upper,
    )
    return y + height / 2


def _reach(sheet: Sheet, y: float, height: float) -> float:
    points = sheet.frame.points
    return max(span(points, y - height / 2)[1], span(points, y + height / 2)[1]) - MIDDLE


def _band(
    sheet: Sheet, group: Element, y: float, height: float, half: float, ground: Ground, style: str, sag: float
) -> None:
    """The band, its ends behind it, and the fold between."""
    fill, dark, darker = ground.colour, lighter(ground.colour, -0.09), lighter(ground.colour, -0.22)
    top, bottom = y - height / 2, y + height / 2
    left, right = MIDDLE - half, MIDDLE + half
    end = min(34.0, 250.0 - half + 20)
    if style in ("folded", "curved"):
        drop = 15.0
        for edge, side in ((left, -1), (right, 1)):
            tip = edge + side * end
            inner = edge - side * 26
            a, b = top + drop, bottom + drop
            tail = [(inner, a), (tip, a), (tip - side * 15, (a + b) / 2), (tip, b), (inner, b)]
            sheet.path(group, polyline(tail), dark)
            fold = [(inner, bottom - (2 if sag else 0)), (edge, bottom), (inner, b)]
            sheet.path(group, polyline(fold), darker)
    lower = f"{number(right)} {number(bottom)}Q{MIDDLE:g} {number(bottom + 2 * sag)}"
    body = f"{_sagging(left, right, top, sag)}L{lower} {number(left)} {number(bottom)}Z"
    sheet.path(group, body, fill)
    for line in (top + 6, bottom - 6):
        sheet.path(group, _sagging(left, right, line, sag), stroke=ground.tint, width=1.6, opacity=0.7)


def _sagging(left: float, right: float, y: float, sag: float) -> str:
    return f"M{number(left)} {number(y)}Q{MIDDLE:g} {number(y + 2 * sag)} {number(right)} {number(y)}"


def _curved_text(
    sheet: Sheet,
    group: Element,
    slot: str,
    y: float,
    height: float,
    half: float,
    ground: Ground,
    sag: float,
    upper: bool,
    largest: float,
) -> None:
    """One line on the circle that the curve follows."""
    radius = (half * half + sag * sag) / (2 * sag)
    # Text below a centre reads upwards: the circle's centre is above the ribbon.
    middle = y + sag
    saved, sheet.cy = sheet.cy, middle - radius
    sheet.arc(
        slot,
        ground,
        radius=radius,
        degrees=2 * (half - 26) / radius * 57.3,
        largest=min(largest, height * 0.62),
        below=True,
        upper=upper,
    )
    sheet.cy = saved


def _plaque(
    sheet: Sheet,
    group: Element,
    slot: str,
    y: float,
    height: float,
    half: float,
    ground: Ground,
    upper: bool,
    largest: float,
    most: int,
    corner: float = 0.0,
) -> float:
    """A plate, as wide as its text needs where that is less than `half`."""
    content = sheet.content(slot, upper=upper)
    style = sheet.style(slot, upper=upper)
    lines = texts.fit_lines(
        content,
        style,
        lambda _a, _b: 2 * half - 52,
        top=y - height * 0.36,
        bottom=y + height * 0.36,
        largest=largest,
        smallest=17,
        most=most,
    )
    needed = max((style.line(line).width / 100 * lines.size for line, _ in lines.lines), default=0.0)
    half = min(half, max(96.0, needed / 2 + 30))
    corner = corner or height / 2
    sheet.path(group, rectangle(MIDDLE - half, y - height / 2, 2 * half, height, corner), ground.colour)
    inset = rectangle(MIDDLE - half + 5, y - height / 2 + 5, 2 * half - 10, height - 10, max(2.0, corner - 5))
    sheet.path(group, inset, stroke=ground.tint, width=1.6, opacity=0.7)
    sheet.lines(
        slot,
        ground,
        lambda _a, _b: 2 * half - 36,
        top=y - height * 0.36,
        bottom=y + height * 0.36,
        largest=largest,
        most=most,
        upper=upper,
    )
    return y + height / 2
