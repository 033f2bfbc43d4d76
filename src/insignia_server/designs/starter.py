"""The design that a new achievement has before anyone touches it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insignia_server.designs.drawing import (
    MAX_LEVEL,
    PALETTES,
    Design,
    IconUse,
    Level,
    Palette,
    Pattern,
    Ribbon,
    Ring,
    Text,
    Texts,
    compose,
    palette_from,
)
from insignia_server.designs.subjects import icons_for, level_of
from insignia_server.kit.fonts import drawable


@dataclass(frozen=True, slots=True)
class Look:
    """A frame, a layout and what goes with them; `kinds` are parts of names of achievement types."""

    frame: str
    layout: str
    ring: str
    pattern: str
    strength: float
    ribbon: str
    marks: str
    mode: str
    kinds: tuple[str, ...]


def _look(line: str) -> Look:
    frame, layout, ring, pattern, strength, ribbon, marks, mode, *kinds = line.split()
    return Look(frame, layout, ring, pattern, float(strength), ribbon, marks, mode, tuple(kinds))


LOOKS: Final = tuple(
    _look(line)
    for line in """
circle ring line none 0 none stars duotone course achiev badge
seal ring double none 0 none stars duotone certif course
shield banner line rays .5 folded stars duotone certif compet
hexagon plate line none 0 none bars duotone compet micro course
crest crest line none 0 none stars plain degree diploma
octagon stacked dashes none 0 none dots duotone course program
gate horizon line none 0 none stars plain course program
dodecagon medallion ticks rays .45 plaque stars duotone certif licen
plaque framed double none 0 none pips plain certif diploma
shield-modern split line hatch .5 none chevrons plain compet assess
square diagonal line dots .5 none bars duotone course micro
medal ring beads none 0 none stars duotone award assess
laurel emblem line none 0 none laurel duotone award
gem emblem none none 0 none pips duotone micro compet award
arch plate line none 0 none dots duotone degree course
shield-round stacked line scales .4 none stars duotone compet member
hexagon-pair banner line none 0 straight bars duotone micro compet
stamp framed line none 0 none stripes plain member service assess
gear medallion none none 0 plaque bars duotone compet assess
pennant stacked double none 0 none stars duotone award member
shield-swiss crest double none 0 none stars plain degree licen
rosette medallion none none 0 folded stars duotone award certif
oval arc double none 0 none laurel duotone certif diploma member
label stacked dashes none 0 none dots duotone course micro
tile plate dashes none 0 none stripes duotone compet course
cartouche banner double none 0 curved stars duotone certif diploma
octagram ring line none 0 none pips duotone certif compet
leaf plate line contours .6 none dots duotone service course
sun emblem line rays .4 none stars duotone award micro
shield-notched banner double none 0 folded pips duotone licen certif
star-burst medallion none rays .5 plaque stars duotone award
bookmark horizon line none 0 none bars plain course program
quatrefoil emblem double scales .3 none pips duotone member degree
keystone stacked ticks none 0 none stripes duotone compet assess
heptagon split tone none 0 none dots plain compet micro
pebble horizon none waves .5 none dots plain service course
ticket stacked line none 0 none dots duotone member assess
hexagon-flat diagonal tone chevrons .4 none chevrons duotone course micro
shield-french crest bold none 0 none stars plain diploma degree
cloud arc line none 0 none dots duotone course micro
""".strip().splitlines()
)
_LEAST_PALETTES: Final = tuple(PALETTES)


def starter(
    *,
    name: str,
    kind: str = "",
    level: str = "",
    issuer: str = "",
    colours: Collection[str] = (),
    seed: str,
    taken: Collection[Design] = (),
) -> Design:
    """A finished design: the icon by the name's words, the look by type and seed, the palette by the
    organisation's colours (#rrggbb) or the seed, marks by the level that `level` or the name says.

    Frames, pairs of frame and layout, and icons of `taken` are avoided while there are others.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    mark = min(MAX_LEVEL, level_of(level, name))
    icon = _icon(name, kind, {design.icon.id for design in taken})
    best: Design | None = None
    fewest = 99
    for look in _looks(kind, digest, taken):
        design = _made(look, _palette(colours, digest, taken), name, issuer, icon, mark)
        problems = compose(design).problems
        if any(problem.part == "subtitle" for problem in problems):
            texts = replace(design.texts, subtitle=replace(design.texts.subtitle, text=""))
            design = replace(design, texts=texts)
            problems = compose(design).problems
        if len(problems) < fewest:
            best, fewest = design, len(problems)
        if not problems:
            break
    assert best is not None
    return replace(best, alt=describe(best, achievement_name=name))


