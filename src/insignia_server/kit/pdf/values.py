"""The words of a certificate as its template reads them, cut to the room that there is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insignia_server.kit.bidi import Direction
from insignia_server.kit.fonts import LAYER, SANS, SERIF, breakable, drawable, fallbacks
from insignia_server.kit.markdown import plain
from insignia_server.kit.pdf.colours import colours
from insignia_server.kit.pdf.layouts import LAYOUTS, Slot
from insignia_server.kit.pdf.look import Look
from insignia_server.kit.pdf.reading import Value, Words, needs_layer

if TYPE_CHECKING:
    from insignia_server.kit.pdf.certificate import CertificateData

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_INK: Final = "#1f1d1a"
_RIGHT_TO_LEFT: Final = ("ar", "fa", "he", "ps", "sd", "ug", "ur", "yi")
_PLAIN: Final = (400, False)
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
    Room(badge=100, criteria=620, lines=7, skills=12, name=160, skill=60, phrase=400, fact=80),
    Room(badge=80, criteria=480, lines=6, skills=12, name=160, skill=50, phrase=300, fact=70),
    Room(badge=64, criteria=300, lines=4, skills=8, name=160, skill=40, phrase=200, fact=60),
    Room(badge=52, criteria=160, lines=2, skills=4, name=160, skill=30, phrase=140, fact=60),
    Room(badge=44, criteria=0, lines=0, skills=0, name=160, skill=0, phrase=140, fact=40),
    Room(badge=34, criteria=0, lines=0, skills=0, name=160, skill=0, phrase=90, fact=30),
    Room(badge=26, criteria=0, lines=0, skills=0, name=80, skill=0, phrase=60, fact=30),
    Room(badge=22, criteria=0, lines=0, skills=0, name=40, skill=0, phrase=40, fact=20),
)
"""A fuller page is tried with less room for each."""


def values(
    data: CertificateData, look: Look, room: Room, attachment: tuple[str, str] | None
) -> dict[str, object]:
    """Every text of the page in the active language, and the drawings of words that are outlines."""
    language = data.language.partition("-")[0].lower()
    name, achievement, issuer = (
        _excerpt(drawable(text), room.name) or "—" for text in (data.name, data.achievement, data.issuer)
    )
    chosen = colours(look.accent, look.second)
    shape = LAYOUTS[look.layout].shape(look.orientation)
    rest = fallbacks(data.name, data.achievement, data.issuer, data.criteria, language=language)
    words = Words(rest, "rtl" if language in _RIGHT_TO_LEFT else "ltr")
    attached = attachment[0] if attachment else "credential.json"
    found: dict[str, object] = {
        "name": _part(name, shape.name, words, _INK),
        "title": _part(achievement, shape.title, words, chosen.text),
        "right": words.base == "rtl",
        "lang": language if _LANGUAGE.fullmatch(language) else "en",
        "paper": look.paper,
        "flipped": look.orientation == "landscape",
        "ornament": look.ornament,
        "colours": chosen.to_json(),
        "serif": [SERIF, *rest],
        "sans": [SANS, *rest],
        "layer": LAYER,
        "document_title": f"{achievement}: {name}",
        "issuer": words.text(issuer, weight=600) if "issuer" in look.blocks else "",
        "by": _by(issuer, words) if "issuer" in look.blocks else "",
        "author": issuer,
        "texts": _texts(data, look, room, words),
        "facts": _facts(data, look, room, words),
        "badge_mm": shape.badge * room.badge / 100,
        "criteria": _criteria(data.criteria, room, words) if "criteria" in look.blocks else [],
        "skills": _skills(data.skills, room, words) if "skills" in look.blocks else [],
        "signatures": _signatures(look, room, words),
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
        "attached": _attached(attached),
        "labels": _labels(words),
        "how": _how(words),
        "attached_text": words.text(_attached(attached), base=words.base),
    }
    words.seen(data.page_url)
    return {**found, "mostly-right": words.mostly_right, "outlines": words.outlines()}


def _part(text: str, slot: Slot, words: Words, colour: str) -> dict[str, object]:
    """A name or a title."""
    return {
        "text": words.text(text, weight=slot.weight, serif=slot.serif),
        "fonts": "serif" if slot.serif else "sans",
        "sizes": slot.sizes,
        "room": slot.room,
        "weight": slot.weight,
        "colour": colour,
    }


def _by(issuer: str, words: Words) -> object:
    """'issued by …'; label and name apart where both are plain text."""
    label = _("issued by")
    if needs_layer(label + issuer):
        return words.runs(((f"{label} ", False), (issuer, True)), base=words.base)
    return [label, breakable(issuer)]


def _labels(words: Words) -> dict[str, Value]:
    labels = {
        "criteria": _("What was achieved"),
        "skills": _("Skills"),
        "check": _("Check this certificate"),
    }
    return {name: words.text(text, weight=600, base=words.base) for name, text in labels.items()}


def _how(words: Words) -> Value:
    text = _("Scan the code, or open this address, to see whether it is still valid today:")
    return words.text(text, base=words.base)


def _attached(attachment: str) -> str:
    return _(
        "The signed credential is attached to this file as %(name)s. Any verifier of Open Badges 3.0 "
        "can check it; this sheet of paper alone proves nothing."
    ) % {"name": attachment}


def _texts(data: CertificateData, look: Look, room: Room, words: Words) -> dict[str, Value]:
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
    kicker = LAYOUTS[look.layout].kicker
    weights = {"kicker": kicker, "before": _PLAIN, "after": _PLAIN, "closing": _PLAIN}
    said = {name: _phrase(getattr(own, name), room) or usual.get(name, "") for name in weights}
    if room.phrase <= _LEAST:
        said["closing"] = ""
    return {
        name: words.text(said[name], weight=weight, serif=serif, base=words.base)
        for name, (weight, serif) in weights.items()
    }


def _phrase(text: str, room: Room) -> str:
    return _excerpt(drawable(text), room.phrase)


def _facts(data: CertificateData, look: Look, room: Room, words: Words) -> list[list[Value]]:
    facts: list[tuple[str, str, Direction | None]] = []
    if "dates" in look.blocks:
        facts.append((_("Issued on"), _day(data.issued_on), words.base))
        if data.valid_until:
            facts.append((_("Valid until"), _day(data.valid_until), words.base))
    if data.result and "result" in look.blocks:
        facts.append((_("Result"), _excerpt(drawable(data.result), min(60, room.fact)), None))
    if data.workload and "workload" in look.blocks:
        facts.append((_("Workload"), _excerpt(drawable(data.workload), min(60, room.fact)), words.base))
    return [
        [words.text(label, weight=600, base=words.base), words.text(value, weight=600, base=base)]
        for label, value, base in facts
    ]


def _signatures(look: Look, room: Room, words: Words) -> list[dict[str, object]]:
    return [
        {
            "name": words.text(_excerpt(drawable(one.name), min(60, room.fact)), weight=600),
            "function": words.text(_excerpt(drawable(one.function), room.fact)),
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


def _criteria(text: str, room: Room, words: Words) -> list[Value]:
    lines = _excerpt(plain(text), room.criteria).splitlines() if room.criteria else []
    return [words.text(drawable(line)) for line in lines[: room.lines] if drawable(line)]


def _skills(skills: tuple[str, ...], room: Room, words: Words) -> list[Value]:
    if not room.skills:
        return []
    shown = [_excerpt(drawable(skill), room.skill) for skill in skills[: room.skills]]
    more = len(skills) - room.skills
    if more > 0:
        shown.append(_("%(count)s more") % {"count": more})
    return [words.text(skill) for skill in shown]


def _day(day: date) -> str:
    return drawable(date_format(day, pgettext("date format", "j F Y"), use_l10n=False))


def _excerpt(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[:most]
    space = cut.rfind(" ")
    return cut[: space if space > most // 2 else most].rstrip(" ,;:.") + " …"
