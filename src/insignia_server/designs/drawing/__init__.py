"""A design document, and the drawing made of it. Pure: no database, no clock, no chance."""

from insignia_server.designs.drawing.choices import (
    CASES,
    ICON_MODES,
    LAYOUTS,
    LEVEL_MARKS,
    LOGO_PLACES,
    MAX_LEVEL,
    PATTERNS,
    PLACES,
    RIBBONS,
    RINGS,
    SLOTS,
    TYPEFACES,
)
from insignia_server.designs.drawing.composing import Drawing, compose
from insignia_server.designs.drawing.document import (
    Design,
    IconUse,
    Level,
    Logo,
    Pattern,
    Ribbon,
    Ring,
    Text,
    Texts,
)
from insignia_server.designs.drawing.frames import FRAMES, Frame
from insignia_server.designs.drawing.mending import mend
from insignia_server.designs.drawing.palettes import PALETTES, ROLES, Palette, palette_from
from insignia_server.designs.drawing.problems import Problem

__all__ = [
    "CASES",
    "FRAMES",
    "ICON_MODES",
    "LAYOUTS",
    "LEVEL_MARKS",
    "LOGO_PLACES",
    "MAX_LEVEL",
    "PALETTES",
    "PATTERNS",
    "PLACES",
    "RIBBONS",
    "RINGS",
    "ROLES",
    "SLOTS",
    "TYPEFACES",
    "Design",
    "Drawing",
    "Frame",
    "IconUse",
    "Level",
    "Logo",
    "Palette",
    "Pattern",
    "Problem",
    "Ribbon",
    "Ring",
    "Text",
    "Texts",
    "compose",
    "mend",
    "palette_from",
]