def describe(design: Design, *, achievement_name: str) -> str:
    """A sentence that says what is seen and what it stands for, in the active language. Icons have English
    names alone, so other languages leave the icon out; German writes its nouns large."""
    from insignia_server.designs import icons  # the set is large: only where it is needed

    language = (get_language() or "en").partition("-")[0]
    label = str(_frame_label(design.frame))
    frame = label if language == "de" else label.lower()
    named = language == "en" and icons.known(design.icon.id)
    icon = icons.icon(design.icon.id).label.lower() if named else ""
    name = " ".join("".join(map(_no_control, achievement_name or design.texts.title.text)).split())
    name = name or _("New achievement")
    if icon:
        text = _("Badge “{name}”: {icon} on a badge of the shape {frame}.").format(
            name=name, icon=icon, frame=frame
        )
    else:
        text = _("Badge “{name}” of the shape {frame}.").format(name=name, frame=frame)
    if design.level.value:
        text += " " + _("Level {level} of {most}.").format(level=design.level.value, most=MAX_LEVEL)
    return text


def _no_control(char: str) -> str:
    return " " if unicodedata.category(char) == "Cc" else char


def _frame_label(id: str) -> object:
    from insignia_server.designs.drawing.frames import FRAMES

    return FRAMES[id].label


def _icon(name: str, kind: str, taken: set[str]) -> str:
    choices = icons_for(name, kind)
    return next((icon for icon in choices if icon not in taken), choices[0])


def _looks(kind: str, digest: bytes, taken: Collection[Design]) -> Iterator[Look]:
    """Looks in the order in which they are tried: those of the kind and with a fresh frame first."""
    frames = {design.frame for design in taken}
    pairs = {(design.frame, design.layout) for design in taken}
    low = kind.casefold()

    def order(place: int) -> tuple[bool, bool, bool, int]:
        look = LOOKS[place]
        fits = not low or any(part in low for part in look.kinds)
        chance = hashlib.sha256(digest + bytes([place])).digest()[0]
        return (look.frame, look.layout) in pairs, look.frame in frames, not fits, chance

    return (LOOKS[place] for place in sorted(range(len(LOOKS)), key=order))


def _palette(colours: Collection[str], digest: bytes, taken: Collection[Design]) -> Palette:
    if colours:
        own = palette_from(*list(colours)[:2])
        return own[digest[1] % len(own)]
    used = [design.palette for design in taken]
    turned = [PALETTES[id] for id in _LEAST_PALETTES]
    start = digest[1] % len(turned)
    return min([*turned[start:], *turned[:start]], key=used.count)


def _made(look: Look, palette: Palette, name: str, issuer: str, icon: str, level: int) -> Design:
    title = drawable(name)[:200] or _("New achievement")
    return Design(
        frame=look.frame,
        layout=look.layout,
        typeface="serif" if look.layout in ("framed", "crest", "monogram") else "sans",
        palette=palette,
        pattern=Pattern(id=look.pattern, strength=look.strength),
        ring=Ring(style=look.ring),
        ribbon=Ribbon(style=look.ribbon),
        icon=IconUse(id=icon, mode=look.mode),
        texts=Texts(
            title=Text(text=title, weight=600 if look.layout in ("framed", "crest") else 700),
            subtitle=Text(text=drawable(issuer)[:200], weight=600),
        ),
        level=Level(value=level, marks=look.marks),
    )
