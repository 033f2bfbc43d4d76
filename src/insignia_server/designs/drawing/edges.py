"""The frame with its rim and ring: bands that follow the outline inwards."""

from __future__ import annotations

from insignia_server.designs.drawing.colour import lighter, mixed
from insignia_server.designs.drawing.paths import beads, ellipse, moved
from insignia_server.designs.drawing.sheet import Element, Ground, Sheet

Bands = list[tuple[float, str]]  # how deep a band ends, and its colour, from the edge inwards


def frame(sheet: Sheet, ground: Ground) -> Element:
    """Draws what lies behind the frame and its ground; gives the group that is clipped to it."""
    group = sheet.group("frame")
    for role, data in sheet.frame.behind:
        sheet.path(group, data, sheet.colour(role))
    inside = sheet.clipped(group, sheet.frame.path)
    if sheet.frame.inner:
        sheet.path(inside, sheet.frame.path, sheet.palette.shape)
        sheet.path(inside, sheet.frame.path, stroke=sheet.palette.rim, width=10, join="round")
        inside = sheet.clipped(group, sheet.frame.inner)
    sheet.path(inside, sheet.frame.edge, ground.colour)
    return inside


def ring(sheet: Sheet, inside: Element, ground: Ground) -> None:
    """The bands of the edge, over everything that was drawn within the frame."""
    p = sheet.palette
    group = sheet.group("ring", inside)
    bands = _bands(sheet, ground)
    if sheet.frame.inner and len(bands) > 1:
        # The teeth are the rim already.
        bands = [(3.0, p.accent), *((depth - 2, colour) for depth, colour in bands[1:])]
    for depth, colour in reversed(bands):
        sheet.path(group, sheet.frame.edge, stroke=colour, width=2 * depth, join="miter")
    for fold in sheet.frame.folds:
        sheet.path(group, fold, "#000000", opacity=0.15)
    for light in sheet.frame.lights:
        sheet.path(group, light, "#ffffff", opacity=0.07)
    sheet.depth = bands[-1][0]
    style = sheet.design.ring.style
    ornament = _ornament(sheet, style)
    if ornament:
        if style == "dashes":
            sheet.path(group, ornament, stroke=p.accent, width=2.6, cap="round")
        else:
            sheet.path(group, ornament, p.accent)


def _bands(sheet: Sheet, ground: Ground) -> Bands:
    p = sheet.palette
    style = sheet.design.ring.style
    dark = ground.role == "shape"
    if style == "none":
        return [(7, p.rim)] if dark else [(13, p.shape)]
    if style == "double":
        return [(5, p.rim), (14, p.shape), (17, p.accent), (22, ground.colour), (23.6, ground.accent)]
    if style == "bold":
        return [(5, p.rim), (9, p.shape), (21, p.accent), (24, lighter(p.accent, -0.1))]
    if style == "tone":
        tone = mixed(p.shape, p.accent, 0.22) if dark else mixed(p.shape, p.field, 0.62)
        return [(5, p.rim), (14, p.shape), (26, tone)]
    if style in ("beads", "ticks", "dashes"):
        return [(5, p.rim), (23, p.shape), (25.4, p.accent)]
    return [(5, p.rim), (14, p.shape), (17, p.accent)]


def _ornament(sheet: Sheet, style: str) -> str:
    path = sheet.frame.edge
    if style == "beads":
        return "".join(ellipse(x, y, 2.9) for x, y, _ in beads(path, 14.0, 13.0))
    if style == "ticks":
        return "".join(moved("M-1 -4L1 -4L1 4L-1 4Z", x, y, 1.0, a) for x, y, a in beads(path, 14.0, 8.0))
    if style == "dashes":
        return "".join(moved("M-5 0L5 0", x, y, 1.0, a) for x, y, a in beads(path, 14.0, 18.0))
    return ""
