"""The plain certificate: one page of A4, PDF/A-3b and PDF/UA-1."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from insignia_server.kit import qr
from insignia_server.kit.fonts import FALLBACKS, SANS, SERIF, breakable, drawable
from insignia_server.kit.markdown import plain
from insignia_server.kit.pictures import Picture, render_png
from insignia_server.kit.typesetting import framed, typeset

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_BADGE_PIXELS: Final = 900  # at 66 mm more than 300 pixels an inch
_SINGLE: Final = re.compile(rb"/Type/Pages/Count 1[/>]")
_JWT: Final = re.compile(rb"\s*[\w-]+\.[\w-]*\.[\w-]*(?:~.*)?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Room:
    """What a page may hold: millimetres of the badge; characters and lines of the criteria; skills; and
    characters of a name, a title and a skill."""

    badge: int
    criteria: int
    lines: int
    skills: int
    name: int
    skill: int


_ROOMS: Final = (
    _Room(badge=66, criteria=620, lines=7, skills=10, name=160, skill=60),
    _Room(badge=46, criteria=480, lines=6, skills=8, name=120, skill=50),
    _Room(badge=28, criteria=220, lines=3, skills=4, name=80, skill=36),
)
"""A fuller page is tried with less room for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """What stands on a certificate. `criteria` is Markdown, cut after about 620 characters or earlier
    where the page is full; at most ten skills are named and the others counted. `credential` is the signed
    JSON or JWT as it is stored; `language` is that of labels and dates; the QR code leads to `page_url`."""

    name: str
    achievement: str
    issuer: str
    issued_on: date
    page_url: str
    badge: Picture
    credential: bytes = field(repr=False)
    valid_until: date | None = None
    result: str = ""
    criteria: str = ""
    skills: tuple[str, ...] = ()
    accent: str = "#1d5c8f"
    language: str = "en"


def certificate(data: CertificateData) -> bytes:
    """The PDF; the same data gives the same bytes. The credential is attached as `credential.json` or
    `credential.jwt`, so that `attached` finds it again.

    Characters that no bundled font has show as a box (`kit.fonts.missing` names them beforehand).
    Raises ValueError for a colour that is not #rrggbb or a credential that is not UTF-8, PictureError.
    """
    if not _COLOUR.fullmatch(data.accent):
        raise ValueError(f"expected a colour such as #1d5c8f, got {data.accent[:20]!r}")
    data.credential.decode()  # raises UnicodeDecodeError, which is a ValueError
    jwt = _JWT.fullmatch(data.credential) is not None
    attachment = "credential.jwt" if jwt else "credential.json"
    files = {
        "badge.svg": _badge(data.badge),
        "qr.svg": qr.svg(data.page_url).encode(),
        attachment: data.credential,
    }
    mime = "application/vc+jwt" if jwt else "application/vc"
    full, *smaller = _ROOMS
    pdf = _page(data, full, files, attachment, mime)
    while smaller and not _SINGLE.search(pdf):
        pdf = _page(data, smaller.pop(0), files, attachment, mime)
    return pdf


def _page(data: CertificateData, room: _Room, files: dict[str, bytes], attachment: str, mime: str) -> bytes:
    with override(data.language):
        values = _values(data, attachment, room)
    return typeset(
        _TEMPLATE,
        {**values, "mime": mime},
        format="pdf",
        files=files,
        standards=("a-3b", "ua-1"),
        timestamp=datetime(data.issued_on.year, data.issued_on.month, data.issued_on.day, tzinfo=UTC),
    )


@lru_cache(maxsize=16)
def _badge(picture: Picture) -> bytes:
    """Drawn by the child process, not by typst: a drawing that is too much for it must not end this one."""
    return framed(render_png(picture, _BADGE_PIXELS), _BADGE_PIXELS, _BADGE_PIXELS)


def _values(data: CertificateData, attachment: str, room: _Room) -> dict[str, object]:
    """Every text of the page, in the active language."""
    language = data.language.partition("-")[0].lower()
    name, achievement, issuer = (
        _excerpt(drawable(text), room.name) or "—" for text in (data.name, data.achievement, data.issuer)
    )
    return {
        "lang": language if _LANGUAGE.fullmatch(language) else "en",
        "accent": data.accent,
        "serif": [SERIF, *FALLBACKS],
        "sans": [SANS, *FALLBACKS],
        "document_title": f"{achievement}: {name}",
        "name": breakable(name),
        "achievement": breakable(achievement),
        "issuer": breakable(issuer),
        "author": issuer,
        "facts": _facts(data),
        "badge_mm": room.badge,
        "criteria": _criteria(data.criteria, room),
        "skills": _skills(data.skills, room),
        "url": data.page_url,
        "url_text": data.page_url if len(data.page_url) <= 120 else breakable(data.page_url),
        "attachment": attachment,
        "badge_alt": _("The badge “%(title)s”") % {"title": achievement},
        "qr_alt": _("QR code that leads to %(url)s") % {"url": data.page_url},
        "labels": {
            "kicker": _("Certificate"),
            "to": _("This certifies that"),
            "earned": _("has earned"),
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
        },
    }


def _facts(data: CertificateData) -> list[list[str]]:
    facts = [[_("Issued on"), _day(data.issued_on)]]
    if data.valid_until:
        facts.append([_("Valid until"), _day(data.valid_until)])
    if data.result:
        facts.append([_("Result"), breakable(_excerpt(drawable(data.result), 60))])
    return facts


def _criteria(text: str, room: _Room) -> list[str]:
    lines = _excerpt(plain(text), room.criteria).splitlines()
    return [breakable(drawable(line)) for line in lines[: room.lines]]


def _skills(skills: tuple[str, ...], room: _Room) -> list[str]:
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
