"""What the pages of the designer show, and what their script is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insignia_server.achievements import pictures
from insignia_server.achievements.models import Achievement
from insignia_server.achievements.similar import Alike
from insignia_server.console.designs import parts
from insignia_server.designs import logos
from insignia_server.designs import services as families
from insignia_server.designs.drawing import (
    CASES,
    ICON_MODES,
    LOGO_PLACES,
    PALETTES,
    PLACES,
    ROLES,
    TYPEFACES,
    Design,
    Drawing,
    Palette,
    compose,
    palette_from,
)
from insignia_server.designs.drawing.colour import HEX
from insignia_server.designs.families import fixes
from insignia_server.designs.models import Family
from insignia_server.designs.simulate import MATRICES
from insignia_server.issuers.models import Issuer
from insignia_server.organisations import look as looks
from insignia_server.organisations.models import Organisation

_LOGO: Final = {"place": "top", "scale": 1.0, "dx": 0.0, "dy": 0.0}  # where a logo stands at first
_GREY: Final = "0.2126 0.7152 0.0722 0 0 0.2126 0.7152 0.0722 0 0 0.2126 0.7152 0.0722 0 0 0 0 0 1 0"


def drawn(design: Design, achievement: Achievement | None = None) -> Drawing:
    """The drawing of a design, with the logo that it names."""
    logo = pictures.logo_of(achievement, design) if achievement is not None else None
    return compose(design, logo=logo)


def answer(design: Design, drawing: Drawing) -> dict[str, Any]:
    """What the script is told of a drawing."""
    problems = [{"message": one.message, "part": one.part} for one in drawing.problems]
    return {"svg": drawing.svg.decode(), "problems": problems, "design": design.to_json()}


def alike_rows(found: Iterable[Alike], slug: str) -> list[dict[str, Any]]:
    """Badges that look alike: name, whose, and where the picture is."""
    return [
        {
            "name": one.name,
            "said": _alike_words(one),
            "same": one.same,
            "picture": reverse("console:achievements:image", args=[slug, one.achievement])
            if one.own
            else one.address,
            "page": reverse("console:achievements:detail", args=[slug, one.achievement]) if one.own else "",
        }
        for one in found
    ]


def _alike_words(one: Alike) -> str:
    if one.own:
        return _("Looks the same; also yours") if one.same else _("Looks alike; also yours")
    words = _("Looks the same; by {issuer}") if one.same else _("Looks alike; by {issuer}")
    return words.format(issuer=one.issuer)


def inline(drawing: Drawing) -> SafeString:
    """The drawing as part of a page: ours, without script and without styles."""
    return mark_safe(drawing.svg.decode())  # noqa: S308 - drawn by us; text in it is escaped by lxml


def panels(
    organisation: Organisation, design: Design, *, issuer: Issuer | None = None, words: str = ""
) -> dict[str, Any]:
    """Every choice of the panels; without an issuer, those of a family."""
    return {
        "frames": parts.cards("frame"),
        "layouts": parts.cards("layout"),
        "patterns": parts.cards("pattern"),
        "rings": parts.cards("ring"),
        "ribbons": parts.cards("ribbon"),
        "marks": parts.cards("marks"),
        "icons": parts.icon_choice(words, design.icon.id),
        "palettes": palettes(organisation, design),
        "own_palettes": families.palettes(),
        "roles": [(role, label, getattr(design.palette, role)) for role, label in role_labels()],
        "places": [*PLACES.values()],
        "cases": [*CASES.values()],
        "modes": [*ICON_MODES.values()],
        "typefaces": [*TYPEFACES.values()],
        "logo_places": [*LOGO_PLACES.values()],
        "texts": text_slots(design),
        "logos": logo_choices(organisation, design, issuer),
        "logo_standing": json.dumps(_LOGO),
    }


def logo_choices(
    organisation: Organisation, design: Design, issuer: Issuer | None
) -> list[dict[str, object]]:
    """The pictures that can be the logo: what a design says for each, its name, its address."""
    chosen = design.logo.picture if design.logo else ""
    found: list[dict[str, object]] = [{"value": "", "label": pgettext("logo", "None"), "picture": ""}]
    if issuer is None or issuer.picture_source or chosen == logos.ISSUERS:
        address = ""
        if issuer is not None and issuer.picture_source:
            at = reverse("console:issuers:image", args=[organisation.slug, issuer.slug])
            address = f"{at}?{int(issuer.updated_at.timestamp())}"
        found.append(
            {"value": logos.ISSUERS, "label": _("Picture of the issuer profile"), "picture": address}
        )
    look = looks.of(organisation)
    labels = {"logo": _("Logo of the organisation"), "logo_dark": _("Logo for dark ground")}
    for place, label in labels.items():
        if value := logos.reference(organisation, place):
            dark = place == "logo_dark"
            found.append({"value": value, "label": label, "picture": look.address(place), "dark": dark})
    if chosen not in [one["value"] for one in found]:
        found.append({"value": chosen, "label": _("As it is"), "picture": ""})
    return found


def text_slots(design: Design) -> list[tuple[str, str, Any]]:
    """The texts of a badge with their names for people."""
    labels = {
        "title": _("Title"),
        "subtitle": _("Second line"),
        "ribbon": _("On the ribbon"),
        "small": _("Small print"),
    }
    return [(slot, label, getattr(design.texts, slot)) for slot, label in labels.items()]


def role_labels() -> list[tuple[str, str]]:
    """The colours of a palette in the reader's language."""
    names = (
        *(_("Badge"), _("Edge"), _("Field"), _("Icon")),
        *(_("Icon, second tone"), _("Text"), _("Accent")),
    )
    return list(zip(ROLES, names, strict=True))


