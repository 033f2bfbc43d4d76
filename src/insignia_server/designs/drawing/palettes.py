"""Colours that go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insignia_server.designs.drawing.colour import (
    best_on,
    contrast,
    from_oklch,
    lighter,
    oklch,
    readable,
)
from insignia_server.designs.drawing.registry import Registry

ROLES: Final = ("shape", "rim", "field", "figure", "figure_light", "text", "accent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours as #rrggbb: the shape, its rim, the field behind the figure, the figure in two tones, the
    text on the shape, and the accent of lines, ribbons and levels. `id` and `label` where it is a known one.
    """

    id: str = ""
    label: str | Promise = ""
    tags: tuple[str, ...] = ()
    shape: str
    rim: str
    field: str
    figure: str
    figure_light: str
    text: str
    accent: str

    @property
    def problems(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs of roles that stand on one another with too little contrast, with the ratio."""
        wanted = (("text", "shape", 4.5), ("figure", "field", 4.5), ("accent", "shape", 2.5))
        found = (
            (one, other, least, contrast(getattr(self, one), getattr(self, other)))
            for one, other, least in wanted
        )
        return tuple((one, other, ratio) for one, other, least, ratio in found if ratio < least)


def _palette(id: str, label: str | Promise, tags: str, colours: str) -> Palette:
    values = dict(zip(ROLES, (f"#{colour}" for colour in colours.split()), strict=True))
    return Palette(id=id, label=label, tags=tuple(tags.split()), **values)


#                          shape  rim    field  figure light  text   accent
PALETTES: Final = Registry(
    [
        _palette("harbour", _("Harbour"), "blue", "17395c 0e2740 eef3f5 1f5480 8db9d3 ffffff e9b44c"),
        _palette("forest", _("Forest"), "green", "1f4d3d 13352a f1f4ea 2b6a50 a3c6a6 ffffff e0b24f"),
        _palette("ember", _("Ember"), "red", "8f3326 662015 fbf1e7 a8412f e9a988 ffffff f3c670"),
        _palette("plum", _("Plum"), "purple", "49295f 321a44 f5eff6 6b3f8a c3a1d3 ffffff eebb74"),
        _palette("slate", _("Slate"), "grey", "303c48 1e2730 f0f2f2 465a6c a7b8c4 ffffff ee9a68"),
        _palette("lagoon", _("Lagoon"), "teal", "0d5460 073c46 ecf5f2 11707a 8fcfc8 ffffff f2c261"),
        _palette("berry", _("Berry"), "pink", "7a2347 561432 faf0f1 9c2f5d e4a3b8 ffffff f2c58a"),
        _palette("ochre", _("Ochre"), "yellow brown", "6b4a17 4c330c fbf5e6 8a5f16 e3c27c ffffff f5d58c"),
        _palette("ink", _("Ink and brass"), "dark gold", "1b1f2a 0e1119 262c3a f0dcae c2a05c f7efdd c9a45c"),
        _palette("night", _("Night"), "dark blue", "101d3f 0a1229 1b2c5a f4f1e6 8fb4ee ffffff 8fb4ee"),
        _palette(
            "moss", _("Moss and cream"), "light green", "f3efdf c9c3a2 4b5d3a f6f1de b5c48e 36432a a9762f"
        ),
        _palette(
            "linen", _("Linen and indigo"), "light blue", "f5f1e8 cfc6b2 2c3f73 f7f3ea 9db0de 26345f b4683c"
        ),
        _palette("coral", _("Coral"), "light red", "fdf3ee e7c4b4 c2492f fff6f0 f6b9a0 7d2a19 d9864f"),
        _palette("glacier", _("Glacier"), "light blue", "eef5f9 bfd3df 155a7e f4fafc 97cbe4 12445f 2f8fb5"),
        _palette(
            "graphite", _("Graphite and lime"), "dark", "23272b 14171a 2f353b e6f2c8 a8c46a ffffff b5d15a"
        ),
        _palette(
            "aubergine", _("Aubergine and mint"), "dark", "3a1e3f 27122b f0f7f1 4d2854 a5d6bd ffffff 9fe0c0"
        ),
        _palette(
            "terracotta", _("Terracotta"), "red brown", "a34a2c 79331b f9efe3 8c3c21 e6b493 ffffff ffd99a"
        ),
        _palette(
            "petrol", _("Petrol and copper"), "blue", "12414e 0a2d37 f4efe8 1a5866 c98d63 ffffff e0a071"
        ),
        _palette("rosewood", _("Rosewood"), "red dark", "5c1f28 40131a f8eee6 7a2a35 d99c8f ffffff e7bd83"),
        _palette("iris", _("Iris"), "purple blue", "3d3a8c 292766 f1f0fa 4d49ab b0aee6 ffffff f4c46c"),
        _palette(
            "spruce", _("Spruce and coral"), "green", "15463f 0c312c f5f2ea 1d5f55 f09c83 ffffff f29b82"
        ),
        _palette("honey", _("Honey"), "yellow", "f2b93b cf9320 3a2a10 ffe9b8 f2b93b 3a2a10 7a4c0c"),
    ]
)


def palette_from(colour: str, second: str = "") -> tuple[Palette, ...]:
    """Palettes from an organisation's colours (#rrggbb): deep, clear, light, night and, with a second
    colour, one where it is the accent. Every one has readable text and figures.
    """
    lightness, chroma, hue = oklch(colour)
    accent = second or _accent(hue, chroma)
    deep = lighter(colour, min(0.0, 0.44 - lightness))
    clear = readable(colour, "#ffffff", 4.6)
    chroma = min(chroma, 0.16)
    return (
        _derived("brand-deep", _("Deep"), deep, accent, hue, chroma),
        _derived("brand-clear", _("Clear"), clear, accent, hue, chroma),
        _light("brand-light", _("Light"), colour, accent, hue, chroma),
        _night("brand-night", _("Night"), accent, hue, chroma),
        _derived("brand-calm", _("Calm"), from_oklch(0.36, chroma * 0.45, hue), colour, hue, chroma * 0.6),
    )


def _accent(hue: float, chroma: float) -> str:
    """A warm gold for cold and grey colours, a light sand for warm ones."""
    if chroma < 0.03:
        return from_oklch(0.76, 0.11, 70)
    return from_oklch(0.86, 0.09, 85) if hue < 115 or hue > 330 else from_oklch(0.81, 0.13, 80)


def _derived(id: str, label: str | Promise, shape: str, accent: str, hue: float, chroma: float) -> Palette:
    field = from_oklch(0.965, min(0.014, chroma * 0.12), hue)
    figure = readable(shape, field, 5.0)
    return Palette(
        id=id,
        label=label,
        tags=("brand",),
        shape=shape,
        rim=lighter(shape, -0.1),
        field=field,
        figure=figure,
        figure_light=from_oklch(0.78, min(0.09, chroma * 0.6), hue),
        text=best_on(shape, "#ffffff"),
        accent=readable(accent, shape, 3.0),
    )


def _light(id: str, label: str | Promise, colour: str, accent: str, hue: float, chroma: float) -> Palette:
    shape = from_oklch(0.955, min(0.016, chroma * 0.15), hue)
    field = readable(colour, shape, 5.0)
    return Palette(
        id=id,
        label=label,
        tags=("brand", "light"),
        shape=shape,
        rim=from_oklch(0.83, min(0.04, chroma * 0.3), hue),
        field=field,
        figure=best_on(field, shape, "#ffffff"),
        figure_light=from_oklch(0.8, min(0.09, chroma * 0.6), hue),
        text=readable(lighter(colour, -0.08), shape, 7.0),
        accent=readable(accent, shape, 3.0),
    )


def _night(id: str, label: str | Promise, accent: str, hue: float, chroma: float) -> Palette:
    shape = from_oklch(0.23, min(0.05, chroma * 0.5), hue)
    field = from_oklch(0.31, min(0.07, chroma * 0.6), hue)
    return Palette(
        id=id,
        label=label,
        tags=("brand", "dark"),
        shape=shape,
        rim=from_oklch(0.16, min(0.04, chroma * 0.4), hue),
        field=field,
        figure="#f7f4ec",
        figure_light=from_oklch(0.74, min(0.1, chroma * 0.8), hue),
        text="#ffffff",
        accent=readable(accent, shape, 4.5),
    )
