"""What a design can choose from besides frames and palettes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from insignia_server.designs.drawing.registry import Named, Registry

LAYOUTS: Final = Registry(
    [
        Named("ring", _("Text around a disc"), ("round", "classic")),
        Named("banner", _("Banner across"), ("ribbon", "classic")),
        Named("plate", _("Plate below"), ("straight", "long")),
        Named("crest", _("Crest with straight text"), ("straight", "heraldic")),
        Named("split", _("Split field"), ("two tones",)),
        Named("horizon", _("Horizon"), ("landscape",)),
        Named("emblem", _("Large icon alone"), ("no text",)),
        Named("diagonal", _("Diagonal band"), ("lively",)),
        Named("framed", _("Text in the centre"), ("text", "long")),
        Named("stacked", _("Small icon over lines of text"), ("text", "long")),
        Named("medallion", _("Medallion with a plaque"), ("rays", "classic")),
        Named("monogram", _("Monogram"), ("letters",)),
        Named("arc", _("Arc over the icon"), ("open",)),
    ]
)
RINGS: Final = Registry(
    [
        Named("none", _("None")),
        Named("line", _("Fine line"), ("quiet",)),
        Named("double", _("Two fine lines"), ("classic",)),
        Named("bold", _("Strong band"), ("strong",)),
        Named("beads", _("Beads"), ("classic",)),
        Named("ticks", _("Milled edge"), ("coin", "technical")),
        Named("dashes", _("Stitches"), ("textile",)),
        Named("tone", _("A second tone"), ("quiet",)),
    ]
)
RIBBONS: Final = Registry(
    [
        Named("none", pgettext_lazy("ribbon", "None")),
        Named("straight", _("Straight"), ("plain",)),
        Named("folded", _("Folded ends"), ("classic",)),
        Named("curved", _("Curved"), ("classic",)),
        Named("plaque", _("Plaque"), ("plain", "soft")),
        Named("tab", pgettext_lazy("ribbon", "Tab"), ("plain", "modern")),
    ]
)
PATTERNS: Final = Registry(
    [
        Named("none", _("None")),
        Named("rays", _("Rays"), ("light",)),
        Named("dots", _("Dots"), ("plain",)),
        Named("guilloche", _("Guilloche"), ("classic", "secure")),
        Named("contours", _("Contour lines"), ("nature", "map")),
        Named("chevrons", _("Chevrons"), ("lively",)),
        Named("grid", _("Grid"), ("technical",)),
        Named("waves", _("Waves"), ("water",)),
        Named("confetti", _("Confetti"), ("lively",)),
        Named("mesh", _("Mesh"), ("network",)),
        Named("hatch", _("Hatching"), ("plain",)),
        Named("rings", _("Rings"), ("sound",)),
        Named("scales", _("Scales"), ("classic",)),
        Named("triangles", _("Triangles"), ("angular",)),
    ]
)
LEVEL_MARKS: Final = Registry(
    [
        Named("stars", _("Stars")),
        Named("chevrons", _("Chevrons")),
        Named("bars", _("Bars")),
        Named("dots", _("Dots")),
        Named("laurel", _("Laurel leaves")),
        Named("pips", _("Diamonds")),
        Named("stripes", _("Stripes")),
    ]
)
ICON_MODES: Final = Registry(
    [
        Named("plain", _("One tone")),
        Named("duotone", _("Two tones")),
        Named("disc", _("On a disc")),
        Named("knockout", _("Cut out of a disc")),
    ]
)
PLACES: Final = Registry(
    [
        Named("auto", _("Where the layout has it")),
        Named("ring-top", _("On the ring, above")),
        Named("ring-bottom", _("On the ring, below")),
        Named("plate", _("On the plate")),
        Named("centre", _("In the centre")),
        Named("below", _("Below the icon")),
    ]
)
LOGO_PLACES: Final = Registry(
    [Named("top", _("Above")), Named("centre", _("Instead of the icon")), Named("bottom", _("Below"))]
)
TYPEFACES: Final = Registry([Named("sans", _("Sans serif")), Named("serif", _("Serif"))])
CASES: Final = Registry([Named("as-is", _("As written")), Named("upper", _("Capitals"))])
SLOTS: Final = ("title", "subtitle", "ribbon", "small")
MAX_LEVEL: Final = 5
