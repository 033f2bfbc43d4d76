"""From a design to its drawing."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from insignia_server.designs.drawing.document import Design
from insignia_server.designs.drawing.layouts import LAYOUTS_DRAWN
from insignia_server.designs.drawing.placing import place_elsewhere, without_placed
from insignia_server.designs.drawing.problems import Problem
from insignia_server.designs.drawing.sheet import Sheet
from insignia_server.kit.pictures.picture import Picture
from insignia_server.kit.pictures.svg_rules import SVG_NAMESPACE


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG of 512 x 512 units (UTF-8), and what is wrong with it."""

    svg: bytes = field(repr=False)
    problems: tuple[Problem, ...]


def compose(design: Design, *, logo: Picture | None = None) -> Drawing:
    """Draws a design: texts as outlines, each part in a group `part-icon`, `part-title` and so on.

    `logo` is the picture that `design.logo` names. The same arguments give the same bytes.
    """
    sheet = Sheet(without_placed(design), logo)
    LAYOUTS_DRAWN[design.layout](sheet)
    sheet.design = design
    place_elsewhere(sheet)
    _describe(sheet, design)
    return Drawing(etree.tostring(sheet.root, encoding="utf-8"), tuple(sheet.problems))


def _describe(sheet: Sheet, design: Design) -> None:
    title = etree.Element(f"{{{SVG_NAMESPACE}}}title")
    title.text = _printable(design.texts.title.text) or None
    description = etree.Element(f"{{{SVG_NAMESPACE}}}desc")
    description.text = _printable(design.alt) or None
    for element in (description, title):
        if element.text:
            sheet.root.insert(0, element)


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
