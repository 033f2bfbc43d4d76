"""The words of a certificate as its template reads them, cut to the room that there is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insignia_server.kit.fonts import LAYER, SANS, SERIF, breakable, drawable, fallbacks
from insignia_server.kit.markdown import plain
from insignia_server.kit.pdf.colours import Colours, colours
from insignia_server.kit.pdf.layouts import LAYOUTS, Slot
from insignia_server.kit.pdf.look import Look
from insignia_server.kit.pdf.reading import cells, direction, needs_layer, outlines

if TYPE_CHECKING:
    from insignia_server.kit.pdf.certificate import CertificateData

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_INK: Final = "#1f1d1a"
_LEAST: Final = 40  # with so little room for own texts the last of them goes


@dataclass(frozen=True, slots=True)
class Room:
    """What a page may hold: hundredths of the badge's size; characters and lines of the criteria; skills;
    characters of a name, a title, a skill, an own text, and of a fact or a signer."""

    badge: int
    criteria: int
    lines: int
    skills: int
    name: int
    skill: int
    phrase: int
    fact: int


ROOMS: Final = (
    Room(badge=100, criteria=620, lines=7, skills=10, name=160, skill=60, phrase=400, fact=80),
    Room(badge=76, criteria=480, lines=6, skills=8, name=120, skill=50, phrase=300, fact=70),
    Room(badge=56, criteria=300, lines=4, skills=5, name=90, skill=40, phrase=200, fact=60),
    Room(badge=44, criteria=160, lines=2, skills=3, name=80, skill=30, phrase=140, fact=40),
    Room(badge=36, criteria=0, lines=0, skills=0, name=60, skill=0, phrase=90, fact=30),
    Room(badge=26, criteria=0, lines=0, skills=0, name=40, skill=0, phrase=40, fact=20),
)
"""A fuller page is tried with less room for each."""


def values(
    data: CertificateData, look: Look, room: Room, attachment: tuple[str, str] | None
) -> tuple[dict[str, object], dict[str, bytes]]:
    """Every text of the page in the active language, and the drawings of words that are outlines."""
    language = data.language.partition("-")[0].lower()
    name, achievement, issuer = (
        _excerpt(drawable(text), room.name) or "—" for text in (data.name, data.achievement, data.issuer)
    )
    chosen = colours(look.accent, look.second)
    shape = LAYOUTS[look.layout].shape(look.orientation)
    fonts = _Fonts(fallbacks(data.name, data.achievement, data.issuer, data.criteria, language=language))
    parts = {
        "name": _part("name.svg", name, shape.name, chosen, fonts),
        "title": _part("title.svg", achievement, shape.title, chosen, fonts),
    }
    drawings = {str(part["file"]): svg for part, svg in parts.values() if svg is not None}
    found: dict[str, object] = {
        **{key: part for key, (part, _svg) in parts.items()},
        "lang": language if _LANGUAGE.fullmatch(language) else "en",
        "paper": look.paper,
        "flipped": look.orientation == "landscape",
        "ornament": look.ornament,
        "colours": chosen.to_json(),
        "serif": [SERIF, *fonts.rest],
        "sans": [SANS, *fonts.rest],
        "layer": LAYER,
        "document_title": f"{achievement}: {name}",
        "issuer": breakable(issuer) if "issuer" in look.blocks else "",
        "author": issuer,
        "texts": _texts(data, look, room),
        "facts": _facts(data, look, room),
        "badge_mm": shape.badge * room.badge / 100,
        "criteria": _criteria(data.criteria, room) if "criteria" in look.blocks else [],
        "skills": _skills(data.skills, room) if "skills" in look.blocks else [],
        "signatures": _signatures(look, room),
        "logo": _logo(look, issuer),
        "code": "code" in look.blocks,
        "url": data.page_url,
        "url_text": data.page_url if len(data.page_url) <= 110 else breakable(data.page_url),
        "url_narrow": breakable(data.page_url),
        "attach": attachment is not None,
        "attachment": attachment[0] if attachment else "",
        "mime": attachment[1] if attachment else "",
        "badge_alt": _("The badge “%(title)s”") % {"title": achievement},
        "qr_alt": _("QR code that leads to %(url)s") % {"url": data.page_url},
        "labels": _labels(attachment[0] if attachment else "credential.json"),
    }
    return found, drawings


@dataclass(frozen=True, slots=True)
class _Fonts:
    rest: tuple[str, ...]


def _part(
    file: str, text: str, slot: Slot, chosen: Colours, fonts: _Fonts
) -> tuple[dict[str, object], bytes | None]:
    """A name or a title; as outlines with its text apart where a PDF would not give it back."""
    part: dict[str, object] = {
        "text": breakable(text),
        "fonts": [SERIF if slot.serif else SANS, *fonts.rest],
        "sizes": slot.sizes,
        "room": slot.room,
        "weight": slot.weight,
        "align": slot.align,
        "colour": chosen.text if slot.accent else _INK,
        "cells": (),
        "file": file,
    }
    if not needs_layer(text):
        return part, None
    drawn = outlines({**part, "width": slot.width, "dir": direction(text)})
    return {**part, "cells": cells(text), "width": drawn.width, "height": drawn.height}, drawn.svg


def _labels(attachment: str) -> dict[str, str]:
    return {
        "by": _("issued by"),
        "criteria": _("What was achieved"),
        "skills": _("Skills"),
        "check": _("Check this certificate"),
        "how": _("Scan the code, or open this address, to see whether it is still valid today:"),
        "attached": _(
            "The signed credential is attached to this file as %(name)s. Any verifier of Open Badges 3.0 "
            "can check it; this sheet of paper alone proves nothing."
        )
        % {"name": attachment},
    }


def _texts(data: CertificateData, look: Look, room: Room) -> dict[str, str]:
    own = look.said(
        {
            "name": data.name,
            "achievement": data.achievement,
            "issuer": data.issuer,
            "organisation": data.organisation or data.issuer,
            "date": _day(data.issued_on),
            "valid_until": _day(data.valid_until) if data.valid_until else "",
            "result": data.result,
        }
    )
    usual = {"kicker": _("Certificate"), "before": _("This certifies that"), "after": _("has earned")}
    return {
        **{name: _phrase(getattr(own, name), room) or text for name, text in usual.items()},
        "closing": _phrase(own.closing, room) if room.phrase > _LEAST else "",
    }


def _phrase(text: str, room: Room) -> str:
    return breakable(_excerpt(drawable(text), room.phrase))


def _facts(data: CertificateData, look: Look, room: Room) -> list[list[str]]:
    facts = []
    if "dates" in look.blocks:
        facts.append([_("Issued on"), _day(data.issued_on)])
        if data.valid_until:
            facts.append([_("Valid until"), _day(data.valid_until)])
    if data.result and "result" in look.blocks:
        facts.append([_("Result"), breakable(_excerpt(drawable(data.result), min(60, room.fact)))])
    if data.workload and "workload" in look.blocks:
        facts.append([_("Workload"), breakable(_excerpt(drawable(data.workload), min(60, room.fact)))])
    return facts


def _signatures(look: Look, room: Room) -> list[dict[str, object]]:
    return [
        {
            "name": breakable(_excerpt(drawable(one.name), min(60, room.fact))),
            "function": breakable(_excerpt(drawable(one.function), room.fact)),
            "file": f"signature-{number}.svg" if one.picture else None,
            "width": one.picture.width if one.picture else 1,
            "height": one.picture.height if one.picture else 1,
            "alt": _("Signature of %(name)s") % {"name": drawable(one.name)[:60]},
        }
        for number, one in enumerate(look.signatures)
    ]


def _logo(look: Look, issuer: str) -> dict[str, object] | None:
    if look.logo is None:
        return None
    alt = drawable(look.logo_alt)[:200] or issuer
    return {"file": "logo.svg", "width": look.logo.width, "height": look.logo.height, "alt": alt}


def _criteria(text: str, room: Room) -> list[str]:
    lines = _excerpt(plain(text), room.criteria).splitlines() if room.criteria else []
    return [breakable(drawable(line)) for line in lines[: room.lines] if drawable(line)]


def _skills(skills: tuple[str, ...], room: Room) -> list[str]:
    if not room.skills:
        return []
    shown = [_excerpt(drawable(skill), room.skill) for skill in skills[: room.skills]]
    more = len(skills) - room.skills
    return [*shown, _("%(count)s more") % {"count": more}] if more > 0 else shown


def _day(day: date) -> str:
    return drawable(date_format(day, "DATE_FORMAT"))


def _excerpt(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[:most]
    space = cut.rfind(" ")
    return cut[: space if space > most // 2 else most].rstrip(" ,;:.") + " …"
