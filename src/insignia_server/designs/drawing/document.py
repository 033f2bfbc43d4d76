"""The document of a design: what a person chose, read strictly and written back the same."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from insignia_server.designs.drawing import choices
from insignia_server.designs.drawing.colour import HEX
from insignia_server.designs.drawing.frames import FRAMES
from insignia_server.designs.drawing.palettes import PALETTES, ROLES, Palette
from insignia_server.kit.errors import Refusal, Refused

VERSION: Final = 1
_ICON: Final = re.compile(r"|[a-z]{2}:[a-z0-9-]{1,60}", re.ASCII)
_REFERENCE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_PALETTE_ID: Final = re.compile(r"[a-z0-9-]{0,40}", re.ASCII)

Check = Callable[[object], tuple[str, str] | None]
"""None, or what was expected and what was there."""


def _choice(names: Mapping[str, object]) -> Check:
    def check(value: object) -> tuple[str, str] | None:
        known = isinstance(value, str) and value in names
        return None if known else (_("one of {names}").format(names=", ".join(names)), _shown(value))

    return check


def _number(low: float, high: float, *, whole: bool = False) -> Check:
    def check(value: object) -> tuple[str, str] | None:
        kinds = (int,) if whole else (int, float)
        right = isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
        wanted = _("a whole number from {low} to {high}") if whole else _("a number from {low} to {high}")
        return None if right else (wanted.format(low=f"{low:g}", high=f"{high:g}"), _shown(value))

    return check


def _text(longest: int) -> Check:
    def check(value: object) -> tuple[str, str] | None:
        right = isinstance(value, str) and len(value) <= longest and "\0" not in value
        return (
            None if right else (_("text of at most {count} characters").format(count=longest), _shown(value))
        )

    return check


def _pattern(pattern: re.Pattern[str], wanted: str) -> Check:
    def check(value: object) -> tuple[str, str] | None:
        right = isinstance(value, str) and pattern.fullmatch(value)
        return None if right else (wanted, _shown(value))

    return check


def _member(default: Any, check: Check) -> Any:
    return field(default=default, metadata={"check": check})


def _shown(value: object) -> str:
    return repr(value)[:60]


_OFFSET: Final = _number(-256, 256)


class _Part:
    """A part of the document: its members are the dataclass's fields."""

    __slots__ = ()

    def to_json(self) -> dict[str, object]:
        """The part as JSON values."""
        return {
            one.name: getattr(self, one.name)
            for one in dataclasses.fields(self)  # type: ignore[arg-type]
        }

    @classmethod
    def read(cls, value: object, path: str, wrong: list[Refusal]) -> Self:
        """The part, with its defaults where a member is missing or wrong; what is wrong is added."""
        members = _object(value, path, {one.name for one in dataclasses.fields(cls)}, wrong)  # type: ignore[arg-type]
        kept: dict[str, Any] = {}
        for one in dataclasses.fields(cls):  # type: ignore[arg-type]
            if one.name not in members:
                continue
            found = one.metadata["check"](members[one.name])
            if found is None:
                kept[one.name] = members[one.name]
            else:
                wrong.append(_refusal(f"{path}.{one.name}", *found))
        return cls(**kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(_Part):
    """What is drawn in the field: `strength` from 0 (not seen) to 1."""

    id: str = _member("none", _choice(choices.PATTERNS))
    strength: float = _member(0.5, _number(0, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring(_Part):
    """The line within the edge."""

    style: str = _member("line", _choice(choices.RINGS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon(_Part):
    """The ribbon across; its text is the text `ribbon`, or the title where the layout has it there."""

    style: str = _member("none", _choice(choices.RIBBONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class IconUse(_Part):
    """An icon of the bundled set (empty: none), its scale, offset in units of 512, turn in degrees."""

    id: str = _member("", _pattern(_ICON, "an icon such as ph:atom, or nothing"))
    scale: float = _member(1.0, _number(0.2, 3))
    dx: float = _member(0.0, _OFFSET)
    dy: float = _member(0.0, _OFFSET)
    turn: float = _member(0.0, _number(-180, 180))
    mode: str = _member("duotone", _choice(choices.ICON_MODES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(_Part):
    """A text: `size` in units of 512 and 0 where it is fitted; `tracking` in hundredths of an em, -1 where
    it is chosen by case and size."""

    text: str = _member("", _text(200))
    place: str = _member("auto", _choice(choices.PLACES))
    weight: int = _member(700, _number(400, 700, whole=True))
    case: str = _member("as-is", _choice(choices.CASES))
    tracking: float = _member(-1.0, _number(-10, 40))
    size: float = _member(0.0, _number(0, 160))
    dx: float = _member(0.0, _OFFSET)
    dy: float = _member(0.0, _OFFSET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo(_Part):
    """The organisation's logo: `picture` is the id of a stored picture, whose content compose is given."""

    picture: str = _member("", _pattern(_REFERENCE, "the id of a picture"))
    place: str = _member("top", _choice(choices.LOGO_PLACES))
    scale: float = _member(1.0, _number(0.2, 3))
    dx: float = _member(0.0, _OFFSET)
    dy: float = _member(0.0, _OFFSET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of a badge."""

    title: Text = Text()
    subtitle: Text = Text(weight=600)
    ribbon: Text = Text(weight=600, case="upper")
    small: Text = Text(weight=600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(_Part):
    """A level from 0 (not shown) to 5, and what shows it."""

    value: int = _member(0, _number(0, choices.MAX_LEVEL, whole=True))
    marks: str = _member("stars", _choice(choices.LEVEL_MARKS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """All that a person chose for a badge. `alt` is its alternative text."""

    frame: str = "circle"
    layout: str = "ring"
    typeface: str = "sans"
    palette: Palette = PALETTES["harbour"]
    pattern: Pattern = Pattern()
    ring: Ring = Ring()
    ribbon: Ribbon = Ribbon()
    icon: IconUse = IconUse()
    texts: Texts = Texts()
    logo: Logo | None = None
    level: Level = Level()
    alt: str = ""

    def to_json(self) -> dict[str, object]:
        """The document: every member, also those that are as they were."""
        palette = {"id": self.palette.id} | {role: getattr(self.palette, role) for role in ROLES}
        return {
            "design": VERSION,
            "frame": self.frame,
            "layout": self.layout,
            "typeface": self.typeface,
            "palette": palette,
            "pattern": self.pattern.to_json(),
            "ring": self.ring.to_json(),
            "ribbon": self.ribbon.to_json(),
            "icon": self.icon.to_json(),
            "texts": {slot: getattr(self.texts, slot).to_json() for slot in choices.SLOTS},
            "logo": None if self.logo is None else self.logo.to_json(),
            "level": self.level.to_json(),
            "alt": self.alt,
        }

    @classmethod
    def from_json(cls, value: object) -> Design:
        """Reads a document; members that are missing have their defaults.

        Raises Refused with one refusal for each wrong member, `field` its path such as texts.title.size.
        """
        wrong: list[Refusal] = []
        names = {one.name for one in dataclasses.fields(cls)} | {"design"}
        members = _object(value, "", names, wrong)
        if "design" not in members or members["design"] != VERSION or members["design"] is True:
            wrong.append(_refusal("design", str(VERSION), _shown(members.get("design"))))
        kept: dict[str, Any] = {}
        for name, check in _PLAIN.items():
            if name in members:
                found = check(members[name])
                if found is None:
                    kept[name] = members[name]
                else:
                    wrong.append(_refusal(name, *found))
        for name, part in _PARTS.items():
            if name in members:
                kept[name] = part.read(members[name], name, wrong)
        if members.get("logo") is not None:
            kept["logo"] = _logo(members["logo"], wrong)
        if "palette" in members:
            kept["palette"] = read_palette(members["palette"], "palette", wrong)
        if "texts" in members:
            kept["texts"] = _texts(members["texts"], wrong)
        if wrong:
            raise Refused(*wrong)
        return cls(**kept)


_PLAIN: Final[dict[str, Check]] = {
    "frame": _choice(FRAMES),
    "layout": _choice(choices.LAYOUTS),
    "typeface": _choice(choices.TYPEFACES),
    "alt": _text(1000),
}
_PARTS: Final[dict[str, type[_Part]]] = {
    "pattern": Pattern,
    "ring": Ring,
    "ribbon": Ribbon,
    "icon": IconUse,
    "level": Level,
}


def read_palette(value: object, path: str, wrong: list[Refusal]) -> Palette:
    """A palette: the id of a known one, or an object of all roles as #rrggbb."""
    if isinstance(value, str):
        if value in PALETTES:
            return PALETTES[value]
        wrong.append(_refusal(path, ", ".join(PALETTES), _shown(value)))
        return PALETTES["harbour"]
    members = _object(value, path, {*ROLES, "id"}, wrong)
    if not isinstance(value, dict):
        return PALETTES["harbour"]
    colours: dict[str, Any] = {}
    for role in ROLES:
        found = _pattern(HEX, "#rrggbb")(members.get(role))
        if found is None:
            colours[role] = members[role]
        else:
            wrong.append(_refusal(f"{path}.{role}", *found))
    name = members.get("id", "")
    found = _pattern(_PALETTE_ID, "a name of small letters")(name)
    if found is not None:
        wrong.append(_refusal(f"{path}.id", *found))
    if len(colours) < len(ROLES) or found is not None:
        return PALETTES["harbour"]
    known = PALETTES.get(name)
    if known is not None and all(getattr(known, role) == colours[role] for role in ROLES):
        return known
    return Palette(id="" if known else name, **colours)


def _texts(value: object, wrong: list[Refusal]) -> Texts:
    members = _object(value, "texts", set(choices.SLOTS), wrong)
    standing = Texts()
    kept = {}
    for slot in choices.SLOTS:
        if slot not in members:
            continue
        given = members[slot]
        whole = getattr(standing, slot).to_json() | given if isinstance(given, dict) else given
        kept[slot] = Text.read(whole, f"texts.{slot}", wrong)
    return Texts(**kept)


def _logo(value: object, wrong: list[Refusal]) -> Logo:
    if isinstance(value, dict) and "picture" not in value:
        wrong.append(_refusal("logo.picture", _("the id of a picture"), _("nothing")))
    return Logo.read(value, "logo", wrong)


def _object(value: object, path: str, names: set[str], wrong: list[Refusal]) -> dict[str, Any]:
    """The members of an object; empty, with a refusal, where it is none."""
    if not isinstance(value, dict):
        wrong.append(_refusal(path, _("an object"), _shown(value)))
        return {}
    for name in value:
        if name not in names:
            at = f"{path}.{name}".lstrip(".")[:100]
            wrong.append(
                _refusal(at, _("one of {names}").format(names=", ".join(sorted(names))), str(name)[:60])
            )
    return value


def _refusal(path: str, expected: str, got: str) -> Refusal:
    message = _("{path}: expected {expected}, got {got}.").format(
        path=path or _("The design"), expected=expected, got=got
    )
    return Refusal(message, path, "design", expected, got)
