"""Texts that a person puts elsewhere than the layout has them."""

from __future__ import annotations

from dataclasses import replace

from insignia_server.designs.drawing.choices import SLOTS
from insignia_server.designs.drawing.document import Design
from insignia_server.designs.drawing.ribbons import ribbon
from insignia_server.designs.drawing.sheet import Ground, Sheet

_LIGHT_GROUND = frozenset({"arc", "banner", "split", "diagonal", "framed"})


def without_placed(design: Design) -> Design:
    """The design with only the texts that its layout places."""
    changed = {
        slot: replace(getattr(design.texts, slot), text="")
        for slot in ("title", "subtitle")
        if getattr(design.texts, slot).place != "auto"
    }
    return replace(design, texts=replace(design.texts, **changed)) if changed else design


def place_elsewhere(sheet: Sheet) -> None:
    """Draws the texts with a place of their own, the ribbon's and the small one."""
    for slot in SLOTS:
        text = sheet.text(slot)
        if not text.text:
            continue
        if slot == "ribbon" and text.place == "auto":
            _ribbon(sheet)
        elif text.place != "auto" or slot == "small":
            _placed(sheet, slot, "below" if text.place == "auto" else text.place)


def ground_of(sheet: Sheet, place: str) -> Ground:
    """What a text at a place stands on."""
    layout = sheet.design.layout
    if place == "centre" and layout in ("ring", "medallion"):
        return sheet.field
    if layout in _LIGHT_GROUND or (layout in ("plate", "horizon") and place in ("ring-top", "centre")):
        return sheet.field
    return sheet.shape


def _ribbon(sheet: Sheet) -> None:
    style = sheet.design.ribbon.style
    if style == "none":
        style = "plaque"
    lower = sheet.design.layout in ("emblem", "ring", "arc", "framed", "monogram")
    ribbon(
        sheet, "ribbon", sheet.cy + sheet.r * (0.62 if lower else 0.86), 54, style=style, largest=26, most=1
    )


def _placed(sheet: Sheet, slot: str, place: str) -> None:
    ground = ground_of(sheet, place)
    room = sheet.room(sheet.depth + 20)
    largest = {"title": 46.0, "subtitle": 24.0, "ribbon": 26.0}.get(slot, 22.0)
    if place in ("ring-top", "ring-bottom"):
        radius = sheet.r - sheet.depth - largest * 0.62 - 8
        below = place == "ring-bottom"
        degrees = 130.0 if below else 200.0
        sheet.arc(slot, ground, radius=radius, degrees=degrees, largest=largest, below=below)
        return
    at = {"centre": 0.0, "below": 0.74, "plate": 0.52}[place]
    middle = sheet.cy + at * sheet.r
    half = largest * (1.3 if slot == "title" else 0.6)
    sheet.lines(slot, ground, room, top=middle - half, bottom=middle + half, largest=largest, most=2)
