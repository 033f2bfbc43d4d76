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
    Ribbon,
    Ring,
    Text,
    Texts,
    compose,
    marks,
    patterns,
)
from insignia_server.designs.drawing.colour import lighter, mixed
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
    "ribbon": (
        RIBBONS,
        lambda id: replace(
            _SAMPLE,
            icon=IconUse(),
            ribbon=Ribbon(style=id),
            texts=Texts(ribbon=Text(text="" if id == "none" else "Aa")),
        ),
    ),
}
_PIECES: Final = {"ring": "240 8 256 256"}
"""What is seen of a sample where all of it would be too small."""
KINDS: Final = ("frame", "palette", "icon", "pattern", "marks", *_MADE)


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
    if kind == "pattern":
        return _pattern(id, palette)
    if kind == "marks":
        return _marks(id, palette)
    known, made = _MADE[kind]
    if id not in known:
        raise KeyError(id)
    drawn = compose(replace(made(id), palette=palette)).svg
    return drawn.replace(b"0 0 512 512", _PIECES.get(kind, "0 0 512 512").encode(), 1)


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


def _pattern(id: str, palette: Palette) -> bytes:
    """A piece of it, stronger than it is on a badge, so that it is known at 64 pixels."""
    ground = _path("M96 96H416V416H96Z", mixed(palette.field, palette.shape, 0.08))
    if id not in PATTERNS:
        raise KeyError(id)
    if id == "none":
        return _svg(ground, view="96 96 320 320")
    kind, data, width = patterns.drawing(id, 256, 256)
    tone = mixed(palette.field, palette.shape, 0.55)
    line = f' stroke="{tone}" stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round"'
    drawn = _path(data, tone) if kind == "fill" else _path(data, "none", line)
    return _svg(ground, drawn, view="96 96 320 320")


def _marks(id: str, palette: Palette) -> bytes:
    if id not in LEVEL_MARKS:
        raise KeyError(id)
    reached, rest = marks.sample(id, 3, 400)
    disc = _path(ellipse(256, 256, 250), palette.shape)
    dim = mixed(palette.accent, palette.shape, 0.68)
    return _svg(disc, _path(reached, palette.accent), *([_path(rest, dim)] if rest else []))


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


def _svg(*parts: str, box: float = 512, view: str = "") -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view or f"0 0 {box:g} {box:g}"}">'
    return f"{head}{''.join(parts)}</svg>".encode()
