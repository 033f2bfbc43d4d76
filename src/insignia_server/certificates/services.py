"""Designs of certificates: made, changed, chosen, removed. `render` gives the certificate of an award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from insignia_server.achievements.models import Achievement
from insignia_server.audit import services as audit
from insignia_server.certificates.designs import SLOTS, Values, require_sound, store_drawing
from insignia_server.certificates.models import CertificateDesign, DesignUse
from insignia_server.certificates.rendering import design_for, render
from insignia_server.issuers.models import Issuer
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.pictures import Picture
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

__all__ = [
    "MOST",
    "Uses",
    "change_design",
    "choose",
    "create_design",
    "default_design",
    "design_for",
    "remove_design",
    "render",
    "set_default",
    "uses_of",
]
MOST = 100
"""Designs that an organisation may have."""


@dataclass(frozen=True)
class Uses:
    """What has a design: the organisation, issuers and achievements."""

    organisation: bool
    issuers: tuple[Issuer, ...]
    achievements: tuple[Achievement, ...]

    @property
    def any(self) -> bool:
        """Whether something has it."""
        return self.organisation or bool(self.issuers or self.achievements)


def create_design(
    *, by: Actor, name: str, values: Values, pictures: Mapping[str, Picture] | None = None
) -> CertificateDesign:
    """A new design; the first one becomes the organisation's. `pictures`: by `designs.SLOTS`, cleaned.

    Raises:
        Forbidden: no permission to write achievements.
        Refused: what no certificate can show, or too many designs.
    """
    by.require(Permission.AUTHOR)
    require_sound(values, name=name)
    kept = {slot: store_drawing(one) for slot, one in _known(pictures or {}).items()}
    with transaction.atomic():
        _lock(by)
        rows = CertificateDesign.objects.all()
        if rows.count() >= MOST:
            raise Refused(
                Refusal(_("{count} designs are the most there can be.").format(count=MOST), "name", "limit")
            )
        design: CertificateDesign = CertificateDesign.objects.create(
            organisation_id=by.organisation_id,
            name=name.strip(),
            values=values.to_json(),
            pictures=kept,
            is_default=not rows.filter(is_default=True).exists(),
            created_by_id=by.user_id,
        )
        audit.record(by=by, action="certificate.create", subject=design, layout=values.layout)
    return design


def change_design(
    *,
    by: Actor,
    design: CertificateDesign,
    name: str,
    values: Values,
    pictures: Mapping[str, Picture | None] | None = None,
) -> CertificateDesign:
    """Every certificate that is downloaded from now on looks like this, those of old awards too.

    `pictures`: by `designs.SLOTS`; None takes one away, what is not named stays.

    Raises:
        Forbidden, NotHere: no permission; another organisation's design.
        Refused: what no certificate can show.
    """
    by.require(Permission.AUTHOR)
    _own(by, design)
    require_sound(values, name=name)
    given = _known(pictures or {})
    kept = {slot: store_drawing(one) for slot, one in given.items() if one is not None}
    with transaction.atomic():
        row: CertificateDesign | None = (
            CertificateDesign.objects.select_for_update().filter(pk=design.pk).first()
        )
        if row is None:
            raise NotHere
        gone = [row.pictures[slot]["name"] for slot in given if slot in row.pictures]
        row.pictures = {slot: one for slot, one in row.pictures.items() if slot not in given} | kept
        row.name, row.values = name.strip(), values.to_json()
        row.save(update_fields=["name", "values", "pictures", "updated_at"])
        audit.record(by=by, action="certificate.change", subject=row, layout=values.layout)
        transaction.on_commit(lambda: _delete(gone))
    return row


@transaction.atomic
def set_default(*, by: Actor, design: CertificateDesign) -> CertificateDesign:
    """The design of everything that has none of its own.

    Raises:
        Forbidden, NotHere: no permission; another organisation's design.
    """
    by.require(Permission.AUTHOR)
    _own(by, design)
    _lock(by)
    CertificateDesign.objects.filter(is_default=True).exclude(pk=design.pk).update(is_default=False)
    if not CertificateDesign.objects.filter(pk=design.pk).update(is_default=True):
        raise NotHere
    design.is_default = True
    audit.record(by=by, action="certificate.default", subject=design)
    return design


@transaction.atomic
def choose(*, by: Actor, design: CertificateDesign | None, of: Issuer | Achievement) -> None:
    """Give an issuer or an achievement a design of its own, or None: that of whatever stands above it.

    Raises:
        Forbidden, NotHere: no permission; another organisation's design, issuer or achievement.
    """
    by.require(Permission.AUTHOR)
    if of.organisation_id != by.organisation_id:
        raise NotHere
    place = {"issuer": of} if isinstance(of, Issuer) else {"achievement": of}
    if design is None:
        gone, _rows = DesignUse.objects.filter(**place).delete()
        if gone:
            audit.record(by=by, action="certificate.unchoose", subject=of)
        return
    _own(by, design)
    DesignUse.objects.update_or_create(
        **place, defaults={"design": design, "organisation_id": by.organisation_id}
    )
    audit.record(by=by, action="certificate.choose", subject=of, design=str(design.pk))


@transaction.atomic
def remove_design(*, by: Actor, design: CertificateDesign) -> None:
    """What has it takes the organisation's design from now on, or the plain one where this was it.

    Raises:
        Forbidden, NotHere: no permission; another organisation's design.
    """
    by.require(Permission.AUTHOR)
    _own(by, design)
    gone = [kept["name"] for kept in design.pictures.values()]
    audit.record(by=by, action="certificate.remove", subject=design)
    design.delete()
    transaction.on_commit(lambda: _delete(gone))


def default_design() -> CertificateDesign | None:
    """The organisation's own design. In its scope."""
    return CertificateDesign.objects.filter(is_default=True).first()


def uses_of(design: CertificateDesign) -> Uses:
    """What has this design. In the organisation's scope."""
    rows = DesignUse.objects.select_related("issuer", "achievement").filter(design=design)
    return Uses(
        design.is_default,
        tuple(sorted((row.issuer for row in rows if row.issuer), key=lambda one: one.name)),
        tuple(sorted((row.achievement for row in rows if row.achievement), key=lambda one: one.name)),
    )


def _own(by: Actor, design: CertificateDesign) -> None:
    if design.organisation_id != by.organisation_id:
        raise NotHere


def _lock(by: Actor) -> None:
    """One at a time chooses what is the organisation's."""
    Organisation.objects.select_for_update().get(pk=by.organisation_id)


def _known(pictures: Mapping[str, Any]) -> dict[str, Any]:
    strange = [slot for slot in pictures if slot not in SLOTS]
    if strange:
        raise Refused(
            Refusal(
                _("There is no such picture."), "pictures", "choice", ", ".join(SLOTS), str(strange[0])[:40]
            )
        )
    return dict(pictures)


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