def palettes(organisation: Organisation, design: Design) -> list[dict[str, Any]]:
    """Palettes to choose from: the organisation's, then ours."""
    found: list[tuple[str, Palette]] = []
    for one in families.palettes():
        kept = Design.from_json({"design": 1, "palette": {"id": "", **one.colours}})
        found.append((one.name, kept.palette))
    accent = organisation.accent.lower()
    if HEX.fullmatch(accent):
        found += [(_("Yours: {name}").format(name=one.label), one) for one in palette_from(accent)]
    found += [(str(one.label), one) for one in PALETTES.values()]
    now = _plain(design.palette)
    rows = [
        {
            "label": label,
            "value": json.dumps(_plain(one)),
            "colours": _bands(one),
            "chosen": _plain(one) == now,
        }
        for label, one in found
    ]
    if not any(row["chosen"] for row in rows):
        rows.insert(
            0,
            {
                "label": _("As it is"),
                "value": json.dumps(now),
                "colours": _bands(design.palette),
                "chosen": True,
            },
        )
    return rows


def _plain(palette: Palette) -> dict[str, str]:
    return {"id": palette.id} | {role: getattr(palette, role) for role in ROLES}


def _bands(palette: Palette) -> list[tuple[int, str]]:
    shown = ("shape", "accent", "field", "figure", "figure_light")
    return [(at * 20, getattr(palette, role)) for at, role in enumerate(shown)]


def views() -> list[dict[str, str]]:
    """How others see it: filters of the page, by their matrices."""
    labels = {
        "deuteranopia": _("Green-blind"),
        "protanopia": _("Red-blind"),
        "tritanopia": _("Blue-blind"),
    }
    found = [{"id": "grey", "label": _("Grey"), "matrix": _GREY}]
    found += [
        {"id": name, "label": label, "matrix": _matrix(MATRICES[name])} for name, label in labels.items()
    ]
    return found


def _matrix(nine: Sequence[float]) -> str:
    rows = [" ".join(f"{value:g}" for value in (*nine[at : at + 3], 0, 0)) for at in (0, 3, 6)]
    return " ".join([*rows, "0 0 0 1 0"])


def movable() -> dict[str, Any]:
    """The parts that can be moved on the badge, by the paths of their places."""
    found: dict[str, Any] = {
        "icon": {
            "label": _("Icon"),
            "dx": "icon.dx",
            "dy": "icon.dy",
            "scale": "icon.scale",
            "scales": [0.2, 3],
            "moves": [-256, 256],
            "empty": {"icon.id": ""},
        },
        "logo": {
            "label": _("Logo"),
            "dx": "logo.dx",
            "dy": "logo.dy",
            "scale": "logo.scale",
            "scales": [0.2, 3],
            "moves": [-256, 256],
            "empty": {"logo": None},
        },
    }
    for slot, label in (("title", _("Title")), ("subtitle", _("Second line")), ("small", _("Small print"))):
        found[slot] = {
            "label": label,
            "dx": f"texts.{slot}.dx",
            "dy": f"texts.{slot}.dy",
            "moves": [-256, 256],
            "empty": {f"texts.{slot}.text": ""},
        }
    return found


# Which panel is opened for a part of the drawing that was pressed.
PANELS: Final = {
    **{name: name for name in ("frame", "pattern", "ring", "ribbon", "icon", "logo", "level")},
    **dict.fromkeys(("title", "subtitle", "small", "monogram"), "texts"),
    **{"field": "pattern", "field-front": "pattern", "ornament": "frame", "plate": "palette"},
}


def families_of(slug: str, rows: Iterable[Family]) -> dict[str, dict[str, object]]:
    """What the script knows of families: name, address, and whether the logo is theirs too."""
    return {
        str(one.pk): {
            "name": one.name,
            "address": reverse("console:designs:family", args=[slug, one.pk]),
            "logo": "logo" in fixes(families.look_of(one)),
        }
        for one in rows
    }


def not_mended(*, in_family: bool) -> str:
    """What is said where a problem stays."""
    if in_family:
        return _("The family fixes this. Mend it there, or shorten the text, or leave the family.")
    return _("This could not be mended by itself. Shorten the text or choose another layout.")


def script_words() -> dict[str, str]:
    """What the script says."""
    return {
        "saved": _("Saved"),
        "saving": _("Saving…"),
        "unsaved": _("Not saved: the server did not answer. Your changes are still here."),
        "offline": _("Not drawn: the server did not answer."),
        "refused": _("This was refused."),
        "undone": _("Undone:"),
        "redone": _("Done again:"),
        "nothingUndo": _("There is nothing to undo."),
        "nothingRedo": _("There is nothing to do again."),
        "moved": _("%s moved"),
        "emptied": _("%s taken out"),
        "mend": _("Mend"),
        "mended": _("Mended"),
        "notMended": not_mended(in_family=False),
        "fixed": not_mended(in_family=True),
        "left": _("Leave the family"),
        "started": _("Another design was taken"),
        "found": _("%s icons"),
        "none": _("No icon is called like that. Try another word."),
        "handle": _("Arrow keys move it, plus and minus scale it, Delete takes it out."),
    }
