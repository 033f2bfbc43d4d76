"""What can be done with families of badges and palettes of an organisation."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insignia_server.audit import services as audit
from insignia_server.designs import logos
from insignia_server.designs.drawing import ROLES, Design, Palette
from insignia_server.designs.families import LEVEL_NAMES, apply
from insignia_server.designs.families import Family as Look
from insignia_server.designs.models import Family, OwnPalette
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

MOST_PALETTES: Final = 24
LEVEL_LABELS: Final[dict[str, Promise | str]] = {
    "foundation": gettext_lazy("Foundation"),
    "intermediate": gettext_lazy("Intermediate"),
    "advanced": gettext_lazy("Advanced"),
    "expert": gettext_lazy("Expert"),
    "master": gettext_lazy("Master"),
}


@transaction.atomic
def create_family(*, by: Actor, name: str, look: Look) -> Family:
    """A new family.

    Raises:
        Refused: without a name; a logo that is not known.
    """
    by.require(Permission.AUTHOR)
    family: Family = Family.objects.create(
        organisation_id=by.organisation_id,
        name=_named(name),
        document=_pinned(by, look).to_json(),
        created_by_id=by.user_id,
    )
    audit.record(by=by, action="family.create", subject=family)
    return family


@transaction.atomic
def change_family(
    *, by: Actor, family: Family, name: str | None = None, look: Look | None = None, seen: str | None = None
) -> Family:
    """Another name or another look. Drafts get it when the family is restyled, awarded versions never.

    Raises:
        Refused: without a name; a logo that is not known; it was changed since (`conflict`): `seen` is
            `stamp(family)`.
    """
    by.require(Permission.AUTHOR)
    row = _locked(by, family)
    if seen is not None and seen != stamp(row):
        raise Refused(Refusal(_("Somebody else changed this family in the meantime."), "", "conflict"))
    before = (row.name, row.document)
    row.name = row.name if name is None else _named(name)
    row.document = row.document if look is None else _pinned(by, look).to_json()
    if (row.name, row.document) != before:
        row.save(update_fields=["name", "document", "updated_at"])
        audit.record(by=by, action="family.change", subject=row)
    family.name, family.document, family.updated_at = row.name, row.document, row.updated_at
    return row


@transaction.atomic
def archive_family(
    *, by: Actor, family: Family, archived: bool = True, now: dt.datetime | None = None
) -> None:
    """Put it away, or take it back. Badges made from it stay as they are."""
    by.require(Permission.AUTHOR)
    row = _locked(by, family)
    if archived != (row.archived_at is not None):
        row.archived_at = (now or timezone.now()) if archived else None
        row.save(update_fields=["archived_at"])
        audit.record(by=by, action="family.archive" if archived else "family.unarchive", subject=row)
    family.archived_at = row.archived_at


def stamp(family: Family) -> str:
    """What tells whether a family was changed since."""
    return family.updated_at.isoformat()


def look_of(family: Family) -> Look:
    """The document of a family, typed."""
    return Look.from_json(family.document)


def applied(family: Family, design: Design, level: str = "") -> Design:
    """A design in the look of a family: what it fixes comes from it, the rest stays."""
    return apply(look_of(family), design, level=value_of(level))


def value_of(level: str) -> int:
    """The number of a level by its name; 0 for none."""
    return LEVEL_NAMES.index(level) + 1 if level in LEVEL_NAMES else 0


def level_label(level: str) -> str:
    """A level in the reader's language."""
    return str(LEVEL_LABELS[level])


def retitled(design: Design, title: str) -> Design:
    """The design with another title; the alternative text belonged to the old one."""
    texts = replace(design.texts, title=replace(design.texts.title, text=title[:200]))
    return replace(design, texts=texts, alt="")


def palettes() -> list[OwnPalette]:
    """The palettes that the organisation in scope keeps, by name."""
    return list(OwnPalette.objects.order_by("name"))


@transaction.atomic
def keep_palette(*, by: Actor, name: str, colours: Palette) -> OwnPalette:
    """Keep colours for other badges; the same name again replaces them.

    Raises:
        Refused: without a name, or too many.
    """
    by.require(Permission.AUTHOR)
    name = _named(name)[:100]
    known = OwnPalette.objects.filter(name=name).first()
    if known is None and OwnPalette.objects.count() >= MOST_PALETTES:
        message = _("An organisation keeps at most {most} palettes. Remove one first.")
        raise Refused(Refusal(message.format(most=MOST_PALETTES), "name", "too-many", str(MOST_PALETTES)))
    row: OwnPalette = known or OwnPalette(organisation_id=by.organisation_id, name=name)
    row.colours = {role: getattr(colours, role) for role in ROLES}
    row.save()
    audit.record(by=by, action="palette.keep", subject=row)
    return row


@transaction.atomic
def remove_palette(*, by: Actor, palette: OwnPalette) -> None:
    """Forget it. Badges that were drawn with it stay as they are."""
    by.require(Permission.AUTHOR)
    if palette.organisation_id != by.organisation_id:
        raise NotHere
    audit.record(by=by, action="palette.remove", subject=palette)
    palette.delete()


def _pinned(by: Actor, look: Look) -> Look:
    if look.base.logo is None:
        return look
    try:
        return replace(look, base=logos.pinned(look.base, Organisation.objects.get(pk=by.organisation_id)))
    except Refused as refused:
        raise Refused(*(replace(one, field=f"base.{one.field}") for one in refused.refusals)) from refused


def _named(name: str) -> str:
    found = " ".join(name.split())[:200]
    if not found:
        raise Refused(Refusal(_("Give it a name."), "name", "required"))
    return found


def _locked(by: Actor, family: Family) -> Family:
    if family.organisation_id != by.organisation_id:
        raise NotHere
    row: Family | None = Family.objects.select_for_update().filter(pk=family.pk).first()
    if row is None:
        raise NotHere
    return row
