"""The sheet that a badge is drawn on: groups, shapes, texts, icons, and the problems found on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from lxml import etree

from insignia_server.designs import icons
from insignia_server.designs.drawing import texts
from insignia_server.designs.drawing.colour import best_on, contrast, lighter, mixed
from insignia_server.designs.drawing.document import Design, Text
from insignia_server.designs.drawing.frames import FRAMES, Frame
from insignia_server.designs.drawing.logo import embedded, plate_for
from insignia_server.designs.drawing.paths import MIDDLE, distance_to, ellipse, number, rectangle, span
from insignia_server.designs.drawing.problems import Problem
from insignia_server.kit.pictures.picture import Picture
from insignia_server.kit.pictures.svg_rules import DEFAULT_NAMESPACE, SVG_NAMESPACE

SMALLEST: Final = 16.5  # units of 512: below this no text is set
_SHORT: Final = 3  # characters: such a title may be larger than others
READABLE: Final = 18.0  # below this a person is told
Element = etree._Element


@dataclass(frozen=True, slots=True)
class Ground:
    """A colour that something stands on, by its role, and what is drawn on it."""

    role: str
    colour: str
    ink: str
    ink_role: str
    tint: str
    accent: str


@dataclass
class Sheet:
    """One drawing in the making. `depth` is how far the bands of the edge reach inwards."""

    design: Design
    logo: Picture | None = None
    problems: list[Problem] = field(default_factory=list)
    depth: float = 0.0

    def __post_init__(self) -> None:
        self.root = etree.Element(
            f"{{{SVG_NAMESPACE}}}svg",
            {"viewBox": "0 0 512 512", "width": "512", "height": "512", "role": "img"},
            nsmap=DEFAULT_NAMESPACE,
        )
        self.frame: Frame = FRAMES[self.design.frame]
        self.cy, self.r = self.frame.circle
        self.palette = self.design.palette
        self._clips = 0

    @cached_property
    def defs(self) -> Element:
        """Where clips are defined."""
        element = etree.Element(f"{{{SVG_NAMESPACE}}}defs")
        self.root.insert(0, element)
        return element

    @cached_property
    def shape(self) -> Ground:
        """The badge's own colour as a ground."""
        p = self.palette
        return Ground("shape", p.shape, p.text, "text", mixed(p.figure_light, p.shape, 0.2), p.accent)

    @cached_property
    def field(self) -> Ground:
        """The field as a ground."""
        p = self.palette
        accent = p.accent if contrast(p.accent, p.field) >= 2.4 else p.figure
        return Ground("field", p.field, p.figure, "figure", p.figure_light, accent)

    @cached_property
    def strip(self) -> Ground:
        """The accent as a ground: ribbons and plaques."""
        p = self.palette
        ink = best_on(p.accent, p.rim, p.shape, p.text, p.figure)
        return Ground("accent", p.accent, ink, "", mixed(ink, p.accent, 0.5), ink)

    # --- elements -------------------------------------------------------------------------------------

    def group(self, part: str = "", parent: Element | None = None, *, transform: str = "") -> Element:
        """A group; `part` names it for the editor."""
        attributes = {"id": f"part-{part}"} if part else {}
        if transform:
            attributes["transform"] = transform
        return etree.SubElement(self.root if parent is None else parent, f"{{{SVG_NAMESPACE}}}g", attributes)

    def path(
        self,
        parent: Element,
        data: str,
        fill: str = "none",
        *,
        stroke: str = "",
        width: float = 0.0,
        opacity: float = 1.0,
        join: str = "",
        cap: str = "",
        dash: str = "",
    ) -> Element:
        """A path; colours as #rrggbb."""
        attributes = {"d": data, "fill": fill}
        if stroke:
            attributes |= {"stroke": stroke, "stroke-width": number(width)}
        for name, value in (("stroke-linejoin", join), ("stroke-linecap", cap), ("stroke-dasharray", dash)):
            if value:
                attributes[name] = value
        if opacity < 1:
            attributes["opacity"] = number(opacity)
        return etree.SubElement(parent, f"{{{SVG_NAMESPACE}}}path", attributes)

    def clipped(self, parent: Element, data: str) -> Element:
        """A group of which only what lies in the path is seen."""
        self._clips += 1
        name = f"clip{self._clips}"
        clip = etree.SubElement(self.defs, f"{{{SVG_NAMESPACE}}}clipPath", {"id": name})
        etree.SubElement(clip, f"{{{SVG_NAMESPACE}}}path", {"d": data})
        return etree.SubElement(parent, f"{{{SVG_NAMESPACE}}}g", {"clip-path": f"url(#{name})"})

    def colour(self, role: str) -> str:
        """A palette's role, or that role darker: accent_dark."""
        name, _, dark = role.partition("_dark")
        found: str = getattr(self.palette, name)
        return lighter(found, -0.11) if dark or role.endswith("_dark") else found

    # --- room -----------------------------------------------------------------------------------------

    def room(self, margin: float) -> texts.Width:
        """How wide the frame is between two heights, `margin` left on each side, around the middle."""
        points = self.frame.points

        def width(top: float, bottom: float) -> float:
            sides = [span(points, y) for y in (top, (top + bottom) / 2, bottom)]
            half = min(min(MIDDLE - left, right - MIDDLE) for left, right in sides)
            return max(0.0, 2 * (half - margin))

        return width

    def clear(self, x: float, y: float) -> float:
        """How far a place is from the bands of the edge; negative where it is on them or outside."""
        left, right = span(self.frame.points, y)
        if not left < x < right:
            return -1.0
        return distance_to(self.frame.points, x, y) - self.depth

    def icon_size(self, cy: float, wanted: float) -> float:
        """The size of an icon's box at a height, so that what is drawn in it stays off the edge."""
        # What an icon draws takes four fifths of its box at most; most are rounder than their box.
        return max(24.0, min(wanted, (self.clear(MIDDLE, cy) - 10) / 0.43))

    @property
    def top(self) -> float:
        """The highest point of the frame."""
        return min(y for _, y in self.frame.points)

    @property
    def bottom(self) -> float:
        """The lowest point of the frame."""
        return max(y for _, y in self.frame.points)

    # --- texts ----------------------------------------------------------------------------------------

    def text(self, slot: str) -> Text:
        """One of the design's texts."""
        found: Text = getattr(self.design.texts, slot)
        return found

    def content(self, slot: str, *, upper: bool = False) -> str:
        """What stands in a text, as it is drawn; empty where it is placed elsewhere by the person."""
        text = self.text(slot)
        return texts.prepared(text.text, upper=upper or text.case == "upper")

    def style(self, slot: str, *, upper: bool = False, serif: bool | None = None) -> texts.Style:
        """How a text of the design is set."""
        text = self.text(slot)
        tracking = text.tracking
        if tracking < 0:
            tracking = 7.0 if upper or text.case == "upper" else 1.0
        return texts.Style(text.weight, tracking, self.design.typeface == "serif" if serif is None else serif)

    def lines(
        self,
        slot: str,
        ground: Ground,
        width: texts.Width,
        *,
        top: float,
        bottom: float,
        largest: float = 48.0,
        smallest: float = SMALLEST,
        most: int = 3,
        anchor: float = 0.5,
        ink: str = "",
        upper: bool = False,
        parent: Element | None = None,
    ) -> texts.Block | None:
        """Straight text between two heights. None where there is no text."""
        content = self.content(slot, upper=upper)
        if not content:
            return None
        style = self.style(slot, upper=upper)
        if len(content) <= _SHORT and slot == "title":
            largest *= 1.5
        block = texts.fit_lines(
            content,
            style,
            width,
            top=top,
            bottom=bottom,
            largest=largest,
            smallest=smallest,
            most=most,
            anchor=anchor,
            wanted=self.text(slot).size,
        )
        group = self._text_group(slot, parent)
        for line, base in block.lines:
            data = style.line(line).straight(MIDDLE, base, block.size)
            self.path(group, data, ink or ground.ink)
        self._check(slot, content, block.cut, " ".join(line for line, _ in block.lines), block.size)
        self._check_contrast(slot, ink or ground.ink, ground)
        return block

    def arc(
        self,
        slot: str,
        ground: Ground,
        *,
        radius: float,
        degrees: float,
        largest: float,
        below: bool = False,
        ink: str = "",
        upper: bool = False,
        smallest: float = SMALLEST,
    ) -> float:
        """Text in the middle of a band around the inscribed circle; `radius` is the middle of the band.

        Gives half the angle that it takes, in degrees; 0 where there is no text.
        """
        content = self.content(slot, upper=upper)
        if not content:
            return 0.0
        style = self.style(slot, upper=upper)
        length = radius * degrees / 57.2958
        shown, size, cut = texts.fit_arc(
            content, style, length, largest=largest, smallest=smallest, wanted=self.text(slot).size
        )
        line = style.line(shown)
        base = radius + size * CAP_HALF if below else radius - size * CAP_HALF
        group = self._text_group(slot, None)
        self.path(group, line.on_arc(MIDDLE, self.cy, base, size, below=below), ink or ground.ink)
        self._check(slot, content, cut, shown, size)
        self._check_contrast(slot, ink or ground.ink, ground)
        return line.width * size / 100 / radius * 28.6479

    def _text_group(self, slot: str, parent: Element | None) -> Element:
        text = self.text(slot)
        shift = f"translate({number(text.dx)} {number(text.dy)})" if text.dx or text.dy else ""
        return self.group(slot, parent, transform=shift)

    def _check(self, slot: str, content: str, cut: bool, shown: str, size: float) -> None:
        if cut:
            message = _("“{text}” does not fit. It is shown as “{shown}”.").format(text=content, shown=shown)
            self.problems.append(Problem("text.cut", slot, message))
        elif size < READABLE:
            message = _("“{text}” is too small to be read on a badge of 120 pixels.").format(text=content)
            self.problems.append(Problem("text.small", slot, message, ratio=round(size, 1)))

    def _check_contrast(self, slot: str, ink: str, ground: Ground, wanted: float = 4.5) -> None:
        ratio = contrast(ink, ground.colour)
        if ratio < wanted:
            message = _("The contrast is {ratio} to 1 where {wanted} to 1 can be read.").format(
                ratio=f"{ratio:.1f}", wanted=f"{wanted:g}"
            )
            self.problems.append(
                Problem("contrast", slot, message, ratio=round(ratio, 2), ink=ink, ground=ground.colour)
            )

    # --- icon and logo --------------------------------------------------------------------------------

    def icon(self, ground: Ground, cx: float, cy: float, size: float) -> None:
        """The design's icon in a box of `size` around a place, and the logo above, below or instead of it."""
        use = self.design.icon
        known = bool(use.id) and icons.known(use.id)
        cy, size = self.with_logo(ground, cx, cy, size, figure=known)
        if not known or not size:
            return
        drawn = icons.icon(use.id)
        cx, cy, size = cx + use.dx, cy + use.dy, size * use.scale
        group = self.group("icon")
        ink, tint, mode = ground.ink, ground.tint, use.mode
        if mode in ("disc", "knockout"):
            self.path(group, ellipse(cx, cy, size * 0.5), ink if mode == "knockout" else tint)
            if mode == "knockout":
                ink, tint = ground.colour, mixed(ground.colour, ink, 0.45)
            elif contrast(ink, tint) < 3:
                ink = best_on(tint, ground.ink, ground.colour)
            size *= 0.74
        mx, my, width, height = icons.extent(use.id)
        # Wide, tall and square icons shall look equally large: four fifths of the box at most.
        scale = 0.72 * size / (0.5 * max(width, height) + 0.5 * math.sqrt(width * height))
        scale = min(scale, 0.78 * size / max(width, height))
        turn = f" rotate({number(use.turn)})" if use.turn else ""
        inner = self.group(
            parent=group,
            transform=f"translate({number(cx)} {number(cy)}){turn} scale({scale:.4f}) "
            f"translate({number(-mx)} {number(-my)})",
        )
        paths = drawn.two_tones if mode == "duotone" and drawn.two_tones else drawn.paths
        for one in paths:
            if one.stroke:
                self.path(inner, one.d, stroke=ink, width=1.6, join="round", cap="round")
            else:
                self.path(inner, one.d, tint if one.tone else ink)
        self._check_contrast("icon", ink, ground, 3.0)

    def with_logo(
        self, ground: Ground, cx: float, cy: float, size: float, *, figure: bool
    ) -> tuple[float, float]:
        """Draws the logo into a figure's box of `size`: above or below the figure, or instead of it.

        The middle and the size of the box that is left to the figure; a size of 0 where nothing is.
        """
        use = self.design.logo
        if self.logo is None or use is None:
            return cy, size
        if use.place == "centre" or not figure:
            self.picture(ground, cx, cy, size * 0.72)
            return cy, 0.0
        side = -1 if use.place == "top" else 1
        self.picture(ground, cx, cy + side * 0.29 * size, size * 0.23, widest=1.8)
        return cy - side * 0.14 * size, size * 0.64

    def picture(self, ground: Ground, cx: float, cy: float, size: float, *, widest: float = 1.0) -> None:
        """The logo around a place, in its own shape: it reaches as far as a square of `size` does, and where
        it is wide up to `widest` times as far. On a plate where it could not be seen; one that fills its
        rectangle has round corners."""
        use = self.design.logo
        if self.logo is None or use is None:
            return
        shown = embedded(self.logo)
        plate = plate_for(shown, ground.colour)
        ratio = self.logo.width / self.logo.height
        reach = size * use.scale * math.sqrt(2) * min(widest, max(1.0, math.sqrt(ratio)))
        height = reach / math.hypot(ratio, 1) * (0.86 if plate else 1)
        width = height * ratio
        x, y = cx + use.dx - width / 2, cy + use.dy - height / 2
        parent, least = self.group("logo"), min(width, height)
        if plate:
            by = 0.1 * least + 4
            around = rectangle(x - by, y - by, width + 2 * by, height + 2 * by, 0.12 * least + by)
            self.path(parent, around, plate)
        if shown.opaque:
            parent = self.clipped(parent, rectangle(x, y, width, height, 0.12 * least))
        attributes = {"x": x, "y": y, "width": width, "height": height}
        etree.SubElement(
            parent,
            f"{{{SVG_NAMESPACE}}}image",
            {name: number(value) for name, value in attributes.items()} | {"href": shown.address},
        )


CAP_HALF: Final = texts.CAP / 2
