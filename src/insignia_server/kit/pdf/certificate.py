"""Certificates: one page, PDF/A-3b and PDF/UA-1, in one of several layouts; and what they look like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils.translation import override

from insignia_server.kit import qr
from insignia_server.kit.fonts import missing
from insignia_server.kit.pdf.layouts import LAYOUTS
from insignia_server.kit.pdf.look import Look
from insignia_server.kit.pdf.values import ROOMS, Room, values
from insignia_server.kit.pictures import SVG, Picture, render_png
from insignia_server.kit.typesetting import Pages, framed, typeset

_HERE: Final = Path(__file__).parent
_BADGE_PIXELS: Final = 900  # at 66 mm more than 300 pixels an inch
_SMALL_PIXELS: Final = 700  # logos and signatures, up to 60 mm wide
_SINGLE: Final = re.compile(rb"/Type/Pages/Count 1[/>]")
_JWT: Final = re.compile(rb"\s*[\w-]+\.[\w-]*\.[\w-]*(?:~.*)?\s*", re.DOTALL)
_PPI: Final = 96.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """What stands on a certificate. `criteria` is Markdown, cut after about 620 characters or earlier
    where the page is full; at most twelve skills are named and the others counted. `credential` is the signed
    JSON or JWT as it is stored; `language` is that of labels and dates; the QR code leads to `page_url`."""

    name: str
    achievement: str
    issuer: str
    issued_on: date
    page_url: str
    badge: Picture
    credential: bytes = field(repr=False)
    organisation: str = ""
    valid_until: date | None = None
    result: str = ""
    workload: str = ""
    criteria: str = ""
    skills: tuple[str, ...] = ()
    language: str = "en"


def certificate(data: CertificateData, look: Look | None = None) -> bytes:
    """The PDF; the same data and look give the same bytes. The credential is attached as `credential.json`
    or `credential.jwt`, so that `insignia.baking.unbake` finds it again.

    Characters that no bundled font has show as a box (`undrawable` names them beforehand).
    Raises ValueError for an unknown layout, a colour that is not #rrggbb or a credential that is not UTF-8,
    PictureError.
    """
    look = look or Look()
    data.credential.decode()  # raises UnicodeDecodeError, which is a ValueError
    jwt = _JWT.fullmatch(data.credential) is not None
    name = "credential.jwt" if jwt else "credential.json"
    attachment = (name, "application/vc+jwt" if jwt else "application/vc")
    files = {**_files(data, look), name: data.credential}
    full, *smaller = ROOMS
    pdf = _page(data, look, full, files, attachment)
    while smaller and not _SINGLE.search(pdf):
        pdf = _page(data, look, smaller.pop(0), files, attachment)
    return pdf


def preview(data: CertificateData, look: Look, *, ppi: float = _PPI) -> bytes:
    """The page as a PNG, for a person who designs it; `data.credential` is not looked at.

    Raises ValueError and PictureError as `certificate` does.
    """
    files = _files(data, look)
    full, *smaller = ROOMS
    png = _drawn(data, look, full, files, ppi)
    while smaller and png is None:
        png = _drawn(data, look, smaller.pop(0), files, ppi)
    if png is None:
        raise ValueError("expected a page that holds its words")
    return png


def undrawable(data: CertificateData, look: Look) -> str:
    """The characters that no bundled font has, each once: they will show as boxes."""
    own = look.wording
    return missing(
        "".join([data.name, data.achievement, data.issuer, own.kicker, own.before, own.after, own.closing])
        + "".join(one.name + one.function for one in look.signatures)
    )


def _page(
    data: CertificateData, look: Look, room: Room, files: dict[str, bytes], attachment: tuple[str, str]
) -> bytes:
    return typeset(
        _HERE / f"{look.layout}.typ",
        _values(data, look, room, attachment),
        format="pdf",
        files=files,
        standards=("a-3b", "ua-1"),
        timestamp=datetime(data.issued_on.year, data.issued_on.month, data.issued_on.day, tzinfo=UTC),
    )


def _drawn(
    data: CertificateData, look: Look, room: Room, files: dict[str, bytes], ppi: float
) -> bytes | None:
    try:
        return typeset(
            _HERE / f"{look.layout}.typ", _values(data, look, room, None), format="png", files=files, ppi=ppi
        )
    except Pages:
        return None


def _values(
    data: CertificateData, look: Look, room: Room, attachment: tuple[str, str] | None
) -> dict[str, object]:
    with override(data.language):
        return values(data, look, room, attachment)


def _files(data: CertificateData, look: Look) -> dict[str, bytes]:
    """The pictures beside the template."""
    if look.layout not in LAYOUTS:
        raise ValueError(f"expected one of {', '.join(LAYOUTS)}, got {look.layout[:40]!r}")
    files = {
        "common.typ": (_HERE / "common.typ").read_bytes(),
        "badge.svg": _badge(data.badge),
        "qr.svg": qr.svg(data.page_url).encode(),
    }
    if look.logo is not None:
        files["logo.svg"] = _small(look.logo)
    for number, one in enumerate(look.signatures):
        if one.picture is not None:
            files[f"signature-{number}.svg"] = _small(one.picture)
    return files


@lru_cache(maxsize=16)
def _badge(picture: Picture) -> bytes:
    """Drawn by the child process, not by typst: a drawing that is too much for it must not end this one."""
    return framed(render_png(picture, _BADGE_PIXELS), _BADGE_PIXELS, _BADGE_PIXELS)


@lru_cache(maxsize=32)
def _small(picture: Picture) -> bytes:
    """The same for what is not square: the frame is cut to the picture."""
    if picture.media_type != SVG and max(picture.width, picture.height) <= 2 * _SMALL_PIXELS:
        return framed(picture.content, picture.width, picture.height, picture.media_type)
    return framed(
        render_png(picture, _SMALL_PIXELS), _SMALL_PIXELS, _SMALL_PIXELS, crop=(picture.width, picture.height)
    )
