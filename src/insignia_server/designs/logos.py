"""Which picture a design names as its logo: the issuer's, or the organisation's as it was when chosen."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from insignia_server.designs.drawing.document import Design
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.pictures import Picture, PictureError, read_picture
from insignia_server.organisations.models import Organisation

ISSUERS: Final = "issuer"
ORGANISATIONS: Final[dict[str, str]] = {"organisation": "logo", "organisation-dark": "logo_dark"}
"""What asks for the logo that an organisation has now, by the fields of its look."""
_KEPT: Final = re.compile(r"look-([0-9a-f]{32})", re.ASCII)


def reference(organisation: Organisation, place: str) -> str:
    """What a design says for the logo that the organisation has at a place now; empty where it has none."""
    name: str = getattr(organisation, place)
    return f"look-{name.rpartition('/')[2][:32]}" if name else ""


def pinned(design: Design, organisation: Organisation) -> Design:
    """The design with its logo named by content, so that another look later changes nothing in it.

    Raises:
        Refused: the organisation has no such logo, or there is no such picture.
    """
    if design.logo is None or design.logo.picture == ISSUERS:
        return design
    asked = design.logo.picture
    place = ORGANISATIONS.get(asked)
    named = asked if place is None else reference(organisation, place)
    if not named:
        raise Refused(Refusal(_("The organisation has no logo yet."), "logo.picture", "reference"))
    name = stored_name(named, organisation)
    if not name or not default_storage.exists(name):
        expected = ", ".join((ISSUERS, *ORGANISATIONS))
        raise Refused(
            Refusal(_("There is no such picture."), "logo.picture", "reference", expected, asked[:64])
        )
    return replace(design, logo=replace(design.logo, picture=named))


def stored_name(picture: str, organisation: Organisation) -> str:
    """Where the organisation's logo is stored that a design names; empty for everything else."""
    place = ORGANISATIONS.get(picture)
    found = _KEPT.fullmatch(reference(organisation, place) if place else picture)
    return f"looks/{organisation.pk}/{found[1]}.png" if found else ""


def picture_of(design: Design, organisation: Organisation) -> Picture | None:
    """The organisation's logo that a design names, None where it names another or the file is gone."""
    name = stored_name(design.logo.picture, organisation) if design.logo is not None else ""
    return read_stored(name) if name else None


def read_stored(name: str) -> Picture | None:
    """A stored picture; None where it cannot be read."""
    try:
        with default_storage.open(name) as file:
            return read_picture(file.read())
    except (OSError, PictureError):
        return None
