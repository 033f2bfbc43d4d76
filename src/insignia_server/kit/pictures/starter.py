"""The badge of an achievement that has no artwork yet: quiet, distinct, and ready to be replaced."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from lxml import etree

from insignia_server.kit.pictures import shapes
from insignia_server.kit.pictures.motifs import MOTIFS
from insignia_server.kit.pictures.outlines import outline
from insignia_server.kit.pictures.svg_rules import DEFAULT_NAMESPACE, SVG_NAMESPACE

_C: Final = 256.0
_TITLE_SIZES: Final = (36.0, 33.0, 30.0, 27.0, 24.0, 22.0)
_TITLE_ARC: Final = 640.0  # units of the ring that the title may take
_SUBTITLE_ARC: Final = 400.0
MAX_LEVEL: Final = 5


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb: the shape, its rim, the field behind the figure, the figure in two tones, the
    text on the shape, and the accent of lines and levels."""

    shape: str
    rim: str
    field: str
    figure: str
    figure_light: str
    text: str
    accent: str


PALETTES: Final[dict[str, Palette]] = {
    "harbour": Palette("#14375e", "#0d2747", "#e9f1f6", "#1d5c8f", "#6fb1d6", "#ffffff", "#f2b84b"),
    "forest": Palette("#1d4d3e", "#12362b", "#eaf3ec", "#2c7a5c", "#8cc5a2", "#ffffff", "#f0c05a"),
    "ember": Palette("#8c2f22", "#681f15", "#fbeee6", "#c4503a", "#f0a37e", "#ffffff", "#ffd27a"),
    "plum": Palette("#4a2a63", "#351c49", "#f3edf7", "#7a489c", "#bb93d4", "#ffffff", "#f3bd69"),
    "slate": Palette("#2f3a46", "#1f2831", "#eef1f3", "#51687c", "#9cb2c3", "#ffffff", "#ef8d5b"),
    "lagoon": Palette("#0c5460", "#073c45", "#e6f4f3", "#14818a", "#7cc9c6", "#ffffff", "#f6c560"),
    "berry": Palette("#7b2148", "#5a1533", "#faecf1", "#b13a6c", "#e293b4", "#ffffff", "#f7c873"),
    "ochre": Palette("#6d4a12", "#51360b", "#fbf4e4", "#b17d22", "#e5be6d", "#ffffff", "#ffe1a0"),
}


def starter_badge(*, title: str, subtitle: str = "", level: int = 0, palette: str = "", seed: str) -> str:
    """A badge of 512 × 512 units as SVG, the same for the same arguments.

    `seed` (such as the achievement's id) chooses shape and figure, and the palette where `palette` is not a
    name of PALETTES; `level` from 0 to 5 is shown as that many marks. Text is drawn as outlines and cut with
    an ellipsis where the ring is too short; the whole title stands in `title`.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    colours = PALETTES.get(palette) or list(PALETTES.values())[digest[0] % len(PALETTES)]
    root = etree.Element(
        f"{{{SVG_NAMESPACE}}}svg",
        {"viewBox": "0 0 512 512", "width": "512", "height": "512", "role": "img"},
        nsmap=DEFAULT_NAMESPACE,
    )
    etree.SubElement(root, f"{{{SVG_NAMESPACE}}}title").text = _printable(f"{title} · {subtitle}".strip(" ·"))
    _frame(root, digest[1], colours)
    motif = MOTIFS[digest[2] % len(MOTIFS)]
    for fill, path in motif(digest[3:], colours.figure, colours.figure_light, colours.accent):
        _path(root, path, fill)
    _ring_text(root, _printable(title), _printable(subtitle), colours)
    _level(root, max(0, min(MAX_LEVEL, level)), colours, below=not subtitle)
    return etree.tostring(root, encoding="unicode")


def _frame(root: etree._Element, choice: int, colours: Palette) -> None:
    outer, inner = [
        (shapes.circle(_C, _C, 250), shapes.circle(_C, _C, 238)),
        (shapes.scallop(_C, _C, 252, 20, 12), shapes.circle(_C, _C, 232)),
        (
            shapes.polygon(_C, _C, 262, 8, turn=22.5, corner=46),
            shapes.polygon(_C, _C, 250, 8, turn=22.5, corner=44),
        ),
        (shapes.polygon(_C, _C, 256, 12, corner=30), shapes.polygon(_C, _C, 244, 12, corner=29)),
    ][choice % 4]
    _path(root, outer, colours.rim)
    _path(root, inner, colours.shape)
    _path(root, shapes.circle(_C, _C, 226), None, stroke=colours.accent, width=3)
    _path(root, shapes.circle(_C, _C, 160), colours.field)
    _path(root, shapes.circle(_C, _C, 160), None, stroke=colours.accent, width=5)


def _ring_text(root: etree._Element, title: str, subtitle: str, colours: Palette) -> None:
    size, line = _fitting(title, _TITLE_SIZES, _TITLE_ARC, weight=700)
    if line:
        _path(
            root, outline(line, weight=700, tracking=2).on_arc(_C, _C, 193 - size * 0.33, size), colours.text
        )
    size, line = _fitting(subtitle.upper(), (24.0, 22.0, 20.0, 18.0), _SUBTITLE_ARC, weight=600)
    if line:
        shape = outline(line, weight=600, tracking=6)
        _path(root, shape.on_arc(_C, _C, 193 + size * 0.33, size, below=True), colours.accent)


def _fitting(text: str, sizes: tuple[float, ...], arc: float, *, weight: int) -> tuple[float, str]:
    text = text[:120]
    for size in sizes:
        if outline(text, weight=weight, tracking=6).width * size / 100 <= arc:
            return size, text
    size = sizes[-1]
    while text and outline(text + "…", weight=weight, tracking=6).width * size / 100 > arc:
        text = text[:-1].rstrip()
    return size, f"{text}…"


def _level(root: etree._Element, level: int, colours: Palette, *, below: bool) -> None:
    """Marks in the ring: at the bottom, or left and right of the subtitle's end when there is one."""
    for i in range(level):
        middle = (level - 1) / 2
        if below:
            x, y = shapes.ring_point(_C, _C, 193, 180 + (i - middle) * 11)
            _path(root, shapes.star(x, y, 15, 6.4, 5, corner=1.5), colours.accent)
        else:
            x, y = _C + (i - middle) * 24, _C + 133
            _path(root, shapes.star(x, y, 11.5, 5, 5, corner=1), colours.figure)


def _path(
    root: etree._Element, data: str, fill: str | None, *, stroke: str | None = None, width: float = 0
) -> None:
    attributes = {"d": data, "fill": fill or "none"}
    if stroke:
        attributes |= {"stroke": stroke, "stroke-width": f"{width:g}"}
    etree.SubElement(root, f"{{{SVG_NAMESPACE}}}path", attributes)


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
