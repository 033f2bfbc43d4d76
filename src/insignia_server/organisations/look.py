"""How an organisation looks on public pages, in mails and on certificates: colours, logo, cover, theme."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from insignia_server.audit import services as audit
from insignia_server.kit.errors import NotHere
from insignia_server.kit.pictures import check_bytes, fitted, read_upload, refused_at, trimmed
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

Place = Literal["logo", "logo_dark", "cover"]
# The most that each is drawn in, pixels across and down, and as what it is kept.
PLACES: Final[dict[str, tuple[int, int, str]]] = {
    "logo": (960, 320, "png"),
    "logo_dark": (960, 320, "png"),
    "cover": (1920, 800, "webp"),
}
WIDTHS: Final = (256, 480, 960)
"""In which a picture is served too, with `w=` in its address: twice what a page shows of it at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as `#rrggbb` or empty; `theme` is auto, light or dark; pictures by the names that the storage
    has, and by their addresses on this instance, empty where there is none. `logo_size`: its pixels.
    `home`: where its logo leads."""

    name: str
    slug: str
    accent: str
    second: str
    theme: str
    logo: str
    logo_dark: str
    cover: str
    logo_size: tuple[int, int]
    home: str

    def address(self, place: str) -> str:
        """Where a picture is served; it changes with the picture, so that it may be kept for long."""
        name: str = getattr(self, place)
        if not name:
            return ""
        format = PLACES[place][2]
        return f"/organisations/{self.slug}/{place.replace('_', '-')}.{format}?{name.rpartition('/')[2][:8]}"

    @property
    def head_logo(self) -> str:
        """The logo in the size of a page's head."""
        return f"{self.logo_address}&w=480"

    @property
    def head_logo_dark(self) -> str:
        """The same on dark ground."""
        return f"{self.logo_dark_address}&w=480"

    @property
    def small_cover(self) -> str:
        """The wide picture for a phone, 960 pixels wide."""
        return f"{self.cover_address}&w=960"

    @property
    def logo_address(self) -> str:
        """On light ground."""
        return self.address("logo")

    @property
    def logo_dark_address(self) -> str:
        """On dark ground."""
        return self.address("logo_dark")

    @property
    def cover_address(self) -> str:
        """The wide picture at the top."""
        return self.address("cover")

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height of the logo in a page's head: 40 pixels high, or less where it is very wide."""
        width, height = self.logo_size
        scale = min(40 / height, 200 / width) if width and height else 0
        return round(width * scale), round(height * scale)


def of(organisation: Organisation, *, home: str = "/") -> Look:
    """The look of an organisation; no query. `home` is its own public page."""
    return Look(
        name=organisation.name,
        slug=organisation.slug,
        accent=organisation.accent,
        second=organisation.second_colour,
        theme=organisation.public_theme,
        logo=organisation.logo,
        logo_dark=organisation.logo_dark,
        cover=organisation.cover,
        logo_size=(organisation.logo_width, organisation.logo_height),
        home=home,
    )


def set_picture(*, by: Actor, organisation: Organisation, place: Place, content: bytes) -> Organisation:
    """Logo, logo for dark ground or cover from the bytes of a picture, or none for empty bytes.

    Raises:
        Refused: it is no picture, damaged, too large or not to be seen. Forbidden, NotHere.
    """
    by.require(Permission.MANAGE)
    if organisation.pk != by.organisation_id:
        raise NotHere
    name, width, height = _kept(organisation, place, content) if content else ("", 0, 0)
    changed: list[str] = [place]
    setattr(organisation, place, name)
    if place == "logo":
        organisation.logo_width, organisation.logo_height = width, height
        changed += ["logo_width", "logo_height"]
    with transaction.atomic():
        organisation.save(update_fields=changed)
        audit.record(by=by, action="organisation.change", subject=organisation, changed=[place])
    return organisation


def _kept(organisation: Organisation, place: str, content: bytes) -> tuple[str, int, int]:
    """The storage name of the drawn picture, and its size."""
    check_bytes(content, place)
    across, down, format = PLACES[place]
    picture = read_upload(content, place)
    with refused_at(place):
        picture = trimmed(picture)
        drawn, size = fitted(picture, across, down, format)
    digest = hashlib.sha256(drawn).hexdigest()[:32]
    name = f"looks/{organisation.pk}/{digest}.{format}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(drawn))
    return name, *size
