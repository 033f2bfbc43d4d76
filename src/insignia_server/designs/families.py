"""One look for many badges: what a family fixes, and what a badge keeps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from insignia_server.designs.drawing.choices import MAX_LEVEL, SLOTS
from insignia_server.designs.drawing.colour import from_oklch, oklch, readable
from insignia_server.designs.drawing.document import Design
from insignia_server.designs.drawing.frames import FRAMES
from insignia_server.designs.drawing.palettes import Palette
from insignia_server.kit.errors import Refusal, Refused

VERSION: Final = 1
LEVEL_NAMES: Final = ("foundation", "intermediate", "advanced", "expert", "master")
RULES: Final = ("marks", "frames", "tones", "metals", "none")
"""How levels differ: by marks alone; by a frame each; by deeper tones; by bronze to gold; not at all."""
_METALS: Final = ("#c98d5e", "#aeb6c2", "#d9ab46", "#e8c766", "#e9e4d4")
_STEP: Final = 0.065  # of OKLCH lightness: what is seen from one level to the next
_DARKEST: Final = 0.17
_LADDER: Final = ("circle", "hexagon", "octagon", "shield", "star-burst")


_SETTING: Final = ("place", "weight", "case", "tracking", "size", "dx", "dy")
_FIXED: Final = (
    *("frame", "layout", "typeface", "palette", "pattern", "ring", "ribbon", "level", "icon.mode"),
    *(f"texts.{slot}.{member}" for slot in SLOTS for member in _SETTING),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What all badges of a family share. `frames` are the frames of the levels 1 to 5 where the rule is
    frames (the last one is kept for levels beyond)."""

    base: Design = field(default_factory=Design)
    rule: str = "marks"
    frames: tuple[str, ...] = _LADDER

    def to_json(self) -> dict[str, object]:
        """The family as JSON values."""
        return {"family": VERSION, "base": self.base.to_json(), "rule": self.rule, "frames": [*self.frames]}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Reads a family. Raises Refused with the path of each wrong member."""
        wrong: list[Refusal] = []
        members: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            wrong.append(_wrong("", _("an object"), value))
        unknown = members.keys() - {"family", "base", "rule", "frames"}
        wrong += [_wrong(str(name)[:60], _("no such member"), members[name]) for name in unknown]
        if members.get("family") != VERSION or members.get("family") is True:
            wrong.append(_wrong("family", str(VERSION), members.get("family")))
        kept: dict[str, Any] = {}
        try:
            kept["base"] = Design.from_json(members.get("base", {"design": 1}))
        except Refused as refused:
            wrong += [replace(one, field=f"base.{one.field}".rstrip(".")) for one in refused.refusals]
        rule = members.get("rule", "marks")
        if not isinstance(rule, str) or rule not in RULES:
            wrong.append(_wrong("rule", ", ".join(RULES), rule))
        frames = members.get("frames", list(_LADDER))
        listed = isinstance(frames, list) and 1 <= len(frames) <= MAX_LEVEL
        if not listed or not all(isinstance(one, str) and one in FRAMES for one in frames):
            wrong.append(_wrong("frames", _("one to five names of frames"), frames))
        if wrong:
            raise Refused(*wrong)
        return cls(rule=rule, frames=tuple(frames), **kept)


def fixes(family: Family) -> tuple[str, ...]:
    """Paths of a design's members that `apply` takes from the family; those below them too."""
    return (*_FIXED, "logo") if family.base.logo is not None else _FIXED


def family_of(design: Design, *, rule: str = "marks") -> Family:
    """A family that is made from a badge: its look, without its texts and icon."""
    texts = design.texts
    bare = replace(
        texts, **{slot: replace(getattr(texts, slot), text="") for slot in ("title", "small", "ribbon")}
    )
    base = replace(design, texts=bare, icon=replace(design.icon, id=""), alt="")
    ladder = (design.frame, *(one for one in _LADDER if one != design.frame))[:MAX_LEVEL]
    return Family(base=replace(base, level=replace(base.level, value=0)), rule=rule, frames=ladder)


def apply(family: Family, design: Design, *, level: int | None = None) -> Design:
    """The design in the family's look.

    The family fixes frame, layout, palette, typeface, pattern, ring, ribbon, marks, logo and how texts are
    set; the badge keeps its texts, its icon with scale and place, its level and its alternative text.
    """
    base = family.base
    value = design.level.value if level is None else min(MAX_LEVEL, max(0, level))
    texts = {
        slot: replace(
            getattr(base.texts, slot),
            text=getattr(design.texts, slot).text or getattr(base.texts, slot).text,
        )
        for slot in ("title", "subtitle", "ribbon", "small")
    }
    shown = value if family.rule != "none" else 0
    return replace(
        base,
        frame=_frame(family, value),
        palette=_palette(family, value),
        icon=replace(design.icon, mode=base.icon.mode),
        texts=replace(base.texts, **texts),
        level=replace(base.level, value=shown),
        logo=base.logo or design.logo,
        alt=design.alt,
    )


def _frame(family: Family, level: int) -> str:
    if family.rule != "frames" or not level:
        return family.base.frame
    return family.frames[min(level, len(family.frames)) - 1]


def _palette(family: Family, level: int) -> Palette:
    base = family.base.palette
    if not level or family.rule not in ("tones", "metals"):
        return base
    if family.rule == "metals":
        accent = readable(_METALS[level - 1], base.shape, 2.6)
        return replace(base, id="", label="", accent=accent)
    lightness, chroma, hue = oklch(base.shape)
    if lightness > 0.7:
        changed = from_oklch(lightness - 0.03 * (level - 1), chroma * (1 + 0.25 * (level - 1)), hue)
    else:
        deepest = min(max(lightness - 0.1, _DARKEST), 0.56 - 4 * _STEP)
        tone = deepest + _STEP * (MAX_LEVEL - level)
        # A dark colour that is lightened alone looks grey: it becomes as much more colourful.
        changed = from_oklch(tone, max(chroma, min(0.15, chroma * tone / max(0.1, lightness))), hue)
    return replace(base, id="", label="", shape=changed, text=readable(base.text, changed))


def _wrong(path: str, expected: str, got: object) -> Refusal:
    message = _("{path}: expected {expected}, got {got}.").format(
        path=path or _("The family"), expected=expected, got=repr(got)[:60]
    )
    return Refusal(message, path, "family", expected, repr(got)[:60])


__all__ = ["LEVEL_NAMES", "RULES", "Family", "apply", "family_of", "fixes"]
