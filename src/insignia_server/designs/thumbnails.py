"""Small drawings of the things that a design can choose from, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from insignia_server.designs import icons
from insignia_server.designs.drawing import (
    FRAMES,
    LAYOUTS,
    LEVEL_MARKS,
    PALETTES,
    PATTERNS,
    RIBBONS,
    RINGS,
    Design,
    IconUse,
    Level,
    Pattern,
    Ribbon,
    Ring,
    Text,
    Texts,
    compose,
)
from insignia_server.designs.drawing.colour import lighter
from insignia_server.designs.drawing.palettes import Palette
from insignia_server.designs.drawing.paths import ellipse

_SAMPLE: Final = Design(
    frame="circle",
    layout="emblem",
    ring=Ring(style="line"),
    icon=IconUse(id="ph:star-four", mode="duotone"),
)


def _layout(id: str) -> Design:
    texts = Texts(title=Text(text=_("Title")), subtitle=Text(text=_("Issuer"), weight=600))
    round_ones = ("ring", "arc", "monogram", "emblem")
    return replace(_SAMPLE, layout=id, texts=texts, frame="circle" if id in round_ones else "square")


_MADE: Final[Mapping[str, tuple[Mapping[str, object], Callable[[str], Design]]]] = {
    "layout": (LAYOUTS, _layout),
    "ring": (RINGS, lambda id: replace(_SAMPLE, ring=Ring(style=id), icon=IconUse())),
    "pattern": (
        PATTERNS,
        lambda id: replace(_SAMPLE, pattern=Pattern(id=id, strength=0.9), layout="framed", icon=IconUse()),
    ),
    "ribbon": (
        RIBBONS,
        lambda id: replace(
            _SAMPLE,
            icon=IconUse(),
            ribbon=Ribbon(style=id),
            texts=Texts(ribbon=Text(text="" if id == "none" else "Aa")),
        ),
    ),
    "marks": (
        LEVEL_MARKS,
        lambda id: replace(_SAMPLE, level=Level(value=3, marks=id), icon=IconUse(), layout="emblem"),
    ),
}
KINDS: Final = ("frame", "palette", "icon", *_MADE)


@lru_cache(maxsize=1024)
def thumbnail(kind: str, id: str, palette: Palette = PALETTES["harbour"]) -> bytes:
    """A drawing of a frame, layout, ring, pattern, ribbon, marks, palette or icon.

    Raises KeyError for what is not known.
    """
    if kind == "frame":
        return _frame(id, palette)
    if kind == "palette":
        return swatch(PALETTES[id])
    if kind == "icon":
        return _icon(id)
    known, made = _MADE[kind]
    if id not in known:
        raise KeyError(id)
    return compose(replace(made(id), palette=palette)).svg


def swatch(palette: Palette) -> bytes:
    """A palette's colours as a small badge."""
    p = palette
    discs = ((240, p.rim), (226, p.shape), (164, p.accent), (152, p.field))
    halves = (("1", p.figure), ("0", p.figure_light))
    return _svg(
        *(_path(ellipse(256, 256, radius), colour) for radius, colour in discs),
        *(_path(f"M256 150A106 106 0 0 {sweep} 256 362Z", colour) for sweep, colour in halves),
    )


def _frame(id: str, palette: Palette) -> bytes:
    frame = FRAMES[id]
    dark = lighter(palette.accent, -0.11)
    return _svg(
        *(_path(data, dark if role.endswith("_dark") else palette.accent) for role, data in frame.behind),
        _path(frame.path, palette.shape),
        *(_path(fold, "#000000", ' opacity="0.16"') for fold in frame.folds),
    )


def _icon(id: str) -> bytes:
    drawn = icons.icon(id)
    paths = []
    for one in drawn.two_tones or drawn.paths:
        line = f' stroke="currentColor" stroke-width="{one.stroke:g}" stroke-linecap="round"'
        tone = ' opacity="0.3"' if one.tone else ""
        paths.append(_path(one.d, "none", line) if one.stroke else _path(one.d, "currentColor", tone))
    return _svg(*paths, box=drawn.box)


def _path(data: str, fill: str, more: str = "") -> str:
    return f'<path d="{data}" fill="{fill}"{more}/>'


def _svg(*parts: str, box: float = 512) -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box:g} {box:g}">'
    return f"{head}{''.join(parts)}</svg>".encode()
